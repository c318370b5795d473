#pragma once
#include "app/panels/panels.h"
#include "app/panels/sheet.h"

namespace pf::panels {

// The tools that edit the data on the canvas. While one is on it owns mouse and wheel of every pane; one gesture is one undo entry. Places are data
// units, at t = 1.

// A pane as a tool meets it: the one under the mouse, or the one where its gesture began.
struct ToolPane {
    int index;
    const Rect& rect;
    PaneCamera camera;
    Point at;  // the mouse
    double pixels(double n) const { return n * camera.units_per_pixel; }
};

// On, or off if it is on. A tool that edits the data shows them: the plane, at t = 1, standing still.
void choose_tool(Context& context, Tool tool);
// One frame of the mouse; false: no such tool is on.
bool data_tool_mouse(Context& context, const Layout& layout);
// What the tool shows over a pane, the cursor included.
void draw_data_tool(const Sheet& sheet, const PaneView& view);
// In a few words, what the mouse does.
std::string_view tool_hint(const Scene& scene, Tool tool);

// Each in the file of its name.
void components_mouse(Context& context, const ToolPane& pane);
void draw_components(const Sheet& sheet, const PaneView& view);
void brush_mouse(Context& context, const ToolPane& pane);
void select_mouse(Context& context, const ToolPane& pane);
void draw_points(const Sheet& sheet, const PaneView& view);

// What keys and buttons do. Each says why where it cannot.
void delete_chosen(Context& context);     // the selected component, or the selected points
void duplicate_component(Context& context);
void add_component(Context& context, Point at);
void select_all_points(Context& context);
void paste_points(Context& context);      // of the clipboard's text, beside those that are there
void points_from_data(Context& context);  // 1,000 draws of the data become points
void begin_afresh(Context& context);      // the next stroke begins with no points

// The points of the scene and those of them that are selected.
const PointSet* own_points(const Scene& scene);
std::vector<int> selected_points(const Context& context);
// Shows the scene while a gesture lasts; says why it cannot, once in a gesture.
void preview_data(Context& context, Scene scene);

}  // namespace pf::panels
