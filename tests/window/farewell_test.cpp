// Quitting, without a window: what is asked, what each answer does, and where each way out leads. The panel is tests/panels/test_recovery.cpp, whole programs are program_recovery.
#include "app/window/farewell.h"

#include <filesystem>

#include "app/panels/lecture_player.h"
#include "app/runtime/lecture.h"
#include "app/runtime/scene_file.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;
namespace fs = std::filesystem;

namespace {

using State = panels::Farewell::State;

// A program without a window, in a folder of its own.
struct Quitting {
    Quitting() { fs::current_path(folder.file("")); }
    ~Quitting() { fs::current_path(before); }
    void edit(const std::string& title) {
        Scene scene = session.scene();
        scene.title = title;
        session.commit("title", scene);
    }
    // The loop at work: what is unsaved is kept against a crash.
    void rest() {
        keeper.look(session, now += std::chrono::seconds(30));
        keeper.look(session, now += std::chrono::seconds(30));
        autosave.flush();
    }
    // As the loop has it after each answer.
    State ask(std::string_view answer = {}) {
        quit(program, answer);
        return turn();
    }
    State turn() {
        go_on_quitting(program);
        return ui.farewell.state;
    }
    // Of this same program, which takes the words for a test's name and ends: a film that fails.
    void make_film() {
        ui.film.path = folder.file("film.gif");
        perform(program, "export start");
        REQUIRE(film);
    }
    std::string said() const {
        std::string out;
        for (const Notice& n : notices.notices()) out += n.text + "\n";
        return out;
    }
    // The title of what the next start offers, empty if there is nothing.
    std::string kept() const {
        if (fs::exists(folder.file("autosave")))
            for (const auto& entry : fs::directory_iterator(folder.file("autosave")))
                if (entry.path().extension() == ".json") return load_scene(entry.path().string()).title;
        return "";
    }
    fs::path before = fs::current_path();
    Folder folder;
    std::unique_ptr<AudienceWindow> audience;
    Autosave autosave{folder.file("autosave"), {[](auto) {}, [](auto) {}}};
    Session session{builtin("eight_gaussians"), false};
    panels::UiState ui;
    NoticeBoard notices;
    std::unique_ptr<ExportProcess> film;
    DataDrop data;
    FileSaves saves;
    SceneKeeper keeper{&autosave};
    LectureKeeper lectures{nullptr};
    SceneKeeper::Clock::time_point now{};
    bool over = false, picture_due = false;
    Program program{nullptr, audience, session, ui, notices, film, data, saves, keeper, lectures, &autosave, nullptr, over, picture_due};
};

}  // namespace

TEST_CASE("where nothing is unsaved quitting asks nothing") {
    Quitting q;
    SECTION("as it was opened") {}
    SECTION("undone; what was kept meanwhile goes") {
        q.edit("mine");
        q.rest();
        REQUIRE(q.kept() == "mine");
        q.session.undo();
    }
    CHECK(q.ask() == State::none);
    CHECK(q.over);
    CHECK(q.autosave.flush());
    CHECK(q.kept().empty());
}

TEST_CASE("what is unsaved is asked about once, however long the key is held; discarding it ends the program") {
    Quitting q;
    q.edit("mine");
    CHECK(q.ask() == State::unsaved);
    CHECK(q.ui.farewell.sentence == "“mine” has changes that are not saved.");
    CHECK(q.ui.farewell.keepable);
    CHECK(q.ask() == State::unsaved);
    CHECK_FALSE(q.over);
    q.rest();
    REQUIRE(q.kept() == "mine");
    q.ask("discard");
    CHECK(q.over);
    CHECK(q.autosave.flush());
    CHECK(q.kept().empty());
}

