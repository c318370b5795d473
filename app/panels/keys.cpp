#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "app/panels/camera.h"
#include "app/panels/export_actions.h"
#include "app/panels/keys.h"
#include "app/panels/panels.h"
#include "app/panels/perspective.h"
#include "app/panels/pinned_point.h"
#include "app/panels/tools/tools.h"
#include "app/runtime/limits.h"
#include "app/runtime/scene_file.h"

namespace pf::panels {
namespace {

using namespace key;

void set_time(Context& c, double t) {
    c.ui.playback.t = t;
    c.ui.playback.hold = 0;
}
void set_speed(Context& c, double factor) { c.ui.playback.speed = std::clamp(c.ui.playback.speed * factor, 1.0 / 16, 8.0); }
void set_scale(Context& c, float factor) {
    const float steps[] = {0.75f, 0.9f, 1.f, 1.25f, 1.5f, 1.75f, 2.f, 2.5f, 3.f};
    if (factor == 0) { c.ui.scale = 1; return; }
    float next = c.ui.scale;
    for (const float s : steps) {
        if (factor > 1 && s > c.ui.scale + 0.01f) { next = s; break; }
        if (factor < 1 && s < c.ui.scale - 0.01f) next = s;
    }
    c.ui.scale = next;
}

void show_panes(Context& c, int panes) {
    if (c.session.scene().view.panes != panes) c.session.commit("panes", with_panes(c.session.scene(), panes));
}
void toggle_shape(Context& c, const char* id) {
    Scene next = c.session.scene();
    next.view.shape = next.view.shape == id ? "flat" : id;
    c.session.commit("shape of the view", std::move(next));
}
// Paths lead through a point (x, t) that stays: a pinned particle becomes one, where it is in the selected lane.
void toggle_through_point(Context& c, bool& shown) {
    if (const int particle = c.ui.pinned_particle; particle >= 0) {
        const int lane = selected_lane(c);
        const double t = c.ui.playback.t;
        const auto at = particle_position(c.results.lanes[static_cast<std::size_t>(lane)].get(), particle, t);
        if (!at) return c.session.say({Notice::Level::info, fmt::format("Lane {} has no particle {} yet that paths could lead through.", lane + 1, particle)});
        unpin(c.ui);
        c.ui.pinned_point = PinnedPoint{at->x, at->y, t};
        shown = true;
        return c.session.say({Notice::Level::info, fmt::format("The paths lead through where particle {} of lane {} is at {}: a point of its own now.", particle, lane + 1, time_label(t))});
    }
    shown = !shown;
    if (!c.ui.pinned_point) c.session.say({Notice::Level::info, "Paths are drawn through what is pinned: click a particle, or a place beside them."});
}
// By hand, or, pressed again, half of what is in view.
void begin_box(Context& c) {
    if (c.session.scene().view.shape != "flat") return c.session.say({Notice::Level::info, "A box belongs to the plane (H and Y lead back to it)."});
    if (c.ui.tool != Tool::box) {
        c.ui.tool = Tool::box;
        return c.session.say({Notice::Level::info, "Drag a rectangle on a pane: how much is inside, and how fast it leaves. B again puts it around the middle, Esc leaves it."});
    }
    c.ui.tool = Tool::none;
    const Box& all = scene_box(c.session.scene());
    const double across = (all.x_max - all.x_min) / (4 * c.ui.zoom), up = (all.y_max - all.y_min) / (4 * c.ui.zoom);
    const double digit = std::pow(10, std::floor(std::log10(std::min(across, up))) - 1);  // edges are short numbers
    const auto neat = [&](double v) { return std::round(v / digit) * digit; };
    Scene next = c.session.scene();
    next.view.box = Box{neat(c.ui.centre_x - across), neat(c.ui.centre_x + across), neat(c.ui.centre_y - up), neat(c.ui.centre_y + up)};
    c.session.commit("box", std::move(next));
}
void remove_box(Context& c) {
    if (!c.session.scene().view.box) return;
    Scene next = c.session.scene();
    next.view.box.reset();
    c.session.commit("box removed", std::move(next));
}
void toggle_kind(Context& c) {
    const int lane = selected_lane(c);
    const bool on = !is_stochastic(c.session.scene().lanes[static_cast<std::size_t>(lane)]);
    c.session.commit(fmt::format("{} in lane {}", on ? "SDE" : "ODE", lane + 1), with_stochastic(c.session.scene(), lane, on));
}
void next_scene(Context& c, int direction) {
    if (c.session.place()) return step_lecture(c, direction);
    const int n = static_cast<int>(builtin_scenes().size()), here = builtin_index(c.session.scene());
    const int next = here >= 0 ? here + direction : direction > 0 ? 0 : n - 1;
    if (next >= 0 && next < n) open_builtin(c, next);
}
// About what stands in the middle of every pane.
void zoom(Context& c, double factor) { c.ui.zoom = std::clamp(c.ui.zoom * factor, limits::zoom.min, limits::zoom.max); }
// A tenth of the box that is shown; the height view turns instead.
void move_view(Context& c, int x, int y) {
    if (c.session.scene().view.shape == "height") return turn_view(c.ui, 6.0 * x, 4.0 * y);
    const Box& box = scene_box(c.session.scene());
    c.ui.centre_x += 0.1 * x * (box.x_max - box.x_min) / c.ui.zoom;
    c.ui.centre_y -= 0.1 * y * (box.y_max - box.y_min) / c.ui.zoom;
}
void pin_next(Context& c, int step) {
    const auto& lane = c.results.lanes[static_cast<std::size_t>(selected_lane(c))];
    const int n = lane ? static_cast<int>(lane->start.rows()) : 0;
    if (n > 0) c.ui.pinned_particle = c.ui.pinned_particle < 0 ? (step > 0 ? 0 : n - 1) : (c.ui.pinned_particle + step + n) % n;
}
// The panels that are there take turns, after the canvas while points are edited: controls, numbers, top bar, and back to time.
void next_focus(Context& c) {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const Layout shown = layout(c.ui, c.session.scene().view, size.x, size.y);
    const Rect* const places[] = {&shown.time_bar, &shown.controls, &shown.numbers, &shown.top, &shown.canvas};
    const bool painting = edits_points(c.ui.tool) && c.session.scene().view.shape == "flat";
    const std::vector<int> round = c.ui.presenting ? std::vector<int>{0} : painting ? std::vector<int>{0, canvas_focus, 1, 2, 3} : std::vector<int>{0, 1, 2, 3};
    std::size_t at = static_cast<std::size_t>(std::find(round.begin(), round.end(), c.ui.panel_focus) - round.begin());
    for (std::size_t tried = 0; tried < round.size(); ++tried) {  // a window can be too small for any
        at = (at + 1) % round.size();
        c.ui.panel_focus = round[at];
        if (places[round[at]]->width >= 1 && places[round[at]]->height >= 1) return;
    }
    c.ui.panel_focus = 0;
}
void scroll_help(Context& c, int steps) {
    if (c.ui.help_open) c.ui.help_scroll += steps;
}
void toggle_reduced_motion(Context& c) {
    set_reduced_motion(c.ui, !c.ui.reduced_motion);
    c.session.say({Notice::Level::info, c.ui.reduced_motion ? "Reduced motion: nothing moves by itself, scenes open paused. Space plays; Ctrl+M ends it." : "Scenes move by themselves again, from the next on. Space plays."});
}
void recover(Context& c, const char* request) {
    if (!c.ui.leftovers.empty()) c.ask(request);
}
void leave(Context& c) {
    if (list_open()) return;  // closes by itself
    c.session.cancel_preview();
    if (std::exchange(c.ui.data.held, std::nullopt)) return;
    if (c.ui.help_open) c.ui.help_open = false;
    else if (c.ui.tool != Tool::none) {
        c.ui.tool = Tool::none;
        if (c.ui.panel_focus == canvas_focus) c.ui.panel_focus = 0;
    }
    else if (!c.ui.inspector.large.empty()) c.ui.inspector.large.clear();
    else if (c.ui.panel_focus != 0) c.ui.panel_focus = 0;
    else if (c.ui.presenting) c.ui.presenting = false;
    else unpin(c.ui);
}

// One line of the table: the keys, what F1 says (a line without words goes with the one above), what happens. `playback` keys belong to a focused panel while there is one, those of the `cursor` act
// while it is there.
struct Binding {
    std::string_view keys, meaning;
    struct Press {
        int key, mods;
    };
    std::vector<Press> presses;
    void (*act)(Context&);
    bool playback = false, cursor = false;
};

const std::vector<Binding>& bindings() {
    static const std::vector<Binding> table{
        {"Space", "play or pause", {{space, 0}}, toggle_play, true},
        {"←", "one step back", {{left, 0}}, [](Context& c) { step_time(c, -1); }, true},
        {"→", "one step on", {{right, 0}}, [](Context& c) { step_time(c, 1); }, true},
        {"Shift+←", "ten steps back", {{left, shift}}, [](Context& c) { step_time(c, -10); }, true},
        {"Shift+→", "ten steps on", {{right, shift}}, [](Context& c) { step_time(c, 10); }, true},
        {"Home", "to the noise, t = 0", {{home, 0}}, [](Context& c) { set_time(c, 0); }, true},
        {"End", "to the data, t = 1, and stay there", {{end, 0}}, [](Context& c) { set_time(c, 1), c.ui.playback.playing = false; }, true},
        {"J", "slower", {{'J', 0}}, [](Context& c) { set_speed(c, 0.5); }, true},
        {"L", "faster", {{'L', 0}}, [](Context& c) { set_speed(c, 2); }, true},
        {"R", "reverse: noise → data or data → noise", {{'R', 0}}, [](Context& c) { c.ui.playback.reversed = !c.ui.playback.reversed, c.ui.playback.hold = 0; }, true},
        {"T", "train or pause the networks of the scene", {{'T', 0}}, toggle_training},
        {"S", "ODE or SDE in the selected lane", {{'S', 0}}, toggle_kind},
        {"1", "one pane", {{'1', 0}}, [](Context& c) { show_panes(c, 1); }},
        {"2", "two panes", {{'2', 0}}, [](Context& c) { show_panes(c, 2); }},
        {"4", "four panes", {{'4', 0}}, [](Context& c) { show_panes(c, 4); }},
        {"D", "density on or off", {{'D', 0}}, [](Context& c) { toggle_layer(c, "density"); }},
        {"P", "particles on or off", {{'P', 0}}, [](Context& c) { toggle_layer(c, "particles"); }},
        {"W", "trails on or off", {{'W', 0}}, [](Context& c) { toggle_layer(c, "trails"); }},
        {"X", "trajectories on or off", {{'X', 0}}, [](Context& c) { toggle_layer(c, "trajectories"); }},
        {"V", "velocity arrows on or off", {{'V', 0}}, [](Context& c) { toggle_layer(c, "velocity"); }},
        {"G", "score arrows on or off", {{'G', 0}}, [](Context& c) { toggle_layer(c, "score"); }},
        {"C", "contours on or off", {{'C', 0}}, [](Context& c) { toggle_layer(c, "contours"); }},
        {"E", "difference to the exact density on or off", {{'E', 0}}, [](Context& c) { toggle_layer(c, "difference"); }},
        {"Y", "space–time: x₁ over t, or the plane", {{'Y', 0}}, [](Context& c) { toggle_shape(c, "space_time"); }},
        {"H", "pₜ as a surface, or the plane", {{'H', 0}}, [](Context& c) { toggle_shape(c, "height"); }},
        {"B", "draw a box; twice: in the middle", {{'B', 0}}, begin_box},
        {"Shift+B", "remove the box", {{'B', shift}}, remove_box},
        {"F", "SDE paths from what is pinned on or off", {{'F', 0}}, [](Context& c) { toggle_through_point(c, c.ui.probe_fan); }},
        {"Q", "conditional paths through it on or off", {{'Q', 0}}, [](Context& c) { toggle_through_point(c, c.ui.probe_posterior); }},
        {"M", "edit the components of the mixture", {{'M', 0}}, [](Context& c) { choose_tool(c, Tool::components); }},
        {"I", "brush: ink, paints data points", {{'I', 0}}, [](Context& c) { choose_tool(c, Tool::brush); }},
        {"U", "eraser: rub data points out", {{'U', 0}}, [](Context& c) { choose_tool(c, Tool::eraser); }},
        {"O", "select data points, drag moves them", {{'O', 0}}, [](Context& c) { choose_tool(c, Tool::select); }},
        {"[", "smaller brush", {{'[', 0}}, [](Context& c) { c.ui.data.size = std::max(0.02, c.ui.data.size / 1.25); }},
        {"]", "larger brush", {{']', 0}}, [](Context& c) { c.ui.data.size = std::min(5.0, c.ui.data.size * 1.25); }},
        {"←→↑↓", "painting, after F6: cursor (Shift: farther)", {{left, 0}}, [](Context& c) { move_cursor(c, -1, 0); }, false, true},
        {"", "", {{right, 0}}, [](Context& c) { move_cursor(c, 1, 0); }, false, true},
        {"", "", {{up, 0}}, [](Context& c) { move_cursor(c, 0, 1); }, false, true},
        {"", "", {{down, 0}}, [](Context& c) { move_cursor(c, 0, -1); }, false, true},
        {"", "", {{left, shift}}, [](Context& c) { move_cursor(c, -5, 0); }, false, true},
        {"", "", {{right, shift}}, [](Context& c) { move_cursor(c, 5, 0); }, false, true},
        {"", "", {{up, shift}}, [](Context& c) { move_cursor(c, 0, 5); }, false, true},
        {"", "", {{down, shift}}, [](Context& c) { move_cursor(c, 0, -5); }, false, true},
        {"Space, Enter", "there: a dab; a stroke, or a rectangle", {{space, 0}}, dab_at_cursor, false, true},
        {"", "", {{enter, 0}, {keypad_enter, 0}}, stroke_from_cursor, false, true},
        {"", "", {{key::remove, 0}, {backspace, 0}}, erase_at_cursor, false, true},
        {"Delete", "remove what is selected, or under the cursor", {{key::remove, 0}, {backspace, 0}}, delete_chosen},
        {"Ctrl+D", "duplicate the selected component", {{'D', control}}, duplicate_component},
        {"Ctrl+A", "select all data points", {{'A', control}}, select_all_points},
        {"Ctrl+V", "paste points, or a scene from one line", {{'V', control}}, paste},
        {"+", "zoom in", {{'=', 0}, {'=', shift}, {keypad_add, 0}}, [](Context& c) { zoom(c, 1.25); }},
        {"−", "zoom out", {{'-', 0}, {keypad_subtract, 0}}, [](Context& c) { zoom(c, 0.8); }},
        {"Ctrl+←→↑↓", "move the view, or turn the surface", {{left, control}}, [](Context& c) { move_view(c, -1, 0); }},
        {"", "", {{right, control}}, [](Context& c) { move_view(c, 1, 0); }},
        {"", "", {{up, control}}, [](Context& c) { move_view(c, 0, -1); }},
        {"", "", {{down, control}}, [](Context& c) { move_view(c, 0, 1); }},
        {"K", "pin the next particle", {{'K', 0}}, [](Context& c) { pin_next(c, 1); }},
        {"Shift+K", "pin the one before", {{'K', shift}}, [](Context& c) { pin_next(c, -1); }},
        {"0", "centre and zoom as at first", {{'0', 0}}, [](Context& c) { reset_camera(c.ui); }},
        {"F7", "all scenes: the gallery", {{f7, 0}}, toggle_gallery},
        {"PageDown", "next stop of the lecture, or next scene", {{page_down, 0}}, [](Context& c) { next_scene(c, 1); }},
        {"PageUp", "previous stop or scene", {{page_up, 0}}, [](Context& c) { next_scene(c, -1); }},
        {"Ctrl+Z", "undo", {{'Z', control}}, [](Context& c) { c.session.undo(); }},
        {"Ctrl+Y, Ctrl+Shift+Z", "redo", {{'Y', control}, {'Z', control | shift}}, [](Context& c) { c.session.redo(); }},
        {"Ctrl+O", "open a scene file", {{'O', control}}, [](Context& c) { c.ask("open"); }},
        {"Ctrl+S", "save the scene", {{'S', control}}, [](Context& c) { c.ask("save"); }},
        {"Ctrl+Shift+S", "save it under another name", {{'S', control | shift}}, [](Context& c) { c.ask("save_as"); }},
        {"F9", "title and sentence of the scene", {{f9, 0}}, open_words_dialog},
        {"Ctrl+C", "copy the scene as one line of text", {{'C', control}}, copy_scene},
        {"F8", "recover what an earlier run left", {{f8, 0}}, [](Context& c) { recover(c, "recover"); }},
        {"Shift+F8", "discard it", {{f8, shift}}, [](Context& c) { recover(c, "discard"); }},
        {"Shift+F12", "save a figure: the panes as SVG", {{f12, shift}}, [](Context& c) { c.ask("export-figure"); }},
        {"Ctrl+F12", "save a sheet: five times, as SVG", {{f12, control}}, [](Context& c) { c.ask("export-sheet"); }},
        {"Ctrl+Shift+E", "save the numbers of the selected lane, NPZ", {{'E', control | shift}}, [](Context& c) { c.ask("export-lane npz"); }},
        {"Ctrl+P", "save the scene as a PyTorch script", {{'P', control}}, [](Context& c) { c.ask("export-script"); }},
        {"Ctrl+E", "export a film", {{'E', control}}, [](Context& c) { c.ask("export"); }},
        {"F12", "save a picture", {{f12, 0}}, [](Context& c) { c.ask("screenshot"); }},
        {"Ctrl+Q", "quit", {{'Q', control}}, [](Context& c) { c.ask("quit"); }},
        {"F1", "this help", {{f1, 0}}, [](Context& c) { c.ui.help_open = !c.ui.help_open; }},
        {"↑↓", "help: up and down", {{up, 0}}, [](Context& c) { scroll_help(c, -1); }},
        {"", "", {{down, 0}}, [](Context& c) { scroll_help(c, 1); }},
        {"F2", "controls on or off", {{f2, 0}}, [](Context& c) { c.ui.controls_open = !c.ui.controls_open; }},
        {"F3", "numbers on or off", {{f3, 0}}, toggle_numbers},
        {"F4", "theme: dark, light, projector", {{f4, 0}}, next_theme},
        {"N", "notation: noise at t = 0, or at τ = 1", {{'N', 0}}, switch_convention},
        {"F5", "present: canvas and time only", {{f5, 0}}, [](Context& c) { c.ui.presenting = !c.ui.presenting; }},
        {"Shift+F5", "a window for the audience", {{f5, shift}}, [](Context& c) { c.ask("audience"); }},
        {"Ctrl+R", "reset to stop, or to preset", {{'R', control}}, reset_scene},
        {"Ctrl+Shift+R", "reset all: scene, camera, panels", {{'R', control | shift}}, reset_all},
        {".", "black screen; any key returns", {{'.', 0}}, [](Context& c) { c.ui.blanked = true; }},
        {"F6", "into a panel (arrows, Enter), on, out", {{f6, 0}}, next_focus},
        {"F11", "full screen", {{f11, 0}}, [](Context& c) { c.ask("fullscreen"); }},
        {"Ctrl++", "larger text and controls", {{'=', control}, {'=', control | shift}, {keypad_add, control}}, [](Context& c) { set_scale(c, 2); }},
        {"Ctrl+−", "smaller text and controls", {{'-', control}, {keypad_subtract, control}}, [](Context& c) { set_scale(c, 0.5f); }},
        {"Ctrl+0", "normal size", {{'0', control}}, [](Context& c) { set_scale(c, 0); }},
        {"Ctrl+M", "reduced motion on or off", {{'M', control}}, toggle_reduced_motion},
        {"Esc", "leave what is open; unpin", {{escape, 0}}, leave},
    };
    return table;
}

}  // namespace

void switch_convention(Context& c) { c.ui.convention = c.ui.convention == Convention::flow ? Convention::diffusion : Convention::flow; }
void next_theme(Context& c) { c.ui.theme = static_cast<Theme>((static_cast<int>(c.ui.theme) + 1) % 3); }

void toggle_numbers(Context& c) {
    bool& open = c.ui.*numbers_switch(c.ui, ImGui::GetIO().DisplaySize.x);
    open = !open;
}

void toggle_layer(Context& c, const std::string& id) {
    const bool on = !has_layer(c.session.scene(), id);
    const char* label = std::find_if(std::begin(layer_labels), std::end(layer_labels), [&](const LayerLabel& l) { return l.id == id; })->label;
    if (const auto why = why_no_layer(c.session.scene(), id); on && !why.empty()) return c.session.say({Notice::Level::info, fmt::format("{}: {}", label, why)});
    Scene next = with_layer(c.session.scene(), id, on);
    // The difference takes another density along, which goes with it.
    UiState::Replaced& before = c.ui.before_difference;
    if (id == "difference" && on) before = {next.view.density == c.session.scene().view.density ? "" : c.session.scene().view.density, c.session.origin()};
    const bool known = before.origin == c.session.origin() && !before.density.empty();
    if (id == "difference" && !on && known && next.view.density == "histogram") next.view.density = std::exchange(before.density, "");
    c.session.commit(fmt::format("{} {}", label, on ? "on" : "off"), std::move(next));
}

void reset_scene(Context& c) {
    if (c.session.place().there) reset_stop(c);
    else c.session.commit("reset to preset", c.session.preset());
}

void reset_all(Context& c) {
    c.session.load(builtin_scenes().front().scene, "reset all", LecturePlace{});
    UiState fresh;
    UiState& ui = c.ui;
    reset_camera(ui);
    unpin(ui);
    ui.hovered_particle = -1;
    ui.selected_lane = ui.selected_model = 0;
    ui.playback = fresh.playback;
    ui.playback.playing = !ui.reduced_motion;
    ui.controls_open = fresh.controls_open, ui.numbers_open = fresh.numbers_open, ui.numbers_open_narrow = fresh.numbers_open_narrow;
    ui.presenting = false;
    ui.tool = fresh.tool, ui.data = fresh.data;
    ui.inspector = fresh.inspector;
    ui.probe_fan = fresh.probe_fan, ui.probe_posterior = fresh.probe_posterior;
}

bool handle_key(Context& context, int key_code, int mods) {
    mods &= shift | control | alt;  // not the locks
    UiState& ui = context.ui;
    if (ui.blanked) {
        ui.blanked = false;
        return true;
    }
    if (ui.farewell.asks()) return answer_farewell(context, key_code, mods);
    if (ui.files.open) {  // owns every other key
        if (key_code == escape) close_file_dialog(ui.files);
        return key_code == escape;
    }
    if (ui.film.open) {
        if (ImGui::GetIO().WantTextInput) return false;
        if (key_code == escape) ui.film.open = false;
        // Enter presses what the arrows stand on, and exports while they stand nowhere.
        if ((key_code == enter || key_code == keypad_enter) && !ImGui::IsAnyItemFocused()) confirm_export(context);
        return key_code == escape;
    }
    if (ui.words.open) {
        if (key_code == escape) ui.words.open = false;
        return key_code == escape;
    }
    if (ImGui::GetIO().WantTextInput) return false;
    if (context.ui.gallery.open && !context.ui.help_open && handle_gallery_key(context, key_code, mods)) return true;
    for (const Binding& binding : bindings())
        for (const auto& press : binding.presses)
            if (press.key == key_code && press.mods == mods) {
                if (binding.cursor ? !cursor_shown(context.ui) || list_open() : binding.playback && (context.ui.panel_focus != 0 || list_open())) continue;
                if (!binding.cursor && binding.act != leave) put_down(context);
                binding.act(context);
                return true;
            }
    return false;
}

const std::vector<Shortcut>& shortcuts() {
    static const std::vector<Shortcut> list = [] {
        std::vector<Shortcut> out;
        for (const Binding& binding : bindings())
            if (!binding.keys.empty()) out.push_back({binding.keys, binding.meaning});
        return out;
    }();
    return list;
}

}  // namespace pf::panels
