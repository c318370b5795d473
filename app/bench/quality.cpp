#include <algorithm>
#include <chrono>
#include <limits>

#include "app/bench/benchmarks.h"
#include "app/runtime/training_run.h"
#include "core/math/metrics/metrics.h"

namespace pf::bench {
void run_quality(Report&, const Options&);

namespace {

constexpr double enough = 1.5;              // times the noise floor
constexpr double between = 0.25, most = 60;  // seconds of training between looks, and at most
constexpr int particles = 10'000;

Scene scene_of(const char* data) {
    Scene scene;
    scene.data.choice.id = data;
    scene.models = {Model{}};
    scene.models[0].name = "flow";
    scene.models[0].field = "network";
    scene.lanes = {Lane{}};
    scene.lanes[0].model = "flow";
    scene.lanes[0].particles = particles;
    return scene;
}

// Seconds of training until the network's samples are good enough, looks not counted; infinite if they never are. `floor` is the noise floor.
double seconds_to_quality(const Scene& scene, nn::Engine& engine, double floor, const Options& options) {
    TrainingRun run(scene, 0, engine, nn::Device::cpu);
    const Points exact = [&] {
        Random random(scene.seed, "reference draws");
        return make_dataset(scene.data)->sample(random, particles);
    }();
    double spent = 0;
    while (!run.finished() && spent < most && !options.stop.stop_requested()) {
        const auto began = std::chrono::steady_clock::now();
        run.advance(std::chrono::duration<double>(between), options.stop);
        const auto weights = run.weights();
        spent += std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        const FieldSet fields = make_fields(scene, {weights}, &engine);
        const Points samples = finite_rows(run_lane(scene, 0, fields).path.x.back());
        if (samples.rows() == particles && sliced_w2(samples, exact) < enough * floor) return spent;
    }
    return std::numeric_limits<double>::infinity();
}

}  // namespace

void run_quality(Report& report, const Options& options) {
    nn::Engine& engine = nn::on_cores(nn::open_engine(nn::EngineChoice::automatic, nn::Device::cpu), 0);
    const auto metric = std::find_if(metrics().begin(), metrics().end(), [](const Metric& m) { return m.id == "sliced_w2"; });
    struct Goal {
        const char* data;
        double seconds;
    };
    for (const Goal& goal : {Goal{"eight_gaussians", 3}, Goal{"moons", 3}, Goal{"checkerboard", 15}}) {
        Scene scene = scene_of(goal.data);
        const auto data = make_dataset(scene.data);
        const CellMasses masses;  // of metrics against a density; sliced W2 is none
        const NoiseFloor floor = noise_floor(*metric, {*data, masses}, particles, stream_key(20, "floor"), 20, [&] { return options.stop.stop_requested(); });
        std::vector<double> seconds;
        for (std::uint64_t seed = 1; seed <= 5 && !options.stop.stop_requested(); ++seed) {
            scene.seed = seed;
            seconds.push_back(seconds_to_quality(scene, engine, floor.mean, options));
        }
        if (options.stop.stop_requested()) return;
        std::sort(seconds.begin(), seconds.end());
        report.add({"quality", fmt::format("{} to {} × floor of sliced W2 (worst of 5: {:.2f})", goal.data, enough, seconds.back()), "s", seconds[2], 0, "", goal.seconds});
    }
}

}  // namespace pf::bench
