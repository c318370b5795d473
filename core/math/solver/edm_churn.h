#pragma once
#include <algorithm>
#include <numbers>

#include "core/math/solver/edm_heun.h"

namespace pf {

// Karras et al. 2022 (arXiv:2206.00364), algorithm 2: noise is added to lift σ = β/α to σ̂ = (1 + γ) σ, γ = min(S_churn/N, √2 − 1) while σ is
// in [S_min, S_max], and EDM Heun goes from there. Both halves leave p_t as it is, so the law has Heun's order. Each path has no limit as
// N → ∞ on a shared Brownian path: the noise is a stream of its own.
struct EdmChurn : Solver {
    static constexpr int order = 2, evaluations = 2;
    static constexpr bool own_noise = true, uses_denoiser = true;

    void visit(Parameters& p) override {
        p.real("churn", "S_churn", churn_, {0, 1000}, {0, 100}, "noise added in all; 0: EDM Heun");
        p.real("min", "S_min", min_, {0, 1000}, {0, 1}, "smallest σ = β/α at which noise is added");
        p.real("max", "S_max", max_, {0, 1e6}, {1, 100, true}, "largest σ = β/α at which noise is added");
        p.real("noise", "S_noise", noise_, {0.5, 2}, {0.98, 1.02}, "standard deviation of the noise; above 1 makes up for what networks lose");
    }

    template <class State, class Problem>
    State step(const Problem& f, const State& x, double t, double dt, const Noise<State>& noise) const {
        using S = ScalarOf<State>;
        const Coefficients s = f.at(t), first = f.at(f.start());
        const double sigma = s.beta / s.alpha;
        if (s.alpha == 0 || churn_ == 0 || sigma < min_ || sigma > max_) return EdmHeun::step(f, x, t, dt);
        const double gamma = std::min(churn_ / f.steps(), std::numbers::sqrt2 - 1);
        const double lifted = std::min((1 + gamma) * sigma, first.alpha > 0 ? std::max(first.beta / first.alpha, sigma) : (1 + gamma) * sigma);
        if (lifted == sigma) return EdmHeun::step(f, x, t, dt);
        const double earlier = f.time_at(-std::log(lifted)), alpha = f.at(earlier).alpha;
        const State noisier = static_cast<S>(alpha / s.alpha) * x + static_cast<S>(alpha * noise_ * std::sqrt(lifted * lifted - sigma * sigma)) * noise.normals();
        return EdmHeun::step(f, noisier, earlier, t + dt - earlier);
    }

private:
    double churn_ = 20, min_ = 0.02, max_ = 50, noise_ = 1;
};

}  // namespace pf
