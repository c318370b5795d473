#pragma once
#include "core/math/solver/solver.h"

namespace pf {

// Heun 1900, the explicit trapezoidal rule.
struct Heun : Solver {
    static constexpr int order = 2, evaluations = 2;
    static constexpr bool evaluates_end = true;

    template <class State, class Drift>
    static State step(const Drift& f, const State& x, double t, double dt) {
        const auto h = static_cast<ScalarOf<State>>(dt);
        const State k1 = f(x, t);
        const State predicted = x + h * k1;
        const State k2 = f(predicted, t + dt);
        return x + h / 2 * (k1 + k2);
    }
};

}  // namespace pf
