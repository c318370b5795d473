#include "core/math/solver/integrate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "core/math/errors.h"
#include "core/math/random.h"
#include "core/math/schedule/time_of.h"

namespace pf {
namespace {

// What a step sees (solver.h): the drift u + ½σ² s at (x, t), from one evaluation where both come from the same field, and the rest.
template <class S>
class Flow {
public:
    Flow(const Dynamics& dynamics, const std::vector<double>& times, double start, int steps) : dynamics_(dynamics), times_(times), start_(start), steps_(steps) {}

    const PointsOf<S>& operator()(const PointsOf<S>& x, double t) const {
        ++evaluations;
        t = inside(t);
        const double sigma = dynamics_.sigma ? dynamics_.sigma(t) : 0;
        const bool with_score = sigma > 0, shared = dynamics_.score == dynamics_.velocity;
        dynamics_.velocity->evaluate(x, t, want_velocity | (with_score && shared ? want_score : 0u), values_);
        if (!with_score) return values_.velocity;
        if (!shared) dynamics_.score->evaluate(x, t, want_score, values_);
        values_.velocity += static_cast<S>(sigma * sigma / 2) * values_.score;
        return values_.velocity;
    }
    const PointsOf<S>& denoiser(const PointsOf<S>& x, double t) const {
        ++evaluations;
        dynamics_.velocity->evaluate(x, inside(t), want_denoiser, values_);
        return values_.denoiser;
    }
    const PointsOf<S>& score(const PointsOf<S>& x, double t) const {
        ++evaluations;
        (dynamics_.score ? dynamics_.score : dynamics_.velocity)->evaluate(x, inside(t), want_score, values_);
        return values_.score;
    }
    Coefficients at(double t) const { return dynamics_.schedule->at(inside(t)); }
    double time_at(double half_log_snr) const { return time_of(*dynamics_.schedule, half_log_snr); }
    double start() const { return start_; }
    int steps() const { return steps_; }

