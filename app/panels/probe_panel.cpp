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

bool stands_still(const Scene& scene, int lane) { return lane < static_cast<int>(scene.lanes.size()) && scene.lanes[static_cast<std::size_t>(lane)].process == "langevin"; }

// Where the particle is in this frame; what is known of it there may come a moment later.
std::string place_text(const Context& context, int particle, const ProbeLane& lane) {
    const auto now = particle_position(context.results.lanes[static_cast<std::size_t>(lane.at.lane)].get(), particle, context.ui.playback.t);
    return fmt::format("x = ({:.3f}, {:.3f})", now ? now->x : lane.at.x[0], now ? now->y : lane.at.x[1]);
}

// With as many decimals as all of them have room for, at least one.
std::vector<ProbeRow> rows_in(const ProbeLane& lane, int decimals, float room) {
    const auto wide = [](const std::string& s) { return ImGui::CalcTextSize(shown(s).c_str()).x; };
    std::vector<ProbeRow> rows = probe_rows(lane, decimals);
    const auto fits = [&](const ProbeRow& row) { return std::max({wide(row.field), wide(row.exact), wide(row.difference)}) <= room; };
    while (decimals > 1 && !std::all_of(rows.begin(), rows.end(), fits)) rows = probe_rows(lane, --decimals);
    return rows;
}

// While time runs the numbers are those of a moment ago, but for a frame now and then, in which nothing is to jump.
bool of_a_moment_ago(const UiState& ui, const ProbeResult& result) {
    const bool point = ui.pinned_point && &result == ui.probes.pinned.get();
    return result.request.t != (point ? ui.pinned_point->t : ui.playback.t) || (ui.playback.playing && (!point || ui.pinned_point->follows_time));
}
std::string of_when(const Context& context, const ProbeResult& result, const ProbeLane& lane) {
    if (!of_a_moment_ago(context.ui, result)) return {};
    return fmt::format("of {}, x = ({:.3f}, {:.3f})", clock_label(clock_of(context.session.scene()), result.request.t), lane.at.x[0], lane.at.x[1]);
}

// Symbol and value, which stands below it in the narrowest panels; where there is an exact one, that and the difference too: beside it where there is room, else below. `tight`, beside the mouse: columns as wide as what they hold, without differences.
// Pale while they are of a moment ago.
void draw_rows(const ProbeLane& lane, const UiState& ui, const ProbeResult& result, bool tight = false) {
    const Theme theme = ui.theme;
    const WithColour age(ImGuiCol_Text, of_a_moment_ago(ui, result) ? vec4(palette(theme).muted) : ImGui::GetStyleColorVec4(ImGuiCol_Text));
    const bool compared = !lane.field_is_exact && !(lane.exact == ProbeValues{});
    const float label = ImGui::CalcTextSize("log p nats  ").x, value = ImGui::CalcTextSize("(−0.00, −0.00)  ").x;
    const bool beside = compared && (tight || ImGui::GetContentRegionAvail().x >= label + 2 * value);
    const int decimals = compared ? 2 : 3;
    const float between = 2 * ImGui::GetStyle().CellPadding.x, all = ImGui::GetContentRegionAvail().x, next_to_label = all - label - between;
    const bool below = !tight && !beside && next_to_label < ImGui::CalcTextSize(compared ? "(−00.00, −00.00)" : "(−00.000, −00.000)").x;
    const float room = tight ? 1e6f : beside ? (next_to_label - between) / 2 : below ? all : next_to_label;
    if (!ImGui::BeginTable(fmt::format("##numbers{}", lane.at.lane).c_str(), beside ? 3 : below ? 1 : 2, tight ? ImGuiTableFlags_SizingFixedFit : ImGuiTableFlags_SizingStretchSame)) return;
    const auto column = [&](const char* name) { ImGui::TableSetupColumn(name, tight ? ImGuiTableColumnFlags_WidthFixed : ImGuiTableColumnFlags_WidthStretch, tight ? 0.f : 1.f); };
    if (!below) ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, tight ? 0 : label);
    column("lane");
    if (beside) column("exact");
    if (beside) {
        label_cell("", "", "", theme);
        cell(fmt::format("lane {}", lane.at.lane + 1), "the field that the lane follows, guidance included");
        cell("exact", "the field of the data, in closed form");
    }
    for (const ProbeRow& row : rows_in(lane, decimals, room)) {
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
    const Scene& scene = context.session.scene();
    const int particle = whole ? context.ui.pinned_particle : context.ui.hovered_particle;
    std::vector<bool> done(result.lanes.size());
    for (std::size_t i = 0; i < result.lanes.size(); ++i) {
        if (done[i]) continue;
        const ProbeLane& lane = result.lanes[i];
        std::string title = std::to_string(lane.at.lane + 1);
        for (std::size_t j = i + 1; j < result.lanes.size(); ++j)
            if (same_numbers(lane, result.lanes[j])) done[j] = true, title += fmt::format(", {}", result.lanes[j].at.lane + 1);
        const WithFont font(small_font());
        const Id scope(lane.at.lane);
        const std::string still = stands_still(scene, lane.at.lane) ? shown(fmt::format(" at t = {:g}", lane.t)) : "";
        ImGui::TextColored(vec4(p.lanes[static_cast<std::size_t>(lane.at.lane) % p.lanes.size()]), "%s", fmt::format("lane{} {}{}", title.size() > 1 ? "s" : "", title, still).c_str());
        if (whole) {
            same_line_if_room("copy");
            if (ImGui::SmallButton("copy")) ImGui::SetClipboardText(probe_line(lane).c_str());
            tooltip("all these numbers as one line of text");
        }
        if (!context.ui.pinned_point || !whole) text(place_text(context, particle, lane));
        if (const std::string when = of_when(context, result, lane); !when.empty()) muted(when, context.ui.theme);
        draw_rows(lane, context.ui, result);
        if (!whole) continue;
        if (lane.posterior) muted(posterior_line(*lane.posterior), context.ui.theme);
        if (!lane.sentence.empty()) muted(lane.sentence, context.ui.theme);
    }
}

