#include "app/runtime/study.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/command_line/commands.h"
#include "app/runtime/figure/study_figure.h"
#include "app/runtime/files/atomic_file.h"
#include "app/runtime/files/csv.h"

namespace pf::command_line {
std::unique_ptr<Command> make_study_command();
namespace {

using Json = nlohmann::ordered_json;

// "all", or numbers from 1 with commas; indices from 0.
std::vector<int> lanes_from(const std::string& text, int count) {
    std::vector<int> out;
    if (text == "all") {
        for (int i = 0; i < count; ++i) out.push_back(i);
        return out;
    }
    const auto refuse = [&] { throw BadInput(fmt::format("--lanes: expected all, or numbers from 1 to {} with commas, got '{}'", count, text)); };
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        int lane = 0;
        const auto [end, error] = std::from_chars(text.data() + at, text.data() + comma, lane);
        if (error != std::errc() || end != text.data() + comma || lane < 1 || lane > count) refuse();
        if (std::find(out.begin(), out.end(), lane - 1) == out.end()) out.push_back(lane - 1);
        at = comma + 1;
    }
    return out;
}

std::string metrics_known() {
    std::string out = "all";
    for (const Measure& measure : measures()) out += fmt::format(", {}", measure.id);
    return out;
}

// One line per lane, value and metric; a combination that does not run is one line with its reason.
Csv to_csv(const Study& study) {
    Csv out({"lane", "model", "sigma", "solver", "varied", "varied_value", "steps", "particles", "evaluations_per_particle", "metric", "unit", "value", "value_half_width_95", "floor", "floor_sd",
             "ratio", "ratio_half_width_95", "draws", "points_per_draw", "lost_particles", "reason"});
    for (const StudyRow& row : study.rows) {
        const Lane& l = row.settings;
        std::vector<std::string> cells{fmt::to_string(row.lane + 1), l.model, l.sigma.id, l.solver.id, study.vary.path, Csv::cell(row.value), fmt::to_string(l.steps), fmt::to_string(l.particles)};
        const std::size_t settings = cells.size();
        if (row.evaluation.metrics.empty()) {
            cells.resize(20);
            cells.push_back(row.reason.empty() ? "no particle is left" : row.reason);
            out.row(cells);
        }
        for (const MetricEstimate& metric : row.evaluation.metrics) {
            cells.resize(settings);
            for (const auto& cell : {Csv::cell(row.evaluation.evaluations), metric.id, std::string(find_measures(metric.id, "metric").front().unit), Csv::cell(metric.value.mean),
                                     Csv::cell(metric.value.half_width), Csv::cell(metric.floor.mean), Csv::cell(metric.floor.standard_deviation), Csv::cell(metric.ratio.mean),
                                     Csv::cell(metric.ratio.half_width), fmt::to_string(metric.value.draws), fmt::to_string(metric.points), fmt::to_string(row.evaluation.lost), std::string()})
                cells.push_back(cell);
            out.row(cells);
        }
    }
    return out;
}

Json to_json(const Scene& scene, const Study& study) {
    Json rows = Json::array();
    for (const StudyRow& row : study.rows) {
        const Lane& l = row.settings;
        Json one{{"lane", row.lane + 1}, {"model", l.model}, {"sigma", l.sigma.id}, {"solver", l.solver.id}, {study.vary.path, row.value}, {"steps", l.steps}, {"particles", l.particles}};
        if (!row.reason.empty()) one["reason"] = row.reason;
        else one["nfe"] = row.evaluation.evaluations, one["lost"] = row.evaluation.lost;
        for (const MetricEstimate& metric : row.evaluation.metrics)
            one["metrics"][metric.id] = {{"value", metric.value.mean}, {"value_half_width_95", metric.value.half_width}, {"floor", metric.floor.mean}, {"floor_sd", metric.floor.standard_deviation},
                                         {"ratio", metric.ratio.mean}, {"ratio_half_width_95", metric.ratio.half_width}, {"draws", metric.value.draws}};
        rows.push_back(std::move(one));
    }
    return {{"scene", scene.title}, {"varied", study.vary.path}, {"rows", std::move(rows)}};
}

std::string half_width(const Interval& interval) { return std::isfinite(interval.half_width) ? fmt::format(" ± {:.2g}", interval.half_width) : ""; }

void print(const Study& study) {
    for (const StudyRow& row : study.rows) {
        const std::string head = fmt::format("lane {} · {:<20} {} = {:<8g}", row.lane + 1, row.settings.solver.id, study.vary.path, row.value);
        if (!row.reason.empty()) fmt::print("{} {}\n", head, row.reason);
        for (const MetricEstimate& metric : row.evaluation.metrics)
            fmt::print("{} {:>6g} evaluations   {:<16} {:.4g}{}{}{}{}\n", head, row.evaluation.evaluations, metric.id, metric.value.mean, half_width(metric.value),
                       std::isfinite(metric.floor.mean) ? fmt::format("   floor {:.3g}", metric.floor.mean) : "",
                       std::isfinite(metric.ratio.mean) ? fmt::format("   ratio {:.2f}", metric.ratio.mean) : std::isinf(metric.ratio.mean) ? "   ratio ∞" : metric.floor.pairs > 0 ? "   ratio –" : "",
                       half_width(metric.ratio));
    }
}

class StudyCommand final : public Command {
    void declare(CLI::App& app) override {
        arguments_.declare(app);
        app.add_option("--vary", vary_, "steps=4,8,...,256, or another number of a lane: particles, t_min, t_max, teleport_to, frozen_t, duration, guidance.scale, guidance.from, guidance.to, sigma.NAME, solver.NAME, grid.NAME")->required();
        app.add_option("--lanes", lanes_, "all, or numbers from 1 with commas")->capture_default_str();
        app.add_option("--metric", metric_, metrics_known())->capture_default_str();
        app.add_option("--repeat", repeat_, "mean and 95 % interval over this many draws")->capture_default_str()->check(CLI::Range(1, 100));
        app.add_option("--particles", particles_, "samples per lane instead of the scene's; each metric compares the first of them, at most as many as evaluate --help says of it")->check(CLI::Range(100, 1000000));
        app.add_option("--out", out_, "CSV, or NPZ by the ending of the name: a line per lane, value and metric");
        app.add_option("--plot", plot_, "SVG of the metric (with 'all': of the first) against the evaluations of the field");
        app.add_flag("--json", json_, "machine-readable, on standard output");
    }

