#include <CLI/CLI.hpp>

#include "app/command_line/commands.h"
#include "app/runtime/files/npz.h"

namespace pf::command_line {
std::unique_ptr<Command> make_sample_command();
namespace {

class Sample final : public Command {
    void declare(CLI::App& app) override {
        arguments_.declare(app);
        app.add_option("--out", out_, "NPZ: lane1_t [T], lane1_x [T, N, 2] float32, lane1_nfe; lane2_…")->required();
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

    SceneArguments arguments_;
    std::string out_;
    bool log_p_ = false;
    std::vector<std::string> lines_;
};

}  // namespace
std::unique_ptr<Command> make_sample_command() { return std::make_unique<Sample>(); }
}  // namespace pf::command_line
