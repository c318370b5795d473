// What a CUDA device is for, beside its targets: train steps against LibTorch eager on the same device, and a million particles through a network; then whether it
// computes what the CPU computes (exits 1 otherwise). Without a device the same rows on the CPU, smaller, and no targets.
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <thread>
#include <vector>

#include "core/math/dataset/datasets.h"
#include "core/math/format.h"
#include "core/math/schedule/schedules.h"
#include "core/math/solver/integrate.h"
#include "core/nn/fused/engine.h"
#include "core/nn/network_drift.h"
#include "core/nn/objective.h"

using namespace pf;
using namespace pf::nn;

namespace {

void say(const std::string& line) {
    std::fputs(line.c_str(), stdout);
    std::fflush(stdout);
}

double seconds_of(const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Net {
    const char* name;
    Architecture architecture;
};

Architecture mlp(std::initializer_list<int> widths) {
    Architecture a{};
    for (const int width : widths) a.hidden[a.depth++] = width;
    return a;
}

const Net nets[] = {{"3-64x3-2", mlp({64, 64, 64})}, {"3-128x3-2", mlp({128, 128, 128})}, {"3-256x3-2", mlp({256, 256, 256})}};

struct Never final : Stop {
    bool requested() const override { return false; }
};

// eager.cpp, in a library beside this program.
struct Eager {
    double (*steps_per_second)(const int* hidden, int depth, int batch, int cuda) = nullptr;
    int (*set_tf32)(int on) = nullptr;
};
Eager open_eager() {
    const auto path = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "libbench_eager.so";
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) throw std::runtime_error(fmt::format("{}; build the target bench_eager", dlerror()));
    return {reinterpret_cast<decltype(Eager::steps_per_second)>(dlsym(library, "eager_steps_per_second")), reinterpret_cast<decltype(Eager::set_tf32)>(dlsym(library, "set_tf32"))};
}

// Batches as the program makes them: moons, linear path, velocity.
GaussianPathBatches moons(const Architecture& a) {
    Description d;
    d.architecture = a;
    d.schedule = {"linear", {}};
    return {build(datasets(), {"moons", {}}, "data"), build(schedules(), d.schedule, "schedule"), {}, d, 1};
}

StepReport train(Engine& engine, Network& network, BatchSource& batches, int batch, int steps) {
    const int at_once = network.steps_at_once();
    const std::vector<Hyperparameters> hyper(static_cast<std::size_t>(at_once), {batch, 1e-3, 0.999});
    std::vector<StepReport> reports(hyper.size());
    for (int done = 0; done < steps; done += at_once) require(network.train_steps(batches, hyper.data(), std::min(at_once, steps - done), reports.data()), engine, "training");
    return reports[static_cast<std::size_t>((steps - 1) % at_once)];
}

// One batch again and again, as eager.cpp has it, but the host packs it and the device takes it over at every step.
struct SameBatch final : BatchSource {
    std::vector<float> x, t, target, weight;
    std::vector<int> label;
    SameBatch(const Architecture& a, int batch) {
        const auto n = static_cast<std::size_t>(batch);
        x.resize(2 * n), t.resize(n), target.resize(2 * n), weight.resize(n), label.resize(n);
        moons(a).next(batch, x.data(), t.data(), label.data(), target.data(), weight.data());
    }
    void next(int, float* to_x, float* to_t, int* to_label, float* to_target, float* to_weight) override {
        std::copy(x.begin(), x.end(), to_x);
        std::copy(t.begin(), t.end(), to_t);
        std::copy(label.begin(), label.end(), to_label);
        std::copy(target.begin(), target.end(), to_target);
        std::copy(weight.begin(), weight.end(), to_weight);
    }
};

// Median of five.
double steps_per_second(Engine& engine, const Net& net, int batch, Device device, BatchSource& batches) {
    const NetworkPtr network = make_network(engine, net.architecture, 1, device);
    const int at_once = network->steps_at_once();
    const auto seconds = [&](int steps) { return seconds_of([&] { train(engine, *network, batches, batch, steps); }) / steps; };
    seconds(2 * at_once + 1);  // captures, and warms up
    const int steps = at_once * std::clamp(static_cast<int>(0.1 / seconds(at_once) / at_once), 1, 1000);
    std::vector<double> runs;
    for (int i = 0; i < 5; ++i) runs.push_back(seconds(steps));
    std::sort(runs.begin(), runs.end());
    return 1 / runs[2];
}

std::shared_ptr<const Weights> weights_of(Engine& engine, const Network& network, const Architecture& architecture) {
    auto out = std::make_shared<Weights>();
    out->description.architecture = architecture;
    out->description.schedule = {"linear", {}};
    out->values.resize(static_cast<std::size_t>(parameter_count(architecture)));
    require(network.get_weights(out->values.data(), parameter_count(architecture)), engine, "weights");
    return out;
}

// Where particles end [n, 2], and how long that took after a first run.
struct Flow {
    std::vector<float> end;
    double seconds;
};
Flow flow(Engine& engine, const Net& net, std::shared_ptr<const Weights> weights, Device device, long n, int steps, const char* solver) {
    if (!weights) weights = weights_of(engine, *make_network(engine, net.architecture, 1, Device::cpu), net.architecture);
    const NetworkField field(engine, weights, device);
    const NetworkDrift drift(field, nullptr, {});
    const auto times = uniform_grid({0, 1}, steps);
    const Eigen::Array<float, -1, 2, Eigen::RowMajor> x0 = Random(1, "start").normals(n);
    std::vector<float> out(static_cast<std::size_t>(2 * n * (steps + 1)));
    const auto run = [&] {
        require(field.network().integrate(drift, nullptr, solver, times.data(), steps, x0.data(), n, nullptr, 0, Never(), out.data(), nullptr), engine, "integrate");
    };
    run();
    const double seconds = seconds_of(run);
    return {{out.end() - 2 * n, out.end()}, seconds};
}

// Milliseconds of a picture by new weights, as the window takes them while it trains: a network is made of them, and n particles follow it for 20 Heun steps. Median of 30.
double milliseconds_of_picture(Engine& engine, const Net& net, Device device, long n) {
    std::vector<std::shared_ptr<const Weights>> weights;
    for (const unsigned seed : {1u, 2u}) weights.push_back(weights_of(engine, *make_network(engine, net.architecture, seed, Device::cpu), net.architecture));
    const auto times = uniform_grid({0, 1}, 20);
    const Eigen::Array<float, -1, 2, Eigen::RowMajor> x0 = Random(1, "start").normals(n);
    std::vector<float> out(static_cast<std::size_t>(2 * n) * times.size());
    std::vector<double> runs;
    for (int i = 0; i < 35; ++i) {
        const double seconds = seconds_of([&] {
            const NetworkField field(engine, weights[static_cast<std::size_t>(i % 2)], device);
            require(field.network().integrate(NetworkDrift(field, nullptr, {}), nullptr, "heun", times.data(), 20, x0.data(), n, nullptr, 0, Never(), out.data(), nullptr), engine, "integrate");
        });
        if (i >= 5) runs.push_back(1e3 * seconds);
    }
    std::nth_element(runs.begin(), runs.begin() + 15, runs.end());
    return runs[15];
}

void pictures(Engine& engine, Device device) {
    const Net& net = nets[0];
    say(fmt::format("\nA picture by new weights, 20 Heun steps, {}: alone, beside training by batches of 256 on the same device, and by the fused engine on one core\n", net.name));
    for (const long n : {1'000L, 10'000L, 100'000L}) {
        const double alone = milliseconds_of_picture(engine, net, device, n);
        std::atomic<bool> stop = false;
        std::jthread trains([&] {
            const NetworkPtr network = make_network(engine, net.architecture, 1, device);
            GaussianPathBatches batches = moons(net.architecture);
            batches.draw_ahead(GaussianPathBatches::threads_beside_gpu());
            while (!stop) train(engine, *network, batches, 256, network->steps_at_once());
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        const double beside = milliseconds_of_picture(engine, net, device, n);
        stop = true;
        trains.join();
        const double fused = milliseconds_of_picture(fused::engine(), net, Device::cpu, n);
        say(fmt::format("{:>7} particles {:>9.2f} ms {:>9.2f} ms beside training {:>9.2f} ms fused   {:.2f} x\n", n, alone, beside, fused, fused / alone));
    }
}

// After a hundred steps from the same weights on the same data: different orders of summation, amplified by Adam. The same loss to a thousandth, the same flow to a hundredth.
bool agrees(Engine& engine, const Net& net, int batch) {
    constexpr int steps = 100;
    float loss[2];
    Flow flows[2];
    for (const Device device : {Device::cpu, Device::cuda}) {
        const int i = device == Device::cuda;
        const NetworkPtr network = make_network(engine, net.architecture, 1, device);
        GaussianPathBatches batches = moons(net.architecture);
        loss[i] = train(engine, *network, batches, batch, steps).loss;
        flows[i] = flow(engine, net, weights_of(engine, *network, net.architecture), device, 20000, 30, "euler");
    }
    double sum = 0;
    for (std::size_t i = 0; i < flows[0].end.size(); ++i) sum += std::pow(static_cast<double>(flows[0].end[i]) - static_cast<double>(flows[1].end[i]), 2);
    const double apart = std::sqrt(sum / static_cast<double>(flows[0].end.size()));
    const bool same = std::abs(loss[1] - loss[0]) < 1e-3f * loss[0] && apart < 1e-2;
    say(fmt::format("{:<10} batch {:>4}  loss {:.6f} on the CPU, {:.6f} on the GPU; particles {:.1e} apart: {}\n", net.name, batch, loss[0], loss[1], apart, same ? "agree" : "DISAGREE"));
    return same;
}

}  // namespace

int main() try {
    Engine& engine = Module::open();
    const Eager eager = open_eager();
    const bool cuda = engine.has_cuda();
    const Device device = cuda ? Device::cuda : Device::cpu;
    eager.set_tf32(0);
    say(fmt::format("{}; {}\n", engine.description(), cuda ? engine.cuda_name() : "no CUDA device: the same rows on the CPU"));

    say(fmt::format("\nTrain steps per second, TF32 off, against LibTorch eager (modules, autograd, torch::optim::Adam) on the same device, each with one batch again and again; and with the program's own "
        "batches, which {} threads of the host make while the device works.\n", GaussianPathBatches::threads_beside_gpu()));
    for (const Net& net : nets)
        for (const int batch : {256, 1024, 4096}) {
            SameBatch same(net.architecture, batch);
            GaussianPathBatches own = moons(net.architecture);
            own.draw_ahead(GaussianPathBatches::threads_beside_gpu());
            const double eager_rate = eager.steps_per_second(net.architecture.hidden, net.architecture.depth, batch, cuda);
            const double rate = steps_per_second(engine, net, batch, device, same), own_rate = steps_per_second(engine, net, batch, device, own);
            say(fmt::format("{:<10} batch {:>4} {:>9.0f} steps/s {:>9.0f} eager {:>6.2f} x{}   with own batches {:>9.0f} steps/s {:>6.2f} x\n", net.name, batch, rate, eager_rate, rate / eager_rate,
                            cuda ? "   target 6" : "", own_rate, own_rate / eager_rate));
        }

    const long particles = cuda ? 1'000'000 : 5'000;
    for (const int tf32 : cuda ? std::vector{0, 1} : std::vector{0}) {
        eager.set_tf32(tf32);
        const Flow result = flow(engine, nets[1], nullptr, device, particles, 100, "heun");
        say(fmt::format("{}{} particles x 100 Heun steps, {}, every slice to the host, TF32 {}: {:.3f} s{}\n", tf32 ? "" : "\n", particles, nets[1].name, tf32 ? "on" : "off", result.seconds,
                        cuda ? "   target 1 s" : ""));
    }
    eager.set_tf32(0);
    pictures(engine, device);
    if (!cuda) return 0;

    say("\nAfter 100 steps from the same weights on the same batches, TF32 off:\n");
    bool agree = true;
    for (const auto& [net, batch] : {std::pair{nets[0], 1024}, std::pair{nets[2], 4096}, std::pair{Net{"3-1024-16-2", mlp({1024, 16})}, 1024}}) agree = agrees(engine, net, batch) && agree;
    return agree ? 0 : 1;
} catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 3;
}
