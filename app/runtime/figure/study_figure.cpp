#include "app/runtime/figure/study_figure.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/math/solver/solvers.h"

namespace pf {
namespace {

std::string described(const Lane& lane, const std::string& varied, bool several_models) {
    const auto& solver = find_solver(lane.solver.id, "solver");
    std::string sigma = lane.sigma.id == "zero" ? "ODE" : "σ " + lane.sigma.id;
    if (const auto max = lane.sigma.values.find("max"); max != lane.sigma.values.end() && lane.sigma.id != "zero" && varied != "sigma.max") sigma += fmt::format(" {:.3g}", max->second);
    return fmt::format("{}{} · {}", several_models ? lane.model + " · " : "", solver.label, sigma);
}

struct Point {
    double x, y, half_width;
};

}  // namespace

Figure study_figure(const Scene& scene, const Study& study, const Metric& metric) {
    const bool over_evaluations = study.vary.path == "steps";
    Figure out;
    out.id = "quality";
    out.title = scene.title;
    out.x = {over_evaluations ? "evaluations of the field per particle" : study.vary.path, "1"};
    out.y = {fmt::format("{} to the data", metric.label), std::string(metric.unit), true};
    NoiseFloor floor;
    double x_low = std::numeric_limits<double>::infinity(), x_high = -x_low;
    for (std::size_t lane = 0; lane < scene.lanes.size(); ++lane) {
        std::vector<Point> points;
        for (const StudyRow& row : study.rows) {
            if (row.lane != static_cast<int>(lane)) continue;
            const auto& estimates = row.evaluation.metrics;
            const auto found = std::find_if(estimates.begin(), estimates.end(), [&](const MetricEstimate& e) { return e.id == metric.id; });
            if (found == estimates.end() || !(found->value.mean > 0) || !std::isfinite(found->value.mean)) continue;
            points.push_back({over_evaluations ? row.evaluation.evaluations : row.value, found->value.mean, found->value.half_width});
            floor = found->floor;
        }
        if (points.empty()) continue;
        std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
        Figure::Curve curve{fmt::format("{} · {}", lane + 1, described(scene.lanes[lane], study.vary.path, scene.models.size() > 1)), {}, {}, {}, static_cast<int>(lane), lane % 2 == 1, false, true};
        for (const Point& p : points) curve.x.push_back(p.x), curve.y.push_back(p.y), curve.half_width.push_back(p.half_width);
        x_low = std::min(x_low, points.front().x), x_high = std::max(x_high, points.back().x);
        out.curves.push_back(std::move(curve));
    }
    if (out.curves.empty()) {
        out.nothing = "no lane ran, there is nothing to draw";
        return out;
    }
    out.x.logarithmic = x_low > 0 && x_high > 5 * x_low;
    if (floor.pairs > 0) {
        const FigureView view = fitted_as_given(out);
        const double low = std::max(floor.mean - floor.standard_deviation, floor.mean / 4), high = floor.mean + floor.standard_deviation;
        out.bands.push_back({"noise floor ± 1 sd", {view.x.min, view.x.max}, {low, low}, {high, high}, -1});
    }
    return out;
}

}  // namespace pf
