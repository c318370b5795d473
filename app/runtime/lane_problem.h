#pragma once
#include "app/runtime/compute.h"
#include "core/math/field/gaussian_flow.h"

namespace pf {

// What a lane follows: dX = [u + ½σ_t² s] dt + σ_t dW, put together from the scene. Trajectories (run_lane) and densities
// (run_fokker_planck) both begin here, so whatever changes a lane's drift or noise changes both.
//
// Lanes integrate in a clock of their own, which increases: t itself when sampling, 1 − t when noising (there u becomes −u, which with the
// same ½σ² s and σ has the same marginals; where σ_t is g_t throughout, that is dX = (d log α/dτ) X dτ + g dW and needs no field), and
// τ/duration for Langevin dynamics at a frozen t (no u; σ and s are those of that t). Slices and times given to others are in lane time:
// t, or Langevin's clock.
struct LaneProblem {
    std::shared_ptr<const Field> velocity;
    std::shared_ptr<const Field> score;     // null where σ ≡ 0; may be the same as velocity
    std::function<double(double)> sigma;    // null where σ ≡ 0
    std::shared_ptr<const Schedule> schedule;
    std::uint64_t noise_key = 0;
    TimeRange domain{0, 1};                 // of σ, in the lane's clock
    bool backwards = false;                 // the clock is 1 − t
    bool frozen = false;                    // Langevin at frozen_t
    double frozen_t = 0;
    bool exact_score = false;               // s = ∇ log p of the lane's own density
    std::shared_ptr<const Dataset> noised;  // noising lanes only: what they start from: exact_data() where it is known, else those of the label that the lane is guided to

    // Points into this problem, which must outlive it.
    Dynamics dynamics() const { return {velocity.get(), score.get(), sigma, schedule.get(), noise_key}; }
    // Between the lane's clock and lane time, which are their own inverse.
    double turned(double time) const { return backwards ? 1 - time : time; }
    TimeRange turned(TimeRange range) const { return backwards ? TimeRange{1 - range.max, 1 - range.min} : range; }
    // The t of the p_t that the lane should have at a lane time.
    double path_time(double time) const { return frozen ? frozen_t : time; }
};

// Throws BadInput when a field is missing (a network without weights).
LaneProblem lane_problem(const Scene& scene, int lane, const FieldSet& fields);

// True where the lane is the noising process itself, σ_t = g_t throughout: it needs no field.
bool is_noising_sde(const Lane& lane, const Schedule& schedule);

// What an option of the lane's solver is set to, or by default; `id` is one that this solver has.
double solver_option(const Lane& lane, std::string_view id);
// σ_t/g_t of the SDE that the lane's solver comes to by its own noise when steps are short: 1 for DDPM and SDE-DPM-Solver++(2M), η for DDIM with noise, 0 for all others. (What EDM's
// churn and a corrector add is the noise of no such σ_t.)
double own_noise(const Lane& lane);
// What a lane's solver adds besides, which no Fokker–Planck density of the lane has: "churn", "corrector", or nothing.
std::string_view noise_beside(const Lane& lane);
// The lane's noise in a line of text: "constant", "0.5 g of its solver", "zero and churn".
std::string noise_in_words(const Lane& lane);

// True where the lane follows a network that has no weights among these, one per model: there is nothing to draw of it yet.
bool lacks_weights(const Scene& scene, int lane, const WeightSet& weights);

// Whether the lane's fields without its noise are an ODE with a likelihood (Langevin dynamics and the noising SDE have none).
bool has_likelihood(const Scene& scene, int lane);

// `range` of the lane's clock, cut to what the lane asks for, in lane time; throws BadInput where nothing is left.
TimeRange lane_range(const Scene& scene, int lane, const LaneProblem& problem, TimeRange range);

// Where a lane's n particles start at the beginning of `range`: N(0, β_0² I) (or the scene's source), or, when noising, α z + β ε at its end with z drawn from
// problem.noised. From the scene's seed alone, so lanes share them.
Points starting_points(const Scene& scene, const LaneProblem& problem, TimeRange range, int n);

// When and where a lane begins: at `range.min` with x = shift + matrix · starting noise. The identity, unless the lane teleports: then the
// linear-Gaussian flow of the data's mean and covariance has moved the noise from the range's beginning to teleport_to.
struct LaneStart {
    TimeRange range;
    AffineMap map;
};
// `range` as lane_range() gives it. Throws BadInput where teleport_to is not inside.
LaneStart lane_start(const Scene& scene, int lane, const LaneProblem& problem, TimeRange range);

// The density there when sampling from noise: N(shift, β_0² matrix matrixᵀ).
std::shared_ptr<const Mixture> start_density(const LaneProblem& problem, const LaneStart& start);
// Its logarithm at points where the lane begins, nats: log N(noise; 0, β_0² I) − log |det matrix|.
ColumnD log_start_density(const LaneProblem& problem, const LaneStart& start, const PointsD& x);

}  // namespace pf
