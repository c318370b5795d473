#pragma once
#include "app/runtime/compute.h"

namespace pf {

// What a lane follows: dX = [u + ½σ_t² s] dt + σ_t dW, put together from the scene. Trajectories (run_lane) and densities
// (run_fokker_planck) both begin here, so whatever changes a lane's drift or noise changes both.
struct LaneProblem {
    std::shared_ptr<const Field> velocity;
    std::shared_ptr<const Field> score;     // null where σ ≡ 0; may be the same as velocity
    std::function<double(double)> sigma;    // null where σ ≡ 0
    std::shared_ptr<const Schedule> schedule;
    std::uint64_t noise_key = 0;

    // Points into this problem, which must outlive it.
    Dynamics dynamics() const { return {velocity.get(), score.get(), sigma, schedule.get(), noise_key}; }
};

// Throws BadInput when a field is missing (a network without weights).
LaneProblem lane_problem(const Scene& scene, int lane, const FieldSet& fields);

// `range` cut to what the lane asks for; throws BadInput where nothing is left.
TimeRange lane_range(const Scene& scene, int lane, TimeRange range);

// [n, 2] draws of N(0, β_0² I) from the scene's seed alone, so lanes share them.
Points starting_noise(const Scene& scene, const Schedule& schedule, int n);

}  // namespace pf
