#pragma once
#include "core/math/solver/exponential.h"

namespace pf {

// DPM-Solver++(2M), Lu et al. 2022 (arXiv:2211.01095), algorithm 2, for the probability flow ODE in ℓ, data prediction. The first
// step, and one with infinite ℓ at an end, is DDIM.
struct DpmSolver2M : Solver {
    static constexpr int order = 2, evaluations = 1;
    static constexpr bool uses_denoiser = true, multistep = true;

    template <class State, class Problem>
    static State step(const Problem& f, const State& x, double t, double dt, Memory<State>& memory) {
        const ExponentialStep e = ode_step(f.at(t), f.at(t + dt));
        const State D = f.denoiser(x, t);
        State used = D;
        if (memory.has_previous && std::isfinite(e.h)) used = extrapolated(D, memory.previous, e.h, memory.previous_h);
        remember(memory, D, e.h);
        return take(e, x, used);
    }
};

}  // namespace pf