    int run(std::stop_token stop) override {
        // What was typed is checked before anything is trained.
        expect_ending("--out", out_, {".csv", ".npz"});
        expect_ending("--plot", plot_, {".svg"});
        expect_place("--out", out_, arguments_.scene);
        expect_place("--plot", plot_, arguments_.scene);
        StudyRequest request{parse_variation(vary_), {}, repeat_, find_measures(metric_, "--metric")};
        const Scene as_given = open_scene(arguments_.scene);
        request.lanes = lanes_from(lanes_, static_cast<int>(as_given.lanes.size()));
        check_study(as_given, request);
        Prepared prepared = prepare(arguments_, stop);
        if (particles_ > 0)
            for (Lane& lane : prepared.scene.lanes) lane.particles = particles_;
        Study study;
        {
            Progress progress("studying");
            study = run_study(prepared.scene, prepared.fields, request, [&](double share) { progress.at(share); }, stop);
        }
        check_interrupted(stop);
        const Figure figure = study_figure(prepared.scene, study, request.measures.front());
        if (!plot_.empty() && figure.curves.empty()) throw BadInput("--plot: " + figure.nothing);
        if (!out_.empty()) to_csv(study).save(out_);
        if (!plot_.empty()) atomic_write(plot_, figure_svg(figure, fitted_as_given(figure)));
        if (json_) fmt::print("{}\n", to_json(prepared.scene, study).dump(2));
        else print(study);
        if (!study.rows.empty() && std::none_of(study.rows.begin(), study.rows.end(), [](const StudyRow& row) { return row.reason.empty(); }))
            throw BadInput("--vary: nothing could be measured: " + study.rows.front().reason);
        return 0;
    }

    SceneArguments arguments_;
    std::string vary_, lanes_ = "all", metric_ = "sliced_w2", out_, plot_;
    int repeat_ = 1, particles_ = 0;
    bool json_ = false;
};

}  // namespace
std::unique_ptr<Command> make_study_command() { return std::make_unique<StudyCommand>(); }
}  // namespace pf::command_line
