#include "app/picture/compose.h"

#include <algorithm>
#include <cmath>

#include "app/panels/camera.h"
#include "app/panels/contour_room.h"
#include "app/panels/edits.h"
#include "app/panels/palette.h"
#include "app/picture/lane_paths.h"
#include "app/picture/particle_look.h"
#include "app/picture/probe_drawing.h"
#include "app/runtime/arrows.h"
#include "app/runtime/layers.h"

namespace pf {
namespace {

// Of a pinned particle's path, in widths of the others: on the projector these are wide already, and the gaps of a dashed one would close.
float pinned_width(panels::Theme theme) { return theme == panels::Theme::projector ? 1.3f : 2; }

using render::Colour;
using render::Segment;

constexpr int drawn_trajectories = 96;

void fade(std::span<Colour> colours, double opacity) {
    if (opacity < 1)
        for (Colour& c : colours) c.a = static_cast<std::uint8_t>(std::lround(opacity * c.a));
}

// A short one is thin and has no head, which would be a blob. `pixel`: in units of x.
void arrow(std::vector<Segment>& out, float x, float y, float dx, float dy, float half_width, float pixel, Colour c) {
    const float length = std::hypot(dx, dy);
    if (!(length > 0) || !std::isfinite(length)) return;
    half_width = std::min(half_width, length / (8 * pixel));
    const float tip_x = x + dx / 2, tip_y = y + dy / 2, ux = dx / length, uy = dy / length, head = 0.32f * length;
    out.push_back({x - dx / 2, y - dy / 2, tip_x, tip_y, half_width, c});
    if (length < 5 * pixel) return;
    for (const float side : {-1.f, 1.f})
        out.push_back({tip_x, tip_y, tip_x - head * (ux + side * 0.55f * uy), tip_y - head * (uy - side * 0.55f * ux), half_width, c});
}

void arrows(std::vector<Segment>& out, const Arrows& set, float half_width, float pixel, Colour c) {
    if (!set.valid) return;
    const auto scale = static_cast<float>(arrow_cells * set.cell / set.reference), longest = static_cast<float>(1.4 * set.cell);
    for (Eigen::Index i = 0; i < set.at.rows(); ++i) {
        const float length = scale * std::hypot(set.vector(i, 0), set.vector(i, 1)), shorten = length > longest ? longest / length : 1;
        arrow(out, set.at(i, 0), set.at(i, 1), shorten * scale * set.vector(i, 0), shorten * scale * set.vector(i, 1), half_width, pixel, c);
    }
}

// A contour over a wider line of the ground, so that it shows on every colour; strokes of a few segments where dashed.
void contour(std::vector<Segment>& out, const panels::Contour& contour, float half_width, Colour ink, Colour ground, bool dashed) {
    for (const auto& [width, c] : {std::pair{half_width + 1, ground}, std::pair{half_width, ink}})
        for (const Polyline& line : contour.lines)
            for (std::size_t i = 0; i + 1 < line.size(); ++i)
                if (!dashed || i / 3 % 2 == 0) out.push_back({line[i][0], line[i][1], line[i + 1][0], line[i + 1][1], width, c});
}

// The ends of the scale: of the first particles over all slices, all but the lowest fiftieth, which would take most of the colours; to a half or a whole.
std::array<double, 2> log_p_range(const LaneResult& lane) {
    constexpr Eigen::Index first = 500;
    std::vector<float> values;
    for (const Column& slice : lane.path.log_p)
        for (const float value : slice.head(std::min(first, slice.size())))
            if (std::isfinite(value)) values.push_back(value);
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    return {std::floor(2 * static_cast<double>(values[values.size() / 50])) / 2, std::ceil(2 * static_cast<double>(values.back())) / 2};
}

}  // namespace

// Trails lie behind what moves on the screen: played from data to noise, they lead to where it was nearer to the data.
void Composer::positions(Pane& pane, const LaneResult& lane, const panels::Playback& at, bool trails) {
    const int ages = trails && lane.start.rows() <= most_with_trails ? trail_length : 0;
    pane.trail.resize(static_cast<std::size_t>(ages) + 1);
    pane.trail_slices.clear();
    for (int age = ages; age > 0; --age) {
        double earlier = at.t + (at.reversed ? age : -age) * trail_spacing;
        if (at.turned) earlier = at.reversed ? std::min(earlier, 2 - earlier) : std::abs(earlier);
        if (earlier < lane.path.t.front() || earlier > lane.path.t.back()) continue;
        pane.trail_slices.push_back(&pane.trail[static_cast<std::size_t>(age)]);
        positions_at(lane, earlier, pane.trail[static_cast<std::size_t>(age)]);
    }
    positions_at(lane, at.t, pane.trail[0]);
}

void Composer::particle_values(Pane& pane, const Scene& scene, const Results& results, const LayerResults& layers, const panels::UiState& ui, std::size_t lane) {
    panels::DensityLegend& legend = legend_[lane];
    pane.value_colours.clear();
    const LaneResult* result = results.lanes[lane].get();
    if (!result || result->path.x.empty()) return;
    const std::string& colour = scene.view.colour;
    if (colour == "log_p") {
        if (result != pane.log_p_of) pane.log_p_of = result, pane.log_p_range = log_p_range(*result);
        legend.particles_low = pane.log_p_range[0], legend.particles_high = pane.log_p_range[1];
        log_p_at(*result, ui.playback.t, pane.values);
    } else {
        const ParticleValues* values = layers.values[lane].get();
        if (!values || values->colour != colour || values->key != result_key(*result, colour)) return;
        if (colour == "label") {
            colour_by_label(pane, *values, ui, opacity_of(scene.view, "particles"), legend);
            return;
        }
        values_at(*values, ui.playback.t, pane.values, legend.particles_low, legend.particles_high);
    }
}

void Composer::colour_by_value(const Scene& scene, const panels::UiState& ui) {
    const auto has = [](const panels::DensityLegend& l) { return l.particles_high > l.particles_low; };
    panels::DensityLegend all;
    for (const auto& l : legend_) {
        if (!has(l)) continue;
        if (!has(all)) all.particles_low = l.particles_low, all.particles_high = l.particles_high;
        all.particles_low = std::min(all.particles_low, l.particles_low), all.particles_high = std::max(all.particles_high, l.particles_high);
    }
    if (!has(all)) return;
    const double low = all.particles_low, span = all.particles_high - low;
    auto table = render::particle_table(value_style(scene, canvas_style(ui.theme)), scene.view.colour == "divergence");
    fade(table, opacity_of(scene.view, "particles"));
    for (std::size_t i = 0; i < panes_.size(); ++i) {
        if (!has(legend_[i])) continue;
        legend_[i].particles_low = all.particles_low, legend_[i].particles_high = all.particles_high;
        colour_by_value(panes_[i], low, span, table);
    }
}

void Composer::colour_by_value(Pane& pane, double low, double span, const std::array<Colour, 256>& table) {
    const auto from = static_cast<float>(low), scale = static_cast<float>(255 / span);
    pane.value_colours.resize(static_cast<std::size_t>(pane.values.size()));
    for (std::size_t i = 0; i < pane.value_colours.size(); ++i) {
        const float s = scale * (pane.values[static_cast<Eigen::Index>(i)] - from);
        pane.value_colours[i] = table[s > 0 ? static_cast<std::size_t>(std::min(s, 255.f)) : 0];  // no number: the lowest
    }
}

// A colour for each label, repeated after the last; the middle of each label's particles for its number.
void Composer::colour_by_label(Pane& pane, const ParticleValues& values, const panels::UiState& ui, double opacity, panels::DensityLegend& legend) {
    const auto& palette = panels::palette(ui.theme);
    const Points& x = pane.trail[0];
    if (x.rows() != static_cast<Eigen::Index>(values.label_of.size())) return;
    struct Middle {
        Colour colour;
        double x = 0, y = 0;
        int count = 0;
    };
    std::vector<Middle> middles;
    for (std::size_t place = 0; place < values.labels.size(); ++place) middles.push_back({colour(palette.labels[place % palette.labels.size()], opacity)});
    pane.value_colours.resize(values.label_of.size());
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        Middle& middle = middles[values.label_of[static_cast<std::size_t>(i)]];
        pane.value_colours[static_cast<std::size_t>(i)] = middle.colour;
        const auto x1 = static_cast<double>(x(i, 0)), x2 = static_cast<double>(x(i, 1));
        if (!std::isfinite(x1 + x2)) continue;
        middle.x += x1, middle.y += x2;
        ++middle.count;
    }
    legend.posterior = values.posterior;
    for (std::size_t place = 0; place < middles.size(); ++place) {
        const Middle& middle = middles[place];
        const int count = std::max(1, middle.count);
        legend.labels.push_back({values.labels[place], static_cast<int>(place), middle.x / count, middle.y / count});
    }
}

