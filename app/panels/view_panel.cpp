#include <algorithm>

#include "app/panels/panels.h"
#include "app/runtime/layers.h"
#include "app/runtime/limits.h"

namespace pf::panels {
namespace {

void draw_layers(Context& context) {
    heading("layers", context.ui.theme);
    const float half = ImGui::GetContentRegionAvail().x / 2, left = ImGui::GetCursorPosX();
    float widest = 0;
    for (const auto& layer : layer_labels) widest = std::max(widest, ImGui::CalcTextSize(layer.label).x);
    const int columns = ImGui::GetFrameHeight() + ImGui::GetStyle().ItemInnerSpacing.x + widest > half ? 1 : 2;
    int column = 0;
    for (const auto& layer : layer_labels) {
        if (column % columns == 1) ImGui::SameLine(left + half);
        bool on = has_layer(context.session.scene(), layer.id);
        const std::string why = why_no_layer(context.session.scene(), layer.id);
        const Disabled disabled(!why.empty() && (!on || context.session.scene().view.shape != "flat"));
        if (ImGui::Checkbox(layer.label, &on)) toggle_layer(context, layer.id);
        tooltip(why.empty() ? layer.meaning : why);
        ++column;
    }
}

// How opaque each layer that is on shall be.
void draw_opacities(Context& context) {
    heading("opacity", context.ui.theme);
    for (const auto& layer : layer_labels) {
        if (!has_layer(context.session.scene(), layer.id)) continue;
        const std::string why = why_no_layer(context.session.scene(), layer.id);
        const Disabled disabled(!why.empty());
        const auto& given = context.session.scene().view.opacity;
        double value = given.contains(layer.id) ? given.at(layer.id) : 1;
        const Gesture gesture = number_row({layer.label, "", layer.id == std::string_view("trails") ? "where the particles have just been; of their opacity" : layer.meaning, 1}, value, limits::opacity, {0, 1});
        if (gesture != Gesture::none) apply(context, gesture, fmt::format("opacity of {}", layer.label), with_opacity(context.session.scene(), layer.id, value));
    }
}

void draw_colours(Context& context) {
    heading("particle colour", context.ui.theme);
    std::vector<Item> colours{{"start", "by start", "hue by angle, where the particle began", {}},
                              {"single", "single", "one colour for all", {}},
                              {"label", "by label", "the label that a particle has at the data's end: the most likely one where the data are a mixture, otherwise that of the nearest point", {}},
                              {"log_p", "by log p", "log density of the flow at each particle, where the lane is an ODE that carries it (nats per unit area)", {}},
                              {"divergence", "by divergence ∇·u", "how fast the velocity field opens (above 0) or draws together (below 0) where the particle is, per t", {}},
                              {"speed", "by speed |u|", "length of the velocity where the particle is, data units per t", {}}};
    const Scene& scene = context.session.scene();
    for (Item& item : colours)
        if (std::none_of(scene.lanes.begin(), scene.lanes.end(), [&](const Lane& lane) { return why_no_colour(scene, lane, item.id).empty(); })) item.why_not = why_no_colour(scene, scene.lanes.front(), item.id);
    const auto shown = std::find_if(colours.begin(), colours.end(), [&](const Item& item) { return item.id == scene.view.colour; });
    const auto id = pick("##particle colour", shown->label, [&] { return colours; });
    tooltip("what the colour of a particle says");
    if (!id) return;
    Scene next = scene;
    next.view.colour = *id;
    context.session.commit("particle colour", std::move(next));
}

void draw_sources(Context& context) {
    heading("density", context.ui.theme);
    std::vector<Item> sources{{"exact", "exact pₜ", "the density itself", {}},
                              {"fokker_planck", "Fokker–Planck", "what the lane's drift and noise produce, solved on a grid", {}},
                              {"histogram", "of particles", "counted from the lane's particles", {}},
                              {"likelihood", "likelihood", "of the lane's ODE: along its trajectories backwards, by the divergence of u", {}},
                              {"class", "p(x|c)", "the exact density of the label that a lane is guided to", {}},
                              {"product", "∝ p(x) p(c|x)ʷ", "which guidance with w is said to sample and does not", {}}};
    for (Item& item : sources) {
        Scene other = context.session.scene();
        other.view.density = item.id;
        const auto& lanes = other.lanes;
        if (std::none_of(lanes.begin(), lanes.end(), [&](const Lane& lane) { return why_no_density(other, lane).empty(); })) item.why_not = why_no_density(other, lanes.front());
    }
    const std::string& current = context.session.scene().view.density;
    const auto shown = std::find_if(sources.begin(), sources.end(), [&](const Item& item) { return item.id == current; });
    const auto id = pick("##density", shown->label, [&] { return sources; });
    tooltip("which density the heat map, the contours and the box show");
    if (id) context.session.commit("density shown", with_density(context.session.scene(), *id));
}

void draw_box_tool(Context& context) {
    const bool plane = context.session.scene().view.shape == "flat";
    const Disabled disabled(!plane);
    const bool on = context.ui.tool == Tool::box;
    if (wide_button(on ? "Drag on a pane …" : "Draw a box")) context.ui.tool = on ? Tool::none : Tool::box;
    tooltip(plane ? "shows how much is inside and how fast it leaves (B, or Shift+drag)" : "a box belongs to the plane");
}

}  // namespace

std::string why_no_layer(const Scene& scene, std::string_view layer) {
    if (scene.view.shape != "flat" && layer != "density") return "belongs to the plane; the surface shows the density, space–time that of x₁ and some trajectories";
    std::string why;
    for (const Lane& lane : scene.lanes)
        if (const std::string here = pf::why_no_layer(scene, lane, layer); here.empty()) return {};
        else if (why.empty()) why = here;
    return why;
}

void draw_view_panel(Context& context) {
    if (!section("View", false)) return;
    const Id scope("View");
    const Scene& scene = context.session.scene();
    std::vector<Item> panes;
    for (const char* n : {"1", "2", "4"}) panes.push_back({n, fmt::format("{} pane{}", n, *n == '1' ? "" : "s"), "side by side; same time, camera and starting noise", {}});
    if (const auto n = segmented("panes", panes, std::to_string(scene.view.panes)))
        context.session.commit("panes", with_panes(scene, std::stoi(*n)));

    heading("shape", context.ui.theme);
    const std::vector<Item> shapes{{"flat", "plane", "x₁ to the right, x₂ up, at time t", {}}, {"height", "surface", "pₜ as a height over the plane; drag turns it (H)", {}}, {"space_time", "space–time", "t to the right, x₁ up: the density of x₁ over all times (Y)", {}}};
    if (const auto id = segmented("shape", shapes, context.session.scene().view.shape)) {
        Scene next = context.session.scene();
        next.view.shape = *id;
        context.session.commit("shape of the view", std::move(next));
    }
    draw_layers(context);
    draw_colours(context);
    draw_sources(context);
    draw_box_tool(context);
    if (!more("view")) return;
    draw_opacities(context);
    if (ImGui::Button("Reset view", {-1, 0})) context.ui.centre_x = context.ui.centre_y = 0, context.ui.zoom = 1;
    tooltip("centre and zoom as at first (0)");
}

}  // namespace pf::panels
