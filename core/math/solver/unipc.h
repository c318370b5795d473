#pragma once
#include "core/math/solver/exponential.h"

namespace pf {

// UniPC-2, Zhao et al. 2023 (arXiv:2302.04867), algorithms 5 and 6 with B(h) = expm1(h) in data prediction: the DPM-Solver++(2M) step
// predicts, the denoiser there corrects (third order) and serves the next step unchanged, so that a step costs one evaluation.
// The first step corrects with the mean of both ends; where ℓ is infinite the step is DDIM.
struct UniPc : Solver {
    static constexpr int order = 3, evaluations = 1;
    static constexpr bool uses_denoiser = true, multistep = true;

    template <class State, class Problem>
    static State step(const Problem& f, const State& x, double t, double dt, Memory<State>& memory) {
        using S = ScalarOf<State>;
        const ExponentialStep e = ode_step(f.at(t), f.at(t + dt));
        const State D = memory.has_current ? memory.current : State(f.denoiser(x, t));
        memory.has_current = false;
        if (!std::isfinite(e.h)) {
            remember(memory, D, e.h);
            return take(e, x, D);
        }
        State predicted;
        if (memory.has_previous)
            predicted = take(e, x, extrapolated(D, memory.previous, e.h, memory.previous_h));
        else
            predicted = take(e, x, D);
        const State D_end = f.denoiser(predicted, t + dt);
        State used = D + S(0.5) * (D_end - D);
        if (memory.has_previous) {
            // Solve Σ ρ_i r_i^{k−1} = k! φ_{k+1}(−h)/φ_1(−h) for nodes r = −h'/h and 1, k = 1, 2 (their eq. 5 and 8).
            const double z = -e.h, phi1 = std::expm1(z) / z, phi2 = (phi1 - 1) / z, phi3 = (phi2 - 0.5) / z;
            const double first = phi2 / phi1, second = 2 * phi3 / phi1, r = -memory.previous_h / e.h;
            const double at_end = (second - r * first) / (1 - r), at_previous = first - at_end;
            used = D + static_cast<S>(at_previous / r) * (memory.previous - D) + static_cast<S>(at_end) * (D_end - D);
        }
        remember(memory, D, e.h);
        memory.has_current = true;
        memory.current = D_end;
        return take(e, x, used);
    }
};

}  // namespace pf
