#include "app/runtime/lane_problem.h"

#include <algorithm>

#include "app/runtime/keys.h"
#include "app/runtime/sigma_shape.h"
#include "core/math/field/stand_ins.h"

namespace pf {

LaneProblem lane_problem(const Scene& scene, int lane, const FieldSet& fields) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const auto drift = static_cast<std::size_t>(model_index(scene, l.model));
    const auto score = l.score_model.empty() ? drift : static_cast<std::size_t>(model_index(scene, l.score_model));
    const auto schedule = fields.schedules.at(drift);
    const std::shared_ptr<const Sigma> sigma = build(sigmas(), l.sigma, fmt::format("lanes[{}].sigma", lane));
    const bool noisy = !vanishes(*sigma, *schedule);

    LaneProblem out;
    out.schedule = schedule;
    out.noise_key = stream_key(scene.seed, "solver");
    out.velocity = fields.fields.at(drift);
    if (noisy) {
        out.score = fields.fields.at(score);
        out.sigma = [sigma, schedule](double t) { return sigma->at(t, *schedule); };
    }
    if (!out.velocity || (noisy && !out.score))
        throw BadInput(fmt::format("lanes[{}]: model '{}' has no weights yet", lane, out.velocity ? l.score_model : l.model));
    return out;
}

TimeRange lane_range(const Scene& scene, int lane, TimeRange range) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const TimeRange out{std::max(range.min, l.t_min), std::min(range.max, l.t_max)};
    if (!(out.min < out.max))
        throw BadInput(fmt::format("lanes[{}]: the field is finite for t from {} to {} only, which {} to {} misses", lane, range.min, range.max, l.t_min, l.t_max));
    return out;
}

Points starting_noise(const Scene& scene, const Schedule& schedule, int n) {
    Points start(n, 2);
    keyed_normals(stream_key(scene.seed, "start"), 0, 0, start);
    start *= static_cast<float>(schedule.at(0).beta);
    return start;
}

LaneStart lane_start(const Scene& scene, int lane, const Schedule& schedule, TimeRange range) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    if (l.start != "teleport") return {range, {Eigen::Matrix2d::Identity(), Eigen::Vector2d::Zero()}};
    if (!(l.teleport_to > range.min && l.teleport_to < range.max))
        throw BadInput(fmt::format("lanes[{}].teleport_to: {} must lie between {:.4g} and {:.4g}, where this lane runs", lane, l.teleport_to, range.min, range.max));
    const auto gaussian = gaussian_like(*make_dataset(scene.data), stream_key(scene.seed, "moments"));
    const Component& one = gaussian->components().front();
    return {{l.teleport_to, range.max}, gaussian_flow(schedule, one.mean, one.covariance, range.min, l.teleport_to)};
}

}  // namespace pf
