#include <CLI/CLI.hpp>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "app/command_line/commands.h"
#include "app/runtime/evaluation.h"
#include "app/runtime/files/csv.h"
#include "app/runtime/keys.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/lane_stability.h"
#include "app/runtime/processes.h"
#include "app/runtime/study.h"
#include "app/runtime/teleport_savings.h"
#include "core/math/metrics/mode_metrics.h"

namespace pf::command_line {
std::unique_ptr<Command> make_evaluate_command();
namespace {

using Json = nlohmann::ordered_json;

// "0.1234 ± 0.0056 (95 %)", without what follows the mean where it is not known; "–" where there is no number.
std::string with_interval(const Interval& interval, int digits = 4) {
    if (std::isnan(interval.mean)) return "–";
    if (std::isinf(interval.mean)) return "∞";
    if (!std::isfinite(interval.half_width)) return fmt::format("{:.{}g}", interval.mean, digits);
    return fmt::format("{:.{}g} ± {:.2g} (95 %)", interval.mean, digits, interval.half_width);
}

// What the metrics are, by id: for --help, and beside their values in --json.
std::map<std::string_view, std::string, std::less<>> definitions() {
    std::map<std::string_view, std::string, std::less<>> out;
    for (const Metric& metric : metrics()) out[metric.id] = defined(metric);
    for (const ModeMetric& metric : mode_metrics()) out[metric.id] = defined(metric);
    return out;
}

std::string explained() {
    std::string out = "Metrics, with noise floors: the same of 20 exact draws of the size compared, their mean and the standard deviation (sd) of one.\n";
    for (const auto& [id, definition] : definitions()) out += fmt::format("  {}: {}\n", id, definition);
    return out;
}

Json to_json(const Interval& interval) { return {{"mean", interval.mean}, {"half_width_95", interval.half_width}}; }

Json to_json(const LaneEvaluation& evaluation) {
    const auto known = definitions();
    Json out{{"particles", evaluation.particles}, {"nfe", evaluation.evaluations}, {"lost", evaluation.lost}};
    for (const MetricEstimate& metric : evaluation.metrics)
        out["metrics"][metric.id] = {{"value", metric.value.mean}, {"value_half_width_95", metric.value.half_width}, {"floor", metric.floor.mean}, {"floor_sd", metric.floor.standard_deviation},
                                     {"ratio", metric.ratio.mean}, {"ratio_half_width_95", metric.ratio.half_width}, {"points", metric.points},
                                     {"definition", known.at(metric.id)}};
    if (evaluation.coverage) out["modes"] = {{"covered", evaluation.coverage->covered}, {"of", evaluation.coverage->modes}, {"outliers", evaluation.coverage->outliers}};
    if (const auto& likelihood = evaluation.likelihood) {
        out["likelihood"] = {{"nll", to_json(likelihood->nll)}, {"points", likelihood->nll.draws}, {"lost", likelihood->lost}, {"t", {likelihood->range.min, likelihood->range.max}}, {"by_steps", likelihood->by_steps}, {"too_coarse", likelihood->too_coarse()}};
        if (likelihood->floor) out["likelihood"]["nll_floor"] = to_json(*likelihood->floor);
        if (likelihood->kl) out["likelihood"]["kl_to_data"] = to_json(*likelihood->kl_with_steps());
    } else {
        out["likelihood"] = {{"none", evaluation.no_likelihood}};
    }
    return out;
}

Json to_json(const FieldErrorEstimate& error) {
    Json out{{"t", error.t}};
    for (const auto& quantity : error.quantities) {
        Json curve = Json::array();
        for (const Interval& value : quantity.over_t) curve.push_back(value.mean);
        out[quantity.id] = {{"mean", quantity.mean.mean}, {"half_width_95", quantity.mean.half_width}, {"over_t", curve}};
    }
    return out;
}

class Evaluate final : public Command {
    void declare(CLI::App& app) override {
        arguments_.declare(app);
        app.add_flag("--json", json_, "machine-readable, on standard output");
        app.add_option("--particles", particles_, "samples per lane instead of the scene's; each metric compares the first of them, at most as many as is said of it below")->check(CLI::Range(100, 1000000));
        app.add_option("--repeat", repeat_, "mean and 95 % interval (Student) over this many draws, each with its own seed")->check(CLI::Range(1, 100));
        app.add_option("--metrics", metrics_, "CSV, or NPZ by the ending of the name, of the metrics: lane, metric, unit, value, value_half_width_95, floor, floor_sd, ratio, ratio_half_width_95, points");
        app.footer(explained());
        app.add_option("--csv", csv_, "CSV or NPZ of the relative L2 error of learned fields over t: model, quantity, t, error, half_width_95");
    }

