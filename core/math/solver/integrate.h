#pragma once
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/math/field/field.h"
#include "core/math/random.h"
#include "core/math/solver/solvers.h"

namespace pf {

// dX = [u + ½σ_t² s] dt + σ_t dW, with u from one field and s from another or the same one.
struct Dynamics {
    const Field* velocity = nullptr;
    const Field* score = nullptr;                  // may be null when σ ≡ 0
    std::function<double(double)> sigma;           // null: σ ≡ 0
};

// The times at which these dynamics are finite for this solver: the fields' domains, where a solver that does not
// evaluate the end may run to t = 1.
TimeRange valid_times(const Dynamics& dynamics, const SolverInfo& solver);

// n + 1 times from min to max, computed from the index.
std::vector<double> uniform_grid(TimeRange range, int steps);

enum class Outcome { done, cancelled, blew_up };

// What came of an integration; the path up to a failure is kept.
template <class Scalar>
struct Trajectories {
    std::vector<double> t;               // times of the recorded slices
    std::vector<PointsOf<Scalar>> x;     // one [N, 2] per slice; rows of lost particles are NaN from there on
    int evaluations = 0;                 // of the velocity field
    int lost = 0;                        // particles that became non-finite
    Outcome outcome = Outcome::done;
    std::string sentence;                // why, when something was lost
};

// Returns the increment dW [N, 2] of step [t0, t1]; called in time order.
template <class Scalar> using Increments = std::function<PointsOf<Scalar>(double t0, double t1)>;

// Integrates x0 over `times` (increasing) and records every slice. `solver` throws BadInput if unknown, or if it is
// deterministic and sigma is given. `increments` is not called for ODE solvers. Instantiated for float and double.
template <class Scalar>
Trajectories<Scalar> integrate(const Dynamics& dynamics, std::string_view solver, const std::vector<double>& times,
                               const PointsOf<Scalar>& x0, const Increments<Scalar>& increments, std::stop_token stop = {});

}  // namespace pf
