#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/panels/data_edits.h"
#include "app/panels/own_data.h"
#include "app/panels/tools/tools.h"
#include "app/runtime/limits.h"

namespace pf::panels {
namespace {

// The rows of one component; one of them is held at a time.
Gesture component_rows(Component& c, double others, double extent, std::string& changed, Theme theme) {
    Gesture out = Gesture::none;
    const auto row = [&](const NumberLabel& label, double& value, Domain domain, Slider slider) {
        const Gesture gesture = number_row(label, value, domain, slider);
        if (gesture != Gesture::none) out = gesture, changed = label.name;
        return gesture != Gesture::none;
    };
    double x = c.mean.x(), y = c.mean.y();
    if (row({"mean", "x₁", "where its centre lies", 0}, x, limits::coordinate, {-extent, extent})) c.mean.x() = x;
    if (row({"mean ", "x₂", "where its centre lies", 0}, y, limits::coordinate, {-extent, extent})) c.mean.y() = y;
    Axes axes = axes_of(c.covariance);
    double degrees = axes.angle * 180 / std::numbers::pi;
    bool shape = row({"long axis", "", "standard deviation along it", 1}, axes.along, {least_deviation, limits::coordinate.max}, {0.02, 3, true});
    shape = row({"short axis", "", "standard deviation across it", 1}, axes.across, {least_deviation, limits::coordinate.max}, {0.02, 3, true}) || shape;
    if (row({"angle", "°", "of the long axis, counted from x₁", 0}, degrees, {-360, 360}, {-90, 90})) axes.angle = degrees * std::numbers::pi / 180, shape = true;
    if (shape) c.covariance = covariance_of(axes);
    row({"weight", "w", "its share is w over the sum of all weights", 1}, c.weight, limits::weight, {0.01, 10, true});
    muted(fmt::format("{:.3g} % of the data", 100 * c.weight / (c.weight + others)), theme);
    int label = c.label;
    const Gesture gesture = number_row({"label", "", "the class of its draws, for conditional networks and guidance", 0}, label, {0, 999}, {0, 9});
    if (gesture != Gesture::none) out = gesture, changed = "label", c.label = label;
    return out;
}

}  // namespace

void draw_mixture_rows(Context& context) {
    const Scene& scene = context.session.scene();
    auto components = editable_components(scene.data);
    if (components.empty()) return;
    UiState& ui = context.ui;
    const bool on = ui.tool == Tool::components;
    if (wide_button(on ? "Editing on the canvas …" : "Edit the components")) choose_tool(context, Tool::components);
    tooltip("drag centres and axes on the canvas (M); the exact field follows");
    if (!on) return;
    int& chosen = ui.data.component;
    if (chosen >= static_cast<int>(components.size())) chosen = -1;
    const float space = ImGui::GetStyle().ItemInnerSpacing.x, width = std::max(1.f, (ImGui::GetContentRegionAvail().x - space) / 2);
    const int n = static_cast<int>(components.size());
    if (ImGui::Button("Previous", {width, 0})) chosen = chosen < 0 ? n - 1 : (chosen + n - 1) % n;
    tooltip("the numbers of the component before, as a click on it shows them");
    ImGui::SameLine(0, space);
    if (ImGui::Button("Next", {width, 0})) chosen = (chosen + 1) % n;
    tooltip("the numbers of the next component, as a click on it shows them");
    if (chosen < 0) return muted(fmt::format("{} components: choose one to see its numbers, double click the canvas to add one.", n), ui.theme);
    text(fmt::format("Component {} of {}", chosen + 1, components.size()));
    const Id scope(chosen);
    std::string changed;
    Component& edited = components[static_cast<std::size_t>(chosen)];
    double others = -edited.weight;
    for (const Component& c : components) others += c.weight;
    const Gesture gesture = component_rows(edited, others, scene_box(scene).x_max, changed, ui.theme);
    apply(context, gesture, changed + " of a component", with_components(scene, std::move(components)));
    if (ImGui::Button("Duplicate", {width, 0})) duplicate_component(context);
    tooltip("another like it, beside it (Ctrl+D)");
    ImGui::SameLine(0, space);
    if (ImGui::Button("Remove", {width, 0})) delete_chosen(context);
    tooltip("Delete, or a right click on the canvas");
}

}  // namespace pf::panels
