#include "app/runtime/history.h"

#include "app/runtime/session.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

TEST_CASE("History: undo and redo are inverse, 120 deep") {
    History<int> h(0);
    for (int i = 1; i <= 120; ++i) CHECK(h.commit("step " + std::to_string(i), i));
    CHECK(h.undo_label() == "step 120");
    CHECK(h.redo_label().empty());
    for (int i = 119; i >= 0; --i) {
        REQUIRE(h.undo());
        REQUIRE(h.current() == i);
    }
    CHECK_FALSE(h.undo());
    CHECK(h.undo_label().empty());
    CHECK(h.redo_label() == "step 1");
    for (int i = 1; i <= 120; ++i) {
        REQUIRE(h.redo());
        REQUIRE(h.current() == i);
    }
    CHECK_FALSE(h.redo());
}

TEST_CASE("History: an equal value makes no entry; a new one drops what could be redone; the oldest are forgotten") {
    History<int> h(0);
    CHECK_FALSE(h.commit("nothing", 0));
    CHECK(h.undo_label().empty());
    h.commit("a", 1);
    h.commit("b", 2);
    h.undo();
    h.commit("c", 3);
    CHECK_FALSE(h.redo());
    CHECK(h.undo());
    CHECK(h.current() == 1);
    for (int i = 0; i < 3000; ++i) h.commit("many", 10 + i);
    std::size_t depth = 0;
    while (h.undo()) ++depth;
    CHECK(depth == History<int>::depth);
}

TEST_CASE("Scenes compare by content") {
    const Scene a = builtin("same_marginals");
    Scene b = a;
    CHECK(a == b);
    b.lanes[2].sigma.values["max"] = 1.5;
    CHECK_FALSE(a == b);
    b = a;
    b.view.layers.pop_back();
    CHECK_FALSE(a == b);
}
