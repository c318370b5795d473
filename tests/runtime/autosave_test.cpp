// What is kept against a crash: who finds it, who does not, and what a failing disk does.
#include "app/runtime/autosave.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;
namespace fs = std::filesystem;

namespace {

Scene titled(const std::string& title) {
    Scene scene = builtin("moons");
    scene.title = title;
    return scene;
}

// An autosave and what it said.
struct Listening {
    explicit Listening(const std::string& folder)
        : autosave(folder, {[this](std::vector<Leftover> all) { leftovers.publish(std::make_shared<const std::vector<Leftover>>(std::move(all))); }, [this](std::string s) { failures.push(std::move(s)); }}) {}
    std::vector<std::string> titles() const {
        std::vector<std::string> out;
        if (const auto all = leftovers.get())
            for (const Leftover& one : *all) out.push_back(one.title);
        return out;
    }
    Latest<std::vector<Leftover>> leftovers;
    Inbox<std::string> failures;
    Autosave autosave;
};

std::vector<std::string> files(const std::string& folder, const std::string& ending) {
    std::vector<std::string> out;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (entry.path().extension() == ending) out.push_back(entry.path().string());
    return out;
}

// A process of its own that keeps a scene and is then killed, as kill -9 does. While it lives, `meanwhile` is run.
void killed_while_editing(const std::string& folder, const std::string& title, const std::function<void()>& meanwhile = [] {}) {
    const auto before = files(folder, ".json").size();
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        Autosave autosave(folder, {[](auto) {}, [](auto) {}});
        autosave.keep({titled(title)});
        for (;;) ::pause();
    }
    CHECK(eventually([&] { return files(folder, ".json").size() > before; }));
    meanwhile();
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
}

}  // namespace

TEST_CASE("a program that ends with nothing unsaved leaves nothing; otherwise its last scene, as one that is killed does, offered until it is declined") {
    const Folder place;
    const std::string folder = place.file("state/autosave");
    {
        Listening ordinary(folder);
        ordinary.autosave.keep({titled("kept")});
        REQUIRE(eventually([&] { return files(folder, ".json").size() == 1; }));
        CHECK(load_scene(files(folder, ".json")[0]) == completed(titled("kept")));
        ordinary.autosave.keep({titled("kept again")});
        CHECK(eventually([&] { return load_scene(files(folder, ".json")[0]).title == "kept again"; }));
        ordinary.autosave.forget();
        CHECK(eventually([&] { return files(folder, ".json").empty(); }));
        ordinary.autosave.keep({titled("last")});
        ordinary.autosave.forget();
    }
    CHECK(fs::is_empty(folder));
    {
        Listening unsaved(folder);
        unsaved.autosave.keep({titled("before")});
        unsaved.autosave.keep({titled("last")});
    }
    {
        Listening next(folder);
        REQUIRE(eventually([&] { return !next.titles().empty(); }));
        CHECK(next.titles() == std::vector<std::string>{"last"});
        next.autosave.discard(next.leftovers.get()->front().path);
    }
    CHECK(fs::is_empty(folder));

    killed_while_editing(folder, "lost");
    for (int start = 0; start < 2; ++start) {
        Listening next(folder);
        REQUIRE(eventually([&] { return !next.titles().empty(); }));
        CHECK(next.titles() == std::vector<std::string>{"lost"});
        CHECK(next.leftovers.get()->front().written.size() >= 5);
        if (start == 1) next.autosave.discard(next.leftovers.get()->front().path);
    }
    CHECK(fs::is_empty(folder));
    Listening last(folder);
    last.autosave.keep({titled("x")});
    REQUIRE(eventually([&] { return !files(folder, ".json").empty(); }));
    CHECK(last.titles().empty());
}

TEST_CASE("two programs at once: neither is offered what the other holds, and no file is written over") {
    const Folder place;
    const std::string folder = place.file("autosave");
    killed_while_editing(folder, "first");
    // The second is offered the first, and holds it as long as it lives.
    killed_while_editing(folder, "second", [&] {
        Listening beside(folder);
        beside.autosave.keep({titled("third")});
        REQUIRE(eventually([&] { return files(folder, ".json").size() == 3; }));
        CHECK(beside.titles().empty());
        beside.autosave.forget();
    });
    Listening after(folder);
    REQUIRE(eventually([&] { return after.titles().size() == 2; }));
    const auto titles = after.titles();
    CHECK(std::set<std::string>(titles.begin(), titles.end()) == std::set<std::string>{"first", "second"});
}

TEST_CASE("a recovered scene is in a file at every moment: the old one goes when the new one is there") {
    const Folder place;
    const std::string folder = place.file("autosave");
    killed_while_editing(folder, "lost");
    const std::string old = files(folder, ".json").at(0);
    {
        Listening next(folder);
        REQUIRE(eventually([&] { return !next.titles().empty(); }));
        next.autosave.take_over({titled("lost and found")}, old);
        REQUIRE(eventually([&] { return !fs::exists(old); }));
        REQUIRE(files(folder, ".json").size() == 1);
        CHECK(load_scene(files(folder, ".json")[0]).title == "lost and found");
    }
    REQUIRE(files(folder, ".json").size() == 1);  // it was not saved
    CHECK(load_scene(files(folder, ".json")[0]).title == "lost and found");
}

TEST_CASE("rests of writes that were cut off go; what cannot be read stays and is not offered") {
    const Folder place;
    const std::string folder = place.file("autosave");
    fs::create_directories(folder);
    std::ofstream(folder + "/77.json.77-0.part") << "{\"probflow\": 1";
    std::ofstream(folder + "/78.json") << "{\"probflow\": 999}";
    Listening next(folder);
    CHECK(eventually([&] { return files(folder, ".part").empty(); }));
    next.autosave.keep({titled("mine")});
    CHECK(eventually([&] { return files(folder, ".json").size() == 2; }));
    CHECK(next.titles().empty());
    CHECK(fs::exists(folder + "/78.json"));
}

TEST_CASE("a full disk or a folder that cannot be made is said once, and the next try is made all the same") {
    const Folder place;
    SECTION("full") {
        const std::string folder = place.file("autosave");
        Listening full(folder);
        full.autosave.keep({titled("small")});
        REQUIRE(eventually([&] { return files(folder, ".json").size() == 1; }));
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{100, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        for (int i = 0; i < 3; ++i) {
            full.autosave.keep({titled("large")});
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        CHECK(eventually([&] { return full.autosave.failing(); }));
        setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        const auto said = full.failures.drain();
        REQUIRE(said.size() == 1);
        CHECK(said[0].find("not kept against a crash") != std::string::npos);
        CHECK(load_scene(files(folder, ".json").at(0)).title == "small");
        CHECK(files(folder, ".part").empty());
        full.autosave.keep({titled("again")});
        CHECK(eventually([&] { return !full.autosave.failing(); }));
        CHECK(load_scene(files(folder, ".json").at(0)).title == "again");
    }
    SECTION("no folder") {
        std::ofstream(place.file("taken")) << "a file";
        Listening nowhere(place.file("taken/autosave"));
        for (int i = 0; i < 3; ++i) {
            nowhere.autosave.keep({titled("x")});
            CHECK(eventually([&] { return nowhere.autosave.failing(); }));
        }
        CHECK(nowhere.failures.drain().size() == 1);
    }
}
