#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <functional>
#include <sstream>

#include "app/panels/box_view.h"
#include "app/panels/contour_room.h"
#include "app/panels/ends_overlay.h"
#include "app/panels/legend_lines.h"
#include "app/panels/panels.h"
#include "app/panels/perspective.h"
#include "app/panels/pinned_point.h"
#include "app/panels/plot.h"
#include "app/panels/sheet.h"
#include "app/panels/surface_axes.h"
#include "app/panels/tools/tools.h"
#include "app/runtime/layers.h"
#include "app/runtime/processes.h"
#include "app/runtime/shown_density.h"

namespace pf::panels {
namespace {

// Ticks of an axis `length` pixels long that have room. One number is no scale: where there is no more, denser ones that are `apart` from each other, or the outer two of them and what is between these.
std::vector<double> ticks_with_room(const Axis& axis, float length, float per_label, float apart, const std::function<bool(double)>& has_room) {
    const auto those = [&](int count) {
        auto out = ticks(axis, count);
        std::erase_if(out, [&](double v) { return !has_room(v); });
        return out;
    };
    const int usual = std::max(2, static_cast<int>(length / per_label));
    const auto out = those(usual);
    for (int count = usual + 1; out.size() < 2 && count <= 10 * usual; ++count)
        if (const auto denser = those(count); denser.size() >= 2) {
            const double room = (axis.fraction(denser.back()) - axis.fraction(denser.front())) * static_cast<double>(length) / static_cast<double>(apart);
            if (room >= static_cast<double>(denser.size() - 1)) return denser;
            if (room >= 2 && denser.size() % 2 == 1) return {denser.front(), denser[denser.size() / 2], denser.back()};
            if (room >= 1) return {denser.front(), denser.back()};
        }
    return out;
}

void draw_axes(const Sheet& s) {
    const Rect& r = s.pane;
    const Point low = to_world(s.camera, r, {r.x, r.y + r.height}), high = to_world(s.camera, r, {r.x + r.width, r.y});
    const auto line = rgba(s.p.text, 0.8f);
    const float tick = std::max(5.f, 3 * s.stroke) * s.scale, bottom = r.y + r.height, per_label = 3.5f * s.size;
    const auto column = [&](double v) { return static_cast<float>(to_screen(s.camera, r, {v, 0}).x); };
    const auto row = [&](double v) { return static_cast<float>(to_screen(s.camera, r, {0, v}).y); };
    const auto room_below = [&](double v) {
        const float half = s.width(tick_label(v)) / 2;
        return column(v) - half >= r.x + 3 * s.size && column(v) + half <= r.x + r.width - 4;
    };
    const auto room_aside = [&](double v) { return row(v) >= r.y + 3.2f * s.size && row(v) <= bottom - 2.5f * s.size; };
    for (const double v : ticks_with_room({low.x, high.x, false, ""}, r.width, per_label, 3 * s.size, room_below)) {
        const std::string label = tick_label(v);
        s.draw.AddLine({column(v), bottom}, {column(v), bottom - tick}, line, s.stroke * s.scale);
        s.haloed(column(v) - s.width(label) / 2, bottom - tick - s.size - 1, label);
    }
    for (const double v : ticks_with_room({low.y, high.y, false, ""}, r.height, per_label, 1.2f * s.size, room_aside)) {
        s.draw.AddLine({r.x, row(v)}, {r.x + tick, row(v)}, line, s.stroke * s.scale);
        s.haloed(r.x + tick + 6 * s.scale, row(v) - s.size / 2, tick_label(v));
    }
}

// Space–time: t below, x₁ on the left, a line where the program is.
void draw_time_axes(const Sheet& s, const SpaceTime& view, double t, const Clock& clock) {
    const Rect& r = s.pane;
    const auto ink = rgba(s.p.text, 0.8f);
    const float tick = std::max(5.f, 3 * s.stroke) * s.scale, bottom = r.y + r.height;
    const auto column = [&](double at) { return static_cast<float>(to_screen(s.camera, r, {view.x(at), 0}).x); };
    for (const double v : {0.0, 0.25, 0.5, 0.75, 1.0}) {
        const float x = column(v);
        s.draw.AddLine({x, bottom}, {x, bottom - tick}, ink, s.stroke * s.scale);
        const std::string label = v == 0 ? clock_label(clock, 0, 0) : tick_label(clock.duration ? v * *clock.duration : shown_time(v));
        s.haloed(std::min(x - s.width(label) / 2, r.x + r.width - s.width(label) - 4), bottom - tick - s.size - 1, label);
    }
    const double half = s.camera.units_per_pixel * static_cast<double>(r.height) / 2;
    const auto row = [&](double v) { return static_cast<float>(to_screen(s.camera, r, {0, v}).y); };
    for (const double v : ticks_with_room({-half, half, false, ""}, r.height, 3.5f * s.size, 1.2f * s.size, [&](double v) { return row(v) >= r.y + 5.2f * s.size && row(v) <= bottom - 2.5f * s.size; })) {
        s.draw.AddLine({r.x, row(v)}, {r.x + tick, row(v)}, ink, s.stroke * s.scale);
        s.haloed(r.x + tick + 4 * s.scale, row(v) - s.size / 2, tick_label(v));
    }
    s.haloed(r.x + tick + 4 * s.scale, r.y + 3.4f * s.size, "x₁");
    // Now, between the title and the numbers.
    const ImVec2 now[2] = {{column(t), r.y + s.margin() + s.size + 10 * s.scale}, {column(t), bottom - tick - s.size - 3 * s.scale}};
    s.draw.AddLine(now[0], now[1], rgba(s.p.canvas, 0.8f), 4 * s.scale);
    s.draw.AddLine(now[0], now[1], rgba(s.p.accent), 2 * s.scale);
}

// Which contours go through which cells of a pane, a few pixels wide.
class LineMap {
public:
    LineMap(const Sheet& s, const std::vector<Contour>& contours, const std::vector<std::size_t>& drawn)
        : pane_(s.pane), cell_(5 * s.scale), width_(1 + static_cast<int>(s.pane.width / cell_)), height_(1 + static_cast<int>(s.pane.height / cell_)), contours_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_)) {
        for (const std::size_t k : drawn)
            for (const Polyline& line : contours[k].lines)
                for (std::size_t i = 0; i < line.size(); ++i) mark(s, line[i > 0 ? i - 1 : 0], line[i], k);
    }
    // In how many cells of a rectangle there is another contour than this one.
    int others(std::size_t own, const ImVec4& r) const {
        int out = 0;
        for (int y = std::max(0, row(r.y)); y <= std::min(height_ - 1, row(r.w)); ++y)
            for (int x = std::max(0, column(r.x)); x <= std::min(width_ - 1, column(r.z)); ++x) out += (contours_[at(x, y)] & ~(1u << own)) != 0;
        return out;
    }

private:
    // In steps of half a cell: zoomed in, vertices are cells apart.
    void mark(const Sheet& s, const std::array<float, 2>& from, const std::array<float, 2>& to, std::size_t k) {
        const Point a = to_screen(s.camera, s.pane, {from[0], from[1]}), b = to_screen(s.camera, s.pane, {to[0], to[1]});
        const int steps = 1 + static_cast<int>(std::min(1e4, 2 * std::hypot(b.x - a.x, b.y - a.y) / static_cast<double>(cell_)));
        for (int i = 0; i <= steps; ++i) {
            const double share = static_cast<double>(i) / steps;
            const int x = column(static_cast<float>(a.x + share * (b.x - a.x))), y = row(static_cast<float>(a.y + share * (b.y - a.y)));
            if (x >= 0 && x < width_ && y >= 0 && y < height_) contours_[at(x, y)] |= static_cast<std::uint8_t>(1u << k);
        }
    }
    int column(float x) const { return static_cast<int>(std::floor((x - pane_.x) / cell_)); }
    int row(float y) const { return static_cast<int>(std::floor((y - pane_.y) / cell_)); }
    std::size_t at(int x, int y) const { return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x); }
    const Rect& pane_;
    float cell_;
    int width_, height_;
    std::vector<std::uint8_t> contours_;  // a bit each
};

