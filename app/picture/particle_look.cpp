#include "app/picture/particle_look.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pf {
namespace {

// So many, or so large in a small pane, would hide the density, which shows through their share of it then.
double cover(double particles, double radius, double pane, double zoom) {
    constexpr double few = 10'000, share = 0.15, least = 0.45;  // share: of the square in the pane
    const double room = share * pane * pane / (std::numbers::pi * radius * radius);
    return std::clamp(std::max(1.0, zoom) * std::sqrt(std::min(few, room) / particles), least, 1.0);
}

// Where they would cover more of the square in the pane they are smaller, down to half.
double radius(double particles, double pane) {
    constexpr double most = 0.06;
    const double usual = particles > 5000 ? 1.2 : particles > 1500 ? 1.5 : 1.9;
    return std::clamp(pane * std::sqrt(most / (std::numbers::pi * particles)), 0.5 * usual, usual);
}

}  // namespace

ParticleLook particle_look(panels::Theme theme, Eigen::Index count, double pane, double window, bool over_density, double zoom) {
    const double particles = static_cast<double>(std::max<Eigen::Index>(1, count));
    ParticleLook out;
    if (theme == panels::Theme::projector) {
        // 5 pixels wide at 1080p, as much smaller in a lower window: they would cover its density. Trails 3 pixels, as lines are.
        out.radius = std::clamp(2.5 * window / 1080, 1.6, 2.5);
        out.trail_size = std::min(0.9, 1.5 / out.radius);
    } else {
        out.radius = radius(particles, pane);
    }
    if (over_density) out.cover = cover(particles, out.radius, pane, zoom);
    return out;
}

}  // namespace pf