void Composer::texture(Pane& pane, const Scene& scene, const LayerResults& layers, std::size_t lane, double t) {
    const TextureMovie* movie = shows(scene.view, "lic") && scene.view.shape == "flat" ? layers.textures[lane].get() : nullptr;
    if (movie == pane.texture_of && (!movie || t == pane.texture_t)) return;
    pane.texture_of = movie;
    pane.texture_t = t;
    ++pane.texture_revision;
    if (!movie || !texture_at(*movie, t, pane.texels)) pane.texels.clear();
}

void Composer::segments(Pane& pane, const Scene& scene, const panels::UiState& ui, const Results& results, const LayerResults& layers, int lane, double t, float pixels, double units_per_pixel, const Box& visible, const std::vector<std::size_t>& contours) {
    const auto& palette = panels::palette(ui.theme);
    const auto index = static_cast<std::size_t>(lane);
    const LaneResult* result = results.lanes[index].get();
    const float thin = (ui.theme == panels::Theme::projector ? 1.5f : 0.6f) * pixels * ui.scale, mark = mark_radius(ui.theme) * pixels * ui.scale;
    pane.segments.clear();
    const auto ink = [&](panels::Rgb c, double opacity, float widths) { return Ink{colour(c, opacity), widths * thin, units_per_pixel, visible}; };
    const double lines = opacity_of(scene.view, "contours"), grid = wants_layer(scene, lane, "grid") ? opacity_of(scene.view, "grid") : 0;
    for (const std::size_t k : contours) {
        const auto& level = legend_[index].contours[k];
        const float half_width = (ui.theme == panels::Theme::projector ? 1.5f : 0.9f - 0.2f * static_cast<float>(k)) * pixels * ui.scale;
        contour(pane.segments, level, half_width, colour(palette.text, lines), colour(palette.canvas, 0.6 * lines), level.level < 0);
    }
    if (grid > 0 && layers.grids[index]) grid_segments(*layers.grids[index], t, ink(palette.text, 0.55 * grid, ui.theme == panels::Theme::projector ? 1.f : 0.9f), ink(palette.accent, 0.95 * grid, 2.2f), pane.segments);
    const bool meets_ends = scene.lanes[index].process != "langevin";  // its particles go from p_t to p_t
    if (result && shows(scene.view, "trajectories")) {
        const std::size_t first = pane.segments.size();
        for (Segment segment : pane.trajectories) {
            if (ui.theme == panels::Theme::projector) segment.half_width *= 3;
            pane.segments.push_back(segment);
        }
        if (has_noise(scene.lanes[index])) dash(pane.segments, first, units_per_pixel, visible);
        for (Eigen::Index k = 0; meets_ends && k < std::min<Eigen::Index>(drawn_trajectories, result->start.rows()); ++k) {
            Colour c = pane.colours[pane.colours.size() == 1 ? 0 : static_cast<std::size_t>(k)];
            c.a = static_cast<std::uint8_t>(std::lround(230 * opacity_of(scene.view, "trajectories")));
            path_marks(pane.segments, *result, k, mark, units_per_pixel, c);
        }
    }
    if (layers.streamlines[index] && shows(scene.view, "streamlines"))
        streamline_segments(*layers.streamlines[index], t, ink(palette.text, 0.85 * opacity_of(scene.view, "streamlines"), 1.1f), pane.segments);
    const double least_cell = least_arrow_cell * static_cast<double>(ui.scale * pixels) * units_per_pixel;
    const auto pixel = static_cast<float>(units_per_pixel);
    const bool both = shows(scene.view, "velocity") && shows(scene.view, "score") && results.fields[index] && !results.fields[index]->score.empty();
    if (shows(scene.view, "velocity")) arrows(pane.segments, arrows_at(results.fields, index, ArrowField::velocity, t, least_cell, both), thin, pixel, colour(palette.velocity, 0.9 * opacity_of(scene.view, "velocity")));
    if (shows(scene.view, "score")) arrows(pane.segments, arrows_at(results.fields, index, ArrowField::score, t, least_cell, both), thin, pixel, colour(palette.score, 0.9 * opacity_of(scene.view, "score")));
    // Over a wider stroke of the ground, so that arrows show on every colour.
    const auto halo = [&](double opacity, float widths) {
        Ink out = ink(palette.canvas, 0.6 * opacity, widths);
        out.half_width += pixels;
        return out;
    };
    if (layers.denoisers[index] && wants_layer(scene, lane, "denoiser")) {
        const double opacity = opacity_of(scene.view, "denoiser");
        denoiser_segments(*layers.denoisers[index], t, halo(opacity, 1), pane.segments);
        denoiser_segments(*layers.denoisers[index], t, ink(palette.accent, 0.95 * opacity, 1), pane.segments);
    }
    if (layers.steps[index] && panels::stepping(ui)) {
        const double times = step_magnification(layers, t, panels::shown_side(ui, panels::scene_box(scene)));
        step_segments(*layers.steps[index], t, times, halo(1, 2), halo(1, 2), pane.segments);
        step_segments(*layers.steps[index], t, times, ink(palette.drift, 1, 2), ink(palette.noise, 1, 2), pane.segments);
    }
    for (const int particle : {ui.hovered_particle, ui.pinned_particle}) {
        if (!result || particle < 0 || particle >= result->start.rows()) continue;
        const std::size_t first = pane.segments.size();
        // In no lane's colour; what is pinned is the thicker.
        polyline(pane.segments, *result, particle, (particle == ui.pinned_particle ? pinned_width(ui.theme) : 1.3f) * thin, colour(palette.text));
        if (has_noise(scene.lanes[index])) dash(pane.segments, first, units_per_pixel, visible);
        if (meets_ends) path_marks(pane.segments, *result, particle, 1.25f * mark, units_per_pixel, colour(palette.text));
    }
    probe_segments(pane.segments, ui, lane, {thin, mark, units_per_pixel, visible});
}

