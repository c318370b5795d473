#include <algorithm>
#include <cmath>

#include "app/panels/panels.h"
#include "app/panels/pinned_point.h"
#include "app/panels/plot.h"

namespace pf::panels {
namespace {

ImVec2 on_screen(const Sheet& s, double x, double y) {
    const Point at = to_screen(s.camera, s.pane, {x, y});
    return {static_cast<float>(at.x), static_cast<float>(at.y)};
}

// Dots where curves are at lane time t.
void dots_at(const Sheet& s, const ProbeCurves& curves, double t, float radius, ImU32 colour) {
    if (curves.t.empty() || t < curves.t.front() || t > curves.t.back()) return;
    const auto i = static_cast<std::size_t>(slice_at(curves.t, t)), j = std::min(i + 1, curves.t.size() - 1);
    const double step = curves.t[j] - curves.t[i], f = step > 0 ? (t - curves.t[i]) / step : 0;
    for (Eigen::Index k = 0; k < curves.x[i].rows(); ++k) {
        const double x = (1 - f) * curves.x[i](k, 0) + f * curves.x[j](k, 0), y = (1 - f) * curves.x[i](k, 1) + f * curves.x[j](k, 1);
        if (!std::isfinite(x) || !std::isfinite(y)) continue;
        const ImVec2 at = on_screen(s, x, y);
        s.draw.AddCircleFilled(at, radius + s.scale, rgba(s.p.canvas, 0.6f), 10);
        s.draw.AddCircleFilled(at, radius, colour, 10);
    }
}

void diamond(const Sheet& s, ImVec2 at, float half, ImU32 colour, bool filled) {
    const ImVec2 corners[] = {{at.x, at.y - half}, {at.x + half, at.y}, {at.x, at.y + half}, {at.x - half, at.y}};
    s.draw.AddConvexPolyFilled(corners, 4, filled ? colour : rgba(s.p.canvas, 0.7f));
    s.draw.AddPolyline(corners, 4, colour, ImDrawFlags_Closed, 1.6f * s.scale);
}

void arrow(const Sheet& s, ImVec2 from, ImVec2 to, float from_gap, float to_gap, ImU32 colour) {
    const float dx = to.x - from.x, dy = to.y - from.y, length = std::hypot(dx, dy), head = 7 * s.scale;
    if (length < from_gap + to_gap + head) return;
    const float ux = dx / length, uy = dy / length;
    const ImVec2 a{from.x + from_gap * ux, from.y + from_gap * uy}, b{to.x - to_gap * ux, to.y - to_gap * uy}, neck{b.x - head * ux, b.y - head * uy};
    for (const auto& [width, c] : {std::pair{4 * s.scale, rgba(s.p.canvas, 0.7f)}, std::pair{1.6f * s.scale, colour}}) s.draw.AddLine(a, neck, c, width);
    s.draw.AddTriangleFilled(b, {neck.x - 0.5f * head * uy, neck.y + 0.5f * head * ux}, {neck.x + 0.5f * head * uy, neck.y - 0.5f * head * ux}, colour);
}

// One line of the legend: a stroke as it is drawn, and what it is.
struct Stroke {
    std::string text;
    ImU32 colour;
    float width;
    bool is_diamond = false, dashed = false, source = false, data = false;  // with the mark of the source, or of the data, where it ends there
};

// Under the title and what stands below it, beside the numbers of the axis; nothing in a pane too small for it.
void draw_strokes(const Sheet& s, const std::vector<Stroke>& strokes) {
    const float line = s.size + 3 * s.scale, sample = std::max(22 * s.scale, two_dashes(s.scale));
    float widest = 0;
    for (const Stroke& stroke : strokes) widest = std::max(widest, s.width(stroke.text));
    const float w = widest + sample + 22 * s.scale, h = line * static_cast<float>(strokes.size()) + 6 * s.scale;
    const float top = std::max(title_room * s.scale, s.head);
    if (w > 0.75f * s.pane.width || h > 0.3f * s.pane.height || top + h > s.pane.height - numbers_room * s.scale) return;
    ImVec2 at = s.chip(s.pane.x + std::max(s.margin(), 3.2f * s.size), s.pane.y + top, w, h);
    for (const Stroke& stroke : strokes) {
        const float y = at.y + s.size / 2;
        const ImVec2 ends[2] = {{at.x, y}, {at.x + sample, y}};
        if (stroke.is_diamond) diamond(s, {at.x + sample / 2, y}, 5 * s.scale, stroke.colour, true);
        else draw_curve(s.draw, ends, stroke.colour, stroke.width, stroke.dashed);
        const float r = 3 * s.scale;
        if (stroke.source) {
            s.draw.AddCircleFilled(ends[0], r, rgba(s.p.panel));
            s.draw.AddCircle(ends[0], r, stroke.colour, 0, 1.5f * s.scale);
        }
        if (stroke.data) s.draw.AddRectFilled({ends[1].x - r, ends[1].y - r}, {ends[1].x + r, ends[1].y + r}, stroke.colour);
        s.text(at.x + sample + 7 * s.scale, at.y, s.p.text, stroke.text);
        at.y += line;
    }
}

// The curves that are drawn through the pinned point.
std::vector<Stroke> curves_through(const Sheet& s, const PaneView& view, const ProbeLane& found, std::size_t lane) {
    const ImU32 pale = rgba(s.p.lanes[lane], 0.8f);
    std::vector<Stroke> out;
    if (!found.ode.t.empty()) out.push_back({fmt::format("ODE through x, {} to data", view.scene.source ? "source" : "noise"), rgba(s.p.lanes[lane]), 2.6f * s.scale, false, false, true, true});
    if (found.posterior && !found.posterior->paths.t.empty() && view.ui.probe_posterior) out.push_back({fmt::format("paths to z ~ p(z|x): {}", posterior_curves), rgba(s.p.muted), s.scale});
    if (!view.ui.probe_fan) return out;
    const bool still = view.scene.lanes[lane].process == "langevin";
    if (!found.fan_on.t.empty()) out.push_back({fmt::format("{} {}, {}", fan_curves, still ? "Langevin paths on from x" : "SDE to data", found.fan_on_noise), pale, s.scale, false, true, false, !still});
    if (!found.fan_back.t.empty()) out.push_back({fmt::format("{} SDE to noise, {}", fan_curves, found.fan_back_noise), pale, s.scale, false, true, true});
    return out;
}

void draw_point(const Sheet& s, ImVec2 centre, const PinnedPoint& point, const Scene& scene, int lane) {
    s.draw.AddCircle(centre, 8 * s.scale, rgba(s.p.canvas), 0, 5 * s.scale);
    s.draw.AddCircle(centre, 8 * s.scale, rgba(s.p.accent), 0, 2.4f * s.scale);
    s.draw.AddCircleFilled(centre, 2 * s.scale, rgba(s.p.accent), 8);
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    const std::string label = fmt::format("({:.2f}, {:.2f}), t = {:.2f}", point.x, point.y, l.process == "langevin" ? l.frozen_t : point.t);
    const bool on_the_left = centre.x + 14 * s.scale + s.width(label) > s.pane.x + s.pane.width;
    s.haloed(on_the_left ? centre.x - 14 * s.scale - s.width(label) : centre.x + 14 * s.scale, on_the_left ? centre.y - 1.7f * s.size : centre.y - s.size / 2, label);
}

}  // namespace

void draw_pinned_point(const Sheet& s, const PaneView& view, int lane) {
    if (!view.ui.pinned_point) return;
    const PinnedPoint& point = *view.ui.pinned_point;
    const ProbeLane* found = probed(view.ui.probes.pinned.get(), lane);
    const auto index = static_cast<std::size_t>(lane);
    const ImU32 colour = rgba(s.p.lanes[index]), ink = rgba(s.p.text);
    const ImVec2 centre = on_screen(s, point.x, point.y);
    std::vector<Stroke> strokes;
    if (found) {
        const double t = view.ui.playback.t;
        strokes = curves_through(s, view, *found, index);
        if (found->posterior && view.ui.probe_posterior) dots_at(s, found->posterior->paths, t, 1.8f * s.scale, rgba(s.p.muted));
        if (view.ui.probe_fan)
            for (const ProbeCurves* fan : {&found->fan_back, &found->fan_on}) dots_at(s, *fan, t, 2.2f * s.scale, colour);
        dots_at(s, found->ode, t, 4.5f * s.scale, colour);
        const bool learned = found->field.denoiser && found->exact.denoiser;
        const auto& mean = found->posterior ? std::optional(found->posterior->denoiser) : found->field.denoiser;
        if (learned) diamond(s, on_screen(s, found->field.denoiser->x(), found->field.denoiser->y()), 6 * s.scale, colour, true);
        if (mean) {
            const ImVec2 to = on_screen(s, mean->x(), mean->y());
            arrow(s, centre, to, 9 * s.scale, 8 * s.scale, ink);
            diamond(s, to, 6 * s.scale, ink, !learned);
            strokes.push_back({learned ? "D, exact (open) and learned" : "D, the mean of z", ink, s.scale, true});
        }
    }
    draw_point(s, centre, point, view.scene, lane);
    draw_strokes(s, strokes);
}

void draw_pinned_point(const Sheet& s, const PaneView& view, int lane, const SpaceTime& line) {
    if (!view.ui.pinned_point) return;
    const PinnedPoint& point = *view.ui.pinned_point;
    draw_point(s, on_screen(s, line.x(point.t), point.x), point, view.scene, lane);
    if (const ProbeLane* found = probed(view.ui.probes.pinned.get(), lane)) draw_strokes(s, curves_through(s, view, *found, static_cast<std::size_t>(lane)));
}

}  // namespace pf::panels