// Where a label may stand on a line: at its top, bottom, right or left, or where it turns from one to the next.
std::array<std::array<float, 2>, 8> places_on(const Polyline& line) {
    std::array<std::array<float, 2>, 8> out{};
    const std::array<std::array<float, 2>, 8> towards{{{0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1}}};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = *std::max_element(line.begin(), line.end(), [&](const auto& a, const auto& b) { return a[0] * towards[i][0] + a[1] * towards[i][1] < b[0] * towards[i][0] + b[1] * towards[i][1]; });
    return out;
}

// The value of a contour on at most two of its lines, the longest: where it meets no other label, and lies on as little of the other contours as can be. Not where it
// would hide its own line or much of another: the legend names all shares.
void draw_contour_labels(const Sheet& s, const std::vector<Contour>& contours, const std::vector<std::size_t>& drawn) {
    constexpr std::size_t most = 2;
    constexpr int most_hidden = 3;  // cells
    std::vector<ImVec4> taken{{s.pane.x, s.pane.y, s.pane.x + s.pane.width, s.pane.y + title_room * s.scale}};
    const LineMap lines_at(s, contours, drawn);
    for (const std::size_t k : drawn) {
        const Contour& contour = contours[k];
        const float w = s.width(contour.label) + 4 * s.scale, h = s.size;
        std::vector<const Polyline*> lines;
        for (const Polyline& line : contour.lines)
            if (2.5 * half_extent(line) / s.camera.units_per_pixel > static_cast<double>(w)) lines.push_back(&line);
        const std::size_t count = std::min(most, lines.size());
        std::partial_sort(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(count), lines.end(), [](const auto* a, const auto* b) { return a->size() > b->size(); });
        for (std::size_t i = 0; i < count; ++i) {
            std::optional<ImVec4> best;
            int least = 0;
            for (const auto& candidate : places_on(*lines[i])) {
                const Point on = to_screen(s.camera, s.pane, {candidate[0], candidate[1]});
                const auto x = static_cast<float>(on.x) - w / 2, y = static_cast<float>(on.y) - h / 2;
                const bool outside = x < s.pane.x + 3 * s.size || y < s.pane.y || x + w > s.pane.x + s.pane.width || y + h > s.pane.y + s.pane.height - 2.5f * s.size;
                if (outside || std::any_of(taken.begin(), taken.end(), [&](const ImVec4& other) { return x < other.z && x + w > other.x && y < other.w && y + h > other.y; })) continue;
                const ImVec4 place{x, y, x + w, y + h};
                const int hidden = lines_at.others(k, place);
                if (hidden <= most_hidden && (!best || hidden < least)) best = place, least = hidden;
            }
            if (!best) continue;
            taken.push_back(*best);
            s.draw.AddRectFilled({best->x, best->y}, {best->z, best->w}, rgba(s.p.canvas, 0.75f), 3 * s.scale);
            s.text(best->x + 2 * s.scale, best->y, s.p.text, contour.label);
        }
    }
}

