#pragma once
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
template <class State> using ScalarOf = typename StateTraits<State>::Scalar;

// The noise of one step [t, t + dt]: σ at both ends (σ varies in t, and orders above that of Euler–Maruyama need both)
// and the Brownian increment dW ~ N(0, dt I).
template <class State>
struct Noise {
    double sigma0 = 0, sigma1 = 0;
    State dW;
};

}  // namespace pf
