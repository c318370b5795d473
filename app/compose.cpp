#include "app/compose.h"

#include <algorithm>
#include <cmath>

#include "app/panels/camera.h"
#include "app/panels/edits.h"
#include "app/panels/palette.h"
#include "app/runtime/arrows.h"

namespace pf {
namespace {

using render::Colour;
using render::Segment;

constexpr int trail_length = 12;          // slices behind a particle
constexpr double trail_spacing = 0.008;   // in t
constexpr Eigen::Index trail_particles = 50000;
constexpr int drawn_trajectories = 96;

Colour colour(panels::Rgb c, int alpha = 255) {
    const auto byte = [](float v) { return static_cast<std::uint8_t>(std::lround(255 * std::clamp(v, 0.f, 1.f))); };
    return {byte(c.r), byte(c.g), byte(c.b), static_cast<std::uint8_t>(alpha)};
}

// Where a particle started, as a colour: hue by angle, paler towards the middle. Equal lightness in OKLCH, so no direction shouts.
Colour start_colour(float x, float y, bool dark) {
    const double hue = std::atan2(y, x), radius = std::hypot(x, y);
    const double lightness = dark ? 0.80 : 0.55, chroma = 0.15 * (1 - std::exp(-radius));
    const double a = chroma * std::cos(hue), b = chroma * std::sin(hue);
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3), m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3),
                 s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    const auto channel = [](double linear) {
        linear = std::clamp(linear, 0.0, 1.0);
        return static_cast<std::uint8_t>(std::lround(255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055)));
    };
    return {channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s), channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s), 255};
}

bool shows(const View& view, std::string_view layer) { return std::find(view.layers.begin(), view.layers.end(), layer) != view.layers.end(); }

void polyline(std::vector<Segment>& out, const LaneResult& lane, Eigen::Index particle, float half_width, Colour c) {
    const std::size_t slices = lane.path.t.size(), stride = std::max<std::size_t>(1, slices / 100);
    for (std::size_t i = 0; i + 1 < slices;) {
        const std::size_t next = std::min(i + stride, slices - 1);
        const Points &a = lane.path.x[i], &b = lane.path.x[next];
        if (std::isfinite(b(particle, 0)) && std::isfinite(b(particle, 1))) out.push_back({a(particle, 0), a(particle, 1), b(particle, 0), b(particle, 1), half_width, c});
        i = next;
    }
}

void arrow(std::vector<Segment>& out, float x, float y, float dx, float dy, float half_width, Colour c) {
    const float length = std::hypot(dx, dy);
    if (!(length > 0) || !std::isfinite(length)) return;
    const float tip_x = x + dx / 2, tip_y = y + dy / 2, ux = dx / length, uy = dy / length, head = 0.32f * length;
    out.push_back({x - dx / 2, y - dy / 2, tip_x, tip_y, half_width, c});
    for (const float side : {-1.f, 1.f})
        out.push_back({tip_x, tip_y, tip_x - head * (ux + side * 0.55f * uy), tip_y - head * (uy - side * 0.55f * ux), half_width, c});
}

void arrows(std::vector<Segment>& out, const FieldMovie* movie, ArrowField field, double t, float half_width, Colour c) {
    if (!movie) return;
    const Arrows set = arrows_at(*movie, field, t);
    if (!set.valid) return;
    const auto scale = static_cast<float>(arrow_cells * set.cell / set.reference), longest = static_cast<float>(1.4 * set.cell);
    for (Eigen::Index i = 0; i < set.at.rows(); ++i) {
        const float length = scale * std::hypot(set.vector(i, 0), set.vector(i, 1)), shorten = length > longest ? longest / length : 1;
        arrow(out, set.at(i, 0), set.at(i, 1), shorten * scale * set.vector(i, 0), shorten * scale * set.vector(i, 1), half_width, c);
    }
}

// A contour over a wider line of the ground, so that it shows on every colour; strokes of a few segments where dashed.
void contour(std::vector<Segment>& out, const panels::Contour& contour, float half_width, Colour ink, Colour ground, bool dashed) {
    for (const auto& [width, c] : {std::pair{half_width + 1, ground}, std::pair{half_width, ink}})
        for (const Polyline& line : contour.lines)
            for (std::size_t i = 0; i + 1 < line.size(); ++i)
                if (!dashed || i / 3 % 2 == 0) out.push_back({line[i][0], line[i][1], line[i + 1][0], line[i + 1][1], width, c});
}

