#include <algorithm>
#include <utility>

#include "app/panels/panels.h"
#include "app/panels/pinned_point.h"
#include "app/panels/probe_numbers.h"
#include "app/runtime/limits.h"

namespace pf::panels {
namespace {

void cell(const std::string& s, std::string_view meaning = {}) {
    ImGui::TableNextColumn();
    text(s.empty() ? "–" : s);
    if (!meaning.empty()) tooltip(meaning);
}

// The next button beside the last item, or below it where a narrow panel has no room.
void same_line_if_room(const char* button) {
    ImGui::SameLine();
    if (ImGui::GetContentRegionAvail().x < ImGui::CalcTextSize(button).x + 2 * ImGui::GetStyle().FramePadding.x) ImGui::NewLine();
}

void label_cell(std::string_view symbol, std::string_view unit, std::string_view meaning, Theme theme) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    text(symbol);
    tooltip(meaning);
    if (unit.empty()) return;
    ImGui::SameLine(0, ImGui::GetFontSize() * 0.4f);
    ImGui::TextColored(vec4(palette(theme).muted), "%s", shown(unit).c_str());
    tooltip(meaning);
}

// Symbol and value; where there is an exact one, that and the difference too: beside it where there is room, else below. `tight`, beside the mouse: columns as wide as what they hold, without differences.
void draw_rows(const ProbeLane& lane, Theme theme, bool tight = false) {
    const bool compared = !lane.field_is_exact && !(lane.exact == ProbeValues{});
    const float label = ImGui::CalcTextSize("log p nats  ").x, value = ImGui::CalcTextSize("(−0.00, −0.00)  ").x;
    const bool beside = compared && (tight || ImGui::GetContentRegionAvail().x >= label + 2 * value);
    if (!ImGui::BeginTable(fmt::format("##numbers{}", lane.at.lane).c_str(), beside ? 3 : 2, tight ? ImGuiTableFlags_SizingFixedFit : ImGuiTableFlags_SizingStretchSame)) return;
    const auto column = [&](const char* name, float width) { ImGui::TableSetupColumn(name, tight ? ImGuiTableColumnFlags_WidthFixed : ImGuiTableColumnFlags_WidthStretch, tight ? 0 : width); };
    column("", label);
    column("lane", value);
    if (beside) column("exact", value);
    if (beside) {
        label_cell("", "", "", theme);
        cell(fmt::format("lane {}", lane.at.lane + 1), "the field that the lane follows, guidance included");
        cell("exact", "the field of the data, in closed form");
    }
    for (const ProbeRow& row : probe_rows(lane, compared ? 2 : 3)) {
        label_cell(row.symbol, row.unit, row.meaning, theme);
        cell(row.field, row.meaning);
        if (!compared) continue;
        const WithColour ink(ImGuiCol_Text, vec4(palette(theme).muted));
        if (beside) {
            cell(row.exact);
            if (row.size.empty() || tight) continue;
            label_cell("difference", "", "this lane's less the exact one, and its length", theme);
            cell(row.difference);
            // Of a number the difference says it all.
            if (row.difference.starts_with('(')) cell("length " + row.size);
            else ImGui::TableNextColumn();
        } else {
            label_cell("exact", "", "", theme);
            cell(row.exact);
            if (row.size.empty()) continue;
            label_cell("difference", "", "this lane's less the exact one", theme);
            cell(row.difference);
            label_cell("its size", "", "", theme);
            cell(row.size);
        }
    }
    ImGui::EndTable();
}

// "lanes 1, 2" in the colour of the first, for those that show the same numbers.
void lane_numbers(Context& context, const ProbeResult& result, bool whole) {
    const Palette& p = palette(context.ui.theme);
    std::vector<bool> done(result.lanes.size());
    for (std::size_t i = 0; i < result.lanes.size(); ++i) {
        if (done[i]) continue;
        const ProbeLane& lane = result.lanes[i];
        std::string title = std::to_string(lane.at.lane + 1);
        for (std::size_t j = i + 1; j < result.lanes.size(); ++j)
            if (same_numbers(lane, result.lanes[j])) done[j] = true, title += fmt::format(", {}", result.lanes[j].at.lane + 1);
        const WithFont font(small_font());
        const Id scope(lane.at.lane);
        ImGui::TextColored(vec4(p.lanes[static_cast<std::size_t>(lane.at.lane) % p.lanes.size()]), "%s", fmt::format("lane{} {}", title.size() > 1 ? "s" : "", title).c_str());
        if (whole) {
            same_line_if_room("copy");
            if (ImGui::SmallButton("copy")) ImGui::SetClipboardText(probe_line(lane).c_str());
            tooltip("all these numbers as one line of text");
        }
        if (!context.ui.pinned_point || !whole) text(fmt::format("x = ({:.3f}, {:.3f})", lane.at.x[0], lane.at.x[1]));
        draw_rows(lane, context.ui.theme);
        if (!whole) continue;
        if (lane.posterior) muted(posterior_line(*lane.posterior), context.ui.theme);
        if (!lane.sentence.empty()) muted(lane.sentence, context.ui.theme);
    }
}

// Where the pinned point is, and what is drawn through it: screen state, applied at once.
void point_controls(UiState& ui, const Box& box) {
    PinnedPoint& point = *ui.pinned_point;
    const Slider across{box.x_min, box.x_max, false}, up{box.y_min, box.y_max, false}, time{0, 1, false};
    bool changed = number_row({"across", "x₁", "the pinned point's first coordinate", 0}, point.x, limits::coordinate, across) != Gesture::none;
    changed |= number_row({"up", "x₂", "its second coordinate", 0}, point.y, limits::coordinate, up) != Gesture::none;
    {
        const Disabled bound(point.follows_time);
        changed |= number_row({"time", "t", "the time at which the point is at x", 0.5}, point.t, limits::time, time) != Gesture::none;
    }
    switch_row({"moves with t", "", "the pinned point takes the time shown", 0}, point.follows_time);
    switch_row({"SDE fan", "", "32 paths of the SDE from the point to the data, and of the noising SDE to the noise (F)", 1}, ui.probe_fan);
    switch_row({"posterior", "p(z|x)", "48 draws of the data z that may have led here, with their paths through the point (Q)", 1}, ui.probe_posterior);
    point.adjusted = changed && ImGui::IsMouseDown(0);
}

}  // namespace

