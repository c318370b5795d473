#include "core/math/solver/brownian.h"

#include <algorithm>
#include <cmath>

#include "core/math/errors.h"

namespace pf {

BrownianPath::BrownianPath(std::uint64_t key, Eigen::Index particles, std::uint64_t first)
    : key_(key), first_(first), zero_(Points::Zero(particles, 2)), end_(particles, 2), cells_(depth), normals_(particles, 2), value_(zero_), next_(particles, 2) {
    keyed_normals(key_, first_, 0, end_);
}

const Points& BrownianPath::at(double t) {
    const double position = t * max_steps;
    const auto cell = std::min<std::int64_t>(static_cast<std::int64_t>(position), max_steps - 1);
    const double fraction = position - static_cast<double>(cell);

    const Points *left = &zero_, *right = &end_;
    for (int level = 0; level < depth; ++level) {
        Cell& c = cells_[static_cast<std::size_t>(level)];
        const std::int64_t index = cell >> (depth - level);
        if (c.index != index) {
            // Lévy: the middle of a bridge over a cell of length 2^−level has standard deviation ½ √(2^−level).
            const auto spread = static_cast<float>(0.5 * std::sqrt(std::ldexp(1.0, -level)));
            keyed_normals(key_, first_, (std::uint64_t{1} << level) + static_cast<std::uint64_t>(index), normals_);
            c = {index, left, right, 0.5f * (*left + *right) + spread * normals_};
        }
        const bool upper = (cell >> (depth - level - 1)) & 1;
        left = upper ? &c.middle : c.left;
        right = upper ? c.right : &c.middle;
    }
    if (fraction == 0) return *left;
    if (fraction == 1) return *right;
    const auto spread = static_cast<float>(std::sqrt(fraction * (1 - fraction) / max_steps));
    keyed_normals(key_, first_, static_cast<std::uint64_t>(max_steps + cell), normals_);
    next_ = *left + static_cast<float>(fraction) * (*right - *left) + spread * normals_;
    return next_;
}

Points BrownianPath::increment(double t0, double t1) {
    check(0 <= t0 && t0 <= t1 && t1 <= 1, "t0 = {}, t1 = {}", t0, t1);
    if (t0 != time_) value_ = Points(at(t0));
    Points reached = at(t1);
    Points difference = reached - value_;
    value_.swap(reached);
    time_ = t1;
    return difference;
}

}  // namespace pf
