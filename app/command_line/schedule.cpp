#include <CLI/CLI.hpp>
#include <cmath>
#include <functional>

#include "app/command_line/commands.h"
#include "app/runtime/files/numbers.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/sigma_shape.h"
#include "core/math/schedule/schedules.h"

namespace pf::command_line {
std::unique_ptr<Command> make_schedule_command();
namespace {

class ScheduleCommand final : public Command {
    void declare(CLI::App& app) override {
        arguments_.declare(app, false);
        app.add_option("--points", points_, "times from 0 to 1, both ends with them")->capture_default_str()->check(CLI::Range(2, 1000000));
        app.add_option("--out", out_, "NPZ or CSV: t [T], and per model <model>_alpha, _beta, _d_alpha, _beta_d_beta, _half_log_snr [T]; lane1_sigma [T] …, of DDPM, DDIM with noise and SDE-DPM-Solver++ their η g; infinite where they are")->required();
    }

    int run(std::stop_token) override {
        expect_place("--out", out_, arguments_.scene);
        const Scene scene = open_scene(arguments_.scene);
        NumbersFile file(out_);
        const auto n = static_cast<std::size_t>(points_);
        std::vector<double> t(n);
        for (std::size_t i = 0; i < n; ++i) t[i] = static_cast<double>(i) / static_cast<double>(n - 1);
        file.add("t", {"t"}, {n}, t.data(), "1");
        const auto add = [&](const std::string& name, const char* unit, const std::function<double(double)>& of) {
            std::vector<double> values;
            for (const double at : t) values.push_back(of(at));
            file.add(name, {"t"}, {n}, values.data(), unit);
        };
        for (const Model& model : scene.models) {
            const auto schedule = build(schedules(), model.schedule, "schedule");
            add(model.name + "_alpha", "1", [&](double at) { return schedule->at(at).alpha; });
            add(model.name + "_beta", "1", [&](double at) { return schedule->at(at).beta; });
            add(model.name + "_d_alpha", "1", [&](double at) { return schedule->at(at).d_alpha; });
            add(model.name + "_beta_d_beta", "1", [&](double at) { return schedule->at(at).beta_d_beta; });
            add(model.name + "_half_log_snr", "1", [&](double at) { return schedule->at(at).half_log_snr(); });
        }
        for (std::size_t i = 0; i < scene.lanes.size(); ++i) {
            const auto schedule = build(schedules(), model_named(scene, scene.lanes[i].model).schedule, "schedule");
            const auto sigma = make_sigma(scene.lanes[i], fmt::format("lanes[{}].sigma", i));
            const double share = own_noise(scene.lanes[i]);
            add(fmt::format("lane{}_sigma", i + 1), "x", [&](double at) { return share > 0 ? share * std::sqrt(schedule->at(at).g_squared()) : sigma->at(at, *schedule); });
        }
        file.finish();
        fmt::print("{}: {} times\n", out_, n);
        return 0;
    }

    SceneArguments arguments_;
    std::string out_;
    int points_ = 201;
};

}  // namespace
std::unique_ptr<Command> make_schedule_command() { return std::make_unique<ScheduleCommand>(); }
}  // namespace pf::command_line
