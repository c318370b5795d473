#pragma once
#include "core/math/solver/exponential.h"

namespace pf {

// DPM-Solver++(2S), Lu et al. 2022 (arXiv:2211.01095), algorithm 1 with r = ½, for the probability flow ODE in ℓ, data prediction: the
// denoised point is that of the middle of the step in ℓ, where DDIM leads. DDIM where ℓ is infinite at an end of the step.
struct DpmSolver2S : Solver {
    static constexpr int order = 2, evaluations = 2;
    static constexpr bool uses_denoiser = true;

    template <class State, class Problem>
    static State step(const Problem& f, const State& x, double t, double dt) {
        const Coefficients s = f.at(t), e = f.at(t + dt);
        const ExponentialStep whole = ode_step(s, e);
        const State D = f.denoiser(x, t);
        if (!std::isfinite(whole.h)) return take(whole, x, D);
        const double middle = f.time_at(s.half_log_snr() + whole.h / 2);
        return take(whole, x, f.denoiser(take(ode_step(s, f.at(middle)), x, D), middle));
    }
};

}  // namespace pf
