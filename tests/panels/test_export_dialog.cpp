// The dialog that exports films.
#include <filesystem>
#include <fstream>

#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::panels;
using pf::testing::Folder;

namespace {

const char* const dialog = "##film";

void show(Driver& d, const std::string& path) {
    d.ui.film.open = true;
    d.ui.film.path = path;
    for (int i = 0; i < 4; ++i) d.frame();
}

bool shown() {
    const ImGuiWindow* w = ImGui::FindWindowByName(dialog);
    return w && w->Active;
}

// A row of one of the two columns.
ImVec2 row(Driver& d, const char* column, std::vector<std::string> path) {
    const ImGuiWindow* w = ImGui::FindWindowByName(dialog);
    REQUIRE(w);
    const std::string name = fmt::format("{}/{}_{:08X}", dialog, column, ImHashStr(column, 0, w->ID));
    return d.find(name.c_str(), path, {0.47f, 0.6f, 0.75f, 0.9f, 0.97f});
}

ImVec2 button(Driver& d, const char* id) { return d.find(dialog, {id}, {0.05f, 0.1f, 0.25f, 0.3f, 0.75f, 0.8f, 0.85f, 0.9f, 0.95f}); }

}  // namespace

TEST_CASE("the dialog asks for the film that is chosen, keeps the name's ending true, and asks before it replaces") {
    const Folder folder;
    Driver d;
    show(d, folder.file("film.mp4"));
    REQUIRE(shown());
    const ImVec2 gif = d.find(dialog, {"kind", "gif", "GIF"}, {0.5f, 0.45f, 0.55f});
    REQUIRE(gif.x >= 0);
    d.ui.film.settings.fps = 30;
    d.ui.film.settings.chroma = "444";
    d.click(gif);
    CHECK(d.ui.film.settings.kind == "gif");
    CHECK(d.ui.film.path == folder.file("film.gif"));
    CHECK(d.ui.film.settings.fps == 50);
    CHECK(d.ui.film.settings.chroma == "420");
    const ImVec2 slow = row(d, "left", {"rates", "20", "20"});
    REQUIRE(slow.x >= 0);
    d.click(slow);
    CHECK(d.ui.film.settings.fps == 20);

    REQUIRE(button(d, "###export").x >= 0);
    d.click(button(d, "###export"));
    CHECK(d.asked == std::vector<std::string>{"export start"});
    std::ofstream(folder.file("film.gif")) << "there";
    d.click(button(d, "###export"));
    CHECK(d.asked.size() == 1);
    CHECK(d.ui.film.replaces == folder.file("film.gif"));
    d.click(button(d, "###export"));
    CHECK(d.asked.size() == 2);
    CHECK(d.asked.back() == "export start");
    CHECK_FALSE(d.press(key::page_down));
    CHECK(d.press(key::escape));
    for (int i = 0; i < 3; ++i) d.frame();
    CHECK_FALSE(shown());
}

TEST_CASE("every option of films has its row; switches and sliders change the settings") {
    Driver d(two_lanes(), {1600, 1400});
    d.ui.scale = 1;
    show(d, "/tmp/film.apng");
    d.ui.film.settings.kind = "apng";
    for (const char* flag : {"caption", "labels", "legend", "equation", "time", "transparent"}) {
        CAPTURE(flag);
        const auto* option = std::find_if(film_options().begin(), film_options().end(), [&](const FilmOption& o) { return o.id == flag; }).base();
        const bool before = d.ui.film.settings.*std::get<FilmOption::Flag>(option->value).value;
        const ImVec2 at = row(d, "right", {std::string(option->label), "##switch"});
        REQUIRE(at.x >= 0);
        d.click(at);
        CHECK(d.ui.film.settings.*std::get<FilmOption::Flag>(option->value).value == !before);
    }
    const ImVec2 second = row(d, "right", {"2##lane"});
    REQUIRE(second.x >= 0);
    CHECK(d.ui.film.settings.panes == "all");
    d.click(second);
    CHECK(d.ui.film.settings.panes == "1");
    d.click(second);
    CHECK(d.ui.film.settings.panes == "all");
    const ImVec2 large = row(d, "left", {"sizes", "3840x2160", "4K"});
    REQUIRE(large.x >= 0);
    d.click(large);
    CHECK(d.ui.film.settings.size == "3840x2160");
    CHECK(d.asked.empty());
}

