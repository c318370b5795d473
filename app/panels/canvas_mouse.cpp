#include <algorithm>
#include <cmath>

#include "app/panels/camera.h"
#include "app/panels/panels.h"

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

}  // namespace

void handle_canvas_mouse(Context& context, const Layout& layout) {
    const ImGuiIO& io = ImGui::GetIO();
    UiState& ui = context.ui;
    if (io.WantCaptureMouse) {
        ui.hovered_particle = -1;
        return;
    }
    const Box& box = scene_box(context.session.scene());
    const int pressed_in = pane_under(layout, io.MouseClickedPos[0]);
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
    ui.hovered_particle = nearest(lane, ui.playback.t, to_world(camera, rect, mouse), 12.0 * ui.scale * camera.units_per_pixel);
    draw_probe_tooltip(context, pane);
    const float still = io.MouseDragThreshold;
    if (ImGui::IsMouseReleased(0) && pressed_in == pane && io.MouseDragMaxDistanceSqr[0] < still * still) {
        ui.pinned_particle = ui.hovered_particle == ui.pinned_particle ? -1 : ui.hovered_particle;
        ui.selected_lane = pane;
    }
}

}  // namespace pf::panels