// The density as a surface on the frame of its square.
void Composer::surface(Pane& pane, const panels::UiState& ui, const Box& square, double maximum, float pixels) {
    constexpr int cells = 80;
    const panels::Perspective view = panels::perspective(ui, square);
    height_mesh(pane.picture.grid(), pane.picture.box(), square, cells, maximum, view, render::heat_table(canvas_style(ui.theme)), pane.mesh);
    const auto& palette = panels::palette(ui.theme);
    pane.segments.clear();
    const double inset = (square.x_max - square.x_min) / (2 * cells), x[] = {square.x_min + inset, square.x_max - inset}, y[] = {square.y_min + inset, square.y_max - inset};
    const float half_width = (ui.theme == panels::Theme::projector ? 1.5f : 0.6f) * pixels * ui.scale;
    const auto edge = [&](double x0, double y0, double x1, double y1) {
        const panels::Point a = view(x0, y0, 0), b = view(x1, y1, 0);
        pane.segments.push_back({static_cast<float>(a.x), static_cast<float>(a.y), static_cast<float>(b.x), static_cast<float>(b.y), half_width, colour(palette.muted)});
    };
    // Only the two front edges: the surface hides the others.
    const double front_x = view.away_x1() > 0 ? x[0] : x[1], front_y = view.away_x2() > 0 ? y[0] : y[1];
    edge(x[0], front_y, x[1], front_y);
    edge(front_x, y[0], front_x, y[1]);
}

