#include <map>
#include <mutex>
#include <optional>

#include "app/runtime/compute.h"
#include "app/runtime/scene_json.h"
#include "core/math/dataset/labelled.h"
#include "core/math/dataset/modes.h"
#include "core/math/dataset/noised.h"
#include "core/math/field/stand_ins.h"
#include "core/math/metrics/mode_metrics.h"
#include "core/math/schedule/schedules.h"

namespace pf {
namespace {

// What depends on the data alone costs most, so the process keeps what it has.
template <class T>
class Kept {
public:
    std::optional<T> find(const std::string& key) {
        const std::lock_guard lock(mutex_);
        const auto it = kept_.find(key);
        return it == kept_.end() ? std::nullopt : std::optional<T>(it->second);
    }
    void keep(const std::string& key, const T& value) {
        const std::lock_guard lock(mutex_);
        if (kept_.size() > 256) kept_.clear();
        kept_[key] = value;
    }

private:
    std::mutex mutex_;
    std::map<std::string, T> kept_;
};

// compute(key, draws, stop): the floor itself.
template <class Compute>
NoiseFloor kept_floor(std::string_view id, const std::string& data_key, Eigen::Index n, std::stop_token stop, const Compute& compute) {
    constexpr std::uint64_t floor_seed = 20;  // not the scene's
    static Kept<NoiseFloor> kept;
    const auto key = fmt::format("{} {} {}", id, n, data_key);
    if (const auto found = kept.find(key)) return *found;
    const NoiseFloor floor = compute(stream_key(floor_seed, "floor"), 20, [&] { return stop.stop_requested(); });
    if (!stop.stop_requested()) kept.keep(key, floor);
    return floor;
}

std::shared_ptr<const CellMasses> kept_masses(const std::string& data_key, const Dataset& data) {
    static Kept<std::shared_ptr<const CellMasses>> kept;
    if (const auto found = kept.find(data_key)) return *found;
    auto masses = std::make_shared<const CellMasses>(exact_masses(data));
    kept.keep(data_key, masses);
    return masses;
}

}  // namespace

PriorMismatch mismatch_of_prior(const Scene& scene, int model) {
    const auto schedule = build(schedules(), scene.models.at(static_cast<std::size_t>(model)).schedule, fmt::format("models[{}].schedule", model));
    const auto gaussian = gaussian_like(*make_dataset(scene.data), stream_key(scene.seed, "moments"));
    return prior_mismatch(*schedule, gaussian->components().front().mean, gaussian->components().front().covariance);
}

LaneMetrics lane_metrics(const Scene& scene, const LaneResult& result, std::stop_token stop, std::span<const Metric> which) {
    LaneMetrics out;
    out.key = result.key;
    if (result.path.x.empty()) return out;
    const std::shared_ptr<const Dataset> all = make_dataset(scene.data), clean = result.label < 0 ? all : with_label(all, result.label);
    const std::shared_ptr<const Dataset> data = result.end ? std::make_shared<Noised>(clean, *result.end) : clean;
    const Points& last = result.backwards ? result.path.x.front() : result.path.x.back();
    const Points samples = finite_rows(last);
    out.lost = static_cast<int>(last.rows() - samples.rows());
    if (samples.rows() < 2) return out;
    const auto data_key = fmt::format("{} {} {} {}", result.label, result.end ? result.end->alpha : 1, result.end ? result.end->beta : 0, data_to_json(scene.data, true).dump());
    const auto masses = kept_masses(data_key, *data);
    const Truth truth{*data, *masses};
    for (const auto& metric : which) {
        if (stop.stop_requested()) return out;
        const auto n = std::min<Eigen::Index>(samples.rows(), metric.max_points);
        MetricValue value;
        value.id = metric.id;
        value.points = static_cast<int>(n);
        value.value = measure(metric, samples, truth, Random(scene.seed, "reference draws"));
        value.floor = kept_floor(metric.id, data_key, n, stop, [&](std::uint64_t key, int pairs, const auto& stopped) { return noise_floor(metric, truth, n, key, pairs, stopped); });
        out.values.push_back(std::move(value));
    }
    const auto mixture = data->mixture();
    // Curves are mixtures too, by quadrature, but their nodes are no modes.
    const bool modes = !result.end && (scene.data.choice.id == "mixture" || dynamic_cast<const ModesDataset*>(all.get()));
    if (!mixture || !modes || !(mixture->smallest_variance() > 0)) return out;
    out.coverage = mode_coverage(*mixture, samples);
    constexpr Eigen::Index most = 20'000;  // whose floor is still quick
    const auto n = std::min<Eigen::Index>(samples.rows(), most);
    for (const ModeMetric& metric : mode_metrics()) {
        if (stop.stop_requested()) return out;
        out.values.push_back({std::string(metric.id), metric.of(samples.topRows(n), *mixture),
                              kept_floor(metric.id, data_key, n, stop, [&](std::uint64_t key, int pairs, const auto& stopped) { return noise_floor(metric, *data, *mixture, n, key, pairs, stopped); }),
                              static_cast<int>(n)});
    }
    return out;
}

}  // namespace pf
