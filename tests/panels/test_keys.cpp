#include <cmath>
#include <functional>
#include <map>

#include "app/panels/data_edits.h"
#include "app/panels/keys.h"
#include "app/panels/tools/tools.h"
#include "app/runtime/scene_file.h"
#include "app/runtime/share_line.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"

using namespace pf;
using namespace pf::panels;

namespace {

struct Case {
    int key, mods;
    std::function<void(Driver&)> prepare;
    std::function<bool(Driver&)> expected;
};

bool asked(const Driver& d, const char* what) { return d.asked == std::vector<std::string>{what}; }
std::function<bool(Driver&)> layer(const char* id, bool on) {
    return [=](Driver& d) { return has_layer(d.session.scene(), id) == on; };
}
std::function<bool(Driver&)> asks(const char* what) {
    return [=](Driver& d) { return asked(d, what); };
}
std::function<void(Driver&)> at(double t) {
    return [=](Driver& d) { d.ui.playback.t = t; };
}
std::function<bool(Driver&)> time_is(double t) {
    return [=](Driver& d) { return d.ui.playback.t == t && !d.ui.playback.playing; };
}

// A tool is on and F6 led to the canvas.
std::function<void(Driver&)> on_canvas(Tool tool) {
    return [=](Driver& d) { d.ui.tool = tool, d.ui.panel_focus = canvas_focus; };
}
// The cursor went as far as five presses without Shift lead from where it began.
bool five_steps(Driver& d, int x, int y) {
    const Point far = cursor(d.ui);
    d.ui.data.cursor.reset();
    for (int i = 0; i < 5; ++i) d.press(x > 0 ? key::right : x < 0 ? key::left : y > 0 ? key::up : key::down);
    return std::hypot(far.x, far.y) > 0 && std::hypot(cursor(d.ui).x - far.x, cursor(d.ui).y - far.y) < 1e-9;
}

// What each line of the table promises, by its first column.
std::multimap<std::string, Case> cases() {
    using namespace key;
    return {
        {"Space", {space, 0, {}, [](Driver& d) { return d.ui.playback.playing; }}},
        {"←", {left, 0, at(0.5), time_is(0.25)}},
        {"←", {left, 0, at(0.6), time_is(0.5)}},
        {"→", {right, 0, at(0.5), time_is(0.75)}},
        {"→", {right, 0, at(0.6), time_is(0.75)}},
        {"Shift+←", {left, shift, at(0.5), time_is(0)}},
        {"Shift+→", {right, shift, at(0.5), time_is(1)}},
        {"Home", {home, 0, at(0.5), time_is(0)}},
        {"End", {end, 0, at(0.5), time_is(1)}},
        {"J", {'J', 0, {}, [](Driver& d) { return d.ui.playback.speed == 0.5; }}},
        {"J", {'J', 0, [](Driver& d) { d.ui.playback.speed = 1.0 / 16; }, [](Driver& d) { return d.ui.playback.speed == 1.0 / 16; }}},
        {"L", {'L', 0, {}, [](Driver& d) { return d.ui.playback.speed == 2; }}},
        {"L", {'L', 0, [](Driver& d) { d.ui.playback.speed = 8; }, [](Driver& d) { return d.ui.playback.speed == 8; }}},
        {"R", {'R', 0, {}, [](Driver& d) { return d.ui.playback.reversed; }}},
        {"T", {'T', 0, {}, [](Driver& d) { return d.session.undo_label().empty(); }}},  // exact: nothing to train
        {"S", {'S', 0, {}, [](Driver& d) { return is_stochastic(d.session.scene().lanes[0]); }}},
        {"1", {'1', 0, {}, [](Driver& d) { return d.session.scene().view.panes == 1; }}},
        {"2", {'2', 0, [](Driver& d) { d.press('1'); }, [](Driver& d) { return d.session.scene().view.panes == 2; }}},
        {"4", {'4', 0, {}, [](Driver& d) { return d.session.scene().view.panes == 4 && d.session.scene().lanes.size() == 4; }}},
        {"D", {'D', 0, {}, layer("density", false)}},
        {"P", {'P', 0, {}, layer("particles", false)}},
        {"W", {'W', 0, {}, layer("trails", false)}},
        {"X", {'X', 0, {}, layer("trajectories", true)}},
        {"V", {'V', 0, {}, layer("velocity", true)}},
        {"G", {'G', 0, {}, layer("score", true)}},
        {"C", {'C', 0, {}, layer("contours", true)}},
        {"E", {'E', 0, {}, [](Driver& d) { return has_layer(d.session.scene(), "difference") && d.session.scene().view.density == "histogram"; }}},
        {"H", {'H', 0, {}, [](Driver& d) { return d.session.scene().view.shape == "height"; }}},
        {"H", {'H', 0, [](Driver& d) { d.press('H'); }, [](Driver& d) { return d.session.scene().view.shape == "flat"; }}},
        {"Y", {'Y', 0, {}, [](Driver& d) { return d.session.scene().view.shape == "space_time"; }}},
        {"Y", {'Y', 0, [](Driver& d) { d.press('Y'); }, [](Driver& d) { return d.session.scene().view.shape == "flat"; }}},
        {"B", {'B', 0, {}, [](Driver& d) { return d.ui.tool == Tool::box; }}},
        {"B", {'B', 0, [](Driver& d) { d.press('B'); }, [](Driver& d) { return d.ui.tool == Tool::none && d.session.scene().view.box && d.session.scene().view.box->contains(0, 0) && d.session.undo_label() == "box"; }}},
        {"B", {'B', 0, [](Driver& d) { d.press('H'); }, [](Driver& d) { return d.ui.tool == Tool::none && !d.session.scene().view.box; }}},
        {"Shift+B", {'B', shift, [](Driver& d) { d.drag_with_shift({400, 300}, {500, 400}); }, [](Driver& d) { return !d.session.scene().view.box && d.session.undo_label() == "box removed"; }}},
        {"F", {'F', 0, {}, [](Driver& d) { return !d.ui.probe_fan; }}},
        {"Q", {'Q', 0, {}, [](Driver& d) { return !d.ui.probe_posterior; }}},
        {"M", {'M', 0, {}, [](Driver& d) { return d.ui.tool == Tool::components && d.ui.playback.t == 1; }}},
        {"I", {'I', 0, {}, [](Driver& d) { return d.ui.tool == Tool::brush; }}},
        {"U", {'U', 0, {}, [](Driver& d) { return d.ui.tool == Tool::eraser; }}},
        {"O", {'O', 0, [](Driver& d) { d.press('O'); }, [](Driver& d) { return d.ui.tool == Tool::none; }}},
        {"[", {'[', 0, {}, [](Driver& d) { return d.ui.data.size < DataTools{}.size; }}},
        {"]", {']', 0, [](Driver& d) { d.ui.data.size = 5; }, [](Driver& d) { return d.ui.data.size == 5; }}},
        {"Delete", {key::remove, 0, [](Driver& d) { d.press('M'), d.ui.data.component = 2; }, [](Driver& d) { return d.session.scene().data.components.size() == 7; }}},
        {"Ctrl+D", {'D', control, [](Driver& d) { d.press('M'), d.ui.data.component = 2; }, [](Driver& d) { return d.session.scene().data.components.size() == 9; }}},
        {"Ctrl+A", {'A', control, [](Driver& d) { d.session.commit("points", with_points(d.session.scene(), Points::Zero(3, 2))); }, [](Driver& d) { return d.ui.data.selection.size() == 3; }}},
        {"Ctrl+V", {'V', control, [](Driver&) { ImGui::SetClipboardText("1, 2\n3, 4\n"); }, [](Driver& d) { return d.session.scene().data.points && d.session.scene().data.points->x.rows() == 2; }}},
        {"+", {'=', 0, {}, [](Driver& d) { return d.ui.zoom > 1.2 && d.ui.centre_x == 0 && d.ui.centre_y == 0; }}},
        {"−", {'-', 0, {}, [](Driver& d) { return d.ui.zoom < 0.85 && d.ui.centre_x == 0 && d.ui.centre_y == 0; }}},
        {"Ctrl+←→↑↓", {left, control, {}, [](Driver& d) { return d.ui.centre_x < -0.1 && d.ui.centre_y == 0; }}},
        {"Ctrl+←→↑↓", {right, control, {}, [](Driver& d) { return d.ui.centre_x > 0.1 && d.ui.centre_y == 0; }}},
        {"Ctrl+←→↑↓", {up, control, {}, [](Driver& d) { return d.ui.centre_y > 0.1 && d.ui.centre_x == 0; }}},
        {"Ctrl+←→↑↓", {down, control, {}, [](Driver& d) { return d.ui.centre_y < -0.1 && d.ui.centre_x == 0; }}},
        {"Ctrl+←→↑↓", {right, control, [](Driver& d) { d.press('H'); }, [](Driver& d) { return d.ui.turn == UiState{}.turn + 6 && d.ui.centre_x == 0; }}},
        {"K", {'K', 0, {}, [](Driver& d) { return d.ui.pinned_particle == 0; }}},
        {"K", {'K', 0, [](Driver& d) { d.ui.pinned_particle = 4; }, [](Driver& d) { return d.ui.pinned_particle == 0; }}},
        {"Shift+K", {'K', shift, [](Driver& d) { d.ui.pinned_particle = 0; }, [](Driver& d) { return d.ui.pinned_particle == 4; }}},
        {"0", {'0', 0, [](Driver& d) { d.ui.zoom = 3, d.ui.centre_x = 1; }, [](Driver& d) { return d.ui.zoom == 1 && d.ui.centre_x == 0; }}},
        {"N", {'N', 0, {}, [](Driver& d) { return d.ui.convention == Convention::diffusion; }}},
        {"F7", {f7, 0, {}, [](Driver& d) { return d.ui.gallery.open; }}},
        {"F7", {f7, 0, [](Driver& d) { d.press(f7); }, [](Driver& d) { return !d.ui.gallery.open; }}},
        {"PageDown", {page_down, 0, {}, [](Driver& d) { return !d.session.undo_label().empty(); }}},
        {"PageUp", {page_up, 0, {}, [](Driver& d) { return !d.session.undo_label().empty(); }}},
        {"Ctrl+Z", {'Z', control, [](Driver& d) { d.press('4'); }, [](Driver& d) { return d.session.scene().view.panes == 2; }}},
        {"Ctrl+Y, Ctrl+Shift+Z", {'Y', control, [](Driver& d) { d.press('4'), d.session.undo(); }, [](Driver& d) { return d.session.scene().view.panes == 4; }}},
        {"Ctrl+Y, Ctrl+Shift+Z", {'Z', control | shift, [](Driver& d) { d.press('4'), d.session.undo(); }, [](Driver& d) { return d.session.scene().view.panes == 4; }}},
        {"Ctrl+O", {'O', control, {}, asks("open")}},
        {"Ctrl+S", {'S', control, {}, asks("save")}},
        {"Ctrl+Shift+S", {'S', control | shift, {}, asks("save_as")}},
        {"Ctrl+E", {'E', control, {}, asks("export")}},
        {"F12", {f12, 0, {}, asks("screenshot")}},
        {"Ctrl+C", {'C', control, [](Driver&) { ImGui::SetClipboardText(""); }, [](Driver& d) { return scene_from_line(ImGui::GetClipboardText(), "line") == completed(d.session.scene()); }}},
        {"Ctrl+V", {'V', control, [](Driver&) { ImGui::SetClipboardText((" \n" + share_line(Scene{})).c_str()); }, asks("paste-scene")}},
        {"F9", {f9, 0, {}, [](Driver& d) { return d.ui.words.open && std::string(d.ui.words.title.data()) == d.session.scene().title; }}},
        {"F8", {f8, 0, [](Driver& d) { d.ui.leftovers = {{"/a.json", "A", "14:05"}}; }, asks("recover")}},
        {"F8", {f8, 0, {}, [](Driver& d) { return d.asked.empty(); }}},
        {"Shift+F8", {f8, shift, [](Driver& d) { d.ui.leftovers = {{"/a.json", "A", "14:05"}}; }, asks("discard")}},
        {"Shift+F12", {f12, shift, {}, asks("export-figure")}},
        {"Ctrl+F12", {f12, control, {}, asks("export-sheet")}},
        {"Ctrl+Shift+E", {'E', control | shift, {}, asks("export-lane npz")}},
        {"Ctrl+P", {'P', control, {}, asks("export-script")}},
        {"Ctrl+Q", {'Q', control, {}, asks("quit")}},
        {"F11", {f11, 0, {}, asks("fullscreen")}},
        {"F1", {f1, 0, {}, [](Driver& d) { return d.ui.help_open; }}},
        {"↑↓", {up, 0, [](Driver& d) { d.ui.help_open = true; }, [](Driver& d) { return d.ui.help_scroll == -1; }}},
        {"↑↓", {down, 0, [](Driver& d) { d.ui.help_open = true; }, [](Driver& d) { return d.ui.help_scroll == 1; }}},
        {"↑↓", {down, 0, {}, [](Driver& d) { return d.ui.help_scroll == 0; }}},
        {"F2", {f2, 0, {}, [](Driver& d) { return !d.ui.controls_open; }}},
        {"F3", {f3, 0, {}, [](Driver& d) { return !d.ui.numbers_open; }}},
        {"F3", {f3, 0, [](Driver&) { ImGui::GetIO().DisplaySize = {640, 360}; }, [](Driver& d) { d.frame(); return d.last_layout.numbers.width > 0 && d.ui.numbers_open; }}},
        {"F4", {f4, 0, {}, [](Driver& d) { return d.ui.theme == Theme::light; }}},
        {"F5", {f5, 0, {}, [](Driver& d) { return d.ui.presenting; }}},
        {"F6", {f6, 0, {}, [](Driver& d) { return d.ui.panel_focus == 1; }}},
        {"F6", {f6, 0, [](Driver& d) { d.ui.controls_open = false; }, [](Driver& d) { return d.ui.panel_focus == 2; }}},
        {"F6", {f6, 0, [](Driver& d) { d.ui.panel_focus = 2; }, [](Driver& d) { return d.ui.panel_focus == 3; }}},
        {"F6", {f6, 0, [](Driver& d) { d.press('I'); }, [](Driver& d) { return d.ui.panel_focus == canvas_focus; }}},
        {"F6", {f6, 0, on_canvas(Tool::brush), [](Driver& d) { return d.ui.panel_focus == 1; }}},
        {"F6", {f6, 0, [](Driver& d) { d.ui.presenting = true; }, [](Driver& d) { return d.ui.panel_focus == 0; }}},
        {"←→↑↓", {right, 0, on_canvas(Tool::brush), [](Driver& d) { return cursor(d.ui).x > 0 && cursor(d.ui).y == 0; }}},
        {"←→↑↓", {left, 0, on_canvas(Tool::eraser), [](Driver& d) { return cursor(d.ui).x < 0 && cursor(d.ui).y == 0; }}},
        {"←→↑↓", {up, 0, on_canvas(Tool::select), [](Driver& d) { return cursor(d.ui).x == 0 && cursor(d.ui).y > 0; }}},
        {"←→↑↓", {down, 0, on_canvas(Tool::brush), [](Driver& d) { return cursor(d.ui).x == 0 && cursor(d.ui).y < 0; }}},
        {"←→↑↓", {right, shift, on_canvas(Tool::brush), [](Driver& d) { return five_steps(d, 1, 0); }}},
        {"←→↑↓", {left, shift, on_canvas(Tool::brush), [](Driver& d) { return five_steps(d, -1, 0); }}},
        {"←→↑↓", {up, shift, on_canvas(Tool::brush), [](Driver& d) { return five_steps(d, 0, 1); }}},
        {"←→↑↓", {down, shift, on_canvas(Tool::brush), [](Driver& d) { return five_steps(d, 0, -1); }}},
        {"Space, Enter", {space, 0, on_canvas(Tool::brush), [](Driver& d) { return d.session.undo_label() == "points painted" && !d.ui.playback.playing; }}},
        {"Space, Enter", {enter, 0, on_canvas(Tool::brush), [](Driver& d) { return d.ui.data.held && d.session.scene().data.points; }}},
        {"Delete", {key::remove, 0, [](Driver& d) { d.session.commit("points", with_points(d.session.scene(), Points(Points::Zero(3, 2) + 0.5f))), d.ui.data.size = 0.1, on_canvas(Tool::brush)(d); }, [](Driver& d) { return d.session.undo_label() == "points"; }}},
        {"Shift+F5", {f5, shift, {}, asks("audience")}},
        {"Ctrl+R", {'R', control, [](Driver& d) {
             Lecture lecture;
             lecture.stops.emplace_back().scene = d.session.scene();
             d.session.begin_at(opened(lecture));
             d.press('C');
         }, [](Driver& d) { return !has_layer(d.session.scene(), "contours"); }}},
        {"Ctrl+R", {'R', control, [](Driver& d) { d.press('C'); }, [](Driver& d) { return d.session.scene() == d.session.preset(); }}},
        {"Ctrl+Shift+R", {'R', control | shift, [](Driver& d) { d.ui.zoom = 2; }, [](Driver& d) { return d.ui.zoom == 1 && d.session.scene() == builtin_scenes().front().scene; }}},
        {".", {'.', 0, {}, [](Driver& d) { return d.ui.blanked; }}},
        {"Ctrl+M", {'M', control, [](Driver& d) { d.ui.playback.playing = true; }, [](Driver& d) { return d.ui.reduced_motion && !d.ui.playback.playing; }}},
        {"Ctrl++", {'=', control, {}, [](Driver& d) { return d.ui.scale == 1.25f; }}},
        {"Ctrl++", {'=', control, [](Driver& d) { d.ui.scale = 3; }, [](Driver& d) { return d.ui.scale == 3; }}},
        {"Ctrl+−", {'-', control, {}, [](Driver& d) { return d.ui.scale == 0.9f; }}},
        {"Ctrl+−", {'-', control, [](Driver& d) { d.ui.scale = 0.75f; }, [](Driver& d) { return d.ui.scale == 0.75f; }}},
        {"Ctrl+0", {'0', control, [](Driver& d) { d.ui.scale = 2; }, [](Driver& d) { return d.ui.scale == 1; }}},
        {"Esc", {escape, 0, [](Driver& d) { d.ui.tool = Tool::brush; }, [](Driver& d) { return d.ui.tool == Tool::none; }}},
        {"Esc", {escape, 0, [](Driver& d) { d.ui.presenting = true; }, [](Driver& d) { return !d.ui.presenting; }}},
        {"Esc", {escape, 0, [](Driver& d) { d.ui.pinned_particle = 3; }, [](Driver& d) { return d.ui.pinned_particle == -1; }}},
        {"Esc", {escape, 0, [](Driver& d) { d.ui.help_open = d.ui.presenting = true; }, [](Driver& d) { return !d.ui.help_open && d.ui.presenting; }}},
    };
}

}  // namespace

