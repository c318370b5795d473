#pragma once
#include "core/math/solver/solver.h"

namespace pf {

// Rößler 2010 (SIAM J. Numer. Anal. 48), SRA1, for additive noise; strong order 1.5, weak 2. σ varying in t enters at the right end in
// the stage, and through ∫σ dW = σ_{n+1} ΔW + (σ_n − σ_{n+1}) Z/h, exact for σ linear in the step.
struct Sra1 : Solver {
    static constexpr int order = 2, evaluations = 2;
    static constexpr double strong_order = 1.5;
    static constexpr bool stochastic = true, uses_area = true;

    template <class State, class Drift>
    static State step(const Drift& f, const State& x, double t, double dt, const Noise<State>& noise) {
        using S = ScalarOf<State>;
        const auto h = static_cast<S>(dt), end = static_cast<S>(noise.sigma1), fall = static_cast<S>(noise.sigma0 - noise.sigma1);
        const State mean = noise.dZ / h;  // of W over the step
        const State k1 = f(x, t);
        const State stage = x + S(0.75) * h * k1 + S(1.5) * end * mean;
        const State k2 = f(stage, t + 0.75 * dt);
        return x + h * (S(1) / 3 * k1 + S(2) / 3 * k2) + end * noise.dW + fall * mean;
    }
};

}  // namespace pf
