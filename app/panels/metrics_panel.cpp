#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "app/panels/panels.h"
#include "app/runtime/pairing.h"
#include "core/math/metrics/mode_metrics.h"

namespace pf::panels {
namespace {

const MetricValue* value_of(const LaneMetrics* metrics, std::string_view id) {
    if (!metrics) return nullptr;
    const auto found = std::find_if(metrics->values.begin(), metrics->values.end(), [&](const MetricValue& value) { return value.id == id; });
    return found == metrics->values.end() ? nullptr : &*found;
}

struct Row {
    std::string_view id, label, meaning, unit;
};

// Distances first, then what is counted of mixtures.
std::vector<Row> rows() {
    std::vector<Row> out;
    for (const Metric& metric : live_metrics()) out.push_back({metric.id, metric.label, metric.meaning, metric.unit});
    for (const ModeMetric& metric : mode_metrics()) out.push_back({metric.id, metric.label, metric.meaning, metric.unit});
    return out;
}

std::string ratio_text(const MetricValue& value) {
    return fmt::format("{}{}", value.floor.mean > 0 ? three_digits(value.ratio()) : value.value > 0 ? "∞" : "–", value.within_noise() ? " ✓" : "");
}

std::string ratio_meaning(const MetricValue& value) {
    if (value.within_noise()) return fmt::format("within the noise floor: {} exact draws differ as much among themselves", value.points);
    if (!(value.floor.mean > 0)) return fmt::format("{} exact draws show none", value.points);
    return fmt::format("{:.1f} times what {} exact draws differ among themselves", value.ratio(), value.points);
}

void name_of(const Row& row) {
    text(row.label);
    tooltip(fmt::format("{}, in {}", row.meaning, row.unit == "1" ? "no unit" : row.unit == "nats" || row.unit == "modes" ? row.unit : fmt::format("units of {}", row.unit)));
}

void value_row(const MetricValue& value, std::size_t lane, bool current, const Palette& p) {
    ImGui::TableNextColumn();
    ImGui::TextColored(vec4(p.lanes[lane % p.lanes.size()]), "%zu", lane + 1);
    ImGui::TableNextColumn();
    const WithColour ink(ImGuiCol_Text, vec4(current ? p.text : p.muted));
    text(three_digits(value.value));
    ImGui::TableNextColumn();
    text(value.floor.pairs > 0 ? three_digits(value.floor.mean) : "…");
    if (value.floor.pairs <= 0) return ImGui::TableNextColumn(), void();
    tooltip(fmt::format("{:.4f} ± {:.4f}: what {} exact draws differ among themselves, mean and standard deviation of {} pairs", value.floor.mean, value.floor.standard_deviation, value.points, value.floor.pairs));
    ImGui::TableNextColumn();
    text(ratio_text(value));
    tooltip(ratio_meaning(value));
}

// A line per metric and lane, the noise floor beside each number; where the panel is too narrow, the metrics' names have lines of their own.
void draw_table(const Context& context, std::size_t lanes, std::span<const Row> which) {
    const Palette& p = palette(context.ui.theme);
    const WithFont font(small_font());
    const float size = ImGui::GetFontSize(), padding = 0.2f * size;
    const auto wide = [](std::string_view s) { return ImGui::CalcTextSize(s.data(), s.data() + s.size()).x; };
    float name = wide("metric");
    for (const Row& row : which) name = std::max(name, wide(shown(row.label)));
    // Shares of the width that do not wait for a first frame to be measured.
    const float lane = wide("4"), number = wide("0.0573"), ratio = wide("0.811 ✓");
    const bool beside = name + lane + 2 * number + ratio + 10 * padding <= ImGui::GetContentRegionAvail().x;
    ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {padding, 0.15f * size});
    const auto table = [&](const char* id, bool headed, std::span<const Row> rows) {
        if (!ImGui::BeginTable(id, beside ? 5 : 4, ImGuiTableFlags_SizingStretchSame)) return;
        if (beside) ImGui::TableSetupColumn("metric", ImGuiTableColumnFlags_WidthStretch, name);
        for (const auto& [label, share] : {std::pair{"", lane}, {"value", number}, {"floor", number}, {"ratio", ratio}}) ImGui::TableSetupColumn(label, ImGuiTableColumnFlags_WidthStretch, share);
        if (headed) ImGui::TableHeadersRow();
        for (const Row& row : rows) {
            bool first = true;
            for (std::size_t i = 0; i < lanes; ++i) {
                const MetricValue* value = value_of(context.results.metrics[i].get(), row.id);
                if (!value) continue;
                ImGui::TableNextRow();
                if (beside) ImGui::TableNextColumn();
                if (beside && std::exchange(first, false)) name_of(row);
                value_row(*value, i, context.results.metrics_current[i], p);
            }
        }
        ImGui::EndTable();
    };
    if (beside) table("##quality", true, which);
    else
        for (const Row& row : which) {
            name_of(row);
            table(std::string(row.id).c_str(), &row == &which.front(), {&row, 1});
        }
    ImGui::PopStyleVar();
}

// The metric that decides a lane's verdict: the worst by its ratio; of those within their floors only if all are.
const MetricValue* worst_of(const LaneMetrics& metrics) {
    const MetricValue* worst = nullptr;
    for (const auto& value : metrics.values) {
        if (value.floor.pairs <= 0) continue;
        const bool first = !worst, worse = worst && worst->within_noise() && !value.within_noise(), less = worst && !worst->within_noise() && value.within_noise();
        if (first || worse || (!less && value.ratio() > worst->ratio())) worst = &value;
    }
    return worst;
}

// In one line where there is room; the whole of it in the tooltip.
void draw_verdict(const LaneMetrics& metrics, std::size_t lane, bool current, std::span<const Row> rows, Theme theme) {
    const MetricValue* worst = worst_of(metrics);
    const bool good = !worst || worst->within_noise();
    std::string brief = fmt::format("lane {}", lane + 1), whole = brief;
    if (worst) {
        const bool counted = std::isfinite(worst->ratio());
        const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.id == worst->id; });
        const std::string name = row == rows.end() ? worst->id : std::string(row->label);
        brief += good ? "  ✓ within the floor" : counted ? fmt::format("  {:.1f} × floor: {}", worst->ratio(), name) : fmt::format("  {}", name);
        whole += good      ? ": every metric is within its noise floor, what exact draws differ among themselves"
                 : counted ? fmt::format(": the worst metric, {}, is {:.1f} times its noise floor, what exact draws differ among themselves", name, worst->ratio())
                           : fmt::format(": {}, of which exact draws show none", worst->id == "modes_missed" ? "modes are missed" : worst->id);
    }
    if (!current) whole += "\nof the lane before the last change";
    if (metrics.coverage) {
        brief += fmt::format(" · {}/{} modes", metrics.coverage->covered, metrics.coverage->modes);
        whole += fmt::format("\n{} of {} modes hold at least a fifth of their share, {:.1f} % of the particles are in none", metrics.coverage->covered, metrics.coverage->modes, 100 * metrics.coverage->outliers);
    }
    if (metrics.lost > 0) {
        brief += fmt::format(" · {} lost", metrics.lost);
        whole += fmt::format("\n{} particles lost", metrics.lost);
    }
    const WithFont font(small_font());
    const WithColour ink(ImGuiCol_Text, vec4(!worst || !current ? palette(theme).muted : good ? palette(theme).text : palette(theme).warning));
    wrapped(brief);
    tooltip(whole);
}