TEST_CASE("every shortcut that F1 lists does what it says") {
    const auto table = cases();
    for (const Shortcut& shortcut : shortcuts()) {
        const std::string name(shortcut.keys);
        CAPTURE(name);
        CHECK(!shortcut.meaning.empty());
        REQUIRE(table.count(name) > 0);
        for (auto [it, last] = table.equal_range(name); it != last; ++it) {
            Scene scene = two_lanes();
            scene.title = "a scene of its own";
            Driver d(scene);
            const Results results = some_results(scene);
            d.fixed_results = &results;
            if (it->second.prepare) it->second.prepare(d);
            CHECK(d.press(it->second.key, it->second.mods));
            CHECK(it->second.expected(d));
        }
    }
    CHECK(shortcuts().size() <= table.size());
}

TEST_CASE("E twice is as if nothing had been; contours that a counted difference has not are said") {
    Driver d;
    const Scene before = d.session.scene();
    CHECK(d.press('E'));
    CHECK(d.session.scene().view.density == "histogram");
    CHECK(d.press('C'));
    const auto notices = d.session.take_notices();
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].text.find("sampling noise") != std::string::npos);
    CHECK_FALSE(has_layer(d.session.scene(), "contours"));
    CHECK(d.press('E'));
    CHECK(d.session.scene() == before);
    // Whatever was done meanwhile.
    for (const int key : {'E', 'D', 'D', 'E'}) d.press(key);
    CHECK(d.session.scene() == before);
    // A density that was chosen stays.
    d.press('E');
    d.session.commit("density shown", with_density(d.session.scene(), "fokker_planck"));
    d.press('E');
    CHECK(d.session.scene().view.density == "fokker_planck");
    d.session.commit("density shown", with_density(d.session.scene(), "histogram"));
    const Scene counted = d.session.scene();
    d.press('E');
    d.press('E');
    CHECK(d.session.scene() == counted);
    d.session.commit("density shown", with_density(d.session.scene(), "exact"));
    d.press('E');
    d.press('E');
    CHECK(d.session.scene() == before);
    CHECK(d.session.take_notices().empty());
    Context context = d.make_context();
    toggle_layer(context, "lic");
    CHECK(d.session.undo_label() == "flow texture on");
}