// Where the pinned point is, and what is drawn through it: screen state, applied at once.
void point_controls(UiState& ui, const Clock& clock, const Box& box) {
    PinnedPoint& point = *ui.pinned_point;
    const Slider across{box.x_min, box.x_max, false}, up{box.y_min, box.y_max, false};
    bool changed = number_row({"across", "x₁", "the pinned point's first coordinate", 0}, point.x, limits::coordinate, across) != Gesture::none;
    changed |= number_row({"up", "x₂", "its second coordinate", 0}, point.y, limits::coordinate, up) != Gesture::none;
    {
        const Disabled bound(point.follows_time);
        const double whole = clock.duration.value_or(1);
        double at = point.t * whole;
        changed |= number_row({"time", clock.letter, "the time at which the point is at x", 0.5 * whole}, at, {0, whole}, {0, whole, false}) != Gesture::none;
        if (at != point.t * whole) point.t = std::clamp(at / whole, 0.0, 1.0);
    }
    switch_row({clock.duration ? "moves with r" : "moves with t", "", "the pinned point takes the time shown", 0}, point.follows_time);
    switch_row({"SDE fan", "", clock.duration ? "32 paths of Langevin dynamics on from the point (F)" : "32 paths of the SDE from the point to the data, and of the noising SDE to the noise (F)", 1}, ui.probe_fan);
    switch_row({"posterior", "p(z|x)", "48 draws of the data z that may have led here, with their paths through the point (Q)", 1}, ui.probe_posterior);
    point.adjusted = changed && ImGui::IsMouseDown(0);
}

}  // namespace

void draw_probe_tooltip(Context& context, const Layout& layout, int lane) {
    const int particle = context.ui.hovered_particle;
    const ProbeLane* found = probed(context.ui.probes.hovered.get(), lane);
    if (particle < 0 || tooltips_wait()) return;
    if (particle == context.ui.pinned_particle && layout.numbers.width > 0) return;  // its numbers stand there
    const WithFont font(small_font());
    static float width = 0;  // as last drawn
    if (width == 0) width = 18 * ImGui::GetFontSize();
    if (layout.controls.width > 0 && layout.panes[static_cast<std::size_t>(lane)].width < 2 * width) ImGui::SetNextWindowPos({std::max(layout.canvas.x, width), layout.canvas.y}, ImGuiCond_Always, {1, 0});
    ImGui::BeginTooltip();
    width = ImGui::GetWindowWidth();
    text(fmt::format("particle {}   {}", particle, clock_label(clock_of(context.session.scene()), context.ui.playback.t)));
    if (found) {
        text(place_text(context, particle, *found) + (stands_still(context.session.scene(), lane) ? fmt::format("   t = {:g}", found->t) : ""));
        if (const std::string when = of_when(context, *context.ui.probes.hovered, *found); !when.empty()) ImGui::TextColored(vec4(palette(context.ui.theme).muted), "%s", shown(when).c_str());
        draw_rows(*found, context.ui, *context.ui.probes.hovered, true);
    }
    ImGui::EndTooltip();
}

void draw_probe_panel(Context& context) {
    if (!section("Probe", true)) return;
    const Id scope("Probe");
    UiState& ui = context.ui;
    const bool pinned = ui.pinned_point || ui.pinned_particle >= 0;
    // What was pinned brings the panel into view, and so do its numbers, below which there is room to scroll only when they are there.
    static bool shown = false;
    static int arriving = 0;  // frames
    if (std::exchange(shown, pinned) != pinned) arriving = pinned ? 60 : 0;
    if (!pinned && ui.hovered_particle < 0) {
        muted("Point at a particle: it lights up in every pane. A click keeps it; a click beside one keeps a point, which can be dragged.", ui.theme);
        const char* whole = "Pin the middle of the view";
        const bool fits = ImGui::CalcTextSize(whole).x + 2 * ImGui::GetStyle().FramePadding.x <= ImGui::GetContentRegionAvail().x;
        if (ImGui::Button(fits ? whole : "Pin the middle###Pin the middle of the view", {-1, 0})) ui.pinned_point = PinnedPoint{ui.centre_x, ui.centre_y, ui.playback.t};
        return;
    }
    const auto& result = pinned ? ui.probes.pinned : ui.probes.hovered;
    if (arriving > 0) ImGui::SetScrollHereY(0), arriving = result ? std::min(arriving, 3) - 1 : arriving - 1;
    const Clock clock = clock_of(context.session.scene());
    wrapped(ui.pinned_point ? "point at " + clock_label(clock, ui.pinned_point->t) : fmt::format("particle {}   {}", pinned ? ui.pinned_particle : ui.hovered_particle, clock_label(clock, ui.playback.t)));
    if (pinned) {
        same_line_if_room("unpin");
        if (ImGui::SmallButton("unpin")) return unpin(ui);
        tooltip("Esc, or a click on it");
    }
    if (ui.pinned_point) point_controls(ui, clock, scene_box(context.session.scene()));
    if (result) lane_numbers(context, *result, pinned);
}

}  // namespace pf::panels
