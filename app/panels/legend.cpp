#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "app/panels/panels.h"
#include "app/panels/sheet.h"
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

// The largest 1, 2 or 5 times a power of ten that is at most `value`.
double round_below(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    return power * (value >= 5 * power ? 5 : value >= 2 * power ? 2 : 1);
}

// One thing that is drawn in a pane. What `value` holds may differ between panes that are otherwise drawn alike.
struct Line {
    enum class Kind { density, plain, contour, particles, scale, labels, velocity, score, streamlines, texture, grid, circle, denoiser, drift, noise } kind;
    std::string text;
    float arrow = 0;  // pixels
    std::string value = {};
    bool ends = false;  // of more than two lanes only the least and the greatest value are written
};

// An arrow drawn to the scale of those on the pane, of a round magnitude, at most `room` pixels long.
std::optional<Line> arrow_line(const Sheet& s, const PaneView& view, int lane, ArrowField field, float room) {
    const Arrows arrows = arrows_at(view.results.fields, static_cast<std::size_t>(lane), field, view.ui.playback.t);
    if (!arrows.valid) return {};
    const double pixels_per_unit = arrow_cells * arrows.cell / arrows.reference / s.camera.units_per_pixel, magnitude = round_below(room / pixels_per_unit);
    if (!std::isfinite(magnitude) || !(magnitude > 0)) return {};
    const bool velocity = field == ArrowField::velocity;
    return Line{velocity ? Line::Kind::velocity : Line::Kind::score, fmt::format("{} = {:g} {}", velocity ? "velocity u" : "score s", magnitude, velocity ? "per t" : "per unit"),
                static_cast<float>(magnitude * pixels_per_unit), {}};
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
std::optional<Line> colour_line(const PaneView& view, int lane) {
    const DensityLegend& shown = view.heat_map.lanes[static_cast<std::size_t>(lane)];
    const std::string& colour = view.scene.view.colour;
    if (!shown.labels.empty()) return Line{Line::Kind::labels, shown.posterior ? "most likely label, p(c|x) at the end" : "label of the nearest data at the end"};
    if (!(shown.particles_high > shown.particles_low)) {
        const std::string why = why_no_colour(view.scene, view.scene.lanes[static_cast<std::size_t>(lane)], colour);
        if (colour == "start" || colour == "single" || why.empty()) return {};
        return Line{Line::Kind::plain, "not coloured: " + why};
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
void add_line_layers(const Sheet& s, const PaneView& view, int lane, float key, std::vector<Line>& out) {
    const Scene& scene = view.scene;
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    static const LayerResults none;
    const LayerResults& layers = view.layers ? *view.layers : none;
    const auto index = static_cast<std::size_t>(lane);
    const auto add = [&](std::optional<Line> line) {
        if (line) out.push_back(std::move(*line));
    };
    if (wants_layer(scene, lane, "grid") && layers.grids[index]) {
        out.push_back({Line::Kind::grid, is_stochastic(l) || l.process != "sampling" ? "grid, carried by the ODE of this field" : "grid of the noise, carried along"});
        if (layers.grids[index]->circles > 0) out.push_back({Line::Kind::circle, "circles: 1 and 2 sd of the noise"});
    }
    if (wants_layer(scene, lane, "lic") && layers.textures[index]) out.push_back({Line::Kind::texture, l.process == "langevin" ? "texture along s" : "texture along u"});
    if (wants_layer(scene, lane, "streamlines") && layers.streamlines[index])
        out.push_back({Line::Kind::streamlines, fmt::format("streamlines of {}, per {} strongest from", l.process == "langevin" ? "s" : "u", l.process == "langevin" ? "unit" : "t"), 0, fmt::format("{:.2g}", static_cast<double>(layers.streamlines[index]->fastest))});
    if (shows(scene.view, "velocity")) add(arrow_line(s, view, lane, ArrowField::velocity, key));
    if (shows(scene.view, "score")) add(arrow_line(s, view, lane, ArrowField::score, key));
    if (wants_layer(scene, lane, "denoiser") && layers.denoisers[index] && !layers.denoisers[index]->x.empty())
        out.push_back({Line::Kind::denoiser, fmt::format("from x to D, {} particles", layers.denoisers[index]->x.front().rows())});
    if (stepping(view.ui) && layers.steps[index] && goes_on(*layers.steps[index], view.ui.playback.t)) {
        const bool euler = layers.steps[index]->euler;
        const double times = step_magnification(layers, view.ui.playback.t, s.camera.units_per_pixel);
        out.push_back({Line::Kind::drift, fmt::format("next step{}: drift {}", times > 1 ? fmt::format(" ×{:g}", times) : "", euler ? "(u + ½σ²s) Δt" : "at its start × Δt")});
        out.push_back({Line::Kind::noise, euler ? "noise σ ΔW" : "the rest: noise"});
    }
}

// `detail` 5: everything; 4: without how the density was solved; 3: the density without its source; 2: without particles; 1: the density alone; 0: without its integral.
std::vector<Line> lines(const Sheet& s, const PaneView& view, int lane, int detail, float key) {
    const Scene& scene = view.scene;
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    std::vector<Line> out;
    const auto add = [&](std::optional<Line> line) {
        if (line) out.push_back(std::move(*line));
    };
    const bool particles = shows(scene.view, "particles");
    if (detail > 1 && scene.view.shape == "flat") add_line_layers(s, view, lane, key, out);
    const auto& result = view.results.lanes[static_cast<std::size_t>(lane)];
    if (detail > 3 && scene.view.shape == "flat" && result && !result->path.x.empty() && shows(scene.view, "trajectories")) out.push_back({Line::Kind::plain, "lines: whole trajectories"});
    const auto count = [&] {
        const auto all = result->path.x.front().rows();
        if (scene.view.shape != "flat") return fmt::format("{} of {}", std::min(world_lines, all), all);
        return result->path.lost > 0 ? fmt::format("{} of {}", all - result->path.lost, all) : fmt::to_string(all);  // in the end
    };
    if (detail > 2 && scene.view.shape != "height" && particles && result && !result->path.x.empty())
        out.push_back({Line::Kind::particles, scene.view.colour == "start" ? "particles, hue by start:" : "particles:", 0, count()});
    const DensityLegend& shown = view.heat_map.lanes[static_cast<std::size_t>(lane)];
    const bool plane = scene.view.shape != "space_time", flat = scene.view.shape == "flat", errs = flat && shows(scene.view, "error"), differs = flat && !errs && shows(scene.view, "difference");
    if (detail > 1 && flat && particles) add(colour_line(view, lane));
    if (detail > 2 && !shown.contours.empty())
        out.push_back({Line::Kind::contour, differs ? "contours at ± half the largest; below 0 dashed" : fmt::format("contours hold 50, 80, 95 %: p = {:.2g}, {:.2g}, {:.2g}", shown.contours[0].level, shown.contours[1].level, shown.contours[2].level)});
    const DensityScale scale = density_scale(view, scene, lane);
    const std::string source = source_name(shown_source(scene, lane));
    if (errs) {
        const std::string why = why_no_layer(scene, l, "error");
        if (scale.maximum > 0) {
            out.push_back({Line::Kind::density, fmt::format("|u_θ − u|  0 … {:.2g} per t", scale.maximum)});
            if (detail > 0) out.push_back({Line::Kind::plain, "relative, over pₜ:", 0, fmt::format("{:.3g}", shown.relative_error)});
        } else if (!why.empty() && detail > 3) {
            out.push_back({Line::Kind::plain, "no error map: " + why});
        }
        return out;
    }
    if (differs) {
        if (const auto why = why_no_exact(scene, l); !why.empty() && detail > 3) out.push_back({Line::Kind::plain, why});
        if (!(scale.maximum > 0)) return out;
        out.push_back({Line::Kind::density, detail > 3 ? fmt::format("{} − pₜ  ±{:.2g} per unit area", source, scale.maximum) : fmt::format("±{:.2g}", scale.maximum)});
        out.push_back({Line::Kind::plain, "L1", 0, fmt::format("{:.2g}", shown.l1) + (detail > 3 && shown.sampling > 0 ? fmt::format(" (sampling alone {:.2g})", shown.sampling) : "")});
        if (detail > 4) add(solution_line(view, lane));
        return out;
    }
    if (!shows(scene.view, "density") || !(scale.maximum > 0)) return out;
    const std::string range = fmt::format("0 … {:.2g}", scale.maximum), integral = fmt::format("{:.3f}", scale.integral);
    if (detail > 3) {
        if (plane) out.push_back({Line::Kind::density, fmt::format("{} {} per unit area", source, range)});
        else out.push_back({Line::Kind::density, fmt::format("{}: marginal of x₁ {} per unit", source, range)});
        if (const auto why = why_no_density(scene, l); !why.empty()) out.push_back({Line::Kind::plain, why});
        if (shown_source(scene, lane) == "product") out.push_back({Line::Kind::plain, fmt::format("w = {:g}: {}sampled", l.guidance.scale, l.guidance.scale == 1 ? "" : "not ")});
        if (!plane) {
            if (detail > 4) add(solution_line(view, lane));
            return out;
        }
        out.push_back({Line::Kind::plain, "∫ p dx =", 0, integral, true});
        if (scale.integral < 0.98) out.push_back({Line::Kind::plain, "part of p lies outside the picture"});
        if (detail > 4) add(solution_line(view, lane));
    } else {
        out.push_back({Line::Kind::density, range});
        if (detail > 0) out.push_back({Line::Kind::plain, "∫", 0, integral, true});
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
std::vector<Entry> merged(const Sheet& s, const PaneView& view, const std::vector<int>& lanes, int detail, float key) {
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
            return arrow(rgba(line.kind == Kind::velocity ? s.p.drift : s.p.noise), end - line.arrow, end, 0.32f * line.arrow, 1.5f);
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

}  // namespace

void draw_legend(ImDrawList& draw, const PaneView& view, const Layout& layout, const std::vector<int>& lanes) {
    const Rect& r = layout.legend;
    if (lanes.empty() || r.height < small_font()->FontSize) return;
    write_in(view.ui.convention);
    const Rect& pane = layout.panes[static_cast<std::size_t>(lanes.front())];
    ImFont* font = small_font();
    const Sheet s{draw, r, pane_camera(view.ui, scene_box(view.scene), pane), palette(view.ui.theme), view.ui.scale, font, font->FontSize};
    const float row = legend_row * s.scale, gap = 18 * s.scale, left = r.x + s.margin(), right = r.x + r.width - s.margin();
    const float inner = left + (view.scene.view.shape == "flat" ? 2.6f * s.size : 0);  // of further rows, beside the numbers of the other axis
    float foot = 0;  // of the panes
    for (const int lane : lanes) foot = std::max(foot, layout.panes[static_cast<std::size_t>(lane)].y + layout.panes[static_cast<std::size_t>(lane)].height);
    const int most = 1 + std::clamp(static_cast<int>(legend_share * pane.height / row), 0, 2);
    for (int detail = 5; detail >= 0; --detail) {
        const std::vector<Entry> entries = merged(s, view, lanes, detail, legend_key * s.scale);
        if (entries.empty()) continue;
        struct Place {
            float x;
            int row;
        };
        std::vector<Place> places;
        Place at{left, 0};
        std::array<float, 3> end{};  // of each row
        bool fits = true;
        for (const Entry& e : entries) {
            const float width = write(s, view, e, {left, 0}, e.lanes.size() == lanes.size(), false);
            if (at.x > left && at.x + width > right) at = {inner, at.row + 1};
            fits = fits && at.x + width <= right && at.row < (detail == 5 ? 1 : most);  // how a density was solved is not worth a row over the panes
            if (!fits) break;
            places.push_back(at);
            end[static_cast<std::size_t>(at.row)] = at.x + width;
            at.x += width + gap;
        }
        // At last what there is room for, however little.
        const auto is_last = [&] { return detail == 0 || lines(s, view, lanes.front(), detail - 1, legend_key * s.scale).empty(); };
        if (!fits && (places.empty() || !is_last())) continue;
        at.row = places.back().row;
        // The other rows stand above the numbers of the axis.
        const float above = foot - 1.8f * s.size - static_cast<float>(at.row) * row;
        if (at.row > 0) s.chip(inner - s.margin() / 2, above, std::max(end[1], end[2]) - inner + s.margin(), static_cast<float>(at.row) * row);
        for (std::size_t i = 0; i < places.size(); ++i) {
            const float top = places[i].row == 0 ? r.y + (r.height - row) / 2 : above + static_cast<float>(places[i].row - 1) * row;
            write(s, view, entries[i], {places[i].x, top + (row - s.size) / 2}, entries[i].lanes.size() == lanes.size(), true);
        }
        return;
    }
}

}  // namespace pf::panels
