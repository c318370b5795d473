#include "app/render/trails.h"

#include <algorithm>
#include <cmath>

namespace pf::render {
namespace {

// What lies in [0, width) × [0, height) of a way that does not lie there whole (Liang and Barsky 1984).
Way clipped(Way way, float width, float height) {
    if (!std::isfinite(way.length)) return {0, 0, 0, 0, -1};
    float from = 0, to = 1;
    const auto clip = [&](float start, float step, float size) {
        if (step == 0 && !(start >= 0 && start < size)) to = -1;
        if (step == 0) return;
        const float low = -start / step, high = (size - start) / step;
        from = std::max(from, std::min(low, high)), to = std::min(to, std::max(low, high));
    };
    clip(way.x, way.dx, width), clip(way.y, way.dy, height);
    const float part = to - from;
    return {way.x + from * way.dx, way.y + from * way.dy, part * way.dx, part * way.dy, part * way.length};
}

}  // namespace

Trails::Trails(const PaneFrame& frame, int border)
    : scale_(static_cast<float>(1 / frame.camera.units_per_pixel)),
      x_(static_cast<float>(0.5 * frame.viewport.width - frame.camera.x / frame.camera.units_per_pixel + border)),
      y_(static_cast<float>(0.5 * frame.viewport.height - frame.camera.y / frame.camera.units_per_pixel + border)),
      width_(static_cast<float>(frame.viewport.width + 2 * border)), height_(static_cast<float>(frame.viewport.height + 2 * border)),
      area_(static_cast<double>(frame.viewport.width) * frame.viewport.height) {
    constexpr float strongest = 0.6f;
    for (std::size_t i = 0; i < frame.trail.size(); ++i) {
        const Points* points = frame.trail[i];
        if (points == nullptr || points == frame.particles) continue;
        const float youth = float(i + 1) / float(frame.trail.size() + 1);
        if (!slices_.empty()) slices_.back().next = points;
        slices_.push_back({points, frame.particles, strongest * std::sqrt(youth) * frame.trail_opacity, std::max(1.f, 2 * frame.particle_radius * frame.trail_size * (0.6f + 0.4f * youth))});
        count_ = std::max(count_, points->rows());
    }
    measure();
}

Way Trails::way(const Slice& slice, Eigen::Index i) const {
    const Points& here = *slice.points;
    const Points& there = slice.next != nullptr ? *slice.next : here;
    if (i >= here.rows() || i >= there.rows()) return {0, 0, 0, 0, -1};
    const float x = here(i, 0) * scale_ + x_, y = here(i, 1) * scale_ + y_, to_x = there(i, 0) * scale_ + x_, to_y = there(i, 1) * scale_ + y_;
    const Way whole{x, y, to_x - x, to_y - y, std::sqrt((to_x - x) * (to_x - x) + (to_y - y) * (to_y - y))};
    const bool inside = std::min(x, to_x) >= 0 && std::max(x, to_x) < width_ && std::min(y, to_y) >= 0 && std::max(y, to_y) < height_;
    return inside ? whole : clipped(whole, width_, height_);
}

float Trails::dot_opacity(const Slice& slice) const {
    const double drawn = std::min(length_, 3 * most_dots);       // dots that are apart cover less than lines
    const float apart = std::min(1.f, spacing() / slice.width);  // in dots: closer ones lie over each other and are paler
    return 1 - std::pow(1 - static_cast<float>(share(drawn)) * slice.opacity, apart);
}

void Trails::measure() {
    const Eigen::Index every = count_ < 500 ? 1 : 16;
    Eigen::Vector4d moments = Eigen::Vector4d::Zero();  // sums of x, y, x², y² over the lengths
    for (Eigen::Index i = 0; i < count_; i += every)
        for (const Slice& slice : slices_)
            if (const Way w = way(slice, i); w.length > 0) {
                const double l = static_cast<double>(w.length) * static_cast<double>(every), x = static_cast<double>(w.x + w.dx / 2), y = static_cast<double>(w.y + w.dy / 2);
                length_ += l, moments += l * Eigen::Vector4d(x, y, x * x, y * y);
            }
    moments /= std::max(1.0, length_);
    const Eigen::Array2d variance = moments.tail<2>().array() - moments.head<2>().array().square();
    area_ = std::clamp(16 * std::sqrt(std::max(0.0, variance.prod())), area_ / 8, std::max(1.0, area_));  // within two standard deviations
}

double Trails::share(double drawn) const {
    // The power keeps more of each than its share: many are told apart less well than few.
    constexpr double free = 0.7, power = 0.8;
    const double cover = slices_.empty() ? 0 : drawn * static_cast<double>(slices_.back().width) / area_;
    return cover > free ? std::pow(free / cover, power) : 1;
}

}  // namespace pf::render