// Before an audience, whose caption says the rest; a chip of its own would lie on what is to be seen.
std::string wrong_in_short(const Lane& lane) {
    const std::string_view all = what_is_wrong(lane.variant);
    std::string out(all.substr(0, all.find(':')));
    if (!out.empty()) out.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(out.front())));
    return out;
}

void draw_title(const Sheet& s, const PaneView& view, const Scene& scene, int lane) {
    std::string title = lane_title(scene, lane);
    std::string mark = lane_mark(scene, view.results, lane);
    if (view.ui.presenting)
        if (const std::string wrong = wrong_in_short(scene.lanes[static_cast<std::size_t>(lane)]); !wrong.empty()) mark = wrong + (mark.empty() ? "" : " · ") + mark;
    const auto index = static_cast<std::size_t>(lane);
    // The mark matters more than the settings, which the equation and the controls show too.
    const float width = 2.5f * s.scale, sample_length = two_dashes(width), stroke = sample_length + 6 * s.scale, space = 12 * s.scale;
    const float room = s.pane.width - 2 * s.margin() - stroke - 14 * s.scale;
    const auto needed = [&] { return s.width(title) + (mark.empty() ? 0 : s.width(mark) + space); };
    for (const TitleLength length : {TitleLength::steps, TitleLength::equation, TitleLength::model, TitleLength::number})
        if (needed() > room) title = lane_title(scene, lane, length);
    const float w = needed() + stroke + 14 * s.scale;
    const ImVec2 at = s.chip(s.pane.x + s.margin(), s.pane.y + s.margin(), w, s.size + 8 * s.scale);
    const ImVec2 sample[2] = {{at.x, at.y + s.size / 2}, {at.x + sample_length, at.y + s.size / 2}};
    draw_curve(s.draw, sample, rgba(s.p.lanes[index]), width, has_noise(scene.lanes[index]));
    s.text(at.x + stroke, at.y, s.p.text, title);
    if (!mark.empty()) s.text(at.x + stroke + s.width(title) + space, at.y, s.p.warning, mark);
}

