#include "app/panels/pinned_point.h"

#include <algorithm>
#include <utility>

#include "app/panels/panels.h"

namespace pf::panels {
namespace {

constexpr double reach = 11;  // logical pixels
bool close(double x, double y, Point mouse, double near) { return (x - mouse.x) * (x - mouse.x) + (y - mouse.y) * (y - mouse.y) < near * near; }

// The particle's place in a lane, or the pinned point, under the mouse.
std::optional<PinnedPoint> under_mouse(const Context& context, int pane, Point mouse, double near) {
    const UiState& ui = context.ui;
    if (ui.pinned_point) return close(ui.pinned_point->x, ui.pinned_point->y, mouse, near) ? ui.pinned_point : std::nullopt;
    const auto at = particle_position(context.results.lanes[static_cast<std::size_t>(pane)].get(), ui.pinned_particle, ui.playback.t);
    if (!at || !close(at->x, at->y, mouse, near)) return {};
    return PinnedPoint{at->x, at->y, ui.playback.t};
}

// Where a particle is in every lane; nothing for −1.
std::optional<ProbeRequest> of_particle(const UiState& ui, const Results& results, int panes, int particle) {
    if (particle < 0) return {};
    ProbeRequest out;
    out.t = ui.playback.t;
    out.log_p = !ui.playback.playing;
    for (int lane = 0; lane < panes; ++lane)
        if (const auto at = particle_position(results.lanes[static_cast<std::size_t>(lane)].get(), particle, ui.playback.t)) out.at.push_back({lane, {at->x, at->y}});
    return out;
}

}  // namespace

void unpin(UiState& ui) {
    ui.pinned_particle = -1;
    ui.pinned_point.reset();
}

bool on_pinned_point(const UiState& ui, const PaneCamera& camera, Point mouse) {
    return ui.pinned_point && close(ui.pinned_point->x, ui.pinned_point->y, mouse, reach * ui.scale * camera.units_per_pixel);
}

bool drag_pinned(Context& context, const Layout& layout, const Box& box, int pressed_in) {
    UiState& ui = context.ui;
    if (pressed_in < 0 || pressed_in >= pane_count(context.session.scene())) {
        if (ui.pinned_point) ui.pinned_point->held = false;
        return false;
    }
    const ImGuiIO& io = ImGui::GetIO();
    const Rect& rect = layout.panes[static_cast<std::size_t>(pressed_in)];
    const PaneCamera camera = pane_camera(ui, box, rect);
    const Point mouse = to_world(camera, rect, {io.MousePos.x, io.MousePos.y});
    if (ImGui::IsMouseClicked(0)) {
        auto grabbed = under_mouse(context, pressed_in, mouse, reach * ui.scale * camera.units_per_pixel);
        if (!grabbed) return false;
        grabbed->was_particle = ui.pinned_particle >= 0;
        unpin(ui);
        grabbed->held = true;
        ui.pinned_point = grabbed;
    }
    if (!ui.pinned_point || !ui.pinned_point->held) return false;
    ui.hovered_particle = -1;
    select_lane(context, pressed_in);
    const bool moved = io.MouseDragMaxDistanceSqr[0] >= io.MouseDragThreshold * io.MouseDragThreshold;
    if (moved) {
        ui.pinned_point->x = mouse.x, ui.pinned_point->y = mouse.y;
        if (std::exchange(ui.pinned_point->was_particle, false))
            context.session.say({Notice::Level::info, "A particle moves as its lane does. What you drag is a point of its own now, with the trajectories through it."});
    }
    if (ImGui::IsMouseDown(0)) return true;
    ui.pinned_point->held = false;
    if (!moved) unpin(ui);
    return true;
}

void click_pins(Context& context, Point at) {
    UiState& ui = context.ui;
    const int particle = ui.hovered_particle;
    const bool follows = ui.pinned_point && ui.pinned_point->follows_time;
    unpin(ui);
    if (particle >= 0) ui.pinned_particle = particle;
    else ui.pinned_point = PinnedPoint{at.x, at.y, ui.playback.t, follows};
}

std::optional<ProbeRequest> point_request(const UiState& ui, int panes) {
    if (!ui.pinned_point) return {};
    const PinnedPoint& point = *ui.pinned_point;
    ProbeRequest out;
    out.t = point.t;
    for (int lane = 0; lane < panes; ++lane) out.at.push_back({lane, {point.x, point.y}});
    out.trajectory = true;
    out.fan = ui.probe_fan, out.posterior = ui.probe_posterior;
    out.coarse = point.held || point.adjusted || (point.follows_time && ui.playback.playing);
    return out;
}

void ask_probe(Context& context) {
    UiState& ui = context.ui;
    if (ui.pinned_point && ui.pinned_point->follows_time) ui.pinned_point->t = ui.playback.t;
    const int panes = pane_count(context.session.scene());
    auto pinned = ui.pinned_point ? point_request(ui, panes) : of_particle(ui, context.results, panes, ui.pinned_particle);
    if (ui.pinned_point) pinned->log_p = !pinned->coarse;
    context.session.probe(std::move(pinned), of_particle(ui, context.results, panes, ui.hovered_particle));
    ui.probes = context.session.probes();
}

const ProbeLane* probed(const ProbeResult* result, int lane) {
    if (!result) return nullptr;
    const auto it = std::find_if(result->lanes.begin(), result->lanes.end(), [&](const ProbeLane& l) { return l.at.lane == lane; });
    return it == result->lanes.end() ? nullptr : &*it;
}

}  // namespace pf::panels
