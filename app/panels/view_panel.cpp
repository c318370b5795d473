#include <algorithm>

#include "app/panels/panels.h"

namespace pf::panels {
namespace {

void draw_layers(Context& context) {
    heading("layers", context.ui.theme);
    const float half = ImGui::GetContentRegionAvail().x / 2, left = ImGui::GetCursorPosX();
    int column = 0;
    for (const auto& layer : layer_labels) {
        if (column % 2 == 1) ImGui::SameLine(left + half);
        bool on = has_layer(context.session.scene(), layer.id);
        if (ImGui::Checkbox(layer.label, &on))
            context.session.commit(fmt::format("{} {}", layer.label, on ? "on" : "off"), with_layer(context.session.scene(), layer.id, on));
        tooltip(layer.meaning);
        ++column;
    }
}

}  // namespace

void draw_view_panel(Context& context) {
    if (!section("View", false)) return;
    const Id scope("View");
    const Scene& scene = context.session.scene();
    std::vector<Item> panes;
    for (const char* n : {"1", "2", "4"}) panes.push_back({n, fmt::format("{} pane{}", n, *n == '1' ? "" : "s"), "side by side; same time, camera and starting noise", {}});
    if (const auto n = segmented("panes", panes, std::to_string(scene.view.panes)))
        context.session.commit("panes", with_panes(scene, std::stoi(*n)));

    draw_layers(context);

    heading("density", context.ui.theme);
    std::vector<Item> densities{{"exact", "exact pₜ", "the density itself", {}},
                                {"histogram", "particles", "counted from the lane's particles", {}},
                                {"class", "p(x|c)", "the exact density of the label that a lane is guided to", {}},
                                {"product", "product", "pₜ(x) pₜ(c|x)^w, which guidance with w is said to sample and does not", {}}};
    for (Item& item : densities) {
        Scene other = context.session.scene();
        other.view.density = item.id;
        const auto& lanes = other.lanes;
        if (std::none_of(lanes.begin(), lanes.end(), [&](const Lane& lane) { return why_no_density(other, lane).empty(); })) item.why_not = why_no_density(other, lanes.front());
    }
    if (const auto id = segmented("density", densities, context.session.scene().view.density)) {
        Scene next = context.session.scene();
        next.view.density = *id;
        context.session.commit("density shown", std::move(next));
    }
    heading("particle colour", context.ui.theme);
    const std::vector<Item> colours{{"start", "by start", "hue by angle, where the particle began", {}}, {"single", "single", "one colour for all", {}},
                                    {"log_p", "by log p", "log density of the flow at each particle, where the lane is an ODE that carries it (nats per unit area)", {}}};
    if (const auto id = segmented("colour", colours, context.session.scene().view.colour)) {
        Scene next = context.session.scene();
        next.view.colour = *id;
        context.session.commit("particle colour", std::move(next));
    }
    if (ImGui::Button("Reset view", {-1, 0})) context.ui.centre_x = context.ui.centre_y = 0, context.ui.zoom = 1;
    tooltip("centre and zoom as at first (0)");
}

}  // namespace pf::panels
