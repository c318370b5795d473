// The fused CPU engine against the definition, and against LibTorch: same weights, same batches.
#include <atomic>
#include <chrono>
#include <limits>
#include <thread>

#include "core/math/dataset/datasets.h"
#include "core/math/errors.h"
#include "core/math/solver/integrate.h"
#include "core/nn/fused/engine.h"
#include "core/nn/fused/network.h"
#include "core/nn/network_drift.h"
#include "tests/catch.h"
#include "tests/nn/support.h"

using namespace pf;
using namespace pf::nn;
using namespace pf::nn::test;

namespace {

// Every way a shape can meet the loops: narrower than a vector, no multiple of one, rows beyond a tile, one layer, eight layers, a matrix beyond the cache.
const Architecture shapes[] = {
    architecture({64, 64, 64}),          architecture({8}, Activation::tanh),         architecture({7, 5}, Activation::gelu, 3),
    architecture({40, 24}, Activation::relu), architecture({200, 16}, Activation::silu, 2), architecture({16, 8, 24, 8, 16, 8, 24, 8}, Activation::tanh),
    architecture({33, 130}, Activation::gelu), architecture({330, 328}, Activation::tanh), conditional(architecture({24, 24}, Activation::silu, 2), 5),
};

std::vector<fused::InstructionSet> sets() {
    std::vector<fused::InstructionSet> out;
    for (const auto set : {fused::InstructionSet::baseline, fused::InstructionSet::avx2, fused::InstructionSet::avx512})
        if (fused::available(set)) out.push_back(set);
    return out;
}

NetworkPtr fused_network(const Architecture& a, std::uint64_t seed, fused::InstructionSet set) { return NetworkPtr(new fused::FusedNetwork(a, seed, set)); }

std::vector<float> losses(Network& network, BatchSource& batches, int steps, int batch) {
    std::vector<float> out;
    StepReport report{};
    for (int step = 0; step < steps; ++step) {
        REQUIRE(network.train_step(batches, {batch, 1e-3, 0.99}, report) == Error::none);
        out.push_back(report.loss);
    }
    return out;
}

}  // namespace

TEST_CASE("fused: outputs and divergence are those of the definition, on every instruction set", "[nn][fused]") {
    constexpr long n = 301;
    Random random(3, "points");
    std::vector<float> x(2 * n), out(2 * n), divergence(n), plain(2 * n);
    for (float& v : x) v = static_cast<float>(1.5 * random.normal());
    for (const auto set : sets())
        for (const Architecture& a : shapes) {
            CAPTURE(static_cast<int>(set), a.depth, a.hidden[0]);
            const NetworkPtr network = fused_network(a, 5, set);
            const ReferenceNet reference(a, weights_of(*network, a));
            REQUIRE(network->evaluate(x.data(), n, 0.37, -1, out.data(), divergence.data()) == Error::none);
            REQUIRE(network->evaluate(x.data(), n, 0.37, -1, plain.data(), nullptr) == Error::none);
            CHECK(out == plain);
            double worst_out = 0, worst_divergence = 0;
            for (long i = 0; i < n; ++i) {
                const Eigen::Array2d p(x[2 * i], x[2 * i + 1]), expected = reference(p, 0.37);
                constexpr double h = 1e-5;
                const double trace = (reference(p + Eigen::Array2d(h, 0), 0.37)[0] - reference(p - Eigen::Array2d(h, 0), 0.37)[0] + reference(p + Eigen::Array2d(0, h), 0.37)[1] -
                                      reference(p - Eigen::Array2d(0, h), 0.37)[1]) / (2 * h);
                worst_out = std::max({worst_out, std::abs(expected[0] - out[2 * i]), std::abs(expected[1] - out[2 * i + 1])});
                // The slope of relu jumps; a difference across the jump is no derivative.
                if (a.activation != Activation::relu) worst_divergence = std::max(worst_divergence, std::abs(trace - divergence[i]));
            }
            CHECK(worst_out < 3e-6);
            CHECK(worst_divergence < 2e-5);
        }
}

