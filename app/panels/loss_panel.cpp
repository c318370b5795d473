#include <algorithm>

#include "app/panels/panels.h"
#include "app/panels/plot.h"

namespace pf::panels {

void draw_loss_panel(Context& context) {
    if (!section("Loss", true)) return;
    const Id scope("Loss");
    const Scene& scene = context.session.scene();
    std::vector<Curve> curves;
    std::vector<std::vector<float>> lines;  // floors: from the first step to the last
    std::vector<std::string> words;
    double last = 1;
    for (std::size_t i = 0; i < scene.models.size() && i < context.results.training.size(); ++i) {
        const auto& state = context.results.training[i];
        if (scene.models[i].field != "network" || !state || state->loss.empty()) continue;
        curves.push_back({state->loss_step, state->loss, palette(context.ui.theme).lanes[i], i % 2 == 1, scene.models[i].name});
        last = std::max({last, static_cast<double>(state->step), static_cast<double>(state->loss_step.back())});
    }
    lines.reserve(2 * context.results.floors.size());
    for (std::size_t i = 0; i < scene.models.size() && i < context.results.floors.size() && !curves.empty(); ++i) {
        const auto& floor = context.results.floors[i];
        if (scene.models[i].field != "network" || !floor) continue;
        const std::string& name = scene.models[i].name;
        if (!floor->why_not.empty()) {
            words.push_back(fmt::format("{}: {}", name, floor->why_not));
            continue;
        }
        const auto value = static_cast<float>(floor->floor.total);
        lines.push_back({0, static_cast<float>(last)});
        lines.push_back({value, value});
        curves.push_back({lines[lines.size() - 2], lines.back(), palette(context.ui.theme).muted, i % 2 == 1, fmt::format("floor {:.3g}", floor->floor.total)});
        if (!floor->floor.infinite.empty()) words.push_back(fmt::format("{}, t from {:g} to {:g}: {}", name, floor->floor.range.min, floor->floor.range.max, floor->floor.infinite));
    }
    if (curves.empty()) {
        const bool any = std::any_of(scene.models.begin(), scene.models.end(), [](const Model& m) { return m.field == "network"; });
        return muted(any ? "Press Train: the loss appears here." : "This scene is exact: there is nothing to train.", context.ui.theme);
    }
    plot("##loss", curves, {0, last, false, "step"}, fitted(curves, true, "loss"), ImGui::GetFontSize() * 10, context.ui.theme);
    muted("The loss does not go to 0: the same x at the same t belongs to many pairs of data and noise.", context.ui.theme);
    for (const auto& line : words) muted(line, context.ui.theme);
}

}  // namespace pf::panels
