#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/runtime/session.h"
#include "core/math/field/contours.h"

namespace pf::panels {

enum class Theme { dark, light, projector };

// Whose letters are on screen: this project's (noise at t = 0; α_t, β_t; σ_t the noise of an SDE), or those of the diffusion literature (noise at
// τ = 1; α_τ, σ_τ for β_t; g for σ_t). Files always hold this project's.
enum class Convention { flow, diffusion };

// t moves from 0 (noise) to 1 (data) in `seconds_per_run / speed`, then holds a moment and starts again; reversed it runs 1 → 0.
struct Playback {
    double t = 0;
    bool playing = true, reversed = false;
    double speed = 1;  // 1/16 … 8
    double hold = 0;   // seconds left at the end
};
inline constexpr double seconds_per_run = 5;
// Advances by the time since the last frame, clamped to 0 … 0.1 s so that a stopped or jumping clock makes no jump.
void advance(Playback& playback, double seconds);

// The gallery of built-in scenes while it is open.
struct Gallery {
    bool open = false;
    int choice = 0;        // index of builtin_scenes()
    std::string search;    // what was typed
    int columns = 1;       // cards a row, as last drawn
    bool moved = false;    // the choice has moved since it was drawn
};

// What the screen is doing that is not part of the scene (not undone, not saved with it).
struct UiState {
    Theme theme = Theme::dark;
    Convention convention = Convention::flow;
    bool reduced_motion = false;  // nothing moves by itself
    float scale = 1;  // 0.75 … 3
    int help_scroll = 0;  // steps asked of the help since it was last drawn
    bool controls_open = true, numbers_open = true, help_open = false, presenting = false;
    Playback playback;
    // Camera shared by all panes; zoom 1 shows the scene's view box.
    double centre_x = 0, centre_y = 0, zoom = 1;
    double turn = -28, tilt = 38;  // degrees, of the height view (perspective.h)
    int hovered_particle = -1, pinned_particle = -1;
    int selected_model = 0, selected_lane = 0;  // whose controls, equation and σ_t are shown
    // Who owns the keys of playback: 0 the time bar, 1 the controls, 2 the numbers (F6 in, Esc out).
    int panel_focus = 0;
    bool box_tool = false;  // the next drag on a pane draws view.box
    std::optional<std::array<double, 2>> box_corner;  // while it is being drawn: where the drag began, in data units
    std::string file_path;  // of the scene, "" if never saved
    Gallery gallery;
};

struct Contour {
    float level = 0;
    std::string label;  // "80 %", or a value
    std::vector<Polyline> lines;  // data units
};
// What the density layers of one pane show this frame.
struct DensityLegend {
    double maximum = 0, integral = 0;  // of the colour scale; over the box. maximum 0: unknown
    double log_p_low = 0, log_p_high = 0;  // ends of the colours of particles by log p; equal: not coloured so
    double l1 = 0, sampling = 0;       // of a difference: ∫|p − pₜ|, and what sampling alone leaves in it (0: none)
    std::vector<Contour> contours;
};
// Colours by log p begin here: those below are too near the canvas for a particle.
inline constexpr int log_p_first_colour = 64;
// For the legend of the heat map: the 256 colours of its map (as IM_COL32), and what each lane's map shows this frame. Without them
// the legend is drawn from the exact density in the accent colour.
struct HeatMapLegend {
    const std::array<std::uint32_t, 256>* colours = nullptr;
    std::array<DensityLegend, 4> lanes{};
};

// One frame's view of the program: all a panel may see and do. No window, no GL, no thread.
struct Context {
    Session& session;
    UiState& ui;
    const Results& results;           // taken once per frame
    struct Status {
        double frame_ms = 0, fps = 0;
    } status;
    std::vector<Notice> notices;      // still on screen
    // Asked of the window, performed after the frame: "quit", "fullscreen", "screenshot", "export", "open", "save".
    std::function<void(std::string_view request)> ask;
    HeatMapLegend heat_map;
    // The texture with the picture of a built-in scene, 16:9, top row first, by the scene's id; 0: none (yet).
    std::function<std::uintptr_t(std::string_view scene)> thumbnail;
};

// All that is drawn over one pane, on screen and in films.
struct PaneView {
    const Scene& scene;
    const UiState& ui;
    const Results& results;
    const HeatMapLegend& heat_map;
};

struct Rect {
    float x = 0, y = 0, width = 0, height = 0;  // ImGui coordinates: logical pixels, origin top left
};

// Where the canvas is this frame; pane i shows lane i. Computed from the display size, the scene's view and what is open.
struct Layout {
    Rect top, controls, numbers, time_bar, canvas;
    std::vector<Rect> panes;
};
Layout layout(const UiState& ui, const View& view, float width, float height);

// Draws everything but the canvas's GL content: top bar, controls, numbers, time bar, help, notices, and on every pane the overlay.
void draw_interface(Context& context, const Layout& layout);

// Axes, legend, lane title, t, probe of one pane. Also used by export, without any other panel.
void draw_pane_overlay(const PaneView& view, const Rect& pane, int lane);

// Keys of experience.md point 5 and the rest of the shortcut table. `key` is a GLFW key code, `mods` GLFW modifiers, passed as numbers.
// Returns false when nobody wanted it. Not called while text is typed.
bool handle_key(Context& context, int key, int mods);
struct Shortcut {
    std::string_view keys, meaning;
};
const std::vector<Shortcut>& shortcuts();  // what F1 lists; the same table that handles the keys

// Fonts, sizes, colours; call when theme or scale changed, between frames. Font: DejaVu Sans embedded at build.
void apply_theme(const UiState& ui);

}  // namespace pf::panels