TEST_CASE("fused: the same weights from a seed as LibTorch, and the same fields", "[nn][fused]") {
    constexpr long n = 500;
    Random random(4, "points");
    std::vector<float> x(2 * n), ours(2 * n), theirs(2 * n), our_divergence(n), their_divergence(n);
    for (float& v : x) v = static_cast<float>(1.5 * random.normal());
    for (const Architecture& a : shapes) {
        const NetworkPtr one = make_network(fused::engine(), a, 9, Device::cpu), other = make_network(Module::open(), a, 9, Device::cpu);
        CHECK(weights_of(*one, a) == weights_of(*other, a));
        REQUIRE(one->evaluate(x.data(), n, 0.6, -1, ours.data(), our_divergence.data()) == Error::none);
        REQUIRE(other->evaluate(x.data(), n, 0.6, -1, theirs.data(), their_divergence.data()) == Error::none);
        for (long i = 0; i < 2 * n; ++i) REQUIRE(std::abs(ours[i] - theirs[i]) < 1e-5);
        for (long i = 0; i < n; ++i) REQUIRE(std::abs(our_divergence[i] - their_divergence[i]) < 1e-5 * std::max(1.f, std::abs(their_divergence[i])));
    }
}

TEST_CASE("fused: a wide network follows LibTorch, whatever the batch makes of its tiles", "[nn][fused]") {
    const Architecture a = architecture({400, 264, 400});
    Description d;
    d.architecture = a;
    d.schedule = {"linear", {}};
    const std::shared_ptr<const Dataset> moons = build(datasets(), {"moons", {}}, "test");
    for (const int batch : {1, 100, 255, 700, 2100}) {
        CAPTURE(batch);
        GaussianPathBatches ours(moons, schedule("linear"), {}, d, 3), theirs(moons, schedule("linear"), {}, d, 3);
        const NetworkPtr mine = make_network(fused::engine(), a, 7, Device::cpu), reference = make_network(Module::open(), a, 7, Device::cpu);
        const std::vector<float> one = losses(*mine, ours, 6, batch), other = losses(*reference, theirs, 6, batch);
        for (std::size_t i = 0; i < one.size(); ++i) CHECK(std::abs(one[i] - other[i]) < 1e-5f * std::max(1.f, other[i]));
    }
}

TEST_CASE("fused: loss curves follow LibTorch within 1e-5 over 200 steps, for every activation", "[nn][fused]") {
    for (const Activation activation : {Activation::silu, Activation::tanh, Activation::relu, Activation::gelu})
        for (const auto set : sets()) {
            const Architecture a = architecture({64, 64, 64}, activation);
            Description d;
            d.architecture = a;
            d.schedule = {"linear", {}};
            const std::shared_ptr<const Dataset> moons = build(datasets(), {"moons", {}}, "test");
            GaussianPathBatches ours(moons, schedule("linear"), {}, d, 3), theirs(moons, schedule("linear"), {}, d, 3);
            const NetworkPtr mine = fused_network(a, 7, set), reference = make_network(Module::open(), a, 7, Device::cpu);
            StepReport one{}, other{};
            // There a unit of one row on the other side changes the gradient by a part of that row's, a 256th of the batch.
            const double of_gradient = activation == Activation::relu ? 1e-3 : 1e-4;
            double worst = 0, worst_gradient = 0, first = 0;
            for (int step = 0; step < 200; ++step) {
                // The gradient of relu jumps where a unit's input is 0: rounding decides the side, and the curves part. So there both start from
                // the same weights at every step.
                if (activation == Activation::relu) {
                    const auto weights = weights_of(*reference, a);
                    for (Network* network : {mine.get(), reference.get()}) REQUIRE(network->set_weights(weights.data(), static_cast<long>(weights.size())) == Error::none);
                }
                REQUIRE(mine->train_step(ours, {256, 1e-3, 0.99}, one) == Error::none);
                REQUIRE(reference->train_step(theirs, {256, 1e-3, 0.99}, other) == Error::none);
                worst = std::max(worst, static_cast<double>(std::abs(one.loss - other.loss)));
                worst_gradient = std::max(worst_gradient, static_cast<double>(std::abs(one.gradient_norm - other.gradient_norm)));
                if (step == 0) first = one.loss;
            }
            CAPTURE(static_cast<int>(activation), static_cast<int>(set));
            CHECK(worst < 1e-5);
            CHECK(worst_gradient < of_gradient);
            CHECK(one.loss < 0.9 * first);
        }
}

