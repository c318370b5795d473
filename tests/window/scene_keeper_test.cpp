// When a scene counts as unsaved, and when it is written.
#include "app/window/scene_keeper.h"

#include <filesystem>
#include <fstream>
#include <set>

#include "app/runtime/scene_file.h"
#include "core/math/errors.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;
namespace fs = std::filesystem;

namespace {

using Seconds = std::chrono::seconds;

struct Kept {
    Kept() : autosave(folder.file("autosave"), {[](auto) {}, [](auto) {}}), session(builtin("moons"), false), keeper(&autosave) {}
    void edit(const std::string& title) {
        Scene scene = session.scene();
        scene.title = title;
        session.commit("title", scene);
    }
    // The title in the file, empty if there is none.
    std::string written() {
        for (const auto& entry : fs::directory_iterator(folder.file("autosave")))
            if (entry.path().extension() == ".json") try {
                    return load_scene(entry.path().string()).title;
                } catch (const BadInput&) {  // it has just gone
                }
        return "";
    }
    bool becomes(const std::string& title) {
        return eventually([&] { return fs::exists(folder.file("autosave")) && written() == title; }, Seconds(20));
    }
    Folder folder;
    Autosave autosave;
    Session session;
    SceneKeeper keeper;
    SceneKeeper::Clock::time_point now{};
};

}  // namespace

TEST_CASE("what was opened is saved; what was edited is kept within two seconds, also while a control is held; undone or saved it goes") {
    Kept k;
    k.now += Seconds(10);
    CHECK_FALSE(k.keeper.due(k.session, k.now));
    k.edit("one");
    REQUIRE(k.keeper.due(k.session, k.now));
    k.keeper.look(k.session, k.now);
    CHECK(k.becomes("one"));
    CHECK_FALSE(k.keeper.due(k.session, k.now));

    Scene held = k.session.scene();
    held.title = "two";
    k.session.preview(held);
    REQUIRE(k.keeper.due(k.session, k.now));
    CHECK(*k.keeper.due(k.session, k.now) == Approx(2).margin(0.01));
    k.keeper.look(k.session, k.now + Seconds(1));  // not yet
    CHECK(k.keeper.due(k.session, k.now + Seconds(1)));
    k.keeper.look(k.session, k.now += Seconds(3));
    CHECK(k.becomes("two"));

    k.session.cancel_preview();
    k.session.undo();
    k.keeper.look(k.session, k.now += Seconds(3));
    CHECK(k.becomes(""));
    CHECK_FALSE(k.keeper.due(k.session, k.now));

    k.edit("three");
    k.keeper.look(k.session, k.now += Seconds(3));
    CHECK(k.becomes("three"));
    k.keeper.saved(k.session);
    k.keeper.look(k.session, k.now += Seconds(3));
    CHECK(k.becomes(""));

    k.edit("four");
    k.keeper.look(k.session, k.now += Seconds(3));
    CHECK(k.becomes("four"));
    k.session.load(builtin("few_steps"), "open");
    k.keeper.look(k.session, k.now += Seconds(3));
    CHECK(k.becomes(""));
    CHECK_FALSE(k.keeper.due(k.session, k.now));
    // Saved before anybody looked at what was opened.
    k.session.load(builtin("moons"), "open");
    k.edit("five");
    k.keeper.saved(k.session);
    CHECK_FALSE(k.keeper.due(k.session, k.now));
}

TEST_CASE("a trained network is kept with its scene, at once when it pauses; saved it goes") {
    Folder folder;
    Autosave autosave(folder.file("autosave"), {[](auto) {}, [](auto) {}});
    Scene scene = builtin("moons");
    scene.models[0].training.steps = 30;
    Session session(scene);
    SceneKeeper keeper(&autosave);
    auto now = SceneKeeper::Clock::time_point{} + Seconds(10);
    CHECK_FALSE(keeper.due(session, now));
    session.train(0);
    REQUIRE(eventually([&] { const auto state = session.results().training[0]; return state && state->status == TrainingStatus::finished && !state->loss.empty(); }));
    REQUIRE(keeper.due(session, now));
    keeper.look(session, now);
    const auto kept = [&]() -> Document {
        for (const auto& entry : fs::directory_iterator(folder.file("autosave")))
            if (entry.path().extension() == ".json") try {
                    return load_document(entry.path().string());
                } catch (const BadInput&) {
                }
        return {};
    };
    REQUIRE(eventually([&] { return fs::exists(folder.file("autosave")) && !kept().weights.empty() && kept().weights[0]; }));
    CHECK((kept().weights[0]->values == session.results().training[0]->weights->values));
    CHECK_FALSE(keeper.due(session, now + Seconds(60)));
    keeper.saved(session);
    keeper.look(session, now += Seconds(60));
    CHECK(eventually([&] { return kept().weights.empty(); }));
    CHECK_FALSE(keeper.due(session, now + Seconds(60)));
}

