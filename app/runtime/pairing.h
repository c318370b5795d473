#pragma once
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

}  // namespace pf
