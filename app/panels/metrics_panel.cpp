#include <algorithm>
#include <utility>

#include "app/panels/panels.h"
#include "app/runtime/pairing.h"

namespace pf::panels {
namespace {

constexpr double within_noise = 1.4;

// Three significant digits, in the room of six characters.
std::string number(double value) { return fmt::format("{:.3g}", value); }

const MetricValue* value_of(const LaneMetrics* metrics, std::string_view id) {
    if (!metrics) return nullptr;
    const auto found = std::find_if(metrics->values.begin(), metrics->values.end(), [&](const MetricValue& value) { return value.id == id; });
    return found == metrics->values.end() ? nullptr : &*found;
}

void value_row(const Metric& metric, const MetricValue& value, std::size_t lane, bool first, const Palette& p) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    if (first) text(metric.label), tooltip(fmt::format("{}, in {}", metric.meaning, metric.unit == "1" ? "no unit" : metric.unit == "nats" ? "nats" : fmt::format("units of {}", metric.unit)));
    ImGui::TableNextColumn();
    ImGui::TextColored(vec4(p.lanes[lane % p.lanes.size()]), "%zu", lane + 1);
    ImGui::TableNextColumn();
    text(number(value.value));
    ImGui::TableNextColumn();
    text(value.floor.pairs > 0 ? number(value.floor.mean) : "…");
    if (value.floor.pairs <= 0) return ImGui::TableNextColumn(), void();
    tooltip(fmt::format("{:.4f} ± {:.4f}: what {} exact draws differ among themselves, mean and standard deviation of {} pairs", value.floor.mean, value.floor.standard_deviation, value.points, value.floor.pairs));
    ImGui::TableNextColumn();
    const bool good = value.ratio() <= within_noise;
    text(fmt::format("{}{}", number(value.ratio()), good ? " ✓" : ""));
    tooltip(good ? fmt::format("within the noise floor: {} exact draws differ as much among themselves", value.points)
                 : fmt::format("{:.1f} times what {} exact draws differ among themselves", value.ratio(), value.points));
}

// A line per metric and lane, the noise floor beside each number.
void draw_table(const Context& context, std::size_t lanes, std::span<const Metric> which) {
    const Palette& p = palette(context.ui.theme);
    const WithFont font(small_font());
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {0.2f * ImGui::GetFontSize(), 0.15f * ImGui::GetFontSize()});
    if (ImGui::BeginTable("##quality", 5, ImGuiTableFlags_SizingStretchSame)) {
        // Shares of the width that do not wait for a first frame to be measured.
        for (const auto& [name, share] : {std::pair{"metric", 2.6f}, {"", 0.4f}, {"value", 1.3f}, {"floor", 1.3f}, {"ratio", 1.2f}}) ImGui::TableSetupColumn(name, ImGuiTableColumnFlags_WidthStretch, share);
        ImGui::TableHeadersRow();
        for (const Metric& metric : which) {
            bool first = true;
            for (std::size_t lane = 0; lane < lanes; ++lane)
                if (const MetricValue* value = value_of(context.results.metrics[lane].get(), metric.id)) value_row(metric, *value, lane, std::exchange(first, false), p);
        }
        ImGui::EndTable();
    }
    ImGui::PopStyleVar();
}

// In one line; the whole of it in the tooltip.
void draw_verdict(const LaneMetrics& metrics, std::size_t lane, Theme theme) {
    double worst = 0;
    for (const auto& value : metrics.values)
        if (value.floor.pairs > 0) worst = std::max(worst, value.ratio());
    const bool good = worst <= within_noise;
    std::string brief = fmt::format("lane {}", lane + 1), whole = brief;
    if (worst > 0) {
        brief += good ? "  ✓ within noise" : fmt::format("  {:.1f} × noise", worst);
        whole += good ? ": every metric is within its noise floor" : fmt::format(": the worst metric is {:.1f} times its noise floor", worst);
    }
    if (metrics.coverage) {
        brief += fmt::format(" · {}/{} modes", metrics.coverage->covered, metrics.coverage->modes);
        whole += fmt::format("\n{} of {} modes hold at least a fifth of their share, {:.1f} % of the particles are in none", metrics.coverage->covered, metrics.coverage->modes, 100 * metrics.coverage->outliers);
    }
    if (metrics.lost > 0) {
        brief += fmt::format(" · {} lost", metrics.lost);
        whole += fmt::format("\n{} particles lost", metrics.lost);
    }
    const WithFont font(small_font());
    const WithColour ink(ImGuiCol_Text, vec4(worst == 0 ? palette(theme).muted : good ? palette(theme).text : palette(theme).warning));
    text(brief);
    tooltip(whole);
}

// How far apart the same particle is in lane 1 and in each lane of the same process.
void draw_pairs(const Context& context) {
    const Scene& scene = context.session.scene();
    const auto& lanes = context.results.lanes;
    const double t = context.ui.playback.t;
    for (std::size_t k = 1; k < std::min(scene.lanes.size(), lanes.size()); ++k) {
        if (!lanes[0] || !lanes[k] || scene.lanes[k].process != scene.lanes[0].process) continue;
        const auto pair = pair_distance_at(*lanes[0], *lanes[k], t);
        if (!pair) continue;
        muted(fmt::format("lanes 1 and {}: the same particle is {:.3g} apart at t = {:.2f}, at most {:.3g}", k + 1, pair->mean, t, pair->most), context.ui.theme);
        tooltip("mean distance of particles that share their start and their Brownian path; solver, steps and field make the difference");
    }
}

}  // namespace

void draw_metrics_panel(Context& context) {
    if (!section("Quality of the samples", true)) return;
    const Id scope("Metrics");
    const std::size_t lanes = context.session.scene().lanes.size();
    const auto& measured = context.results.metrics;
    if (std::none_of(measured.begin(), measured.begin() + static_cast<std::ptrdiff_t>(lanes), [](const auto& m) { return m && !m->values.empty(); }))
        return muted("Appears when a lane has run: the distance to fresh draws of the data, beside what two exact draws differ.", context.ui.theme);
    for (std::size_t lane = 0; lane < lanes; ++lane)
        if (measured[lane]) draw_verdict(*measured[lane], lane, context.ui.theme);
    const auto all = live_metrics();
    ImGuiStorage& kept = *ImGui::GetStateStorage();
    const ImGuiID rest = ImGui::GetID("rest");  // the fold stands below what it opens
    draw_table(context, lanes, kept.GetBool(rest, false) ? all : all.first(std::min<std::size_t>(2, all.size())));
    kept.SetBool(rest, more("metrics"));
    draw_pairs(context);
}

}  // namespace pf::panels
