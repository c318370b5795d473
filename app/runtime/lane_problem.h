#pragma once
#include "app/runtime/compute.h"
#include "core/math/field/gaussian_flow.h"

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

// When and where a lane begins: at `range.min` with x = shift + matrix · starting noise. The identity, unless the lane teleports: then the
// linear-Gaussian flow of the data's mean and covariance has moved the noise from the range's beginning to teleport_to.
struct LaneStart {
    TimeRange range;
    AffineMap map;
};
// `range` as lane_range() gives it. Throws BadInput where teleport_to is not inside.
LaneStart lane_start(const Scene& scene, int lane, const Schedule& schedule, TimeRange range);

}  // namespace pf
