#include <vector>

#include "app/bench/benchmarks.h"
#include "app/bench/best_of.h"
#include "core/math/errors.h"
#include "core/math/schedule/schedules.h"
#include "core/math/solver/integrate.h"
#include "core/nn/engine.h"
#include "core/nn/fused/engine.h"
#include "core/nn/network_drift.h"

namespace pf::bench {
void run_sampling(Report&, const Options&);
namespace {

struct Running final : nn::Stop {
    bool requested() const override { return false; }
};

nn::NetworkField field_of(nn::Engine& engine, int width) {
    nn::Weights weights;
    weights.description.architecture = {3, {width, width, width}, nn::Activation::silu, nn::TimeFeatures::raw, 0};
    weights.description.schedule = {"linear", {}};
    const auto network = nn::make_network(engine, weights.description.architecture, 1, nn::Device::cpu);
    weights.values.resize(static_cast<std::size_t>(nn::parameter_count(weights.description.architecture)));
    nn::require(network->get_weights(weights.values.data(), static_cast<long>(weights.values.size())), engine, "weights");
    return {engine, std::make_shared<const nn::Weights>(std::move(weights)), nn::Device::cpu};
}

// Million steps of a particle in a second: the Euler method over whole trajectories.
double particle_steps(nn::Engine& engine, int width) {
    constexpr int particles = 10'000, steps = 50;
    const nn::NetworkField field = field_of(engine, width);
    const nn::NetworkDrift drift(field, nullptr, {});
    const auto times = uniform_grid({0, 1}, steps);
    const Eigen::Array<float, -1, 2, Eigen::RowMajor> start = Random(1, "bench").normals(particles);
    std::vector<float> path(2 * static_cast<std::size_t>(particles) * (steps + 1));
    return particles * double(steps) * 1e-6 / best_seconds(4, [&] {
               nn::require(field.network().integrate(drift, nullptr, "euler", times.data(), steps, start.data(), particles, nullptr, 0, Running(), path.data(), nullptr), engine, "integration");
           });
}

// Million evaluations a second, with or without the exact divergence.
double evaluations(nn::Engine& engine, int width, bool divergence) {
    constexpr long n = 10'000;
    const nn::NetworkField field = field_of(engine, width);
    const Eigen::Array<float, -1, 2, Eigen::RowMajor> x = Random(1, "bench").normals(n);
    std::vector<float> out(2 * n), div(n);
    return n * 1e-6 / best_seconds(8, [&] { nn::require(field.network().evaluate(x.data(), n, 0.5, -1, out.data(), divergence ? div.data() : nullptr), engine, "evaluation"); });
}

}  // namespace

void run_sampling(Report& report, const Options& options) {
    nn::Engine& fused = nn::fused::engine();
    nn::Engine* torch = nullptr;
    try {
        torch = &nn::Module::open();
    } catch (const MissingCapability&) {
        // Then there is nothing to compare with.
    }
    for (const int width : {64, 128, 256}) {
        if (options.stop.stop_requested()) return;
        report.add({"sampling", fmt::format("3-{}×3-2 SiLU, 10,000 particles, 50 Euler steps", width), "million particle-steps/s", particle_steps(fused, width),
                    torch ? particle_steps(*torch, width) : 0, torch ? torch->description() : "", torch && width == 64 ? 1.3 : 0});
    }
    report.add({"sampling", "3-64×3-2 SiLU, velocity with divergence", "million/s", evaluations(fused, 64, true), torch ? evaluations(*torch, 64, true) : 0, torch ? torch->description() : "", 0});
    report.add({"sampling", "the same", "million/s", evaluations(fused, 64, true), evaluations(fused, 64, false), "without divergence", 0});
}

}  // namespace pf::bench
