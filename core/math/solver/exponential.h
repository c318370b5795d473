#pragma once
#include <cmath>

#include "core/math/schedule/schedule.h"
#include "core/math/solver/solver.h"

namespace pf {

// The step from s to t that is exact for a constant denoiser: x_t = x · x_s + data · D (+ noise · N(0, I)).
struct ExponentialStep {
    double x, data, noise;
    double h;  // ℓ_t − ℓ_s; infinite where α_s = 0 or β_t = 0, and the step is finite all the same
};

// Probability flow in ℓ: (β_t/β_s) x − α_t expm1(−h) D (Lu et al. 2022, arXiv:2211.01095, eq. 9), written without h.
inline ExponentialStep ode_step(const Coefficients& s, const Coefficients& t) {
    const double ratio = t.beta / s.beta;
    return {ratio, t.alpha - s.alpha * ratio, 0, t.half_log_snr() - s.half_log_snr()};
}

// The reverse SDE (σ_t = g_t) in ℓ: (β_t/β_s) e^{−h} x + α_t (1 − e^{−2h}) D, noise β_t √(1 − e^{−2h}) (ibid., eq. 18).
inline ExponentialStep sde_step(const Coefficients& s, const Coefficients& t) {
    const double decay = s.alpha * t.beta / (t.alpha * s.beta), gain = 1 - decay * decay;
    return {t.beta / s.beta * decay, t.alpha * gain, t.beta * std::sqrt(gain), t.half_log_snr() - s.half_log_snr()};
}

template <class State>
State take(const ExponentialStep& e, const State& x, const State& data) {
    using S = ScalarOf<State>;
    return static_cast<S>(e.x) * x + static_cast<S>(e.data) * data;
}
// The noise is √2 β_t ∫ e^{−(ℓ_t − ℓ)} dW_ℓ; on the shared path this is ΔW with the exact variance.
template <class State>
State take(const ExponentialStep& e, const State& x, const State& data, double dt, const State& dW) {
    return take(e, x, data) + static_cast<ScalarOf<State>>(e.noise / std::sqrt(dt)) * dW;
}

// D + (h/2h') (D − D'), the extrapolation of multistep solvers to the middle of the step.
template <class State>
State extrapolated(const State& D, const State& previous, double h, double previous_h) {
    return D + static_cast<ScalarOf<State>>(h / (2 * previous_h)) * (D - previous);
}

template <class State>
void remember(Memory<State>& memory, const State& D, double h) {
    memory.has_previous = std::isfinite(h);  // a step over an infinite stretch of ℓ is no basis for a difference quotient
    memory.previous = D;
    memory.previous_h = h;
}

}  // namespace pf