TEST_CASE("a scene from the clipboard or of an earlier run stands in no file: it is kept without an edit") {
    Kept k;
    k.now += Seconds(10);
    k.session.load(builtin("few_steps"), "pasted");
    k.keeper.nowhere(k.session);
    k.keeper.look(k.session, k.now);
    CHECK(k.becomes(builtin("few_steps").title));
    const std::string old = k.folder.file("left.json");
    std::ofstream(old) << "{\"probflow\": 1, \"title\": \"left\"}";
    k.session.load(load_scene(old), "recovered");
    k.keeper.recovered(k.session, load_document(old), old);
    CHECK(k.becomes("left"));
    CHECK(eventually([&] { return !fs::exists(old); }));
    CHECK_FALSE(k.keeper.due(k.session, k.now));
}

TEST_CASE("the end: what is unsaved is written once more, whatever the clock says, and stays; what is discarded goes; without a folder it is only said") {
    const Folder folder;
    const std::string place = folder.file("autosave");
    const auto left = [&] {
        std::vector<std::string> titles;
        for (const auto& entry : fs::directory_iterator(place))
            if (entry.path().extension() == ".json") titles.push_back(load_scene(entry.path().string()).title);
        return titles;
    };
    const auto session_that_ends = [&](const std::function<void(SceneKeeper&, Session&, SceneKeeper::Clock::time_point)>& end) {
        Autosave autosave(place, {[](auto) {}, [](auto) {}});
        Session session(builtin("moons"), false);
        SceneKeeper keeper(&autosave);
        const auto edit = [&](const std::string& title) {
            Scene scene = session.scene();
            scene.title = title;
            session.commit("title", scene);
        };
        CHECK_FALSE(keeper.unsaved(session));
        const auto now = SceneKeeper::Clock::time_point{} + Seconds(10);
        edit("early");
        keeper.look(session, now);
        edit("late");
        keeper.look(session, now);  // too soon
        CHECK(keeper.unsaved(session).scene);
        CHECK_FALSE(keeper.unsaved(session).networks);
        CHECK(keeper.keeps());
        end(keeper, session, now);
    };
    session_that_ends([](auto& keeper, auto& session, auto) { keeper.keep_last(session); });
    CHECK(left() == std::vector<std::string>{"late"});
    session_that_ends([](auto& keeper, auto&, auto) { keeper.discard(); });
    CHECK(left() == std::vector<std::string>{"late"});  // that of the session before
    session_that_ends([](auto& keeper, auto& session, auto) { keeper.saved(session), keeper.keep_last(session); });  // at once, though "early" was kept
    CHECK(left() == std::vector<std::string>{"late"});

    Session session(builtin("moons"), false);
    SceneKeeper alone(nullptr);
    Scene scene = session.scene();
    scene.title = "edited";
    session.commit("title", scene);
    CHECK(alone.unsaved(session).scene);
    CHECK_FALSE(alone.keeps());
    CHECK_FALSE(alone.due(session, {}));
    alone.keep_last(session);
    alone.discard();
}

TEST_CASE("undo to a scene that was saved is back to what its file has") {
    Kept k;
    k.now += Seconds(10);
    k.edit("mine");
    k.session.set_file("mine.json");
    k.keeper.saved(k.session);
    k.session.load(builtin("few_steps"), "open", "theirs.json");
    k.edit("theirs");
    k.keeper.look(k.session, k.now);
    CHECK(k.keeper.unsaved(k.session).scene);
    CHECK(k.becomes("theirs"));
    k.session.undo(), k.session.undo();
    REQUIRE(k.session.scene().title == "mine");
    CHECK_FALSE(k.keeper.unsaved(k.session));
    k.keeper.look(k.session, k.now += Seconds(3));
    CHECK(k.becomes(""));
    k.session.undo();
    CHECK(k.keeper.unsaved(k.session).scene);
}

TEST_CASE("what stands in no file is unsaved also after undo leads back to it; what is opened afresh is saved, whatever was saved of it before") {
    Kept k;
    k.now += Seconds(10);
    const auto look = [&] { k.keeper.look(k.session, k.now += Seconds(3)); };
    k.session.load(builtin("few_steps"), "pasted");
    k.keeper.nowhere(k.session);
    look();
    CHECK(k.keeper.unsaved(k.session).scene);
    k.session.load(builtin("moons"), "open");
    look();
    CHECK_FALSE(k.keeper.unsaved(k.session));
    k.session.undo();
    CHECK(k.keeper.unsaved(k.session).scene);

    // A built-in, edited and saved; another; and the first again, untouched.
    k.session.load(builtin("moons"), "open");
    k.edit("mine");
    k.session.set_file("mine.json");
    k.keeper.saved(k.session);
    k.session.load(builtin("few_steps"), "open");
    k.session.load(builtin("moons"), "open");
    CHECK_FALSE(k.keeper.unsaved(k.session));
    // A file that somebody changed since.
    Scene changed = builtin("moons");
    changed.title = "by hand";
    k.session.load(changed, "open", "mine.json");
    CHECK_FALSE(k.keeper.unsaved(k.session));
}

