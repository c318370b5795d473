#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "app/panels/panels.h"
#include "app/panels/sheet.h"
#include "app/runtime/arrows.h"
#include "app/runtime/guidance.h"
#include "app/runtime/shown_density.h"

namespace pf::panels {
namespace {

struct DensityScale {
    double maximum = 0, integral = 0;
};

DensityScale density_scale(const PaneView& view, const Scene& scene, int lane) {
    const auto index = static_cast<std::size_t>(lane);
    if (view.heat_map.lanes[index].maximum > 0) return {view.heat_map.lanes[index].maximum, view.heat_map.lanes[index].integral};
    const DensityMovie* movie = scene.view.shape == "height" || (scene.view.shape == "flat" && !has_layer(scene, "difference")) ? shown_movie(scene, view.results, lane) : nullptr;
    if (!movie || movie->t.empty() || movie->maximum.size() != movie->t.size() || movie->integral.size() != movie->t.size()) return {};
    const int last = static_cast<int>(movie->t.size()) - 1, i = std::clamp(slice_at(movie->t, view.ui.playback.t), 0, last), j = std::min(i + 1, last);
    const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
    const double step = movie->t[b] - movie->t[a], f = step > 0 ? std::clamp((view.ui.playback.t - movie->t[a]) / step, 0.0, 1.0) : 0;
    return {(1 - f) * movie->maximum[a] + f * movie->maximum[b], (1 - f) * movie->integral[a] + f * movie->integral[b]};
}

// From the colour `first` of 256 on.
void draw_colour_bar(const Sheet& s, const PaneView& view, ImVec2 at, float width, float height, float first) {
    constexpr int parts = 64;
    for (int i = 0; i < parts; ++i) {
        const float f = (static_cast<float>(i) + 0.5f) / parts, x0 = at.x + width * static_cast<float>(i) / parts, x1 = at.x + width * static_cast<float>(i + 1) / parts;
        const ImU32 colour = view.heat_map.colours ? (*view.heat_map.colours)[static_cast<std::size_t>(first + f * (255 - first))] : rgba(s.p.accent, f);
        s.draw.AddRectFilled({x0, at.y}, {x1, at.y + height}, colour);
    }
    s.draw.AddRect(at, {at.x + width, at.y + height}, rgba(s.p.muted));
}

// The largest 1, 2 or 5 times a power of ten that is at most `value`.
double round_below(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    return power * (value >= 5 * power ? 5 : value >= 2 * power ? 2 : 1);
}

struct Line {
    enum class Kind { density, plain, contour, particles, log_p, velocity, score } kind;
    std::string text;
    float arrow = 0;  // pixels
};

// An arrow drawn to the scale of those on the pane, of a round magnitude, at most `room` pixels long.
std::optional<Line> arrow_line(const Sheet& s, const PaneView& view, int lane, ArrowField field, float room) {
    const auto& movie = view.results.fields[static_cast<std::size_t>(lane)];
    const Arrows arrows = movie ? arrows_at(*movie, field, view.ui.playback.t) : Arrows{};
    if (!arrows.valid) return {};
    const double pixels_per_unit = arrow_cells * arrows.cell / arrows.reference / s.camera.units_per_pixel, magnitude = round_below(room / pixels_per_unit);
    if (!std::isfinite(magnitude) || !(magnitude > 0)) return {};
    const bool velocity = field == ArrowField::velocity;
    return Line{velocity ? Line::Kind::velocity : Line::Kind::score, fmt::format("{} = {:g} {}", velocity ? "velocity u" : "score s", magnitude, velocity ? "per t" : "per unit"),
                static_cast<float>(magnitude * pixels_per_unit)};
}

std::string source_name(const std::string& density) {
    return density == "exact" ? "pₜ" : density == "histogram" ? "particles" : density == "likelihood" ? "likelihood" : density == "class" ? "pₜ(x|c)" :
           density == "product" ? "pₜ(x) pₜ(c|x)^w, not what is sampled:" : "Fokker–Planck";
}

// How a solved density was made: grid, steps, scheme, time.
std::optional<Line> solution_line(const PaneView& view, int lane) {
    const auto* solution = shown_solution(view.scene, view.results, lane);
    if (!solution) return {};
    return Line{Line::Kind::plain, fmt::format("{}², {} steps, {}, {:.0f} ms{}", solution->cells, solution->steps, solution->scheme, solution->milliseconds, solution->coarse ? ", coarse" : "")};
}

// `detail` 5: everything; 4: without how the density was solved; 3: the density on one line; 2: without particles; 1: the density alone; 0: without its integral.
std::vector<Line> lines(const Sheet& s, const PaneView& view, int lane, int detail, float key) {
    const Scene& scene = view.scene;
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    std::vector<Line> out;
    const auto add = [&](std::optional<Line> line) {
        if (line) out.push_back(std::move(*line));
    };
    if (detail > 1 && scene.view.shape == "flat" && has_layer(scene, "velocity")) add(arrow_line(s, view, lane, ArrowField::velocity, key));
    if (detail > 1 && scene.view.shape == "flat" && has_layer(scene, "score")) add(arrow_line(s, view, lane, ArrowField::score, key));
    const auto& result = view.results.lanes[static_cast<std::size_t>(lane)];
    if (detail > 2 && scene.view.shape != "height" && has_layer(scene, "particles") && result && !result->path.x.empty())
        out.push_back({Line::Kind::particles, fmt::format("{} particles{}", scene.view.shape == "flat" ? fmt::to_string(result->path.x.front().rows()) : fmt::format("{} of {}", std::min(world_lines, result->path.x.front().rows()), result->path.x.front().rows()), scene.view.colour == "start" ? ", hue by start" : "")});
    const DensityLegend& shown = view.heat_map.lanes[static_cast<std::size_t>(lane)];
    const bool plane = scene.view.shape != "space_time", flat = scene.view.shape == "flat", differs = flat && has_layer(scene, "difference");
    if (detail > 1 && flat && has_layer(scene, "particles") && shown.log_p_high > shown.log_p_low)
        out.push_back({Line::Kind::log_p, fmt::format("log p {:.1f} … {:.1f}", shown.log_p_low, shown.log_p_high)});
    if (detail > 2 && !shown.contours.empty())
        out.push_back({Line::Kind::contour, differs ? "contours at ± half the largest; below 0 dashed" : fmt::format("contours hold 50, 80, 95 %: p = {:.2g}, {:.2g}, {:.2g}", shown.contours[0].level, shown.contours[1].level, shown.contours[2].level)});
    const DensityScale scale = density_scale(view, scene, lane);
    const std::string source = source_name(shown_source(scene, lane));
    if (differs) {
        if (const auto why = why_no_exact(scene, l); !why.empty() && detail > 3) out.push_back({Line::Kind::plain, why});
        if (!(scale.maximum > 0)) return out;
        const std::string l1 = fmt::format("L1 {:.2g}", shown.l1) + (detail > 3 && shown.sampling > 0 ? fmt::format(" (sampling alone {:.2g})", shown.sampling) : "");
        out.push_back({Line::Kind::density, detail > 3 ? fmt::format("{} − pₜ  ±{:.2g} per unit area", source, scale.maximum) : fmt::format("±{:.2g}  {}", scale.maximum, l1)});
        if (detail > 3) out.push_back({Line::Kind::plain, l1});
        if (detail > 4) add(solution_line(view, lane));
        return out;
    }
    if (!has_layer(scene, "density") || !(scale.maximum > 0)) return out;
    const std::string range = fmt::format("0 … {:.2g}", scale.maximum), integral = fmt::format("∫ {:.3f}", scale.integral);
    if (detail > 3) {
        if (plane) out.push_back({Line::Kind::density, fmt::format("{} {} per unit area", source, range)});
        else out.push_back({Line::Kind::density, fmt::format("{}: marginal of x₁ {} per unit", source, range)});
        if (const auto why = why_no_density(scene, l); !why.empty()) out.push_back({Line::Kind::plain, why});
        if (!plane) {
            if (detail > 4) add(solution_line(view, lane));
            return out;
        }
        out.push_back({Line::Kind::plain, fmt::format("∫ p dx = {:.3f}", scale.integral)});
        if (detail > 4) add(solution_line(view, lane));
    } else {
        out.push_back({Line::Kind::density, detail > 0 ? range + "  " + integral : range});
    }
    return out;
}

void draw_key(const Sheet& s, const PaneView& view, const Line& line, int lane, ImVec2 at, float width) {
    const float middle = at.y + s.size / 2;
    switch (line.kind) {
        case Line::Kind::density: return draw_colour_bar(s, view, {at.x, middle - 4 * s.scale}, width, 8 * s.scale, 0);
        case Line::Kind::log_p: return draw_colour_bar(s, view, {at.x, middle - 4 * s.scale}, width, 8 * s.scale, log_p_first_colour);
        case Line::Kind::particles: return s.draw.AddCircleFilled({at.x + width / 2, middle}, 3.5f * s.scale, rgba(s.p.lanes[static_cast<std::size_t>(lane)]));
        case Line::Kind::plain: return;
        case Line::Kind::contour: return s.draw.AddLine({at.x, middle}, {at.x + width, middle}, rgba(s.p.text), 2 * s.scale);
        case Line::Kind::velocity:
        case Line::Kind::score: break;
    }
    const ImU32 ink = rgba(line.kind == Line::Kind::velocity ? s.p.drift : s.p.noise);
    const float end = at.x + (width + line.arrow) / 2, head = 0.32f * line.arrow;
    s.draw.AddLine({end - line.arrow, middle}, {end, middle}, ink, 1.5f * s.scale);
    for (const float side : {-0.55f, 0.55f}) s.draw.AddLine({end, middle}, {end - head, middle + side * head}, ink, 1.5f * s.scale);
}

}  // namespace

void draw_legend(const Sheet& s, const PaneView& view, int lane) {
    const float key = 32 * s.scale, line = s.size + 4 * s.scale, area = legend_share * s.pane.width * s.pane.height;
    for (int detail = 5; detail >= 0; --detail) {
        const std::vector<Line> shown = lines(s, view, lane, detail, key);
        if (shown.empty()) continue;
        float widest = 0;
        for (const Line& l : shown) widest = std::max(widest, s.width(l.text));
        const float w = widest + key + 22 * s.scale, h = line * static_cast<float>(shown.size()) + 5 * s.scale;
        if (w > s.pane.width - 2 * s.margin() || w * h > area) continue;
        ImVec2 at = s.chip(s.pane.x + s.pane.width - s.margin() - w, s.pane.y + s.pane.height - s.margin() - h - 1.6f * s.size, w, h);
        for (const Line& l : shown) {
            draw_key(s, view, l, lane, at, key);
            s.text(at.x + key + 8 * s.scale, at.y, s.p.text, l.text);
            at.y += line;
        }
        return;
    }
}

}  // namespace pf::panels