void draw_probe_tooltip(Context& context, int lane) {
    const int particle = context.ui.hovered_particle;
    const ProbeLane* found = probed(context.ui.probes.hovered.get(), lane);
    if (particle < 0 || tooltips_wait()) return;
    const WithFont font(small_font());
    ImGui::BeginTooltip();
    // The numbers are those of the t that stands there, which is a moment ago while time moves.
    text(fmt::format("particle {}   t = {:.3f}", particle, found ? context.ui.probes.hovered->request.t : context.ui.playback.t));
    if (found) {
        text(fmt::format("x = ({:.3f}, {:.3f})", found->at.x[0], found->at.x[1]));
        draw_rows(*found, context.ui.theme, true);
    }
    ImGui::EndTooltip();
}

void draw_probe_panel(Context& context) {
    if (!section("Probe", true)) return;
    const Id scope("Probe");
    UiState& ui = context.ui;
    const bool pinned = ui.pinned_point || ui.pinned_particle >= 0;
    if (!pinned && ui.hovered_particle < 0) {
        muted("Point at a particle: it lights up in every pane. A click keeps it; a click beside one keeps a point, which can be dragged.", ui.theme);
        if (ImGui::Button("Pin the middle of the view", {-1, 0})) ui.pinned_point = PinnedPoint{ui.centre_x, ui.centre_y, ui.playback.t};
        return;
    }
    const auto& result = pinned ? ui.probes.pinned : ui.probes.hovered;
    // What was pinned since the last frame brings the panel into view.
    static bool shown = false;
    if (std::exchange(shown, pinned) != pinned && pinned) ImGui::SetScrollHereY(0);
    text(ui.pinned_point ? fmt::format("point at t = {:.3f}", ui.pinned_point->t) : fmt::format("particle {}   t = {:.3f}", pinned ? ui.pinned_particle : ui.hovered_particle, result ? result->request.t : ui.playback.t));
    if (pinned) {
        same_line_if_room("unpin");
        if (ImGui::SmallButton("unpin")) return unpin(ui);
        tooltip("Esc, or a click on it");
    }
    if (ui.pinned_point) point_controls(ui, scene_box(context.session.scene()));
    if (result) lane_numbers(context, *result, pinned);
}

}  // namespace pf::panels
