#include <cmath>

#include "app/panels/panels.h"

namespace pf::panels {
namespace {

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.3f}", value) : "–"; }

void cell(const std::string& s, std::string_view meaning = {}) {
    ImGui::TableNextColumn();
    text(s);
    if (!meaning.empty()) tooltip(meaning);
}

void draw_row(const DiscrepancyRow& row) {
    ImGui::TableNextRow();
    cell(fmt::format("{:.2f}", shown_time(row.t)));
    cell(number(row.model), "Fokker–Planck of the lane's own fields to the exact density");
    cell(number(row.time_stepping), fmt::format("the particles to the same with a quarter of the step on the same noise; by chance alone {}", number(row.time_stepping_noise)));
    cell(number(row.grid), "Fokker–Planck on this grid to that on half of it");
    cell(number(row.finite_n), "what as many independent draws would differ from their own density");
    cell(number(row.observed), "the particles to the exact density: at most about the sum of the others");
}

}  // namespace

void draw_discrepancy_panel(Context& context) {
    if (!section("Why particles and truth differ", false)) return;
    context.wanted.discrepancies = true;
    const Id scope("Discrepancies");
    const auto& table = context.results.discrepancies[static_cast<std::size_t>(selected_lane(context))];
    if (!table) return muted("Computing once the lane has run: model, time stepping, grid and finite N, each as ∫|p − q|.", context.ui.theme);
    const WithFont font(small_font());
    if (ImGui::BeginTable("##discrepancies", 6, ImGuiTableFlags_SizingStretchSame | ImGuiTableFlags_BordersInnerH)) {
        for (const char* name : {"t", "model", "steps", "grid", "finite N", "all"}) ImGui::TableSetupColumn(shown(name).c_str(), ImGuiTableColumnFlags_WidthStretch, 1);
        ImGui::TableHeadersRow();
        for (const DiscrepancyRow& row : table->rows) draw_row(row);
        ImGui::EndTable();
    }
    muted(fmt::format("lane {}, ∫|p − q| on {}² bins, {} particles{}{}", selected_lane(context) + 1, table->bins, table->particles, table->sentence.empty() ? "" : ". ", table->sentence), context.ui.theme);
}

}  // namespace pf::panels
