#pragma once
#include <cmath>

#include "app/panels/edits.h"
#include "app/panels/widgets.h"
#include "core/math/sigma/sigma.h"

namespace pf::panels {

// One function per panel; each in the file of its name. They draw into the window that is open.
void draw_data_panel(Context& context);
void draw_path_panel(Context& context);
void draw_model_panel(Context& context);
void draw_lanes_panel(Context& context);
void draw_view_panel(Context& context);
void draw_loss_panel(Context& context);
void draw_loss_over_time_panel(Context& context);      // nothing without a network
void draw_metrics_panel(Context& context);
void draw_training_quality_panel(Context& context);    // nothing without a network
void draw_quality_over_time_panel(Context& context);
void draw_quality_panel(Context& context);
void draw_discrepancy_panel(Context& context);
void draw_equation_panel(Context& context);
void draw_probe_panel(Context& context);
void draw_box_panel(Context& context);  // nothing without a box
void draw_lecture_panel(Context& context);  // nothing without a lecture
void draw_probe_tooltip(Context& context, const Layout& layout, int lane);  // the hovered particle: beside the mouse, or beside panes that it would cover
// Seconds until a tooltip appears if the mouse stays where it is; infinity: none will.
double tooltip_due();

// These open their own window.
void draw_top_bar(Context& context, const Layout& layout);
void draw_time_bar(Context& context, const Rect& rect);
void draw_help(Context& context, const Layout& layout);
void draw_file_dialog(Context& context, const Layout& layout);
void draw_export_dialog(Context& context, const Layout& layout);
void open_words_dialog(Context& context);  // title and sentence of the scene; of a stop, its caption
void draw_words_dialog(Context& context, const Layout& layout);
void draw_gallery(Context& context, const Layout& layout);
void draw_notices(Context& context, const Layout& layout);
// What to watch and which stop it is, while presenting, below the caption: in one line, or in two where the window is narrow for its words.
void draw_watch(Context& context, const Stop& stop, const Rect& rect);
// How many lines the words of the stop shown take in a window of this width: what to watch, and the caption; 0 where there are none.
struct SpokenLines {
    int watch = 0, caption = 0;
};
SpokenLines spoken_lines(const UiState& ui, float width);
inline float watch_height(const SpokenLines& lines) { return lines.watch == 0 ? 0.f : lines.watch == 1 ? 30.f : 48.f; }  // before scale
void draw_recovery(Context& context, const Layout& layout);  // what an earlier run left unsaved
void draw_farewell(Context& context, const Layout& layout);  // the question before quitting, over everything
bool answer_farewell(Context& context, int key, int mods);             // while it asks every key is its own
// The scene as one line of text to the clipboard, and whatever is there into the program: a scene (asked of the window) or points.
void copy_scene(Context& context);
void paste(Context& context);
// Where draw_recovery() draws: at the head of the canvas, below the panes' titles; empty while there is nothing to offer.
Rect recovery_rect(const UiState& ui, const Layout& layout);
// Where the dialog stands that is open, for a film, files or words; empty while none is.
Rect dialog_rect(const UiState& ui, const Layout& layout);
// Opens it there with its title, closes it where it is no longer open; true: what follows is in it, up to ImGui::EndPopup().
bool begin_dialog(const char* id, const std::string& title, bool open, const UiState& ui, const Layout& layout);
// Wheel, drag, hover and click on the panes, where no window is in the way.
void handle_canvas_mouse(Context& context, const Layout& layout);

// Selected lane and model, brought into range.
int selected_lane(Context& context);
int selected_model(Context& context);
// Select both: a lane and its model; a model and the first lane that follows it, unless the selected one does.
void select_lane(Context& context, int lane);
void select_model(Context& context, int model);
// Schedule and σ_t of a lane, built from its choices.
struct LaneFunctions {
    std::unique_ptr<Schedule> schedule;
    std::unique_ptr<Sigma> sigma;
    double own_noise = 0;  // of its solver, in g_t (lane_problem.h)
    double sigma_at(double t) const { return own_noise > 0 ? own_noise * std::sqrt(schedule->at(t).g_squared()) : sigma->at(t, *schedule); }
};
LaneFunctions lane_functions(const Scene& scene, int lane);

// "ODE", "SDE", "noising SDE", "Langevin".
std::string lane_kind(const Lane& lane);
// "lane 2 · SDE σ = 1 · Heun · 50 steps · model", in project notation. Shorter ones leave out the solver, then the steps, then all but number and model, then that: which field and
// how much noise tell lanes apart. Where neither does, the solver stays in their place.
enum class TitleLength { whole, steps, equation, model, number };
std::string lane_title(const Scene& scene, int lane, TitleLength length = TitleLength::whole);
// What keeps a lane's picture from being the final one, in words; empty: nothing.
std::string lane_mark(const Scene& scene, const Results& results, int lane);
// Position of one particle at t; nothing if it is not there or not finite.
struct Position {
    double x, y;
};
std::optional<Position> particle_position(const LaneResult* lane, int particle, double t);

// Another built-in scene, from its first moment and moving; undoable.
void open_builtin(Context& context, int index);
// That a network of what was opened has weights from an earlier training in this session, in words; empty: none has.
std::string still_trained(const Results& results);
// Cards of the gallery, the built-in scenes and then the lectures, whose title, headline, id or sentence holds every word of `search`: their indices, in order.
std::vector<int> gallery_matches(const std::string& search);
// The keys of the open gallery: arrows, Home, End, Enter, Esc, Backspace, and what is typed. False for those that it leaves to others.
bool handle_gallery_key(Context& context, int key, int mods);
// Trains these, by index: those that have steps left, or, where all are through, each for as many steps again, which are added to the scene's.
void train(Context& context, const std::vector<int>& models);
// All networks of the scene: paused if one is running, otherwise trained on.
void toggle_training(Context& context);
// After divergence: from the last finite weights, with half the learning rate.
void resume_slower(Context& context, int model);
// The scene as it was opened, or as the lecture has this stop; and the scene of the first start with camera, panels and playback as they were then (theme, scale and notation stay). Both can be undone.
void reset_scene(Context& context);
void reset_all(Context& context);
// A layer on or off; on with nothing to show in any lane, it says why.
void toggle_layer(Context& context, const std::string& id);
void switch_convention(Context& context);
void next_theme(Context& context);
void toggle_numbers(Context& context);  // the panel on the right, in a window as wide as this one
// Why a layer has nothing to draw in any lane; empty if it has in one.
std::string why_no_layer(const Scene& scene, std::string_view layer);
// What the button that trains says: of one model, or of all networks of the scene.
const char* training_label(TrainingStatus status);
const char* training_label(const Context& context);
void toggle_gallery(Context& context);
void show_lectures(Context& context);  // the gallery, with those alone

// Playback as buttons and keys do it. A step is one of the selected lane's own.
void toggle_play(Context& context);
// Pauses what moves by itself when it is switched on.
void set_reduced_motion(UiState& ui, bool on);
void step_time(Context& context, int steps);
// Whose steps are drawn as drift and noise: the first twelve, the pinned and the hovered one while the arrow keys step; otherwise none.
std::vector<int> followed_particles(const UiState& ui);

}  // namespace pf::panels
