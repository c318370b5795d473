// Nothing leaves the window: sizes, scales, themes, everything open.
#include <algorithm>

#include "app/runtime/scene_file.h"
#include "tests/catch.h"
#include "tests/panels/glyphs.h"
#include "tests/panels/walk.h"

using namespace pf;
using namespace pf::panels;

namespace {

Scene everything() {
    Scene scene = with_panes(two_lanes(), 4);
    scene.title = "A title that is as long as titles of scenes come, and a little longer than that";
    scene.sentence = "One sentence that says what is seen: two panes, one equation, the same distribution at every time, whatever the noise.";
    scene.models.push_back(scene.models[0]);
    scene.models[1].name = "a network with a long name";
    scene.models[1].field = "network";
    scene.lanes[1].model = scene.models[1].name;
    scene.view.layers = {"density", "contours", "particles", "trails", "velocity", "score"};
    return scene;
}

// Content may reach into the padding at the foot of a bar, not beyond it. Windows whose content is wider than they are, or that stick out of the display, in words.
std::string what_sticks_out() {
    std::string out;
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    for (const ImGuiWindow* w : GImGui->Windows) {
        if (!w->Active || w->Hidden || std::string_view(w->Name) == "Debug##Default") continue;
        if (w->ScrollMax.x > 1) out += fmt::format("{}: {} pixels wider than the window; ", w->Name, w->ScrollMax.x);
        if ((w->Flags & ImGuiWindowFlags_NoScrollbar) && w->ScrollMax.y > w->WindowPadding.y + 1) out += fmt::format("{}: {} pixels higher than the window; ", w->Name, w->ScrollMax.y);
        const bool inside = w->Pos.x >= -1 && w->Pos.y >= -1 && w->Pos.x + w->Size.x <= display.x + 1 && w->Pos.y + w->Size.y <= display.y + 1;
        if (!inside && !(w->Flags & ImGuiWindowFlags_ChildWindow)) out += fmt::format("{}: leaves the display; ", w->Name);
    }
    return out;
}

// Opens every fold of a panel, from the keyboard.
void open_all(Driver& d) {
    for (int panel = 1; panel <= 2; ++panel) {
        d.ui.panel_focus = panel;
        d.frame();
        d.frame();
        under_the_arrows(d);
    }
    d.ui.panel_focus = 0;
    d.frame();
}

void resize(Driver& d, ImVec2 size, float scale, Theme theme) {
    ImGui::GetIO().DisplaySize = size;
    d.ui.scale = scale;
    d.ui.theme = theme;
    apply_theme(d.ui);
    for (int i = 0; i < 4; ++i) d.frame();
}

struct Place {
    ImVec2 size;
    float scale;
};
const Place places[] = {{{1280, 720}, 2}, {{640, 400}, 1}, {{1280, 720}, 0.75f}, {{2560, 1440}, 2}};

}  // namespace

TEST_CASE("no widget leaves its window, at every size, scale and theme, with every fold open") {
    Driver d(everything(), {1600, 6000});
    const Results results = some_results(d.session.scene());
    d.fixed_results = &results;
    d.ui.pinned_particle = 2;
    d.ui.numbers_open_narrow = true;
    open_all(d);
    for (int lane = 0; lane < 2; ++lane) {
        d.ui.selected_lane = d.ui.selected_model = lane;
        for (const Place& place : places)
            for (const Theme theme : {Theme::dark, Theme::light, Theme::projector})
                for (const bool help : {false, true}) {
                    d.ui.help_open = help;
                    resize(d, place.size, place.scale, theme);
                    CAPTURE(place.size.x, place.size.y, place.scale, static_cast<int>(theme), lane, help);
                    CHECK(what_sticks_out() == "");
                    CHECK(d.last_layout.numbers.width > 0);
                }
    }
}

TEST_CASE("at 200 % in a small window every label of the controls is whole") {
    Driver d(builtin_scenes().front().scene, {1280, 720});
    resize(d, {1215, 6000}, 2, Theme::dark);  // rows as wide as beside the scrollbar at 1280×720, and all in sight
    open_all(d);
    ImGui::FindWindowByName("controls")->StateStorage.SetAllInt(1);  // the arrows have closed some again
    for (const auto& path : {std::vector<std::string>{"Data", "data", "more"}, {"Sampling", "sampling", "more"}}) {
        const ImVec2 fold = d.find("controls", path, {0.5f});
        if (!ImGui::FindWindowByName("controls")->StateStorage.GetInt(GImGui->HoveredId, 0)) d.click(fold);
    }
    for (int i = 0; i < 4; ++i) d.frame();
    std::string seen = seen_text(seen_glyphs());
    std::erase_if(seen, [](char c) { return c == ' ' || c == '\n'; });
    for (const char* words : {"Pointsfromthesedata", "Editthecomponents", "space–time", "guidance", "stepsin", "Drawabox"}) {
        CAPTURE(words);
        CHECK(seen.find(words) != std::string::npos);
    }
    // A name of a row ends before its control begins.
    const std::vector<SeenGlyph> glyphs = seen_glyphs();
    const std::u32string row = U"guidance";
    const ImRect work = ImGui::FindWindowByName("controls")->WorkRect;
    int found = 0;
    for (std::size_t i = 0; i + row.size() <= glyphs.size(); ++i)
        if (std::equal(row.begin(), row.end(), glyphs.begin() + static_cast<std::ptrdiff_t>(i), [](char32_t c, const SeenGlyph& g) { return c == g.code; })) {
            ++found;
            CHECK(glyphs[i + row.size() - 1].max.x <= work.Min.x + 0.44f * work.GetWidth() - 4);
        }
    CHECK(found == 1);
    for (const auto& layer : layer_labels) {
        CAPTURE(layer.label);
        CHECK(d.find("controls", {"View", layer.label}, {0.15f}).x > 0);  // each in a row of its own
    }
}

