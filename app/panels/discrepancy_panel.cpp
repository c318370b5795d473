#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "app/panels/panels.h"

namespace pf::panels {
namespace {

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.3f}", value) : "–"; }

struct Column {
    const char *name, *meaning;
    double DiscrepancyRow::*value;
};
constexpr Column columns[] = {{"model", "Fokker–Planck of the lane's own fields and start to the exact density; – where that is no more than Fokker–Planck on this grid is off by itself", &DiscrepancyRow::model},
                              {"steps", "the particles to the same with a quarter of the step on the same noise", &DiscrepancyRow::time_stepping},
                              {"grid", "Fokker–Planck on this grid to that on half of it", &DiscrepancyRow::grid},
                              {"finite N", "what as many independent draws differ from their own density, on average", &DiscrepancyRow::finite_n},
                              {"all", "the particles to the exact density: at most about the sum of the others", &DiscrepancyRow::observed}};

// An exact field leaves what Fokker–Planck itself is off, which is no part of the lane.
std::string model_part(const DiscrepancyRow& row) { return row.model > std::max(row.grid, 1e-3) ? number(row.model) : "–"; }

std::string meaning_of(const Column& column, const DiscrepancyRow& row) {
    if (column.value == &DiscrepancyRow::model && std::isfinite(row.model)) return fmt::format("{}: {:.2g}", column.meaning, row.model);
    if (column.value == &DiscrepancyRow::time_stepping) return fmt::format("{}; by chance alone {}", column.meaning, number(row.time_stepping_noise));
    return column.meaning;
}

void draw_header(const char* name, const char* meaning) {
    ImGui::TableNextColumn();
    ImGui::TableHeader(name);
    tooltip(meaning);
}

void draw_table(const char* id, std::span<const DiscrepancyRow> rows, std::span<const Column> shown_columns) {
    if (!ImGui::BeginTable(id, static_cast<int>(shown_columns.size()) + 1, ImGuiTableFlags_SizingStretchSame | ImGuiTableFlags_BordersInnerH)) return;
    ImGui::TableSetupColumn(shown("t").c_str(), ImGuiTableColumnFlags_WidthStretch, 1);
    for (const Column& column : shown_columns) ImGui::TableSetupColumn(column.name, ImGuiTableColumnFlags_WidthStretch, 1);
    ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
    draw_header(shown("t").c_str(), "");
    for (const Column& column : shown_columns) draw_header(column.name, column.meaning);
    for (const DiscrepancyRow& row : rows) {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        text(fmt::format("{:.2f}", shown_time(row.t)));
        for (const Column& column : shown_columns) {
            ImGui::TableNextColumn();
            text(column.value == &DiscrepancyRow::model ? model_part(row) : number(row.*column.value));
            tooltip(meaning_of(column, row));
        }
    }
    ImGui::EndTable();
}

}  // namespace

void draw_discrepancy_panel(Context& context) {
    if (!section("Why particles and truth differ", false)) return;
    context.wanted.discrepancies = true;
    const Id scope("Discrepancies");
    const auto& table = context.results.discrepancies[static_cast<std::size_t>(selected_lane(context))];
    if (!table) return muted("Computing once the lane has run: model, time stepping, grid and finite N, each as ∫|p − q|.", context.ui.theme);
    const WithFont font(small_font());
    // Where six columns find no room: what each part does, and below it what chance does beside the whole.
    const std::span all(columns);
    if (ImGui::GetContentRegionAvail().x >= 6 * (ImGui::CalcTextSize("0.000").x + 2 * ImGui::GetStyle().CellPadding.x)) {
        draw_table("##discrepancies", table->rows, all);
    } else {
        draw_table("##discrepancies", table->rows, all.first(3));
        draw_table("##in all", table->rows, all.last(2));
    }
    muted("Each is a distance by itself: they do not add up. “Finite N” is an average; these particles may lie a little nearer, so that “all” is less.", context.ui.theme);
    muted(fmt::format("lane {}, ∫|p − q| on {}² bins, {} particles{}{}", selected_lane(context) + 1, table->bins, table->particles, table->sentence.empty() ? "" : ". ", table->sentence), context.ui.theme);
}

}  // namespace pf::panels
