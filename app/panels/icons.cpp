#include "app/panels/widgets.h"

#include <algorithm>

namespace pf::panels {
namespace {

// Drawn in a square of half width 1 around the centre.
struct Pen {
    ImDrawList& draw;
    ImVec2 centre;
    float size;
    ImU32 ink;
    ImVec2 at(float x, float y) const { return {centre.x + x * size, centre.y + y * size}; }
    void triangle(float x0, float x1) const { draw.AddTriangleFilled(at(x0, -0.8f), at(x1, 0), at(x0, 0.8f), ink); }
    void line(float x0, float y0, float x1, float y1) const { draw.AddLine(at(x0, y0), at(x1, y1), ink, std::max(1.f, size * 0.24f)); }
    // A window with a panel on its left (-1) or right (1).
    void window(float side) const {
        draw.AddRect(at(-1.1f, -0.85f), at(1.1f, 0.85f), ink, size * 0.25f, 0, std::max(1.f, size * 0.2f));
        draw.AddRectFilled(at(std::min(1.1f * side, 0.35f * side), -0.85f), at(std::max(1.1f * side, 0.35f * side), 0.85f), ink, size * 0.25f);
    }
    void bar(float x0, float x1) const { draw.AddRectFilled(at(x0, -0.8f), at(x1, 0.8f), ink, size * 0.12f); }
};

void draw_icon(const Pen& pen, Icon icon) {
    switch (icon) {
        case Icon::play: return pen.triangle(-0.6f, 0.9f);
        case Icon::pause: pen.bar(-0.7f, -0.2f); return pen.bar(0.2f, 0.7f);
        case Icon::to_start: pen.bar(-0.9f, -0.65f); return pen.triangle(0.8f, -0.6f);
        case Icon::to_end: pen.bar(0.65f, 0.9f); return pen.triangle(-0.8f, 0.6f);
        case Icon::step_back: pen.bar(0.35f, 0.6f); return pen.triangle(0.25f, -0.75f);
        case Icon::step_forward: pen.bar(-0.6f, -0.35f); return pen.triangle(-0.25f, 0.75f);
        case Icon::reverse: pen.triangle(0, -0.9f); return pen.triangle(0.9f, 0);
        case Icon::forward: pen.triangle(-0.9f, 0); return pen.triangle(0, 0.9f);
        case Icon::enlarge:
            for (const float s : {-1.f, 1.f}) {
                pen.line(0.15f * s, -0.15f * s, 0.85f * s, -0.85f * s);
                pen.line(0.3f * s, -0.85f * s, 0.85f * s, -0.85f * s);
                pen.line(0.85f * s, -0.3f * s, 0.85f * s, -0.85f * s);
            }
            return;
        case Icon::close: pen.line(-0.75f, -0.75f, 0.75f, 0.75f); return pen.line(-0.75f, 0.75f, 0.75f, -0.75f);
        case Icon::dots:
            for (const float x : {-0.8f, 0.f, 0.8f}) pen.draw.AddCircleFilled(pen.at(x, 0), pen.size * 0.24f, pen.ink);
            return;
        case Icon::left_panel: return pen.window(-1);
        case Icon::right_panel: return pen.window(1);
    }
}

}  // namespace

bool small_icon_button(const char* id, Icon icon, float side, const char* help) {
    const Id scope(id);
    side = std::max(1.f, side);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const WithColour ground(ImGuiCol_Button, {});
    const bool clicked = ImGui::Button("##icon", {side, side});
    tooltip(help);
    draw_icon({*ImGui::GetWindowDrawList(), {at.x + side / 2, at.y + side / 2}, side * 0.28f, ImGui::GetColorU32(ImGui::IsItemHovered() ? ImGuiCol_Text : ImGuiCol_TextDisabled)}, icon);
    return clicked;
}

bool icon_button(const char* id, Icon icon, const char* help, bool pressed) {
    const Id scope(id);
    const float side = ImGui::GetFrameHeight();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    bool clicked = false;
    {
        const WithColour ground(ImGuiCol_Button, ImGui::GetStyleColorVec4(pressed ? ImGuiCol_CheckMark : ImGuiCol_Button));
        const WithColour over(ImGuiCol_ButtonHovered, ImGui::GetStyleColorVec4(pressed ? ImGuiCol_CheckMark : ImGuiCol_ButtonHovered));
        clicked = ImGui::Button("##icon", {side, side});
    }
    tooltip(help);
    draw_icon({*ImGui::GetWindowDrawList(), {at.x + side / 2, at.y + side / 2}, side * 0.24f, ImGui::GetColorU32(pressed ? ImGuiCol_WindowBg : ImGuiCol_Text)}, icon);
    return clicked;
}

}  // namespace pf::panels
