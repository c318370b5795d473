#include <algorithm>
#include <cmath>
#include <sstream>

#include "app/panels/panels.h"
#include "app/panels/plot.h"
#include "app/panels/sheet.h"
#include "app/runtime/processes.h"

namespace pf::panels {
namespace {

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
    std::string title = lane_title(scene, lane);
    const std::string mark = lane_mark(scene, view.results, lane);
    const auto index = static_cast<std::size_t>(lane);
    // The mark matters more than the settings, which the equation and the controls show too.
    const float stroke = 26 * s.scale, space = 12 * s.scale;
    const float share = s.pane.height < 14 * s.size ? 0.6f : 1;  // a low pane keeps its upper corner for the data
    const float room = share * (s.pane.width - 2 * s.margin()) - stroke - 14 * s.scale;
    const auto needed = [&] { return s.width(title) + (mark.empty() ? 0 : s.width(mark) + space); };
    const std::string kind = lane_kind(scene.lanes[index]);
    for (const std::string& shorter : {fmt::format("lane {} · {} · {}", lane + 1, kind, find_solver(scene.lanes[index].solver.id, "solver").label), fmt::format("lane {} · {}", lane + 1, kind), std::to_string(lane + 1)})
        if (needed() > room) title = shorter;
    const float w = needed() + stroke + 14 * s.scale;
    const ImVec2 at = s.chip(s.pane.x + s.margin(), s.pane.y + s.margin(), w, s.size + 8 * s.scale);
    const ImVec2 sample[2] = {{at.x, at.y + s.size / 2}, {at.x + stroke - 6 * s.scale, at.y + s.size / 2}};
    draw_curve(s.draw, sample, rgba(s.p.lanes[index]), 2.5f * s.scale, has_noise(scene.lanes[index]));
    s.text(at.x + stroke, at.y, s.p.text, title);
    if (!mark.empty()) s.text(at.x + stroke + s.width(title) + space, at.y, s.p.warning, mark);
}

// What is wrong with the lane's equation, under its title, wrapped to the pane.
void draw_wrong(const Sheet& s, const Lane& lane) {
    std::istringstream words{std::string(what_is_wrong(lane.variant))};
    std::vector<std::string> lines;
    float widest = 0;
    const float room = s.pane.width - 2 * s.margin() - 14 * s.scale;
    for (std::string word; words >> word;) {
        if (lines.empty() || s.width(lines.back() + " " + word) > room) lines.push_back(word);
        else lines.back() += " " + word;
        widest = std::max(widest, s.width(lines.back()));
    }
    const float line = s.size + 3 * s.scale, height = line * static_cast<float>(lines.size()) + 6 * s.scale, top = s.pane.y + s.margin() + s.size + 12 * s.scale;
    if (lines.empty() || widest > room || height > s.pane.height / 3) return;
    ImVec2 at = s.chip(s.pane.x + s.margin(), top, widest + 14 * s.scale, height);
    for (const std::string& text : lines) {
        s.text(at.x, at.y, s.p.warning, text);
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

std::string lane_mark(const Scene& scene, const Results& results, int lane) {
    const auto index = static_cast<std::size_t>(lane);
    const auto untrained = [&](const std::string& name) {
        const auto model = static_cast<std::size_t>(model_index(scene, name));
        const auto& state = results.training[model];
        return scene.models[model].field == "network" && (!state || (state->revision == 0 && state->status != TrainingStatus::running));
    };
    const Lane& l = scene.lanes[index];
    const auto& result = results.lanes[index];
    std::string mark;
    if (!result)
        mark = untrained(l.model) || (is_stochastic(l) && !l.score_model.empty() && untrained(l.score_model)) ? "train the network first" : "computing …";
    else if (!results.lane_current[index])
        mark = "updating …";
    else if (result->coarse)
        mark = "coarse, refining …";
    if (result && result->path.lost > 0) mark += fmt::format("{}{} particles lost", mark.empty() ? "" : " · ", result->path.lost);
    return mark;
}

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
    draw_legend(sheet, view, lane);
    draw_title(sheet, view, scene, lane);
    draw_wrong(sheet, scene.lanes[static_cast<std::size_t>(lane)]);
    sheet.draw.PopClipRect();
}

}  // namespace pf::panels
