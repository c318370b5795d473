#pragma once
#include <functional>

#include "core/math/points.h"

namespace pf {

// A solver's step is a template over the state: an Eigen array in float or double, or a torch tensor. This is how a step turns a
// double into the state's own scalar (Eigen does not mix them).
template <class State>
struct StateTraits {
    using Scalar = double;
};
template <class S>
struct StateTraits<PointsOf<S>> {
    using Scalar = S;
};
// x and log p side by side, rows [x, y, log p].
template <class S> using WithLogP = Eigen::Array<S, Eigen::Dynamic, 3>;
template <class S>
struct StateTraits<WithLogP<S>> {
    using Scalar = S;
};
template <class State> using ScalarOf = typename StateTraits<State>::Scalar;

// The noise of one step [t, t + dt]: σ at both ends (σ varies in t, and orders above that of Euler–Maruyama need both), the Brownian
// increment dW ~ N(0, dt I), its integral dZ = ∫ (W_s − W_t) ds ("I₁₀"; variance dt³/3, covariance with dW dt²/2), and draws from
// N(0, I) that have nothing to do with W, one after the other.
template <class State>
struct Noise {
    double sigma0 = 0, sigma1 = 0;
    State dW, dZ;
    std::function<State()> normals;
};

// What a multistep solver carries from step to step: denoised points and where in ℓ they belong.
template <class State>
struct Memory {
    bool has_current = false, has_previous = false;
    State current, previous;   // D at the start of this step, where it is known already; D at the start of the step before
    double previous_h = 0;     // ℓ covered by the step before
};

}  // namespace pf