TEST_CASE("at 200 % in a small window names and words of the rows of a network are whole") {
    Scene scene = builtin_scenes().front().scene;
    scene.models[0].field = "network";
    scene.lanes[0].score_model.clear();
    scene.models.push_back(scene.models[0]);
    scene.models[1].name = "memory", scene.models[1].field = "memorising";
    Driver d(scene, {1280, 720});
    d.ui.selected_lane = 1;
    resize(d, {1215, 9000}, 2, Theme::dark);
    open_all(d);
    ImGui::FindWindowByName("controls")->StateStorage.SetAllInt(1);
    for (const auto& path : {std::vector<std::string>{"Model", "model", "more"}, {"Sampling", "sampling", "more"}}) d.click(d.find("controls", path, {0.5f}));
    for (int i = 0; i < 4; ++i) d.frame();
    const auto in_controls = [&] {
        std::string out;
        const Rect& panel = d.last_layout.controls;
        for (const SeenGlyph& glyph : seen_glyphs())
            if (glyph.max.x <= panel.x + panel.width) out += utf8(glyph.code);
        return out;
    };
    const std::string seen = in_controls();
    for (const char* words : {"learningrate", "independent", "weighting", "activation", "timeinput", "normalise", "conditional", "network(takeseffectonrestart)", "Euler–Maruyama", "uniform", "constant", "velocityu"}) {
        CAPTURE(words);
        CHECK(seen.find(words) != std::string::npos);
    }
    d.ui.selected_model = 1;
    for (int i = 0; i < 3; ++i) d.frame();
    CHECK(in_controls().find("exactforfinitedraws") != std::string::npos);
}

TEST_CASE("the whole file menu is in the window, at every scale") {
    for (const Place& place : {Place{{1280, 720}, 2}, Place{{1280, 720}, 1}, Place{{1600, 900}, 2.5f}, Place{{2560, 1440}, 3}}) {
        Driver d(everything(), place.size);
        resize(d, place.size, place.scale, Theme::dark);
        std::vector<float> columns;
        for (float x = 0.2f; x < 0.95f; x += 0.02f) columns.push_back(x);
        const ImVec2 file = d.find("top", {"File"}, columns);
        REQUIRE(file.x > 0);
        d.click(file);
        for (int i = 0; i < 3; ++i) d.frame();
        CAPTURE(place.size.x, place.scale);
        CHECK(what_sticks_out() == "");
        const auto popup = std::find_if(GImGui->Windows.begin(), GImGui->Windows.end(), [](const ImGuiWindow* w) { return w->Active && (w->Flags & ImGuiWindowFlags_Popup); });
        REQUIRE(popup != GImGui->Windows.end());
        CHECK((*popup)->ScrollMax.y == 0);
    }
}

TEST_CASE("names of sections are whole in narrow panels, in two lines where one is too short") {
    for (const float scale : {1.f, 2.f, 3.f}) {
        CAPTURE(scale);
        Driver d(everything(), {1280, 9000});
        const Results results = some_results(d.session.scene());
        d.fixed_results = &results;
        d.ui.numbers_open = d.ui.numbers_open_narrow = true;
        resize(d, {1280, 9000}, scale, Theme::dark);
        REQUIRE(d.last_layout.numbers.width > 0);
        const Rect& panel = d.last_layout.numbers;
        std::string words;
        for (const SeenGlyph& glyph : seen_glyphs())
            if (glyph.min.x >= panel.x && glyph.max.x <= panel.x + panel.width) words += utf8(glyph.code);
        for (const char* name : {"Whyparticlesandtruthdiffer", "Qualityofthesamples", "Qualityagainstevaluations"}) {
            CAPTURE(name);
            CHECK(words.find(name) != std::string::npos);
        }
    }
}

TEST_CASE("what is opened low in a panel comes into sight, and the panel stays where it is otherwise") {
    Driver d(two_lanes(), {1280, 720});
    const auto scroll = [] { return ImGui::FindWindowByName("controls")->Scroll.y; };
    const ImVec2 top = d.find("controls", {"Path", "path", "more"});
    REQUIRE(top.y >= 0);
    REQUIRE(top.y < 400);
    d.click(top);
    d.frame();
    CHECK(scroll() == 0);
    d.click(top);
    const ImVec2 low = d.find("controls", {"Sampling", "sampling", "more"});
    REQUIRE(low.y > 450);
    d.wait();
    d.click(low);
    d.frame();
    CHECK(scroll() > 100);
    const ImVec2 moved = d.find("controls", {"Sampling", "sampling", "more"});
    REQUIRE(moved.y >= 0);
    CHECK(moved.y < low.y - 100);
}

TEST_CASE("where a pinned particle is stands within its pane, however narrow that is") {
    for (const float width : {1280.f, 420.f, 330.f, 290.f}) {
        Driver d(with_panes(two_lanes(), 4), {width, width});
        d.ui.controls_open = d.ui.numbers_open = false;
        const Results results = some_results(d.session.scene());
        d.fixed_results = &results;
        for (const int particle : {0, 1, 2}) {
            CAPTURE(width, particle);
            d.ui.pinned_particle = particle;
            d.frame();
            d.frame();
            int labels = 0;
            for (const SeenGlyph& glyph : seen_glyphs())
                for (const Rect& pane : d.last_layout.panes)
                    if ((glyph.code == '(' || glyph.code == ')') && glyph.min.y > pane.y && glyph.max.y < pane.y + pane.height && glyph.min.x >= pane.x && glyph.max.x <= pane.x + pane.width) ++labels;
            CHECK(labels == 8);
        }
    }
}
