#include "app/runtime/point_scale.h"

#include <algorithm>
#include <cmath>

#include "core/math/format.h"

namespace pf {
namespace {

// Two moons and the default network end at 1.5 noise floors with a standard deviation of 0.3, at 1.2 with 30, at 1.0 three deviations from the origin; at 3.6 with 0.1, at 2.9 with
// 100, and at 2.6 ten deviations away. `farthest` is in deviations.
constexpr double farthest = 6, widest = 50, narrowest = 0.2;

// Three digits, as one writes a coordinate: 2000, not 2e+03.
std::string number(double value) {
    if (value == 0) return "0";
    const double unit = std::pow(10, std::floor(std::log10(std::abs(value))) - 2);
    return fmt::format("{:.6g}", std::round(value / unit) * unit);
}

}  // namespace

std::string about_scale(const Points& x) {
    if (x.rows() < 2) return {};
    const PointsD wide = x.cast<double>();
    const double mean[2] = {wide.col(0).mean(), wide.col(1).mean()};
    const double sd[2] = {std::sqrt((wide.col(0) - mean[0]).square().mean()), std::sqrt((wide.col(1) - mean[1]).square().mean())};
    const double both = std::sqrt((sd[0] * sd[0] + sd[1] * sd[1]) / 2), far = std::hypot(mean[0], mean[1]);
    if (!(both > 0) || (far <= farthest * both && both <= widest && both >= narrowest)) return {};
    const auto mapped = [&](const char* name, double centre) { return fmt::format("({} {} {})/{}", name, centre < 0 ? "+" : "−", number(std::abs(centre)), number(both)); };
    return fmt::format("mean ({}, {}) and standard deviation ({}, {}), where noise is N(0, 1): networks learn that poorly; write {}, {} into the file instead", number(mean[0]), number(mean[1]), number(sd[0]),
                       number(sd[1]), mapped("x", mean[0]), mapped("y", mean[1]));
}

}  // namespace pf
