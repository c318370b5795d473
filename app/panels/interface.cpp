#include <algorithm>

#include "app/panels/compat.h"
#include "app/panels/panels.h"
#include "app/panels/pinned_point.h"
#include "app/panels/plot.h"

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
    if (rect.width < 1 || rect.height < 1) return;
    const Window window("numbers", rect);
    if (!window) return;
    draw_lecture_panel(context);
    draw_box_panel(context);
    draw_equation_panel(context);
    draw_loss_panel(context);
    draw_loss_over_time_panel(context);
    draw_metrics_panel(context);
    draw_training_quality_panel(context);
    draw_quality_over_time_panel(context);
    draw_quality_panel(context);
    draw_discrepancy_panel(context);
    draw_probe_panel(context);
}

// Before the panels are drawn, among whose items the first is looked for.
void enter_panel(int panel) {
    static int entered = 0;
    if (panel == entered) return;
    entered = panel;
    if (panel > 0 && panel < canvas_focus) compat::enter_window(panel == 1 ? "controls" : panel == 2 ? "numbers" : "top");
}

// Arrow keys and Space move inside a panel only while it has been entered with F6, or in a list while it is open.
void give_keyboard(UiState& ui, const View& view) {
    ImGuiIO& io = ImGui::GetIO();
    if (ui.panel_focus == canvas_focus && !(cursor_shown(ui) && view.shape == "flat")) ui.panel_focus = 0;
    const bool inside = (io.ConfigFlags & ImGuiConfigFlags_NavEnableKeyboard) != 0;
    if ((ui.panel_focus == 0 || ui.panel_focus == canvas_focus) && list_open()) {
        io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
        return;
    }
    if (ui.panel_focus == 0 || ui.panel_focus == canvas_focus) {
        io.ConfigFlags &= ~ImGuiConfigFlags_NavEnableKeyboard;
        if (inside) ImGui::SetWindowFocus(nullptr);
        return;
    }
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
}

// Around the panel that owns the keyboard.
void draw_focus(const UiState& ui, const Layout& layout) {
    if (ui.panel_focus == 0 || ui.files.open || ui.film.open || ui.words.open || ui.farewell.asks() || ui.gallery.open) return;  // a dialog has the keyboard then
    const Rect& r = ui.panel_focus == 1 ? layout.controls : ui.panel_focus == 2 ? layout.numbers : ui.panel_focus == 3 ? layout.top : layout.canvas;
    if (r.width < 4 || r.height < 4) return;
    const float thick = line_width(ui.theme) * ui.scale, half = thick / 2;
    ImGui::GetForegroundDrawList()->AddRect({r.x + half, r.y + half}, {r.x + r.width - half, r.y + r.height - half}, rgba(palette(ui.theme).accent), 0, 0, thick);
}

// Black, and nothing else, until a key or a click.
void draw_blank(UiState& ui) {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    ImGui::GetForegroundDrawList()->AddRectFilled({0, 0}, size, IM_COL32_BLACK);
    if (ImGui::IsMouseReleased(0) || ImGui::IsMouseReleased(1)) ui.blanked = false;
}

}  // namespace

void draw_interface(Context& context, const Layout& layout) {
    write_in(context.ui.convention);
    watch_mouse(context.ui.presenting, context.session.scene().title);
    if (context.ui.blanked && !context.ui.audience) return draw_blank(context.ui);
    enter_panel(context.ui.panel_focus);
    handle_canvas_mouse(context, layout);
    ask_probe(context);
    context.session.follow(followed_particles(context.ui));
    const int panes = std::min(static_cast<int>(layout.panes.size()), pane_count(context.session.scene()));
    const PaneView view{context.session.scene(), context.ui, context.results, context.heat_map, &context.layers};
    std::vector<int> lanes;
    for (int i = 0; i < panes; ++i) draw_pane_overlay(view, layout.panes[static_cast<std::size_t>(i)], i), lanes.push_back(i);
    const Rect& foot = layout.legend;
    ImGui::GetBackgroundDrawList()->AddRectFilled({foot.x, foot.y}, {foot.x + foot.width, foot.y + foot.height}, rgba(palette(context.ui.theme).panel));
    draw_legend(*ImGui::GetBackgroundDrawList(), view, layout, lanes);
    show_whole_legend(view, layout, lanes);
    draw_top_bar(context, layout);
    draw_controls(context, layout.controls);
    draw_numbers(context, layout.numbers);
    draw_time_bar(context, layout.time_bar);
    draw_large_plot(context, layout);
    draw_recovery(context, layout);
    context.wanted.reach = shown_reach(context.ui, scene_box(context.session.scene()), layout);
    context.session.measure(context.wanted);  // what nobody sees is not computed
    draw_focus(context.ui, layout);
    draw_gallery(context, layout);
    draw_help(context, layout);
    draw_farewell(context, layout);
    if (!context.ui.farewell.asks()) {  // one dialog at a time
        draw_file_dialog(context, layout);
        draw_export_dialog(context, layout);
        draw_words_dialog(context, layout);
    }
    draw_notices(context, layout);
    context.ui.touched = take_touched();
    give_keyboard(context.ui, context.session.scene().view);
}

}  // namespace pf::panels
