#include "app/picture/probe_drawing.h"

#include <algorithm>
#include <cmath>

#include "app/panels/palette.h"
#include "app/panels/pinned_point.h"
#include "app/picture/layer_segments.h"

namespace pf {
namespace {

using render::Colour;

Colour colour(panels::Rgb c, int alpha) {
    const auto byte = [](float v) { return static_cast<std::uint8_t>(std::lround(255 * std::clamp(v, 0.f, 1.f))); };
    return {byte(c.r), byte(c.g), byte(c.b), static_cast<std::uint8_t>(alpha)};
}

// The curves of a probe as lines in one ink.
struct Curves {
    std::vector<render::Segment>& out;
    const ProbeInk& ink;
    const panels::SpaceTime* line;

    std::pair<float, float> at(const ProbeCurves& curves, std::size_t i, Eigen::Index k) const {
        const Points& x = curves.x[i];
        return line ? std::pair{static_cast<float>(line->x(curves.t[i])), x(k, 0)} : std::pair{x(k, 0), x(k, 1)};
    }
    void add(const ProbeCurves& curves, float half_width, Colour c, bool dashed = false) const {
        if (curves.x.empty()) return;
        const std::size_t first = out.size();
        for (Eigen::Index k = 0; k < curves.x.front().rows(); ++k)
            for (std::size_t i = 0; i + 1 < curves.x.size(); ++i) {
                const auto [x0, y0] = at(curves, i, k);
                const auto [x1, y1] = at(curves, i + 1, k);
                if (std::isfinite(x0 + y0 + x1 + y1)) out.push_back({x0, y0, x1, y1, half_width, c});
            }
        if (dashed) dash(out, first, ink.units_per_pixel, ink.visible);
    }
    void mark_ends(const ProbeCurves& curves, float radius, Colour c) const {
        if (curves.x.empty()) return;
        for (const std::size_t i : {std::size_t{0}, curves.x.size() - 1})
            for (Eigen::Index k = 0; k < curves.x[i].rows(); ++k) {
                const auto [x, y] = at(curves, i, k);
                if (!std::isfinite(x + y)) continue;
                if (at_source(curves.t[i])) source_mark(x, y, radius, ink.units_per_pixel, c, out);
                if (at_data(curves.t[i])) data_mark(x, y, radius, ink.units_per_pixel, c, out);
            }
    }
};

}  // namespace

void probe_segments(std::vector<render::Segment>& out, const panels::UiState& ui, int lane, const ProbeInk& ink, const panels::SpaceTime* line) {
    if (!ui.pinned_point) return;
    const ProbeLane* found = panels::probed(ui.probes.pinned.get(), lane);
    if (!found) return;
    const auto& p = panels::palette(ui.theme);
    const panels::Rgb of_lane = p.lanes[static_cast<std::size_t>(lane)];
    const Curves curves{out, ink, line};
    const float thin = ink.thin;
    if (ui.probe_posterior && found->posterior) {
        curves.add(found->posterior->paths, 0.7f * thin, colour(p.muted, p.dark ? 110 : 150));
        curves.mark_ends(found->posterior->paths, 0.8f * ink.mark, colour(p.muted, 230));
    }
    if (ui.probe_fan)
        for (const ProbeCurves* fan : {&found->fan_back, &found->fan_on}) {
            curves.add(*fan, 0.7f * thin, colour(of_lane, p.dark ? 110 : 140), true);
            curves.mark_ends(*fan, 0.8f * ink.mark, colour(of_lane, 230));
        }
    curves.add(found->ode, 3.2f * thin, colour(p.canvas, 200));
    curves.add(found->ode, 2.2f * thin, colour(of_lane, 255));
    curves.mark_ends(found->ode, 1.5f * ink.mark, colour(of_lane, 254));
}

}  // namespace pf
