#pragma once
#include <array>

#include "core/math/solver/solver.h"

namespace pf {

// What an adaptive solver offers as its next step.
template <class State>
struct Attempt {
    State x, error;     // the new state, and the difference to the embedded method
    State last_slope;   // f at the new state: the first stage of the next step
};

// Fifth order with an embedded fourth, six stages and a seventh at the new state, which is the first of the next step (FSAL). Tableau has
// a[6][6] (row i: stage i + 1; the last row is the fifth-order solution), c[6], e[7] = b − b̂. With `adaptive` integrate() chooses the steps by
// a PI controller, starting from the given one; without, it takes the steps it is given.
template <class Tableau>
struct EmbeddedRungeKutta : Solver {
    static constexpr int order = 5, evaluations = 6;
    static constexpr bool evaluates_end = true, adaptive = true;

    bool adapts() const { return adapts_; }
    double relative_tolerance() const { return rtol_; }
    double absolute_tolerance() const { return atol_; }
    void visit(Parameters& p) override {
        p.boolean("adaptive", "adaptive", adapts_, "choose the steps from the error made");
        p.real("rtol", "rtol", rtol_, {1e-12, 1}, {1e-7, 1e-1, true}, "error allowed per step, per size of x");
        p.real("atol", "atol", atol_, {1e-12, 10}, {1e-7, 1e-1, true}, "error allowed per step where x is small");
    }

    template <class State, class Drift>
    static State step(const Drift& f, const State& x, double t, double dt) {
        std::array<State, 7> k;
        k[0] = f(x, t);
        return stages(f, x, t, dt, k);
    }

    // first_slope = f(x, t).
    template <class State, class Drift>
    static Attempt<State> attempt(const Drift& f, const State& x, const State& first_slope, double t, double dt) {
        std::array<State, 7> k;
        k[0] = first_slope;
        Attempt<State> out;
        out.x = stages(f, x, t, dt, k);
        k[6] = f(out.x, t + dt);
        out.error = scaled(dt * Tableau::e[0], k[0]);
        for (std::size_t i = 1; i < 7; ++i)
            if (Tableau::e[i] != 0) out.error += scaled(dt * Tableau::e[i], k[i]);
        out.last_slope = k[6];
        return out;
    }

private:
    template <class State>
    static State scaled(double factor, const State& k) {
        return static_cast<ScalarOf<State>>(factor) * k;
    }
    template <class State, class Drift>
    static State stages(const Drift& f, const State& x, double t, double dt, std::array<State, 7>& k) {
        State y = x;
        for (std::size_t i = 0; i < 6; ++i) {
            y = x + scaled(dt * Tableau::a[i][0], k[0]);
            for (std::size_t j = 1; j <= i; ++j)
                if (Tableau::a[i][j] != 0) y += scaled(dt * Tableau::a[i][j], k[j]);
            if (i < 5) k[i + 1] = f(y, t + Tableau::c[i] * dt);
        }
        return y;
    }

    bool adapts_ = true;
    double rtol_ = 1e-4, atol_ = 1e-4;
};

}  // namespace pf
