#include <algorithm>
#include <cmath>

#include "app/bench/benchmarks.h"
#include "app/runtime/scene_file.h"
#include "app/window.h"

namespace pf::bench {
void run_window(Report&, const Options&);
namespace {

double quantile(std::vector<double> values, double q) {
    if (values.empty()) return 0;
    const auto rank = values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), rank, values.end());
    return *rank;
}

// The setting of experience.md, point 3: 1280×720, two panes of a learned model, 10,000 particles, heat map, trails, training.
Scene setting() {
    Scene scene = load_scene("moons");
    scene.view = {};
    scene.view.layers = {"density", "particles", "trails"};
    // The learned field twice: the ODE, and the SDE whose σ the hands drag.
    scene.lanes.resize(2);
    scene.lanes[1] = scene.lanes[0];
    scene.lanes[1].sigma = {"constant", {{"max", 1.0}}};
    scene.lanes[1].solver = {"euler_maruyama", {}};
    scene.lanes[1].steps = 200;
    for (Lane& lane : scene.lanes) lane.particles = 10000;
    for (Model& model : scene.models) model.training.steps = 10000000;
    return scene;
}

}  // namespace

void run_window(Report& report, const Options& options) {
    const Scene scene = setting();
    std::vector<double> training, paused;  // frame intervals in ms
    bool trains = false, started = false;
    long first_step = 0, last_step = 0;
    double first_time = 0, last_time = 0;
    WindowOptions window{1280, 720, {}, {}, {}};
    const double warm_up = 3, end = warm_up + options.seconds;
    double elapsed = 0;
    // Hands: scrub back and forth, drag σ for a second every four seconds, release.
    window.script = [&](panels::Context& context, double seconds) {
        elapsed = seconds;
        Session& session = context.session;
        if (session.networks_available() && !started) {
            session.train(0);
            started = true;
        }
        const auto& state = context.results.training[0];
        trains = state && state->status == TrainingStatus::running;
        if (trains && seconds > warm_up) {
            if (first_time == 0) first_time = seconds, first_step = state->step;
            last_time = seconds, last_step = state->step;
        }
        context.ui.playback.playing = false;
        context.ui.playback.t = 0.5 - 0.5 * std::cos(1.3 * seconds);
        Scene next = session.scene();
        const double phase = std::fmod(seconds, 4.0);
        if (phase < 1) {
            next.lanes[1].sigma.values["max"] = 0.5 + phase;
            session.preview(next);
        } else {
            session.cancel_preview();
        }
        return seconds < end && !options.stop.stop_requested();
    };
    window.on_frame = [&](double ms) {
        if (elapsed > warm_up) (trains ? training : paused).push_back(ms);
    };
    pf::run_window(scene, window);
    report.add({"window", fmt::format("p50 of {} frames while training", training.size()), "ms", quantile(training, 0.5), 0, "", 17});
    report.add({"window", "p99 while training", "ms", quantile(training, 0.99), 0, "", 33});
    if (last_time > first_time) report.add({"window", "training beside the window", "steps/s", static_cast<double>(last_step - first_step) / (last_time - first_time), 0, "", 0});
    if (!paused.empty()) report.add({"window", fmt::format("p50 of {} frames without training", paused.size()), "ms", quantile(paused, 0.5), 0, "", 34});
}

}  // namespace pf::bench