    int run(std::stop_token stop) override {
        expect_ending("--metrics", metrics_, {".csv", ".npz"});
        expect_ending("--csv", csv_, {".csv", ".npz"});
        expect_place("--metrics", metrics_, arguments_.scene);
        expect_place("--csv", csv_, arguments_.scene);
        if (!csv_.empty() && csv_ == metrics_) throw BadInput(fmt::format("--csv {}: is the file of --metrics too; give another name", csv_));
        Prepared prepared = prepare(arguments_, stop);
        Scene& scene = prepared.scene;
        if (particles_ > 0)
            for (Lane& lane : scene.lanes) lane.particles = particles_;
        Json report{{"scene", scene.title}, {"draws", repeat_}, {"lanes", Json::array()}, {"fields", Json::array()}};
        Csv curves({"model", "quantity", "t", "error", "half_width_95"});
        Csv metrics({"lane", "metric", "unit", "value", "value_half_width_95", "floor", "floor_sd", "ratio", "ratio_half_width_95", "points"});
        Progress progress("evaluating");
        const double parts = static_cast<double>(scene.lanes.size() + scene.models.size());
        for (std::size_t i = 0; i < scene.lanes.size(); ++i) {
            const auto evaluation = evaluate_lane(scene, static_cast<int>(i), prepared.fields, {repeat_}, [&](double share) { progress.at((static_cast<double>(i) + share) / parts); }, stop);
            check_interrupted(stop);
            const Lane& lane = scene.lanes[i];
            const auto prior = mismatch_of_prior(scene, static_cast<int>(i));
            const auto stability = lane_stability(scene, static_cast<int>(i));
            const auto savings = teleport_savings(scene, static_cast<int>(i), prepared.fields, stop);
            check_interrupted(stop);
            if (!json_) print(i, lane, evaluation, prior, stability);
            for (const MetricEstimate& m : evaluation.metrics)
                metrics.row(std::array{fmt::to_string(i + 1), m.id, std::string(find_measures(m.id, "metric").front().unit), Csv::cell(m.value.mean), Csv::cell(m.value.half_width), Csv::cell(m.floor.mean),
                                       Csv::cell(m.floor.standard_deviation), Csv::cell(m.ratio.mean), Csv::cell(m.ratio.half_width), fmt::to_string(m.points)});
            if (!json_ && savings) fmt::print("  {:<18} {}\n", "teleport", sentence(*savings));
            Json one{{"lane", i + 1}, {"model", lane.model}, {"sigma", lane.sigma.id}, {"solver", lane.solver.id}, {"steps", lane.steps}, {"draws", repeat_}};
            if (lane.process != "sampling") one["process"] = lane.process;
            if (lane.variant != "right") one["variant"] = lane.variant;
            one.update(to_json(evaluation));
            if (prior) one["prior_mismatch"] = {{"kl", prior->kl}, {"w2", prior->w2}};
            if (stability) {
                one["stability"] = {{"t", stability->t}, {"step", stability->h}, {"sigma", stability->sigma}, {"limit", stability->limit}, {"stable", stability->stable()}};
                if (!stability->stable()) one["stability"]["warning"] = warning(*stability);
            }
            if (savings) {
                one["teleport"] = {{"to", lane.teleport_to}, {"ladder", Json::array()}, {"sentence", sentence(*savings)}};
                for (const auto& rung : savings->ladder)
                    one["teleport"]["ladder"].push_back({{"steps", rung.steps}, {"nfe", rung.evaluations[0]}, {"ratio", rung.ratio[0]}, {"nfe_from_noise", rung.evaluations[1]}, {"ratio_from_noise", rung.ratio[1]}});
                if (savings->teleported && savings->whole) one["teleport"]["nfe_saved"] = *savings->whole - *savings->teleported;
            }
            report["lanes"].push_back(std::move(one));
        }
        for (std::size_t i = 0; i < scene.models.size(); ++i) {
            progress.at((static_cast<double>(scene.lanes.size() + i)) / parts);
            const auto error = evaluate_field(scene, static_cast<int>(i), prepared.fields, repeat_, stop);
            check_interrupted(stop);
            if (!error) continue;
            const std::string& model = scene.models[i].name;
            if (!json_) print(model, *error);
            Json one{{"model", model}};
            one.update(to_json(*error));
            report["fields"].push_back(std::move(one));
            for (const auto& quantity : error->quantities)
                for (std::size_t k = 0; k < error->t.size(); ++k)
                    curves.row(std::array{model, quantity.id, Csv::cell(error->t[k]), Csv::cell(quantity.over_t[k].mean), Csv::cell(quantity.over_t[k].half_width)});
        }
        if (json_) fmt::print("{}\n", report.dump(2));
        if (!csv_.empty()) curves.save(csv_);
        if (!metrics_.empty()) metrics.save(metrics_);
        return 0;
    }

