#pragma once
#include "core/math/solver/integrate.h"

namespace pf {

// log N(x; 0, β² I) per row, nats: what a sampler's start has.
template <class Scalar>
ColumnOf<Scalar> log_normal_density(const PointsOf<Scalar>& x, double beta);

// log p at times.back() of given points, under the flow dX = u dt started from N(0, β² I) at times.front().
struct Likelihood {
    ColumnD log_p;           // nats; NaN where a point left the finite numbers
    PointsD start;           // where each point came from, at times.front()
    int evaluations = 0;     // of the velocity and its divergence
    Outcome outcome = Outcome::done;
};
// Integrates the points backwards over `times` (increasing) with the solver (one that carries log p) and adds the divergence up on the way:
// log p_1(X_1) = log p_0(X_0) − ∫ ∇·u dt (Chen et al. 2018, eq. 8; Song et al. 2021, eq. 39). dynamics.sigma must be null.
Likelihood log_likelihood(const Dynamics& dynamics, const Choice& solver, const std::vector<double>& times, const PointsD& x, double beta,
                          std::stop_token stop = {});

}  // namespace pf
