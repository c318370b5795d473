#include "app/runtime/inspection.h"

#include <algorithm>
#include <cmath>

#include "app/runtime/kept.h"
#include "core/math/dataset/labelled.h"
#include "core/math/dataset/noised.h"
#include "core/math/schedule/schedules.h"

namespace pf {
namespace {

template <class T>
void drop_every_second(std::vector<T>& values) {
    for (std::size_t i = 1; 2 * i < values.size(); ++i) values[i] = values[2 * i];
    values.resize((values.size() + 1) / 2);
}

}  // namespace

void MetricsHistory::add(long at, const std::vector<MetricValue>& values) {
    if (values.empty()) return;
    const auto x = static_cast<double>(at);
    while (!step.empty() && step.back() >= x) {
        step.pop_back();
        points.pop_back();
        for (Series& series : metrics) series.value.pop_back(), series.floor.pop_back(), series.floor_sd.pop_back();
    }
    if (step.empty()) {
        metrics.clear();
        for (const MetricValue& value : values) metrics.push_back({value.id, {}, {}, {}});
    }
    if (step.size() >= most) {
        drop_every_second(step);
        drop_every_second(points);
        for (Series& series : metrics) drop_every_second(series.value), drop_every_second(series.floor), drop_every_second(series.floor_sd);
    }
    step.push_back(x);
    points.push_back(values.front().points);
    for (Series& series : metrics) {
        const auto found = std::find_if(values.begin(), values.end(), [&](const MetricValue& value) { return value.id == series.id; });
        const bool known = found != values.end();
        series.value.push_back(known ? found->value : std::nan(""));
        series.floor.push_back(known ? found->floor.mean : std::nan(""));
        series.floor_sd.push_back(known ? found->floor.standard_deviation : std::nan(""));
    }
}

MetricOverTime metric_over_time(const Scene& scene, int lane, const LaneResult& result, const Metric& metric, int times, std::stop_token stop) {
    constexpr Eigen::Index most_points = 1000;
    constexpr int pairs = 6;
    MetricOverTime out;
    out.key = result.key;
    out.metric = metric.id;
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const Model& model = model_named(scene, l.model);
    if (!on_gaussian_path(scene, model)) {
        out.why_not = "pₜ is known at the two ends only";
        return out;
    }
    if (result.path.x.empty()) return out;
    const auto schedule = build(schedules(), model.schedule, "schedule");
    const std::shared_ptr<const Dataset> all = make_dataset(scene.data), clean = result.label < 0 ? all : with_label(all, result.label);
    Points x;
    for (int k = 0; k < times && !stop.stop_requested(); ++k) {
        const double t = result.range.min + (result.range.max - result.range.min) * k / std::max(1, times - 1);
        positions_at(result, t, x);
        const Points samples = finite_rows(x);
        const auto n = std::min<Eigen::Index>({samples.rows(), most_points, metric.max_points});
        if (n < 2) continue;
        const Coefficients at = l.process == "langevin" ? *result.end : schedule->at(t);
        const Noised law(clean, at);
        const auto key = data_key(scene, result.label, at);
        const auto masses = metric.to_density ? kept_masses(key, law) : std::make_shared<const CellMasses>();
        const Truth truth{law, *masses};
        const double value = measure(metric, samples.topRows(n), truth, Random(scene.seed, "reference draws"));
        const NoiseFloor floor = kept_floor(metric, key, truth, n, pairs, stop);
        if (stop.stop_requested()) break;
        out.points = static_cast<int>(n);
        out.t.push_back(t);
        out.value.push_back(value);
        out.floor.push_back(floor);
    }
    return out;
}

}  // namespace pf
