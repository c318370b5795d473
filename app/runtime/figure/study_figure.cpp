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

// Its curve is dashed, as its paths are.
bool noisy(const Lane& lane) { return lane.sigma.id != "zero" || find_solver(lane.solver.id, "solver").own_noise; }

struct Point {
    double x, y, half_width;
};

std::string axis_label(const Measure& measure) {
    const bool distance = std::any_of(metrics().begin(), metrics().end(), [&](const Metric& metric) { return metric.id == measure.id; });
    return fmt::format("{}{}", measure.label, distance ? " to the data" : "");
}

}  // namespace

Figure study_figure(const Scene& scene, const Study& study, const Measure& measure) {
    const bool over_evaluations = study.vary.path == "steps";
    Figure out;
    out.id = "quality";
    out.title = scene.title;
    out.x = {over_evaluations ? "evaluations of the field per particle" : study.vary.path, "1"};
    out.y = {axis_label(measure), std::string(measure.unit), false};
    NoiseFloor floor;
    int draws = 0;
    double x_low = std::numeric_limits<double>::infinity(), x_high = -x_low, y_low = x_low;
    for (std::size_t lane = 0; lane < scene.lanes.size(); ++lane) {
        std::vector<Point> points;
        for (const StudyRow& row : study.rows) {
            if (row.lane != static_cast<int>(lane)) continue;
            const auto& estimates = row.evaluation.metrics;
            const auto found = std::find_if(estimates.begin(), estimates.end(), [&](const MetricEstimate& e) { return e.id == measure.id; });
            if (found == estimates.end() || !std::isfinite(found->value.mean)) continue;
            points.push_back({over_evaluations ? row.evaluation.evaluations : row.value, found->value.mean, found->value.half_width});
            y_low = std::min(y_low, found->value.mean);
            floor = found->floor;
            draws = std::max(draws, found->value.draws);
        }
        if (points.empty()) continue;
        std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
        Figure::Curve curve{fmt::format("{} · {}", lane + 1, described(scene.lanes[lane], study.vary.path, scene.models.size() > 1)), {}, {}, {}, static_cast<int>(lane), noisy(scene.lanes[lane]), false, true};
        for (const Point& p : points) curve.x.push_back(p.x), curve.y.push_back(p.y), curve.half_width.push_back(p.half_width);
        x_low = std::min(x_low, points.front().x), x_high = std::max(x_high, points.back().x);
        out.curves.push_back(std::move(curve));
    }
    if (out.curves.empty()) {
        out.nothing = "no lane ran, there is nothing to draw";
        return out;
    }
    out.x.logarithmic = x_low > 0 && x_high > 5 * x_low;
    out.y.logarithmic = y_low > 0 && measure.id != "nll";
    const bool likelihood = measure.id == "nll" || measure.id == "kl";
    if (draws > 1) out.notes.push_back(fmt::format("mean and 95 % interval of {} {}", draws, likelihood ? "points" : "draws"));
    if (std::isfinite(floor.mean) && (likelihood || floor.pairs > 0) && (floor.mean > 0 || !out.y.logarithmic)) {
        const FigureView view = fitted_as_given(out);
        const double spread = std::isfinite(floor.standard_deviation) ? floor.standard_deviation : 0;
        const double low = out.y.logarithmic ? std::max(floor.mean - spread, floor.mean / 4) : floor.mean - spread, high = floor.mean + spread;
        const char* name = measure.id == "nll" ? "under the data's own density" : measure.id == "kl" ? "the exact flow" : "noise floor ± 1 sd";
        out.bands.push_back({name, {view.x.min, view.x.max}, {low, low}, {high, high}, -1});
    }
    return out;
}

}  // namespace pf
