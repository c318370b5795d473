#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/command_line/commands.h"
#include "app/runtime/files/npz.h"
#include "app/runtime/pairing.h"

namespace pf::command_line {
std::unique_ptr<Command> make_sample_command();
namespace {

class Sample final : public Command {
    void declare(CLI::App& app) override {
        arguments_.declare(app);
        app.add_option("--out", out_, "NPZ: lane1_t [T], lane1_x [T, N, 2] float32, lane1_nfe; lane2_…")->required();
        app.add_flag("--pair", pair_, "also how far each particle is from itself in lane 1: pair1_2_t [T], pair1_2_distance [T, N]; pair1_3_…");
        app.add_flag("--log-p", log_p_, "also lane1_log_p [T, N] float32: log p of each particle along its ODE, nats");
    }

    int run(std::stop_token stop) override {
        const Prepared prepared = prepare(arguments_, stop);
        NpzWriter file(out_);
        Progress progress("sampling");
        for (std::size_t i = 0; i < prepared.scene.lanes.size(); ++i) {
            progress.at(static_cast<double>(i) / static_cast<double>(prepared.scene.lanes.size()));
            const LaneResult lane = run_lane(prepared.scene, static_cast<int>(i), prepared.fields, {0, 0, log_p_}, stop);
            check_interrupted(stop);
            const std::string prefix = fmt::format("lane{}_", i + 1);
            const std::size_t slices = lane.path.t.size(), n = static_cast<std::size_t>(lane.start.rows());
            file.add(prefix + "t", {slices}, lane.path.t.data());
            std::vector<float> rows;
            rows.reserve(slices * n * 2);
            for (const Points& x : lane.path.x)
                for (Eigen::Index k = 0; k < x.rows(); ++k) rows.insert(rows.end(), {x(k, 0), x(k, 1)});
            file.add(prefix + "x", {slices, n, 2}, rows.data());
            std::string log_p;
            if (log_p_) log_p = add_log_p(file, prepared.scene, static_cast<int>(i), lane);
            const double evaluations = lane.path.evaluations;
            file.add(prefix + "nfe", {}, &evaluations);
            lines_.push_back(fmt::format("lane {}: {} · {} on t ∈ [{:.4g}, {:.4g}], {} steps, {} particles, {} evaluations{}{}", i + 1, lane.stochastic ? "SDE" : "ODE", lane.solver,
                                         lane.range.min, lane.range.max, slices - 1, n, lane.path.evaluations,
                                         lane.path.lost > 0 ? fmt::format("; {} {}", lane.path.lost, lane.path.sentence) : "", log_p));
            if (pair_ && i == 0) first_ = lane;
            if (pair_ && i > 0) add_pair(file, pair_distance(first_, lane), static_cast<int>(i) + 1);
        }
        file.finish();
        for (const auto& line : lines_) fmt::print("{}\n", line);
        return 0;
    }

    // What to say of it.
    static std::string add_log_p(NpzWriter& file, const Scene& scene, int index, const LaneResult& lane) {
        if (const auto why = why_no_log_p(scene, scene.lanes[static_cast<std::size_t>(index)]); !why.empty()) return "; no log p: " + why;
        if (lane.path.log_p.empty()) return "; no log p: the field has no divergence";
        std::vector<float> rows;
        for (const Column& slice : lane.path.log_p) rows.insert(rows.end(), slice.begin(), slice.end());
        file.add(fmt::format("lane{}_log_p", index + 1), {lane.path.log_p.size(), static_cast<std::size_t>(lane.start.rows())}, rows.data());
        return {};
    }

    void add_pair(NpzWriter& file, const PairDistance& pair, int lane) {
        const auto prefix = fmt::format("pair1_{}_", lane);
        const std::size_t slices = pair.t.size(), n = slices > 0 ? static_cast<std::size_t>(pair.distance.front().size()) : 0;
        std::vector<float> rows;
        for (const Column& distance : pair.distance) rows.insert(rows.end(), distance.data(), distance.data() + distance.size());
        file.add(prefix + "t", {slices}, pair.t.data());
        file.add(prefix + "distance", {slices, n}, rows.data());
        if (slices == 0) return lines_.push_back(fmt::format("lanes 1 and {}: no time in common", lane));
        lines_.push_back(fmt::format("lanes 1 and {}: the same particle is {:.4g} apart at t = {:.4g} (rms {:.4g}, at most {:.4g}), over all t {:.4g} at most on average", lane, pair.mean.back(), pair.t.back(),
                                     pair.rms.back(), pair.most.back(), *std::max_element(pair.mean.begin(), pair.mean.end())));
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
