#pragma once
#include <cmath>

#include "core/math/schedule/schedule.h"
#include "core/math/solver/solver.h"

namespace pf {

// Ho et al. 2020 (arXiv:2006.11239), eq. 6–7 and algorithm 2 with the posterior variance: one draw from q(x_t | x_s, z = D), for s noisier
// than t, on any Gaussian path. With r = α_s/α_t and b = β_s² − r² β_t²:
//   mean (α_t b D + r β_t² x)/β_s², variance β_t² b/β_s². Discretises the reverse SDE, σ_t = g_t.
struct DdpmAncestral : Solver {
    static constexpr int order = 1, evaluations = 1;
    static constexpr double strong_order = 1;
    static constexpr bool own_noise = true, uses_denoiser = true;

    template <class State, class Problem>
    static State step(const Problem& f, const State& x, double t, double dt, const Noise<State>& noise) {
        using S = ScalarOf<State>;
        const Coefficients s = f.at(t), e = f.at(t + dt);
        const double r = s.alpha / e.alpha, s2 = s.beta * s.beta, e2 = e.beta * e.beta, b = s2 - r * r * e2;
        const State D = f.denoiser(x, t);
        return static_cast<S>(e.alpha * b / s2) * D + static_cast<S>(r * e2 / s2) * x + static_cast<S>(std::sqrt(e2 * b / s2 / dt)) * noise.dW;
    }
};

}  // namespace pf
