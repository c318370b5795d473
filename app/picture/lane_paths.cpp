#include "app/picture/lane_paths.h"

#include <algorithm>
#include <cmath>

#include "app/picture/layer_segments.h"

namespace pf {

using render::Colour;
using render::Segment;

void polyline(std::vector<Segment>& out, const LaneResult& lane, Eigen::Index particle, float half_width, Colour c) {
    const std::size_t slices = lane.path.t.size(), stride = std::max<std::size_t>(1, slices / 100);
    for (std::size_t i = 0; i + 1 < slices;) {
        const std::size_t next = std::min(i + stride, slices - 1);
        const Points &a = lane.path.x[i], &b = lane.path.x[next];
        if (std::isfinite(b(particle, 0)) && std::isfinite(b(particle, 1))) out.push_back({a(particle, 0), a(particle, 1), b(particle, 0), b(particle, 1), half_width, c});
        i = next;
    }
}

float mark_radius(panels::Theme theme) { return theme == panels::Theme::projector ? 4.f : 2.4f; }

void path_marks(std::vector<Segment>& out, const LaneResult& lane, Eigen::Index particle, float radius, double units_per_pixel, Colour c) {
    const auto at = [&](const Points& x, auto mark) {
        if (std::isfinite(x(particle, 0) + x(particle, 1))) mark(x(particle, 0), x(particle, 1), radius, units_per_pixel, c, out);
    };
    if (at_source(lane.path.t.front())) at(lane.path.x.front(), source_mark);
    if (at_data(lane.path.t.back())) at(lane.path.x.back(), data_mark);
}

void world_line(std::vector<Segment>& out, const LaneResult& lane, Eigen::Index particle, const panels::SpaceTime& view, double now, float half_width, Colour c) {
    const std::size_t slices = lane.path.t.size(), stride = std::max<std::size_t>(1, slices / 100);
    for (std::size_t i = 0; i + 1 < slices;) {
        const std::size_t next = std::min(i + stride, slices - 1);
        const float a = lane.path.x[i](particle, 0), b = lane.path.x[next](particle, 0);
        const double from = lane.path.t[i], to = lane.path.t[next];
        Colour pale = c;
        pale.a = static_cast<std::uint8_t>(c.a / 3);
        const auto piece = [&](double t0, double t1, Colour shade) {
            const auto at = [&](double t) { return a + static_cast<float>((t - from) / (to - from)) * (b - a); };
            if (t1 > t0) out.push_back({static_cast<float>(view.x(t0)), at(t0), static_cast<float>(view.x(t1)), at(t1), half_width, shade});
        };
        if (std::isfinite(a) && std::isfinite(b)) {
            const double middle = std::clamp(now, from, to);
            piece(from, middle, c);
            piece(middle, to, pale);
        }
        i = next;
    }
}

}  // namespace pf
