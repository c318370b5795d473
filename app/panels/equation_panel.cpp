#include "app/panels/equations.h"
#include "app/panels/panels.h"
#include "app/runtime/processes.h"

namespace pf::panels {
namespace {

void draw_one(Context& context, const LaneEquation& equation, std::span<const typeset::Term> terms) {
    const UiState& ui = context.ui;
    muted(equation.name, ui.theme);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float indent = std::round(6 * ui.scale), width = std::max(1.f, ImGui::GetContentRegionAvail().x - indent);
    const ImVec2 size = draw_equation(*ImGui::GetWindowDrawList(), {at.x + indent, at.y}, width, equation.source, terms, ui);
    ImGui::Dummy({std::max(1.f, indent + size.x), std::max(1.f, size.y + std::round(3 * ui.scale))});
}

}  // namespace

void draw_equation_panel(Context& context) {
    if (!section("Equation", true)) return;
    const Id scope("Equation");
    const Scene& scene = context.session.scene();
    const int lane = selected_lane(context);
    const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
    const UiState& ui = context.ui;
    const auto equations = lane_equations(scene, lane, ui.convention);
    const auto terms = lane_terms(scene, lane, ui.playback.t, ui.convention, ui.touched);

    muted(lane_title(scene, lane), ui.theme);
    text(fmt::format("t = {:.3f}", l.process == "langevin" ? l.frozen_t : ui.playback.t));
    if (const auto wrong = what_is_wrong(l.variant); !wrong.empty()) {
        const WithFont font(small_font());
        const WithColour ink(ImGuiCol_Text, vec4(palette(ui.theme).warning));
        ImGui::PushTextWrapPos(0);
        text(wrong);
        ImGui::PopTextWrapPos();
    }
    for (const LaneEquation& equation : equations)
        if (equation.first_sight) draw_one(context, equation, terms);
    if (model_named(scene, l.model).field == "formula") muted("u and s are those typed under Model", ui.theme);
    if (!more("equation")) return;
    for (const LaneEquation& equation : equations)
        if (!equation.first_sight) draw_one(context, equation, terms);
}

}  // namespace pf::panels
