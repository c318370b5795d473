#include <algorithm>
#include <map>
#include <mutex>

#include "app/runtime/formula/formula_field.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/scene.h"
#include "app/runtime/sigma_shape.h"
#include "core/math/dataset/datasets.h"
#include "core/math/path/prediction.h"
#include "core/math/schedule/schedules.h"
#include "core/math/solver/solvers.h"

namespace pf {
namespace {

// Whether a table entry has a mixture depends on its id alone; asked by panels every frame, so kept.
bool has_mixture(const std::string& id) {
    if (id == "mixture" || id == "points") return true;
    static std::mutex mutex;
    static std::map<std::string, bool> known;
    const std::lock_guard lock(mutex);
    const auto it = known.find(id);
    if (it != known.end()) return it->second;
    return known[id] = find(datasets(), id, "data.id").make()->mixture() != nullptr;
}

const Model* model_or_null(const Scene& scene, const std::string& name) {
    const auto it = std::find_if(scene.models.begin(), scene.models.end(), [&](const Model& m) { return m.name == name; });
    return it == scene.models.end() ? nullptr : &*it;
}

std::string unknown_model(const Scene& scene, const std::string& name) {
    std::string known;
    for (const auto& m : scene.models) known += (known.empty() ? "" : ", ") + m.name;
    return fmt::format("no model is called '{}' (known: {})", name, known);
}

TimeRange learned_domain(const Model& model, unsigned want) {
    if (model.field == "memorising") return {0, build(schedules(), model.schedule, "schedule")->at(1).beta == 0 ? 1 - end_margin : 1};
    if (model.field != "network") return {0, 1};
    const auto schedule = build(schedules(), model.schedule, "schedule");
    return conversion_domain(prediction_from_id(model.objective.prediction, "objective.id"), want, *schedule);
}

// A formula may be anything; what the lane would meet must be a noise level.
std::string why_not_sigma(const Lane& lane, const Schedule& schedule) {
    if (lane.sigma.id != "formula") return {};
    const FormulaSigma formula(lane.sigma_expression, "sigma");
    for (int i = 0; i <= 256; ++i) {
        const double t = lane.process == "langevin" ? lane.frozen_t : lane.t_min + (lane.t_max - lane.t_min) * i / 256, value = formula.value(t, schedule);
        if (!(value >= 0 && value <= FormulaSigma::most))
            return fmt::format("the formula of σ is {:.4g} at t = {:.4g}; expected a number from 0 to {:g}", value, t, FormulaSigma::most);
    }
    return {};
}

// What the other processes and the wrong equations ask of a lane.
std::string why_not_process(const Lane& lane, const SolverInfo& solver, bool noisy, bool has_score) {
    const bool plain = !solver.uses_denoiser && !solver.uses_score && !solver.own_noise;
    if (!plain && lane.process != "sampling")
        return fmt::format("'{}' is made for sampling; process '{}' needs a solver that follows any drift, such as 'heun' or 'euler_maruyama'", solver.id, lane.process);
    if (!plain && lane.variant != "right")
        return fmt::format("'{}' steps with more than the drift; variant '{}' needs a solver that follows any drift, such as 'heun' or 'euler_maruyama'", solver.id, lane.variant);
    if (lane.process == "langevin" && !noisy) return fmt::format("Langevin dynamics live on noise, and σ is 0 at t = {:g}; choose sigma 'constant'", lane.frozen_t);
    if (lane.process == "langevin" && (lane.grid.id == "log_snr" || lane.grid.id == "edm"))
        return fmt::format("the grid '{}' follows the path, and Langevin dynamics have a clock of their own; choose grid 'uniform'", lane.grid.id);
    if (lane.variant == "wrong_noise" && !noisy) return "variant 'wrong_noise' changes nothing without noise; choose a sigma that is not zero";
    if ((lane.variant == "no_score" || lane.variant == "double_score") && !has_score)
        return fmt::format("variant '{}' changes the score term, and this lane has none; choose {}", lane.variant, noisy ? "process 'sampling'" : "a sigma that is not zero");
    return {};
}

// The times that `domain` of the fields leaves to a lane, in lane time.
TimeRange left_to(const Lane& lane, TimeRange domain) {
    if (lane.variant == "reversed_time") domain = {1 - domain.max, 1 - domain.min};
    if (lane.process != "langevin") return domain;
    return lane.frozen_t >= domain.min && lane.frozen_t <= domain.max ? TimeRange{0, 1} : TimeRange{0, 0};
}

std::string why_not_formula(const Model& drift, const Model& score, const SolverInfo& solver, bool asks_score) {
    if (drift.field == "formula" && solver.uses_denoiser) return fmt::format("'{}' steps with the denoiser, and the formulas of '{}' give none; choose heun or euler_maruyama", solver.id, drift.name);
    if (score.field == "formula" && asks_score && score.score.empty()) return fmt::format("'{}' has no formula for its score, which noise needs; give two, or choose sigma zero", score.name);
    return {};
}

}  // namespace

std::string why_not(const Scene& scene, const Model& model) {
    if (model.field == "exact" && !has_mixture(scene.data.choice.id))
        return fmt::format("the exact field needs a Gaussian mixture, and '{}' is none; choose field 'network' or other data", scene.data.choice.id);
    if (model.field == "network" && model.objective.prediction == "v" &&
        !build(schedules(), model.schedule, "schedule")->variance_preserving())
        return fmt::format("v-prediction needs a path with α² + β² = 1, and '{}' is none; choose schedule 'vp' or 'trigonometric'", model.schedule.id);
    return {};
}

std::string why_not(const Scene& scene, const Lane& lane) {
    const Model* drift = model_or_null(scene, lane.model);
    if (!drift) return unknown_model(scene, lane.model);
    const Model* score = lane.score_model.empty() ? drift : model_or_null(scene, lane.score_model);
    if (!score) return unknown_model(scene, lane.score_model);
    if (score->schedule != drift->schedule)
        return fmt::format("the velocity of '{}' and the score of '{}' belong to different paths; give both models the same schedule", drift->name,
                           score->name);
    const auto schedule = build(schedules(), drift->schedule, "schedule");
    if (const auto why = why_not_sigma(lane, *schedule); !why.empty()) return why;
    const auto sigma = make_sigma(lane, "sigma");
    const bool frozen = lane.process == "langevin", forward = is_noising_sde(lane, *schedule);
    const bool noisy = frozen ? sigma->at(lane.frozen_t, *schedule) > 0 : !vanishes(*sigma, *schedule);
    const auto& solver = find_solver(lane.solver.id, "solver.id");
    if (const auto why = why_not_process(lane, solver, noisy, noisy && !forward); !why.empty()) return why;
    if (noisy && solver.own_noise) return fmt::format("'{}' brings its own noise; choose sigma zero", solver.id);
    if (noisy && !solver.stochastic)
        return fmt::format("'{}' follows an ODE; choose sigma zero or the solver '{}'", solver.id,
                           solver.id == "euler" ? "euler_maruyama" : "stochastic_heun");
    if (!(lane.t_min < lane.t_max)) return fmt::format("t_min {} must be below t_max {}", lane.t_min, lane.t_max);
    if (forward) return {};
    if (const auto why = why_not_formula(*drift, *score, solver, noisy || solver.uses_score); !why.empty()) return why;
    TimeRange domain = frozen ? TimeRange{0, 1} : learned_domain(*drift, solver.uses_denoiser ? want_denoiser : want_velocity);
    if (noisy || solver.uses_score) {
        const TimeRange other = learned_domain(*score, want_score);
        domain = {std::max(domain.min, other.min), std::min(domain.max, other.max)};
    }
    const TimeRange left = left_to(lane, domain);
    if (frozen && left.max == 0) return fmt::format("the score is finite for t from {} to {} only, which frozen_t {} misses", domain.min, domain.max, lane.frozen_t);
    if (!(std::max(left.min, lane.t_min) < std::min(left.max, lane.t_max)))
        return fmt::format("the field is finite for t from {} to {} only, which {} to {} misses", left.min, left.max, lane.t_min, lane.t_max);
    return {};
}

std::string why_no_log_p(const Scene& scene, const Lane& lane) {
    if (lane.process != "sampling") return "log p is followed from the noise on; choose the process sampling";
    const auto schedule = build(schedules(), model_named(scene, lane.model).schedule, "schedule");
    if (!vanishes(*make_sigma(lane, "sigma"), *schedule)) return "log p follows an ODE; choose sigma zero";
    if (find_solver(lane.solver.id, "solver.id").carries_log_p) return {};
    std::string known;
    for (const auto& solver : solvers())
        if (solver.carries_log_p) known += (known.empty() ? "" : ", ") + std::string(solver.id);
    return fmt::format("'{}' does not carry log p along; choose a solver that follows the velocity alone ({})", lane.solver.id, known);
}

}  // namespace pf
