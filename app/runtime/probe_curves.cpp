#include "app/runtime/probe_curves.h"

#include <algorithm>
#include <cmath>

#include "core/math/field/altered_field.h"
#include "core/math/solver/stability.h"

namespace pf {
namespace {

constexpr std::size_t most_slices = 80;
constexpr std::size_t most_parts_drawn = 16;

int steps_over(double length, int steps) { return std::max(4, static_cast<int>(std::ceil(length * steps))); }

void turn(ProbeCurves& curves) {
    for (double& t : curves.t) t = 1 - t;
    std::reverse(curves.t.begin(), curves.t.end());
    std::reverse(curves.x.begin(), curves.x.end());
}

// The first and the last slice, and evenly some between.
ProbeCurves thinned(ProbeCurves curves) {
    const std::size_t n = curves.t.size();
    if (n <= most_slices) return curves;
    ProbeCurves out;
    for (std::size_t i = 0; i < most_slices; ++i) {
        const std::size_t at = i * (n - 1) / (most_slices - 1);
        out.t.push_back(curves.t[at]);
        out.x.push_back(std::move(curves.x[at]));
    }
    return out;
}

ProbeCurves one_way(const Field& velocity, TimeRange range, const Eigen::Vector2d& x, int steps, std::stop_token stop) {
    ProbeCurves out;
    if (!(range.max > range.min)) return out;
    Dynamics dynamics;
    dynamics.velocity = &velocity;
    const PointsD start = x.transpose().array();
    const auto path = integrate<double>(dynamics, "rk4", uniform_grid(range, steps_over(range.max - range.min, steps)), start, {}, stop);
    out.t = path.t;
    for (const PointsD& slice : path.x) out.x.push_back(slice.cast<float>());
    return out;
}

}  // namespace

ProbeCurves ode_curve(const std::shared_ptr<const Field>& velocity, TimeRange range, double t, const Eigen::Vector2d& x, int steps, std::stop_token stop) {
    const AlteredField turned(velocity, {-1, 0, Alteration::Times::mirrored, 0});
    ProbeCurves out = one_way(turned, {1 - t, 1 - range.min}, x, steps, stop);
    turn(out);
    ProbeCurves on = one_way(*velocity, {t, range.max}, x, steps, stop);
    // Both begin at (x, t).
    const std::size_t first = out.t.empty() || on.t.empty() ? 0 : 1;
    out.t.insert(out.t.end(), on.t.begin() + static_cast<std::ptrdiff_t>(first), on.t.end());
    out.x.insert(out.x.end(), on.x.begin() + static_cast<std::ptrdiff_t>(first), on.x.end());
    return out;
}

ProbeCurves fan_of(const Dynamics& dynamics, const Choice& solver, const std::vector<double>& times, const Eigen::Vector2d& x, std::uint64_t key, std::stop_token stop) {
    BrownianPath brownian(key, fan_curves, 0, BrownianPath::depth_for(times).value_or(BrownianPath::most_depth));
    const Points start = x.cast<float>().transpose().replicate(fan_curves, 1).array();
    auto path = integrate<float>(dynamics, solver, times, start, [&](double t0, double t1) { return brownian.increment(t0, t1); }, stop);
    return thinned({std::move(path.t), std::move(path.x)});
}

std::vector<double> stable_times(const Dynamics& dynamics, const Schedule& schedule, std::optional<double> smallest_variance, double from, double to, int steps) {
    static const StabilityInterval& euler = stability_interval("euler_maruyama");
    constexpr double shortest = 1.0 / 4096;  // else there is no end of it
    const double h = (to - from) / steps_over(to - from, steps);
    std::vector<double> times{from};
    while (times.back() < to - 1e-9) {
        const double t = times.back();
        double step = h;
        if (smallest_variance && dynamics.sigma)
            while (step / 2 >= shortest && stable_sigma(euler, schedule, *smallest_variance, t, std::min(step, to - t)) < dynamics.sigma(t)) step /= 2;
        times.push_back(t + step * (1 + 1e-9) >= to ? to : t + step);
    }
    return times;
}

ProbeCurves noising_fan(const Schedule& schedule, double t, const Eigen::Vector2d& x, std::uint64_t key) {
    constexpr int steps = 64;
    ProbeCurves out{{1 - t}, {Points(x.cast<float>().transpose().replicate(fan_curves, 1).array())}};
    Points normals(fan_curves, 2);
    Coefficients from = schedule.at(t);
    for (int i = 1; i <= steps; ++i) {
        const double at = t * (steps - i) / steps;
        const Coefficients to = schedule.at(at);
        const double scale = to.alpha / from.alpha, variance = to.beta * to.beta - scale * scale * from.beta * from.beta;
        keyed_normals(key, 0, static_cast<std::uint64_t>(i), normals);
        out.x.push_back(static_cast<float>(scale) * out.x.back() + static_cast<float>(std::sqrt(std::max(0.0, variance))) * normals);
        out.t.push_back(1 - at);
        from = to;
    }
    turn(out);
    return out;
}

ProbePosterior posterior_through(const Mixture& data, const Schedule& schedule, double t, const Eigen::Vector2d& x, std::uint64_t key, bool paths) {
    const Coefficients c = schedule.at(t);
    auto parts = posterior(data, c, x);
    ProbePosterior out;
    out.z = sample(parts, key, posterior_curves);
    out.denoiser = mean(parts);
    out.velocity = Eigen::Vector2d::Zero();
    for (const PosteriorPart& part : parts) out.velocity += part.weight * conditional_velocity(c, x, part.mean);
    // Of a ratio of sums over independent draws, to first order: Σ r_k² (u_k − u)² (Owen, Monte Carlo theory, methods and examples, eq. 9.8).
    Eigen::Array2d squares = Eigen::Array2d::Zero();
    for (const PosteriorPart& part : parts) squares += (part.weight * (conditional_velocity(c, x, part.mean) - out.velocity).array()).square();
    out.velocity_error = squares.sqrt().matrix();
    PointsD velocities(posterior_curves, 2);
    for (Eigen::Index i = 0; i < posterior_curves; ++i) velocities.row(i) = conditional_velocity(c, x, out.z.row(i).matrix().transpose()).transpose().array();
    out.mean_velocity = velocities.colwise().mean().matrix().transpose();
    const PointsD off = velocities.rowwise() - out.mean_velocity.transpose().array();
    out.standard_error = (off.square().colwise().sum() / (posterior_curves * (posterior_curves - 1.0))).sqrt().matrix().transpose();
    if (paths) {
        const PointsD noise = ((-c.alpha * out.z).rowwise() + x.transpose().array()) / c.beta;
        constexpr int pieces = 24;
        for (const TimeRange range : {TimeRange{0, t}, TimeRange{t, 1}}) {
            if (!(range.max > range.min)) continue;
            const int n = std::max(1, static_cast<int>(std::lround(pieces * (range.max - range.min))));
            for (const double s : uniform_grid(range, n)) {
                if (!out.paths.t.empty() && s <= out.paths.t.back()) continue;
                const Coefficients at = schedule.at(s);
                out.paths.t.push_back(s);
                out.paths.x.push_back((at.alpha * out.z + at.beta * noise).cast<float>());
            }
        }
    }
    out.effective_draws = effective_parts(parts);
    if (parts.size() <= most_parts_drawn) out.parts = std::move(parts);
    return out;
}

}  // namespace pf
