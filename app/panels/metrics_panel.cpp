#include <algorithm>
#include <utility>

#include "app/panels/panels.h"
#include "app/runtime/pairing.h"

namespace pf::panels {
namespace {

constexpr double within_noise = 1.4;

void cell(std::string_view s) {
    ImGui::TableNextColumn();
    text(s);
}

void value_rows(const Metric& metric, const Results& results, std::size_t lanes, const Palette& p) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        const auto& metrics = results.metrics[lane];
        if (!metrics) continue;
        for (const MetricValue& value : metrics->values) {
            if (value.id != metric.id) continue;
            ImGui::TableNextRow();
            ImGui::TableNextColumn();
            ImGui::TextColored(vec4(p.lanes[lane % p.lanes.size()]), "%zu", lane + 1);
            cell(fmt::format("{:.4f}", value.value));
            cell(value.floor.pairs > 0 ? fmt::format("{:.4f} ± {:.4f}", value.floor.mean, value.floor.standard_deviation) : "…");
            ImGui::TableNextColumn();
            if (value.floor.pairs <= 0) continue;
            const bool good = value.ratio() <= within_noise;
            text(fmt::format("{:.2f}{}", value.ratio(), good ? " ✓" : ""));
            tooltip(good ? fmt::format("within the noise floor: {} exact draws differ as much among themselves", value.points)
                         : fmt::format("{:.1f} times what {} exact draws differ among themselves", value.ratio(), value.points));
        }
    }
}

void draw_table(const Metric& metric, const Results& results, std::size_t lanes, Theme theme) {
    const Palette& p = palette(theme);
    text(metric.label);
    tooltip(metric.meaning);
    const WithFont font(small_font());
    if (!ImGui::BeginTable(std::string(metric.id).c_str(), 4, ImGuiTableFlags_SizingStretchSame | ImGuiTableFlags_BordersInnerH)) return;
    // Shares of the width that do not wait for a first frame to be measured.
    for (const auto& [name, share] : {std::pair{"lane", 0.6f}, {"value", 1.f}, {"noise floor", 1.9f}, {"ratio", 0.9f}})
        ImGui::TableSetupColumn(name, ImGuiTableColumnFlags_WidthStretch, share);
    ImGui::TableHeadersRow();
    value_rows(metric, results, lanes, p);
    ImGui::EndTable();
}

bool any_value(const Results& results, std::string_view id) {
    for (const auto& metrics : results.metrics)
        if (metrics)
            for (const auto& value : metrics->values)
                if (value.id == id) return true;
    return false;
}

std::string verdict(const LaneMetrics& metrics, std::size_t lane) {
    double worst = 0;
    for (const auto& value : metrics.values)
        if (value.floor.pairs > 0) worst = std::max(worst, value.ratio());
    std::string out = fmt::format("lane {}: ", lane + 1);
    if (worst > 0) out += worst <= within_noise ? "within the noise floor" : fmt::format("{:.1f} × the noise floor", worst);
    if (metrics.coverage)
        out += fmt::format("{}{} of {} modes, {:.1f} % outside", worst > 0 ? "; " : "", metrics.coverage->covered, metrics.coverage->modes, 100 * metrics.coverage->outliers);
    if (metrics.lost > 0) out += fmt::format("; {} particles lost", metrics.lost);
    return out;
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
    bool any = false;
    for (const Metric& metric : metrics())
        if (any_value(context.results, metric.id)) {
            draw_table(metric, context.results, lanes, context.ui.theme);
            any = true;
        }
    if (!any) return muted("Appears when a lane has run: the distance to fresh draws of the data, beside what two exact draws differ.", context.ui.theme);
    for (std::size_t lane = 0; lane < lanes; ++lane)
        if (const auto& metrics_of_lane = context.results.metrics[lane]) muted(verdict(*metrics_of_lane, lane), context.ui.theme);
    draw_pairs(context);
}

}  // namespace pf::panels
