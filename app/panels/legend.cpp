#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "app/panels/panels.h"
#include "app/panels/plot.h"
#include "app/panels/sheet.h"
#include "app/panels/widgets.h"
#include "app/runtime/arrows.h"
#include "app/runtime/guidance.h"
#include "app/runtime/layers.h"
#include "app/runtime/shown_density.h"
#include "core/math/fokker_planck/schemes.h"

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

void draw_colour_bar(const Sheet& s, const std::array<std::uint32_t, 256>* colours, ImVec2 at, float width, float height) {
    constexpr int parts = 64;
    for (int i = 0; i < parts; ++i) {
        const float f = (static_cast<float>(i) + 0.5f) / parts, x0 = at.x + width * static_cast<float>(i) / parts, x1 = at.x + width * static_cast<float>(i + 1) / parts;
        s.draw.AddRectFilled({x0, at.y}, {x1, at.y + height}, colours ? (*colours)[static_cast<std::size_t>(f * 255)] : rgba(s.p.accent, f));
    }
    s.draw.AddRect(at, {at.x + width, at.y + height}, rgba(s.p.muted));
}

// One thing that is drawn in a pane. What `value` holds may differ between panes that are otherwise drawn alike.
struct Line {
    enum class Kind { density, plain, contour, particles, scale, labels, trajectories, velocity, score, streamlines, texture, grid, circle, denoiser, drift, noise } kind;
    std::string text;
    float arrow = 0;  // pixels
    std::string value = {};
    bool ends = false;  // of more than two lanes only the least and the greatest value are written
    bool dashed = false;
};

// How much is said: 2 everything, 1 without how a density was solved, 0 in few words.
using Detail = int;

// An arrow drawn to the scale of those on the pane, of a round magnitude, at most `room` pixels long.
std::optional<Line> arrow_line(const Sheet& s, const PaneView& view, int lane, ArrowField field, float room) {
    const Arrows arrows = arrows_at(view.results.fields, static_cast<std::size_t>(lane), field, view.ui.playback.t, least_arrow_cell * s.scale * s.camera.units_per_pixel);
    const auto round = round_arrow(arrows, room * s.camera.units_per_pixel);
    if (!round) return {};
    const bool velocity = field == ArrowField::velocity;
    return Line{velocity ? Line::Kind::velocity : Line::Kind::score, fmt::format("{} = {:g} {}", velocity ? "velocity u" : "score s", round->magnitude, velocity ? "per t" : "per unit"),
                static_cast<float>(round->length / s.camera.units_per_pixel), {}};
}

std::string source_name(const std::string& density) {
    return density == "exact" ? "exact pₜ" : density == "histogram" ? "particles" : density == "likelihood" ? "p of the flow, by likelihood" : density == "class" ? "pₜ(x|c)" :
           density == "product" ? "pₜ(x) pₜ(c|x)^w" : "Fokker–Planck";
}

// How a solved density was made: grid, steps, scheme.
std::optional<Line> solution_line(const PaneView& view, int lane) {
    const auto* solution = shown_solution(view.scene, view.results, lane);
    if (!solution) return {};
    return Line{Line::Kind::plain, fmt::format("{} × {} cells, {} steps, {}{}", solution->cells, solution->cells, solution->steps, fokker_planck::find_scheme(solution->scheme, "scheme").label, solution->coarse ? ", first answer" : "")};
}

// What colours the particles, and in which units.
std::optional<Line> colour_line(const PaneView& view, int lane, Detail detail) {
    const DensityLegend& shown = view.heat_map.lanes[static_cast<std::size_t>(lane)];
    const std::string& colour = view.scene.view.colour;
    if (!shown.labels.empty()) return Line{Line::Kind::labels, detail == 0 ? "label at the end" : shown.posterior ? "most likely label, p(c|x) at the end" : "label of the nearest data at the end"};
    if (!(shown.particles_high > shown.particles_low)) {
        const std::string why = why_no_colour(view.scene, view.scene.lanes[static_cast<std::size_t>(lane)], colour);
        if (colour == "start" || colour == "single" || why.empty()) return {};
        return Line{Line::Kind::plain, detail == 0 ? "not coloured" : "not coloured: " + why};
    }
    const double low = shown.particles_low, high = shown.particles_high;
    if (colour == "divergence") return Line{Line::Kind::scale, fmt::format("∇·u  −{:.3g} … {:.3g} per t", high, high)};
    if (colour == "speed") return Line{Line::Kind::scale, fmt::format("|u|  0 … {:.3g} per t", high)};
    return Line{Line::Kind::scale, fmt::format("log p  {:.1f} … {:.1f} nats", low, high)};
}