void Composer::space_time(Pane& pane, const Lane& settings, const panels::UiState& ui, const LaneResult* lane, const panels::SpaceTime& view, std::size_t index, float pixels, const Box& visible) {
    const auto& palette = panels::palette(ui.theme);
    const float thin = (ui.theme == panels::Theme::projector ? 1.5f : 0.7f) * pixels * ui.scale, mark = mark_radius(ui.theme) * pixels * ui.scale;
    const double units_per_pixel = view.camera.units_per_pixel / static_cast<double>(pixels);
    pane.segments.clear();
    probe_segments(pane.segments, ui, static_cast<int>(index), {thin, mark, units_per_pixel, visible}, &view);
    if (!lane || lane->path.x.empty()) return;
    const auto add = [&](Eigen::Index k, double now, float half_width, float radius, Colour c) {
        const std::size_t first = pane.segments.size();
        world_line(pane.segments, *lane, k, view, now, half_width, c);
        if (has_noise(settings)) dash(pane.segments, first, units_per_pixel, visible);
        const auto end = [&](std::size_t slice, auto put) {
            if (const float x = lane->path.x[slice](k, 0); std::isfinite(x)) put(static_cast<float>(view.x(lane->path.t[slice])), x, radius, units_per_pixel, c, pane.segments);
        };
        if (settings.process == "langevin") return;
        if (at_source(lane->path.t.front())) end(0, source_mark);
        if (at_data(lane->path.t.back())) end(lane->path.x.size() - 1, data_mark);
    };
    for (Eigen::Index k = 0; k < std::min(panels::world_lines, lane->start.rows()); ++k)
        add(k, ui.playback.t, thin, mark, pane.colours.size() > 1 ? pane.colours[static_cast<std::size_t>(k)] : colour(palette.lanes[index]));
    if (ui.pinned_particle >= 0 && ui.pinned_particle < lane->start.rows()) add(ui.pinned_particle, 1, pinned_width(ui.theme) * thin, 1.25f * mark, colour(palette.text));
}

