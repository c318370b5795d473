#pragma once
#include <algorithm>
#include <set>

#include "tests/panels/driver.h"

namespace pf::panels {

// Ids of everything in a window that reacts to the mouse where it is visible; scrollbars and resize grips left out.
inline std::set<ImGuiID> under_the_mouse(Driver& d, const char* name, float step = 8) {
    std::set<ImGuiID> out;
    ImGuiWindow* w = ImGui::FindWindowByName(name);
    if (!w) return out;
    const float bottom = w->Pos.y + std::min(w->Size.y, w->ContentSize.y + 2 * w->WindowPadding.y), stride = w->Size.x > 600 ? 3 * step : w->Size.x / 14;
    for (float y = w->Pos.y + 3; y < bottom; y += step)
        for (float x = w->Pos.x + 3; x < w->Pos.x + w->Size.x; x += stride) {
            d.look({x, y});
            if (const ImGuiID id = GImGui->HoveredId) out.insert(id);
        }
    for (const auto axis : {ImGuiAxis_X, ImGuiAxis_Y}) out.erase(ImGui::GetWindowScrollbarID(w, axis));
    d.rest();
    return out;
}

// Ids on which the arrow keys can stand in the focused panel, opening every fold on the way.
inline std::set<ImGuiID> under_the_arrows(Driver& d, int most = 400) {
    std::set<ImGuiID> out;
    const auto stand = [&] {
        if (GImGui->NavId) out.insert(GImGui->NavId);
        return GImGui->NavId;
    };
    d.tap(ImGuiKey_DownArrow);
    for (int round = 0; round < 3; ++round) {
        const std::size_t before = out.size();
        for (const ImGuiKey vertical : {ImGuiKey_DownArrow, ImGuiKey_UpArrow})
            for (int i = 0, still = 0; i < most && still < 2; ++i) {
                const ImGuiID from = stand();
                for (const ImGuiKey sideways : {ImGuiKey_RightArrow, ImGuiKey_LeftArrow})
                    for (ImGuiID here = stand(); d.tap(sideways), stand() != here;) here = stand();
                d.tap(vertical);
                still = stand() == from ? still + 1 : 0;
            }
        if (out.size() == before) break;
    }
    return out;
}

}  // namespace pf::panels
