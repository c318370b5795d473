#include "app/runtime/point_scale.h"

#include <cmath>
#include <limits>

#include "core/math/format.h"

namespace pf {
namespace {

// Two moons and the default network end at 1.5 noise floors with a standard deviation of 0.3, at 1.2 with 30, at 1.0 three deviations from the origin; at 3.6 with 0.1, at 2.9 with
// 100, and at 2.6 ten deviations away. `farthest` is in deviations.
constexpr double farthest = 6, widest = 50, narrowest = 0.2;

// As one writes a coordinate, 2000 and not 2e+03: three digits, or as many as come this near.
double rounded(double value, double within) {
    if (value == 0) return 0;
    double out = value;
    for (int digits = 3; digits <= 15; ++digits) {
        const double unit = std::pow(10, std::floor(std::log10(std::abs(value))) - digits + 1);
        out = std::round(value / unit) * unit;
        if (std::abs(out - value) <= within) break;
    }
    return out;
}

std::string number(double value, double within = std::numeric_limits<double>::infinity()) { return fmt::format("{:.12g}", rounded(value, within)); }

struct Moments {
    std::array<double, 2> mean, sd;
    double both, far;  // one deviation for both axes; of the mean from the origin

    explicit Moments(const Points& x) {
        const PointsD wide = x.cast<double>();
        for (const int axis : {0, 1}) {
            const auto i = static_cast<std::size_t>(axis);
            mean[i] = wide.col(axis).mean(), sd[i] = std::sqrt((wide.col(axis) - mean[i]).square().mean());
        }
        both = std::sqrt((sd[0] * sd[0] + sd[1] * sd[1]) / 2), far = std::hypot(mean[0], mean[1]);
    }
    bool in_reach() const { return !(both > 0) || (far <= farthest * both && both <= widest && both >= narrowest); }
    PointMap map() const {
        const double near = 0.02 * both;
        return {{rounded(mean[0], near), rounded(mean[1], near)}, rounded(both, near)};
    }
};

}  // namespace

Points PointMap::operator()(const Points& x) const {
    Points out(x.rows(), 2);
    for (const int axis : {0, 1}) out.col(axis) = ((x.col(axis).cast<double>() - centre[static_cast<std::size_t>(axis)]) / scale).cast<float>();
    return out;
}

std::string PointMap::text() const {
    const auto one = [&](const char* name, double c) { return fmt::format("({} {} {:.12g})/{:.12g}", name, c < 0 ? "+" : "−", std::abs(c), scale); };
    return one("x", centre[0]) + ", " + one("y", centre[1]);
}

std::optional<PointMap> map_into_reach(const Points& x) {
    if (x.rows() < 2) return {};
    const Moments moments(x);
    if (moments.in_reach()) return {};
    return moments.map();
}

std::string about_scale(const Points& x) {
    const auto map = map_into_reach(x);
    if (!map) return {};
    const Moments m(x);
    return fmt::format("mean ({}, {}) and standard deviation ({}, {}), where noise is N(0, 1): networks learn that poorly; write {} into the file instead, or press 'Centre and scale' in the section Data",
                       number(m.mean[0], 0.02 * m.both), number(m.mean[1], 0.02 * m.both), number(m.sd[0]), number(m.sd[1]), map->text());
}

}  // namespace pf
