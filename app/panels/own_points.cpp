#include <optional>
#include <utility>

#include "app/panels/camera.h"
#include "app/panels/data_edits.h"
#include "app/panels/own_data.h"
#include "app/panels/tools/tools.h"
#include "app/runtime/limits.h"
#include "app/runtime/scene_sentence.h"

namespace pf::panels {

namespace {

// Looked for when the points are others; they are thousands, and the panel is drawn in every frame.
const std::optional<PointMap>& map_of(const PointSet& points) {
    static std::uint64_t known = 0;
    static std::optional<PointMap> map;
    if (std::exchange(known, points.hash) != points.hash) map = map_into_reach(points.x);
    return map;
}

void draw_map(Context& context, const PointSet& points) {
    const std::optional<PointMap> map = map_of(points);
    if (!map) return;
    muted("Far from the noise N(0, I), or of another scale: networks learn that poorly. In reach would be\n" + map->text(), context.ui.theme);
    if (wide_button("Centre and scale")) {
        Scene next = with_map(context.session.scene(), *map, outdated(context.session.scene(), written_for(context.session)));
        say_faded(context.session, next);
        context.session.commit("points centred and scaled", std::move(next));
        context.session.say({Notice::Level::info, fmt::format("The points are {} now; the scene's sentence keeps these numbers. Ctrl+Z brings them back.", map->text())});
        reset_camera(context.ui);
    }
    tooltip("the points become " + map->text());
}

}  // namespace

void draw_points_rows(Context& context) {
    UiState& ui = context.ui;
    DataTools& tools = ui.data;
    const std::vector<Item> items{{"brush", "Brush", "paint points on the canvas (I)", {}}, {"eraser", "Eraser", "rub points out (U)", {}}, {"select", "Select", "a rectangle selects; what is selected can be moved and deleted (O)", {}}};
    const auto id_of = [](Tool tool) { return tool == Tool::brush ? "brush" : tool == Tool::eraser ? "eraser" : tool == Tool::select ? "select" : ""; };
    if (const auto chosen = segmented("tool", items, id_of(ui.tool))) choose_tool(context, *chosen == "brush" ? Tool::brush : *chosen == "eraser" ? Tool::eraser : Tool::select);
    number_row({"brush size", "", "radius of brush and eraser, in units of the axes ([ and ])", DataTools{}.size}, tools.size, {0.02, 5}, {0.02, 2, true});
    number_row({"density", "", "points painted per unit of area", DataTools{}.density}, tools.density, {1, 5000}, {10, 1000, true});
    const float space = ImGui::GetStyle().ItemInnerSpacing.x, width = std::max(1.f, (ImGui::GetContentRegionAvail().x - space) / 2);
    if (wide_button("Begin afresh", width)) begin_afresh(context);
    tooltip("the next stroke of the brush begins with no points");
    ImGui::SameLine(0, space);
    if (wide_button("Paste points", width)) paste_points(context);
    tooltip("lines of x and y, or JSON pairs, from the clipboard (Ctrl+V)");
    if (ui.tool == Tool::select) {
        if (wide_button("Select all", width)) select_all_points(context);
        tooltip("Ctrl+A");
        ImGui::SameLine(0, space);
        const std::size_t n = selected_points(context).size();
        const Disabled none(n == 0);
        if (ImGui::Button("Delete", {width, 0})) delete_chosen(context);
        tooltip(n == 0 ? "nothing is selected" : fmt::format("the {} selected points (Delete)", n));
    }
    const std::shared_ptr<const PointSet> points = context.session.scene().data.points;
    if (points) draw_map(context, *points);
    if (points) muted(fmt::format("{} of at most {} points. The exact field of points memorises them; a network may, if they are few.", points->x.rows(), limits::points.max), ui.theme);
    else muted("Paint on the canvas: the first stroke replaces the data.", ui.theme);
    if (edits_data(ui.tool)) muted("Esc puts the tool away; the points stay the data.", ui.theme);
}

}  // namespace pf::panels
