#pragma once
#include <optional>
#include <string>

#include "app/runtime/scene.h"

namespace pf {

// The smallest variance of what the lane's fields believe the data to be: that of the mixture, of the Gaussian with the data's moments, 0 for point masses.
// Nothing where their slope is not known: a network on data without a mixture, formulas, guidance, wrong equations, coupled paths, other processes.
std::optional<double> smallest_variance(const Scene& scene, int lane);

// The step of a lane that is nearest to its limit, or furthest beyond (core/math/solver/stability.h).
struct LaneStability {
    double t = 0, h = 0, sigma = 0, limit = 0;
    bool stable() const { return sigma <= limit; }
};
// Over all steps with σ_t > 0 of a valid scene; nothing where there are none, or no limit is known. A few microseconds per thousand steps, and one
// data set.
std::optional<LaneStability> lane_stability(const Scene& scene, int lane);
// The largest "max" of the lane's σ, up to 100, with which it is stable (σ_t grows with it at every t); 0 where none is. Nothing where its σ has no such option, or
// no limit is known.
std::optional<double> stable_noise(const Scene& scene, int lane);
// What a lane's network does not tell where α = 0, as a sentence: from its noise or score nothing else can be had there, and near it everything else is divided by α. Empty: nothing,
// or the lane keeps clear of it.
std::string division_at_noise(const Scene& scene, const Lane& lane);
// "σ = 2 at t = 0.95 is beyond …", for a lane that is not stable.
std::string warning(const LaneStability& stability);

}  // namespace pf
