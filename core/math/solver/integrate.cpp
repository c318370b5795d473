#include "core/math/solver/integrate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/math/errors.h"

namespace pf {
namespace {

// u + ½σ² s at (x, t), from one evaluation where both come from the same field.
template <class S>
class Drift {
public:
    explicit Drift(const Dynamics& dynamics) : dynamics_(dynamics) {}

    const PointsOf<S>& operator()(const PointsOf<S>& x, double t) const {
        ++evaluations;
        const double sigma = dynamics_.sigma ? dynamics_.sigma(t) : 0;
        const bool with_score = sigma > 0, shared = dynamics_.score == dynamics_.velocity;
        dynamics_.velocity->evaluate(x, t, want_velocity | (with_score && shared ? want_score : 0u), values_);
        if (!with_score) return values_.velocity;
        if (!shared) dynamics_.score->evaluate(x, t, want_score, values_);
        values_.velocity += static_cast<S>(sigma * sigma / 2) * values_.score;
        return values_.velocity;
    }

    mutable int evaluations = 0;

private:
    const Dynamics& dynamics_;
    mutable FieldValues<S> values_;
};

// Rows that are not finite become NaN; returns how many there are.
template <class S>
int lose_rows(PointsOf<S>& x) {
    if (x.isFinite().all()) return 0;
    int lost = 0;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        if (std::isfinite(x(i, 0)) && std::isfinite(x(i, 1))) continue;
        x.row(i).setConstant(std::numeric_limits<S>::quiet_NaN());
        ++lost;
    }
    return lost;
}

template <class Solver, class S>
void run(const Dynamics& dynamics, const std::vector<double>& times, const Increments<S>& increments, std::stop_token stop, Trajectories<S>& out) {
    const Drift<S> drift(dynamics);
    Noise<PointsOf<S>> noise;
    for (std::size_t n = 0; n + 1 < times.size(); ++n) {
        if (stop.stop_requested()) {
            out.outcome = Outcome::cancelled;
            break;
        }
        const double t = times[n], dt = times[n + 1] - t;
        const PointsOf<S>& x = out.x.back();
        PointsOf<S> next;
        if constexpr (Solver::stochastic) {
            noise.sigma0 = dynamics.sigma ? dynamics.sigma(t) : 0;
            noise.sigma1 = dynamics.sigma ? dynamics.sigma(times[n + 1]) : 0;
            if (noise.sigma0 > 0 || noise.sigma1 > 0)
                noise.dW = increments(t, times[n + 1]);
            else
                noise.dW.setZero(x.rows(), 2);
            next = Solver::step(drift, x, t, dt, noise);
        } else {
            next = Solver::step(drift, x, t, dt);
        }
        const int lost = lose_rows(next);
        if (lost > out.lost && out.sentence.empty())
            out.sentence = fmt::format("particles left the finite numbers from t = {:.3g} on: the step is too large for σ_t and the score there", times[n + 1]);
        out.lost = lost;
        out.t.push_back(times[n + 1]);
        out.x.push_back(std::move(next));
        if (lost == out.x.back().rows()) {
            out.outcome = Outcome::blew_up;
            break;
        }
    }
    out.evaluations = drift.evaluations;
}

}  // namespace

TimeRange valid_times(const Dynamics& dynamics, const SolverInfo& solver) {
    const bool with_score = static_cast<bool>(dynamics.sigma);
    TimeRange range = dynamics.velocity->domain(want_velocity);
    if (with_score) {
        const TimeRange of_score = dynamics.score->domain(want_score);
        range = {std::max(range.min, of_score.min), std::min(range.max, of_score.max)};
    }
    if (!solver.evaluates_end) range.max = 1;
    return range;
}

std::vector<double> uniform_grid(TimeRange range, int steps) {
    check(steps > 0, "steps = {}", steps);
    std::vector<double> times(static_cast<std::size_t>(steps) + 1);
    for (int i = 0; i <= steps; ++i) times[static_cast<std::size_t>(i)] = range.min + (range.max - range.min) * i / steps;
    times.back() = range.max;
    return times;
}

template <class S>
Trajectories<S> integrate(const Dynamics& dynamics, std::string_view solver, const std::vector<double>& times, const PointsOf<S>& x0,
                          const Increments<S>& increments, std::stop_token stop) {
    const SolverInfo& info = find_solver(solver, "solver");
    if (dynamics.sigma && !info.stochastic) throw BadInput(fmt::format("solver '{}' follows an ODE: σ_t must be zero, or choose euler_maruyama or stochastic_heun", solver));
    check(!times.empty() && dynamics.velocity, "{} times", times.size());
    check(!dynamics.sigma || dynamics.score, "σ without a score");
    Trajectories<S> out;
    out.t.reserve(times.size());
    out.x.reserve(times.size());
    out.t.push_back(times.front());
    out.x.push_back(x0);
#define X(id, Solver, label, meaning) \
    if (solver == #id) run<Solver, S>(dynamics, times, increments, stop, out);
    PF_SOLVERS(X)
#undef X
    return out;
}

template Trajectories<float> integrate(const Dynamics&, std::string_view, const std::vector<double>&, const Points&, const Increments<float>&, std::stop_token);
template Trajectories<double> integrate(const Dynamics&, std::string_view, const std::vector<double>&, const PointsD&, const Increments<double>&, std::stop_token);

}  // namespace pf