// What changes only with a lane's result, the colouring or the theme.
void Composer::take_over(Pane& pane, const LaneResult& lane, const Scene& scene, const panels::UiState& ui, std::size_t index, float pixels) {
    const auto& palette = panels::palette(ui.theme);
    const double particles = opacity_of(scene.view, "particles"), trajectories = opacity_of(scene.view, "trajectories");
    const bool all = scene.view.shape == "flat" && particles > 0;  // otherwise only lines have colours
    if (lane.key == pane.key && lane.coarse == pane.coarse && all == pane.all_coloured && scene.view.colour == pane.colour_by && palette.dark == pane.dark && particles == pane.opacity && trajectories == pane.line_opacity) return;
    pane.opacity = particles, pane.line_opacity = trajectories;
    pane.key = lane.key;
    pane.coarse = lane.coarse;
    pane.all_coloured = all;
    pane.colour_by = scene.view.colour;
    pane.dark = palette.dark;
    const Colour same = colour(palette.lanes[index]);
    const Eigen::Index lines = std::min(lane.start.rows(), std::max<Eigen::Index>(drawn_trajectories, panels::world_lines));
    const auto colours = scene.view.colour != "start" ? std::span(&same, 1) : all ? pane.start_colours.of(lane.start, palette.dark) : pane.start_colours.of(lane.start.topRows(lines), palette.dark);
    pane.colours.assign(colours.begin(), colours.end());
    pane.trajectories.clear();
    for (Eigen::Index k = 0; k < std::min<Eigen::Index>(drawn_trajectories, lane.start.rows()); ++k) {
        Colour c = pane.colours[pane.colours.size() == 1 ? 0 : static_cast<std::size_t>(k)];
        c.a = static_cast<std::uint8_t>(std::lround(150 * trajectories));
        polyline(pane.trajectories, lane, k, 0.5f * pixels * ui.scale, c);
    }
    fade(pane.colours, particles);
}

