#include "app/runtime/compute.h"
#include "app/runtime/kept.h"
#include "app/runtime/keys.h"
#include "core/math/dataset/labelled.h"
#include "core/math/dataset/modes.h"
#include "core/math/dataset/noised.h"
#include "core/math/field/stand_ins.h"
#include "core/math/metrics/mode_metrics.h"
#include "core/math/schedule/schedules.h"

namespace pf {

std::optional<PriorMismatch> mismatch_of_prior(const Scene& scene, int lane) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    if (l.process != "sampling" || scene.source) return {};
    const auto schedule = build(schedules(), model_named(scene, l.model).schedule, "schedule");
    const auto gaussian = gaussian_like(*make_dataset(scene.data), stream_key(scene.seed, "moments"));
    return prior_mismatch(*schedule, gaussian->components().front().mean, gaussian->components().front().covariance, l.t_min);
}

LaneMetrics lane_metrics(const Scene& scene, const LaneResult& result, std::stop_token stop, std::span<const Metric> which, int draws) {
    LaneMetrics out;
    out.key = result.key;
    out.data = truth_key(scene);
    if (result.path.x.empty()) return out;
    const std::shared_ptr<const Dataset> all = make_dataset(scene.data), clean = result.label < 0 ? all : with_label(all, result.label);
    const std::shared_ptr<const Dataset> data = result.end ? std::make_shared<Noised>(clean, *result.end) : clean;
    const Points& last = result.backwards ? result.path.x.front() : result.path.x.back();
    Points samples = finite_rows(last);
    out.lost = static_cast<int>(last.rows() - samples.rows());
    if (samples.rows() > draws) samples.conservativeResize(draws, 2);
    if (samples.rows() < 2) return out;
    const auto key = data_key(scene, result.label, result.end);
    const auto masses = kept_masses(key, *data);
    const Truth truth{*data, *masses};
    for (const auto& metric : which) {
        if (stop.stop_requested()) return out;
        const auto n = std::min<Eigen::Index>(samples.rows(), metric.max_points);
        MetricValue value;
        value.id = metric.id;
        value.points = static_cast<int>(n);
        value.value = measure(metric, samples, truth, Random(scene.seed, "reference draws"));
        value.floor = kept_floor(metric, key, truth, n, 20, stop);
        out.values.push_back(std::move(value));
    }
    const auto mixture = data->mixture();
    // Curves are mixtures too, by quadrature, but their nodes are no modes.
    const bool modes = !result.end && (scene.data.choice.id == "mixture" || dynamic_cast<const ModesDataset*>(all.get()));
    if (!mixture || !modes || !(mixture->smallest_variance() > 0)) return out;
    out.coverage = mode_coverage(*mixture, samples);
    const auto n = std::min<Eigen::Index>(samples.rows(), most_mode_points);
    for (const ModeMetric& metric : mode_metrics()) {
        if (stop.stop_requested()) return out;
        out.values.push_back({std::string(metric.id), metric.of(samples.topRows(n), *mixture),
                              kept_floor(metric.id, key, n, 20, stop, [&](std::uint64_t seed, const auto& stopped) { return noise_floor(metric, *data, *mixture, n, seed, 20, stopped); }),
                              static_cast<int>(n)});
    }
    return out;
}

}  // namespace pf