TEST_CASE("training on after the last step adds as many steps again, to all that are through") {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    scene.models[0].training.steps = 300;
    scene.models.push_back(scene.models[0]);
    scene.models[1].name = "other";
    scene.models[1].training.steps = 500;
    Driver d(scene);
    Results fixed = d.session.results();
    d.fixed_results = &fixed;
    const auto has = [&](TrainingStatus first, TrainingStatus second) {
        for (int i = 0; i < 2; ++i) {
            auto state = std::make_shared<TrainingState>();
            state->status = i == 0 ? first : second;
            state->step = d.session.scene().models[static_cast<std::size_t>(i)].training.steps;
            fixed.training[static_cast<std::size_t>(i)] = state;
        }
    };
    const auto steps = [&] { return std::pair(d.session.scene().models[0].training.steps, d.session.scene().models[1].training.steps); };
    has(TrainingStatus::finished, TrainingStatus::paused);
    CHECK(d.press('T'));
    CHECK(steps() == std::pair(300, 500));  // the other first
    has(TrainingStatus::finished, TrainingStatus::finished);
    CHECK(d.press('T'));
    CHECK(steps() == std::pair(600, 1000));
    CHECK(d.session.undo_label() == "training steps");
    CHECK(d.press('T'));
    CHECK(steps() == std::pair(600, 1000));  // there are steps to do now
    has(TrainingStatus::finished, TrainingStatus::finished);
    Scene raised = d.session.scene();
    raised.models[1].training.steps = 1100;
    d.session.commit("by hand", raised);
    CHECK(d.press('T'));
    CHECK(steps() == std::pair(600, 1100));
    d.session.undo();
    CHECK(d.press('T'));
    CHECK(steps() == std::pair(900, 1500));
    d.session.undo();
    d.session.undo();
    CHECK(steps() == std::pair(300, 500));
}

