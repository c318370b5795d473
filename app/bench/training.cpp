#include <chrono>

#include "app/bench/benchmarks.h"
#include "core/math/dataset/datasets.h"
#include "core/math/schedule/schedules.h"
#include "core/nn/engine.h"
#include "core/nn/objective.h"

namespace pf::bench {
void run_training(Report&, const Options&);

void run_training(Report& report, const Options& options) {
    nn::Engine& engine = nn::Module::open();
    const std::shared_ptr<const Dataset> data = build(datasets(), {"moons", {}}, "bench");
    const std::shared_ptr<const Schedule> schedule = build(schedules(), {"linear", {}}, "bench");
    for (const int width : {64, 128, 256})
        for (const int batch : {256, 1024, 4096}) {
            if (options.stop.stop_requested()) return;
            nn::Description description;
            description.architecture = {3, {width, width, width}, nn::Activation::silu, nn::TimeFeatures::raw, 0};
            description.schedule = {"linear", {}};
            nn::GaussianPathBatches batches(data, schedule, {}, description, 1);
            const auto network = nn::make_network(engine, description.architecture, 1, nn::Device::cpu);
            nn::StepReport step{};
            const auto seconds_of = [&](int n) {
                const auto start = std::chrono::steady_clock::now();
                for (int i = 0; i < n; ++i) nn::require(network->train_step(batches, {batch, 1e-3, 0.999}, step), engine, "training");
                return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            };
            seconds_of(5);
            double best = 1e9;
            for (int repeat = 0; repeat < 5; ++repeat) best = std::min(best, seconds_of(10) / 10);
            report.add({"training", fmt::format("3-{}×3-2 SiLU, batch {}, whole step with data", width, batch), "steps/s", 1 / best, 0, "", 0});
        }
}

}  // namespace pf::bench
