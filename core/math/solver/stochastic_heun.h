#pragma once
#include "core/math/solver/solver.h"

namespace pf {

// Stochastic Heun for additive noise (Rümelin 1982; Kloeden & Platen 1992, §15.1): weak order 2, strong order 1. With σ varying
// in t, both predictor and corrector take ½(σ_n + σ_{n+1}) ΔW; σ_n alone would fall back to weak order 1.
struct StochasticHeun : Solver {
    static constexpr int order = 2, evaluations = 2;
    static constexpr bool stochastic = true, evaluates_end = true;
    static constexpr double strong_order = 1;

    template <class State, class Drift>
    static State step(const Drift& f, const State& x, double t, double dt, const Noise<State>& noise) {
        using S = ScalarOf<State>;
        const auto h = static_cast<S>(dt), sigma = static_cast<S>((noise.sigma0 + noise.sigma1) / 2);
        const State kick = sigma * noise.dW;
        const State k1 = f(x, t);
        const State predicted = x + h * k1 + kick;
        const State k2 = f(predicted, t + dt);
        return x + h / 2 * (k1 + k2) + kick;
    }
};

}  // namespace pf
