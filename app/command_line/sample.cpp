#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/command_line/commands.h"
#include "app/runtime/lane_numbers.h"
#include "app/runtime/pairing.h"

namespace pf::command_line {
std::unique_ptr<Command> make_sample_command();
namespace {

class Sample final : public Command {
    void declare(CLI::App& app) override {
        arguments_.declare(app);
        app.add_option("--out", out_, "NPZ: lane1_t [T], lane1_x [T, N, 2] float32, lane1_nfe; lane2_…; or CSV: a line per t and particle, lane 2 and so on beside it, S-lane2_x.csv")->required();
        app.add_flag("--pair", pair_, "also how far each particle is from itself in lane 1: pair1_2_t [T], pair1_2_distance [T, N]; pair1_3_…");
        app.add_flag("--log-p", log_p_, "also lane1_log_p [T, N] float32: log p of each particle along its ODE, nats");
    }

    int run(std::stop_token stop) override {
        expect_place("--out", out_, arguments_.scene);
        if (pair_ && open_scene(arguments_.scene).lanes.size() < 2) throw BadInput(fmt::format("--pair: '{}' has one lane, and pairs are of lane 1 and another", arguments_.scene));
        NumbersFile file(out_);
        const Prepared prepared = prepare(arguments_, stop);
        Progress progress("sampling");
        LaneRequest request;
        for (std::size_t i = 0; pair_ && i < prepared.scene.lanes.size(); ++i)  // one path for all, as deep as the shortest step asks
            request.depth = std::max(request.depth, run_lane(prepared.scene, static_cast<int>(i), prepared.fields, {1}, stop).depth);
        request.log_p = log_p_;
        for (std::size_t i = 0; i < prepared.scene.lanes.size(); ++i) {
            progress.at(static_cast<double>(i) / static_cast<double>(prepared.scene.lanes.size()));
            const LaneResult lane = run_lane(prepared.scene, static_cast<int>(i), prepared.fields, request, stop);
            check_interrupted(stop);
            const std::size_t slices = lane.path.t.size(), n = static_cast<std::size_t>(lane.start.rows());
            add_trajectories(file, static_cast<int>(i) + 1, lane);
            const std::string log_p = log_p_ ? about_log_p(prepared.scene, static_cast<int>(i), lane) : "";
            const auto steps = static_cast<std::size_t>(prepared.scene.lanes[i].steps);
            const std::string kept = slices > 0 && slices - 1 < steps ? fmt::format(" (the trajectories are large: {} of the {} times are kept)", slices, steps + 1) : "";
            lines_.push_back(fmt::format("lane {}: {} · {} on {} ∈ [{:.4g}, {:.4g}], {} steps{}, {} particles, {} evaluations{}{}{}", i + 1, lane.stochastic ? "SDE" : "ODE", lane.solver, lane.unit_of_time == "1" ? "t" : lane.unit_of_time,
                                         lane.range.min, lane.range.max, std::max(steps, slices - 1), kept, n, lane.path.evaluations,
                                         lane.path.lost > 0 ? fmt::format("; {} {}", lane.path.lost, lane.path.sentence) : "", lane.refinable ? "" : fmt::format("; {}", not_refinable), log_p));
            if (pair_ && i == 0) first_ = lane;
            if (pair_ && i > 0) add_pair(file, pair_distance(first_, lane), static_cast<int>(i) + 1, noise_apart(first_, lane));
        }
        file.finish();
        for (const auto& line : lines_) fmt::print("{}\n", line);
        return 0;
    }

    // What to say where there is none.
    static std::string about_log_p(const Scene& scene, int index, const LaneResult& lane) {
        if (const auto why = why_no_log_p(scene, scene.lanes[static_cast<std::size_t>(index)]); !why.empty()) return "; no log p: " + why;
        return lane.path.log_p.empty() ? "; no log p: the field has no divergence" : "";
    }

    void add_pair(NumbersFile& file, const PairDistance& pair, int lane, const std::string& noise) {
        const auto prefix = fmt::format("pair1_{}_", lane);
        const std::size_t slices = pair.t.size(), n = slices > 0 ? static_cast<std::size_t>(pair.distance.front().size()) : 0;
        std::vector<float> rows;
        for (const Column& distance : pair.distance) rows.insert(rows.end(), distance.data(), distance.data() + distance.size());
        file.add(prefix + "t", {prefix + "t"}, {slices}, pair.t.data(), "1");
        file.add(prefix + "distance", {prefix + "t", "particle"}, {slices, n}, rows.data(), "x");
        if (slices == 0) return lines_.push_back(fmt::format("lanes 1 and {}: no time in common", lane));
        lines_.push_back(fmt::format("lanes 1 and {}: the same particle is {:.4g} apart at t = {:.4g} (rms {:.4g}, at most {:.4g}), over all t {:.4g} at most on average{}", lane, pair.mean.back(), pair.t.back(),
                                     pair.rms.back(), pair.most.back(), *std::max_element(pair.mean.begin(), pair.mean.end()), noise));
    }

    SceneArguments arguments_;
    bool pair_ = false;
    LaneResult first_;
    std::string out_;
    bool log_p_ = false;
    std::vector<std::string> lines_;
};

}  // namespace
std::unique_ptr<Command> make_sample_command() { return std::make_unique<Sample>(); }
}  // namespace pf::command_line
