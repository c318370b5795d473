#pragma once
#include <span>
#include <string_view>

#include "core/math/solver/euler.h"
#include "core/math/solver/euler_maruyama.h"
#include "core/math/solver/heun.h"
#include "core/math/solver/rk4.h"
#include "core/math/solver/stochastic_heun.h"

// One line per solver: its id (also the header's name), its struct, label, meaning.
#define PF_SOLVERS(X)                                                                              \
    X(euler, Euler, "Euler", "one straight step along the velocity")                               \
    X(heun, Heun, "Heun", "Euler, then a step with the mean of both ends: second order")           \
    X(rk4, Rk4, "Runge–Kutta 4", "four evaluations a step, fourth order")                          \
    X(euler_maruyama, EulerMaruyama, "Euler–Maruyama", "Euler plus a Gaussian kick")               \
    X(stochastic_heun, StochasticHeun, "stochastic Heun", "Heun plus a Gaussian kick: weak order 2")

namespace pf {

// What a solver promises; the sweep tests hold it to this.
struct SolverInfo {
    std::string_view id, label, meaning;
    int order;            // of the global error; for SDEs the weak order
    int evaluations;      // of the drift, per step
    bool stochastic;      // solves SDEs (and ODEs, as σ = 0); the others refuse σ > 0
    bool evaluates_end;   // evaluates the field at the right end of a step, so also at t_max
};

std::span<const SolverInfo> solvers();
// Throws BadInput naming `where` and the known ids.
const SolverInfo& find_solver(std::string_view id, std::string_view where);

}  // namespace pf
