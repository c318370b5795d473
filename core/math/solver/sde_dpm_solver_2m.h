#pragma once
#include "core/math/solver/exponential.h"

namespace pf {

// SDE-DPM-Solver++(2M), Lu et al. 2022 (arXiv:2211.01095), eq. 19, for the reverse SDE (σ_t = g_t) in ℓ, data prediction. Its first step,
// and one with infinite ℓ at an end, is SDE-DPM-Solver++(1), that is DDPM's.
struct SdeDpmSolver2M : Solver {
    static constexpr int order = 2, evaluations = 1;
    static constexpr double strong_order = 1;
    static constexpr bool own_noise = true, uses_denoiser = true, multistep = true;

    template <class State, class Problem>
    static State step(const Problem& f, const State& x, double t, double dt, const Noise<State>& noise, Memory<State>& memory) {
        const ExponentialStep e = sde_step(f.at(t), f.at(t + dt));
        const State D = f.denoiser(x, t);
        State used = D;
        if (memory.has_previous && std::isfinite(e.h)) used = extrapolated(D, memory.previous, e.h, memory.previous_h);
        remember(memory, D, e.h);
        return take(e, x, used, dt, noise.dW);
    }
};

}  // namespace pf
