#include <functional>
#include <map>

#include "app/panels/keys.h"
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
        {"B", {'B', 0, {}, [](Driver& d) { return d.ui.box_tool; }}},
        {"Shift+B", {'B', shift, [](Driver& d) { d.drag_with_shift({400, 300}, {500, 400}); }, [](Driver& d) { return !d.session.scene().view.box && d.session.undo_label() == "box removed"; }}},
        {"0", {'0', 0, [](Driver& d) { d.ui.zoom = 3, d.ui.centre_x = 1; }, [](Driver& d) { return d.ui.zoom == 1 && d.ui.centre_x == 0; }}},
        {"F7", {f7, 0, {}, [](Driver& d) { return d.ui.gallery.open; }}},
        {"F7", {f7, 0, [](Driver& d) { d.press(f7); }, [](Driver& d) { return !d.ui.gallery.open; }}},
        {"PageDown", {page_down, 0, {}, [](Driver& d) { return !d.session.undo_label().empty(); }}},
        {"PageUp", {page_up, 0, {}, [](Driver& d) { return !d.session.undo_label().empty(); }}},
        {"Ctrl+Z", {'Z', control, [](Driver& d) { d.press('4'); }, [](Driver& d) { return d.session.scene().view.panes == 2; }}},
        {"Ctrl+Y, Ctrl+Shift+Z", {'Y', control, [](Driver& d) { d.press('4'), d.session.undo(); }, [](Driver& d) { return d.session.scene().view.panes == 4; }}},
        {"Ctrl+Y, Ctrl+Shift+Z", {'Z', control | shift, [](Driver& d) { d.press('4'), d.session.undo(); }, [](Driver& d) { return d.session.scene().view.panes == 4; }}},
        {"Ctrl+O", {'O', control, {}, asks("open")}},
        {"Ctrl+S", {'S', control, {}, asks("save")}},
        {"Ctrl+E", {'E', control, {}, asks("export")}},
        {"F12", {f12, 0, {}, asks("screenshot")}},
        {"Ctrl+Q", {'Q', control, {}, asks("quit")}},
        {"F11", {f11, 0, {}, asks("fullscreen")}},
        {"F1", {f1, 0, {}, [](Driver& d) { return d.ui.help_open; }}},
        {"↑", {up, 0, [](Driver& d) { d.ui.help_open = true; }, [](Driver& d) { return d.ui.help_scroll == -1; }}},
        {"↓", {down, 0, [](Driver& d) { d.ui.help_open = true; }, [](Driver& d) { return d.ui.help_scroll == 1; }}},
        {"↓", {down, 0, {}, [](Driver& d) { return d.ui.help_scroll == 0; }}},
        {"F2", {f2, 0, {}, [](Driver& d) { return !d.ui.controls_open; }}},
        {"F3", {f3, 0, {}, [](Driver& d) { return !d.ui.numbers_open; }}},
        {"F4", {f4, 0, {}, [](Driver& d) { return d.ui.theme == Theme::light; }}},
        {"F5", {f5, 0, {}, [](Driver& d) { return d.ui.presenting; }}},
        {"F6", {f6, 0, {}, [](Driver& d) { return d.ui.panel_focus == 1; }}},
        {"Ctrl++", {'=', control, {}, [](Driver& d) { return d.ui.scale == 1.25f; }}},
        {"Ctrl++", {'=', control, [](Driver& d) { d.ui.scale = 3; }, [](Driver& d) { return d.ui.scale == 3; }}},
        {"Ctrl+−", {'-', control, {}, [](Driver& d) { return d.ui.scale == 0.9f; }}},
        {"Ctrl+−", {'-', control, [](Driver& d) { d.ui.scale = 0.75f; }, [](Driver& d) { return d.ui.scale == 0.75f; }}},
        {"Ctrl+0", {'0', control, [](Driver& d) { d.ui.scale = 2; }, [](Driver& d) { return d.ui.scale == 1; }}},
        {"Esc", {escape, 0, [](Driver& d) { d.ui.box_tool = true; }, [](Driver& d) { return !d.ui.box_tool; }}},
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

TEST_CASE("unknown keys are refused, locks are ignored") {
    Driver d(two_lanes());
    CHECK_FALSE(d.press('Q'));
    CHECK_FALSE(d.press(key::space, key::alt));
    CHECK(d.press(key::space, 0x30));  // caps lock, num lock
    CHECK(d.ui.playback.playing);
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
