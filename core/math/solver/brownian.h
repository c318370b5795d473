#pragma once
#include <optional>
#include <vector>

#include "core/math/points.h"
#include "core/math/random.h"

namespace pf {

// What a step [t0, t1] sees of a Brownian path: dW = W(t1) − W(t0) and dZ = ∫ (W(s) − W(t0)) ds, one row per particle.
template <class Scalar>
struct Increment {
    PointsOf<Scalar> dW, dZ;
};

// W(t) and its integral on [0, 1] for n particles as a pure function of (key, particle, t): bridges refined to depth 12, 4096 cells, or deeper for steps that are shorter than such a cell.
// A cell of length L knows w = ΔW and j = ∫ (W − W_left) over it; a first part of length a has, given these two, the Gaussian law that follows from
//   Cov(w, j) = [L, L²/2; L²/2, L³/3],  Cov((w_a, j_a), (w, j)) = [a, a²/2 + ab; a²/2, a³/3 + a²b/2],  b = L − a
// (Lévy's construction with the space-time area of Foster, Lyons & Oberhauser 2020, arXiv:1904.06998). Inside a cell the path is
// the bridge at that one time, so any grid with at most one time per cell sees the exact law, and increments of 100 and of 150 steps
// agree wherever times coincide. Paths of two depths agree at the edges of the 4096 cells; within one they differ by a bridge of that length, 1/128 at most in
// standard deviation. Walked in time order: `increment` is amortised O(depth − log₂ steps) pairs of normals per particle and step.
class BrownianPath {
public:
    static constexpr int least_depth = 12, most_depth = 30;
    // The depth at which steps between these times, rising in [0, 1], have cells of their own; none: a step is shorter than 2⁻³⁰.
    static std::optional<int> depth_for(const std::vector<double>& times);

    BrownianPath(const BrownianPath&) = delete;  // cells point into each other
    BrownianPath& operator=(const BrownianPath&) = delete;

    // Particle i here is particle first + i of the stream.
    BrownianPath(std::uint64_t key, Eigen::Index particles, std::uint64_t first = 0, int depth = least_depth);

    // dW ~ N(0, h I), Var dZ = h³/3, Cov(dW, dZ) = h²/2 for h = t1 − t0 ≥ 0.
    Increment<float> increment(double t0, double t1);

private:
    // W and A = ∫₀ᵗ W at one time. Double: dZ is a difference of differences.
    struct Value {
        PointsD w, a;
    };
    // One dyadic cell of each level on the way down to the current time: the path at its ends (borrowed from ancestors) and middle.
    struct Cell {
        std::int64_t index = -1;
        const Value *left = nullptr, *right = nullptr;
        Value middle;
    };
    const Value& at(double t);
    void draw(std::uint64_t slot, Points& normals);
    void split(const Value& left, const Value& right, double length, double part, std::uint64_t slot, Value& out);

    std::uint64_t key_, first_;
    int depth_;
    Points normals_, more_normals_;
    Value zero_, end_;           // at t = 0 and 1
    std::vector<Cell> cells_;    // level 0 … depth − 1
    Value value_, next_;
    double time_ = 0;            // of value_
};

}  // namespace pf
