#pragma once
#include "core/math/solver/solver.h"

namespace pf {

// Euler 1768: X_{n+1} = X_n + h f(X_n, t_n).
struct Euler : Solver {
    static constexpr int order = 1, evaluations = 1;

    template <class State, class Drift>
    static State step(const Drift& f, const State& x, double t, double dt) {
        const auto h = static_cast<ScalarOf<State>>(dt);
        const State k1 = f(x, t);
        return x + h * k1;
    }
};

}  // namespace pf
