#include <algorithm>

#include "app/panels/panels.h"
#include "app/panels/plot.h"

namespace pf::panels {

void draw_loss_panel(Context& context) {
    if (!section("Loss", true)) return;
    const Id scope("Loss");
    const Scene& scene = context.session.scene();
    std::vector<Curve> curves;
    double last = 1;
    for (std::size_t i = 0; i < scene.models.size() && i < context.results.training.size(); ++i) {
        const auto& state = context.results.training[i];
        if (scene.models[i].field != "network" || !state || state->loss.empty()) continue;
        curves.push_back({state->loss_step, state->loss, palette(context.ui.theme).lanes[i], i % 2 == 1, scene.models[i].name});
        last = std::max({last, static_cast<double>(state->step), static_cast<double>(state->loss_step.back())});
    }
    if (curves.empty()) {
        const bool any = std::any_of(scene.models.begin(), scene.models.end(), [](const Model& m) { return m.field == "network"; });
        return muted(any ? "Press Train: the loss appears here." : "This scene is exact: there is nothing to train.", context.ui.theme);
    }
    plot("##loss", curves, {0, last, false, "step"}, fitted(curves, true, "loss"), ImGui::GetFontSize() * 10, context.ui.theme);
    muted("The loss does not go to 0: the same x at the same t belongs to many pairs of data and noise.", context.ui.theme);
}

}  // namespace pf::panels