// A next step: there is none at the end.
bool goes_on(const LaneSteps& steps, double t) {
    if (steps.t.empty()) return false;
    const auto i = static_cast<std::size_t>(slice_at(steps.t, t));
    return (steps.drift[i] != 0).any() || (steps.noise[i] != 0).any();
}

// The layers that are lines, in drawing order.
void add_line_layers(const Sheet& s, const PaneView& view, int lane, Detail detail, float key, std::vector<Line>& out) {
    const Scene& scene = view.scene;
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    static const LayerResults none;
    const LayerResults& layers = view.layers ? *view.layers : none;
    const auto index = static_cast<std::size_t>(lane);
    const auto add = [&](std::optional<Line> line) {
        if (line) out.push_back(std::move(*line));
    };
    if (wants_layer(scene, lane, "grid") && layers.grids[index]) {
        out.push_back({Line::Kind::grid, detail == 0 ? "grid" : is_stochastic(l) || l.process != "sampling" ? "grid, carried by the ODE of this field" : "grid of the noise, carried along"});
        if (layers.grids[index]->circles > 0) out.push_back({Line::Kind::circle, detail == 0 ? "1, 2 sd" : "circles: 1 and 2 sd of the noise"});
    }
    if (wants_layer(scene, lane, "lic") && layers.textures[index]) out.push_back({Line::Kind::texture, l.process == "langevin" ? "texture along s" : "texture along u"});
    if (wants_layer(scene, lane, "streamlines") && layers.streamlines[index])
        out.push_back({Line::Kind::streamlines, detail == 0 ? "streamlines" : fmt::format("streamlines, brightest from {} =", l.process == "langevin" ? "s" : "u"), 0,
                       detail == 0 ? "" : fmt::format("{:.2g} per {}", static_cast<double>(layers.streamlines[index]->fastest), l.process == "langevin" ? "unit" : "t")});
    if (shows(scene.view, "velocity")) add(arrow_line(s, view, lane, ArrowField::velocity, key));
    if (shows(scene.view, "score")) add(arrow_line(s, view, lane, ArrowField::score, key));
    if (wants_layer(scene, lane, "denoiser") && layers.denoisers[index] && !layers.denoisers[index]->x.empty())
        out.push_back({Line::Kind::denoiser, detail == 0 ? "x to D" : fmt::format("from x to D, {} particles", layers.denoisers[index]->x.front().rows())});
    if (stepping(view.ui) && layers.steps[index] && goes_on(*layers.steps[index], view.ui.playback.t)) {
        const bool euler = layers.steps[index]->euler;
        const double times = step_magnification(layers, view.ui.playback.t, s.camera.units_per_pixel);
        out.push_back({Line::Kind::drift, fmt::format("next step{}: drift {}", times > 1 ? fmt::format(" ×{:g}", times) : "", euler ? "(u + ½σ²s) Δt" : "at its start × Δt")});
        out.push_back({Line::Kind::noise, euler ? "noise σ ΔW" : "the rest: noise"});
    }
}