    void print(std::size_t index, const Lane& lane, const LaneEvaluation& evaluation, const std::optional<PriorMismatch>& prior, const std::optional<LaneStability>& stability) const {
        fmt::print("lane {} · {} · σ {} · {} · {} steps, {:g} evaluations, {} particles{}\n", index + 1, lane.model, noise_in_words(lane), lane.solver.id, lane.steps, evaluation.evaluations,
                   evaluation.particles, repeat_ > 1 ? fmt::format(", mean of {} draws", repeat_) : "");
        if (const auto wrong = what_is_wrong(lane.variant); !wrong.empty()) fmt::print("  {}\n", wrong);
        for (const MetricEstimate& metric : evaluation.metrics)
            fmt::print("  {:<18} {}   noise floor {:.4g}, sd {:.2g} (n = {})   ratio {}\n", metric.id, with_interval(metric.value), metric.floor.mean, metric.floor.standard_deviation, metric.points,
                       with_interval(metric.ratio, 3));
        if (const auto& likelihood = evaluation.likelihood) {
            fmt::print("  {:<18} {} nats (n = {}, p at t = {:.4g}){}\n", "NLL", with_interval(likelihood->nll), likelihood->nll.draws, likelihood->range.max,
                       likelihood->floor ? fmt::format("   floor {}   KL(data ‖ flow) {}", with_interval(*likelihood->floor), with_interval(*likelihood->kl_with_steps(), 3)) : "");
            if (likelihood->too_coarse()) fmt::print("  {}\n", about_steps(*likelihood, lane.steps));
            if (likelihood->lost > 0) fmt::print("  {} points had no finite log p and were left out of the NLL\n", likelihood->lost);
        }
        if (prior && prior->kl > 0)
            fmt::print("  {:<18} KL {:.3g}, W2 {:.3g}: the start N(0, β_0² I) against p_t of the data's mean and covariance at t = {:.3g}\n", "prior mismatch", prior->kl, prior->w2, lane.t_min);
        if (evaluation.coverage)
            fmt::print("  {:<18} {} of {}\n", "modes covered", evaluation.coverage->covered, evaluation.coverage->modes);
        if (stability)
            fmt::print("  {:<18} {}\n", "stability", stability->stable() ? fmt::format("σ = {:.3g} at t = {:.3g}, stable up to {:.3g}", stability->sigma, stability->t, stability->limit) : warning(*stability));
        if (evaluation.lost > 0) fmt::print("  {} particles were lost (not finite)\n", evaluation.lost);
    }

    static void print(const std::string& model, const FieldErrorEstimate& error) {
        fmt::print("field of {} · relative L2 error with x ~ p_t, mean over t from {:.3g} to {:.3g} (exact field: 0)\n", model, error.t.front(), error.t.back());
        for (const auto& quantity : error.quantities) {
            fmt::print("  {:<18} {}   at", quantity.id, with_interval(quantity.mean));
            for (std::size_t k = 2; k < error.t.size(); k += 5) fmt::print(" t = {:.2g}: {:.3g}", error.t[k], quantity.over_t[k].mean);
            fmt::print("\n");
        }
    }

    SceneArguments arguments_;
    std::string csv_, metrics_;
    bool json_ = false;
    int particles_ = 0, repeat_ = 1;
};

}  // namespace
std::unique_ptr<Command> make_evaluate_command() { return std::make_unique<Evaluate>(); }
}  // namespace pf::command_line