TEST_CASE("unknown keys are refused, locks are ignored") {
    Driver d(two_lanes());
    CHECK_FALSE(d.press('9'));
    CHECK_FALSE(d.press(key::space, key::alt));
    CHECK(d.press(key::space, 0x30));  // caps lock, num lock
    CHECK(d.ui.playback.playing);
}

TEST_CASE("F6 in a window too small for any panel goes nowhere") {
    Driver d(two_lanes(), {1, 1});
    CHECK(d.press(key::f6));
    CHECK(d.ui.panel_focus == 0);
}

TEST_CASE("a panel entered with F6 owns the keys of playback until Esc") {
    Driver d(two_lanes());
    d.press(key::f6);
    d.frame();
    CHECK((ImGui::GetIO().ConfigFlags & ImGuiConfigFlags_NavEnableKeyboard) != 0);
    CHECK_FALSE(d.press(key::space));
    CHECK_FALSE(d.press(key::right));
    CHECK(d.press(key::f1));
    d.press(key::escape);  // help first
    d.press(key::escape);
    d.frame();
    CHECK((ImGui::GetIO().ConfigFlags & ImGuiConfigFlags_NavEnableKeyboard) == 0);
    CHECK(d.press(key::space));
    CHECK(d.ui.playback.playing);
}

