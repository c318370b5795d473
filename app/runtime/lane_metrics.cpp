#include <map>
#include <mutex>

#include "app/runtime/compute.h"
#include "app/runtime/scene_json.h"
#include "core/math/dataset/modes.h"
#include "core/math/dataset/noised.h"
#include "core/math/field/stand_ins.h"
#include "core/math/schedule/schedules.h"

namespace pf {
namespace {

// A floor costs twenty metrics and depends on what is drawn alone, not on the scene's seed, so the process keeps those it has.
NoiseFloor kept_floor(const Metric& metric, const Scene& scene, const std::optional<Coefficients>& end, const Dataset& data, Eigen::Index n, std::stop_token stop) {
    constexpr std::uint64_t floor_seed = 20;
    static std::mutex mutex;
    static std::map<std::string, NoiseFloor> kept;
    const auto key = fmt::format("{} {} {} {} {}", metric.id, n, end ? end->alpha : 1, end ? end->beta : 0, data_to_json(scene.data, true).dump());
    {
        const std::lock_guard lock(mutex);
        if (const auto it = kept.find(key); it != kept.end()) return it->second;
    }
    const auto floor = noise_floor(metric, data, n, stream_key(floor_seed, "floor"), 20, [&] { return stop.stop_requested(); });
    if (!stop.stop_requested()) {
        const std::lock_guard lock(mutex);
        if (kept.size() > 256) kept.clear();
        kept[key] = floor;
    }
    return floor;
}

}  // namespace

PriorMismatch mismatch_of_prior(const Scene& scene, int model) {
    const auto schedule = build(schedules(), scene.models.at(static_cast<std::size_t>(model)).schedule, fmt::format("models[{}].schedule", model));
    const auto gaussian = gaussian_like(*make_dataset(scene.data), stream_key(scene.seed, "moments"));
    return prior_mismatch(*schedule, gaussian->components().front().mean, gaussian->components().front().covariance);
}

LaneMetrics lane_metrics(const Scene& scene, const LaneResult& result, std::stop_token stop) {
    LaneMetrics out;
    out.key = result.key;
    if (result.path.x.empty()) return out;
    const auto clean = make_dataset(scene.data);
    const std::shared_ptr<const Dataset> data = result.end ? std::make_shared<Noised>(clean, *result.end) : clean;
    const Points& last = result.backwards ? result.path.x.front() : result.path.x.back();
    const Points samples = finite_rows(last);
    out.lost = static_cast<int>(last.rows() - samples.rows());
    if (samples.rows() < 2) return out;
    for (const auto& metric : metrics()) {
        if (stop.stop_requested()) return out;
        const auto n = std::min<Eigen::Index>(samples.rows(), metric.max_points);
        Random random(scene.seed, "reference draws");
        MetricValue value;
        value.id = metric.id;
        value.points = static_cast<int>(n);
        value.value = metric.distance(samples.topRows(n), data->sample(random, n));
        value.floor = kept_floor(metric, scene, result.end, *data, n, stop);
        out.values.push_back(std::move(value));
    }
    const auto mixture = data->mixture();
    // Curves are mixtures too, by quadrature, but their nodes are no modes.
    const bool modes = !result.end && (scene.data.choice.id == "mixture" || dynamic_cast<const ModesDataset*>(clean.get()));
    if (mixture && modes && mixture->smallest_variance() > 0) out.coverage = mode_coverage(*mixture, samples);
    return out;
}

}  // namespace pf
