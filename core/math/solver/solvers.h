#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "core/math/solver/ddim.h"
#include "core/math/solver/ddim_eta.h"
#include "core/math/solver/ddpm_ancestral.h"
#include "core/math/solver/dormand_prince.h"
#include "core/math/solver/dpm_solver_2m.h"
#include "core/math/solver/dpm_solver_2s.h"
#include "core/math/solver/edm_churn.h"
#include "core/math/solver/edm_heun.h"
#include "core/math/solver/euler.h"
#include "core/math/solver/euler_maruyama.h"
#include "core/math/solver/heun.h"
#include "core/math/solver/midpoint.h"
#include "core/math/solver/predictor_corrector.h"
#include "core/math/solver/rk4.h"
#include "core/math/solver/sde_dpm_solver_2m.h"
#include "core/math/solver/shark.h"
#include "core/math/solver/sra1.h"
#include "core/math/solver/stochastic_heun.h"
#include "core/math/solver/tsit5.h"
#include "core/math/solver/unipc.h"

// One line per solver: its id (also the header's name), its struct, label, meaning.
#define PF_SOLVERS(X)                                                                                         \
    X(euler, Euler, "Euler", "one straight step along the velocity")                                          \
    X(midpoint, Midpoint, "midpoint", "the slope half-way: second order")                                     \
    X(heun, Heun, "Heun", "Euler, then a step with the mean of both ends: second order")                      \
    X(rk4, Rk4, "Runge–Kutta 4", "four evaluations a step, fourth order")                                     \
    X(dormand_prince, DormandPrince, "Dormand–Prince 5(4)", "chooses its own steps from the error it makes")  \
    X(tsit5, Tsit5, "Tsitouras 5(4)", "as Dormand–Prince, with a smaller error")                              \
    X(ddim, Ddim, "DDIM", "holds the denoised point over the step: exponential Euler")                        \
    X(dpm_solver_2s, DpmSolver2S, "DPM-Solver++(2S)", "DDIM with the denoised point half-way in ℓ")           \
    X(dpm_solver_2m, DpmSolver2M, "DPM-Solver++(2M)", "DDIM with the denoised point extrapolated from the last step") \
    X(unipc, UniPc, "UniPC-2", "2M, corrected by the denoised point where it arrives")                        \
    X(edm_heun, EdmHeun, "EDM Heun", "Heun with σ = β/α as the clock (Karras et al.)")                        \
    X(euler_maruyama, EulerMaruyama, "Euler–Maruyama", "Euler plus a Gaussian kick")                          \
    X(stochastic_heun, StochasticHeun, "stochastic Heun", "Heun plus a Gaussian kick: weak order 2")          \
    X(sra1, Sra1, "SRA1", "two stages and the path's mean: strong order 1.5")                                 \
    X(shark, Shark, "ShARK", "as SRA1, shifted along the path: smaller error")                                \
    X(predictor_corrector, PredictorCorrector, "predictor–corrector", "Euler–Maruyama, then Langevin steps that hold p_t") \
    X(ddpm_ancestral, DdpmAncestral, "DDPM ancestral", "draws each step from its posterior, given the denoised point") \
    X(ddim_eta, DdimEta, "DDIM(η)", "between DDIM (η = 0) and DDPM (η = 1)")                                  \
    X(sde_dpm_solver_2m, SdeDpmSolver2M, "SDE-DPM-Solver++(2M)", "DDPM with the denoised point extrapolated: weak order 2") \
    X(edm_churn, EdmChurn, "EDM churn", "adds a little noise, then takes a longer EDM step")

namespace pf {

// What a solver promises; the sweep tests hold it to this. The flags are those of Solver.
struct SolverInfo {
    std::string_view id, label, meaning;
    int order;            // of the global error; for SDEs the weak order
    double strong_order;  // SDEs: of the paths; 0 where it promises none
    int evaluations;      // of the field, per step
    bool stochastic;      // solves SDEs (and ODEs, as σ = 0); the others refuse σ > 0
    bool own_noise;       // brings its noise along and refuses σ > 0
    bool evaluates_end;   // evaluates the field at the right end of a step, so also at t_max
    bool uses_denoiser, uses_score, adaptive;
    bool on_device;       // can run inside the network module
    bool carries_log_p;   // can integrate log p beside x
};

std::span<const SolverInfo> solvers();
// Throws BadInput naming `where` and the known ids.
const SolverInfo& find_solver(std::string_view id, std::string_view where);
// The solver's options, at their defaults.
std::unique_ptr<Configurable> solver_options(std::string_view id, std::string_view where);

}  // namespace pf