void Composer::prepare(const Scene& scene, const panels::UiState& ui, const Results& results, const LayerResults& layers) {
    const double t = ui.playback.t;
    double largest = 0;
    for (std::size_t i = 0; i < std::min(scene.lanes.size(), panes_.size()); ++i) {
        Pane& pane = panes_[i];
        const LaneResult* lane = results.lanes[i].get();
        if (lane && !lane->path.x.empty())
            positions(pane, *lane, ui.playback, shows(scene.view, "trails"));
        else
            pane.trail.assign(1, {}), pane.trail_slices.clear();
        if (shows(scene.view, "density") || shows(scene.view, "difference") || shows(scene.view, "error") || shows(scene.view, "contours"))
            pane.picture.update(scene, results, layers, static_cast<int>(i), pane.trail[0], t);
        else
            pane.picture.clear();
        largest = std::max(largest, pane.picture.legend().maximum);
    }
    for (std::size_t i = 0; i < panes_.size(); ++i) {
        legend_[i] = i < scene.lanes.size() ? panes_[i].picture.legend() : panels::DensityLegend{};
        if (legend_[i].maximum > 0) legend_[i].maximum = largest;
        if (i < scene.lanes.size() && panes_[i].trail[0].rows() > 0) legend_[i].particles = &panes_[i].trail[0];
    }
    for (std::size_t i = 0; i < std::min(scene.lanes.size(), panes_.size()); ++i) {
        particle_values(panes_[i], scene, results, layers, ui, i);
        texture(panes_[i], scene, layers, i, t);
    }
    colour_by_value(scene, ui);
}

void Composer::draw(render::Renderer& renderer, const Scene& scene, const panels::UiState& ui, const Results& results, const LayerResults& layers, const panels::Layout& layout, float pixels, int height) {
    std::vector<std::pair<int, render::PaneFrame>> frames;
    std::vector<render::CanvasStyle> styles;
    draw([&](int pane, const render::PaneFrame& frame, const render::CanvasStyle& style) { frames.emplace_back(pane, frame), styles.push_back(style); }, scene, ui, results, layers, layout, pixels, height);
    renderer.prepare(frames);
    for (std::size_t i = 0; i < frames.size(); ++i) renderer.draw(frames[i].first, frames[i].second, styles[i]);
}

