#include "core/math/curve.h"

#include <algorithm>
#include <cmath>

namespace pf {
namespace {

// The slope at the end of a piece of length h with secant d, beside one of length next_h with next_d.
double end_slope(double h, double d, double next_h, double next_d) {
    const double three_point = ((2 * h + next_h) * d - h * next_d) / (h + next_h);
    return d > 0 ? std::clamp(three_point, d / 4, 3 * d) : std::clamp(three_point, 3 * d, d / 4);
}

}  // namespace

MonotoneCurve::MonotoneCurve(CurvePoints points) : points_(std::move(points)), slopes_(points_.size()) {
    const std::size_t n = points_.size() - 1;
    std::vector<double> h(n), d(n);
    for (std::size_t i = 0; i < n; ++i) {
        h[i] = points_[i + 1][0] - points_[i][0];
        d[i] = (points_[i + 1][1] - points_[i][1]) / h[i];
    }
    if (n == 1) {
        slopes_ = {d[0], d[0]};
        return;
    }
    slopes_[0] = end_slope(h[0], d[0], h[1], d[1]);
    slopes_[n] = end_slope(h[n - 1], d[n - 1], h[n - 2], d[n - 2]);
    for (std::size_t i = 1; i < n; ++i) {
        if (d[i - 1] * d[i] <= 0) continue;
        const double before = 2 * h[i] + h[i - 1], after = h[i] + 2 * h[i - 1];
        slopes_[i] = (before + after) / (before / d[i - 1] + after / d[i]);
    }
}

MonotoneCurve::Value MonotoneCurve::at(double t) const {
    const auto next = std::upper_bound(points_.begin() + 1, points_.end() - 1, t, [](double value, const auto& point) { return value < point[0]; });
    const auto i = static_cast<std::size_t>(next - points_.begin()) - 1;
    const double h = points_[i + 1][0] - points_[i][0], y0 = points_[i][1], y1 = points_[i + 1][1];
    // From the nearer end, so that both ends are met exactly: y = y0 + s (c1 + s (c2 + s c3)), s the share of the piece covered.
    const double m0 = h * slopes_[i], m1 = h * slopes_[i + 1], rise = y1 - y0, c2 = 3 * rise - 2 * m0 - m1, c3 = m0 + m1 - 2 * rise;
    const double s = (t - points_[i][0]) / h, r = (points_[i + 1][0] - t) / h, e2 = 3 * rise - 2 * m1 - m0;
    const double value = s <= 0.5 ? y0 + s * (m0 + s * (c2 + s * c3)) : y1 - r * (m1 + r * (e2 + r * c3));
    const double slope = s <= 0.5 ? m0 + s * (2 * c2 + 3 * s * c3) : m1 + r * (2 * e2 + 3 * r * c3);
    return {value, slope / h};
}

}  // namespace pf
