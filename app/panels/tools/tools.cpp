#include "app/panels/tools/tools.h"

#include <cmath>

#include "app/panels/data_edits.h"

namespace pf::panels {

void choose_tool(Context& context, Tool tool) {
    UiState& ui = context.ui;
    if (tool == Tool::components && ui.tool != tool && editable_components(context.session.scene().data).empty())
        return context.session.say({Notice::Level::info, "These data are no mixture: there are no components to edit. Eight Gaussians, under Data, have them."});
    put_down(context);
    ui.data.held.reset();
    ui.tool = ui.tool == tool ? Tool::none : tool;
    if (!edits_data(ui.tool)) return;
    ui.playback.playing = false;
    ui.playback.t = 1;
    if (context.session.scene().view.shape == "flat") return;
    Scene next = context.session.scene();
    next.view.shape = "flat";
    context.session.commit("shape of the view", std::move(next));
}

bool data_tool_mouse(Context& context, const Layout& layout) {
    UiState& ui = context.ui;
    if (!edits_data(ui.tool)) {
        ui.held_box.reset();
        ui.data.held.reset();
        return false;
    }
    const ImGuiIO& io = ImGui::GetIO();
    const Box& box = scene_box(context.session.scene());
    if (!ui.held_box) ui.held_box = box;
    ui.hovered_particle = -1;
    if (!ImGui::IsMousePosValid()) return true;
    if (ui.data.held && ui.data.held->by_keys) return true;
    int index = ui.data.held ? ui.data.held->pane : -1;
    for (std::size_t i = 0; i < layout.panes.size() && index < 0; ++i) {
        const Rect& r = layout.panes[i];
        if (io.MousePos.x >= r.x && io.MousePos.y >= r.y && io.MousePos.x < r.x + r.width && io.MousePos.y < r.y + r.height) index = static_cast<int>(i);
    }
    if (index < 0 || index >= static_cast<int>(layout.panes.size())) return true;
    const Rect& rect = layout.panes[static_cast<std::size_t>(index)];
    const Point mouse{io.MousePos.x, io.MousePos.y};
    if (io.MouseWheel != 0) zoom_at(ui, box, rect, mouse, std::pow(1.15, static_cast<double>(io.MouseWheel)));
    const PaneCamera camera = pane_camera(ui, box, rect);
    const ToolPane pane{index, rect, camera, to_world(camera, rect, mouse)};
    if (ui.tool == Tool::components) components_mouse(context, pane);
    else if (ui.tool == Tool::select) select_mouse(context, pane);
    else brush_mouse(context, pane);
    return true;
}

std::string_view tool_hint(const Scene& scene, const UiState& ui) {
    const bool keys = cursor_shown(ui), begun = ui.data.held && ui.data.held->by_keys;
    switch (ui.tool) {
        case Tool::components:
            if (editable_components(scene.data).empty()) return "these data are no mixture to edit";
            return "drag centres and axes · double click adds · Delete removes";
        case Tool::brush:
            if (begun) return "arrows paint · Enter ends the stroke";
            return keys ? "arrows · Space paints · Enter begins a stroke · Delete erases" : "drag paints points · [ ] size · F6 keys";
        case Tool::eraser:
            if (!own_points(scene)) return "there are no own points";
            if (begun) return "arrows erase · Enter ends the stroke";
            return keys ? "arrows · Space erases · Enter begins a stroke" : "drag erases points · [ ] size · F6 keys";
        case Tool::select:
            if (!own_points(scene)) return "there are no own points";
            if (begun) return ui.data.held->handle == moves ? "arrows move · Space puts down" : "arrows draw a rectangle · Enter selects";
            return keys ? "arrows · Enter begins a rectangle · Space lifts what is selected · Delete" : "drag selects, or moves what is selected · Delete · F6 keys";
        default: return {};
    }
}

float draw_data_tool(const Sheet& sheet, const PaneView& view) {
    const Tool tool = view.ui.tool;
    if (!edits_data(tool)) return 0;
    if (tool == Tool::components) draw_components(sheet, view);
    else draw_points(sheet, view);
    if (!view.pointed) return 0;
    const std::string hint(tool_hint(view.scene, view.ui));
    const float w = sheet.width(hint) + 14 * sheet.scale, h = sheet.size + 8 * sheet.scale;
    if (w > sheet.pane.width - 2 * sheet.margin()) return 0;
    const ImVec2 at = sheet.chip(sheet.pane.x + sheet.margin(), sheet.pane.y + sheet.head, w, h);
    sheet.text(at.x, at.y, sheet.p.text, hint);
    return h + 4 * sheet.scale;
}

void preview_data(Context& context, Scene scene) {
    auto& held = context.ui.data.held;
    try {
        validate(scene, "scene");
    } catch (const BadInput& error) {
        if (held && !held->told) context.session.say({Notice::Level::error, error.what()});
        if (held) held->told = true;
        return;
    }
    say_faded(context.session, scene);
    context.session.preview(std::move(scene));
    if (held) held->moved = true;
}

}  // namespace pf::panels
