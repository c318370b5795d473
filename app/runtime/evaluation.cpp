#include "app/runtime/evaluation.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "app/runtime/lane_problem.h"
#include "core/math/dataset/labelled.h"
#include "core/math/field/mixture_field.h"
#include "core/math/grid/grids.h"
#include "core/math/schedule/schedules.h"
#include "core/math/solver/likelihood.h"

namespace pf {
namespace {

// log p_data at points; nothing where it is not a density (point masses).
std::optional<ColumnD> log_data_density(const Dataset& data, const PointsD& x) {
    if (const auto mixture = data.mixture()) {
        if (mixture->smallest_variance() == 0) return std::nullopt;
        FieldValues<double> values;
        MixtureField(mixture, find(schedules(), "linear", "schedule").make()).evaluate(x, 1, want_log_density, values);
        return values.log_density;
    }
    ColumnD out(x.rows());
    for (Eigen::Index i = 0; i < x.rows(); ++i) out(i) = std::log(data.density(x(i, 0), x(i, 1)));
    return out;
}

LikelihoodEstimate likelihood(const Scene& scene, int lane, const FieldSet& fields, Eigen::Index points, std::stop_token stop) {
    if (scene.source) throw BadInput(fmt::format("lanes[{}]: log p starts from that of N(0, β_0² I), and this scene starts from '{}'", lane, scene.source->choice.id));
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const LaneProblem problem = lane_problem(scene, lane, fields);
    const Dynamics dynamics = problem.dynamics();
    const Schedule& schedule = *problem.schedule;
    LikelihoodEstimate out;
    const LaneStart begin = lane_start(scene, lane, problem, lane_range(scene, lane, problem, valid_times(dynamics, find_solver(l.solver.id, "solver"))));
    out.range = begin.range;
    // Divergence and velocity at both ends: backwards the data end comes first.
    const TimeRange of_divergence = problem.velocity->domain(want_velocity | want_divergence);
    out.range = {std::max(out.range.min, of_divergence.min), std::min(out.range.max, of_divergence.max)};
    const auto grid = build(grids(), l.grid, "grid");

    // A lane guided to a label is asked for the data of that label.
    std::shared_ptr<const Dataset> data = make_dataset(scene.data);
    if (l.guidance.kind != "none" && l.guidance.label >= 0) data = with_label(data, l.guidance.label);
    Random random(scene.seed, "points for the likelihood");
    const PointsD x = data->sample(random, points).cast<double>();
    const double beta = schedule.at(0).beta;
    const auto log_p_with = [&](int steps) {
        const Likelihood found = log_likelihood(dynamics, l.solver, grid->times(schedule, out.range, steps), x, beta, stop);
        ColumnD log_p = found.log_p;
        if (l.start == "teleport") log_p += log_start_density(problem, begin, found.start) - log_normal_density<double>(found.start, beta);
        return log_p;
    };
    const ColumnD log_p = log_p_with(l.steps), finer = log_p_with(2 * l.steps);
    const auto exact = log_data_density(*data, x);
    std::vector<double> nll, floor, kl;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        if (!std::isfinite(log_p(i))) {
            ++out.lost;
            continue;
        }
        nll.push_back(-log_p(i));
        if (!exact) continue;
        floor.push_back(-(*exact)(i));
        kl.push_back((*exact)(i) - log_p(i));
    }
    const auto both = log_p.isFinite() && finer.isFinite();
    out.by_steps = both.select(finer - log_p, 0).sum() / std::max<double>(1, static_cast<double>(both.count()));
    out.nll = mean_interval(nll);
    if (exact) out.floor = mean_interval(floor), out.kl = mean_interval(kl);
    return out;
}

}  // namespace

std::string about_steps(const LikelihoodEstimate& likelihood, int steps) {
    if (likelihood.beyond_data()) return fmt::format("{} steps are too few for log p: it lies {:.2g} above that of the data's own density, which no density does", steps, -likelihood.kl->mean);
    return fmt::format("{} steps are too few for log p: with {} the NLL is {:.4g}, not {:.4g}", steps, 2 * steps, likelihood.nll.mean - likelihood.by_steps, likelihood.nll.mean);
}

