#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <set>
#include <thread>
#include <utility>

#include "app/bench/benchmarks.h"
#include "app/render/screen.h"
#include "app/runtime/scene_file.h"
#include "app/window/window.h"

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

// The same training and flow refreshes, no window: steps per second.
double without_window(const Scene& scene, double seconds, std::stop_token stop) {
    using Clock = std::chrono::steady_clock;
    Session session(scene);
    const auto pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(50)); };
    const auto step = [&]() -> long {
        const auto state = session.results().training[0];
        return state ? state->step : 0;
    };
    for (int i = 0; i < 400 && !session.networks_available(); ++i) pause();
    session.train(0);
    for (int i = 0; i < 400 && step() == 0; ++i) pause();
    const auto began = Clock::now();
    const long first = step();
    const auto passed = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
    while (passed() < seconds && !stop.stop_requested()) pause();
    return static_cast<double>(step() - first) / passed();
}

// Processor time of this thread.
double thread_ms() {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return 1e3 * static_cast<double>(used.tv_sec) + 1e-6 * static_cast<double>(used.tv_nsec);
}

// Hands in the window: scrub back and forth all the time. First they train, and drag σ for a second every four; then they pause training and drag without
// pause, so that a flow job always runs.
struct Hands {
    double warm_up = 0, half = 0, end = 0;
    std::stop_token stop{};
    std::vector<double> training{}, flowing{};  // frame intervals in ms
    std::vector<double> computing{};            // of this thread in those while training, ms
    double computed = 0;                        // up to the last frame
    std::array<std::set<Key>, 2> shown{};   // pictures of each lane, by its own weights
    std::array<std::vector<double>, 2> followed{};  // milliseconds that their particles took
    long first_step = 0, last_step = 0;
    double first_time = 0, last_time = 0, now = 0;
    long drawn = 0, frames = 0;             // particles
    std::string opengl{}, networks{};       // who draws, who computes
    bool trains = false, flows = false, started = false;

    bool move(panels::Context& context, double seconds) {
        now = seconds;
        Session& session = context.session;
        if (session.networks_available() && !started) session.train(0), started = true, opengl = render::renderer(), networks = session.network_status();
        if (seconds > half) session.pause(0);
        const auto& state = context.results.training[0];
        trains = state && state->status == TrainingStatus::running;
        flows = !trains && session.busy();
        if (trains && seconds > warm_up) {
            if (first_time == 0) first_time = seconds, first_step = state->step;
            last_time = seconds, last_step = state->step;
            for (std::size_t i = 0; i < followed.size(); ++i)
                if (const auto& lane = context.results.lanes[i]; lane && shown[i].insert(lane->key).second) followed[i].push_back(lane->milliseconds);
        }
        for (const auto& lane : context.results.lanes) drawn += lane ? static_cast<long>(lane->start.rows()) : 0;
        ++frames;
        context.ui.playback.playing = false;
        context.ui.playback.t = 0.5 - 0.5 * std::cos(1.3 * seconds);
        Scene next = session.scene();
        const double phase = std::fmod(seconds, 4.0);
        if (phase < 1 || seconds > half) {
            next.lanes[1].sigma.values["max"] = 0.5 + std::abs(std::remainder(phase, 2.0));
            session.preview(next);
        } else {
            session.cancel_preview();
        }
        if (seconds < end && !stop.stop_requested()) return true;
        session.cancel_preview();
        return false;
    }
    void frame(double ms) {
        const double before = std::exchange(computed, thread_ms());
        if (now < warm_up || now >= end || (now > half && now < half + 0.5)) return;
        if (trains) training.push_back(ms), computing.push_back(computed - before);
        else if (flows) flowing.push_back(ms);
    }
};

}  // namespace

void run_window(Report& report, const Options& options) {
    const Scene scene = setting();
    const double alone = without_window(scene, std::min(10.0, options.seconds / 4), options.stop);
    Hands hands{.warm_up = 3, .half = 3 + 0.7 * options.seconds, .end = 3 + options.seconds, .stop = options.stop};
    WindowOptions window;
    window.width = 1280;
    window.height = 720;
    double idle = -1;
    window.script = [&](panels::Context& context, double seconds) { return hands.move(context, seconds); };
    window.on_frame = [&](double ms) { hands.frame(ms); };
    window.idle_seconds = std::min(10.0, options.seconds / 4);
    window.on_idle = [&](double share) { idle = share; };
    pf::run_window({scene}, window);

    report.add("opengl", hands.opengl);
    report.add("networks", hands.networks);
    const double seconds = hands.last_time - hands.first_time;
    const auto pace = [&](const char* when, const std::vector<double>& ms, double p50, double p99) {
        if (ms.empty()) return;
        report.add({"window", fmt::format("p50 of {} frames {}", ms.size(), when), "ms", quantile(ms, 0.5), 0, "", p50});
        report.add({"window", fmt::format("p99 {}", when), "ms", quantile(ms, 0.99), 0, "", p99});
    };
    pace("while training", hands.training, 17, 33);
    pace("while a flow job runs", hands.flowing, 34, 0);
    if (!hands.computing.empty()) report.add({"window", "processor time of the window's thread per frame while training, p50", "ms", quantile(hands.computing, 0.5), 0, "", 0});
    if (seconds > 0) {
        report.add({"window", "training beside the window", "steps/s", static_cast<double>(hands.last_step - hands.first_step) / seconds, alone, "without", 0});
        report.add({"window", "pictures by other weights", "1/s", static_cast<double>(hands.shown[0].size()) / seconds, 0, "", 10});
        report.add({"window", fmt::format("weight revisions shown in {:.0f} s", seconds), "", static_cast<double>(hands.shown[0].size()), 0, "", 0});
    }
    for (const std::size_t i : {0, 1})
        if (!hands.followed[i].empty()) report.add({"window", i == 0 ? "particles of a picture by other weights, ODE, p50" : "and SDE", "ms", quantile(hands.followed[i], 0.5), 0, "", 0});
    if (hands.frames > 0) report.add({"window", "particles drawn per frame, mean", "", static_cast<double>(hands.drawn) / static_cast<double>(hands.frames), 0, "", 0});
    if (idle >= 0) report.add({"window", "share of one core while paused and idle", "%", 100 * idle, 0, "", 3});
}

}  // namespace pf::bench
