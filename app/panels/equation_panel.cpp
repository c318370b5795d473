#include <cmath>

#include "app/panels/panels.h"
#include "app/runtime/processes.h"

namespace pf::panels {
namespace {

std::string number(double value) {
    if (!std::isfinite(value)) return value < 0 ? "−∞" : std::isnan(value) ? "—" : "∞";
    std::string out = fmt::format("{:.3f}", std::abs(value) < 5e-4 ? 0 : value);
    if (out.starts_with('-')) out.replace(0, 1, "−");
    return out;
}

void row(const char* symbol, double value, const char* symbol2, double value2) {
    ImGui::TableNextRow();
    for (const auto& [s, v] : {std::pair{symbol, value}, std::pair{symbol2, value2}}) {
        ImGui::TableNextColumn();
        text(s);
        ImGui::TableNextColumn();
        text(number(v));
    }
}

// How the score comes out of what the model predicts.
std::string score_line(const Model& model) {
    if (model.field == "exact") return "sₜ = ∇ log pₜ(x), exact";
    if (model.field == "formula") return "sₜ as typed";
    if (model.field != "network") return fmt::format("sₜ of the {} field, in closed form", model.field);
    const std::string& p = model.objective.prediction;
    if (p == "score") return "sₜ = the network";
    if (p == "noise") return "sₜ = −ε/βₜ, ε the network";
    if (p == "data") return "sₜ = (αₜ D − x)/βₜ², D the network";
    if (p == "edm_f") return "sₜ = (αₜ D − x)/βₜ², D = c_skip x/αₜ + c_out F";
    if (p == "v") return "sₜ = (αₜ D − x)/βₜ², D = αₜ x − βₜ v";
    return "sₜ = (αₜ u − α′ₜ x) / (βₜ (α′ₜ βₜ − αₜ β′ₜ))";
}

}  // namespace

void draw_equation_panel(Context& context) {
    if (!section("Equation", true)) return;
    const Id scope("Equation");
    const Scene& scene = context.session.scene();
    const int lane = selected_lane(context);
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    const auto [schedule, sigma] = lane_functions(scene, lane);
    const double t = context.ui.playback.t, sigma_t = sigma->at(t, *schedule);
    const Coefficients c = schedule->at(t);
    const bool stochastic = is_stochastic(l);

    muted(lane_title(scene, lane), context.ui.theme);
    if (l.process == "langevin")
        text(fmt::format("dX = ½ σ² s dτ + σ dW,   t = {:g}", l.frozen_t));
    else if (l.process == "noising")
        text(stochastic ? "dX = [ −uₜ + ½ σₜ² sₜ ] dτ + σₜ dW,   τ = 1 − t" : "dX = −uₜ(X) dτ,   τ = 1 − t");
    else
        text(stochastic ? "dX = [ uₜ + ½ σₜ² sₜ ] dt + σₜ dW" : "dX = uₜ(X) dt");
    if (const auto wrong = what_is_wrong(l.variant); !wrong.empty()) muted(wrong, context.ui.theme);
    if (find_solver(l.solver.id, "solver").own_noise) text("plus noise of the solver's own, which leaves pₜ as it is");
    if (stochastic) text(fmt::format("½ σₜ² = {}", number(0.5 * sigma_t * sigma_t)));
    if (l.guidance.kind != "none") text(fmt::format("u, s: base + w (towards − base), w = {:g}", l.guidance.scale));
    const Model& model = model_named(scene, l.model);
    muted(scene.source ? "Xₜ = αₜ z + βₜ x₀, x₀ from the source" : "Xₜ = αₜ z + βₜ ε", context.ui.theme);
    if (stochastic) muted(score_line(l.score_model.empty() ? model : model_named(scene, l.score_model)), context.ui.theme);
    if (!ImGui::BeginTable("##numbers", 4, ImGuiTableFlags_SizingStretchProp)) return;
    row("t", t, "σₜ", sigma_t);
    row("αₜ", c.alpha, "βₜ", c.beta);
    row("α′ₜ = dα/dt", c.d_alpha, "β′ₜ = dβ/dt", c.d_beta);
    ImGui::EndTable();
}

}  // namespace pf::panels