// Against how many draws, and when a number counts as within the floor: fewer draws have a higher one.
void draw_measure(const Context& context, std::size_t lanes) {
    std::string counts, steps;
    int last = 0;
    long last_step = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        const auto& metrics = context.results.metrics[lane];
        if (!metrics || metrics->values.empty()) continue;
        if (metrics->step != last_step && metrics->step > 0) last_step = metrics->step, steps += fmt::format("{}{}", steps.empty() ? " · after step " : " and ", last_step);
        if (metrics->values.front().points == last) continue;
        last = metrics->values.front().points;
        counts += fmt::format("{}{}", counts.empty() ? "" : " and ", last);
    }
    if (counts.empty()) return;
    muted(fmt::format("{} draws{} · ✓ up to 1.4 × floor, or + 3 sd", counts, steps), context.ui.theme);
    tooltip("so many particles against as many exact draws, and the floor from pairs of exact draws: fewer have a higher floor. Within it is a value of at most 1.4 times the floor, or of the floor and three of its standard deviations.");
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
        const double first = scene.lanes[0].duration, own = scene.lanes[k].duration;  // Langevin dynamics have a time of their own
        const std::string at = scene.lanes[k].process != "langevin" ? fmt::format("t = {:.2f}", t) : first == own ? fmt::format("r = {:.2f}", t * own) : fmt::format("r = {:.2f} and {:.2f}", t * first, t * own);
        muted(fmt::format("lanes 1 and {}: the same particle is {:.3g} apart at {}, at most {:.3g}{}", k + 1, pair->mean, at, pair->most, noise_apart(*lanes[0], *lanes[k])), context.ui.theme);
        tooltip("mean distance of particles that share their start and their Brownian path; solver, steps and field make the difference");
    }
}

}  // namespace

void draw_metrics_panel(Context& context) {
    if (!section("Quality of the samples", true)) return;
    const Id scope("Metrics");
    const std::size_t lanes = context.session.scene().lanes.size();
    const auto& measured = context.results.metrics;
    if (std::none_of(measured.begin(), measured.begin() + static_cast<std::ptrdiff_t>(lanes), [](const auto& m) { return m && !m->values.empty(); })) {
        for (std::size_t lane = 0; lane < lanes; ++lane)
            if (context.results.lanes[lane] && !measured[lane]) return muted("measuring …", context.ui.theme);
        return muted("Appears when a lane has run: the distance to fresh draws of the data, beside what two exact draws differ.", context.ui.theme);
    }
    const std::vector<Row> all = rows();
    std::vector<Row> brief(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, all.size())));
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        if (!measured[lane]) continue;
        draw_verdict(*measured[lane], lane, context.results.metrics_current[lane], all, context.ui.theme);
        // The row that decides is always there.
        const MetricValue* worst = worst_of(*measured[lane]);
        for (const Row& row : all)
            if (worst && row.id == worst->id && !worst->within_noise() && std::none_of(brief.begin(), brief.end(), [&](const Row& r) { return r.id == row.id; })) brief.push_back(row);
    }
    draw_measure(context, lanes);
    ImGuiStorage& kept = *ImGui::GetStateStorage();
    const ImGuiID rest = ImGui::GetID("rest");  // the fold stands below what it opens
    draw_table(context, lanes, kept.GetBool(rest, false) ? all : brief);
    kept.SetBool(rest, more("metrics"));
    draw_pairs(context);
}

}  // namespace pf::panels
