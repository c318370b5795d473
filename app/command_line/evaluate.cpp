#include <CLI/CLI.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "app/command_line/commands.h"
#include "app/runtime/keys.h"
#include "app/runtime/lane_stability.h"

namespace pf::command_line {
std::unique_ptr<Command> make_evaluate_command();
namespace {

using Json = nlohmann::ordered_json;

class Evaluate final : public Command {
    void declare(CLI::App& app) override {
        arguments_.declare(app);
        app.add_flag("--json", json_, "machine-readable, on standard output");
        app.add_option("--particles", particles_, "samples per lane instead of the scene's")->check(CLI::Range(100, 1000000));
        app.add_option("--repeat", repeat_, "mean over this many draws, each with its own seed")->check(CLI::Range(1, 100));
    }

    int run(std::stop_token stop) override {
        Prepared prepared = prepare(arguments_, stop);
        if (particles_ > 0)
            for (Lane& lane : prepared.scene.lanes) lane.particles = particles_;
        Json report = Json::array();
        Progress progress("evaluating");
        for (std::size_t i = 0; i < prepared.scene.lanes.size(); ++i) {
            Json lane = one_lane(prepared, static_cast<int>(i), progress, stop);
            if (!json_) print(lane);
            report.push_back(std::move(lane));
        }
        if (json_) fmt::print("{}\n", Json{{"scene", prepared.scene.title}, {"lanes", report}}.dump(2));
        return 0;
    }

    Json one_lane(Prepared& prepared, int index, Progress& progress, std::stop_token stop) {
        const Lane& lane = prepared.scene.lanes[static_cast<std::size_t>(index)];
        Json out{{"lane", index + 1}, {"model", lane.model}, {"sigma", lane.sigma.id}, {"solver", lane.solver.id}, {"steps", lane.steps}};
        Scene scene = prepared.scene;
        std::map<std::string, double> sums;
        double outliers = 0;
        int covered = 0;
        for (int k = 0; k < repeat_; ++k) {
            progress.at((index + static_cast<double>(k) / repeat_) / static_cast<double>(prepared.scene.lanes.size()));
            scene.seed = prepared.scene.seed + static_cast<std::uint64_t>(k);
            const LaneResult result = run_lane(scene, index, prepared.fields, {}, stop);
            check_interrupted(stop);
            const LaneMetrics metrics = lane_metrics(scene, result, stop);
            check_interrupted(stop);
            for (const auto& value : metrics.values) {
                sums[value.id] += value.value / repeat_;
                if (k > 0) continue;
                out["metrics"][value.id] = {{"floor", value.floor.mean}, {"floor_sd", value.floor.standard_deviation}, {"points", value.points}};
            }
            if (k == 0) out["particles"] = result.start.rows(), out["nfe"] = result.path.evaluations, out["lost"] = metrics.lost;
            if (metrics.coverage) {
                covered = k == 0 ? metrics.coverage->covered : std::min(covered, metrics.coverage->covered);
                outliers += metrics.coverage->outliers / repeat_;
                out["modes"] = {{"covered", covered}, {"of", metrics.coverage->modes}, {"outliers", outliers}};
            }
        }
        for (auto& [id, value] : out["metrics"].items()) {
            value["value"] = sums[id];
            value["ratio"] = sums[id] / value["floor"].get<double>();
        }
        out["draws"] = repeat_;
        const PriorMismatch prior = mismatch_of_prior(prepared.scene, model_index(prepared.scene, lane.model));
        out["prior_mismatch"] = {{"kl", prior.kl}, {"w2", prior.w2}};
        if (const auto stability = lane_stability(prepared.scene, index)) {
            out["stability"] = {{"t", stability->t}, {"step", stability->h}, {"sigma", stability->sigma}, {"limit", stability->limit}, {"stable", stability->stable()}};
            if (!stability->stable()) out["stability"]["warning"] = warning(*stability);
        }
        return out;
    }

    static void print(const Json& lane) {
        fmt::print("lane {} · {} · σ {} · {} · {} steps, {} evaluations, {} particles{}\n", lane["lane"].get<int>(), lane["model"].get<std::string>(), lane["sigma"].get<std::string>(),
                   lane["solver"].get<std::string>(), lane["steps"].get<int>(), lane["nfe"].get<int>(), lane["particles"].get<long>(),
                   lane["draws"].get<int>() > 1 ? fmt::format(", mean of {} draws", lane["draws"].get<int>()) : "");
        for (const auto& [id, value] : lane["metrics"].items())
            fmt::print("  {:<18} {:.4g}   noise floor {:.4g} ± {:.2g} (n = {})   ratio {:.2f}\n", id, value["value"].get<double>(), value["floor"].get<double>(),
                       value["floor_sd"].get<double>(), value["points"].get<int>(), value["ratio"].get<double>());
        if (const auto& prior = lane["prior_mismatch"]; prior["kl"].get<double>() > 0)
            fmt::print("  {:<18} KL {:.3g}, W2 {:.3g}: the start N(0, β_0² I) against p_0 of the data's mean and covariance\n", "prior mismatch",
                       prior["kl"].get<double>(), prior["w2"].get<double>());
        if (lane.contains("modes"))
            fmt::print("  {:<18} {} of {}, outliers {:.2f} %\n", "modes covered", lane["modes"]["covered"].get<int>(), lane["modes"]["of"].get<int>(), 100 * lane["modes"]["outliers"].get<double>());
        if (lane.contains("stability")) {
            const auto& s = lane["stability"];
            fmt::print("  {:<18} {}\n", "stability", s["stable"].get<bool>() ? fmt::format("σ = {:.3g} at t = {:.3g}, stable up to {:.3g}", s["sigma"].get<double>(), s["t"].get<double>(), s["limit"].get<double>())
                                                                             : s["warning"].get<std::string>());
        }
        if (lane["lost"].get<int>() > 0) fmt::print("  {} particles were lost (not finite)\n", lane["lost"].get<int>());
    }

    SceneArguments arguments_;
    bool json_ = false;
    int particles_ = 0, repeat_ = 1;
};

}  // namespace
std::unique_ptr<Command> make_evaluate_command() { return std::make_unique<Evaluate>(); }
}  // namespace pf::command_line
