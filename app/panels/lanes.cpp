#include <algorithm>
#include <cmath>

#include "app/panels/panels.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/sigma_shape.h"
#include "core/math/schedule/schedules.h"
#include "core/math/sigma/sigmas.h"

namespace pf::panels {

int selected_lane(Context& context) {
    return context.ui.selected_lane = std::clamp(context.ui.selected_lane, 0, static_cast<int>(context.session.scene().lanes.size()) - 1);
}

int selected_model(Context& context) {
    return context.ui.selected_model = std::clamp(context.ui.selected_model, 0, static_cast<int>(context.session.scene().models.size()) - 1);
}

void select_lane(Context& context, int lane) {
    context.ui.selected_lane = lane;
    const Scene& scene = context.session.scene();
    const Lane& l = scene.lanes[static_cast<std::size_t>(selected_lane(context))];
    const int model = selected_model(context);
    if (model != model_index(scene, l.model) && scene.models[static_cast<std::size_t>(model)].name != l.score_model) context.ui.selected_model = model_index(scene, l.model);
}

void select_model(Context& context, int model) {
    context.ui.selected_model = model;
    const Scene& scene = context.session.scene();
    const std::string& name = scene.models[static_cast<std::size_t>(selected_model(context))].name;
    const auto follows = [&](const Lane& l) { return l.model == name || l.score_model == name; };
    if (follows(scene.lanes[static_cast<std::size_t>(selected_lane(context))])) return;
    const auto end = scene.lanes.begin() + pane_count(scene);  // the others are not on screen
    const auto first = std::find_if(scene.lanes.begin(), end, follows);
    if (first != end) context.ui.selected_lane = static_cast<int>(first - scene.lanes.begin());
}

LaneFunctions lane_functions(const Scene& scene, int lane) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    return {build(schedules(), model_named(scene, l.model).schedule, "schedule"), make_sigma(l, "sigma"), own_noise(l)};
}

std::string lane_kind(const Lane& lane) {
    if (lane.process == "langevin") return "Langevin";
    return std::string(lane.process == "noising" ? "noising " : "") + (has_noise(lane) ? "SDE" : "ODE");
}

namespace {

// Somewhere on the lane's times its σ_t = min(g_t, max) is not g_t.
bool capped(const Lane& lane, const Choice& schedule) {
    const auto path = build(schedules(), schedule, "schedule");
    const auto sigma = make_sigma(lane, "sigma");
    for (int i = 0; i <= 32; ++i) {
        const double t = lane.t_min + (lane.t_max - lane.t_min) * i / 32, g = std::sqrt(path->at(t).g_squared());
        if (std::isfinite(g) && sigma->at(t, *path) < g * (1 - 1e-9)) return true;
    }
    return false;
}

// " σ = 2", " σ ∝ βₜ"; nothing where there is none.
std::string noise_words(const Lane& lane, const Choice& schedule) {
    if (!is_stochastic(lane)) return "";
    const auto max = lane.sigma.values.find("max");
    if (lane.sigma.id == "constant") return fmt::format(" σ = {:.3g}", max == lane.sigma.values.end() ? 1.0 : max->second);
    if (lane.sigma.id == "formula") return lane.sigma_expression.size() <= 12 ? " σ = `" + lane.sigma_expression + "`" : " σ: formula";
    const std::string label(find(sigmas(), lane.sigma.id, "sigma").label);
    if (label.ends_with(" gₜ")) return capped(lane, schedule) ? fmt::format(" σ = min(gₜ, {:.3g})", max == lane.sigma.values.end() ? 1.0 : max->second) : " σ = gₜ";
    return label.starts_with("∝") ? " σ " + label : " σ: " + label;
}

// Of what a title names, only the solver tells the lanes on screen apart.
bool solver_tells(const Scene& scene) {
    const auto lanes = std::span(scene.lanes).first(static_cast<std::size_t>(pane_count(scene)));
    const auto same = [&](auto of) { return std::all_of(lanes.begin(), lanes.end(), [&](const Lane& lane) { return of(lane) == of(lanes.front()); }); };
    return !same([](const Lane& lane) { return lane.solver.id; }) && same([](const Lane& lane) { return lane.model; }) && same(lane_kind) &&
           same([&](const Lane& lane) { return noise_words(lane, model_named(scene, lane.model).schedule); });
}

}  // namespace

