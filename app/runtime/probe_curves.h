#pragma once
#include <stop_token>

#include "app/runtime/probe_result.h"
#include "core/math/solver/integrate.h"

namespace pf {

// The curves of a probed point (probe.h).

// dX = u dt through x at time t, over `range`, which holds t: Runge–Kutta 4 in double, about `steps` steps for a range of length 1, either way from t.
ProbeCurves ode_curve(const std::shared_ptr<const Field>& velocity, TimeRange range, double t, const Eigen::Vector2d& x, int steps, std::stop_token stop);

// fan_curves solutions that start at x at `times.front()`, on the Brownian paths of `key`; at most 80 slices are kept.
ProbeCurves fan_of(const Dynamics& dynamics, const Choice& solver, const std::vector<double>& times, const Eigen::Vector2d& x, std::uint64_t key, std::stop_token stop);

// Times from `from` to `to`, 1/steps apart; where σ would be unstable on data of this smallest variance, steps are halved, down to 1/4096.
std::vector<double> stable_times(const Dynamics& dynamics, const Schedule& schedule, std::optional<double> smallest_variance, double from, double to, int steps);

// The noising process from x at time t back to t = 0, in its exact transitions.
ProbeCurves noising_fan(const Schedule& schedule, double t, const Eigen::Vector2d& x, std::uint64_t key);

// Draws of p(z | X_t = x) with their conditional paths over 0 … 1 if `paths`. Needs β_t > 0.
ProbePosterior posterior_through(const Mixture& data, const Schedule& schedule, double t, const Eigen::Vector2d& x, std::uint64_t key, bool paths);

}  // namespace pf
