#include "app/panels/lecture_player.h"

#include <algorithm>

#include "app/panels/camera.h"
#include "app/panels/panels.h"
#include "app/panels/pinned_point.h"
#include "app/runtime/blend.h"

namespace pf::panels {
namespace {

void set_playback(UiState& ui, const Stop& stop) {
    ui.playback.t = stop.t;
    ui.playback.hold = 0;
    ui.playback.playing = stop.playing && !ui.reduced_motion;
    ui.playback.reversed = stop.reversed;
    ui.playback.speed = stop.speed;
}

// Its networks, unless they are trained or at it.
void train(Context& context, const Stop& stop) {
    if (!stop.train) return;
    const Results results = context.session.results();
    const auto& models = context.session.scene().models;
    for (std::size_t i = 0; i < models.size(); ++i) {
        const auto& state = results.training[i];
        const bool done = state && (state->status == TrainingStatus::running || state->status == TrainingStatus::finished);
        if (models[i].field == "network" && !done) context.session.train(static_cast<int>(i));
    }
}

// The stop on screen was entered: what does not belong to the scene: camera, selection, time, clock.
void arrive(Context& context) {
    UiState& ui = context.ui;
    const LecturePlace& place = context.session.place();
    ui.lecture->place = place;
    ui.lecture->stop_began = context.now;
    reset_camera(ui);
    ui.hovered_particle = -1;
    unpin(ui);
    ui.selected_lane = ui.selected_model = 0;
    set_playback(ui, place.shown());
    train(context, place.shown());
}

// The player of the lecture that is open.
LecturePlayer& player_of(Context& context) {
    auto& player = context.ui.lecture;
    if (!player || player->place.file != context.session.place().file) player.emplace().place = context.session.place();
    return *player;
}

// Where one stands, with what is on screen in its stop. Nothing is on its way any more.
LecturePlace halted(Context& context) {
    if (context.ui.lecture) context.ui.lecture->transition.reset();
    context.session.cancel_preview();
    return taken_up(context.session.place(), context.session.scene());
}

// From rest to rest.
double eased(double share) { return share * share * (3 - 2 * share); }

void move_transition(Context& context) {
    UiState& ui = context.ui;
    LecturePlayer& player = *ui.lecture;
    LecturePlayer::Transition& way = *player.transition;
    const bool touched = ui.playback.playing || ui.playback.t != way.t || ImGui::IsAnyMouseDown() || context.session.scene() != way.shown;
    if (touched) {
        if (context.session.scene() == way.shown) context.session.cancel_preview();
        player.transition.reset();
        return;
    }
    const Stop stop = context.session.place().shown();
    const Scene& to = context.session.committed();
    const double share = eased(std::clamp((context.now - way.began) / stop.transition, 0.0, 1.0));
    if (share >= 1) {
        player.transition.reset();
        context.session.cancel_preview();
        set_playback(ui, stop);
        return;
    }
    ui.playback.t = way.t = way.from_t + share * (stop.t - way.from_t);
    way.shown = blend(way.from, to, share);
    if (way.shown == to) context.session.cancel_preview();
    else context.session.preview(way.shown);
}

// What is on screen as a stop that starts as time stands now. Its networks train by themselves, as they would be missing otherwise.
Stop stop_of_screen(const Context& context) {
    Stop out;
    const auto& models = context.session.scene().models;
    out.scene = told_scene(context.session);
    out.t = context.ui.playback.t;
    out.playing = context.ui.playback.playing;
    out.reversed = context.ui.playback.reversed;
    out.speed = context.ui.playback.speed;
    out.train = std::any_of(models.begin(), models.end(), [](const Model& m) { return m.field == "network"; });
    return out;
}

// The clock runs on, and the words of the stop are asked for.
void arrive_at_new_stop(Context& context) {
    LecturePlayer& player = player_of(context);
    player.place = context.session.place();
    player.stop_began = context.now;
    if (player.began < 0) player.began = context.now;
    open_words_dialog(context);
}

}  // namespace

void open_lecture(Session& session, LecturePlace place) {
    const Scene first = place.shown().scene;
    const std::string what = "open " + place.lecture->title;
    session.load(first, what, std::move(place));
}

void close_lecture(Context& context) {
    if (!context.session.place()) return;
    halted(context);
    context.ui.lecture.reset();
    context.session.commit("close lecture", context.session.scene(), {});
}

void step_lecture(Context& context, int direction) {
    const LecturePlace& place = context.session.place();
    if (place) go_to_stop(context, place.there || direction > 0 ? place.stop + direction : place.stop);
}

void go_to_stop(Context& context, int index) {
    UiState& ui = context.ui;
    LecturePlace place = halted(context);
    if (!place || index < 0 || index > place.last() || (place.there && index == place.stop)) return;
    const Scene from = context.session.scene();
    const bool onwards = place.there && index == place.stop + 1;
    const double from_t = ui.playback.t;
    place.stop = index;
    place.there = true;
    const Stop stop = place.shown();
    context.session.load(stop.scene, fmt::format("stop {}: {}", index + 1, stop.scene.title), std::move(place));
    LecturePlayer& player = player_of(context);
    arrive(context);
    if (stop.transition <= 0 || ui.reduced_motion || !onwards) return;
    player.transition = LecturePlayer::Transition{from, stop.scene, from_t, from_t, context.now};
    ui.playback.playing = false;
    ui.playback.t = from_t;
}

void reset_stop(Context& context) {
    if (!context.session.place().there) return;
    LecturePlace place = halted(context);
    const Scene preset = place.preset();
    context.session.commit("reset to stop", preset, taken_up(std::move(place), preset));
    player_of(context);
    arrive(context);
}

void new_lecture(Context& context) {
    context.session.cancel_preview();
    Lecture lecture;
    lecture.stops.push_back(stop_of_screen(context));
    const Scene scene = lecture.stops.front().scene;
    context.session.commit("new lecture", scene, unsaved(std::move(lecture)));
    arrive_at_new_stop(context);
}

void add_stop(Context& context) {
    const LecturePlace before = context.session.place();  // the stop that is left stays as one came to it
    if (!before || !may_add(before)) return;
    halted(context);
    LecturePlace place = with_stop(before, stop_of_screen(context));
    const Scene scene = place.shown().scene;
    context.session.commit(fmt::format("add stop {}", place.stop + 1), scene, std::move(place));
    arrive_at_new_stop(context);
}

void remove_stop(Context& context) {
    if (!may_remove(context.session.place())) return;
    const LecturePlace place = halted(context);
    context.session.commit(fmt::format("remove stop {}", place.stop + 1), context.session.scene(), without_stop(place));
}

void move_stop(Context& context, int direction) {
    if (!context.session.place().there) return;
    const LecturePlace place = halted(context);
    context.session.commit(fmt::format("move stop {}", place.stop + 1), context.session.scene(), moved(place, direction));
}

void follow_lecture(Context& context) {
    const LecturePlace& place = context.session.place();
    if (!place) return context.ui.lecture.reset();
    LecturePlayer& player = player_of(context);
    if (player.began < 0) {
        player.began = player.stop_began = context.now;
        if (place.there) arrive(context);
    }
    if (player.transition) move_transition(context);
    if (place.there && place.stop != player.place.stop) player.stop_began = context.now;  // undo and redo may have led to another one
    player.place = place;
}

bool in_transition(const UiState& ui) { return ui.lecture && ui.lecture->transition; }

const Stop* shown_stop(const Session& session) { return session.place().there ? &session.place().shown() : nullptr; }

}  // namespace pf::panels
