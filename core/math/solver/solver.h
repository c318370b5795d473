#pragma once
#include "core/math/parameters.h"
#include "core/math/solver/state.h"

namespace pf {

// What a solver says of itself; each overrides what differs. `order` (of the global error; weak for SDEs) and `evaluations` (of the
// field, per step) have no default. A solver is its step, one of
//   step(f, x, t, dt)      and, after these, `noise` where it takes noise and `memory` where it is multistep,
// where f(x, t) is the drift u + ½σ² s, and f.denoiser(x, t), f.score(x, t), f.at(t) (α, β and derivatives), f.time_at(ℓ), f.steps() are
// there for those that need more; on_device() are the solvers that get by with f(x, t) and dW. Options are declared in visit().
struct Solver : Configurable {
    static constexpr double strong_order = 0;      // SDEs only
    static constexpr bool stochastic = false;      // follows dX = [u + ½σ²s] dt + σ dW with the σ_t it is given (and ODEs, as σ = 0)
    static constexpr bool own_noise = false;       // its noise is part of the method; takes no σ_t
    static constexpr bool evaluates_end = false;   // evaluates the field at the right end of a step even where β = 0
    static constexpr bool uses_denoiser = false;   // steps with D, α and β instead of the drift
    static constexpr bool uses_score = false;      // besides the drift
    static constexpr bool uses_area = false;       // needs dZ
    static constexpr bool multistep = false;
    static constexpr bool adaptive = false;        // has attempt() and adapts()
};

template <class S>
constexpr bool on_device() {
    return !S::own_noise && !S::uses_denoiser && !S::uses_score && !S::uses_area && !S::multistep && !S::adaptive;
}

// Steps with f(x, t) alone, so that log p can be integrated beside x.
template <class S>
constexpr bool carries_log_p() {
    return !S::stochastic && !S::own_noise && !S::uses_denoiser && !S::uses_score;
}

// One step of any solver, with what it takes.
template <class S, class State, class Problem>
State advance(const S& solver, const Problem& f, const State& x, double t, double dt, const Noise<State>& noise, Memory<State>& memory) {
    constexpr bool noisy = S::stochastic || S::own_noise;
    if constexpr (noisy && S::multistep)
        return solver.step(f, x, t, dt, noise, memory);
    else if constexpr (noisy)
        return solver.step(f, x, t, dt, noise);
    else if constexpr (S::multistep)
        return solver.step(f, x, t, dt, memory);
    else
        return solver.step(f, x, t, dt);
}

}  // namespace pf