void Composer::draw(const Painter& painter, const Scene& scene, const panels::UiState& ui, const Results& results, const LayerResults& layers, const panels::Layout& layout, float pixels, int height) {
    render::CanvasStyle style = canvas_style(ui.theme);
    if (ground_) style.background = *ground_;
    const int count = static_cast<int>(std::min({layout.panes.size(), scene.lanes.size(), panes_.size()}));
    for (int i = 0; i < count; ++i) {
        const auto index = static_cast<std::size_t>(i);
        Pane& pane = panes_[index];
        const LaneResult* lane = results.lanes[index].get();
        if (lane) take_over(pane, *lane, scene, ui, index, pixels);
        const panels::Rect& rect = layout.panes[index];
        if (rect.width < 1 || rect.height < 1) continue;
        const bool plane = scene.view.shape == "flat", height_view = scene.view.shape == "height";
        const panels::SpaceTime line = panels::space_time(ui, panels::scene_box(scene), rect);
        const auto camera = plane || height_view ? panels::pane_camera(ui, panels::scene_box(scene), rect) : line.camera;
        const double half_width = camera.units_per_pixel * static_cast<double>(rect.width) / 2, half_height = camera.units_per_pixel * static_cast<double>(rect.height) / 2;
        const Box visible{camera.x - half_width, camera.x + half_width, camera.y - half_height, camera.y + half_height};
        const std::vector<std::size_t> contours = panels::roomy_contours(std::span(legend_).first(static_cast<std::size_t>(panels::pane_count(scene))), i, camera.units_per_pixel * static_cast<double>(ui.scale), ui.theme);
        Drawn wanted{contours, scene.view, ui.playback.t, ui.stepped_to, ui.zoom, ui.centre_x, ui.centre_y, ui.turn, ui.tilt, legend_[index].maximum, panels::stepping(ui) ? step_magnification(layers, ui.playback.t, panels::shown_side(ui, panels::scene_box(scene))) : 1, ui.playback.playing, ui.theme, pixels, ui.scale,
                     rect.x, rect.y, rect.width, rect.height, ui.hovered_particle, ui.pinned_particle, pane.picture.version(), ui.probe_fan, ui.probe_posterior, has_noise(scene.lanes[index]), scene.lanes[index].process != "langevin",
                     results.fields,
                     {results.lanes[index], layers.streamlines[index], layers.grids[index], layers.denoisers[index], layers.steps[index], ui.probes.pinned}};
        if (wanted != pane.drawn) {
            if (plane) segments(pane, scene, ui, results, layers, i, ui.playback.t, pixels, camera.units_per_pixel / static_cast<double>(pixels), visible, contours);
            else if (height_view) surface(pane, ui, panels::scene_box(scene), legend_[index].maximum, pixels);
            else space_time(pane, scene.lanes[index], ui, lane, line, index, pixels, visible);
            pane.drawn = std::move(wanted);
        }

        render::PaneFrame frame;
        const auto round = [](float v) { return static_cast<int>(std::lround(v)); };
        const int left = round(rect.x * pixels), top = round(rect.y * pixels), right = round((rect.x + rect.width) * pixels), bottom = round((rect.y + rect.height) * pixels);
        frame.viewport = {left, height - bottom, right - left, bottom - top};
        frame.camera = {camera.x, camera.y, camera.units_per_pixel / pixels};
        const bool error = plane && shows(scene.view, "error");
        frame.difference = plane && !error && shows(scene.view, "difference");
        const bool heat = error || frame.difference || shows(scene.view, "density");
        if (height_view) {
            frame.vertices = pane.mesh.vertices;
            frame.triangles = pane.mesh.triangles;
        } else if (legend_[index].maximum > 0 && heat) {
            frame.density_opacity = static_cast<float>(opacity_of(scene.view, error ? "error" : frame.difference ? "difference" : "density"));
            const Box& box = pane.picture.box();
            frame.density = &pane.picture.grid();
            frame.density_revision = static_cast<std::uint64_t>(pane.picture.version());
            frame.density_box = plane ? box : Box{line.x(box.x_min), line.x(box.x_max), box.y_min, box.y_max};
            frame.density_max = static_cast<float>(legend_[index].maximum);
        }
        if (pane.texture_of && !pane.texels.empty()) {
            frame.texture = &pane.texels;
            frame.texture_width = pane.texture_of->width, frame.texture_height = pane.texture_of->height;
            frame.texture_box = pane.texture_of->box;
            frame.texture_revision = pane.texture_revision;
            frame.texture_opacity = static_cast<float>(opacity_of(scene.view, "lic"));
        }
        if (plane && shows(scene.view, "particles") && pane.trail[0].rows() > 0) {
            frame.particles = &pane.trail[0];
            frame.trail = pane.trail_slices;
            frame.trail_opacity = static_cast<float>(opacity_of(scene.view, "trails"));
            frame.particle_colours = pane.value_colours.empty() ? pane.colours : pane.value_colours;
            const float unit = pixels * ui.scale;
            const auto look = particle_look(ui.theme, pane.trail[0].rows(), static_cast<double>(std::min(rect.width, rect.height) / ui.scale), static_cast<double>(static_cast<float>(height) / unit), heat, ui.zoom);
            frame.particle_radius = unit * static_cast<float>(look.radius);
            frame.trail_size = static_cast<float>(look.trail_size);
            frame.particle_cover = static_cast<float>(look.cover);
        }
        frame.segments = pane.segments;
        frame.stale = lane && !results.lane_current[index];
        painter(i, frame, error ? error_style(style) : style);
    }
}

}  // namespace pf
