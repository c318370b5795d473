#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "app/panels/notation.h"
#include "app/panels/plot.h"
#include "app/panels/widgets.h"
#include "core/math/curve.h"

namespace pf::panels {
namespace {

constexpr double closest = 0.01;  // in t, between neighbours

// The point nearest to the mouse within reach; -1 if there is none.
int point_under(const std::vector<ImVec2>& on_screen, ImVec2 mouse, float reach) {
    int nearest = -1;
    for (std::size_t i = 0; i < on_screen.size(); ++i) {
        const float distance = std::hypot(on_screen[i].x - mouse.x, on_screen[i].y - mouse.y);
        if (distance < reach) nearest = static_cast<int>(i), reach = distance;
    }
    return nearest;
}

// Where point i may go: t between its neighbours (the ends stay), the value as the rule allows beside them.
std::array<double, 2> kept_legal(const CurvePoints& points, std::size_t i, double t, double value, const CurveRule& rule) {
    const bool first = i == 0, last = i + 1 == points.size();
    double low = rule.domain.min, high = rule.domain.max;
    if (rule.trend == CurveRule::Trend::rising) {
        if (!first) low = points[i - 1][1];
        if (!last) high = points[i + 1][1];
    }
    if (rule.trend == CurveRule::Trend::falling) {
        if (!first) high = points[i - 1][1];
        if (!last) low = points[i + 1][1];
    }
    if (last && rule.last) low = high = *rule.last;
    t = first ? 0 : last ? 1 : std::max(points[i - 1][0] + closest, std::min(t, points[i + 1][0] - closest));
    return {t, std::clamp(value, low, high)};
}

// The two values that the scale is read by.
std::array<double, 2> scale_of(double bottom, double top) {
    const auto over = ticks({bottom, top, false, ""}, 4);
    return {over.front(), over.back()};
}

// Room for the widest of them, left of the curve.
float room_for(const std::array<double, 2>& values) {
    const WithFont font(small_font());
    float wide = 0;
    for (const double v : values) wide = std::max(wide, ImGui::CalcTextSize(tick_label(v).c_str()).x);
    return std::ceil(wide + 0.5f * ImGui::GetFontSize());
}

// Values left of the curve, times and their letter below it. Returns the height of the row below.
template <class Screen>
float draw_numbers(ImDrawList& draw, ImVec2 at, ImVec2 extent, const Screen& screen, const std::array<double, 2>& values) {
    const WithFont font(small_font());
    const float size = ImGui::GetFontSize(), tick = 0.25f * size;
    const ImU32 ink = ImGui::GetColorU32(ImGuiCol_TextDisabled), line = ImGui::GetColorU32(ImGuiCol_Separator);
    for (const double v : values) {
        const float y = screen(0, v).y;
        const std::string label = tick_label(v);
        draw.AddLine({at.x, y}, {at.x + extent.x, y}, line);
        draw.AddText({at.x - ImGui::CalcTextSize(label.c_str()).x - 0.35f * size, std::round(std::clamp(y - size / 2, at.y - tick, at.y + extent.y - size + tick))}, ink, label.c_str());
    }
    const float foot = at.y + extent.y;
    for (const auto& [t, label] : {std::pair{0.0, tick_label(shown_time(0))}, {0.5, tick_label(0.5)}, {0.75, std::string(time_letter())}, {1.0, tick_label(shown_time(1))}}) {
        const float x = screen(t, 0).x, wide = ImGui::CalcTextSize(label.c_str()).x;
        if (t != 0.75) draw.AddLine({x, foot}, {x, foot + tick}, ink);
        draw.AddText({std::round(std::min(x - wide / 2, at.x + extent.x - wide)), foot + tick}, t == 0.75 ? ImGui::GetColorU32(ImGuiCol_Text) : ink, label.c_str());
    }
    return size + tick;
}

}  // namespace

Gesture curve_row(const CurveLabel& label, CurvePoints& points, const CurveRule& rule, const std::function<double(double)>& shape) {
    const Id scope(label.name.c_str());
    Gesture gesture = Gesture::none;
    if (row_label(label.words.empty() ? std::string_view(label.name) : label.words, label.symbol, label.meaning) && !label.reset.empty()) {
        points = label.reset;
        gesture = Gesture::commit;
    }
    touch(label.name);
    const float size = ImGui::GetFontSize(), radius = 0.3f * size;
    // The scale holds still while a point is dragged.
    ImGuiStorage& kept = *ImGui::GetStateStorage();
    const ImGuiID top_id = ImGui::GetID("top"), held_id = ImGui::GetID("held"), chosen_id = ImGui::GetID("chosen"), moved_id = ImGui::GetID("moved");
    double greatest = 0;
    for (const auto& point : points) greatest = std::max(greatest, point[1]);
    if (ImGui::GetActiveID() != ImGui::GetID("##curve")) kept.SetFloat(top_id, static_cast<float>(std::min(rule.domain.max, std::max(1.0, 1.25 * greatest))));
    // What may be negative is shown from end to end.
    const double bottom = std::min(0.0, rule.domain.min), top = bottom < 0 ? rule.domain.max : std::max(1e-6, static_cast<double>(kept.GetFloat(top_id, 1)));
    const auto values = scale_of(bottom, top);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + room_for(values));
    const ImVec2 at = ImGui::GetCursorScreenPos(), extent{std::max(1.f, ImGui::GetContentRegionAvail().x), 3.2f * size};
    ImGui::InvisibleButton("##curve", extent, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
    const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
    touch(label.name);

    const ImVec2 low{at.x + radius, at.y + extent.y - radius};
    const float width = std::max(1.f, extent.x - 2 * radius), height = std::max(1.f, extent.y - 2 * radius);
    const auto screen = [&](double t, double value) { return ImVec2{low.x + static_cast<float>(t) * width, low.y - static_cast<float>(std::min(1.0, (value - bottom) / (top - bottom))) * height}; };
    std::vector<ImVec2> on_screen;
    for (const auto& point : points) on_screen.push_back(screen(point[0], point[1]));

    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const double t = std::clamp<double>((mouse.x - low.x) / width, 0, 1), value = bottom + (top - bottom) * (low.y - mouse.y) / height;
    const int under = hovered || active ? point_under(on_screen, mouse, 3 * radius) : -1;
    const auto inner = [&](int i) { return i > 0 && i + 1 < static_cast<int>(points.size()); };
    if (ImGui::IsItemActivated()) {
        kept.SetInt(held_id, under);
        kept.SetInt(chosen_id, under);
        kept.SetBool(moved_id, false);
    }
    const int held = kept.GetInt(held_id, -1), chosen = kept.GetInt(chosen_id, -1);
    const bool removes = (hovered && ImGui::IsMouseClicked(1) && inner(under)) || (hovered && inner(chosen) && ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Delete)));
    if (removes) {
        points.erase(points.begin() + (ImGui::IsMouseClicked(1) ? under : chosen));
        kept.SetInt(held_id, -1);
        kept.SetInt(chosen_id, -1);
        gesture = Gesture::commit;
    } else if (hovered && ImGui::IsMouseDoubleClicked(0) && under < 0 && points.size() < most_curve_points) {
        const auto next = std::upper_bound(points.begin(), points.end(), t, [](double x, const auto& point) { return x < point[0]; });
        const auto i = next - points.begin();
        if (i > 0 && next != points.end() && (*next)[0] - points[static_cast<std::size_t>(i) - 1][0] > 2 * closest) {
            points.insert(next, {t, value});
            points[static_cast<std::size_t>(i)] = kept_legal(points, static_cast<std::size_t>(i), t, value, rule);
            kept.SetInt(held_id, -1);
            gesture = Gesture::commit;
        }
    } else if (active && held >= 0 && held < static_cast<int>(points.size()) && ImGui::IsMouseDragging(0, 2)) {
        const auto i = static_cast<std::size_t>(held);
        const auto to = kept_legal(points, i, t, value, rule);
        if (to != points[i]) {
            points[i] = to;
            kept.SetBool(moved_id, true);
            gesture = Gesture::preview;
        }
    } else if (ImGui::IsItemDeactivated() && kept.GetBool(moved_id, false)) {
        kept.SetBool(moved_id, false);
        gesture = Gesture::commit;
    }

    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddRectFilled(at, {at.x + extent.x, at.y + extent.y}, ImGui::GetColorU32(ImGuiCol_FrameBg), ImGui::GetStyle().FrameRounding);
    const float below = draw_numbers(draw, at, extent, screen, values);
    const MonotoneCurve curve(points);
    std::vector<ImVec2> line;
    const auto value_at = [&](double at_t) { return shape ? shape(at_t) : curve.at(at_t).value; };
    for (int i = 0; i <= 64; ++i) line.push_back(screen(i / 64.0, value_at(i / 64.0)));
    draw_curve(draw, line, ImGui::GetColorU32(ImGuiCol_Text), 1.5f, false);
    for (std::size_t i = 0; i < points.size(); ++i)
        draw.AddCircleFilled(screen(points[i][0], points[i][1]), static_cast<int>(i) == under || static_cast<int>(i) == chosen ? 1.3f * radius : radius, ImGui::GetColorU32(ImGuiCol_CheckMark));
    if (!active) tooltip(fmt::format("{}\nt = {:.2f}: {:.3g}. Drag a point; double click adds one, right click or Delete removes it.", label.meaning, t, value_at(t)));
    ImGui::Dummy({1, std::max(1.f, below - ImGui::GetStyle().ItemSpacing.y)});
    return gesture;
}

}  // namespace pf::panels