// What is wrong with the lane's equation, wrapped to the pane; nothing in one too small for it.
struct Wrong {
    std::vector<std::string> lines;
    float width = 0, height = 0;  // of its chip
};
Wrong wrong(const Sheet& s, const Lane& lane) {
    std::istringstream words{std::string(what_is_wrong(lane.variant))};
    Wrong out;
    const float room = s.pane.width - 2 * s.margin() - 14 * s.scale;
    for (std::string word; words >> word;) {
        if (out.lines.empty() || s.width(out.lines.back() + " " + word) > room) out.lines.push_back(word);
        else out.lines.back() += " " + word;
        out.width = std::max(out.width, s.width(out.lines.back()) + 14 * s.scale);
    }
    out.height = (s.size + 3 * s.scale) * static_cast<float>(out.lines.size()) + 6 * s.scale;
    return out.lines.empty() || out.width > room + 14 * s.scale || out.height > s.pane.height / 3 ? Wrong{} : out;
}

// Under the title.
void draw_wrong(const Sheet& s, const Wrong& wrong) {
    if (wrong.lines.empty()) return;
    ImVec2 at = s.chip(s.pane.x + s.margin(), s.pane.y + s.title_foot(), wrong.width, wrong.height);
    for (const std::string& text : wrong.lines) {
        s.text(at.x, at.y, s.p.warning, text);
        at.y += s.size + 3 * s.scale;
    }
}

// The number of each label amid its particles, in their colour.
void draw_labels(const Sheet& s, const std::vector<LabelMark>& labels) {
    if (labels.size() > 2 * s.p.labels.size()) return;
    for (const LabelMark& mark : labels) {
        const Point on = to_screen(s.camera, s.pane, {mark.x, mark.y});
        const std::string text = std::to_string(mark.label);
        const float w = s.width(text) + 10 * s.scale, h = s.size + 4 * s.scale, x = static_cast<float>(on.x) - w / 2, y = static_cast<float>(on.y) - h / 2;
        s.draw.AddRectFilled({x, y}, {x + w, y + h}, rgba(s.p.canvas, 0.8f), h / 2);
        s.draw.AddRect({x, y}, {x + w, y + h}, rgba(s.p.labels[static_cast<std::size_t>(mark.place) % s.p.labels.size()]), h / 2, 0, 1.5f * s.scale);
        s.text(x + 5 * s.scale, y + 2 * s.scale, s.p.text, text);
    }
}

void draw_particle(const Sheet& s, const PaneView& view, int lane, int particle, bool pinned) {
    const auto at = particle_position(view.results.lanes[static_cast<std::size_t>(lane)].get(), particle, view.ui.playback.t);
    if (!at) return;
    const Point on = to_screen(s.camera, s.pane, {at->x, at->y});
    const ImVec2 centre{static_cast<float>(on.x), static_cast<float>(on.y)};
    const float radius = (pinned ? 8.f : 7.f) * s.scale;
    s.draw.AddCircle(centre, radius, rgba(s.p.canvas), 0, 4.5f * s.scale);
    s.draw.AddCircle(centre, radius, rgba(pinned ? s.p.accent : s.p.text), 0, 2 * s.scale);
    if (!pinned) return;
    const std::string label = fmt::format("({:.2f}, {:.2f})", at->x, at->y);
    const float gap = radius + 4 * s.scale, wide = s.width(label);
    const float left = s.pane.x + 3 * s.scale, right = s.pane.x + s.pane.width - 3 * s.scale - wide;
    float x = centre.x + gap, y = centre.y - s.size / 2;
    if (x > right) x = centre.x - gap - wide;
    // In a pane too narrow for it on either side it stands above.
    if (x < left) x = std::max(left, std::min(centre.x - wide / 2, right)), y = centre.y - gap - s.size;
    s.haloed(x, y, label);
}

