#pragma once
#include <imgui.h>
#include <imgui_internal.h>

#include <cstdint>

// Every difference between Dear ImGui 1.86 and 1.90 that the panels meet.
namespace pf::panels::compat {

#if IMGUI_VERSION_NUM >= 18900
inline constexpr int all_corners = ImDrawFlags_RoundCornersAll;
#else
inline constexpr int all_corners = 0;  // 0 means the default, which is all corners
#endif

// The mouse is over the item even if it is greyed out.
inline bool hovered_even_if_disabled() {
#if IMGUI_VERSION_NUM >= 18970
    return ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled | ImGuiHoveredFlags_NoNavOverride);
#else
    return ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled);
#endif
}

// The last item takes the wheel, not the window it scrolls in.
inline void own_wheel() {
#if IMGUI_VERSION_NUM >= 18900
    ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
#else
    ImGui::SetItemUsingMouseWheel();
#endif
}

// What a backend draws: this list alone, `size` pixels.
inline void one_list(ImDrawData& data, ImDrawList& list, ImVec2 size) {
    data.Valid = true;
    data.DisplaySize = size;
    data.FramebufferScale = {1, 1};
#if IMGUI_VERSION_NUM >= 18980
    data.AddDrawList(&list);
#else
    static ImDrawList* only;
    only = &list;
    list._PopUnusedDrawCmd();
    data.CmdLists = &only;
    data.CmdListsCount = 1;
    data.TotalIdxCount = list.IdxBuffer.Size;
    data.TotalVtxCount = list.VtxBuffer.Size;
#endif
}

// A closed, selectable line of a list that does not react; its tooltip still does.
inline bool selectable(const char* label, bool selected, bool enabled) {
    return ImGui::Selectable(label, selected, enabled ? ImGuiSelectableFlags_None : ImGuiSelectableFlags_Disabled);
}

// A texture of the backend (OpenGL's name), as draw lists want it: a pointer before 1.91.4, an integer since.
inline ImTextureID texture(std::uintptr_t name) {
#if IMGUI_VERSION_NUM >= 19140
    return static_cast<ImTextureID>(name);
#else
    return reinterpret_cast<ImTextureID>(name);
#endif
}

// Events for programs without a backend (export, tests).
inline void mouse_position(float x, float y) {
#if IMGUI_VERSION_NUM >= 18700
    ImGui::GetIO().AddMousePosEvent(x, y);
#else
    ImGui::GetIO().MousePos = {x, y};
#endif
}
inline void mouse_button(int button, bool down) {
#if IMGUI_VERSION_NUM >= 18700
    ImGui::GetIO().AddMouseButtonEvent(button, down);
#else
    ImGui::GetIO().MouseDown[button] = down;
#endif
}
inline void mouse_wheel(float y) {
#if IMGUI_VERSION_NUM >= 18700
    ImGui::GetIO().AddMouseWheelEvent(0, y);
#else
    ImGui::GetIO().MouseWheel += y;
#endif
}
inline void shift_key(bool down) {
#if IMGUI_VERSION_NUM >= 18900
    ImGui::GetIO().AddKeyEvent(ImGuiMod_Shift, down);
#elif IMGUI_VERSION_NUM >= 18700
    ImGui::GetIO().AddKeyEvent(ImGuiKey_ModShift, down);
#else
    ImGui::GetIO().KeyShift = down;
#endif
}
inline void control_key(bool down) {
#if IMGUI_VERSION_NUM >= 18900
    ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, down);
#elif IMGUI_VERSION_NUM >= 18700
    ImGui::GetIO().AddKeyEvent(ImGuiKey_ModCtrl, down);
#else
    ImGui::GetIO().KeyCtrl = down;
#endif
}

// A key that went down and up again between two frames: before 1.87 Dear ImGui sees only the last of the two. Down for one frame, then as it is.
inline void hold_key(int backend_key, bool down) {
#if IMGUI_VERSION_NUM < 18700
    ImGuiIO& io = ImGui::GetIO();
    if (backend_key >= 0 && backend_key < IM_ARRAYSIZE(io.KeysDown)) io.KeysDown[backend_key] = down;
#else
    (void)backend_key, (void)down;
#endif
}

// Between the backend's NewFrame and Dear ImGui's: Enter presses what the keyboard stands on, as Space does. Before 1.87 it only begins to type.
inline void enter_presses() {
#if IMGUI_VERSION_NUM < 18700
    ImGuiIO& io = ImGui::GetIO();
    for (const int key : {io.KeyMap[ImGuiKey_Enter], io.KeyMap[ImGuiKey_KeyPadEnter]})
        if (key >= 0 && io.KeysDown[key] && io.KeysDownDuration[key] < 0 && !io.WantTextInput) io.NavInputs[ImGuiNavInput_Activate] = 1;
#endif
}

// The keyboard goes into a window, and what it stands on there is marked, before an arrow moves on.
inline void enter_window(const char* name) {
    ImGui::SetWindowFocus(name);
    if (ImGuiWindow* window = ImGui::FindWindowByName(name)) ImGui::NavInitWindow(window, true);
#if IMGUI_VERSION_NUM >= 19140
    ImGui::SetNavCursorVisible(true);
#else
    GImGui->NavDisableHighlight = false;
#endif
}

inline bool nav_marked() {
#if IMGUI_VERSION_NUM >= 19140
    return GImGui->NavCursorVisible;
#else
    return !GImGui->NavDisableHighlight;
#endif
}

inline bool enter_pressed() {
#if IMGUI_VERSION_NUM >= 18700
    return ImGui::IsKeyPressed(ImGuiKey_Enter) || ImGui::IsKeyPressed(ImGuiKey_KeypadEnter);
#else
    return ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Enter)) || ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_KeyPadEnter));
#endif
}

}  // namespace pf::panels::compat
