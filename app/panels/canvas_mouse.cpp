#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/camera.h"
#include "app/panels/panels.h"
#include "app/panels/perspective.h"
#include "app/panels/pinned_point.h"
#include "app/panels/tools/tools.h"

namespace pf::panels {
namespace {

bool inside(const Rect& r, ImVec2 p) { return p.x >= r.x && p.y >= r.y && p.x < r.x + r.width && p.y < r.y + r.height; }

int pane_under(const Layout& layout, ImVec2 p) {
    for (std::size_t i = 0; i < layout.panes.size(); ++i)
        if (inside(layout.panes[i], p)) return static_cast<int>(i);
    return -1;
}

// The particle nearest to `at`, at most `reach` away in data units; −1 if there is none.
int nearest(const LaneResult* lane, double t, Point at, double reach) {
    if (!lane || lane->path.x.empty()) return -1;
    static Points x;  // kept between frames
    positions_at(*lane, t, x);
    int best = -1;
    double least = reach * reach;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const double dx = x(i, 0) - at.x, dy = x(i, 1) - at.y, distance = dx * dx + dy * dy;
        if (distance < least) least = distance, best = static_cast<int>(i);
    }
    return best;
}

Scene with_box(Scene scene, std::array<double, 2> a, Point b) {
    scene.view.box = Box{std::min(a[0], b.x), std::max(a[0], b.x), std::min(a[1], b.y), std::max(a[1], b.y)};
    return scene;
}

// Draws view.box: shown while the button is down, one undo entry when it comes up, nothing for a click. True while it has the mouse.
bool box_drag(Context& context, const Layout& layout, const Box& box, int pressed_in) {
    const ImGuiIO& io = ImGui::GetIO();
    UiState& ui = context.ui;
    if (ImGui::IsMouseClicked(0) && pressed_in >= 0 && (io.KeyShift || ui.tool == Tool::box)) {
        const Rect& rect = layout.panes[static_cast<std::size_t>(pressed_in)];
        const Point corner = to_world(pane_camera(ui, box, rect), rect, {io.MousePos.x, io.MousePos.y});
        ui.box_corner = {corner.x, corner.y};
        return true;
    }
    if (!ui.box_corner) return false;
    const Rect& rect = layout.panes[static_cast<std::size_t>(std::clamp(pressed_in, 0, static_cast<int>(layout.panes.size()) - 1))];
    const PaneCamera camera = pane_camera(ui, box, rect);
    const Point at = to_world(camera, rect, {io.MousePos.x, io.MousePos.y});
    const double least = 4 * camera.units_per_pixel;
    const bool drawn = std::abs(at.x - (*ui.box_corner)[0]) > least && std::abs(at.y - (*ui.box_corner)[1]) > least;
    if (ImGui::IsMouseDown(0)) {
        if (drawn) context.session.preview(with_box(context.session.scene(), *ui.box_corner, at));
        return true;
    }
    context.session.cancel_preview();
    if (drawn) context.session.commit("box", with_box(context.session.scene(), *ui.box_corner, at));
    ui.box_corner.reset();
    if (ui.tool == Tool::box) ui.tool = Tool::none;
    return true;
}

// In space–time a drag is a hand on the line of now.
void time_drag(Context& context, const Layout& layout, const Box& box, int pressed_in) {
    context.ui.hovered_particle = -1;
    if (pressed_in < 0 || !ImGui::IsMouseDown(0)) return;
    const Rect& rect = layout.panes[static_cast<std::size_t>(pressed_in)];
    const SpaceTime line = space_time(context.ui, box, rect);
    context.ui.playback.playing = false;
    context.ui.playback.t = std::clamp(line.t(to_world(line.camera, rect, {ImGui::GetIO().MousePos.x, 0}).x), 0.0, 1.0);
}

// The surface turns with the mouse: once round in half a thousand pixels.
void turn_drag(Context& context, const Layout& layout, const Box& box, int pressed_in) {
    const ImGuiIO& io = ImGui::GetIO();
    UiState& ui = context.ui;
    ui.hovered_particle = -1;
    const int pane = ImGui::IsMousePosValid() ? pane_under(layout, io.MousePos) : -1;
    if (pane >= 0 && io.MouseWheel != 0)
        zoom_at(ui, box, layout.panes[static_cast<std::size_t>(pane)], {io.MousePos.x, io.MousePos.y}, std::pow(1.15, static_cast<double>(io.MouseWheel)));
    if (pressed_in < 0 || !ImGui::IsMouseDown(0) || ImGui::IsMouseClicked(0)) return;
    turn_view(ui, 0.5 * static_cast<double>(io.MouseDelta.x / ui.scale), 0.4 * static_cast<double>(io.MouseDelta.y / ui.scale));
}

}  // namespace

void handle_canvas_mouse(Context& context, const Layout& layout) {
    const ImGuiIO& io = ImGui::GetIO();
    UiState& ui = context.ui;
    if (ImGui::IsMouseClicked(0)) put_down(context);
    if (io.WantCaptureMouse) {
        ui.hovered_particle = -1;
        return;
    }
    const Box& box = scene_box(context.session.scene());
    const int pressed_in = pane_under(layout, io.MouseClickedPos[0]);
    if (context.session.scene().view.shape == "height") return turn_drag(context, layout, box, pressed_in);
    if (context.session.scene().view.shape != "flat") return time_drag(context, layout, box, pressed_in);
    if (box_drag(context, layout, box, pressed_in) || data_tool_mouse(context, layout) || drag_pinned(context, layout, box, pressed_in)) return;
    if (pressed_in >= 0 && ImGui::IsMouseDown(0) && !ImGui::IsMouseClicked(0)) {
        pan(ui, box, layout.panes[static_cast<std::size_t>(pressed_in)], io.MouseDelta.x, io.MouseDelta.y);
        if (ImGui::IsMouseDragging(0)) return;
    }
    const int pane = ImGui::IsMousePosValid() ? pane_under(layout, io.MousePos) : -1;
    if (pane < 0) {
        ui.hovered_particle = -1;
        return;
    }
    const Rect& rect = layout.panes[static_cast<std::size_t>(pane)];
    const Point mouse{io.MousePos.x, io.MousePos.y};
    if (io.MouseWheel != 0) zoom_at(ui, box, rect, mouse, std::pow(1.15, static_cast<double>(io.MouseWheel)));

    const PaneCamera camera = pane_camera(ui, box, rect);
    const LaneResult* lane = pane < pane_count(context.session.scene()) ? context.results.lanes[static_cast<std::size_t>(pane)].get() : nullptr;
    // In front of an audience a mouse that rests points at nothing until it moves: what it lights up has its numbers beside it.
    // So does one on a pinned point, which has numbers of its own.
    ui.hovered_particle = tooltips_wait() || on_pinned_point(ui, camera, to_world(camera, rect, mouse)) ? -1 : nearest(lane, ui.playback.t, to_world(camera, rect, mouse), 12.0 * ui.scale * camera.units_per_pixel);
    draw_probe_tooltip(context, layout, pane);
    const float still = io.MouseDragThreshold;
    if (ImGui::IsMouseReleased(0) && pressed_in == pane && io.MouseDragMaxDistanceSqr[0] < still * still) {
        click_pins(context, to_world(camera, rect, mouse));
        if (pane < pane_count(context.session.scene())) select_lane(context, pane);
    }
}

}  // namespace pf::panels
