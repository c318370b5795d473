#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/panels/export_dialog.h"
#include "app/panels/farewell.h"
#include "app/panels/file_dialog.h"
#include "app/panels/lecture_player.h"
#include "app/runtime/autosave.h"
#include "app/runtime/figure/figure.h"
#include "app/runtime/session.h"
#include "core/math/field/contours.h"

struct ImDrawList;

namespace pf::panels {

enum class Theme { dark, light, projector };

// Whose letters are on screen: this project's (noise at t = 0; α_t, β_t; σ_t the noise of an SDE), or those of the diffusion literature (noise at
// τ = 1; α_τ, σ_τ for β_t; g for σ_t). Files always hold this project's.
enum class Convention { flow, diffusion };

// t moves from 0 (noise) to 1 (data) in `seconds_per_run / speed`, then holds a moment and starts again; reversed it runs 1 → 0.
struct Playback {
    double t = 0;
    bool playing = true, reversed = false;
    bool turned = false;  // films: it came from the end that lies behind it (FilmMoment)
    double speed = 1;  // 1/16 … 8
    double hold = 0;   // seconds left at the end
};
inline constexpr double seconds_per_run = 5;
// Advances by the time since the last frame, clamped to 0 … 0.1 s so that a stopped or jumping clock makes no jump.
void advance(Playback& playback, double seconds);

// A point (x, t) that was pinned: its curves are drawn in every pane.
struct PinnedPoint {
    double x = 0, y = 0, t = 0;
    bool follows_time = false;  // t is the time shown
    bool held = false, adjusted = false;  // dragged, or moved by a slider: coarse answers do
    bool was_particle = false;  // until it moves: it was taken from a pinned particle
};

// What a drag on a pane does; `none` pans. Those after `box` edit the data.
enum class Tool { none, box, components, brush, eraser, select };
inline bool edits_data(Tool tool) { return tool >= Tool::components; }
inline bool edits_points(Tool tool) { return tool >= Tool::brush; }

// What the tools that edit the data hold between frames.
struct DataTools {
    int component = -1;                // the selected one, −1: none
    double size = 0.3, density = 150;  // of brush and eraser: radius in data units; points per unit of area
    bool afresh = false;               // the next stroke begins with no points
    std::vector<int> selection;        // rows of the points with hash `selection_of`, increasing
    std::uint64_t selection_of = 0;
    struct Held {                      // the gesture in progress; places in data units
        int pane = 0, handle = 0;
        std::array<double, 2> from{}, last{};
        DataSpec before;
        bool moved = false, told = false;  // told: a sentence said why it does not do all that is asked
        bool by_keys = false;
    };
    std::optional<Held> held;
    std::optional<std::array<double, 2>> cursor;  // of the keys, in data units; none: in the middle of the panes
    std::map<std::string, DataSpec> own;  // "mixture", "points", "formula": what was made of each when other data were last chosen
    std::uint64_t dabbed = 0;          // hash of the points after a dab at the cursor: another one there joins it
};

// How one plot is looked at; what is not set is fitted to its curves.
struct PlotView {
    std::optional<Range> x, y;
    std::optional<bool> log_x, log_y;
    std::set<std::string> hidden;  // entries of the legend
};
// A plot on its way into a file: "export-plot" is asked of the window.
struct PlotExport {
    Figure figure;
    FigureView view;
    std::string format;  // png svg csv
    Convention convention = Convention::flow;  // of pictures; data are in t always
};
// What the inspector is asked for.
struct Inspector {
    std::map<std::string, PlotView> plots;  // by the figure's id
    std::string large;                      // the plot shown over the canvas; empty: none
    // The gesture on a plot: its axes when the button went down, what moves (1 x, 2 y, 3 both), or the line of now.
    struct Drag {
        std::string plot;
        Axis x, y;
        int axes = 0;
        bool now = false;
    } drag;
    std::optional<PlotExport> exported;
    std::string metric = "sliced_w2";       // over training, over t and against evaluations
    int repeats = 3, most_steps = 64;       // of a study
    std::array<bool, 4> lanes{true, true, true, true};
};

// The gallery of built-in scenes and lectures while it is open.
struct Gallery {
    bool open = false;
    int choice = 0;        // index of its cards: builtin_scenes(), then builtin_lectures()
    std::string search;    // what was typed
    int columns = 1;       // cards a row, as last drawn
    bool moved = false;    // the choice has moved since it was drawn
};

// The scene's title and its sentence while they are written, and the rest of a stop (words_dialog.cpp).
struct WordsDialog {
    bool open = false, fresh = false;  // fresh: not drawn yet
    std::vector<char> title, sentence, watch, notes;  // as long as they may be, and a 0
    std::optional<Stop> stop;          // of a lecture, if the scene is one's; its scene and words stay as they were
    std::shared_ptr<const void> origin = {};  // Session::origin() of what they are written for
};

// What the screen is doing that is not part of the scene (not undone, not saved with it).
struct UiState {
    Theme theme = Theme::dark;
    Convention convention = Convention::flow;
    bool reduced_motion = false;  // nothing moves by itself: scenes open paused
    float scale = 1;  // 0.75 … 3
    int help_scroll = 0;  // steps asked of the help since it was last drawn
    bool controls_open = true, numbers_open = true, help_open = false, presenting = false;
    bool numbers_open_narrow = false;  // the same of a window below 900 logical pixels, where the numbers start closed (numbers_switch)
    bool blanked = false;  // black, and time stands, until any key or click
    Playback playback;
    bool titled = true;  // panes have titles, which the camera keeps clear of the data
    // Camera shared by all panes; zoom 1 shows the scene's view box.
    double centre_x = 0, centre_y = 0, zoom = 1;
    double turn = -28, tilt = 38;  // degrees, of the height view (perspective.h)
    int hovered_particle = -1, pinned_particle = -1;
    int selected_model = 0, selected_lane = 0;  // whose controls, equation and σ_t are shown
    // Who owns the keys of playback: 0 the time bar, 1 the controls, 2 the numbers, 3 the top bar, 4 the canvas while points are edited (F6 in, Esc out).
    int panel_focus = 0;
    // The control under the mouse, held, or focused by the keyboard, "Sampling/steps"; "" for none. Set by draw_interface() from what touch() was told.
    std::string touched;
    double stepped_to = -1;  // t that the arrow keys led to: while the program stands there, lanes with noise show their steps as drift and noise
    Tool tool = Tool::none;  // box: of the next drag alone; the others until they are left
    DataTools data;
    std::optional<Box> held_box;  // while a tool edits the data: the box that zoom 1 shows, which otherwise follows them
    std::optional<std::array<double, 2>> box_corner;  // while it is being drawn: where the drag began, in data units
    std::optional<PinnedPoint> pinned_point;  // or pinned_particle, never both
    Probes probes;  // what the session answered, taken once per frame
    bool probe_fan = true, probe_posterior = true;  // what is drawn through the pinned point, beside its ODE
    Inspector inspector;
    FileDialog files;
    ExportDialog film;
    WordsDialog words;
    Farewell farewell;
    // What the layer "difference" took the place of when it was put on, empty: nothing; and in which scene, by Session::origin().
    struct Replaced {
        std::string density;
        std::shared_ptr<const void> origin = {};
    } before_difference;
    Gallery gallery;
    std::optional<LecturePlayer> lecture;
    std::optional<Reach> audience;  // it has a window of its own, which shows as much: what is blanked is that
    std::vector<Leftover> leftovers;  // scenes that an earlier run left unsaved, newest first: the first is offered
};

inline constexpr int canvas_focus = 4;
// The cursor on the panes is there, and keys move it.
inline bool cursor_shown(const UiState& ui) { return ui.panel_focus == canvas_focus && edits_points(ui.tool); }
inline bool stepping(const UiState& ui) { return !ui.playback.playing && ui.playback.t == ui.stepped_to; }

struct Contour {
    float level = 0;
    std::string label;  // "80 %", or a value
    std::vector<Polyline> lines;  // data units
    std::vector<float> apart = {};  // for each contour of a lower level in the pane: what a third of this one is nearer to it than, data units (measure_gaps); 0 for the others
};
// A label of the particles: its place among those that occur, and the middle of its particles now, data units.
struct LabelMark {
    int label = 0, place = 0;
    double x = 0, y = 0;
};
// What the density layers of one pane show this frame, and the colours of its particles.
struct DensityLegend {
    double maximum = 0, integral = 0;  // of the colour scale; over the box. maximum 0: unknown
    double relative_error = 0;         // of the layer "error", x ~ pₜ
    double particles_low = 0, particles_high = 0;  // ends of the colours of particles by log p, divergence or speed; equal: not coloured so
    std::vector<LabelMark> labels;     // of particles by label
    bool posterior = false;            // labels by the exact posterior, not by the nearest point
    double l1 = 0, sampling = 0;       // of a difference: ∫|p − pₜ|, and what sampling alone leaves in it (0: none)
    std::vector<Contour> contours;
    const Points* particles = nullptr;  // where they are now, until the next frame; null: not known
};
// For the legends: the 256 colours of the heat map and of the particles (as IM_COL32), and what each lane shows this frame. Without them
// the legend is drawn from the exact density in the accent colour.
struct HeatMapLegend {
    const std::array<std::uint32_t, 256>* colours = nullptr;
    std::array<DensityLegend, 4> lanes{};
    const std::array<std::uint32_t, 256>* particle_colours = nullptr;
    std::array<std::uint32_t, 4> start_colours{};  // of particles that start to the right, above, to the left, below; as IM_COL32
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
    // Asked of the window, performed after the frame: "WORD" or "WORD ARGUMENT", by the table in app/requests.cpp.
    std::function<void(std::string_view request)> ask;
    HeatMapLegend heat_map;
    LayerResults layers = {};         // with the results
    Measurements wanted = {};         // collected by the panels of this frame
    // The texture with the picture of a built-in scene, 16:9, top row first, by the scene's id; 0: none (yet).
    std::function<std::uintptr_t(std::string_view scene)> thumbnail = {};
    double now = 0;          // seconds of a clock that never goes back
    std::string clock = {};  // the time of day, "14:05"; empty: not known
};

// All that is drawn over one pane, on screen and in films.
struct PaneView {
    const Scene& scene;
    const UiState& ui;
    const Results& results;
    const HeatMapLegend& heat_map;
    const LayerResults* layers = nullptr;  // null: none
    bool pointed = true;                   // a mouse may be over it; false in films and in front of an audience
};

struct Rect {
    float x = 0, y = 0, width = 0, height = 0;  // ImGui coordinates: logical pixels, origin top left
};

// Where the canvas is this frame; pane i shows lane i, the legend of all stands below them. Computed from the display size, the scene's view and what is open.
struct Layout {
    Rect top, controls, numbers, time_bar, canvas, legend;
    Rect watch;  // while presenting: the foot of `top` that says what to watch; empty without such words
    std::vector<Rect> panes;
};
// Cuts the rows of the legend off the foot of a canvas: as many as the layers of the view may need, whatever their results, or the panes would jump.
Rect take_legend(Rect& canvas, float scale, const View& view);
Layout layout(const UiState& ui, const View& view, float width, float height);
// What says whether the numbers are open in a window of this width.
bool UiState::*numbers_switch(const UiState& ui, float width);
// The largest scale at which a window of this many pixels still has room for what is in it: 640 × 360 logical pixels; 0.75 … 3.
float largest_scale(float width, float height);
// What is said where a larger one was asked for.
std::string scale_refused(float wanted, float width, float height);

// Draws everything but the canvas's GL content: top bar, controls, numbers, time bar, help, notices, and on every pane the overlay.
void draw_interface(Context& context, const Layout& layout);

// Axes, lane title, t, probe of one pane. Also used by export, without any other panel.
void draw_pane_overlay(const PaneView& view, const Rect& pane, int lane);
// What is drawn in the panes of these lanes and in which units, once where they agree, in the rows of layout.legend. Where they are too little the words become shorter, then
// trails and particles go, then the lines, then the integral: the density stays.
void draw_legend(ImDrawList& draw, const PaneView& view, const Layout& layout, const std::vector<int>& lanes);
// "…" at the end of the last row says that there is more: all of it, in full, while the mouse rests there.
void show_whole_legend(const PaneView& view, const Layout& layout, const std::vector<int>& lanes);

// Keys of experience.md point 5 and the rest of the shortcut table. `key` is a GLFW key code, `mods` GLFW modifiers, passed as numbers.
// Returns false when nobody wanted it, as while text is typed.
bool handle_key(Context& context, int key, int mods);
struct Shortcut {
    std::string_view keys, meaning;
};
const std::vector<Shortcut>& shortcuts();  // what F1 lists; the same table that handles the keys

// Fonts, sizes, colours; call when theme or scale changed, between frames. Font: DejaVu Sans embedded at build.
void apply_theme(const UiState& ui);

}  // namespace pf::panels