TEST_CASE("fused: every prediction trains as with LibTorch", "[nn][fused]") {
    for (const Prediction prediction : all_predictions) {
        Description d;
        d.architecture = architecture({32, 32});
        d.prediction = prediction;
        d.schedule = {"trigonometric", {}};
        const Objective objective{prediction, {"usual", {}}, {"uniform", {}}};
        GaussianPathBatches ours(gaussian_data(), schedule("trigonometric"), objective, d, 3), theirs(gaussian_data(), schedule("trigonometric"), objective, d, 3);
        const auto mine = losses(*make_network(fused::engine(), d.architecture, 1, Device::cpu), ours, 200, 200);
        const auto reference = losses(*make_network(Module::open(), d.architecture, 1, Device::cpu), theirs, 200, 200);
        for (std::size_t k = 0; k < mine.size(); ++k) REQUIRE(std::abs(mine[k] - reference[k]) < 1e-5f * std::max(1.f, reference[k]));
    }
}

TEST_CASE("fused: weights do not depend on how many threads train them", "[nn][fused]") {
    for (const auto set : sets())
        for (const int batch : {100, 256, 1000}) {
            CAPTURE(fused::kernels(set).name, batch);
            const Architecture a = architecture({48, 40});
            std::vector<std::vector<float>> weights;
            for (const int threads : {1, 2, 3}) {
                fused::FusedNetwork network(a, 4, set, threads);
                FixedBatch fixed(batch);
                losses(network, fixed, 150, batch);  // long enough for trials without helpers
                weights.push_back(weights_of(network, a));
            }
            CHECK(weights[1] == weights[0]);
            CHECK(weights[2] == weights[0]);
        }
}

TEST_CASE("a team does every part of every job once, whoever comes", "[nn][fused]") {
    for (const int helpers : {0, 1, 3}) {
        fused::Team team(helpers);
        CHECK(team.size() == helpers + 1);
        std::vector<std::atomic<int>> counts(7);
        long lost = 0, strangers = 0;
        for (int job = 1; job <= 3000; ++job) {
            const int parts = 1 + job % 7;
            std::atomic<int> wrong{0};
            team.run(parts, [&](int part, int member) {
                ++counts[static_cast<std::size_t>(part)];
                wrong += member < 0 || member > helpers;
            });
            for (int part = 0; part < 7; ++part) lost += counts[static_cast<std::size_t>(part)].exchange(0) != (part < parts);
            strangers += wrong;
            if (job % 500 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));  // until they sleep
        }
        CHECK(lost == 0);
        CHECK(strangers == 0);
    }
}

TEST_CASE("helpers are used while they are worth it, and tried again ever less often", "[nn][fused]") {
    const auto share_helped = [](double alone, double helped, int steps) {
        fused::Worth worth;
        int count = 0;
        for (int step = 0; step < steps; ++step) {
            const bool now = worth.now();
            count += now;
            worth.took(now ? helped : alone);
        }
        return static_cast<double>(count) / steps;
    };
    CHECK(share_helped(2e-4, 1.1e-4, 5000) > 0.97);
    CHECK(share_helped(2e-4, 4e-3, 5000) < 0.02);
    CHECK(share_helped(2e-4, 4e-3, 50000) < share_helped(2e-4, 4e-3, 5000));
}

