#pragma once
#include <optional>
#include <string>

#include "app/runtime/results.h"

namespace pf {

// How far the same particle is in two lanes, over t. Lanes of one scene share starting noise and Brownian path, so this is what solver, steps or field
// make of it. At the first lane's times that both reach; a particle that either has lost is NaN there and left out of the statistics.
struct PairDistance {
    std::vector<double> t;                // [T]
    std::vector<Column> distance;         // T × [N], N the smaller number of particles
    std::vector<double> mean, rms, most;  // per t, NaN where no particle is left
};
PairDistance pair_distance(const LaneResult& first, const LaneResult& other);

// The same at one t and for the first 4096 particles, cheap enough for every frame. Nothing where a lane does not reach t, or no particle is left.
struct PairNow {
    double mean = 0, most = 0;
};
std::optional<PairNow> pair_distance_at(const LaneResult& first, const LaneResult& other, double t);

// What keeps two lanes from one Brownian path, to be said beside such a distance: "; their noise …", or nothing.
std::string noise_apart(const LaneResult& first, const LaneResult& other);

}  // namespace pf
