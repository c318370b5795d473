#include "app/panels/contour_room.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>

namespace pf::panels {
namespace {

// The vertices of all lines, each line closed up by a far one, so that no segment leads from one to the next.
struct Vertices {
    Eigen::ArrayXf x, y;
    std::size_t count = 0;  // without these

    explicit Vertices(const Contour& contour) {
        std::vector<float> across, up;
        for (const Polyline& line : contour.lines) {
            for (const auto& p : line) across.push_back(p[0]), up.push_back(p[1]);
            across.push_back(far), up.push_back(far);
            count += line.size();
        }
        x = Eigen::Map<const Eigen::ArrayXf>(across.data(), static_cast<Eigen::Index>(across.size()));
        y = Eigen::Map<const Eigen::ArrayXf>(up.data(), static_cast<Eigen::Index>(up.size()));
    }
    bool apart(Eigen::Index i) const { return x[i] == far; }
    static constexpr float far = 1e9f;
};

float square_to_segment(float px, float py, float ax, float ay, float bx, float by) {
    const float x = bx - ax, y = by - ay, length = x * x + y * y;
    const float along = length > 0 ? std::clamp(((px - ax) * x + (py - ay) * y) / length, 0.f, 1.f) : 0.f;
    const float dx = px - ax - along * x, dy = py - ay - along * y;
    return dx * dx + dy * dy;
}

// What a third of points spread evenly over one contour are nearer to the other than: to the segments at its nearest vertex.
float gap_between(const Vertices& one, const Vertices& other) {
    constexpr std::size_t samples = 32;
    std::vector<float> squares;
    const std::size_t every = std::max<std::size_t>(1, one.count / samples);
    std::size_t at = 0;
    for (Eigen::Index k = 0; k < one.x.size(); ++k) {
        if (one.apart(k) || at++ % every != 0) continue;
        const float px = one.x[k], py = one.y[k];
        Eigen::Index near = 0;
        float least = ((other.x - px).square() + (other.y - py).square()).minCoeff(&near);
        for (const Eigen::Index i : {near - 1, near})
            if (i >= 0 && i + 1 < other.x.size() && !other.apart(i) && !other.apart(i + 1)) least = std::min(least, square_to_segment(px, py, other.x[i], other.y[i], other.x[i + 1], other.y[i + 1]));
        squares.push_back(least);
    }
    if (squares.empty()) return std::numeric_limits<float>::infinity();
    const auto third = squares.begin() + static_cast<std::ptrdiff_t>(squares.size() / 3);
    std::nth_element(squares.begin(), third, squares.end());
    return std::sqrt(*third);
}

bool around(const std::vector<Contour>& contours) {
    return std::all_of(contours.begin(), contours.end(), [](const Contour& contour) { return contour.level > 0; });
}

}  // namespace

void measure_gaps(std::vector<Contour>& contours) {
    std::vector<Vertices> vertices;
    for (const Contour& contour : contours) vertices.emplace_back(contour);
    for (std::size_t k = 0; k < contours.size(); ++k) {
        contours[k].apart.assign(contours.size(), 0);
        for (std::size_t outer = k + 1; outer < contours.size(); ++outer) contours[k].apart[outer] = vertices[outer].count > 0 ? gap_between(vertices[k], vertices[outer]) : std::numeric_limits<float>::infinity();
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
