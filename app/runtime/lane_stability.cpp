#include "app/runtime/lane_stability.h"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <map>
#include <mutex>

#include "app/runtime/scene_json.h"
#include "app/runtime/sigma_shape.h"
#include "core/math/field/field.h"
#include "core/math/field/stand_ins.h"
#include "core/math/format.h"
#include "core/math/grid/grids.h"
#include "core/math/schedule/schedules.h"
#include "core/math/sigma/sigmas.h"
#include "core/math/solver/solvers.h"
#include "core/math/solver/stability.h"

namespace pf {

namespace {

// Per data set, remembered: making one may take longer than a frame. The seed counts for moments that are drawn.
std::optional<double> known_variance(const DataSpec& spec, bool one_gaussian, std::uint64_t seed) {
    static std::mutex mutex;
    static std::map<std::string, std::optional<double>> known;
    const auto key = fmt::format("{} {} {}", one_gaussian, one_gaussian ? seed : 0, data_to_json(spec, true).dump());
    const std::lock_guard lock(mutex);
    if (const auto it = known.find(key); it != known.end()) return it->second;
    if (known.size() > 64) known.clear();
    const auto data = make_dataset(spec);
    if (one_gaussian) {
        const auto gaussian = gaussian_like(*data, stream_key(seed, "moments"));
        return known[key] = std::max(0.0, Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d>(gaussian->components().front().covariance, Eigen::EigenvaluesOnly).eigenvalues()[0]);
    }
    const auto mixture = data->mixture();
    return known[key] = mixture ? std::optional(mixture->smallest_variance()) : std::nullopt;
}

}  // namespace

std::optional<double> smallest_variance(const Scene& scene, int lane) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const Model& model = model_named(scene, l.score_model.empty() ? l.model : l.score_model);
    if (l.process != "sampling" || l.variant != "right" || l.guidance.kind != "none" || model.field == "formula" || !on_gaussian_path(scene, model)) return {};
    if (model.field == "memorising") return 0;
    return known_variance(scene.data, model.field == "gaussian", scene.seed);
}

std::optional<LaneStability> lane_stability(const Scene& scene, int lane) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const StabilityInterval& interval = stability_interval(l.solver.id);
    if (interval.length == 0 || find_solver(l.solver.id, "solver").own_noise) return {};
    const auto schedule = build(schedules(), model_named(scene, l.model).schedule, "schedule");
    const auto variance = smallest_variance(scene, lane);
    if (!variance) return {};
    const auto sigma = make_sigma(l, "sigma");
    TimeRange range{l.start == "teleport" ? l.teleport_to : l.t_min, l.t_max};
    if (*variance == 0 && schedule->at(range.max).beta == 0) range.max -= end_margin;
    if (!(range.min < range.max)) return {};
    const auto times = build(grids(), l.grid, "grid")->times(*schedule, range, l.steps);
    std::optional<LaneStability> worst;
    for (std::size_t i = 0; i + 1 < times.size(); ++i) {
        const LaneStability here{times[i], times[i + 1] - times[i], sigma->at(times[i], *schedule), stable_sigma(interval, *schedule, *variance, times[i], times[i + 1] - times[i])};
        if (here.sigma > 0 && (!worst || here.limit * worst->sigma < worst->limit * here.sigma)) worst = here;
    }
    return worst;
}

std::optional<double> stable_noise(const Scene& scene, int lane) {
    Scene varied = scene;
    Lane& l = varied.lanes.at(static_cast<std::size_t>(lane));
    if (l.sigma.id == "formula" || !read(*find(sigmas(), l.sigma.id, "sigma").make()).contains("max")) return {};
    double low = 0, high = 100;
    const auto at = [&](double value) {
        l.sigma.values["max"] = value;
        return lane_stability(varied, lane);
    };
    const auto most = at(high);
    if (!most) return {};
    if (most->stable()) return high;
    for (int i = 0; i < 24; ++i) {
        const double middle = (low + high) / 2;
        (at(middle)->stable() ? low : high) = middle;
    }
    return low;
}

std::string division_at_noise(const Scene& scene, const Lane& lane) {
    constexpr double near = 0.1;  // in t
    const Model& model = model_named(scene, lane.model);
    const bool noise = model.objective.prediction == "noise";
    const double from = lane.process == "langevin" ? lane.frozen_t : lane.start == "teleport" ? lane.teleport_to : lane.t_min;
    if (model.field != "network" || (!noise && model.objective.prediction != "score") || from >= near || build(schedules(), model.schedule, "schedule")->at(0).alpha > 0) return {};
    return fmt::format("near t = 0 the velocity is {} of the network divided by αₜ → 0, and so is its error: what is odd there comes of it", noise ? "the noise" : "the score");
}

std::string warning(const LaneStability& s) {
    return fmt::format("σ = {:.3g} at t = {:.3g} is beyond the stability limit {:.3g} of a step of {:.3g}: take more steps, less noise, or σ_t = β_t", s.sigma, s.t, s.limit, s.h);
}

}  // namespace pf
