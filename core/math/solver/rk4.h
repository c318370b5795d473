#pragma once
#include "core/math/solver/solver.h"

namespace pf {

// Kutta 1901, the classical fourth-order method.
struct Rk4 : Solver {
    static constexpr int order = 4, evaluations = 4;
    static constexpr bool evaluates_end = true;

    template <class State, class Drift>
    static State step(const Drift& f, const State& x, double t, double dt) {
        const auto h = static_cast<ScalarOf<State>>(dt);
        const State k1 = f(x, t);
        const State x2 = x + h / 2 * k1;
        const State k2 = f(x2, t + dt / 2);
        const State x3 = x + h / 2 * k2;
        const State k3 = f(x3, t + dt / 2);
        const State x4 = x + h * k3;
        const State k4 = f(x4, t + dt);
        return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    }
};

}  // namespace pf