TEST_CASE("kept, it ends and the next start has it; what cannot be kept is said, and the window stays") {
    Quitting q;
    q.edit("mine");
    q.ask();
    SECTION("there is room") {
        q.ask("keep");
        CHECK(q.over);
        CHECK(q.kept() == "mine");
    }
    SECTION("its folder is a file by now") {
        fs::remove_all(q.folder.file("autosave"));
        std::FILE* file = std::fopen(q.folder.file("autosave").c_str(), "w");
        REQUIRE(file);
        std::fclose(file);
        CHECK(q.ask("keep") == State::unsaved);
        CHECK_FALSE(q.ui.farewell.keepable);
        CHECK_FALSE(q.over);
        CHECK(q.said().find("it could not be kept: save it under a name") != std::string::npos);
    }
}

TEST_CASE("saving to the scene's own file ends the program; a save that fails leads back to the question, with the reason") {
    Quitting q;
    q.edit("mine");
    SECTION("it can be written") {
        q.session.set_file(q.folder.file("mine.json"));
        q.ask();
        q.ask("save");
        CHECK(q.over);
        CHECK(load_scene(q.folder.file("mine.json")).title == "mine");
    }
    SECTION("its folder is gone") {
        q.session.set_file(q.folder.file("gone/mine.json"));
        q.ask();
        CHECK(q.ask("save") == State::unsaved);
        CHECK_FALSE(q.over);
        CHECK(q.said().find("gone/mine.json") != std::string::npos);
    }
}

TEST_CASE("saving a scene without a file waits for the dialog; left without saving, that leads back to the question") {
    Quitting q;
    q.edit("mine");
    q.ask();
    CHECK(q.ask("save") == State::when_saved);
    REQUIRE(q.ui.files.open);
    CHECK(q.turn() == State::when_saved);
    SECTION("saved") {
        perform(q.program, "save " + q.folder.file("named.json"));
        CHECK(q.over);
    }
    SECTION("left") {
        panels::close_file_dialog(q.ui.files);
        CHECK(q.turn() == State::unsaved);
        CHECK_FALSE(q.over);
    }
    SECTION("another scene is dropped on it: who opens something stays") {
        save_scene(q.folder.file("other.json"), builtin("moons"));
        open_dropped(q.program, q.folder.file("other.json"));
        CHECK(q.turn() == State::none);
        CHECK_FALSE(q.over);
        CHECK(q.session.scene().title == builtin("moons").title);
    }
    SECTION("a save later on has nothing to do with quitting") {
        panels::close_file_dialog(q.ui.files);
        q.turn();
        q.ui.farewell.state = State::none;  // stay
        perform(q.program, "save " + q.folder.file("named.json"));
        CHECK_FALSE(q.over);
    }
}

TEST_CASE("a film is asked about first, then the scene") {
    Quitting q;
    q.make_film();
    SECTION("stopped, with nothing unsaved") {
        CHECK(q.ask() == State::film);
        q.ask("stop");
        CHECK_FALSE(q.film);
        CHECK(q.over);
    }
    SECTION("stopped, with changes") {
        q.edit("mine");
        CHECK(q.ask() == State::film);
        CHECK(q.ask("stop") == State::unsaved);
        CHECK_FALSE(q.over);
    }
    SECTION("waited for: changes are asked about when it is done") {
        q.edit("mine");
        q.ask();
        CHECK(q.ask("film") == State::when_filmed);
        CHECK(q.turn() == State::when_filmed);
        q.film.reset();
        CHECK(q.turn() == State::unsaved);
    }
    SECTION("waited for: done, nothing is left to ask") {
        q.ask();
        q.ask("film");
        q.film.reset();
        q.turn();
        CHECK(q.over);
    }
    SECTION("asked again while it is waited for: the question comes back") {
        q.ask();
        q.ask("film");
        CHECK(q.ask() == State::film);
    }
    SECTION("done while the question stands: it is moot, and nobody said to quit") {
        q.ask();
        q.film.reset();
        CHECK(q.turn() == State::none);
        CHECK_FALSE(q.over);
    }
    SECTION("done between question and answer") {
        q.ask();
        q.film.reset();
        CHECK(q.ask("film") == State::none);
        CHECK_FALSE(q.over);
    }
    SECTION("cancelled in its dialog while quitting waits for it: who cancels it stays") {
        q.ask();
        q.ask("film");
        perform(q.program, "export cancel");
        q.film.reset();
        CHECK(q.turn() == State::none);
        CHECK_FALSE(q.over);
    }
}

