#include <algorithm>

#include "app/panels/panels.h"

namespace pf::panels {
namespace {

void draw_controls(Context& context, const Rect& rect) {
    if (rect.width < 1 || rect.height < 1) return;
    const Window window("controls", rect);
    if (!window) return;
    draw_data_panel(context);
    draw_path_panel(context);
    draw_model_panel(context);
    draw_lanes_panel(context);
    draw_view_panel(context);
}

void draw_numbers(Context& context, const Rect& rect) {
    if (rect.width < 1 || rect.height < 1) return context.session.measure(false);  // what nobody sees is not computed
    const Window window("numbers", rect);
    if (!window) return;
    draw_box_panel(context);
    draw_equation_panel(context);
    draw_loss_panel(context);
    draw_metrics_panel(context);
    draw_discrepancy_panel(context);
    draw_probe_panel(context);
}

// Arrow keys and Space move inside a panel only while it has been entered with F6, or in a list while it is open.
void give_keyboard(UiState& ui) {
    ImGuiIO& io = ImGui::GetIO();
    const bool inside = (io.ConfigFlags & ImGuiConfigFlags_NavEnableKeyboard) != 0;
    if (ui.panel_focus == 0 && list_open()) {
        io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
        return;
    }
    if (ui.panel_focus == 0) {
        io.ConfigFlags &= ~ImGuiConfigFlags_NavEnableKeyboard;
        if (inside) ImGui::SetWindowFocus(nullptr);
        return;
    }
    static int given = 0;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    if (!inside || given != ui.panel_focus) ImGui::SetWindowFocus(ui.panel_focus == 1 ? "controls" : "numbers");
    given = ui.panel_focus;
}

}  // namespace

void draw_interface(Context& context, const Layout& layout) {
    handle_canvas_mouse(context, layout);
    const int panes = std::min(static_cast<int>(layout.panes.size()), pane_count(context.session.scene()));
    const PaneView view{context.session.scene(), context.ui, context.results, context.heat_map};
    for (int i = 0; i < panes; ++i) draw_pane_overlay(view, layout.panes[static_cast<std::size_t>(i)], i);
    draw_top_bar(context, layout.top);
    draw_controls(context, layout.controls);
    draw_numbers(context, layout.numbers);
    draw_time_bar(context, layout.time_bar);
    draw_gallery(context, layout);
    draw_help(context, layout);
    draw_notices(context, layout);
    give_keyboard(context.ui);
}

}  // namespace pf::panels
