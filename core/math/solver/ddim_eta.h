#pragma once
#include "core/math/solver/exponential.h"

namespace pf {

// Song, Meng & Ermon 2020 (arXiv:2010.02502), eq. 12, on any Gaussian path: x_t = α_t D + √(β_t² − σ²) ε + σ N(0, I), with
// σ = η β_t √(1 − e^{−2h}), which is their eq. 16. As h → 0 the SDE with σ_t = η g_t. η = 1 is the DDPM step; η = 0 is DDIM, whose mean
// differs from DDPM's too.
struct DdimEta : Solver {
    static constexpr int order = 1, evaluations = 1;
    static constexpr double strong_order = 1;
    static constexpr bool own_noise = true, uses_denoiser = true;

    void visit(Parameters& p) override { p.real("eta", "η", eta_, {0, 1}, {0, 1}, "0: no noise (DDIM), 1: that of DDPM"); }

    template <class State, class Problem>
    State step(const Problem& f, const State& x, double t, double dt, const Noise<State>& noise) const {
        using S = ScalarOf<State>;
        const Coefficients s = f.at(t), e = f.at(t + dt);
        const double sigma = eta_ * sde_step(s, e).noise, kept = std::sqrt(e.beta * e.beta - sigma * sigma) / s.beta;
        const State D = f.denoiser(x, t);
        return static_cast<S>(kept) * x + static_cast<S>(e.alpha - s.alpha * kept) * D + static_cast<S>(sigma / std::sqrt(dt)) * noise.dW;
    }

private:
    double eta_ = 0.5;
};

}  // namespace pf
