#pragma once
#include "core/math/solver/solver.h"

namespace pf {

// Runge 1895: the slope half-way. Needs no field at the right end.
struct Midpoint : Solver {
    static constexpr int order = 2, evaluations = 2;

    template <class State, class Drift>
    static State step(const Drift& f, const State& x, double t, double dt) {
        const auto h = static_cast<ScalarOf<State>>(dt);
        const State k1 = f(x, t);
        const State middle = x + h / 2 * k1;
        const State k2 = f(middle, t + dt / 2);
        return x + h * k2;
    }
};

}  // namespace pf