std::vector<Line> lines(const Sheet& s, const PaneView& view, int lane, Detail detail, float key) {
    const Scene& scene = view.scene;
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    std::vector<Line> out;
    const auto add = [&](std::optional<Line> line) {
        if (line) out.push_back(std::move(*line));
    };
    const bool particles = shows(scene.view, "particles");
    if (scene.view.shape == "flat") add_line_layers(s, view, lane, detail, key, out);
    const auto& result = view.results.lanes[static_cast<std::size_t>(lane)];
    const bool paths = scene.view.shape == "flat" ? shows(scene.view, "trajectories") : scene.view.shape == "space_time" && particles;
    if (paths && result && !result->path.x.empty())
        out.push_back({Line::Kind::trajectories, fmt::format("{} paths{}", lane_kind(l), detail == 0 || l.process == "langevin" ? "" : fmt::format(", {} to data", scene.source ? "source" : "noise")), 0, {}, false, has_noise(l)});
    const auto count = [&] {
        const auto all = result->path.x.front().rows();
        if (scene.view.shape != "flat") return fmt::format("{} of {}", std::min(world_lines, all), all);
        return result->path.lost > 0 ? fmt::format("{} of {}", all - result->path.lost, all) : fmt::to_string(all);  // in the end
    };
    if (scene.view.shape != "height" && particles && result && !result->path.x.empty())
        out.push_back({Line::Kind::particles, scene.view.colour == "start" ? (detail == 0 ? "particles by start:" : "particles, hue by start:") : "particles:", 0, count()});
    const DensityLegend& shown = view.heat_map.lanes[static_cast<std::size_t>(lane)];
    const bool plane = scene.view.shape != "space_time", flat = scene.view.shape == "flat", errs = flat && shows(scene.view, "error"), differs = flat && !errs && shows(scene.view, "difference");
    if (flat && particles) add(colour_line(view, lane, detail));
    if (!shown.contours.empty())
        out.push_back({Line::Kind::contour, detail == 0 ? (differs ? "± half" : "50, 80, 95 %") : differs ? "contours at ± half the largest; below 0 dashed" : fmt::format("contours hold 50, 80, 95 %: p = {:.2g}, {:.2g}, {:.2g}", shown.contours[0].level, shown.contours[1].level, shown.contours[2].level)});
    const DensityScale scale = density_scale(view, scene, lane);
    const std::string source = source_name(shown_source(scene, lane));
    if (errs) {
        const std::string why = why_no_layer(scene, l, "error");
        if (scale.maximum > 0) {
            out.push_back({Line::Kind::density, fmt::format("|u_θ − u|  0 … {:.2g} per t", scale.maximum)});
            out.push_back({Line::Kind::plain, detail == 0 ? "relative" : "relative, over pₜ:", 0, fmt::format("{:.3g}", shown.relative_error)});
        } else if (!why.empty() && detail > 0) {
            out.push_back({Line::Kind::plain, "no error map: " + why});
        }
        return out;
    }
    if (differs) {
        if (const auto why = why_no_exact(scene, l); !why.empty() && detail > 0) out.push_back({Line::Kind::plain, why});
        if (!(scale.maximum > 0)) return out;
        out.push_back({Line::Kind::density, detail > 0 ? fmt::format("{} − pₜ  ±{:.2g} per unit area", source, scale.maximum) : fmt::format("±{:.2g}", scale.maximum)});
        out.push_back({Line::Kind::plain, "L1", 0, fmt::format("{:.2g}", shown.l1) + (detail > 0 && shown.sampling > 0 ? fmt::format(" (sampling alone {:.2g})", shown.sampling) : "")});
        if (detail > 1) add(solution_line(view, lane));
        return out;
    }
    if (!shows(scene.view, "density") || !(scale.maximum > 0)) return out;
    const std::string range = fmt::format("0 … {:.2g}", scale.maximum), integral = fmt::format("{:.3f}", scale.integral);
    if (detail > 0) {
        if (plane) out.push_back({Line::Kind::density, fmt::format("{} {} per unit area", source, range)});
        else out.push_back({Line::Kind::density, fmt::format("{}: marginal of x₁ {} per unit", source, range)});
        if (const auto why = why_no_density(scene, l); !why.empty()) out.push_back({Line::Kind::plain, why});
        if (shown_source(scene, lane) == "product") out.push_back({Line::Kind::plain, fmt::format("w = {:g}: {}sampled", l.guidance.scale, l.guidance.scale == 1 ? "" : "not ")});
        if (!plane) {
            if (detail > 1) add(solution_line(view, lane));
            return out;
        }
        out.push_back({Line::Kind::plain, "∫ p dx =", 0, integral, true});
        if (cells_too_wide(scene, view.results, lane, view.ui.playback.t)) out.push_back({Line::Kind::plain, "cells of the picture are wider than pₜ"});
        else if (scale.integral < 0.98) out.push_back({Line::Kind::plain, "part of p lies outside the picture"});
        if (detail > 1) add(solution_line(view, lane));
    } else {
        out.push_back({Line::Kind::density, "p " + range});
        out.push_back({Line::Kind::plain, "∫", 0, integral, true});
    }
    return out;
}