// Where the picture of p ends and p does not.
void draw_frame(const Sheet& s, const PaneView& view, int lane) {
    const auto box = framed_box(view, lane);
    if (!box) return;
    const Point low = to_screen(s.camera, s.pane, {box->x_min, box->y_min}), high = to_screen(s.camera, s.pane, {box->x_max, box->y_max});
    s.draw.AddRect({static_cast<float>(low.x), static_cast<float>(high.y)}, {static_cast<float>(high.x), static_cast<float>(low.y)}, rgba(s.p.muted), 0, 0, s.stroke * s.scale);
}

// How many particles the pane does not show, above the numbers of the axis in its corner.
void draw_outside(const Sheet& s, const PaneView& view, int lane) {
    const Points* particles = view.heat_map.lanes[static_cast<std::size_t>(lane)].particles;
    if (!particles || !shows(view.scene.view, "particles")) return;
    const Rect& r = s.pane;
    const Point low = to_world(s.camera, r, {r.x, r.y + r.height}), high = to_world(s.camera, r, {r.x + r.width, r.y});
    const auto x = particles->col(0), y = particles->col(1);
    const auto outside = (x < static_cast<float>(low.x) || x > static_cast<float>(high.x) || y < static_cast<float>(low.y) || y > static_cast<float>(high.y)) && (x + y).isFinite();
    const auto count = outside.count();
    if (count == 0) return;
    std::string words = fmt::format("{} of {} outside", count, particles->rows());
    const float room = r.width - 2 * s.margin();
    if (s.width(words) > room - 3.2f * s.size) words = fmt::format("{} outside", count);  // clear of the numbers of the axis
    float foot = r.y + r.height - (numbers_room + 4) * s.scale - s.size;
    if (s.width(words) < room) s.haloed(r.x + r.width - s.margin() - s.width(words), foot, words);
    // Where it is more than a few, who knows why, unless the camera was moved. (What is wrong with an equation stands under the title.)
    if (view.ui.zoom != 1 || view.ui.centre_x != 0 || view.ui.centre_y != 0) return;
    const Lane& l = view.scene.lanes[static_cast<std::size_t>(lane)];
    if (view.ui.presenting || !view.ui.controls_open || count * 50 < particles->rows() || !has_noise(l) || l.variant != "right") return;
    const std::string why = fmt::format("why: Sampling, lane {}", lane + 1);
    foot -= s.size + 4 * s.scale;
    if (s.width(why) < room) s.haloed(r.x + r.width - s.margin() - s.width(why), foot, why);
}

// It follows a network that has no weights and does not train.
bool lane_untrained(const Scene& scene, const Results& results, int lane) {
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    const auto untrained = [&](const std::string& name) {
        const auto i = static_cast<std::size_t>(model_index(scene, name));
        const auto& state = results.training[i];
        return scene.models[i].field == "network" && (!state || (state->revision == 0 && state->status != TrainingStatus::running));
    };
    return untrained(l.model) || (is_stochastic(l) && !l.score_model.empty() && untrained(l.score_model));
}

// A first answer of a density that is solved for, on screen.
bool coarse_density(const Scene& scene, const Results& results, int lane) {
    const auto solution = shown_solution(scene, results, lane);
    return solution && solution->coarse && (shows(scene.view, "density") || shows(scene.view, "contours") || shows(scene.view, "difference"));
}

}  // namespace

