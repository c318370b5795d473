// Train steps and integrated particles per second on the CPU and, where there is one, on a CUDA device; each row with its ratio to the
// CPU's row of the same run. Both devices start from the same weights and see the same data, so their losses must agree: exits 1 otherwise.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include "core/math/dataset/datasets.h"
#include "core/math/format.h"
#include "core/math/schedule/schedules.h"
#include "core/math/solver/integrate.h"
#include "core/nn/network_drift.h"
#include "core/nn/objective.h"

using namespace pf;
using namespace pf::nn;

namespace {

constexpr int checked_steps = 100;

void say(const std::string& line) { std::fputs(line.c_str(), stdout); }

double seconds_of(const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Net {
    const char* name;
    Architecture architecture;
    int batch;
};
struct Row {
    double steps_per_second, particle_steps_per_second;
    float loss;
    std::vector<float> end;  // of the integrated particles
};

Architecture mlp(std::initializer_list<int> widths) {
    Architecture a{};
    for (const int width : widths) a.hidden[a.depth++] = width;
    return a;
}

struct Never final : Stop {
    bool requested() const override { return false; }
};

Row measure(Engine& engine, const Net& net, Device device) {
    auto weights = std::make_shared<Weights>();
    weights->description.architecture = net.architecture;
    weights->description.schedule = {"linear", {}};
    const std::shared_ptr<const Schedule> path = build(schedules(), weights->description.schedule, "schedule");
    GaussianPathBatches batches(build(datasets(), {"moons", {}}, "data"), path, {}, weights->description, 1);
    const NetworkPtr network = make_network(engine, net.architecture, 1, device);
    Row row{};
    StepReport report{};
    const auto train = [&](int steps) {
        for (int i = 0; i < steps; ++i) require(network->train_step(batches, {net.batch, 1e-3, 0.999}, report), engine, "training");
    };
    train(checked_steps);
    row.loss = report.loss;
    weights->values.resize(static_cast<std::size_t>(parameter_count(net.architecture)));
    require(network->get_weights(weights->values.data(), parameter_count(net.architecture)), engine, "weights");
    int steps = 0;
    double elapsed = 0;
    for (; elapsed < 1; steps += 50) elapsed += seconds_of([&] { train(50); });
    row.steps_per_second = steps / elapsed;

    const NetworkField field(engine, weights, device);
    const NetworkDrift drift(field, nullptr, {});
    constexpr int n = 20000, euler_steps = 30;
    const auto times = uniform_grid({0, 1}, euler_steps);
    const Eigen::Array<float, -1, 2, Eigen::RowMajor> x0 = Random(1, "start").normals(n);
    std::vector<float> out(2 * n * (euler_steps + 1));
    const auto run = [&] {
        require(field.network().integrate(drift, nullptr, "euler", times.data(), euler_steps, x0.data(), n, nullptr, 0, Never(), out.data(), nullptr), engine,
                "integrate");
    };
    run();
    row.particle_steps_per_second = n * double(euler_steps) / seconds_of(run);
    row.end.assign(out.end() - 2 * n, out.end());
    return row;
}

double root_mean_square_difference(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (double(a[i]) - b[i]) * (double(a[i]) - b[i]);
    return std::sqrt(sum / static_cast<double>(a.size()));
}

}  // namespace

int main() try {
    Engine& engine = Module::open();
    say(fmt::format("{}; CUDA: {}\n", engine.description(), engine.has_cuda() ? engine.cuda_name() : "none"));
    say(fmt::format("{:<18} {:>6} {:<5} {:>9} {:>6} {:>22} {:>6} {:>9}\n", "net", "batch", "", "steps/s", "", "10^6 particle-steps/s", "", "loss"));
    const Net nets[] = {{"64x3", mlp({64, 64, 64}), 1024}, {"256x3", mlp({256, 256, 256}), 4096}, {"1024-16", mlp({1024, 16}), 1024}};
    bool agree = true;
    for (const Net& net : nets) {
        const Row cpu = measure(engine, net, Device::cpu);
        const auto print = [&](const char* device, const Row& row) {
            say(fmt::format("{:<18} {:>6} {:<5} {:>9.0f} {:>5.1f}x {:>22.2f} {:>5.1f}x {:>9.5f}\n", net.name, net.batch, device, row.steps_per_second,
                       row.steps_per_second / cpu.steps_per_second, row.particle_steps_per_second / 1e6,
                       row.particle_steps_per_second / cpu.particle_steps_per_second, static_cast<double>(row.loss)));
        };
        print("CPU", cpu);
        if (!engine.has_cuda()) continue;
        const Row cuda = measure(engine, net, Device::cuda);
        print("CUDA", cuda);
        // Different orders of summation, amplified by a hundred Adam steps: the same loss to a thousandth, the same flow to a hundredth.
        const double apart = root_mean_square_difference(cpu.end, cuda.end);
        const bool same = std::abs(cuda.loss - cpu.loss) < 1e-3f * cpu.loss && apart < 1e-2;
        if (!same) say(fmt::format("CPU and CUDA disagree: losses {} and {}, particles {} apart\n", cpu.loss, cuda.loss, apart));
        agree = agree && same;
    }
    return agree ? 0 : 1;
} catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 3;
}
