#include "app/panels/lecture_player.h"

#include <algorithm>

#include "app/panels/camera.h"
#include "app/panels/panels.h"
#include "app/panels/pinned_point.h"
#include "app/runtime/blend.h"
#include "app/runtime/scene_sentence.h"

namespace pf::panels {
namespace {

const Stop& stop_at(const LecturePlayer& player, int index) { return player.lecture->stops[static_cast<std::size_t>(index)]; }
std::optional<Scene>& kept_at(LecturePlayer& player, int index) { return player.kept[static_cast<std::size_t>(index)]; }

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

// What does not belong to the scene: camera, selection, time, clock.
void arrive(Context& context, int index) {
    UiState& ui = context.ui;
    LecturePlayer& player = *ui.lecture;
    player.stop = index;
    player.stop_began = context.now;
    reset_camera(ui);
    ui.hovered_particle = -1;
    unpin(ui);
    ui.selected_lane = ui.selected_model = 0;
    set_playback(ui, stop_at(player, index));
    train(context, stop_at(player, index));
}

void remember(Context& context) {
    LecturePlayer& player = *context.ui.lecture;
    player.transition.reset();
    context.session.cancel_preview();
    const Scene& scene = context.session.scene();
    const int here = stop_of(*player.lecture, scene);
    if (here < 0) return;
    kept_at(player, here).reset();
    if (scene != stop_at(player, here).scene) kept_at(player, here) = scene;
}

void go_to(Context& context, int index) {
    UiState& ui = context.ui;
    LecturePlayer& player = *ui.lecture;
    remember(context);
    const Scene from = context.session.scene();
    const int came_from = stop_of(*player.lecture, from);
    const double from_t = ui.playback.t;
    const Stop& stop = stop_at(player, index);
    const Scene to = kept_at(player, index).value_or(stop.scene);
    context.session.load(to, fmt::format("stop {}: {}", index + 1, to.title));
    arrive(context, index);
    if (stop.transition <= 0 || ui.reduced_motion || came_from != index - 1) return;
    player.transition = LecturePlayer::Transition{from, to, from_t, from_t, context.now};
    ui.playback.playing = false;
    ui.playback.t = from_t;
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
    const Stop& stop = stop_at(player, player.stop);
    const double share = eased(std::clamp((context.now - way.began) / stop.transition, 0.0, 1.0));
    const Scene to = kept_at(player, player.stop).value_or(stop.scene);
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

}  // namespace

LecturePlayer begin_lecture(std::shared_ptr<const Lecture> lecture) {
    LecturePlayer out;
    out.kept.resize(lecture->stops.size());
    out.lecture = std::move(lecture);
    return out;
}

void open_lecture(Session& session, UiState& ui, std::shared_ptr<const Lecture> lecture) {
    session.load(lecture->stops.front().scene, "open " + lecture->title);
    ui.lecture = begin_lecture(std::move(lecture));
}

void close_lecture(Context& context) {
    if (!context.ui.lecture) return;
    if (context.ui.lecture->transition) context.session.cancel_preview();
    context.ui.lecture.reset();
}

void step_lecture(Context& context, int direction) {
    if (!context.ui.lecture) return;
    LecturePlayer& player = *context.ui.lecture;
    const int here = stop_of(*player.lecture, context.session.scene());
    const int next = here >= 0 ? here + direction : direction > 0 ? player.stop + 1 : player.stop;
    if (next >= 0 && next < static_cast<int>(player.lecture->stops.size())) go_to(context, next);
}

void reset_stop(Context& context) {
    if (!shown_stop(context.ui, context.session.scene())) return;
    LecturePlayer& player = *context.ui.lecture;
    player.transition.reset();
    context.session.cancel_preview();
    const int here = stop_of(*player.lecture, context.session.scene());
    kept_at(player, here).reset();
    context.session.commit("reset to stop", stop_at(player, here).scene);
    arrive(context, here);
}

void follow_lecture(Context& context) {
    if (!context.ui.lecture) return;
    LecturePlayer& player = *context.ui.lecture;
    if (player.began < 0) {
        player.began = context.now;
        arrive(context, 0);
    }
    if (player.transition) move_transition(context);
    // Undo and redo may have led to another stop.
    const int here = stop_of(*player.lecture, context.session.scene());
    if (here >= 0 && here != player.stop) player.stop = here, player.stop_began = context.now;
    player.speaks = here >= 0 && !stop_at(player, here).watch.empty();
}

bool in_transition(const UiState& ui) { return ui.lecture && ui.lecture->transition; }

const Stop* shown_stop(const UiState& ui, const Scene& scene) {
    if (!ui.lecture) return nullptr;
    const int here = stop_of(*ui.lecture->lecture, scene);
    return here < 0 ? nullptr : &stop_at(*ui.lecture, here);
}

const Scene& written_for(const UiState& ui, const Session& session) {
    const Stop* stop = shown_stop(ui, session.scene());
    return stop ? stop->scene : pf::written_for(session.scene(), session.preset());
}

Lecture lecture_as_given(const Session& session, const UiState& ui) {
    Lecture out = *ui.lecture->lecture;
    const int here = stop_of(out, session.scene());
    for (std::size_t i = 0; i < out.stops.size(); ++i) {
        Scene& stop = out.stops[i].scene;
        if (static_cast<int>(i) == here && !ui.lecture->transition) stop = truly_told(session.scene(), stop);
        else if (ui.lecture->kept[i]) stop = truly_told(*ui.lecture->kept[i], stop);
    }
    return out;
}

namespace {

std::vector<Scene> stops_as_given(const Session& session, const UiState& ui) {
    const LecturePlayer& player = *ui.lecture;
    const int here = stop_of(*player.lecture, session.scene());
    std::vector<Scene> out;
    for (std::size_t i = 0; i < player.lecture->stops.size(); ++i)
        out.push_back(static_cast<int>(i) == here && !player.transition ? session.scene() : player.kept[i].value_or(player.lecture->stops[i].scene));
    return out;
}

}  // namespace

bool lecture_changed(const Session& session, const UiState& ui) {
    if (!ui.lecture) return false;
    const std::vector<Scene> now = stops_as_given(session, ui);
    for (std::size_t i = 0; i < now.size(); ++i)
        if (now[i] != (ui.lecture->saved.empty() ? ui.lecture->lecture->stops[i].scene : ui.lecture->saved[i])) return true;
    return false;
}

void lecture_saved(const Session& session, UiState& ui) {
    if (ui.lecture) ui.lecture->saved = stops_as_given(session, ui);
}

}  // namespace pf::panels
