#include "core/math/solver/brownian.h"

#include <algorithm>
#include <cmath>

#include "core/math/errors.h"

namespace pf {

std::optional<int> BrownianPath::depth_for(const std::vector<double>& times) {
    double shortest = 1;
    for (std::size_t i = 1; i < times.size(); ++i) shortest = std::min(shortest, times[i] - times[i - 1]);
    for (int depth = least_depth; depth <= most_depth; ++depth)
        if (std::ldexp(shortest, depth) >= 1 - 1e-9) return depth;
    return std::nullopt;
}

BrownianPath::BrownianPath(std::uint64_t key, Eigen::Index particles, std::uint64_t first, int depth)
    : key_(key), first_(first), depth_(depth), normals_(particles, 2), more_normals_(particles, 2), cells_(static_cast<std::size_t>(depth)) {
    check(least_depth <= depth && depth <= most_depth, "depth = {}", depth);
    zero_ = {PointsD::Zero(particles, 2), PointsD::Zero(particles, 2)};
    value_ = zero_;
    draw(0, normals_);
    draw(1, more_normals_);
    end_.w = normals_.cast<double>();
    end_.a = 0.5 * end_.w + std::sqrt(1.0 / 12) * more_normals_.cast<double>();
}

void BrownianPath::draw(std::uint64_t slot, Points& normals) { keyed_normals(key_, first_, slot, normals); }

// The path `part` of the way through the cell between `left` and `right`; two normals per coordinate, slots 2·slot and 2·slot + 1.
void BrownianPath::split(const Value& left, const Value& right, double length, double part, std::uint64_t slot, Value& out) {
    const double L = length, a = part * L, b = L - a;
    Eigen::Matrix2d whole, cross, own;
    whole << L, L * L / 2, L * L / 2, L * L * L / 3;
    cross << a, a * a / 2 + a * b, a * a / 2, a * a * a / 3 + a * a * b / 2;
    own << a, a * a / 2, a * a / 2, a * a * a / 3;
    const double determinant = L * L * L * L / 12;
    Eigen::Matrix2d inverse;
    inverse << whole(1, 1), -whole(0, 1), -whole(0, 1), whole(0, 0);
    const Eigen::Matrix2d gain = cross * inverse / determinant, rest = own - gain * cross.transpose();
    const double root = std::sqrt(rest(0, 0)), lower = rest(1, 0) / root, corner = std::sqrt(std::max(0.0, rest(1, 1) - lower * lower));

    draw(2 * slot, normals_);
    draw(2 * slot + 1, more_normals_);
    const PointsD first = normals_.cast<double>(), w = right.w - left.w, j = right.a - left.a - L * left.w;
    out.w = left.w + gain(0, 0) * w + gain(0, 1) * j + root * first;
    out.a = left.a + a * left.w + gain(1, 0) * w + gain(1, 1) * j + lower * first + corner * more_normals_.cast<double>();
}

const BrownianPath::Value& BrownianPath::at(double t) {
    const std::int64_t cells = std::int64_t{1} << depth_;
    const double position = t * static_cast<double>(cells);
    const auto cell = std::min(static_cast<std::int64_t>(position), cells - 1);
    const double fraction = position - static_cast<double>(cell);

    const Value *left = &zero_, *right = &end_;
    for (int level = 0; level < depth_; ++level) {
        Cell& c = cells_[static_cast<std::size_t>(level)];
        const std::int64_t index = cell >> (depth_ - level);
        if (c.index != index) {
            c.index = index;
            c.left = left;
            c.right = right;
            split(*left, *right, std::ldexp(1.0, -level), 0.5, (std::uint64_t{1} << level) + static_cast<std::uint64_t>(index), c.middle);
        }
        const bool upper = (cell >> (depth_ - level - 1)) & 1;
        left = upper ? &c.middle : c.left;
        right = upper ? c.right : &c.middle;
    }
    if (fraction == 0) return *left;
    if (fraction == 1) return *right;
    split(*left, *right, 1.0 / static_cast<double>(cells), fraction, static_cast<std::uint64_t>(cells + cell), next_);
    return next_;
}

Increment<float> BrownianPath::increment(double t0, double t1) {
    check(0 <= t0 && t0 <= t1 && t1 <= 1, "t0 = {}, t1 = {}", t0, t1);
    if (t0 != time_) value_ = Value(at(t0));
    Value reached = at(t1);
    Increment<float> out{(reached.w - value_.w).cast<float>(), (reached.a - value_.a - (t1 - t0) * value_.w).cast<float>()};
    std::swap(value_, reached);
    time_ = t1;
    return out;
}

}  // namespace pf