TEST_CASE("networks saved with one scene are not unsaved again when undo leads back to it after another was saved") {
    Scene scene = builtin("moons");
    scene.models[0].training.steps = 30;
    Session session(scene);
    SceneKeeper keeper(nullptr);
    const auto train = [&] {
        session.train(0);
        REQUIRE(eventually([&] { const auto state = session.results().training[0]; return state && state->status == TrainingStatus::finished && !state->loss.empty(); }));
        CHECK(keeper.unsaved(session).networks);
        keeper.saved(session);
    };
    train();
    Scene other = scene;
    other.seed += 1;
    session.load(other, "open");
    train();
    session.undo();
    CHECK_FALSE(keeper.unsaved(session));
    session.redo();
    CHECK_FALSE(keeper.unsaved(session));
}

TEST_CASE("networks too large for a scene file: keeping at the end says so once, and keeps the rest") {
    Folder folder;
    Inbox<std::string> said;
    Autosave autosave(folder.file("autosave"), {[](auto) {}, [&](std::string s) { said.push(std::move(s)); }});
    LeftScenes left(folder.file("left"), {[](auto) {}, [&](std::string s) { said.push(std::move(s)); }});
    Scene scene = builtin("moons");
    scene.models[0].training.steps = 2;
    scene.models[0].training.batch = 16;
    scene.models[0].network.hidden = {1024, 1024};
    Session session(scene);
    SceneKeeper keeper(&autosave, &left);
    SceneKeeper::Clock::time_point now{};
    keeper.look(session, now);
    session.train(0);
    REQUIRE(eventually([&] { const auto state = session.results().training[0]; return state && state->status == TrainingStatus::finished && !state->loss.empty(); }));
    CHECK_FALSE(keeper.keep_last(session));
    CHECK_FALSE(autosave.failing());
    const auto words = said.drain();
    REQUIRE(words.size() == 1);
    CHECK(words[0].find("too large to be kept") != std::string::npos);
    CHECK(keeper.keep_last(session));  // it is known by now
    CHECK(said.drain().empty());
    // Likewise where it is left.
    keeper.look(session, now += Seconds(60));
    session.load(builtin("eight_gaussians"), "open");
    CHECK(keeper.look(session, now) == scene.title);
    std::vector<std::string> of_left;
    REQUIRE(eventually([&] {
        for (auto& one : said.drain()) of_left.push_back(one);
        return !of_left.empty();
    }));
    CHECK(of_left[0].find("with the scene that was left") != std::string::npos);
}

TEST_CASE("weights that a file had no room for stay unsaved") {
    Folder folder;
    Autosave autosave(folder.file("autosave"), {[](auto) {}, [](auto) {}});
    Scene scene = builtin("moons");
    scene.models[0].training.steps = 30;
    Session session(scene);
    SceneKeeper keeper(&autosave);
    session.train(0);
    REQUIRE(eventually([&] { const auto state = session.results().training[0]; return state && state->status == TrainingStatus::finished && !state->loss.empty(); }));
    CHECK(keeper.unsaved(session).networks);
    keeper.saved(session, {"another"});
    CHECK_FALSE(keeper.unsaved(session));
    keeper.saved(session, {scene.models[0].name});
    CHECK(keeper.unsaved(session).networks);
    CHECK_FALSE(keeper.unsaved(session).scene);
    CHECK(keeper.keep_last(session));
    bool found = false;
    for (const auto& entry : fs::directory_iterator(folder.file("autosave"))) found |= entry.path().extension() == ".json";
    CHECK(found);  // when keep_last() returns, it is there
}

