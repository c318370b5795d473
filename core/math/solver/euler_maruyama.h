#pragma once
#include "core/math/solver/solver.h"

namespace pf {

// Maruyama 1955, for dX = f dt + σ_t dW: X_{n+1} = X_n + h f(X_n, t_n) + σ(t_n) ΔW. σ does not depend on X, so this is
// Milstein's scheme too: strong and weak order 1.
struct EulerMaruyama : Solver {
    static constexpr int order = 1, evaluations = 1;
    static constexpr bool stochastic = true;
    static constexpr double strong_order = 1;

    template <class State, class Drift>
    static State step(const Drift& f, const State& x, double t, double dt, const Noise<State>& noise) {
        using S = ScalarOf<State>;
        const auto h = static_cast<S>(dt), sigma = static_cast<S>(noise.sigma0);
        const State drift = f(x, t);
        return x + h * drift + sigma * noise.dW;
    }
};

}  // namespace pf
