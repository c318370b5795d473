#include "app/panels/own_data.h"
#include "app/panels/tools/tools.h"
#include "app/runtime/limits.h"

namespace pf::panels {

void draw_points_rows(Context& context) {
    UiState& ui = context.ui;
    DataTools& tools = ui.data;
    const std::vector<Item> items{{"brush", "Brush", "paint points on the canvas (I)", {}}, {"eraser", "Eraser", "rub points out (U)", {}}, {"select", "Select", "a rectangle selects; what is selected can be moved and deleted (O)", {}}};
    const auto id_of = [](Tool tool) { return tool == Tool::brush ? "brush" : tool == Tool::eraser ? "eraser" : tool == Tool::select ? "select" : ""; };
    if (const auto chosen = segmented("tool", items, id_of(ui.tool))) choose_tool(context, *chosen == "brush" ? Tool::brush : *chosen == "eraser" ? Tool::eraser : Tool::select);
    number_row({"brush size", "", "radius of brush and eraser, in units of the axes ([ and ])", DataTools{}.size}, tools.size, {0.02, 5}, {0.02, 2, true});
    number_row({"density", "", "points painted per unit of area", DataTools{}.density}, tools.density, {1, 5000}, {10, 1000, true});
    const float space = ImGui::GetStyle().ItemInnerSpacing.x, width = std::max(1.f, (ImGui::GetContentRegionAvail().x - space) / 2);
    if (ImGui::Button("Begin afresh", {width, 0})) begin_afresh(context);
    tooltip("the next stroke of the brush begins with no points");
    ImGui::SameLine(0, space);
    if (ImGui::Button("Paste points", {width, 0})) paste_points(context);
    tooltip("lines of x and y, or JSON pairs, from the clipboard (Ctrl+V)");
    if (ui.tool == Tool::select) {
        if (ImGui::Button("Select all", {width, 0})) select_all_points(context);
        tooltip("Ctrl+A");
        ImGui::SameLine(0, space);
        const std::size_t n = selected_points(context).size();
        const Disabled none(n == 0);
        if (ImGui::Button("Delete", {width, 0})) delete_chosen(context);
        tooltip(n == 0 ? "nothing is selected" : fmt::format("the {} selected points (Delete)", n));
    }
    const PointSet* points = own_points(context.session.scene());
    if (points) muted(fmt::format("{} of at most {} points. The exact field of points memorises them; a network does not.", points->x.rows(), limits::points.max), ui.theme);
    else muted("Paint on the canvas: the first stroke replaces the data.", ui.theme);
    if (edits_data(ui.tool)) muted("Esc puts the tool away; the points stay the data.", ui.theme);
}

}  // namespace pf::panels