    mutable int evaluations = 0;

protected:
    double inside(double t) const { return std::min(t, times_.back()); }  // t + dt may round past the end
    const Dynamics& dynamics_;
    const std::vector<double>& times_;
    double start_;
    int steps_;
    mutable FieldValues<S> values_;
};

// [x, log p] ↦ [u, −∇·u].
template <class S>
class FlowWithLogP : public Flow<S> {
public:
    using Flow<S>::Flow;
    const WithLogP<S>& operator()(const WithLogP<S>& state, double t) const {
        ++this->evaluations;
        this->dynamics_.velocity->evaluate(PointsOf<S>(state.template leftCols<2>()), this->inside(t), want_velocity | want_divergence, this->values_);
        slope_.resize(state.rows(), 3);
        slope_.template leftCols<2>() = this->values_.velocity;
        slope_.col(2) = -this->values_.divergence;
        return slope_;
    }

private:
    mutable WithLogP<S> slope_;
};

template <class State, class S> struct FlowFor;
template <class S> struct FlowFor<PointsOf<S>, S> { using Type = Flow<S>; };
template <class S> struct FlowFor<WithLogP<S>, S> { using Type = FlowWithLogP<S>; };

// The last recorded slice as a state.
template <class State, class S>
decltype(auto) last_state(const Trajectories<S>& out) {
    if constexpr (std::is_same_v<State, PointsOf<S>>) {
        return (out.x.back());
    } else {
        State state(out.x.back().rows(), 3);
        state << out.x.back(), out.log_p.back();
        return state;
    }
}

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

// Takes a new slice into the record; false when nothing finite is left.
template <class S>
bool record(const Dynamics& dynamics, double t, PointsOf<S>&& x, Trajectories<S>& out) {
    const int lost = lose_rows(x);
    if (lost > out.lost && out.sentence.empty()) {
        const double from = out.t.back(), h = t - from, sigma = dynamics.sigma ? dynamics.sigma(from) : 0;
        out.sentence = fmt::format("particles left the finite numbers by t = {:.3g}, in step {} of length {:.3g} with σ = {:.3g}", t, out.t.size(), h, sigma);
        if (dynamics.stable_sigma) out.sentence += fmt::format("; such a step is stable up to σ = {:.3g}", dynamics.stable_sigma(from, h));
        out.sentence += ": take more steps, or less noise near the data";
    }
    out.lost = lost;
    out.t.push_back(t);
    out.x.push_back(std::move(x));
    if (lost == out.x.back().rows()) out.outcome = Outcome::blew_up;
    return out.outcome == Outcome::done;
}

template <class S>
bool record(const Dynamics& dynamics, double t, WithLogP<S>&& state, Trajectories<S>& out) {
    out.log_p.emplace_back(state.col(2));
    const bool going = record(dynamics, t, PointsOf<S>(state.template leftCols<2>()), out);
    if (out.lost > 0) out.log_p.back() = out.x.back().col(0).isFinite().select(out.log_p.back(), std::numeric_limits<S>::quiet_NaN());
    return going;
}

template <class State, class Method, class FlowOf, class S>
void follow(const Method& solver, const FlowOf& flow, const Dynamics& dynamics, const std::vector<double>& times, const Increments<S>& increments,
            std::stop_token stop, Memory<State>& memory, Trajectories<S>& out) {
    Noise<State> noise;
    double t = times.front();
    std::uint64_t drawn = 0;
    const Eigen::Index rows = out.x.back().rows();
    if constexpr (Method::stochastic || Method::own_noise)
        noise.normals = [&] {
            // Keyed by time, so that a path run in pieces gets the draws of the whole.
            Points normals(rows, 2);
            keyed_normals(dynamics.noise_key, 0, (static_cast<std::uint64_t>(t * 0x1p40) << 8) + drawn++, normals);
            return State(normals.template cast<S>());
        };
    for (std::size_t n = 0; n + 1 < times.size(); ++n) {
        if (stop.stop_requested()) {
            out.outcome = Outcome::cancelled;
            break;
        }
        t = times[n];
        drawn = 0;
        const State& x = last_state<State>(out);
        if constexpr (Method::stochastic || Method::own_noise) {
            noise.sigma0 = dynamics.sigma ? dynamics.sigma(t) : 0;
            noise.sigma1 = dynamics.sigma ? dynamics.sigma(times[n + 1]) : 0;
            if (Method::own_noise || noise.sigma0 > 0 || noise.sigma1 > 0) {
                Increment<S> increment = increments(t, times[n + 1]);
                noise.dW.swap(increment.dW);
                noise.dZ.swap(increment.dZ);
            } else {
                noise.dW.setZero(rows, 2);
                noise.dZ.setZero(rows, 2);
            }
        }
        if (!record(dynamics, times[n + 1], advance(solver, flow, x, t, times[n + 1] - t, noise, memory), out)) break;
    }
}

// Largest error of any coordinate of any particle, in units of what is allowed; lost particles do not count, nor does log p.
template <class State>
double worst_error(const State& error, const State& before, const State& after, double rtol, double atol) {
    double worst = 0;
    for (Eigen::Index i = 0; i < 2 * error.rows(); ++i) {
        if (!std::isfinite(before(i))) continue;
        const double size = std::max(std::abs(static_cast<double>(before(i))), std::abs(static_cast<double>(after(i))));
        const double here = std::abs(static_cast<double>(error(i))) / (atol + rtol * size);
        worst = std::isfinite(here) ? std::max(worst, here) : std::numeric_limits<double>::infinity();
    }
    return worst;
}

// Söderlind & Wang 2006 / Hairer & Wanner II, §IV.2: PI step-size control, h ← 0.9 h e_n^{−0.7/5} e_{n−1}^{0.4/5}, one step for all particles.
template <class State, class Method, class FlowOf, class S>
void adapt(const Method& solver, const FlowOf& flow, const Dynamics& dynamics, const std::vector<double>& times, std::stop_token stop, Trajectories<S>& out) {
    const double end = times.back(), smallest = 1e-7 * (end - times.front());
    double t = times.front(), h = times[1] - t, last_error = 1;
    State slope = flow(last_state<State>(out), t);
    while (t < end) {
        if (stop.stop_requested()) {
            out.outcome = Outcome::cancelled;
            return;
        }
        if (static_cast<int>(out.t.size()) > most_adaptive_steps) {
            out.outcome = Outcome::too_many_steps;
            out.sentence = fmt::format("stopped at t = {:.4g} after {} steps: allow a larger error (rtol, atol), or end before the pole", t, most_adaptive_steps);
            return;
        }
        const bool last = t + h * (1 + 1e-9) >= end;
        const double step = last ? end - t : h;
        const State& x = last_state<State>(out);
        Attempt<State> next = solver.attempt(flow, x, slope, t, step);
        const double error = worst_error<State>(next.error, x, next.x, solver.relative_tolerance(), solver.absolute_tolerance());
        if (error > 1 && step > smallest) {
            ++out.rejected;
            h = step * (std::isfinite(error) ? std::max(0.2, 0.9 * std::pow(error, -0.2)) : 0.2);
            continue;
        }
        t = last ? end : t + step;
        h = std::max(smallest, step * std::clamp(0.9 * std::pow(std::max(error, 1e-8), -0.14) * std::pow(last_error, 0.08), 0.2, 5.0));
        last_error = std::clamp(error, 1e-4, 1.0);
        slope.swap(next.last_slope);
        if (!record(dynamics, t, std::move(next.x), out)) return;
    }
}

template <class Method, class State, class S>
void run(const Dynamics& dynamics, const ParameterValues& options, const std::vector<double>& times, const Increments<S>& increments,
         std::stop_token stop, CarriedState<State>& carried, Trajectories<S>& out) {
    Method solver;
    assign(solver, options, "solver");
    const typename FlowFor<State, S>::Type flow(dynamics, times, carried.start, carried.steps);
    bool adapted = false;
    if constexpr (Method::adaptive)
        if ((adapted = solver.adapts() && times.size() > 1)) adapt<State>(solver, flow, dynamics, times, stop, out);
    if (!adapted) follow<State>(solver, flow, dynamics, times, increments, stop, carried.memory, out);
    out.evaluations = flow.evaluations;
}

}  // namespace

TimeRange valid_times(const Dynamics& dynamics, const SolverInfo& solver) {
    TimeRange range = dynamics.velocity->domain(solver.uses_denoiser ? want_denoiser : want_velocity);
    if (dynamics.sigma || solver.uses_score) {
        const TimeRange of_score = (dynamics.score ? dynamics.score : dynamics.velocity)->domain(want_score);
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
Trajectories<S> integrate(const Dynamics& dynamics, const Choice& solver, const std::vector<double>& times, const PointsOf<S>& x0,
                          const Increments<S>& increments, std::stop_token stop, Carried<S>* carried) {
    const SolverInfo& info = find_solver(solver.id, "solver");
    if (dynamics.sigma && info.own_noise) throw BadInput(fmt::format("solver '{}' brings its own noise: σ_t must be zero", solver.id));
    if (dynamics.sigma && !info.stochastic) throw BadInput(fmt::format("solver '{}' follows an ODE: σ_t must be zero, or choose euler_maruyama or stochastic_heun", solver.id));
    check(!times.empty() && dynamics.velocity, "{} times", times.size());
    check(!dynamics.sigma || dynamics.score, "σ without a score");
    check(dynamics.schedule || !(info.uses_denoiser || info.uses_score), "solver '{}' without a schedule", solver.id);
    Trajectories<S> out;
    out.t.reserve(times.size());
    out.x.reserve(times.size());
    out.t.push_back(times.front());
    out.x.push_back(x0);
    Carried<S> whole{times.front(), static_cast<int>(times.size()) - 1};
#define X(name, Method, label, meaning) \
    if (solver.id == #name) run<Method, PointsOf<S>>(dynamics, solver.values, times, increments, stop, carried ? *carried : whole, out);
    PF_SOLVERS(X)
#undef X
    return out;
}

template <class S>
Trajectories<S> integrate_with_log_p(const Dynamics& dynamics, const Choice& solver, const std::vector<double>& times, const PointsOf<S>& x0, const ColumnOf<S>& log_p0,
                                     std::stop_token stop) {
    if (!find_solver(solver.id, "solver").carries_log_p)
        throw BadInput(fmt::format("solver '{}' does not carry log p along: it needs one that follows the velocity alone (euler, heun, rk4, …)", solver.id));
    check(!times.empty() && dynamics.velocity && !dynamics.sigma, "log p needs {} times > 0, a velocity, and σ ≡ 0", times.size());
    check(log_p0.rows() == x0.rows(), "{} values of log p for {} points", log_p0.rows(), x0.rows());
    Trajectories<S> out;
    out.t = {times.front()};
    out.x = {x0};
    out.log_p = {log_p0};
    CarriedState<WithLogP<S>> whole{times.front(), static_cast<int>(times.size()) - 1};
#define X(name, Method, label, meaning)  \
    if constexpr (carries_log_p<Method>()) \
        if (solver.id == #name) run<Method, WithLogP<S>>(dynamics, solver.values, times, Increments<S>{}, stop, whole, out);
    PF_SOLVERS(X)
#undef X
    return out;
}

template Trajectories<float> integrate(const Dynamics&, const Choice&, const std::vector<double>&, const Points&, const Increments<float>&, std::stop_token, Carried<float>*);
template Trajectories<double> integrate(const Dynamics&, const Choice&, const std::vector<double>&, const PointsD&, const Increments<double>&, std::stop_token, Carried<double>*);
template Trajectories<float> integrate_with_log_p(const Dynamics&, const Choice&, const std::vector<double>&, const Points&, const Column&, std::stop_token);
template Trajectories<double> integrate_with_log_p(const Dynamics&, const Choice&, const std::vector<double>&, const PointsD&, const ColumnD&, std::stop_token);

}  // namespace pf