TEST_CASE("fused: a step that is not finite changes nothing", "[nn][fused]") {
    const Architecture a = architecture({16, 16});
    const NetworkPtr network = make_network(fused::engine(), a, 1, Device::cpu);
    FixedBatch batch(64);
    StepReport report{};
    REQUIRE(network->train_step(batch, {64, 1e-3, 0.9}, report) == Error::none);
    const auto before = weights_of(*network, a), average = weights_of(*network, a, true);
    FixedBatch poisoned = batch;
    poisoned.target[5] = std::numeric_limits<float>::quiet_NaN();
    REQUIRE(network->train_step(poisoned, {64, 1e-3, 0.9}, report) == Error::none);
    CHECK_FALSE(std::isfinite(report.loss));
    CHECK(weights_of(*network, a) == before);
    CHECK(weights_of(*network, a, true) == average);
    REQUIRE(network->train_step(batch, {64, 1e-3, 0.9}, report) == Error::none);
    CHECK(std::isfinite(report.loss));
}

TEST_CASE("fused: integrates as core/math does", "[nn][fused]") {
    constexpr int steps = 12, n = 2500;  // more than one chunk
    using RowMajor = Eigen::Array<float, Eigen::Dynamic, 2, Eigen::RowMajor>;
    auto weights = std::make_shared<Weights>();
    weights->description.architecture = architecture({24, 24});
    weights->description.schedule = {"linear", {}};
    weights->values = weights_of(*make_network(fused::engine(), weights->description.architecture, 1, Device::cpu), weights->description.architecture);
    const NetworkField field(fused::engine(), weights, Device::cpu);
    const auto times = uniform_grid({0.1, 0.9}, steps);
    const Points x0 = Random(1, "start").normals(n);
    const RowMajor start = x0;
    for (const SolverInfo& solver : solvers()) {
        if (!solver.on_device) continue;
        std::function<double(double)> sigma;
        if (solver.stochastic) sigma = [](double t) { return 0.3 + 0.5 * (1 - t); };
        RowMajor noise(steps * n, 2), out(RowMajor::Zero((steps + 1) * n, 2));
        Random random(2, "increments");
        for (int k = 0; k < steps; ++k) noise.middleRows(k * n, n) = random.normals(n) * static_cast<float>(std::sqrt(times[k + 1] - times[k]));
        const NetworkDrift drift(field, sigma ? &field : nullptr, sigma);
        int evaluations = 0;
        REQUIRE(field.network().integrate(drift, drift.second(), std::string(solver.id).c_str(), times.data(), steps, start.data(), n, noise.data(), 1, Never(), out.data(), &evaluations) ==
                Error::none);
        int step = 0;
        const Dynamics dynamics{&field, sigma ? &field : nullptr, sigma, nullptr, 0};
        const auto expected = integrate<float>(dynamics, solver.id, times, x0, [&](double, double) {
            Increment<float> increment;
            increment.dW = noise.middleRows(n * step++, n);
            increment.dZ.setZero(n, 2);
            return increment;
        });
        CAPTURE(std::string(solver.id));
        CHECK((out.bottomRows(n) - RowMajor(expected.x.back())).abs().maxCoeff() < 2e-5f);
        CHECK(evaluations == expected.evaluations);
    }
}

TEST_CASE("which engine computes is a choice", "[nn][fused]") {
    CHECK(&open_engine(EngineChoice::fused) == &fused::engine());
    CHECK(&open_engine(EngineChoice::libtorch) == &Module::open());
    CHECK(engine_from("libtorch") == EngineChoice::libtorch);
    CHECK_THROWS_AS(engine_from("torch"), BadInput);
    CHECK_THROWS_AS(make_network(fused::engine(), architecture({8}), 1, Device::cuda), MissingCapability);
    CHECK_THROWS_AS(make_network(fused::engine(), architecture({2000}), 1, Device::cpu), BadInput);
    CHECK(std::string(fused::engine().description()).find("fused") != std::string::npos);
}
