#pragma once
#include <cmath>

#include "core/math/solver/solver.h"

namespace pf {

// Song et al. 2020 (arXiv:2011.13456), algorithm 1: an Euler–Maruyama step of the SDE with the given σ_t, then Langevin steps
// x + ε s + √(2ε) N(0, I) at the new t, which hold p_t. Their ε = 2 (r |N|/|s|)² couples the particles of a batch through its norms; here both norms
// are their expectations, |N|/|s| = β, so that every particle is on its own. The order is that of the predictor: a Langevin step has a bias of
// ε/2 = r² β² in the variance, whatever the step in t; at the data end it is gone.
struct PredictorCorrector : Solver {
    static constexpr int order = 1, evaluations = 2;
    static constexpr bool stochastic = true, uses_score = true, evaluates_end = true;

    void visit(Parameters& p) override {
        p.integer("corrections", "M", corrections_, {0, 100}, {0, 10}, "Langevin steps after every step");
        p.real("ratio", "r", ratio_, {0, 2}, {0.01, 0.5, true}, "signal-to-noise ratio of a Langevin step");
    }

    template <class State, class Problem>
    State step(const Problem& f, const State& x, double t, double dt, const Noise<State>& noise) const {
        using S = ScalarOf<State>;
        const State drift = f(x, t);
        State y = x + static_cast<S>(dt) * drift + static_cast<S>(noise.sigma0) * noise.dW;
        const double beta = f.at(t + dt).beta, size = 2 * ratio_ * ratio_ * beta * beta;
        for (int i = 0; i < corrections_ && size > 0; ++i) {
            const State score = f.score(y, t + dt);
            y += static_cast<S>(size) * score + static_cast<S>(std::sqrt(2 * size)) * noise.normals();
        }
        return y;
    }

private:
    int corrections_ = 1;
    double ratio_ = 0.16;
};

}  // namespace pf
