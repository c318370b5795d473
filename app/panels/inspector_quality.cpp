#include <algorithm>
#include <cmath>

#include "app/panels/plot.h"
#include "app/panels/widgets.h"
#include "app/runtime/figure/study_figure.h"
#include "app/runtime/inspection.h"

namespace pf::panels {
namespace {

const Metric& chosen_metric(const Context& context) { return find_metric(context.ui.inspector.metric, "metric").front(); }

std::string lane_name(const Scene& scene, std::size_t lane) { return fmt::format("lane {} · {}", lane + 1, lane_kind(scene.lanes[lane])); }

// Lanes that are compared with equally many draws have one floor.
void add_floor(Figure& figure, Figure::Band band, std::size_t lane) {
    if (!figure.bands.empty() && figure.bands.front().x == band.x && figure.bands.front().low == band.low) return;
    band.name = figure.bands.empty() ? "noise floor ± 1 sd" : fmt::format("noise floor of lane {}", lane + 1);
    figure.bands.push_back(std::move(band));
}

void floor_edges(Figure::Band& band, double x, double mean, double sd) {
    band.x.push_back(x);
    band.low.push_back(std::max(mean - sd, mean / 10));
    band.high.push_back(mean + sd);
}

void metric_row(Context& context) {
    row_label("metric", "", "how the distance of two samples is measured");
    const Metric& metric = chosen_metric(context);
    const auto items = [] {
        std::vector<Item> out;
        for (const Metric& m : metrics()) out.push_back({std::string(m.id), std::string(m.label), std::string(m.meaning), ""});
        return out;
    };
    if (const auto id = pick("##metric", std::string(metric.label), items)) context.ui.inspector.metric = *id;
    tooltip(metric.meaning);
}

bool learned(const Scene& scene) { return std::any_of(scene.models.begin(), scene.models.end(), [](const Model& m) { return m.field == "network"; }); }

}  // namespace

Figure training_quality_figure(Context& context) {
    const Scene& scene = context.session.scene();
    const Metric& metric = chosen_metric(context);
    Figure out;
    out.id = "training_quality";
    out.title = "Quality over training";
    out.x = {"step", "1"};
    out.y = {std::string(metric.label), std::string(metric.unit), true};
    out.nothing = metric.live ? "Appears while a network trains: the quality of each lane for every set of weights." : fmt::format("{} takes too long to follow training.", metric.label);
    for (std::size_t lane = 0; lane < scene.lanes.size(); ++lane) {
        const auto& history = context.results.histories[lane];
        if (!history) continue;
        const auto series = std::find_if(history->metrics.begin(), history->metrics.end(), [&](const auto& s) { return s.id == metric.id; });
        if (series == history->metrics.end() || history->step.empty()) continue;
        out.curves.push_back({lane_name(scene, lane), history->step, series->value, {}, static_cast<int>(lane), has_noise(scene.lanes[lane]), false, history->step.size() < 12});
        Figure::Band band;
        for (std::size_t i = 0; i < history->step.size(); ++i) floor_edges(band, history->step[i], series->floor[i], series->floor_sd[i]);
        add_floor(out, std::move(band), lane);
        const auto [least, most] = std::minmax_element(history->points.begin(), history->points.end());
        if (out.notes.empty())
            out.notes.push_back(*least == *most ? fmt::format("{} particles a lane", *most) : fmt::format("{} particles a lane while training, {} when it pauses; the floor says what each can tell apart", *least, *most));
    }
    return out;
}

Figure quality_over_time_figure(Context& context) {
    const Scene& scene = context.session.scene();
    const Metric& metric = chosen_metric(context);
    context.wanted.over_time = metric.id;
    Figure out;
    out.id = "quality_over_t";
    out.title = "Particles against exact pₜ";
    const Clock clock = clock_of(scene);
    out.x = {"t", "1", false, 0, 1, true};
    if (clock.duration) out.x = {clock.letter, "1", false, 0, *clock.duration}, out.now = context.ui.playback.t * *clock.duration;
    out.y = {fmt::format("{} to exact pₜ", metric.label), std::string(metric.unit), true};
    out.nothing = "measuring …";
    for (std::size_t lane = 0; lane < scene.lanes.size(); ++lane) {
        const auto& measured = context.results.metrics_over_time[lane];
        if (!measured || measured->metric != metric.id) continue;
        if (!measured->why_not.empty()) {
            out.nothing = measured->why_not;
            out.notes.push_back(fmt::format("lane {}: {}", lane + 1, measured->why_not));
            continue;
        }
        if (measured->t.empty()) continue;
        std::vector<double> x = measured->t;
        for (double& at : x) at *= clock.duration.value_or(1);
        out.curves.push_back({lane_name(scene, lane), x, measured->value, {}, static_cast<int>(lane), has_noise(scene.lanes[lane]), false, false});
        Figure::Band band;
        for (std::size_t i = 0; i < x.size(); ++i) floor_edges(band, x[i], measured->floor[i].mean, measured->floor[i].standard_deviation);
        add_floor(out, std::move(band), lane);
        if (out.curves.size() == 1) out.notes.insert(out.notes.begin(), fmt::format("{} particles at each {} against as many draws of the exact pₜ", measured->points, clock.letter));
    }
    return out;
}

Figure field_error_figure(Context& context) {
    context.wanted.field_errors = true;
    const Scene& scene = context.session.scene();
    Figure out;
    out.id = "field_error";
    out.title = "Error of the field over t";
    out.x = {"t", "1", false, 0, 1, true};
    out.y = {"relative error of the field", "1", true};
    const bool any = std::any_of(scene.models.begin(), scene.models.end(), [](const Model& m) { return m.field != "exact"; });
    out.nothing = any ? "Appears when there is a field to compare with the exact one." : "The fields of this scene are the exact ones.";
    for (std::size_t i = 0; i < scene.models.size(); ++i) {
        const auto& measured = context.results.field_errors[i];
        if (!measured || !measured->estimate) continue;
        for (const auto& quantity : measured->estimate->quantities) {
            if (quantity.id == "denoiser") continue;
            Figure::Curve curve{fmt::format("{} of {}", quantity.id == "velocity" ? "velocity u" : "score s", scene.models[i].name), {}, {}, {}, static_cast<int>(i), quantity.id == "score", false, false};
            for (std::size_t k = 0; k < quantity.over_t.size(); ++k) {
                curve.x.push_back(measured->estimate->t[k]);
                curve.y.push_back(quantity.over_t[k].mean);
                curve.half_width.push_back(quantity.over_t[k].half_width);
            }
            out.curves.push_back(std::move(curve));
        }
    }
    out.notes.push_back("√(E|f − f*|² / E|f*|²) with x from the exact pₜ: 0 is exact, 1 as far off as the field 0.");
    return out;
}

Figure quality_figure(Context& context) {
    const auto& study = context.results.study;
    Figure out;
    out.id = "quality";
    out.title = "Quality against evaluations";
    out.nothing = "Press Measure: every lane with 2, 4, 8 … steps, beside what exact draws differ.";
    if (!study) return out;
    out = study_figure(*study->scene, study->study, study->request.measures.front());
    out.title = "Quality against evaluations";
    if (study->status == StudyState::Status::running && out.curves.empty()) out.nothing = "measuring …";
    if (!context.results.study_current) out.notes.push_back("Measured with other settings or weights than those on screen.");
    if (study->status == StudyState::Status::cancelled) out.notes.push_back("Cancelled: some values are missing.");
    for (const StudyRow& row : study->study.rows)
        if (!row.reason.empty()) out.notes.push_back(fmt::format("lane {}, {} = {:g}: {}", row.lane + 1, study->study.vary.path, row.value, row.reason));
    return out;
}

void draw_training_quality_panel(Context& context) {
    if (!learned(context.session.scene()) || !section("Quality over training", false)) return;
    const Id scope("Quality over training");
    metric_row(context);
    draw_plot(context, "training_quality");
}

void draw_quality_over_time_panel(Context& context) {
    if (!section(clock_of(context.session.scene()).duration ? "Quality over r" : "Quality over t", false)) return;
    const Id scope("Quality over t");
    metric_row(context);
    draw_plot(context, "quality_over_t");
    draw_plot(context, "field_error");
}

namespace {

StudyRequest request_of(const Context& context) {
    const Inspector& chosen = context.ui.inspector;
    StudyRequest out;
    out.vary.path = "steps";
    for (int steps = 2; steps <= chosen.most_steps; steps *= 2) out.vary.values.push_back(steps);
    for (std::size_t lane = 0; lane < context.session.scene().lanes.size(); ++lane)
        if (chosen.lanes[lane]) out.lanes.push_back(static_cast<int>(lane));
    out.repeats = chosen.repeats;
    out.measures = find_measures(chosen.metric, "metric");
    return out;
}

void lanes_row(Context& context) {
    row_label("lanes", "", "which lanes are measured");
    const Palette& p = palette(context.ui.theme);
    const std::size_t lanes = context.session.scene().lanes.size();
    const ImGuiStyle& style = ImGui::GetStyle();
    const float left = ImGui::GetCursorPosX(), one = ImGui::GetFrameHeight() + style.ItemInnerSpacing.x + ImGui::CalcTextSize("4").x;
    const float room = ImGui::GetContentRegionAvail().x, needed = static_cast<float>(lanes) * one + static_cast<float>(lanes - 1) * style.ItemSpacing.x;
    // One row, or two of half as many where they do not fit.
    const std::size_t columns = needed > room ? (lanes + 1) / 2 : lanes;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        if (lane % columns > 0) ImGui::SameLine();
        else ImGui::SetCursorPosX(left);
        const WithColour ink(ImGuiCol_Text, vec4(p.lanes[lane]));
        ImGui::Checkbox(fmt::format("{}", lane + 1).c_str(), &context.ui.inspector.lanes[lane]);
    }
}

void number_choice(const char* name, const char* meaning, std::initializer_list<int> values, int& value) {
    row_label(name, "", meaning);
    std::vector<Item> items;
    for (const int v : values) items.push_back({std::to_string(v), std::to_string(v), "", ""});
    if (const auto chosen = segmented(name, items, std::to_string(value))) value = std::stoi(*chosen);
}

}  // namespace

void draw_quality_panel(Context& context) {
    if (!section("Quality against evaluations", false)) return;
    const Id scope("Quality against evaluations");
    metric_row(context);
    lanes_row(context);
    number_choice("draws", "repeats of every run with other seeds: their mean, and a 95 % interval", {1, 3, 10}, context.ui.inspector.repeats);
    number_choice("up to", "the largest number of steps; it is halved down to 2", {32, 64, 128, 256}, context.ui.inspector.most_steps);
    const auto& study = context.results.study;
    if (study && study->status == StudyState::Status::running) {
        if (ImGui::Button("Cancel", {-1, 0})) context.session.cancel_study();
        progress(static_cast<float>(study->progress), fmt::format("{:.0f} %", 100 * study->progress));
    } else {
        const StudyRequest request = request_of(context);
        const Disabled greyed(request.lanes.empty());
        if (ImGui::Button("Measure", {-1, 0})) context.session.study(request);
        tooltip(request.lanes.empty() ? "choose a lane" : "runs in the background; controls and training go first");
    }
    draw_plot(context, "quality");
}

}  // namespace pf::panels
