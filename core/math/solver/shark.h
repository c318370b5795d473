#pragma once
#include "core/math/solver/solver.h"

namespace pf {

// Foster, dos Reis & Strange 2023 (arXiv:2210.17543), ShARK ("shifted additive-noise Runge–Kutta"), eq. 6.1; strong order 1.5, weak 2.
// H = Z/h − ½ ΔW is the space-time Lévy area. With σ varying in t the noise is ∫σ dW = σ_n ΔW + (σ_{n+1} − σ_n)(ΔW − Z/h).
struct Shark : Solver {
    static constexpr int order = 2, evaluations = 2;
    static constexpr double strong_order = 1.5;
    static constexpr bool stochastic = true, uses_area = true;

    template <class State, class Drift>
    static State step(const Drift& f, const State& x, double t, double dt, const Noise<State>& noise) {
        using S = ScalarOf<State>;
        const auto h = static_cast<S>(dt), sigma = static_cast<S>(noise.sigma0), rise = static_cast<S>(noise.sigma1 - noise.sigma0);
        const State mean = noise.dZ / h, area = mean - S(0.5) * noise.dW;
        const State first = x + sigma * area;
        const State k1 = f(first, t);
        const State second = x + S(5) / 6 * h * k1 + sigma * (S(5) / 6 * noise.dW + area);
        const State k2 = f(second, t + 5 * dt / 6);
        return x + h * (S(0.4) * k1 + S(0.6) * k2) + sigma * noise.dW + rise * (noise.dW - mean);
    }
};

}  // namespace pf
