#include <algorithm>
#include <map>
#include <mutex>

#include "app/runtime/sigma_shape.h"
#include "app/runtime/scene.h"
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

}  // namespace

std::string why_not(const Scene& scene, const Model& model) {
    if (model.field == "exact" && !has_mixture(scene.data.choice.id))
        return fmt::format("the exact field needs a Gaussian mixture, and '{}' is none; choose field 'network' or other data", scene.data.choice.id);
    if (model.field == "network" && model.objective.prediction == "v" &&
        !build(schedules(), model.schedule, "schedule")->variance_preserving())
        return fmt::format("v-prediction needs a path with α² + β² = 1, and '{}' is none; choose schedule 'vp' or 'trigonometric'", model.schedule.id);
    return {};
}

std::string why_not(const View& view) {
    const bool differs = std::find(view.layers.begin(), view.layers.end(), "difference") != view.layers.end();
    if (differs && view.density == "exact") return "the layer 'difference' compares with the exact density; choose another density than 'exact', such as 'histogram'";
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
    const bool noisy = !vanishes(*build(sigmas(), lane.sigma, "sigma"), *schedule);
    const auto& solver = find_solver(lane.solver.id, "solver.id");
    if (noisy && solver.own_noise) return fmt::format("'{}' brings its own noise; choose sigma zero", solver.id);
    if (noisy && !solver.stochastic)
        return fmt::format("'{}' follows an ODE; choose sigma zero or the solver '{}'", solver.id,
                           solver.id == "euler" ? "euler_maruyama" : "stochastic_heun");
    if (!(lane.t_min < lane.t_max)) return fmt::format("t_min {} must be below t_max {}", lane.t_min, lane.t_max);
    TimeRange domain = learned_domain(*drift, solver.uses_denoiser ? want_denoiser : want_velocity);
    if (noisy || solver.uses_score) {
        const TimeRange other = learned_domain(*score, want_score);
        domain = {std::max(domain.min, other.min), std::min(domain.max, other.max)};
    }
    if (!(std::max(domain.min, lane.t_min) < std::min(domain.max, lane.t_max)))
        return fmt::format("the field is finite for t from {} to {} only, which {} to {} misses", domain.min, domain.max, lane.t_min, lane.t_max);
    return {};
}

}  // namespace pf
