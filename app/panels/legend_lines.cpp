#include "app/panels/legend_lines.h"

#include <algorithm>
#include <cmath>

#include "app/panels/contour_room.h"
#include "app/panels/spoken.h"
#include "app/runtime/arrows.h"
#include "app/runtime/guidance.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/layers.h"
#include "app/runtime/shown_density.h"
#include "core/math/fokker_planck/schemes.h"

namespace pf::panels {
namespace {

constexpr double least_inside = 0.99;  // of p, in the box it is drawn in

struct DensityScale {
    double maximum = 0, integral = 0;
};

DensityScale density_scale(const PaneView& view, const Scene& scene, int lane) {
    const auto index = static_cast<std::size_t>(lane);
    if (view.heat_map.lanes[index].maximum > 0) return {view.heat_map.lanes[index].maximum, view.heat_map.lanes[index].integral};
    const auto movie = scene.view.shape == "height" || (scene.view.shape == "flat" && !has_layer(scene, "difference") && !has_layer(scene, "error")) ? shown_movie(scene, view.results, lane) : nullptr;
    if (!movie || movie->t.empty() || movie->maximum.size() != movie->t.size() || movie->integral.size() != movie->t.size()) return {};
    const int last = static_cast<int>(movie->t.size()) - 1, i = std::clamp(slice_at(movie->t, view.ui.playback.t), 0, last), j = std::min(i + 1, last);
    const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
    const double step = movie->t[b] - movie->t[a], f = step > 0 ? std::clamp((view.ui.playback.t - movie->t[a]) / step, 0.0, 1.0) : 0;
    return {(1 - f) * movie->maximum[a] + f * movie->maximum[b], (1 - f) * movie->integral[a] + f * movie->integral[b]};
}

// An arrow drawn to the scale of those on the pane, of a round magnitude, at most `room` pixels long.
std::optional<LegendLine> arrow_line(const Sheet& s, const PaneView& view, int lane, ArrowField field, float room) {
    const Arrows arrows = arrows_at(view.results.fields, static_cast<std::size_t>(lane), field, view.ui.playback.t, least_arrow_cell * s.scale * s.camera.units_per_pixel);
    const auto round = round_arrow(arrows, room * s.camera.units_per_pixel);
    if (!round) return {};
    const bool velocity = field == ArrowField::velocity;
    return LegendLine{velocity ? LegendLine::Kind::velocity : LegendLine::Kind::score, fmt::format("{} = {:g} {}", velocity ? "velocity u" : "score s", round->magnitude, velocity ? "per t" : "per unit"),
                static_cast<float>(round->length / s.camera.units_per_pixel), {}};
}

std::string source_name(const std::string& density) {
    return density == "exact" ? "exact pₜ" : density == "histogram" ? "particles" : density == "likelihood" ? "p of the flow, by likelihood" : density == "class" ? "pₜ(x|c)" :
           density == "product" ? "∝ pₜ(x) pₜ(c|x)ʷ" : "Fokker–Planck";
}

// How a solved density was made: grid, steps, scheme.
std::optional<LegendLine> solution_line(const PaneView& view, int lane) {
    const auto solution = shown_solution(view.scene, view.results, lane);
    if (!solution) return {};
    return LegendLine{LegendLine::Kind::plain, fmt::format("{} × {} cells, {} steps, {}{}", solution->cells, solution->cells, solution->steps, fokker_planck::find_scheme(solution->scheme, "scheme").label, solution->coarse ? ", first answer" : "")};
}

// What colours the particles, and in which units.
std::optional<LegendLine> colour_line(const PaneView& view, int lane, Detail detail) {
    const DensityLegend& shown = view.heat_map.lanes[static_cast<std::size_t>(lane)];
    const std::string& colour = view.scene.view.colour;
    if (!shown.labels.empty()) return LegendLine{LegendLine::Kind::labels, detail == 0 ? "label at the end" : shown.posterior ? "most likely label, p(c|x) at the end" : "label of the nearest data at the end"};
    if (!(shown.particles_high > shown.particles_low)) {
        const Lane& l = view.scene.lanes[static_cast<std::size_t>(lane)];
        const std::string why = why_no_colour(view.scene, l, colour);
        if (colour == "start" || colour == "single" || why.empty()) return {};
        return LegendLine{LegendLine::Kind::uncoloured, detail > 0 ? "not coloured: " + why : colour == "log_p" && has_noise(l) ? "not coloured: log p needs an ODE" : "not coloured"};
    }
    const double low = shown.particles_low, high = shown.particles_high;
    if (colour == "divergence") return LegendLine{LegendLine::Kind::scale, fmt::format("∇·u  −{} … {} per t", three_digits(high), three_digits(high))};
    if (colour == "speed") return LegendLine{LegendLine::Kind::scale, fmt::format("|u|  0 … {} per t", three_digits(high))};
    const auto tenths = [](double v) { return std::round(10 * v) / 10 + 0.0; };  // + 0: no "−0.0"
    return LegendLine{LegendLine::Kind::scale, fmt::format("log p  {:.1f} … {:.1f} nats", tenths(low), tenths(high))};
}

// A next step: there is none at the end.
bool goes_on(const LaneSteps& steps, double t) {
    if (steps.t.empty()) return false;
    const auto i = static_cast<std::size_t>(slice_at(steps.t, t));
    return (steps.drift[i] != 0).any() || (steps.noise[i] != 0).any();
}

// The layers that are lines, in drawing order.
void add_line_layers(const Sheet& s, const PaneView& view, int lane, Detail detail, float key, std::vector<LegendLine>& out) {
    const Scene& scene = view.scene;
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    static const LayerResults none;
    const LayerResults& layers = view.layers ? *view.layers : none;
    const auto index = static_cast<std::size_t>(lane);
    const auto add = [&](std::optional<LegendLine> line) {
        if (line) out.push_back(std::move(*line));
    };
    if (wants_layer(scene, lane, "grid") && layers.grids[index]) {
        out.push_back({LegendLine::Kind::grid, detail == 0 ? "grid" : is_stochastic(l) || l.process != "sampling" ? "grid, carried by the ODE of this field" : "grid of the noise, carried along"});
        if (layers.grids[index]->circles > 0) out.push_back({LegendLine::Kind::circle, detail == 0 ? "1, 2 sd" : "circles: 1 and 2 sd of the noise"});
    }
    if (wants_layer(scene, lane, "lic") && layers.textures[index]) out.push_back({LegendLine::Kind::texture, l.process == "langevin" ? "texture along s" : "texture along u"});
    if (wants_layer(scene, lane, "streamlines") && layers.streamlines[index])
        out.push_back({LegendLine::Kind::streamlines, detail == 0 ? "streamlines" : fmt::format("streamlines, boldest from {} =", l.process == "langevin" ? "|s|" : "|u|"), 0,
                       detail == 0 ? "" : fmt::format("{} per {}", two_digits(layers.streamlines[index]->fastest), l.process == "langevin" ? "unit" : "t")});
    if (shows(scene.view, "velocity")) add(arrow_line(s, view, lane, ArrowField::velocity, key));
    if (shows(scene.view, "score")) add(arrow_line(s, view, lane, ArrowField::score, key));
    if (wants_layer(scene, lane, "denoiser") && layers.denoisers[index] && !layers.denoisers[index]->x.empty())
        out.push_back({LegendLine::Kind::denoiser, detail == 0 ? "x to D" : fmt::format("from x to D, {} particles", layers.denoisers[index]->x.front().rows())});
    if (stepping(view.ui) && layers.steps[index] && goes_on(*layers.steps[index], view.ui.playback.t)) {
        const bool euler = layers.steps[index]->euler && l.process == "sampling" && l.variant == "right";
        const double times = step_magnification(layers, view.ui.playback.t, shown_side(view.ui, scene_box(scene)));
        out.push_back({LegendLine::Kind::drift, fmt::format("next step{}: drift {}", times > 1 ? fmt::format(" ×{:g}", times) : "", euler ? "(u + ½σ²s) Δt" : l.process == "langevin" ? "at its start × Δr" : "at its start × Δt")});
        out.push_back({LegendLine::Kind::noise, euler ? "noise σ ΔW" : "the rest: noise"});
    }
}

}  // namespace

std::vector<std::size_t> contours_drawn(const Sheet& s, const PaneView& view, int lane) {
    const auto panes = static_cast<std::size_t>(std::max(lane + 1, pane_count(view.scene)));
    return roomy_contours(std::span(view.heat_map.lanes).first(std::min(panes, view.heat_map.lanes.size())), lane, s.scale * s.camera.units_per_pixel, view.ui.theme);
}

std::vector<LegendLine> legend_lines(const Sheet& s, const PaneView& view, int lane, Detail detail, float key) {
    const Scene& scene = view.scene;
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    std::vector<LegendLine> out;
    const auto add = [&](std::optional<LegendLine> line) {
        if (line) out.push_back(std::move(*line));
    };
    const bool particles = shows(scene.view, "particles");
    if (scene.view.shape == "flat") add_line_layers(s, view, lane, detail, key, out);
    const auto& result = view.results.lanes[static_cast<std::size_t>(lane)];
    const bool paths = scene.view.shape == "flat" ? shows(scene.view, "trajectories") : scene.view.shape == "space_time" && particles;
    if (paths && result && !result->path.x.empty())
        out.push_back({LegendLine::Kind::trajectories, fmt::format("{} paths{}", lane_kind(l), detail == 0 || l.process == "langevin" ? "" : fmt::format(", {} to data", scene.source ? "source" : "noise")), 0, {}, false, has_noise(l)});
    const auto count = [&] {
        const auto all = result->path.x.front().rows();
        if (scene.view.shape != "flat") return fmt::format("{} of {}", std::min(world_lines, all), all);
        return result->path.lost > 0 ? fmt::format("{} of {}", all - result->path.lost, all) : fmt::to_string(all);  // in the end
    };
    if (scene.view.shape != "height" && particles && result && !result->path.x.empty())
        out.push_back({LegendLine::Kind::particles, scene.view.colour == "start" ? (detail == 0 ? "particles by start:" : "particles, hue by start:") : "particles:", 0, count()});
    const DensityLegend& shown = view.heat_map.lanes[static_cast<std::size_t>(lane)];
    const bool plane = scene.view.shape != "space_time", flat = scene.view.shape == "flat", errs = flat && shows(scene.view, "error"), differs = flat && !errs && shows(scene.view, "difference");
    if (flat && particles) add(colour_line(view, lane, detail));
    if (wants_layer(scene, lane, "trails") && result && !result->path.x.empty()) out.push_back({LegendLine::Kind::trails, detail == 0 ? "trails" : fmt::format("trails over Δ{} = {:g}", l.process == "langevin" ? "r" : "t", trail_length * trail_spacing * (l.process == "langevin" ? l.duration : 1))});
    if (!shown.contours.empty() && differs) {
        out.push_back({LegendLine::Kind::contour, detail == 0 ? "± half" : "contours at ± half the largest; below 0 dashed"});
    } else if (!shown.contours.empty()) {
        std::string shares, levels;
        for (const std::size_t k : contours_drawn(s, view, lane)) {
            const Contour& contour = shown.contours[k];
            shares += (shares.empty() ? "" : ", ") + contour.label.substr(0, contour.label.find(' '));
            levels += (levels.empty() ? "" : ", ") + two_digits(contour.level);
        }
        out.push_back({LegendLine::Kind::contour, detail == 0 ? shares + " %" : fmt::format("contours hold {} %: p = {}", shares, levels)});
    }
    const DensityScale scale = density_scale(view, scene, lane);
    const std::string_view beside = shown_source(scene, lane) == "fokker_planck" ? noise_beside(l) : "";
    const std::string source = source_name(shown_source(scene, lane)) + (beside.empty() ? "" : fmt::format(" without {}", beside));
    if (errs) {
        const std::string why = why_no_layer(scene, l, "error");
        if (scale.maximum > 0) {
            out.push_back({LegendLine::Kind::density, fmt::format("|learned u − exact u|  0 … {} per t", two_digits(scale.maximum))});
            out.push_back({LegendLine::Kind::plain, detail == 0 ? "relative" : "relative, over pₜ:", 0, two_digits(shown.relative_error)});
            if (framed_box(view, lane)) out.push_back({LegendLine::Kind::frame, detail == 0 ? "all of it" : "computed within the frame"});
        } else if (!why.empty() && detail > 0) {
            out.push_back({LegendLine::Kind::plain, "no error map: " + spoken(why)});
        }
        return out;
    }
    if (differs) {
        if (const auto why = why_no_exact(scene, l); !why.empty() && detail > 0) out.push_back({LegendLine::Kind::plain, why});
        if (!(scale.maximum > 0)) return out;
        out.push_back({LegendLine::Kind::density, detail > 0 ? fmt::format("{} − pₜ  ±{} per unit area", source, two_digits(scale.maximum)) : "±" + two_digits(scale.maximum)});
        const std::string l1 = two_digits(shown.l1) + (detail > 0 && shown.sampling > 0 ? fmt::format(" (sampling alone {})", two_digits(shown.sampling)) : "");
        const bool several = pane_count(scene) > 1;
        out.push_back({LegendLine::Kind::plain, several ? "L1 of lane" : "L1", 0, several ? fmt::format("{}: {}", lane + 1, l1) : l1});
        if (detail > 1) add(solution_line(view, lane));
        return out;
    }
    if (!shows(scene.view, "density") || !(scale.maximum > 0)) return out;
    const std::string range = "0 … " + two_digits(scale.maximum), integral = fmt::format("{:.3f}", scale.integral);
    if (detail > 0) {
        if (plane) out.push_back({LegendLine::Kind::density, fmt::format("{} {} per unit area", source, range)});
        else out.push_back({LegendLine::Kind::density, fmt::format("{}: marginal of x₁ {} per unit", source, range)});
        if (const auto why = why_no_density(scene, l); !why.empty()) out.push_back({LegendLine::Kind::plain, why});
        if (shown_source(scene, lane) == "product") out.push_back({LegendLine::Kind::plain, fmt::format("with w = {:g} the lane {}", l.guidance.scale, l.guidance.scale == 1 ? "samples it" : "does not sample it")});
        if (!plane) {
            if (detail > 1) add(solution_line(view, lane));
            return out;
        }
        out.push_back({LegendLine::Kind::plain, "∫ p dx =", 0, integral, true});
        if (cells_too_wide(scene, view.results, lane, view.ui.playback.t)) out.push_back({LegendLine::Kind::plain, "cells of the picture are wider than pₜ"});
        else if (const double most = missed_maximum(scene, view.results, lane, view.ui.playback.t); most > 0) out.push_back({LegendLine::Kind::plain, "between cells up to " + two_digits(most)});
        if (framed_box(view, lane)) out.push_back({LegendLine::Kind::frame, "part of p lies outside the frame"});
        else if (scale.integral < least_inside) out.push_back({LegendLine::Kind::plain, "part of p lies outside the picture"});
        if (detail > 1) add(solution_line(view, lane));
    } else {
        out.push_back({LegendLine::Kind::density, fmt::format("{} {}", shown_source(scene, lane) == "likelihood" ? "p by likelihood" : source_name(shown_source(scene, lane)), range)});
        if (shown_source(scene, lane) == "product" && l.guidance.scale != 1) out.push_back({LegendLine::Kind::plain, "not what is sampled"});
        out.push_back({LegendLine::Kind::plain, "∫", 0, integral, true});
    }
    return out;
}

std::optional<Box> framed_box(const PaneView& view, int lane) {
    const Scene& scene = view.scene;
    if (scene.view.shape != "flat") return {};
    // The darkest colour says that there is no error, and beyond the box nobody looked.
    if (shows(scene.view, "error")) {
        const auto errors = view.layers ? view.layers->errors[static_cast<std::size_t>(lane)] : nullptr;
        return errors && view.heat_map.lanes[static_cast<std::size_t>(lane)].maximum > 0 ? std::optional(errors->error.box) : std::nullopt;
    }
    if (!shows(scene.view, "density") || shows(scene.view, "difference")) return {};
    const DensityScale scale = density_scale(view, scene, lane);
    if (!(scale.maximum > 0) || scale.integral >= least_inside || cells_too_wide(scene, view.results, lane, view.ui.playback.t)) return {};
    const auto movie = shown_source(scene, lane) == "histogram" ? nullptr : shown_movie(scene, view.results, lane);
    return movie ? movie->box : scene_box(scene);
}

}  // namespace pf::panels
