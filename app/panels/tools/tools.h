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
// What the tool shows over a pane, the cursor included; the height of its words.
float draw_data_tool(const Sheet& sheet, const PaneView& view);
// In a few words, what the mouse does, or the keys while they own the canvas.
std::string_view tool_hint(const Scene& scene, const UiState& ui);

// A gesture on the points, of the mouse or of keys: what paints and erases acts where it begins, the rest where it leads.
enum PointsGesture { paints, erases, frames, moves };  // Held::handle
void begin_gesture(Context& context, int pane, Point at, PointsGesture what);
void lead_gesture(Context& context, Point to);
void end_gesture(Context& context, double pixel);  // one undo entry; what was framed is selected

// The cursor of the keys, on every pane once F6 led to the canvas (cursor.cpp).
Point cursor(const UiState& ui);
void move_cursor(Context& context, int x, int y);  // in steps of eight pixels, before scale
void dab_at_cursor(Context& context);              // points there, or none; what is selected is lifted and put down
void stroke_from_cursor(Context& context);         // a stroke or a rectangle begins there, or ends
void erase_at_cursor(Context& context);
void put_down(Context& context);                   // ends what keys began

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
