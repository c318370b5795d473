#include "app/picture/height_view.h"

#include <algorithm>
#include <cmath>

#include "app/runtime/shown_density.h"

namespace pf {
namespace {

// Lambert's share of a light above the eye's left shoulder, on top of what comes from everywhere.
double lit(double slope_x1, double slope_x2, const panels::Perspective& view) {
    const double s = view.away_x1(), c = view.away_x2();
    // The normal (−∂h/∂u, −∂h/∂v, 1), turned as the square is.
    const double right = -slope_x1 * c + slope_x2 * s, away = -slope_x1 * s - slope_x2 * c, length = std::sqrt(1 + slope_x1 * slope_x1 + slope_x2 * slope_x2);
    const double light = (-0.45 * right - 0.40 * away + 0.80) / length;
    return 0.45 + 0.65 * std::max(0.0, light);
}

std::uint8_t shaded(std::uint8_t channel, double light) { return static_cast<std::uint8_t>(std::lround(std::clamp(channel * light, 0.0, 255.0))); }

}  // namespace

void height_mesh(const DensityGrid& p, const Box& box, const Box& square, int cells, double maximum, const panels::Perspective& view, const std::array<render::Colour, 256>& colours,
                 HeightMesh& out) {
    out.vertices.clear();
    out.triangles.clear();
    if (p.size() == 0 || !(maximum > 0) || cells < 2) return;
    DensityGrid height;
    resampled(p, box, square, cells, cells, height);
    height = (height.isFinite()).select(height / static_cast<float>(maximum), 0.f).cwiseMax(0.f).cwiseMin(1.f);

    const double dx = (square.x_max - square.x_min) / cells, dy = (square.y_max - square.y_min) / cells, rise = panels::Perspective::highest * view.half;
    const auto slope = [&](Eigen::Index low_r, Eigen::Index low_c, Eigen::Index high_r, Eigen::Index high_c, double run) {
        return rise * static_cast<double>(height(high_r, high_c) - height(low_r, low_c)) / run;
    };
    const int last = cells - 1;
    for (int r = 0; r < cells; ++r)
        for (int c = 0; c < cells; ++c) {
            const int left = std::max(0, c - 1), right = std::min(last, c + 1), below = std::max(0, r - 1), above = std::min(last, r + 1);
            const double light = lit(slope(r, left, r, right, (right - left) * dx), slope(below, c, above, c, (above - below) * dy), view);
            const panels::Point at = view(square.x_min + (c + 0.5) * dx, square.y_min + (r + 0.5) * dy, static_cast<double>(height(r, c)));
            const render::Colour full = colours[static_cast<std::size_t>(std::lround(255 * height(r, c)))];
            // The ground keeps its own colour, so that the surface rises out of the canvas.
            const double share = std::min(1.0, 12.0 * static_cast<double>(height(r, c))), by = 1 + share * (light - 1);
            out.vertices.push_back({static_cast<float>(at.x), static_cast<float>(at.y), {shaded(full.r, by), shaded(full.g, by), shaded(full.b, by), 255}});
        }
    const bool x1_far_first = view.away_x1() > 0, x2_far_first = view.away_x2() > 0;
    for (int i = 0; i < last; ++i)
        for (int j = 0; j < last; ++j) {
            const int r = x2_far_first ? last - 1 - i : i, c = x1_far_first ? last - 1 - j : j;
            const auto a = static_cast<std::uint32_t>(r * cells + c), b = a + 1, d = a + static_cast<std::uint32_t>(cells), e = d + 1;
            // The diagonal that runs across the view, so that the nearer triangle comes second.
            const bool rising = x1_far_first == x2_far_first;
            const std::uint32_t far_corner = x2_far_first ? (x1_far_first ? e : d) : (x1_far_first ? b : a), near_corner = x2_far_first ? (x1_far_first ? a : b) : (x1_far_first ? d : e);
            const std::uint32_t one = rising ? b : a, other = rising ? d : e;
            out.triangles.insert(out.triangles.end(), {far_corner, one, other, one, other, near_corner});
        }
}

}  // namespace pf
