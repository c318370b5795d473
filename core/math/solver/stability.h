#pragma once
#include <string_view>
#include <vector>

#include "core/math/schedule/schedule.h"

namespace pf {

// The real stability interval of an explicit method on x' = λx: |R(z)| ≤ 1 for −length ≤ z = hλ ≤ 0 (Hairer & Wanner II, §IV.2), found with the solver's
// own step: Euler 2, Heun 2, Runge–Kutta 4 2.785. `nodes` are the c_i at which a step [t, t + h] evaluates the field, t + c_i h. length 0 for solvers that
// step with the denoiser: they are exact where it is constant, and no such limit applies. Throws BadInput for an unknown solver.
struct StabilityInterval {
    double length = 0;
    std::vector<double> nodes = {};
};
const StabilityInterval& stability_interval(std::string_view solver);

// Largest σ for which a step [t, t + h] of dX = [u + ½σ² s] dt + σ dW contracts what the flow contracts, on data whose smallest variance is κ.
// There s has the slope −1/C and u the slope (α α̇ κ + β β̇)/C in the stiffest direction, C = α² κ + β², so that hλ ≥ −length means
//   σ² ≤ 2 (length · C/h + α α̇ κ + β β̇),
// which grows with κ: the smallest variance decides. The least over the step's nodes. Infinite where no limit applies; 0 where not even σ = 0 is stable.
double stable_sigma(const StabilityInterval& interval, const Schedule& schedule, double smallest_variance, double t, double h);

}  // namespace pf
