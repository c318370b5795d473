#include <algorithm>
#include <cmath>

#include "app/panels/camera.h"
#include "app/panels/panels.h"
#include "app/panels/plot.h"

namespace pf::panels {
namespace {

// Everything drawn on one pane, behind all windows.
struct Sheet {
    ImDrawList& draw;
    const Rect& pane;
    const PaneCamera camera;
    const Palette& p;
    float scale;
    ImFont* font;
    float size;

    float width(const std::string& s) const { return font->CalcTextSizeA(size, 1e6f, 0, s.c_str()).x; }
    void text(float x, float y, Rgb colour, const std::string& s) const { draw.AddText(font, size, {x, y}, rgba(colour), s.c_str()); }
    // Legible on any heat map.
    void haloed(float x, float y, const std::string& s) const {
        const float d = std::max(1.f, scale);
        for (const auto& [dx, dy] : {std::pair{-d, 0.f}, {d, 0.f}, {0.f, -d}, {0.f, d}, {-d, -d}, {d, d}, {d, -d}, {-d, d}})
            draw.AddText(font, size, {x + dx, y + dy}, rgba(p.canvas, 0.85f), s.c_str());
        text(x, y, p.text, s);
    }
    // A rounded ground that keeps text readable; returns where its content starts.
    ImVec2 chip(float x, float y, float w, float h) const {
        draw.AddRectFilled({x, y}, {x + w, y + h}, rgba(p.panel, 0.88f), 5 * scale);
        return {x + 7 * scale, y + 4 * scale};
    }
    float margin() const { return 10 * scale; }
};

void draw_axes(const Sheet& s) {
    const Rect& r = s.pane;
    const Point low = to_world(s.camera, r, {r.x, r.y + r.height}), high = to_world(s.camera, r, {r.x + r.width, r.y});
    const auto line = rgba(s.p.text, 0.8f);
    const float tick = 5 * s.scale, bottom = r.y + r.height, per_label = 3.5f * s.size;
    for (const double v : ticks({low.x, high.x, false, ""}, std::max(2, static_cast<int>(r.width / per_label)))) {
        const auto x = static_cast<float>(to_screen(s.camera, r, {v, 0}).x);
        s.draw.AddLine({x, bottom}, {x, bottom - tick}, line, s.scale);
        const std::string label = tick_label(v);
        const float half = s.width(label) / 2;
        if (x - half > r.x + 3 * s.size && x + half < r.x + r.width - 4) s.haloed(x - half, bottom - tick - s.size - 1, label);
    }
    for (const double v : ticks({low.y, high.y, false, ""}, std::max(2, static_cast<int>(r.height / per_label)))) {
        const auto y = static_cast<float>(to_screen(s.camera, r, {0, v}).y);
        s.draw.AddLine({r.x, y}, {r.x + tick, y}, line, s.scale);
        if (y > r.y + 3.2f * s.size && y < bottom - 2.5f * s.size) s.haloed(r.x + tick + 6 * s.scale, y - s.size / 2, tick_label(v));
    }
}

void draw_title(const Sheet& s, const PaneView& view, const Scene& scene, int lane) {
    std::string title = lane_title(scene, lane), mark;
    const auto index = static_cast<std::size_t>(lane);
    const auto& result = view.results.lanes[index];
    if (!result)
        mark = model_named(scene, scene.lanes[index].model).field == "network" && !view.results.training[static_cast<std::size_t>(model_index(scene, scene.lanes[index].model))]
                   ? "train the network first"
                   : "computing …";
    else if (!view.results.lane_current[index])
        mark = "updating …";
    else if (result->coarse)
        mark = "coarse, refining …";
    if (result && result->path.lost > 0) mark += fmt::format("{}{} particles lost", mark.empty() ? "" : " · ", result->path.lost);

    const float stroke = 26 * s.scale, room = s.pane.width - 2 * s.margin() - stroke - 22 * s.scale;
    if (s.width(title) > room) title = fmt::format("lane {} · {}", lane + 1, is_stochastic(scene.lanes[index]) ? "SDE" : "ODE");
    const float w = s.width(title) + stroke + (mark.empty() ? 0 : s.width(mark) + 12 * s.scale) + 22 * s.scale;
    const ImVec2 at = s.chip(s.pane.x + s.margin(), s.pane.y + s.margin(), w, s.size + 8 * s.scale);
    const ImVec2 sample[2] = {{at.x, at.y + s.size / 2}, {at.x + stroke - 6 * s.scale, at.y + s.size / 2}};
    draw_curve(s.draw, sample, rgba(s.p.lanes[index]), 2.5f * s.scale, is_stochastic(scene.lanes[index]));
    s.text(at.x + stroke, at.y, s.p.text, title);
    if (!mark.empty()) s.text(at.x + stroke + s.width(title) + 12 * s.scale, at.y, s.p.warning, mark);
}

struct DensityScale {
    double maximum = 0, integral = 0;
};

DensityScale density_scale(const PaneView& view, const Scene& scene, int lane) {
    const auto index = static_cast<std::size_t>(lane);
    if (view.heat_map.lanes[index].maximum > 0) return {view.heat_map.lanes[index].maximum, view.heat_map.lanes[index].integral};
    const auto& movie = view.results.densities[static_cast<std::size_t>(model_index(scene, scene.lanes[index].model))];
    if (scene.view.density != "exact" || !movie || movie->t.empty() || movie->maximum.size() != movie->t.size() || movie->integral.size() != movie->t.size()) return {};
    const int last = static_cast<int>(movie->t.size()) - 1, i = std::clamp(slice_at(movie->t, view.ui.playback.t), 0, last), j = std::min(i + 1, last);
    const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
    const double step = movie->t[b] - movie->t[a], f = step > 0 ? std::clamp((view.ui.playback.t - movie->t[a]) / step, 0.0, 1.0) : 0;
    return {(1 - f) * movie->maximum[a] + f * movie->maximum[b], (1 - f) * movie->integral[a] + f * movie->integral[b]};
}

void draw_colour_bar(const Sheet& s, const PaneView& view, ImVec2 at, float width, float height) {
    constexpr int parts = 64;
    for (int i = 0; i < parts; ++i) {
        const float f = (static_cast<float>(i) + 0.5f) / parts, x0 = at.x + width * static_cast<float>(i) / parts, x1 = at.x + width * static_cast<float>(i + 1) / parts;
        const ImU32 colour = view.heat_map.colours ? (*view.heat_map.colours)[static_cast<std::size_t>(f * 255)] : rgba(s.p.accent, f);
        s.draw.AddRectFilled({x0, at.y}, {x1, at.y + height}, colour);
    }
    s.draw.AddRect(at, {at.x + width, at.y + height}, rgba(s.p.muted));
}

// One line per layer, bottom right: what is drawn and in which units.
void draw_legend(const Sheet& s, const PaneView& view, const Scene& scene, int lane) {
    struct Line {
        char kind;
        std::string text;
    };
    std::vector<Line> lines;
    const auto& result = view.results.lanes[static_cast<std::size_t>(lane)];
    const DensityScale scale = density_scale(view, scene, lane);
    if (has_layer(scene, "velocity")) lines.push_back({'u', "velocity uₜ"});
    if (has_layer(scene, "score")) lines.push_back({'s', "score ∇ log pₜ"});
    if (has_layer(scene, "particles") && result && !result->path.x.empty())
        lines.push_back({'p', fmt::format("{} particles{}", result->path.x.front().rows(), scene.view.colour == "start" ? ", hue by start" : "")});
    if (has_layer(scene, "density") && scale.maximum > 0) {
        lines.push_back({'d', fmt::format("{} 0 … {:.3g} per unit area", scene.view.density == "exact" ? "pₜ" : "particles", scale.maximum)});
        lines.push_back({' ', fmt::format("∫ p dx = {:.3f}", scale.integral)});
    }
    if (lines.empty()) return;
    const float key = 40 * s.scale, line = s.size + 4 * s.scale;
    float widest = 0;
    for (const Line& l : lines) widest = std::max(widest, s.width(l.text));
    const float w = widest + key + 20 * s.scale, h = line * static_cast<float>(lines.size()) + 8 * s.scale;
    if (w > s.pane.width - 2 * s.margin() || h > s.pane.height * 0.4f) return;
    ImVec2 at = s.chip(s.pane.x + s.pane.width - s.margin() - w, s.pane.y + s.pane.height - s.margin() - h - 1.6f * s.size, w, h);
    for (const Line& l : lines) {
        const float middle = at.y + s.size / 2, bar = key - 8 * s.scale;
        if (l.kind == 'd') draw_colour_bar(s, view, {at.x, middle - 4 * s.scale}, bar, 8 * s.scale);
        if (l.kind == 'p') s.draw.AddCircleFilled({at.x + bar / 2, middle}, 3.5f * s.scale, rgba(s.p.lanes[static_cast<std::size_t>(lane)]));
        if (l.kind == 'u' || l.kind == 's') {
            const ImU32 ink = rgba(l.kind == 'u' ? s.p.drift : s.p.noise);
            s.draw.AddLine({at.x, middle}, {at.x + bar - 4 * s.scale, middle}, ink, 1.5f * s.scale);
            s.draw.AddTriangleFilled({at.x + bar, middle}, {at.x + bar - 6 * s.scale, middle - 3.5f * s.scale}, {at.x + bar - 6 * s.scale, middle + 3.5f * s.scale}, ink);
        }
        s.text(at.x + key, at.y, s.p.text, l.text);
        at.y += line;
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
    if (pinned) s.haloed(centre.x + radius + 4 * s.scale, centre.y - s.size / 2, fmt::format("({:.2f}, {:.2f})", at->x, at->y));
}

}  // namespace

void draw_pane_overlay(const PaneView& view, const Rect& pane, int lane) {
    const Scene& scene = view.scene;
    if (pane.width < 1 || pane.height < 1 || lane < 0 || lane >= static_cast<int>(scene.lanes.size())) return;
    const float scale = view.ui.scale;
    ImFont* font = small_font();
    const Sheet sheet{*ImGui::GetBackgroundDrawList(), pane, pane_camera(view.ui, scene_box(scene), pane), palette(view.ui.theme), scale, font, font->FontSize};
    sheet.draw.PushClipRect({pane.x, pane.y}, {pane.x + pane.width, pane.y + pane.height}, true);
    draw_axes(sheet);
    const UiState& ui = view.ui;
    if (ui.hovered_particle >= 0 && ui.hovered_particle != ui.pinned_particle) draw_particle(sheet, view, lane, ui.hovered_particle, false);
    if (ui.pinned_particle >= 0) draw_particle(sheet, view, lane, ui.pinned_particle, true);
    draw_legend(sheet, view, scene, lane);
    draw_title(sheet, view, scene, lane);
    sheet.draw.PopClipRect();
}

}  // namespace pf::panels
