#pragma once
#include "core/math/solver/exponential.h"

namespace pf {

// DPM-Solver++(2S), Lu et al. 2022 (arXiv:2211.01095), algorithm 1, for the probability flow ODE in ℓ, data prediction; the middle
// point lies half-way in t. First order where ℓ is infinite at an end of the step.
struct DpmSolver2S : Solver {
    static constexpr int order = 2, evaluations = 2;
    static constexpr bool uses_denoiser = true;

    template <class State, class Problem>
    static State step(const Problem& f, const State& x, double t, double dt) {
        const Coefficients s = f.at(t), m = f.at(t + dt / 2), e = f.at(t + dt);
        const ExponentialStep whole = ode_step(s, e), half = ode_step(s, m);
        const State D = f.denoiser(x, t);
        if (!std::isfinite(whole.h)) return take(whole, x, D);
        const State middle = take(half, x, D);
        const State D_middle = f.denoiser(middle, t + dt / 2);
        const State slanted = D + static_cast<ScalarOf<State>>(whole.h / (2 * half.h)) * (D_middle - D);
        return take(whole, x, slanted);
    }
};

}  // namespace pf