// x₁ of one particle over t: up to now in its colour, then pale.
void world_line(std::vector<Segment>& out, const LaneResult& lane, Eigen::Index particle, const panels::SpaceTime& view, double now, float half_width, Colour c) {
    const std::size_t slices = lane.path.t.size(), stride = std::max<std::size_t>(1, slices / 100);
    for (std::size_t i = 0; i + 1 < slices;) {
        const std::size_t next = std::min(i + stride, slices - 1);
        const float a = lane.path.x[i](particle, 0), b = lane.path.x[next](particle, 0);
        Colour shade = c;
        if (lane.path.t[i] > now) shade.a = static_cast<std::uint8_t>(c.a / 3);
        if (std::isfinite(a) && std::isfinite(b)) out.push_back({static_cast<float>(view.x(lane.path.t[i])), a, static_cast<float>(view.x(lane.path.t[next])), b, half_width, shade});
        i = next;
    }
}

// The ends of the scale: of the first particles over all slices, all but the lowest fiftieth, which would take most of the colours.
panels::DensityLegend log_p_range(const LaneResult& lane) {
    constexpr Eigen::Index first = 500;
    std::vector<float> values;
    for (const Column& slice : lane.path.log_p)
        for (const float value : slice.head(std::min(first, slice.size())))
            if (std::isfinite(value)) values.push_back(value);
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    panels::DensityLegend out;
    out.log_p_low = values[values.size() / 50];
    out.log_p_high = values.back();
    return out;
}

}  // namespace

render::CanvasStyle canvas_style(panels::Theme theme) {
    const auto& p = panels::palette(theme);
    return {colour(p.canvas), p.dark, p.dark ? render::ColourMap::viridis : render::ColourMap::cividis};
}

const std::array<std::uint32_t, 256>& legend_colours(panels::Theme theme, bool difference) {
    static std::array<std::array<std::array<std::uint32_t, 256>, 2>, 2> tables = [] {
        std::array<std::array<std::array<std::uint32_t, 256>, 2>, 2> out{};
        for (const bool signs : {false, true})
            for (const bool dark : {false, true}) {
                const auto style = canvas_style(dark ? panels::Theme::dark : panels::Theme::light);
                const auto table = signs ? render::difference_table(style) : render::heat_table(style);
                for (std::size_t i = 0; i < 256; ++i)
                    out[signs][dark][i] = table[i].r | static_cast<std::uint32_t>(table[i].g) << 8 | static_cast<std::uint32_t>(table[i].b) << 16 | 0xff000000u;
            }
        return out;
    }();
    return tables[difference][panels::palette(theme).dark];
}

void Composer::positions(Pane& pane, const LaneResult& lane, double t, bool trails) {
    const int ages = trails && lane.start.rows() <= trail_particles ? trail_length : 0;
    pane.trail.resize(static_cast<std::size_t>(ages) + 1);
    pane.trail_slices.clear();
    for (int age = ages; age > 0; --age) {
        const double earlier = t - age * trail_spacing;
        if (earlier < lane.path.t.front()) continue;
        Points& slice = pane.trail[static_cast<std::size_t>(age)];
        positions_at(lane, earlier, slice);
        pane.trail_slices.push_back(&slice);
    }
    positions_at(lane, t, pane.trail[0]);
}

void Composer::log_p(Pane& pane, const LaneResult* lane, const panels::UiState& ui, panels::DensityLegend& legend) {
    if (lane != pane.log_p_of) {
        pane.log_p_of = lane;
        pane.log_p_range = lane ? log_p_range(*lane) : panels::DensityLegend{};
    }
    legend.log_p_low = pane.log_p_range.log_p_low;
    legend.log_p_high = pane.log_p_range.log_p_high;
    pane.log_p_colours.clear();
    if (!(legend.log_p_high > legend.log_p_low)) return;
    const auto table = render::heat_table(canvas_style(ui.theme));
    log_p_at(*lane, ui.playback.t, pane.log_p);
    for (const float value : pane.log_p) {
        const double s = std::clamp((value - legend.log_p_low) / (legend.log_p_high - legend.log_p_low), 0.0, 1.0);
        pane.log_p_colours.push_back(table[static_cast<std::size_t>(panels::log_p_first_colour + (std::isfinite(s) ? s : 0) * (255 - panels::log_p_first_colour))]);
    }
}

