#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "core/math/solver/integrate.h"

namespace pf {

// The noise of the last run of a lane, for the next where seed, particles and steps are the same: while it trains, or while σ is dragged. Not thread-safe.
struct NoiseMemory {
    struct Part {
        double t0, t1;
        Increment<float> increment;
    };
    std::uint64_t key = 0;
    Eigen::Index particles = 0;
    int depth = 0;
    std::vector<Part> parts;  // in the order in which they were asked for
};

// Increments of the Brownian path that all lanes of a seed share, to this depth (brownian.h), or without one noise keyed by step. `memory` may be null; it must outlive them, and the numbers are
// the same with and without.
Increments<float> lane_noise(std::uint64_t key, Eigen::Index particles, std::optional<int> depth, NoiseMemory* memory = nullptr);

}  // namespace pf
