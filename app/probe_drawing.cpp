#include "app/probe_drawing.h"

#include <algorithm>
#include <cmath>

#include "app/panels/palette.h"
#include "app/panels/pinned_point.h"

namespace pf {
namespace {

using render::Colour;

Colour colour(panels::Rgb c, int alpha) {
    const auto byte = [](float v) { return static_cast<std::uint8_t>(std::lround(255 * std::clamp(v, 0.f, 1.f))); };
    return {byte(c.r), byte(c.g), byte(c.b), static_cast<std::uint8_t>(alpha)};
}

void add(std::vector<render::Segment>& out, const ProbeCurves& curves, float half_width, Colour c, const panels::SpaceTime* line) {
    if (curves.x.empty()) return;
    const auto at = [&](std::size_t i, Eigen::Index k) {
        const Points& x = curves.x[i];
        return line ? std::pair{static_cast<float>(line->x(curves.t[i])), x(k, 0)} : std::pair{x(k, 0), x(k, 1)};
    };
    for (Eigen::Index k = 0; k < curves.x.front().rows(); ++k)
        for (std::size_t i = 0; i + 1 < curves.x.size(); ++i) {
            const auto [x0, y0] = at(i, k);
            const auto [x1, y1] = at(i + 1, k);
            if (std::isfinite(x0 + y0 + x1 + y1)) out.push_back({x0, y0, x1, y1, half_width, c});
        }
}

}  // namespace

void probe_segments(std::vector<render::Segment>& out, const panels::UiState& ui, int lane, float thin, const panels::SpaceTime* line) {
    if (!ui.pinned_point) return;
    const ProbeLane* found = panels::probed(ui.probes.pinned.get(), lane);
    if (!found) return;
    const auto& p = panels::palette(ui.theme);
    const panels::Rgb of_lane = p.lanes[static_cast<std::size_t>(lane)];
    if (ui.probe_posterior && found->posterior) add(out, found->posterior->paths, 0.7f * thin, colour(p.muted, p.dark ? 110 : 150), line);
    if (ui.probe_fan)
        for (const ProbeCurves* fan : {&found->fan_back, &found->fan_on}) add(out, *fan, 0.7f * thin, colour(of_lane, p.dark ? 85 : 110), line);
    add(out, found->ode, 3.2f * thin, colour(p.canvas, 200), line);
    add(out, found->ode, 2.2f * thin, colour(of_lane, 255), line);
}

}  // namespace pf