std::string lane_title(const Scene& scene, int lane, TitleLength length) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    if (length == TitleLength::number) return std::to_string(lane + 1);
    const std::string solver(find_solver(l.solver.id, "solver").label);
    const bool by_solver = length != TitleLength::whole && solver_tells(scene);
    if (length == TitleLength::model) return fmt::format("{} · {}", lane + 1, by_solver ? solver : scene.models.size() > 1 ? l.model : lane_kind(l));
    const std::string noise = noise_words(l, model_named(scene, l.model).schedule), still = l.process == "langevin" ? fmt::format(" at t = {:g}{}", l.frozen_t, noise.empty() ? "" : ",") : "";
    std::string out = fmt::format("lane {} · {}{}{}", lane + 1, by_solver ? solver : lane_kind(l), still, by_solver ? "" : noise);
    if (length == TitleLength::whole) out += fmt::format(" · {}", solver);
    if (length <= TitleLength::steps) out += fmt::format(" · {} step{}", l.steps, l.steps == 1 ? "" : "s");
    if (l.start == "teleport") out += fmt::format(" · from t = {:g}", l.teleport_to);
    if (scene.models.size() > 1) out += " · " + l.model;
    if (l.guidance.kind != "none") out += fmt::format(" · w = {:g}", l.guidance.scale);
    return out;
}

std::optional<Position> particle_position(const LaneResult* lane, int particle, double t) {
    if (!lane || particle < 0 || lane->path.x.empty() || lane->path.t.size() != lane->path.x.size()) return {};
    const auto& times = lane->path.t;
    if (particle >= lane->path.x.front().rows()) return {};
    const int i = std::clamp(slice_at(times, t), 0, static_cast<int>(times.size()) - 1), j = std::min(i + 1, static_cast<int>(times.size()) - 1);
    const std::size_t a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
    const double step = times[b] - times[a], f = step > 0 ? std::clamp((t - times[a]) / step, 0.0, 1.0) : 0;
    const auto& from = lane->path.x[a];
    const auto& to = lane->path.x[b];
    const Position p{from(particle, 0) + f * (to(particle, 0) - from(particle, 0)), from(particle, 1) + f * (to(particle, 1) - from(particle, 1))};
    if (!std::isfinite(p.x) || !std::isfinite(p.y)) return {};
    return p;
}

void toggle_play(Context& context) {
    Playback& playback = context.ui.playback;
    playback.playing = !playback.playing;
    const double end = playback.reversed ? 0 : 1;
    if (playback.playing && playback.t == end) playback.t = 1 - end;
    playback.hold = 0;
}

void set_reduced_motion(UiState& ui, bool on) {
    ui.reduced_motion = on;
    if (on) ui.playback.playing = false;
}

void step_time(Context& context, int steps) {
    Playback& playback = context.ui.playback;
    playback.playing = false;
    const int lane = selected_lane(context);
    const auto& result = context.results.lanes[static_cast<std::size_t>(lane)];
    if (!result || result->path.t.size() < 2) {
        const int n = std::max(1, context.session.scene().lanes[static_cast<std::size_t>(lane)].steps);
        playback.t = context.ui.stepped_to = std::clamp(playback.t + static_cast<double>(steps) / n, 0.0, 1.0);
        return;
    }
    const auto& times = result->path.t;
    const int last = static_cast<int>(times.size()) - 1;
    int from = std::clamp(slice_at(times, playback.t), 0, last);
    // Between two slices, one step back is the slice before t.
    if (steps < 0 && playback.t > times[static_cast<std::size_t>(from)]) ++from;
    playback.t = context.ui.stepped_to = times[static_cast<std::size_t>(std::clamp(from + steps, 0, last))];
}

std::vector<int> followed_particles(const UiState& ui) {
    constexpr int always = 12;
    if (!stepping(ui)) return {};
    std::vector<int> out;
    for (int i = 0; i < always; ++i) out.push_back(i);
    for (const int particle : {ui.pinned_particle, ui.hovered_particle})
        if (particle >= always && std::find(out.begin(), out.end(), particle) == out.end()) out.push_back(particle);
    return out;
}

}  // namespace pf::panels
