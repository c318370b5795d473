// The dialog that opens and saves scenes.
#include <filesystem>
#include <fstream>

#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::panels;
using pf::testing::eventually;
using pf::testing::Folder;
namespace fs = std::filesystem;

namespace {

void put(const std::string& path) { std::ofstream(path) << "{}"; }
std::string path_of(const Folder& folder) { return fs::path(folder.file("x")).parent_path().string(); }

void show(Driver& d, FileTask task, const std::string& path) {
    open_file_dialog(d.ui.files, std::move(task), path);
    REQUIRE(eventually([&] { return !d.ui.files.reader->waiting(); }));
    for (int i = 0; i < 4; ++i) d.frame();
}

// A line of the list: "up", "recent 0", "entry 1".
ImVec2 line(Driver& d, const std::string& id) {
    const ImGuiWindow* dialog = ImGui::FindWindowByName("##files");
    REQUIRE(dialog);
    const std::string list = fmt::format("##files/list_{:08X}", ImHashStr("list", 0, dialog->ID));
    return d.find(list.c_str(), {id, "##line"}, {0.5f});
}

bool shown() {
    const ImGuiWindow* dialog = ImGui::FindWindowByName("##files");
    return dialog && dialog->Active;
}

}  // namespace

TEST_CASE("a scene is opened by a second click, by its typed name, and from the recent ones") {
    const Folder folder;
    put(folder.file("a.json"));
    put(folder.file("b.pdf"));
    fs::create_directory(folder.file("sub"));
    put(folder.file("sub/c.json"));
    Driver d;
    d.ui.files.recent = {"/elsewhere/old.json"};
    show(d, open_scene_task(), folder.file("a.json"));
    REQUIRE(shown());
    CHECK(d.ui.files.folder == path_of(folder));

    CHECK(line(d, "entry 2").x < 0);  // sub/ and a.json only
    d.click(line(d, "entry 1"));
    CHECK(d.ui.files.name == "a.json");
    CHECK(d.asked.empty());
    d.click(line(d, "entry 1"));
    CHECK(d.asked == std::vector<std::string>{"open " + folder.file("a.json")});
    CHECK(d.ui.files.open);  // until the window says that it was done

    d.click(line(d, "recent 0"));
    CHECK(d.asked.back() == "open /elsewhere/old.json");

    d.click(line(d, "entry 0"));
    CHECK(d.ui.files.folder == folder.file("sub"));
    REQUIRE(eventually([&] { return !d.ui.files.reader->waiting(); }));
    d.frame();
    d.click(line(d, "up"));
    CHECK(d.ui.files.folder == path_of(folder));

    // What was left with changes, and the folder where the rest of it lies.
    d.ui.files.left = {{folder.file("sub/c.json"), "C as it was left", "14:05"}};
    d.frame();
    d.click(line(d, "left 0"));
    CHECK(d.asked.back() == "open " + folder.file("sub/c.json"));
    d.click(line(d, "left all"));
    CHECK(d.ui.files.folder == folder.file("sub"));

    // Typed: a folder is entered, a file is opened; relative, absolute.
    show(d, open_scene_task(), folder.file("a.json"));
    d.type("sub");
    d.tap(ImGuiKey_Enter);
    CHECK(d.ui.files.folder == folder.file("sub"));
    show(d, open_scene_task(), folder.file("a.json"));
    d.type("sub/c.json");
    d.tap(ImGuiKey_Enter);
    CHECK(d.asked.back() == "open " + folder.file("sub/c.json"));
}

TEST_CASE("saving adds the extension and asks before it replaces") {
    const Folder folder;
    put(folder.file("there.json"));
    Driver d;
    show(d, save_scene_task(), folder.file("moons.json"));
    CHECK(d.ui.files.name == "moons.json");
    d.type("new");
    d.tap(ImGuiKey_Enter);
    CHECK(d.asked == std::vector<std::string>{"save " + folder.file("new.json")});

    show(d, save_scene_task(), folder.file("there.json"));
    d.tap(ImGuiKey_Enter);
    CHECK(d.asked.size() == 1);
    CHECK(d.ui.files.replaces == folder.file("there.json"));
    d.frame();
    const ImVec2 replace = d.find("##files", {"###confirm"}, {0.7f, 0.75f, 0.8f});
    REQUIRE(replace.x >= 0);
    d.click(replace);
    CHECK(d.asked.back() == "save " + folder.file("there.json"));
}

TEST_CASE("what went wrong stands in the dialog; Esc closes it and nothing else; it owns the keys") {
    const Folder folder;
    Driver d;
    d.ui.presenting = true;
    show(d, open_scene_task(), folder.file("x"));
    d.ui.files.sentence = "a.json: lanes[0].solver: unknown id";
    d.frame();
    CHECK_FALSE(d.press(key::page_down));
    CHECK_FALSE(d.press('S', key::control));
    CHECK(d.session.undo_label().empty());
    CHECK(d.press(key::escape));
    for (int i = 0; i < 3; ++i) d.frame();
    CHECK_FALSE(shown());
    CHECK_FALSE(list_open());
    CHECK(d.ui.presenting);
    CHECK(d.press(key::space));
}

TEST_CASE("the keyboard alone walks the list") {
    const Folder folder;
    put(folder.file("a.json"));
    put(folder.file("b.json"));
    Driver d;
    show(d, open_scene_task(), folder.file("a.json"));
    for (int i = 0; i < 6 && d.asked.empty(); ++i) {
        d.tap(ImGuiKey_UpArrow);
        d.tap(ImGuiKey_Enter);
        d.frame();
    }
    REQUIRE(d.asked.size() == 1);
    CHECK(d.asked[0].starts_with("open " + path_of(folder)));
}

TEST_CASE("recent files: newest first, no doubles, a few") {
    FileDialog dialog;
    for (int i = 0; i < 20; ++i) remember_file(dialog, fmt::format("/{}.json", i));
    remember_file(dialog, "/15.json");
    CHECK(dialog.recent.size() == most_recent_files);
    CHECK(dialog.recent[0] == "/15.json");
    CHECK(dialog.recent[1] == "/19.json");
}