// A line and the lanes it holds for, each with its value.
struct Entry {
    Line line;
    std::vector<int> lanes;
    std::vector<std::string> values;
};

// What all lanes have in common stands once; the rest beside the like of other lanes.
std::vector<Entry> merged(const Sheet& s, const PaneView& view, const std::vector<int>& lanes, Detail detail, float key) {
    std::vector<Entry> out;
    for (const int lane : lanes)
        for (const Line& line : lines(s, view, lane, detail, key)) {
            const auto same = [&](const Entry& e) { return e.line.kind == line.kind && e.line.text == line.text && std::abs(e.line.arrow - line.arrow) < 1; };
            auto found = std::find_if(out.begin(), out.end(), [&](const Entry& e) { return same(e) && e.lanes.back() != lane; });
            if (found == out.end()) {
                const auto like = std::find_if(out.rbegin(), out.rend(), [&](const Entry& e) { return e.line.kind == line.kind; });
                found = out.insert(like == out.rend() || line.kind == Line::Kind::plain ? out.end() : like.base(), Entry{line, {}, {}});
            }
            found->lanes.push_back(lane);
            found->values.push_back(line.value);
        }
    for (Entry& e : out) {
        if (std::all_of(e.values.begin(), e.values.end(), [&](const std::string& v) { return v == e.values.front(); })) e.values.resize(1);
        else if (e.line.ends && e.values.size() > 2) e.values = {*std::min_element(e.values.begin(), e.values.end()) + " … " + *std::max_element(e.values.begin(), e.values.end())};
    }
    return out;
}

float key_width(const Sheet& s, const Entry& e) {
    using Kind = Line::Kind;
    switch (e.line.kind) {
        case Kind::plain: return 0;
        case Kind::particles: return (2 + 9 * static_cast<float>(e.lanes.size())) * s.scale;
        case Kind::circle: return 14 * s.scale;
        case Kind::trajectories: return 1.4f * legend_key * s.scale;
        default: return legend_key * s.scale;
    }
}

