#include <algorithm>

#include "app/panels/camera.h"
#include "app/panels/tools/tools.h"
#include "app/runtime/limits.h"

namespace pf::panels {
namespace {

// The camera is the same in all panes.
struct FirstPane {
    Rect rect;
    PaneCamera camera;
};
FirstPane first_pane(const Context& context) {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const Scene& scene = context.session.scene();
    const Layout shown = layout(context.ui, scene.view, size.x, size.y);
    const Rect rect = shown.panes.empty() ? Rect{} : shown.panes.front();
    return {rect, pane_camera(context.ui, scene_box(scene), rect)};
}

void begin(Context& context, PointsGesture what) {
    begin_gesture(context, 0, cursor(context.ui), what);
    context.ui.data.held->by_keys = true;
}

// Where the one before it was, it joins that: a key held down is one gesture.
void dab_here(Context& context, PointsGesture what) {
    DataTools& tools = context.ui.data;
    const auto hash = [&] {
        const PointSet* points = own_points(context.session.scene());
        return points ? points->hash : 0;
    };
    const std::uint64_t before = hash();
    const std::string label = what == paints ? "points painted" : "points erased";
    begin(context, what);
    put_down(context);
    if (hash() == before) return;
    if (before != 0 && before == tools.dabbed && context.session.undo_label() == label) {
        Scene both = context.session.scene();
        context.session.undo();
        context.session.undo();
        context.session.commit(label, std::move(both));
    }
    tools.dabbed = hash();
}

}  // namespace

Point cursor(const UiState& ui) {
    const std::array<double, 2> at = ui.data.cursor.value_or(std::array{ui.centre_x, ui.centre_y});
    return {at[0], at[1]};
}

void move_cursor(Context& context, int x, int y) {
    DataTools& tools = context.ui.data;
    const auto [rect, camera] = first_pane(context);
    const double step = 8 * static_cast<double>(context.ui.scale) * camera.units_per_pixel, low = limits::coordinate.min, high = limits::coordinate.max;
    const double half_width = camera.units_per_pixel * static_cast<double>(rect.width) / 2, half_height = camera.units_per_pixel * static_cast<double>(rect.height) / 2;
    const Point from = cursor(context.ui);
    const Point to{std::clamp(std::clamp(from.x + x * step, camera.x - half_width, camera.x + half_width), low, high),
                   std::clamp(std::clamp(from.y + y * step, camera.y - half_height, camera.y + half_height), low, high)};
    tools.cursor = {to.x, to.y};
    tools.dabbed = 0;
    if (tools.held && tools.held->by_keys) lead_gesture(context, to);
}

void dab_at_cursor(Context& context) {
    if (context.ui.data.held) return put_down(context);
    if (context.ui.tool != Tool::select) return dab_here(context, context.ui.tool == Tool::brush ? paints : erases);
    if (selected_points(context).empty()) return context.session.say({Notice::Level::info, "nothing is selected: Enter begins a rectangle, arrows draw it, Enter selects what is in it"});
    begin(context, moves);
}

void stroke_from_cursor(Context& context) {
    if (context.ui.data.held) return put_down(context);
    begin(context, context.ui.tool == Tool::brush ? paints : context.ui.tool == Tool::eraser ? erases : frames);
}

void erase_at_cursor(Context& context) {
    put_down(context);
    if (context.ui.tool == Tool::select) return delete_chosen(context);
    dab_here(context, erases);
}

void put_down(Context& context) {
    const auto& held = context.ui.data.held;
    if (held && held->by_keys) end_gesture(context, first_pane(context).camera.units_per_pixel);
}

}  // namespace pf::panels
