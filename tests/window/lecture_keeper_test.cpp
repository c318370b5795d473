// A lecture that is not saved is kept among what was left: while it changes, when another takes its place, and at the end.
#include "app/window/lecture_keeper.h"

#include <filesystem>
#include <set>

#include "core/math/errors.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;
namespace fs = std::filesystem;

namespace {

using Seconds = std::chrono::seconds;

Lecture lecture_of(const std::string& title) {
    Lecture out;
    out.title = title;
    for (const char* id : {"moons", "few_steps"}) out.stops.emplace_back().scene = builtin(id);
    return out;
}

struct Giving {
    Giving() { session.begin_at(opened(lecture_of("talk"))); }
    // A change at the stop that is shown.
    void change() {
        Scene scene = session.scene();
        ++scene.seed;
        session.commit("seed", scene);
    }
    void look(int seconds) { keeper.look(session, now += Seconds(seconds)); }
    // The titles of the lectures that are kept.
    std::multiset<std::string> kept() const {
        std::multiset<std::string> out;
        if (fs::exists(folder.file("left")))
            for (const auto& entry : fs::directory_iterator(folder.file("left")))
                if (entry.path().extension() == ".json") try {
                        out.insert(load_lecture(entry.path().string()).title);
                    } catch (const BadInput&) {  // it has just gone
                    }
        return out;
    }
    bool becomes(const std::multiset<std::string>& wanted) const {
        return eventually([&] { return kept() == wanted; }, Seconds(20));
    }
    Folder folder;
    std::optional<LeftScenes> left{std::in_place, folder.file("left"), LeftScenes::Ears{[](auto) {}, [](auto) {}}};
    Session session{builtin("moons"), false};
    LectureKeeper keeper{&*left};
    LectureKeeper::Clock::time_point now{Seconds(100)};
};

}  // namespace

TEST_CASE("as it was opened a lecture is not kept; changed it is within two seconds, and goes when it is saved, undone or given up") {
    Giving g;
    g.look(1);
    CHECK_FALSE(g.keeper.due(g.session, g.now));
    CHECK(g.kept().empty());
    g.change();
    const auto due = g.keeper.due(g.session, g.now);
    REQUIRE(due);
    CHECK(*due < 2.1);
    g.look(3);
    CHECK(g.becomes({"talk"}));
    CHECK_FALSE(g.keeper.due(g.session, g.now));
    SECTION("saved") {
        now_saved(g.session.place(), g.session.committed(), "talk.json");
        g.keeper.forget(g.session);
    }
    SECTION("undone") {
        g.session.undo();
        g.look(3);
    }
    SECTION("given up") { g.keeper.forget(g.session); }
    CHECK(g.becomes({}));
    g.look(3);
    CHECK_FALSE(g.keeper.due(g.session, g.now));
    CHECK(g.kept().empty());
}

TEST_CASE("a change is kept too when the lecture is closed, or another opened, before its two seconds are over") {
    Giving g;
    g.look(1);
    g.change();
    g.look(3);
    REQUIRE(g.becomes({"talk"}));
    g.change();
    g.look(0);
    CHECK(g.keeper.due(g.session, g.now));
    SECTION("closed") { g.session.commit("close lecture", g.session.scene(), {}); }
    SECTION("another") {
        const LecturePlace other = opened(lecture_of("other"));
        g.session.load(other.shown().scene, "open", other);
    }
    SECTION("the end") { g.keeper.keep_last(g.session); }
    const std::uint64_t seed = builtin("moons").seed + 2;
    g.look(0);
    g.left.reset();  // waits for what is being written
    REQUIRE(g.kept() == std::multiset<std::string>{"talk"});
    CHECK(load_lecture(fs::directory_iterator(g.folder.file("left"))->path().string()).stops[0].scene.seed == seed);
}

TEST_CASE("a scene opened over a stop leaves what was changed there in the lecture") {
    Giving g;
    g.look(1);
    g.change();
    g.session.load(builtin("eight_gaussians"), "open");
    g.look(3);
    REQUIRE(g.becomes({"talk"}));
    CHECK(load_lecture(fs::directory_iterator(g.folder.file("left"))->path().string()).stops[0].scene.seed == builtin("moons").seed + 1);
}

TEST_CASE("a lecture opened from among those goes when it is saved") {
    Giving g;
    g.change();
    g.look(3);
    REQUIRE(g.becomes({"talk"}));
    const std::string path = fs::directory_iterator(g.folder.file("left"))->path().string();
    const LecturePlace again = unsaved(load_lecture(path));
    g.session.load(again.shown().scene, "open", again);
    g.keeper.left_behind(g.session, path);
    g.look(3);
    CHECK(is_changed(g.session.place(), g.session.committed()));
    CHECK(g.becomes({"talk"}));
    now_saved(g.session.place(), g.session.committed(), "talk.json");
    g.keeper.forget(g.session);
    CHECK(g.becomes({}));
}