LaneEvaluation evaluate_lane(const Scene& scene, int lane, const FieldSet& fields, const EvaluationRequest& request, const std::function<void(double)>& progress,
                             std::stop_token stop) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    LaneEvaluation out;
    out.particles = l.particles;
    std::map<std::string, std::vector<double>> values;
    std::vector<MetricValue> last;
    const auto share_done = [&](double draws) {
        if (progress) progress(draws / (request.repeats + (request.likelihood_points > 0 ? 1 : 0)));
    };
    Scene draw = scene;
    for (int k = 0; k < request.repeats; ++k) {
        share_done(k);
        draw.seed = scene.seed + static_cast<std::uint64_t>(k);
        const LaneResult result = run_lane(draw, lane, fields, {}, stop);
        out.range = result.range;
        LaneMetrics metrics = lane_metrics(draw, result, stop, request.metrics);
        if (stop.stop_requested()) return out;
        for (const MetricValue& value : metrics.values) values[value.id].push_back(value.value);
        if (!metrics.values.empty()) last = std::move(metrics.values);
        out.evaluations += static_cast<double>(result.path.evaluations) / request.repeats;
        out.lost = std::max(out.lost, metrics.lost);
        if (!metrics.coverage) continue;
        if (!out.coverage) out.coverage = {metrics.coverage->modes, metrics.coverage->modes, 0};
        out.coverage->covered = std::min(out.coverage->covered, metrics.coverage->covered);
        out.coverage->outliers += metrics.coverage->outliers / request.repeats;
    }
    for (const MetricValue& value : last) {
        const Interval interval = mean_interval(values[value.id]);
        out.metrics.push_back({value.id, interval, ratio_interval(interval, value.floor), value.floor, value.points});
    }
    if (request.likelihood_points > 0) {
        out.no_likelihood = why_no_log_p(scene, l);
        if (out.no_likelihood.empty() && !(lane_problem(scene, lane, fields).velocity->knows() & want_divergence)) out.no_likelihood = "the field has no divergence";
        share_done(request.repeats);
        if (out.no_likelihood.empty()) out.likelihood = likelihood(scene, lane, fields, static_cast<Eigen::Index>(request.likelihood_points) * request.repeats, stop);
    }
    return out;
}

std::optional<FieldErrorEstimate> evaluate_field(const Scene& scene, int model, const FieldSet& fields, int repeats, std::stop_token stop) {
    const auto i = static_cast<std::size_t>(model);
    const auto data = make_dataset(scene.data);
    const auto mixture = data->mixture();
    if (scene.models.at(i).field == "exact" || !mixture || !fields.fields.at(i)) return std::nullopt;
    const Field& field = *fields.fields[i];
    const MixtureField exact(mixture, fields.schedules[i]);
    const unsigned want = (want_velocity | want_score | want_denoiser) & field.knows();  // a typed field has no denoiser
    constexpr int parts = 25, points = 2000;
    const TimeRange a = field.domain(want), b = exact.domain(want), both{std::max(a.min, b.min), std::min(a.max, b.max)};
    FieldErrorEstimate out;
    for (int k = 0; k < parts; ++k) out.t.push_back(both.min + (both.max - both.min) * (k + 0.5) / parts);

    std::vector<FieldError> draws;
    for (int k = 0; k < repeats && !stop.stop_requested(); ++k)
        draws.push_back(field_error(field, exact, *data, *fields.schedules[i], out.t, points, stream_key(scene.seed + static_cast<std::uint64_t>(k), "field error"),
                                    [&] { return stop.stop_requested(); }));
    if (stop.stop_requested()) return std::nullopt;
    const auto over_draws = [&](const auto& value) {
        std::vector<double> all;
        for (const FieldError& draw : draws) all.push_back(value(draw));
        return mean_interval(all);
    };
    const auto quantity = [&](const char* id, double FieldError::*mean, std::vector<double> FieldError::*over_t) {
        if ((draws.front().*over_t).empty()) return;
        FieldErrorEstimate::Quantity q{id, over_draws([&](const FieldError& draw) { return draw.*mean; }), {}};
        for (std::size_t k = 0; k < out.t.size(); ++k) q.over_t.push_back(over_draws([&](const FieldError& draw) { return (draw.*over_t)[k]; }));
        out.quantities.push_back(std::move(q));
    };
    quantity("velocity", &FieldError::mean_velocity, &FieldError::velocity);
    quantity("score", &FieldError::mean_score, &FieldError::score);
    quantity("denoiser", &FieldError::mean_denoiser, &FieldError::denoiser);
    return out;
}

}  // namespace pf