void draw_key(const Sheet& s, const PaneView& view, const Entry& entry, ImVec2 at, float width) {
    const Line& line = entry.line;
    using Kind = Line::Kind;
    const float middle = at.y + s.size / 2, unit = s.scale;
    const auto arrow = [&](ImU32 ink, float from, float to, float head, float weight) {
        s.draw.AddLine({from, middle}, {to, middle}, ink, weight * unit);
        for (const float side : {-0.55f, 0.55f}) s.draw.AddLine({to, middle}, {to - head, middle + side * head}, ink, weight * unit);
    };
    switch (line.kind) {
        case Kind::plain: return;
        case Kind::density: return draw_colour_bar(s, view.heat_map.colours, {at.x, middle - 4 * unit}, width, 8 * unit);
        case Kind::scale: return draw_colour_bar(s, view.heat_map.particle_colours, {at.x, middle - 4 * unit}, width, 8 * unit);
        case Kind::particles:
            for (std::size_t i = 0; i < entry.lanes.size(); ++i)
                s.draw.AddCircleFilled({at.x + (5.5f + 9 * static_cast<float>(i)) * unit, middle}, 3.5f * unit, rgba(s.p.lanes[static_cast<std::size_t>(entry.lanes[i])]));
            return;
        case Kind::labels:
            for (int i = 0; i < 4; ++i) s.draw.AddCircleFilled({at.x + width * (static_cast<float>(i) + 0.5f) / 4, middle}, 3.5f * unit, rgba(s.p.labels[static_cast<std::size_t>(i)]));
            return;
        case Kind::trajectories: {  // a ring at the source, a square at the data
            const ImVec2 ends[2] = {{at.x + 6 * unit, middle}, {at.x + width - 6 * unit, middle}};
            draw_curve(s.draw, ends, rgba(s.p.text, 0.85f), unit, line.dashed);
            s.draw.AddCircle({at.x + 3 * unit, middle}, 2.6f * unit, rgba(s.p.text), 0, unit);
            return s.draw.AddRectFilled({at.x + width - 6 * unit, middle - 3 * unit}, {at.x + width, middle + 3 * unit}, rgba(s.p.text));
        }
        case Kind::contour: return s.draw.AddLine({at.x, middle}, {at.x + width, middle}, rgba(s.p.text), 2 * unit);
        case Kind::streamlines: return arrow(rgba(s.p.text, 0.85f), at.x, at.x + width, 6 * unit, 1.2f);
        case Kind::texture:
            for (int i = 0; i < 4; ++i) {
                const float y = middle + (static_cast<float>(i) - 1.5f) * 3 * unit, shift = i % 2 == 0 ? 0 : 0.3f * width;
                s.draw.AddLine({at.x + shift, y}, {at.x + shift + 0.7f * width, y}, rgba(s.p.muted, 0.8f), 1.4f * unit);
            }
            return;
        case Kind::grid:
            for (int i = 0; i < 3; ++i) s.draw.AddLine({at.x + width * static_cast<float>(i + 1) / 4, middle - 5 * unit}, {at.x + width * static_cast<float>(i + 1) / 4, middle + 5 * unit}, rgba(s.p.text, 0.6f), unit);
            for (const float y : {-3.f, 3.f}) s.draw.AddLine({at.x, middle + y * unit}, {at.x + width, middle + y * unit}, rgba(s.p.text, 0.6f), unit);
            return;
        case Kind::circle: return s.draw.AddCircle({at.x + width / 2, middle}, 5 * unit, rgba(s.p.accent), 0, 2 * unit);
        case Kind::denoiser: return arrow(rgba(s.p.accent), at.x + 4 * unit, at.x + width - 4 * unit, 6 * unit, 1.5f);
        case Kind::drift: return arrow(rgba(s.p.drift), at.x + 4 * unit, at.x + width - 4 * unit, 6 * unit, 2);
        case Kind::noise: return arrow(rgba(s.p.noise), at.x + 4 * unit, at.x + width - 4 * unit, 6 * unit, 2);
        case Kind::velocity:
        case Kind::score: {
            const float end = at.x + (width + line.arrow) / 2;
            return arrow(rgba(line.kind == Kind::velocity ? s.p.velocity : s.p.score), end - line.arrow, end, 0.32f * line.arrow, 1.5f);
        }
    }
}

// Lane numbers where it does not hold for all, the key, the words, the values; draws, or only measures. Returns its width.
float write(const Sheet& s, const PaneView& view, const Entry& e, ImVec2 at, bool all, bool draws) {
    const float start = at.x;
    const auto put = [&](Rgb ink, const std::string& words) {
        if (draws) s.text(at.x, at.y, ink, words);
        at.x += s.width(words);
    };
    if (!all)
        for (const int lane : e.lanes) put(s.p.lanes[static_cast<std::size_t>(lane)], std::to_string(lane + 1) + " ");
    if (const float key = key_width(s, e); key > 0) {
        if (draws) draw_key(s, view, e, at, key);
        at.x += key + 7 * s.scale;
    }
    put(s.p.text, e.line.text);
    for (std::size_t i = 0; i < e.values.size() && !e.values[i].empty(); ++i) {
        put(s.p.text, i ? " · " : " ");
        put(e.values.size() > 1 ? s.p.lanes[static_cast<std::size_t>(e.lanes[i])] : s.p.text, e.values[i]);
    }
    // Numbers that go with t keep the room that they would take if they differed.
    if (!draws && e.line.ends && e.lanes.size() > 1 && e.values.size() == 1 && e.values[0].find("…") == std::string::npos) at.x += s.width(" · " + e.values[0]);
    return at.x - start;
}

// What stays longest where there is little room.
int rank(const Line& line) {
    using Kind = Line::Kind;
    switch (line.kind) {
        case Kind::density: return 5;
        case Kind::plain: return line.value.empty() ? 0 : 4;
        case Kind::scale:
        case Kind::labels: return 3;
        case Kind::particles: return 1;
        default: return 2;
    }
}

struct Arranged {
    std::vector<Entry> entries;
    struct Place {
        float x;
        int row;
    };
    std::vector<Place> places;
    bool whole = true;
    float top = 0;
};

constexpr const char* more_of_it = "…";

