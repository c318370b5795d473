#include <algorithm>
#include <cmath>

#include "app/panels/equations.h"
#include "app/panels/panels.h"
#include "app/panels/typeset/draw.h"
#include "core/nn/objective.h"

namespace pf::panels {
namespace {

using Controls = std::vector<std::string_view>;

// Rows as they are named on screen, after the section they stand in (widgets.h, touch()).
struct TermControls {
    std::string_view term;
    Controls controls;
};
const std::vector<TermControls>& table() {
    static const Controls alpha{"Path/schedule", "Path/alpha", "Path/log-SNR", "Path/b min", "Path/b max", "Path/steps"};
    static const Controls beta{"Path/schedule", "Path/beta", "Path/log-SNR", "Path/b min", "Path/b max", "Path/steps", "Path/sigma min", "Path/sigma max", "Path/rho"};
    static const Controls both = [] {
        Controls all = alpha;
        for (const auto control : beta)
            if (std::find(all.begin(), all.end(), control) == all.end()) all.push_back(control);
        return all;
    }();
    static const Controls sigma{"Sampling/kind", "Sampling/max", "Sampling/curve", "Sampling/noise", "Sampling/sigma", "Sampling/formula"};
    static const std::vector<TermControls> all{
        {"t", {"Time/t"}},
        {"alpha", alpha},
        {"beta", beta},
        {"d_alpha", alpha},
        {"d_beta", beta},
        {"g", both},
        {"sigma", sigma},
        {"half", sigma},
        {"u", {"Model/field", "Sampling/model"}},
        {"s", {"Model/field", "Sampling/model", "Sampling/kind"}},
        {"prediction", {"Model/predicts", "Model/field"}},
        {"data", {"Data/data"}},
        {"w", {"Sampling/guidance", "Sampling/scale", "Sampling/w from", "Sampling/w to"}},
        {"c", {"Sampling/label"}},
        {"not c", {"Sampling/not label", "Sampling/negative"}},
        {"variant", {"Sampling/variant"}},
        {"process", {"Sampling/process"}},
        {"held", {"Sampling/duration"}},
        {"solver", {"Sampling/solver"}},
        {"h", {"Sampling/steps", "Sampling/steps in", "Sampling/grid", "Sampling/from", "Sampling/to"}},
        {"eta", {"Sampling/eta"}},
        {"ratio", {"Sampling/ratio"}},
        {"churn", {"Sampling/churn", "Sampling/min", "Sampling/max", "Sampling/noise"}},
        {"lambda", {"Model/weighting", "Model/gamma"}},
        {"times", {"Model/times", "Model/t_min", "Model/t_max", "Model/mean", "Model/sd"}},
    };
    return all;
}

}  // namespace

std::span<const std::string_view> controls_of(std::string_view term) {
    for (const TermControls& entry : table())
        if (entry.term == term) return entry.controls;
    return {};
}

std::vector<std::string_view> all_terms() {
    std::vector<std::string_view> out;
    for (const TermControls& entry : table()) out.push_back(entry.term);
    return out;
}

std::string number_text(double value) {
    if (!std::isfinite(value)) return value < 0 ? "−∞" : std::isnan(value) ? "—" : "∞";
    const double size = std::abs(value);
    std::string out = size >= 1e5 ? fmt::format("{:.2e}", value) : size >= 100 ? fmt::format("{:.1f}", value) : fmt::format("{:.3f}", size < 5e-4 ? 0 : value);
    if (out.starts_with('-')) out.replace(0, 1, "−");
    return out;
}

std::vector<TermNumber> lane_numbers(const Scene& scene, int lane, double t, Convention convention) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const LaneFunctions functions = lane_functions(scene, lane);
    const auto& schedule = functions.schedule;
    const auto& sigma = functions.sigma;
    if (l.process == "langevin") t = l.frozen_t;
    const Coefficients c = schedule->at(t);
    const double sigma_t = sigma->at(t, *schedule), sign = convention == Convention::flow ? 1 : -1;
    const Guidance& g = l.guidance;
    const double field_t = l.variant == "reversed_time" ? 1 - t : t;  // at which the fields are taken
    std::vector<TermNumber> out{{"alpha", c.alpha}, {"beta", c.beta}, {"d_alpha", sign * c.d_alpha}, {"d_beta", sign * c.d_beta}, {"sigma", sigma_t}, {"half", 0.5 * sigma_t * sigma_t},
                                {"g", std::sqrt(c.g_squared())}, {"w", field_t >= g.from && field_t <= g.to ? g.scale : 1}};
    const Model& model = model_named(scene, l.model);
    if (model.field != "network") return out;
    const std::string& weighting = model.objective.weighting.id;
    const Prediction prediction = prediction_from_id(model.objective.prediction, "objective");
    if (prediction != Prediction::edm_f || weighting == "uniform" || weighting == "usual")
        out.push_back({"lambda", build(nn::weightings(), model.objective.weighting, "weighting")->at(t, c, prediction, 1)});
    return out;
}

std::vector<typeset::Term> lane_terms(const Scene& scene, int lane, double t, Convention convention, std::string_view touched) {
    const auto numbers = lane_numbers(scene, lane, t, convention);
    std::vector<typeset::Term> out;
    for (const TermControls& entry : table()) {
        const bool lit = std::find(entry.controls.begin(), entry.controls.end(), touched) != entry.controls.end();
        const auto number = std::find_if(numbers.begin(), numbers.end(), [&](const TermNumber& n) { return n.id == entry.term; });
        out.push_back({std::string(entry.term), "", lit});
        out.push_back({std::string(entry.term) + "=", number == numbers.end() ? "" : number_text(number->value), lit});
    }
    return out;
}

ImVec2 draw_equation(ImDrawList& draw, ImVec2 at, float width, const std::string& source, std::span<const typeset::Term> terms, const UiState& ui) {
    const typeset::Fonts fonts = math_fonts();
    const typeset::Box box = typeset::lay_out(typeset::parse(source), terms, fonts, 1, std::max(1.f, width), std::max(1.f, std::round(ui.scale)));
    typeset::draw(draw, box, fonts, at, palette(ui.theme));
    return {box.width, box.height()};
}

}  // namespace pf::panels
