#include "app/panels/contour_room.h"

#include <algorithm>
#include <cmath>

namespace pf::panels {
namespace {

// Of its lines, by how much there is of each.
double typical_size(const Contour& contour) {
    double sum = 0, points = 0;
    for (const Polyline& line : contour.lines) sum += static_cast<double>(line.size()) * half_extent(line), points += static_cast<double>(line.size());
    return points > 0 ? sum / points : 0;
}

}  // namespace

double half_extent(const Polyline& line) {
    if (line.empty()) return 0;
    const auto [left, right] = std::minmax_element(line.begin(), line.end(), [](const auto& a, const auto& b) { return a[0] < b[0]; });
    const auto [low, high] = std::minmax_element(line.begin(), line.end(), [](const auto& a, const auto& b) { return a[1] < b[1]; });
    return (static_cast<double>((*right)[0]) - static_cast<double>((*left)[0]) + static_cast<double>((*high)[1]) - static_cast<double>((*low)[1])) / 4;
}

std::vector<std::size_t> roomy_contours(const std::vector<Contour>& contours, double pixel, Theme theme) {
    const double gap = (theme == Theme::projector ? 8 : 4) * pixel;  // from the middle of a line to that of the next
    const bool around = std::all_of(contours.begin(), contours.end(), [](const Contour& contour) { return contour.level > 0; });
    std::vector<std::size_t> out;
    double last = 0;
    for (std::size_t k = contours.size(); k-- > 0;) {
        const double size = typical_size(contours[k]);
        if (around && !out.empty() && std::abs(last - size) < gap) continue;
        out.push_back(k);
        last = size;
    }
    std::reverse(out.begin(), out.end());
    return out;
}

}  // namespace pf::panels