TEST_CASE("what cannot be made is said and cannot be asked for: no ffmpeg, odd sizes, networks without training") {
    Driver d;
    d.ui.film.ffmpeg = false;
    show(d, "/tmp/no/such/film.mp4");
    d.click(button(d, "###export"));
    CHECK(d.asked.empty());
    // MP4 is greyed, numbered pictures are not.
    const ImVec2 pictures = d.find(dialog, {"kind", "png", "PNG pictures"}, {0.9f, 0.85f});
    REQUIRE(pictures.x >= 0);
    d.click(pictures);
    d.click(button(d, "###export"));
    CHECK(d.asked.size() == 1);
    const ImVec2 mp4 = d.find(dialog, {"kind", "mp4", "MP4"}, {0.1f});
    if (mp4.x >= 0) d.click(mp4);
    CHECK(d.ui.film.settings.kind == "png");

    d.ui.film.ffmpeg = true;
    d.ui.film.settings.kind = "mp4";
    d.ui.film.settings.size = "333x221";
    d.click(button(d, "###export"));
    CHECK(d.asked.size() == 1);

    Scene learned = two_lanes();
    learned.models[0].field = "network";
    d.ui.film.settings.size = "640x360";
    d.session.commit("learned", learned);
    for (int i = 0; i < 3; ++i) d.frame();
    d.click(button(d, "###export"));
    CHECK(d.asked.size() == 1);
    d.ui.film.settings.training = true;
    d.click(button(d, "###export"));
    CHECK(d.asked.size() == 2);
}

TEST_CASE("while a film is made the dialog shows how far it is, cancels, and closes without stopping it") {
    Driver d;
    show(d, "/tmp/film.mp4");
    d.ui.film.running = ExportProgress{"/tmp/film.mp4", "rendering", 120, 400, 0.3, 23, 2'000'000};
    for (int i = 0; i < 3; ++i) d.frame();
    CHECK(button(d, "###export").x < 0);
    d.click(button(d, "Cancel the export"));
    CHECK(d.asked == std::vector<std::string>{"export cancel"});
    d.click(button(d, "Close"));
    for (int i = 0; i < 3; ++i) d.frame();
    CHECK_FALSE(shown());
    CHECK(d.asked.size() == 1);
}

TEST_CASE("the dialog fits every window, and Enter exports as it opens") {
    for (const auto& [size, scale] : {std::pair{ImVec2{1280, 720}, 2.f}, {ImVec2{640, 400}, 1.f}, {ImVec2{2560, 1440}, 1.f}}) {
        Driver d(two_lanes(), size);
        d.ui.scale = scale;
        apply_theme(d.ui);
        show(d, "/tmp/a_name_that_is_rather_long_for_a_film_of_eight_gaussians_and_more.mp4");
        const ImGuiWindow* w = ImGui::FindWindowByName(dialog);
        REQUIRE(w);
        CHECK(w->ScrollMax.x <= 1);
        CHECK(w->ScrollMax.y <= w->WindowPadding.y + 1);
        CHECK((w->Pos.x >= 0 && w->Pos.y >= 0 && w->Pos.x + w->Size.x <= size.x && w->Pos.y + w->Size.y <= size.y));
        d.press(key::enter);
        CHECK(d.asked == std::vector<std::string>{"export start"});
        d.ui.film.settings.size = "333x221";
        d.press(key::enter);
        CHECK(d.asked.size() == 1);
    }
}

TEST_CASE("a name's ending follows the kind of film") {
    CHECK(with_ending("/a/b.mp4", "gif") == "/a/b.gif");
    CHECK(with_ending("/a.b/c", "mp4") == "/a.b/c.mp4");
    CHECK(with_ending("/a/b.v2", "mp4") == "/a/b.v2.mp4");
    CHECK(with_ending("/a/.png", "mp4") == "/a/.png.mp4");
    CHECK(with_ending("", "mp4").empty());
}

TEST_CASE("how large a film becomes is told from half of it on, when the file holds enough") {
    CHECK(size_so_far({"", "rendering", 10, 400, 0, -1, 0}).empty());
    CHECK(size_so_far({"", "rendering", 120, 400, 0, -1, 262'144}) == "262 kB so far");
    CHECK(size_so_far({"", "rendering", 150, 400, 0, -1, 4'000'000}) == "4 MB so far");
    CHECK(size_so_far({"", "rendering", 300, 400, 0, -1, 262'144}) == "262 kB so far");
    // 21.2 kB a frame, of which 30 are still in the encoder and a part of the rest in its buffer.
    CHECK(size_so_far({"", "rendering", 300, 400, 0, -1, 5'505'024}) == "5.51 MB so far, about 8.35 MB in the end");
}