TEST_CASE("a blanked screen is black and still; any key or click brings the same picture back and does nothing else") {
    Driver d(two_lanes());
    const Results results = some_results(d.session.scene());
    d.fixed_results = &results;
    d.frame();
    d.frame();
    const int vertices = ImGui::GetDrawData()->TotalVtxCount;
    const Scene scene = d.session.scene();
    for (const int k : {int{'.'}, int{'D'}, key::page_down, key::escape, key::space}) {
        d.press('.');
        d.frame();
        CHECK(ImGui::GetDrawData()->TotalVtxCount == 4);  // one rectangle
        CHECK(d.press(k));
        CHECK_FALSE(d.ui.blanked);
        CHECK_FALSE(d.ui.playback.playing);
    }
    d.press('.');
    d.click({400, 400});
    CHECK_FALSE(d.ui.blanked);
    d.rest();
    CHECK(ImGui::GetDrawData()->TotalVtxCount == vertices);
    CHECK(d.session.scene() == scene);
}

TEST_CASE("no shortcut acts while text is typed") {
    Driver d(two_lanes());
    d.ui.files.recent = {};
    open_file_dialog(d.ui.files, open_scene_task(), "");
    for (int i = 0; i < 4; ++i) d.frame();
    REQUIRE(ImGui::GetIO().WantTextInput);
    close_file_dialog(d.ui.files);
    CHECK_FALSE(d.press(key::space));
    CHECK_FALSE(d.press('.'));
    CHECK_FALSE(d.ui.playback.playing);
    for (int i = 0; i < 4; ++i) d.frame();  // closed, nothing is typed
    CHECK(d.press(key::space));
}

TEST_CASE("playing from the end starts over, in both directions") {
    Driver d(two_lanes());
    d.ui.playback.t = 1;
    d.press(key::space);
    CHECK(d.ui.playback.t == 0);
    d.press(key::space);
    d.press('R');
    d.press(key::space);
    CHECK(d.ui.playback.t == 1);
}

TEST_CASE("reduced motion says what it does, on and off") {
    Driver d;
    for (const char* said : {"nothing moves by itself", "move by themselves again"}) {
        d.session.take_notices();
        d.press('M', key::control);
        const auto notices = d.session.take_notices();
        REQUIRE(notices.size() == 1);
        CHECK(notices[0].text.find(said) != std::string::npos);
    }
}
