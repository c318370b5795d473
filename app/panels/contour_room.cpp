#include "app/panels/contour_room.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pf::panels {
namespace {

float distance_to_segment(const std::array<float, 2>& p, const std::array<float, 2>& a, const std::array<float, 2>& b) {
    const float x = b[0] - a[0], y = b[1] - a[1], length = x * x + y * y;
    const float along = length > 0 ? std::clamp(((p[0] - a[0]) * x + (p[1] - a[1]) * y) / length, 0.f, 1.f) : 0.f;
    return std::hypot(p[0] - a[0] - along * x, p[1] - a[1] - along * y);
}

// What a third of points spread evenly over one contour are nearer to the other than.
float gap_between(const Contour& one, const Contour& other) {
    constexpr std::size_t samples = 48;
    std::size_t all = 0;
    for (const Polyline& line : one.lines) all += line.size();
    if (all == 0) return std::numeric_limits<float>::infinity();
    std::vector<float> nearest;
    const std::size_t every = std::max<std::size_t>(1, all / samples);
    std::size_t at = 0;
    for (const Polyline& line : one.lines)
        for (const auto& point : line) {
            if (at++ % every != 0) continue;
            float least = std::numeric_limits<float>::infinity();
            for (const Polyline& there : other.lines)
                for (std::size_t i = 1; i < there.size(); ++i) least = std::min(least, distance_to_segment(point, there[i - 1], there[i]));
            nearest.push_back(least);
        }
    const auto third = nearest.begin() + static_cast<std::ptrdiff_t>(nearest.size() / 3);
    std::nth_element(nearest.begin(), third, nearest.end());
    return *third;
}

bool around(const std::vector<Contour>& contours) {
    return std::all_of(contours.begin(), contours.end(), [](const Contour& contour) { return contour.level > 0; });
}

}  // namespace

void measure_gaps(std::vector<Contour>& contours) {
    for (Contour& one : contours) {
        one.apart.clear();
        for (const Contour& other : contours) one.apart.push_back(&one == &other ? 0 : gap_between(one, other));
    }
}

double half_extent(const Polyline& line) {
    if (line.empty()) return 0;
    const auto [left, right] = std::minmax_element(line.begin(), line.end(), [](const auto& a, const auto& b) { return a[0] < b[0]; });
    const auto [low, high] = std::minmax_element(line.begin(), line.end(), [](const auto& a, const auto& b) { return a[1] < b[1]; });
    return (static_cast<double>((*right)[0]) - static_cast<double>((*left)[0]) + static_cast<double>((*high)[1]) - static_cast<double>((*low)[1])) / 4;
}

std::vector<std::size_t> roomy_contours(std::span<const DensityLegend> panes, int lane, double pixel, Theme theme) {
    const auto gap = static_cast<float>((theme == Theme::projector ? 6 : 4) * pixel);  // from the middle of a line to that of the next: twice its width
    const std::vector<Contour>& own = panes[static_cast<std::size_t>(lane)].contours;
    const auto clear = [&](std::size_t k, std::size_t last) {
        return std::all_of(panes.begin(), panes.end(), [&](const DensityLegend& pane) { return pane.contours.size() != own.size() || !around(pane.contours) || pane.contours[k].apart.size() <= last || pane.contours[k].apart[last] >= gap; });
    };
    const bool all = !around(own);
    std::vector<std::size_t> out;
    for (std::size_t k = own.size(); k-- > 0;)
        if (all || out.empty() || clear(k, out.back())) out.push_back(k);
    std::reverse(out.begin(), out.end());
    return out;
}

}  // namespace pf::panels