Sheet legend_sheet(ImDrawList& draw, const PaneView& view, const Layout& layout, const std::vector<int>& lanes) {
    ImFont* font = small_font();
    return {draw, layout.legend, pane_camera(view.ui, scene_box(view.scene), layout.panes[static_cast<std::size_t>(lanes.front())]), palette(view.ui.theme), view.ui.scale, font, font->FontSize};
}

// Into the rows of the strip, the last of which keeps `reserve` free; false where they do not fit.
bool place(const Sheet& s, const PaneView& view, std::size_t lanes, int rows, float reserve, Arranged& out) {
    const float left = s.pane.x + s.margin(), right = s.pane.x + s.pane.width - s.margin();
    out.places.clear();
    Arranged::Place at{left, 0};
    for (const Entry& e : out.entries) {
        const float width = write(s, view, e, {left, 0}, e.lanes.size() == lanes, false);
        const auto end = [&] { return right - (at.row == rows - 1 ? reserve : 0); };
        if (at.x > left && at.x + width > end()) at = {left, at.row + 1};
        if (at.row == rows || at.x + width > end()) return false;
        out.places.push_back(at);
        at.x += width + 18 * s.scale;
    }
    return true;
}

Arranged arranged(const Sheet& s, const PaneView& view, const std::vector<int>& lanes) {
    const float row = legend_row * s.scale, key = legend_key * s.scale, rest = s.width(more_of_it) + 8 * s.scale;
    const int rows = std::max(1, static_cast<int>(s.pane.height / row + 0.01f));
    Arranged out;
    out.top = s.pane.y + (s.pane.height - static_cast<float>(rows) * row) / 2;
    for (const Detail detail : {2, 1, 0}) {
        out.entries = merged(s, view, lanes, detail, key);
        out.whole = detail == 2;
        if (place(s, view, lanes.size(), rows, out.whole ? 0 : rest, out)) return out;
    }
    while (out.entries.size() > 1 && !place(s, view, lanes.size(), rows, rest, out)) {
        const auto least = std::min_element(out.entries.rbegin(), out.entries.rend(), [](const Entry& a, const Entry& b) { return rank(a.line) < rank(b.line); });
        out.entries.erase(std::next(least).base());
    }
    if (out.places.size() < out.entries.size()) out.places.assign(1, {s.pane.x + s.margin(), 0});
    return out;
}

}  // namespace

void draw_legend(ImDrawList& draw, const PaneView& view, const Layout& layout, const std::vector<int>& lanes) {
    const Rect& r = layout.legend;
    if (lanes.empty() || r.height < small_font()->FontSize) return;
    write_in(view.ui.convention);
    const Sheet s = legend_sheet(draw, view, layout, lanes);
    const Arranged all = arranged(s, view, lanes);
    const float row = legend_row * s.scale;
    for (std::size_t i = 0; i < all.entries.size(); ++i)
        write(s, view, all.entries[i], {all.places[i].x, all.top + static_cast<float>(all.places[i].row) * row + (row - s.size) / 2}, all.entries[i].lanes.size() == lanes.size(), true);
    if (!all.whole) s.text(r.x + r.width - s.margin() - s.width(more_of_it), r.y + r.height - row / 2 - s.size / 2, s.p.text, more_of_it);
}

void show_whole_legend(const PaneView& view, const Layout& layout, const std::vector<int>& lanes) {
    const Rect& r = layout.legend;
    const float row = legend_row * view.ui.scale;
    if (lanes.empty() || r.height < small_font()->FontSize || ImGui::GetIO().WantCaptureMouse || !mouse_rests_in({r.x + r.width - 2 * row, r.y + r.height - row}, {r.x + r.width, r.y + r.height})) return;
    if (arranged(legend_sheet(*ImGui::GetBackgroundDrawList(), view, layout, lanes), view, lanes).whole) return;
    ImGui::BeginTooltip();
    const Sheet s = legend_sheet(*ImGui::GetWindowDrawList(), view, layout, lanes);
    for (const Entry& e : merged(s, view, lanes, 2, legend_key * s.scale)) {
        const bool all = e.lanes.size() == lanes.size();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImGui::Dummy({write(s, view, e, at, all, false), s.size});
        write(s, view, e, at, all, true);
    }
    ImGui::EndTooltip();
}

}  // namespace pf::panels
