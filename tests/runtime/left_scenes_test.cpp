// Scenes that were left with changes: one file each, the newest stay, and what is no longer unsaved goes.
#include "app/runtime/left_scenes.h"

#include <filesystem>
#include <fstream>

#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;
namespace fs = std::filesystem;

namespace {

struct Left {
    explicit Left(const std::string& where)
        : scenes(where, {[this](std::vector<Leftover> all) { there.publish(std::make_shared<const std::vector<Leftover>>(std::move(all))); }, [this](std::string s) { failures.push(std::move(s)); }}) {}
    static Document titled(const std::string& title) {
        Document out{builtin("moons")};
        out.scene.title = title;
        return out;
    }
    std::vector<std::string> titles() const {
        std::vector<std::string> out;
        if (const auto all = there.get())
            for (const Leftover& one : *all) out.push_back(one.title);
        return out;
    }
    bool becomes(const std::vector<std::string>& wanted) const {
        return eventually([&] { return titles() == wanted; });
    }
    Latest<std::vector<Leftover>> there;
    Inbox<std::string> failures;
    LeftScenes scenes;
};

std::size_t count(const std::string& folder) { return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator{})); }

}  // namespace

TEST_CASE("a scene that was left stands in one file, which its newest state replaces, and opens as it was") {
    const Folder folder;
    const auto a = std::make_shared<int>(), b = std::make_shared<int>();
    Left left(folder.file("left"));
    left.scenes.keep(a, Left::titled("A"));
    REQUIRE(left.becomes({"A"}));
    left.scenes.keep(b, Left::titled("B"));
    REQUIRE(eventually([&] { return left.titles().size() == 2; }));
    left.scenes.keep(a, Left::titled("A again"));
    REQUIRE(eventually([&] { return left.titles().size() == 2 && (left.titles()[0] == "A again" || left.titles()[1] == "A again"); }));
    CHECK(count(folder.file("left")) == 2);
    for (const Leftover& one : *left.there.get()) {
        CHECK(load_document(one.path).scene.title == one.title);
        CHECK(left.scenes.holds(one.path));
    }
    CHECK_FALSE(left.scenes.holds(folder.file("scene.json")));
    CHECK_FALSE(left.scenes.holds(folder.file("left/../scene.json")));
    left.scenes.forget(a);
    CHECK(left.becomes({"B"}));
    left.scenes.forget(b);
    CHECK(left.becomes({}));
    CHECK(count(folder.file("left")) == 0);
    CHECK(left.failures.drain().empty());
}

TEST_CASE("the next program is told of the newest few; older ones stay in the folder up to a bound") {
    const Folder folder;
    const std::string where = folder.file("left");
    {
        Left left(where);
        for (int i = 0; i < 6; ++i) {
            left.scenes.keep(std::make_shared<int>(), Left::titled(fmt::format("scene {}", i)));
        }
    }
    CHECK(count(where) == 6);
    // As if from other days: the order is that of the names, and what cannot be read is passed over.
    for (const auto& entry : fs::directory_iterator(where)) fs::remove(entry.path());
    for (int day = 1; day <= 6; ++day) save_document(fmt::format("{}/2026-11-{:02}_10.00.00_scene.json", where, day), Left::titled(fmt::format("day {}", day)));
    std::ofstream(where + "/2026-11-09_10.00.00_scene.json") << "{";
    Left next(where);
    CHECK(next.becomes({"day 6", "day 5", "day 4", "day 3"}));

    for (int k = 0; k < static_cast<int>(LeftScenes::most); ++k) save_document(fmt::format("{}/2026-10-{:02}_10.{:02}.00_scene.json", where, k % 28 + 1, k), Left::titled("old"));
    next.scenes.keep(std::make_shared<int>(), Left::titled("now"));
    REQUIRE(next.becomes({"now", "day 6", "day 5", "day 4"}));
    CHECK(count(where) == LeftScenes::most);
    CHECK(fs::exists(where + "/2026-11-01_10.00.00_scene.json"));
    CHECK_FALSE(fs::exists(where + "/2026-10-01_10.00.00_scene.json"));
}

TEST_CASE("what cannot be kept is said, and nothing else happens") {
    const Folder folder;
    std::ofstream(folder.file("left")) << "a file";
    Left left(folder.file("left"));
    left.scenes.keep(std::make_shared<int>(), Left::titled("A"));
    std::vector<std::string> said;
    REQUIRE(eventually([&] {
        for (auto& one : left.failures.drain()) said.push_back(one);
        return !said.empty();
    }));
    CHECK(said.front().starts_with("what was left is not kept: "));
}