namespace {

// Keeps the titles of what was left, by their files.
struct Leaving {
    Leaving() : left(folder.file("left"), {[](auto) {}, [](auto) {}}), session(builtin("moons"), false), keeper(nullptr, &left) {}
    std::optional<std::string> look() { return keeper.look(session, now += Seconds(1)); }
    void edit(const std::string& title) {
        Scene scene = session.scene();
        scene.title = title;
        session.commit("title", scene);
        look();
    }
    void open(const std::string& id) { session.load(builtin(id), "open"); }
    bool becomes(const std::set<std::string>& wanted) {
        return eventually([&] {
            std::set<std::string> titles;
            std::error_code none;
            for (const auto& entry : fs::directory_iterator(folder.file("left"), none))
                if (entry.path().extension() == ".json") try {
                        titles.insert(load_scene(entry.path().string()).title);
                    } catch (const BadInput&) {  // it has just gone
                    }
            return titles == wanted;
        }, Seconds(20));
    }
    Folder folder;
    LeftScenes left;
    Session session;
    SceneKeeper keeper;
    SceneKeeper::Clock::time_point now{};
};

}  // namespace

TEST_CASE("a scene that is left with changes is kept aside, in its newest state, until it is saved or undone") {
    Leaving k;
    CHECK_FALSE(k.look());
    k.open("few_steps");
    CHECK_FALSE(k.look());  // nothing was changed
    k.edit("one");
    k.open("moons");
    CHECK(k.look() == "one");
    CHECK_FALSE(k.look());  // said once
    CHECK(k.becomes({"one"}));

    k.session.undo();  // back to it
    CHECK_FALSE(k.look());
    k.edit("two");
    k.open("eight_gaussians");
    CHECK(k.look() == "two");
    CHECK(k.becomes({"two"}));  // in its place

    k.session.undo();
    k.look();
    SECTION("undone") {
        k.session.undo();
        k.session.undo();
        k.look();
        CHECK(k.becomes({}));
    }
    SECTION("saved") {
        k.keeper.saved(k.session);
        k.look();
        CHECK(k.becomes({}));
    }
    SECTION("discarded at the end") {
        k.keeper.discard();
        CHECK(k.becomes({}));
    }
    SECTION("two of them") {
        k.open("moons");
        k.look();
        k.edit("three");
        k.open("few_steps");
        k.look();
        CHECK(k.becomes({"two", "three"}));
    }
    SECTION("from the clipboard, as it came") {
        k.open("moons");
        k.keeper.nowhere(k.session);
        k.look();
        k.open("few_steps");
        CHECK(k.look() == builtin("moons").title);
    }
}

TEST_CASE("stops of a lecture are not kept aside: the lecture keeps what is changed") {
    Leaving k;
    Lecture lecture;
    lecture.stops.emplace_back().scene = k.session.scene();
    k.session.begin_at(opened(lecture));
    k.look();
    Scene scene = k.session.scene();
    scene.seed += 1;
    k.session.commit("seed", scene);
    k.look();
    k.open("few_steps");
    CHECK_FALSE(k.look());
    CHECK(k.becomes({}));
}

TEST_CASE("networks that were trained are kept aside with the scene that is left") {
    Folder folder;
    LeftScenes left(folder.file("left"), {[](auto) {}, [](auto) {}});
    Scene scene = builtin("moons");
    scene.models[0].training.steps = 30;
    Session session(scene);
    SceneKeeper keeper(nullptr, &left);
    SceneKeeper::Clock::time_point now{};
    keeper.look(session, now);
    session.train(0);
    REQUIRE(eventually([&] { const auto state = session.results().training[0]; return state && state->status == TrainingStatus::finished && !state->loss.empty(); }));
    keeper.look(session, now);
    const auto weights = session.results().training[0]->weights;
    session.load(builtin("eight_gaussians"), "open");
    CHECK(keeper.look(session, now) == scene.title);
    REQUIRE(eventually([&] { return fs::exists(folder.file("left")) && !fs::is_empty(folder.file("left")) && fs::directory_iterator(folder.file("left"))->path().extension() == ".json"; }));
    const Document kept = load_document(fs::directory_iterator(folder.file("left"))->path().string());
    REQUIRE(kept.weights.size() == scene.models.size());
    REQUIRE(kept.weights[0]);
    CHECK(kept.weights[0]->values == weights->values);
}

TEST_CASE("a scene opened from among those that were left is saved nowhere yet; once it is, its file goes") {
    Leaving k;
    k.look();
    k.edit("one");
    k.open("few_steps");
    k.look();
    REQUIRE(k.becomes({"one"}));
    const std::string path = fs::directory_iterator(k.folder.file("left"))->path().string();
    k.session.load(load_document(path).scene, "open");
    k.keeper.left_behind(k.session, path);
    k.look();
    CHECK(k.keeper.unsaved(k.session).scene);
    CHECK(k.becomes({"one"}));
    SECTION("saved") {
        k.keeper.saved(k.session);
        k.look();
        CHECK(k.becomes({}));
    }
    SECTION("left again, changed: its newest state in its place") {
        k.edit("two");
        k.open("moons");
        CHECK(k.look() == "two");
        CHECK(k.becomes({"two"}));
    }
}
