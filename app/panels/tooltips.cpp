#include <limits>
#include <string>

#include "app/panels/panels.h"
#include "app/panels/widgets.h"

namespace pf::panels {
namespace {

// Tooltips wait for the mouse to rest, so that they do not cover what it is on its way to.
constexpr double tooltip_rest = 0.35, tooltip_end = 12;  // seconds
struct Resting {
    ImVec2 mouse{-1, -1}, item{-1, -1};
    double since = 0;            // of ImGui's clock: when the mouse moved last
    int asked = -1, shown = -1;  // frames
    bool clicked = false;        // since the mouse moved: what a click brought under it was not asked about
    bool presenting = false, waits = false;
    std::string scene;  // its title
};
Resting resting;

// Whether the mouse has come to rest on what begins there, or its tooltip is on screen already.
bool rests_on(ImVec2 item) {
    const int frame = ImGui::GetFrameCount();
    const double rests = ImGui::GetTime() - resting.since;
    if (resting.clicked || tooltips_wait() || rests > tooltip_end) return false;
    const bool shown = item.x == resting.item.x && item.y == resting.item.y && frame - resting.shown <= 1;
    resting.asked = frame;
    if (!shown && rests < tooltip_rest) return false;
    resting.item = item, resting.shown = frame;
    return true;
}

}  // namespace

void watch_mouse(bool presenting, std::string_view scene) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const double now = ImGui::GetTime();
    const bool moved = mouse.x != resting.mouse.x || mouse.y != resting.mouse.y || now < resting.since;
    if (moved) resting.mouse = mouse, resting.since = now;
    resting.waits = presenting && !moved && (resting.waits || !resting.presenting || resting.scene != scene);
    resting.presenting = presenting;
    if (resting.scene != scene) resting.scene = scene;
    if (ImGui::IsMouseDown(0) || ImGui::IsMouseReleased(0)) resting.clicked = true;
    else if (moved) resting.clicked = false;
}

bool tooltips_wait() { return resting.waits; }
bool mouse_rests_in(ImVec2 min, ImVec2 max) { return ImGui::IsMouseHoveringRect(min, max, false) && rests_on(min); }

double tooltip_due() {
    const bool waits = resting.asked == ImGui::GetFrameCount() && resting.shown != resting.asked;
    return waits ? std::max(0.0, tooltip_rest - (ImGui::GetTime() - resting.since)) : std::numeric_limits<double>::infinity();
}

void tooltip(std::string_view s) {
    if (s.empty() || !compat::hovered_even_if_disabled() || !rests_on(ImGui::GetItemRectMin())) return;
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(ImGui::GetFontSize() * 24);
    text(s);
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
}

}  // namespace pf::panels