std::string lane_mark(const Scene& scene, const Results& results, int lane) {
    const auto index = static_cast<std::size_t>(lane);
    const auto is_network = [&](const std::string& name) { return scene.models[static_cast<std::size_t>(model_index(scene, name))].field == "network"; };
    const auto trains = [&](const std::string& name) {
        const auto& state = results.training[static_cast<std::size_t>(model_index(scene, name))];
        return is_network(name) && state && state->status == TrainingStatus::running;
    };
    const Lane& l = scene.lanes[index];
    const auto& result = results.lanes[index];
    // How far the networks are that this lane follows and that train now: the one furthest from its end.
    std::string training;
    long least = 100;  // %
    for (const std::string& name : {l.model, is_stochastic(l) ? l.score_model : std::string()}) {
        if (name.empty() || !trains(name)) continue;
        const TrainingState& state = *results.training[static_cast<std::size_t>(model_index(scene, name))];
        least = std::min(least, 100 * state.step / std::max(1L, state.steps));
        training = fmt::format("training {} %", least);
    }
    std::string mark = training;
    if (training.empty()) {
        if (!result)
            mark = lane_untrained(scene, results, lane) ? "train the network (T)" : "computing …";
        else if (!results.lane_current[index])
            mark = "updating …";
        else if (result->coarse || coarse_density(scene, results, lane))
            mark = "coarse, refining …";
    }
    if (result && result->path.lost > 0) mark += fmt::format("{}{} particles lost", mark.empty() ? "" : " · ", result->path.lost);
    return mark;
}

void draw_pane_overlay(const PaneView& view, const Rect& pane, int lane) {
    const Scene& scene = view.scene;
    if (pane.width < 1 || pane.height < 1 || lane < 0 || lane >= static_cast<int>(scene.lanes.size())) return;
    write_in(view.ui.convention);
    const float scale = view.ui.scale;
    ImFont* font = small_font();
    const bool plane = scene.view.shape == "flat", surface = scene.view.shape == "height";
    const SpaceTime line = space_time(view.ui, scene_box(scene), pane);
    Sheet sheet{*ImGui::GetBackgroundDrawList(), pane, plane || surface ? pane_camera(view.ui, scene_box(scene), pane) : line.camera, palette(view.ui.theme), scale, font, font->FontSize, view.ui.theme == Theme::projector ? line_width(view.ui.theme) : 1};
    // Below each other: the title, what is wrong, what a tool does, what goes through a pinned point.
    const Wrong not_right = view.ui.presenting ? Wrong{} : wrong(sheet, scene.lanes[static_cast<std::size_t>(lane)]);
    sheet.head = sheet.title_foot() + (not_right.lines.empty() ? 0 : not_right.height + 4 * scale);
    sheet.draw.PushClipRect({pane.x, pane.y}, {pane.x + pane.width, pane.y + pane.height}, true);
    const UiState& ui = view.ui;
    if (plane) {
        const auto index = static_cast<std::size_t>(lane);
        const bool empty = !view.results.lanes[index] && !(view.heat_map.lanes[index].maximum > 0);
        if (empty && lane_untrained(scene, view.results, lane)) draw_ends(sheet, scene);
        draw_frame(sheet, view, lane);
        draw_axes(sheet);
        draw_contour_labels(sheet, view.heat_map.lanes[static_cast<std::size_t>(lane)].contours, contours_drawn(sheet, view, lane));
        draw_box(sheet, view, lane);
        draw_outside(sheet, view, lane);
        draw_labels(sheet, view.heat_map.lanes[static_cast<std::size_t>(lane)].labels);
        sheet.head += draw_data_tool(sheet, view);
    } else if (surface) {
        draw_surface_axes(sheet, perspective(ui, scene_box(scene)), view.heat_map.lanes[static_cast<std::size_t>(lane)].maximum);
    } else {
        draw_time_axes(sheet, line, ui.playback.t, clock_of(scene));
    }
    if (plane && ui.hovered_particle >= 0 && ui.hovered_particle != ui.pinned_particle) draw_particle(sheet, view, lane, ui.hovered_particle, false);
    if (plane && ui.pinned_particle >= 0) draw_particle(sheet, view, lane, ui.pinned_particle, true);
    if (plane) draw_pinned_point(sheet, view, lane);
    else if (!surface) draw_pinned_point(sheet, view, lane, line);
    draw_title(sheet, view, scene, lane);
    draw_wrong(sheet, not_right);
    // What fills two panes does not run into one.
    sheet.draw.AddRect({pane.x, pane.y}, {pane.x + pane.width, pane.y + pane.height}, rgba(sheet.p.panel), 0, 0, 2 * scale);
    sheet.draw.PopClipRect();
}

}  // namespace pf::panels
