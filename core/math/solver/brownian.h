#pragma once
#include <vector>

#include "core/math/points.h"
#include "core/math/random.h"

namespace pf {

// W(t) on [0, 1] for n particles as a pure function of (key, particle, t): a Brownian bridge refined to depth 12, 4096 cells
// (Lévy's construction). Inside a cell W is the bridge at that one time, so any grid with at most one time per cell sees the exact
// law, and increments of 100 and of 150 steps agree wherever times coincide. Up to max_steps steps.
// Walked in time order: `increment` is amortised O(12 − log₂ steps) normals per particle and step.
class BrownianPath {
public:
    static constexpr int depth = 12;
    static constexpr int max_steps = 1 << depth;

    BrownianPath(const BrownianPath&) = delete;  // cells point into each other
    BrownianPath& operator=(const BrownianPath&) = delete;

    // Particle i here is particle first + i of the stream.
    BrownianPath(std::uint64_t key, Eigen::Index particles, std::uint64_t first = 0);

    // W(t1) − W(t0) ~ N(0, (t1 − t0) I), one row per particle; t0 ≤ t1.
    Points increment(double t0, double t1);

private:
    const Points& at(double t);
    // One dyadic cell of each level on the way down to the current time: W at its ends (borrowed from ancestors) and middle.
    struct Cell {
        std::int64_t index = -1;
        const Points *left = nullptr, *right = nullptr;
        Points middle;
    };
    std::uint64_t key_, first_;
    Points zero_, end_;          // W(0), W(1)
    std::vector<Cell> cells_;    // level 0 … depth − 1
    Points normals_, value_, next_;
    double time_ = 0;            // value_ = W(time_)
};

}  // namespace pf
