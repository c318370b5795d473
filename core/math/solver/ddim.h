#pragma once
#include "core/math/solver/exponential.h"

namespace pf {

// Song, Meng & Ermon 2020 (arXiv:2010.02502), eq. 12 with η = 0: the probability flow ODE, exponential Euler in ℓ with the denoiser
// held; also an Euler step of x/α in σ = β/α.
struct Ddim : Solver {
    static constexpr int order = 1, evaluations = 1;
    static constexpr bool uses_denoiser = true;

    template <class State, class Problem>
    static State step(const Problem& f, const State& x, double t, double dt) {
        const State D = f.denoiser(x, t);
        return take(ode_step(f.at(t), f.at(t + dt)), x, D);
    }
};

}  // namespace pf