TEST_CASE("changed stops of a lecture are asked about: saved as a new file, or left") {
    Quitting q;
    panels::open_lecture(q.session, opened(load_lecture("noise_to_data")));
    CHECK(q.ask() == State::none);
    CHECK(q.over);
    q.over = false;
    Scene changed = q.session.scene();
    changed.seed += 1;
    q.session.commit("seed", changed);
    REQUIRE(q.ask() == State::lecture);
    SECTION("left") {
        q.ask("leave");
        CHECK(q.over);
        CHECK(q.folder.entries() == 0);
    }
    SECTION("saved") {
        q.ask("lecture");
        CHECK(q.over);
        CHECK(q.said().find("lecture saved: ") != std::string::npos);
        CHECK(q.folder.entries() == 1);
    }
    SECTION("refused") {
        fs::create_directories(q.folder.file("narrow"));
        fs::current_path(q.folder.file("narrow"));
        fs::remove_all(q.folder.file("narrow"));  // nothing can be written here
        CHECK(q.ask("lecture") == State::lecture);
        CHECK_FALSE(q.over);
        INFO(q.said());
        CHECK(q.said().find("lecture saved") == std::string::npos);
        CHECK_FALSE(q.said().empty());
        fs::current_path(q.folder.file(""));
    }
}

TEST_CASE("a lecture that came from a file is saved there; a new one says that it is not saved") {
    Quitting q;
    Lecture lecture = load_lecture("noise_to_data");
    const std::string path = q.folder.file("talk.json");
    save_lecture(path, lecture);
    perform(q.program, "open " + path);
    REQUIRE(q.session.place());
    Scene changed = q.session.scene();
    changed.seed += 1;
    q.session.commit("seed", changed);
    SECTION("Ctrl+S at a stop") {
        perform(q.program, "save");
        CHECK(q.ask() == State::none);
        CHECK(q.over);
    }
    SECTION("on quitting") {
        REQUIRE(q.ask() == State::lecture);
        CHECK(q.ui.farewell.sentence.find("has changes that are not saved") != std::string::npos);
        q.ask("lecture");
        CHECK(q.over);
    }
    CHECK(load_lecture(path).stops[0].scene.seed == changed.seed);
    CHECK(q.folder.entries() == 1);
    q.over = false;
    q.session.commit("new", changed, unsaved(lecture));
    CHECK(q.ask() == State::lecture);
    CHECK(q.ui.farewell.sentence.find("is not saved") != std::string::npos);
}

TEST_CASE("who goes on to something else while quitting waits stays: a lecture, a built-in scene, undo") {
    Quitting q;
    q.edit("mine");
    q.ask();
    q.ask("save");  // by the dialog, as it has no file yet
    REQUIRE(q.ui.farewell.state == State::when_saved);
    SECTION("a lecture") { panels::open_lecture(q.session, opened(load_lecture("noise_to_data"))); }
    SECTION("a scene") { q.session.load(builtin("moons"), "open"); }
    panels::close_file_dialog(q.ui.files);
    CHECK(q.turn() == State::none);
    CHECK_FALSE(q.over);
}

TEST_CASE("a black screen shows the question; the audience's stays black") {
    Quitting q;
    q.edit("mine");
    q.ui.blanked = true;
    SECTION("one window") {
        q.ask();
        CHECK_FALSE(q.ui.blanked);
    }
    SECTION("the audience has its own") {
        q.ui.audience.emplace();
        q.ask();
        CHECK(q.ui.blanked);
    }
}