void Composer::segments(Pane& pane, const Scene& scene, const panels::UiState& ui, const Results& results, int lane, double t, float pixels) {
    const auto& palette = panels::palette(ui.theme);
    const auto index = static_cast<std::size_t>(lane);
    const LaneResult* result = results.lanes[index].get();
    const float thin = (ui.theme == panels::Theme::projector ? 1.5f : 0.6f) * pixels * ui.scale;
    pane.segments.clear();
    for (std::size_t k = 0; k < legend_[index].contours.size(); ++k) {
        const auto& level = legend_[index].contours[k];
        const float half_width = (ui.theme == panels::Theme::projector ? 1.5f : 0.9f - 0.2f * static_cast<float>(k)) * pixels * ui.scale;
        contour(pane.segments, level, half_width, colour(palette.text), colour(palette.canvas, 150), level.level < 0);
    }
    if (result && shows(scene.view, "trajectories")) pane.segments = pane.trajectories;
    const FieldMovie* field = results.fields[index].get();
    if (shows(scene.view, "velocity")) arrows(pane.segments, field, ArrowField::velocity, t, thin, colour(palette.drift, 230));
    if (shows(scene.view, "score")) arrows(pane.segments, field, ArrowField::score, t, thin, colour(palette.noise, 230));
    for (const int particle : {ui.hovered_particle, ui.pinned_particle}) {
        if (!result || particle < 0 || particle >= result->start.rows()) continue;
        polyline(pane.segments, *result, particle, 1.6f * thin, colour(palette.accent));
    }
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

void Composer::space_time(Pane& pane, const panels::UiState& ui, const LaneResult* lane, const panels::SpaceTime& view, std::size_t index, float pixels) {
    const auto& palette = panels::palette(ui.theme);
    const float thin = (ui.theme == panels::Theme::projector ? 1.5f : 0.7f) * pixels * ui.scale;
    pane.segments.clear();
    if (!lane || lane->path.x.empty()) return;
    for (Eigen::Index k = 0; k < std::min(panels::world_lines, lane->start.rows()); ++k)
        world_line(pane.segments, *lane, k, view, ui.playback.t, thin, pane.colours.size() > 1 ? pane.colours[static_cast<std::size_t>(k)] : colour(palette.lanes[index]));
    if (ui.pinned_particle >= 0 && ui.pinned_particle < lane->start.rows()) world_line(pane.segments, *lane, ui.pinned_particle, view, 1, 2 * thin, colour(palette.accent));
}

// What changes only with a lane's result, the colouring or the theme.
void Composer::take_over(Pane& pane, const LaneResult& lane, const Scene& scene, const panels::UiState& ui, std::size_t index, float pixels) {
    const auto& palette = panels::palette(ui.theme);
    if (lane.key == pane.key && lane.coarse == pane.coarse && scene.view.colour == pane.colour_by && palette.dark == pane.dark) return;
    pane.key = lane.key;
    pane.coarse = lane.coarse;
    pane.colour_by = scene.view.colour;
    pane.dark = palette.dark;
    pane.colours.clear();
    if (scene.view.colour == "start")
        for (Eigen::Index k = 0; k < lane.start.rows(); ++k) pane.colours.push_back(start_colour(lane.start(k, 0), lane.start(k, 1), palette.dark));
    else
        pane.colours.push_back(colour(palette.lanes[index]));
    pane.trajectories.clear();
    for (Eigen::Index k = 0; k < std::min<Eigen::Index>(drawn_trajectories, lane.start.rows()); ++k) {
        Colour c = pane.colours[pane.colours.size() == 1 ? 0 : static_cast<std::size_t>(k)];
        c.a = 150;
        polyline(pane.trajectories, lane, k, 0.5f * pixels * ui.scale, c);
    }
}

void Composer::prepare(const Scene& scene, const panels::UiState& ui, const Results& results) {
    const double t = ui.playback.t;
    double largest = 0;
    for (std::size_t i = 0; i < std::min(scene.lanes.size(), panes_.size()); ++i) {
        Pane& pane = panes_[i];
        const LaneResult* lane = results.lanes[i].get();
        if (lane && !lane->path.x.empty())
            positions(pane, *lane, t, shows(scene.view, "trails"));
        else
            pane.trail.assign(1, {}), pane.trail_slices.clear();
        if (shows(scene.view, "density") || shows(scene.view, "difference") || shows(scene.view, "contours"))
            pane.picture.update(scene, results, static_cast<int>(i), pane.trail[0], t);
        else
            pane.picture.clear();
        largest = std::max(largest, pane.picture.legend().maximum);
    }
    for (std::size_t i = 0; i < panes_.size(); ++i) {
        legend_[i] = i < scene.lanes.size() ? panes_[i].picture.legend() : panels::DensityLegend{};
        if (legend_[i].maximum > 0) legend_[i].maximum = largest;
    }
    for (std::size_t i = 0; i < std::min(scene.lanes.size(), panes_.size()); ++i)
        log_p(panes_[i], scene.view.colour == "log_p" ? results.lanes[i].get() : nullptr, ui, legend_[i]);
}

void Composer::draw(render::Renderer& renderer, const Scene& scene, const panels::UiState& ui, const Results& results, const panels::Layout& layout, float pixels, int height) {
    const render::CanvasStyle style = canvas_style(ui.theme);
    const int count = static_cast<int>(std::min({layout.panes.size(), scene.lanes.size(), panes_.size()}));
    for (int i = 0; i < count; ++i) {
        const auto index = static_cast<std::size_t>(i);
        Pane& pane = panes_[index];
        const LaneResult* lane = results.lanes[index].get();
        if (lane) take_over(pane, *lane, scene, ui, index, pixels);
        const panels::Rect& rect = layout.panes[index];
        const bool plane = scene.view.shape == "flat";
        const panels::SpaceTime line = panels::space_time(panels::scene_box(scene), rect, ui.scale);
        const bool height_view = scene.view.shape == "height";
        const auto camera = plane || height_view ? panels::pane_camera(ui, panels::scene_box(scene), rect) : line.camera;
        if (plane) segments(pane, scene, ui, results, i, ui.playback.t, pixels);
        else if (height_view) surface(pane, ui, panels::scene_box(scene), legend_[index].maximum, pixels);
        else space_time(pane, ui, lane, line, index, pixels);

        render::PaneFrame frame;
        const auto round = [](float v) { return static_cast<int>(std::lround(v)); };
        const int left = round(rect.x * pixels), top = round(rect.y * pixels), right = round((rect.x + rect.width) * pixels), bottom = round((rect.y + rect.height) * pixels);
        frame.viewport = {left, height - bottom, right - left, bottom - top};
        frame.camera = {camera.x, camera.y, camera.units_per_pixel / pixels};
        frame.difference = plane && shows(scene.view, "difference");
        if (height_view) {
            frame.vertices = pane.mesh.vertices;
            frame.triangles = pane.mesh.triangles;
        } else if (legend_[index].maximum > 0 && (frame.difference || shows(scene.view, "density"))) {
            const Box& box = pane.picture.box();
            frame.density = &pane.picture.grid();
            frame.density_revision = static_cast<std::uint64_t>(pane.picture.version());
            frame.density_box = plane ? box : Box{line.x(box.x_min), line.x(box.x_max), box.y_min, box.y_max};
            frame.density_max = static_cast<float>(legend_[index].maximum);
        }
        if (plane && shows(scene.view, "particles") && pane.trail[0].rows() > 0) {
            frame.particles = &pane.trail[0];
            frame.trail = pane.trail_slices;
            frame.particle_colours = pane.log_p_colours.empty() ? pane.colours : pane.log_p_colours;
            const auto crowd = pane.trail[0].rows();
            const double radius = ui.theme == panels::Theme::projector ? 2.5 : crowd > 5000 ? 1.2 : crowd > 1500 ? 1.5 : 1.9;
            frame.particle_radius = pixels * ui.scale * static_cast<float>(radius);
        }
        frame.segments = pane.segments;
        frame.stale = lane && !results.lane_current[index];
        renderer.draw(i, frame, style);
    }
}

}  // namespace pf
