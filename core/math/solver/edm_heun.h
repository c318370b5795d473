#pragma once
#include "core/math/solver/exponential.h"

namespace pf {

// Karras et al. 2022 (arXiv:2206.00364), algorithm 1, for the probability flow ODE d(x/α)/dσ = ε with σ = β/α as the clock:
// Heun's step, Euler's where σ is infinite at the start or 0 at the end. Meant for the grid `edm`.
struct EdmHeun : Solver {
    static constexpr int order = 2, evaluations = 2;
    static constexpr bool uses_denoiser = true;

    template <class State, class Problem>
    static State step(const Problem& f, const State& x, double t, double dt) {
        using S = ScalarOf<State>;
        const Coefficients s = f.at(t), e = f.at(t + dt);
        const State D = f.denoiser(x, t);
        const State predicted = take(ode_step(s, e), x, D);
        if (s.alpha == 0 || e.beta == 0) return predicted;
        const State D_end = f.denoiser(predicted, t + dt);
        const State noise = static_cast<S>(1 / s.beta) * (x - static_cast<S>(s.alpha) * D);
        const State noise_end = static_cast<S>(1 / e.beta) * (predicted - static_cast<S>(e.alpha) * D_end);
        const double ratio = e.alpha / s.alpha, change = e.beta - ratio * s.beta;  // α_t (σ_t − σ_s)
        return static_cast<S>(ratio) * x + static_cast<S>(change / 2) * (noise + noise_end);
    }
};

}  // namespace pf
