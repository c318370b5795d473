#include "app/picture/sheet_legend.h"

#include <algorithm>

#include "app/panels/edits.h"
#include "app/panels/notation.h"
#include "app/panels/pinned_point.h"
#include "app/runtime/layers.h"
#include "app/runtime/letters.h"
#include "app/runtime/shown_density.h"

namespace pf {
namespace {

template <class Predicate>
bool any_lane(const Scene& scene, Predicate predicate) {
    for (int lane = 0; lane < panels::pane_count(scene); ++lane)
        if (predicate(lane)) return true;
    return false;
}

std::string density_name(const std::string& source) {
    return source == "exact" ? "exact density" : source == "fokker_planck" ? "Fokker–Planck density" : source == "likelihood" ? "density by likelihood"
           : source == "class" ? "density of the class" : source == "product" ? "density of the product" : "density of the particles";
}

// Where the density's own cells are too wide for it: at all times, or at those that are named.
std::string too_wide(const Scene& scene, const Results& results, std::span<const double> times) {
    std::string at;
    std::size_t count = 0;
    for (const double t : times)
        if (any_lane(scene, [&](int lane) { return cells_too_wide(scene, results, lane, t); })) at += (count++ ? ", " : " at ") + panels::time_label(t, 2);
    if (count == 0) return {};
    return "cells of the picture are wider than pₜ" + (count < times.size() ? at : "");
}

void add_lines(const Scene& scene, std::vector<std::string>& out) {
    const auto wants = [&](const char* layer) { return any_lane(scene, [&](int lane) { return wants_layer(scene, lane, layer); }); };
    const bool langevin = !any_lane(scene, [&](int lane) { return scene.lanes[static_cast<std::size_t>(lane)].process != "langevin"; });
    const char* flow = langevin ? "s" : "u";
    if (wants("lic")) out.push_back(fmt::format("texture: along {}", flow));
    if (wants("grid")) out.push_back(scene.source ? "grid: of the source, carried along by the ODE" : "grid: of the noise, carried along by the ODE; circles: 1 and 2 sd of the noise");
    if (wants("streamlines")) out.push_back(fmt::format("lines with heads: streamlines of {}, paler where it is slow", flow));
    if (wants("denoiser")) out.push_back("long arrows: from particles x to their denoiser D");
}

// The lanes that the colour does not reach.
std::string without_hues(const Scene& scene) {
    std::vector<int> lanes;
    for (int lane = 0; lane < panels::pane_count(scene); ++lane)
        if (!why_no_colour(scene, scene.lanes[static_cast<std::size_t>(lane)], scene.view.colour).empty()) lanes.push_back(lane + 1);
    if (lanes.empty()) return {};
    return fmt::format("; lane{} {}: one colour", lanes.size() == 1 ? "" : "s", fmt::join(lanes, ", "));
}

// Behind the particles; of Langevin dynamics in their own time, of which lanes may have more than one.
std::string trails_in(const Scene& scene) {
    if (!shows(scene.view, "particles")) return {};
    std::vector<std::string> all;
    for (int lane = 0; lane < panels::pane_count(scene); ++lane) {
        const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
        if (!wants_layer(scene, lane, "trails") || !why_no_layer(scene, l, "trails").empty()) continue;
        const bool own = l.process == "langevin";
        std::string one = fmt::format("Δ{} = {:g}", own ? "r" : "t", trail_length * trail_spacing * (own ? l.duration : 1));
        if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
    }
    return all.empty() ? "" : fmt::format("lines behind particles: where they were over {}", fmt::join(all, ", "));
}

// What is drawn through the pinned point, in any lane.
void add_pinned(const Scene& scene, const panels::UiState& ui, std::vector<std::string>& out) {
    if (!ui.pinned_point) return;
    struct Line {
        std::string text;
        std::vector<int> lanes;
    };
    std::vector<Line> lines;
    int known = 0;
    for (int lane = 0; lane < panels::pane_count(scene); ++lane) {
        const ProbeLane* found = panels::probed(ui.probes.pinned.get(), lane);
        if (!found) continue;
        ++known;
        const auto add = [&](std::string text) {
            auto line = std::find_if(lines.begin(), lines.end(), [&](const Line& l) { return l.text == text; });
            if (line == lines.end()) line = lines.insert(lines.end(), Line{std::move(text), {}});
            line->lanes.push_back(lane + 1);
        };
        const panels::PinnedPoint& x = *ui.pinned_point;
        if (!found->ode.t.empty()) add(fmt::format("thick: the ODE through x = ({:.2f}, {:.2f}) at {}", x.x, x.y, panels::time_label(x.t, 2)));
        if (found->posterior && ui.probe_posterior) add(fmt::format("thin: conditional paths through it to {} draws of p(z|x)", posterior_curves));
        if (!ui.probe_fan) continue;
        if (!found->fan_on.t.empty()) add(fmt::format("thin, dashed: {} SDE from it to the data, {}", fan_curves, found->fan_on_noise));
        if (!found->fan_back.t.empty()) add(fmt::format("thin, dashed: {} SDE from it to the {}, {}", fan_curves, scene.source ? "source" : "noise", found->fan_back_noise));
    }
    for (const Line& line : lines) out.push_back(line.text + (static_cast<int>(line.lanes.size()) < known ? fmt::format(" (lane {})", fmt::join(line.lanes, ", ")) : ""));
}

}  // namespace

bool has_hues(const Scene& scene) {
    return shows(scene.view, "particles") && scene.view.colour != "single" && any_lane(scene, [&](int lane) { return why_no_colour(scene, scene.lanes[static_cast<std::size_t>(lane)], scene.view.colour).empty(); });
}

std::vector<std::string> sheet_legend(const Scene& scene, const panels::UiState& ui, const Results& results, std::span<const double> times) {
    const View& v = scene.view;
    const std::string density = density_name(v.density);
    std::vector<std::string> out;
    if (shows(v, "error")) out.push_back("colours: |learned − exact velocity|");
    else if (shows(v, "difference")) out.push_back(fmt::format("colours: {} less the exact one, per unit area", density));
    else if (shows(v, "density")) {
        out.push_back(fmt::format("colours: {}, per unit area", density));
        if (std::string wide = too_wide(scene, results, times); !wide.empty()) out.push_back(std::move(wide));
    }
    if (has_hues(scene))
        out.push_back(std::string(v.colour == "start" ? "particles: hue by the angle at which they start, paler towards the middle" : v.colour == "label" ? "particles: by their label at the end"
                                  : v.colour == "log_p" ? "particles: log p, in nats" : v.colour == "speed" ? "particles: |u|, per t" : "particles: ∇·u, per t") + without_hues(scene));
    if (const std::string trails = trails_in(scene); !trails.empty()) out.push_back(trails);
    add_lines(scene, out);
    if (shows(v, "trajectories")) out.push_back(fmt::format("paths: dashed with noise; a ring at the {}, a square at the data", scene.source ? "source" : "noise"));
    add_pinned(scene, ui, out);
    if (shows(v, "contours")) out.push_back(shows(v, "difference") ? "contours: at half of the largest difference" : "contours: hold 50, 80 and 95 % of the mass; where lines would touch, inner ones are left out");
    for (std::string& line : out) line = panels::shown(line);
    return out;
}

std::vector<std::string> wrapped(const std::string& text, std::size_t letters) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t space = std::min(text.find(' ', at), text.size());
        const std::string word = text.substr(at, space - at);
        if (!out.empty() && letter_count(out.back()) + 1 + letter_count(word) <= letters) out.back() += " " + word;
        else out.push_back(word);
        at = space + 1;
    }
    return out;
}

}  // namespace pf
