#pragma once
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/math/field/field.h"
#include "core/math/schedule/schedule.h"
#include "core/math/solver/brownian.h"
#include "core/math/solver/solvers.h"

namespace pf {

// dX = [u + ½σ_t² s] dt + σ_t dW, with u from one field and s from another or the same one.
struct Dynamics {
    const Field* velocity = nullptr;
    const Field* score = nullptr;                  // may be null when σ ≡ 0
    std::function<double(double)> sigma;           // null: σ ≡ 0
    const Schedule* schedule = nullptr;            // for solvers that step with the denoiser
    std::uint64_t noise_key = 0;                   // of noise beside the Brownian path (churn, Langevin)
    std::function<double(double, double)> stable_sigma = {};  // largest stable σ of a step (t, h), where known: for the sentence of a lane that blows up
};

// The times at which these dynamics are finite for this solver: the fields' domains, where a solver that does not
// evaluate the end may run to t = 1.
TimeRange valid_times(const Dynamics& dynamics, const SolverInfo& solver);

// n + 1 times from min to max, computed from the index.
std::vector<double> uniform_grid(TimeRange range, int steps);

enum class Outcome { done, cancelled, blew_up, too_many_steps };

// What came of an integration; the path up to a failure is kept.
template <class Scalar>
struct Trajectories {
    std::vector<double> t;               // times of the recorded slices
    std::vector<PointsOf<Scalar>> x;     // one [N, 2] per slice; rows of lost particles are NaN from there on
    std::vector<ColumnOf<Scalar>> log_p;  // of integrate_with_log_p() only: log p_t(x) of each particle, nats
    int evaluations = 0;                 // of the velocity field
    int rejected = 0;                    // steps an adaptive solver tried and took back
    int lost = 0;                        // particles that became non-finite
    Outcome outcome = Outcome::done;
    std::string sentence;                // why, when something was lost
};

// Returns the increment of step [t0, t1], rows as in x0; called in time order. Without dZ only solvers that do not use it work.
template <class Scalar> using Increments = std::function<Increment<Scalar>(double t0, double t1)>;

// What a path that is run in pieces carries from piece to piece, so that they equal the whole: the memory of a multistep solver, and the start and
// number of steps of the whole, which solvers with churn ask for. Adaptive solvers choose their steps anew in every piece.
template <class State>
struct CarriedState {
    double start = 0;
    int steps = 0;
    Memory<State> memory = {};
};
template <class Scalar> using Carried = CarriedState<PointsOf<Scalar>>;

// An adaptive solver takes at most this many steps.
inline constexpr int most_adaptive_steps = 4096;

// Integrates x0 over `times` (increasing) and records every slice; an adaptive solver that adapts takes the first step and the end from `times`
// and records its own. `solver` throws BadInput if unknown, with a wrong option, or if it takes no σ_t and one is given.
// `increments` is called only where there is noise. Instantiated for float and double.
template <class Scalar>
Trajectories<Scalar> integrate(const Dynamics& dynamics, const Choice& solver, const std::vector<double>& times,
                               const PointsOf<Scalar>& x0, const Increments<Scalar>& increments, std::stop_token stop = {}, Carried<Scalar>* carried = nullptr);
// The solver with its default options.
template <class Scalar>
Trajectories<Scalar> integrate(const Dynamics& dynamics, std::string_view solver, const std::vector<double>& times,
                               const PointsOf<Scalar>& x0, const Increments<Scalar>& increments, std::stop_token stop = {}) {
    return integrate<Scalar>(dynamics, Choice{std::string(solver), {}}, times, x0, increments, std::move(stop));
}

// As integrate(), for σ ≡ 0, with log p_t carried along each path: d log p/dt = −∇·u (instantaneous change of variables, Chen et al. 2018,
// arXiv:1806.07366, eq. 8), x and log p as one state of the same solver, from log_p0 = log p(x0) at times.front(). The x are those of integrate():
// an adaptive solver chooses its steps by the error of x alone. None of these solvers has a memory to carry from piece to piece. Throws BadInput for a solver that does not carry log p (SolverInfo).
template <class Scalar>
Trajectories<Scalar> integrate_with_log_p(const Dynamics& dynamics, const Choice& solver, const std::vector<double>& times, const PointsOf<Scalar>& x0,
                                          const ColumnOf<Scalar>& log_p0, std::stop_token stop = {});

}  // namespace pf
