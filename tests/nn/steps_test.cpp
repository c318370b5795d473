// Many steps in one call, on every engine, and the steps written for a GPU: PROBFLOW_STAGED lets the module take them on the CPU.
#include <cstdlib>
#include <limits>

#include "core/math/dataset/datasets.h"
#include "core/math/solver/integrate.h"
#include "core/nn/fused/engine.h"
#include "core/nn/network_drift.h"
#include "tests/catch.h"
#include "tests/nn/support.h"

using namespace pf;
using namespace pf::nn;
using namespace pf::nn::test;

namespace {

// Blocks of at most 32 steps, batches packed into a buffer, and what a GPU finds out for itself.
NetworkPtr staged(const Architecture& a, std::uint64_t seed) {
    setenv("PROBFLOW_STAGED", "1", 1);
    NetworkPtr network = make_network(Module::open(), a, seed, Device::cpu);
    unsetenv("PROBFLOW_STAGED");
    return network;
}

struct Way {
    const char* name;
    std::function<NetworkPtr(const Architecture&, std::uint64_t)> make;
};
const Way ways[] = {{"fused", [](const Architecture& a, std::uint64_t seed) { return make_network(fused::engine(), a, seed, Device::cpu); }},
                    {"LibTorch", [](const Architecture& a, std::uint64_t seed) { return make_network(Module::open(), a, seed, Device::cpu); }},
                    {"LibTorch in blocks", staged}};

// Batches that differ; the one numbered `bad` has a target that is no number.
struct Numbered final : BatchSource {
    int number = 0, bad = -1;
    float value = std::numeric_limits<float>::quiet_NaN();
    void next(int n, float* x, float* t, int* label, float* target, float* weight) override {
        FixedBatch(n, static_cast<std::uint64_t>(number)).next(n, x, t, label, target, weight);
        if (number++ == bad) target[1] = value;
    }
};

// Rates, clips, averages and batches that change from step to step; a stretch of equal batches is longer than a block.
std::vector<Hyperparameters> plan(int steps) {
    std::vector<Hyperparameters> out;
    for (int i = 0; i < steps; ++i) out.push_back({i < steps / 5 ? 40 : i < steps / 4 ? 24 : 64, 1e-3 * (1 + i % 7), i % 11 ? 0.95 : 0.0, i % 3 ? 0.0 : 0.4});
    return out;
}

std::vector<StepReport> train(Network& network, BatchSource& batches, const std::vector<Hyperparameters>& hyper, int at_once) {
    std::vector<StepReport> reports(hyper.size());
    const int steps = static_cast<int>(hyper.size());
    for (int i = 0; i < steps; i += at_once) REQUIRE(network.train_steps(batches, &hyper[static_cast<std::size_t>(i)], std::min(at_once, steps - i), &reports[static_cast<std::size_t>(i)]) == Error::none);
    return reports;
}

std::vector<float> everything(const Network& network, const Architecture& a) {
    auto out = weights_of(network, a);
    const auto average = weights_of(network, a, true);
    out.insert(out.end(), average.begin(), average.end());
    return out;
}

bool same(const std::vector<StepReport>& a, const std::vector<StepReport>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const StepReport& p, const StepReport& q) { return p.loss == q.loss && p.gradient_norm == q.gradient_norm; });
}

double farthest(const std::vector<float>& a, const std::vector<float>& b) {
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    return worst;
}

}  // namespace

TEST_CASE("steps in one call are the steps of single calls, to the bit", "[nn][steps]") {
    const Architecture a = architecture({20, 12}, Activation::silu, 2);
    const auto hyper = plan(150);
    for (const Way& way : ways) {
        Numbered one_by_one, together, uneven;
        const NetworkPtr x = way.make(a, 3), y = way.make(a, 3), z = way.make(a, 3);
        const auto expected = train(*x, one_by_one, hyper, 1);
        INFO(way.name);
        CHECK(same(train(*y, together, hyper, 150), expected));
        CHECK(everything(*y, a) == everything(*x, a));
        CHECK(same(train(*z, uneven, hyper, 37), expected));
        CHECK(everything(*z, a) == everything(*x, a));
        CHECK(together.number == 150);
        for (const StepReport& report : expected) CHECK(finite(report));
    }
    CHECK(staged(a, 3)->steps_at_once() > 1);
}

TEST_CASE("steps in blocks follow the reference: rates, clips, averages and batches that change", "[nn][steps]") {
    for (const Architecture& a : {architecture({20, 12}), architecture({16, 16}, Activation::tanh, 3), conditional(architecture({16, 16}, Activation::gelu, 2), 3)}) {
        Numbered ours, theirs;
        const NetworkPtr blocks = staged(a, 5), reference = ways[1].make(a, 5);
        const auto hyper = plan(120);
        const auto mine = train(*blocks, ours, hyper, 120), expected = train(*reference, theirs, hyper, 120);
        for (std::size_t i = 0; i < hyper.size(); ++i) {
            CHECK(std::abs(mine[i].loss - expected[i].loss) < 1e-5f);
            CHECK(std::abs(mine[i].gradient_norm - expected[i].gradient_norm) < 1e-4f);
        }
        CHECK(farthest(everything(*blocks, a), everything(*reference, a)) < 1e-4);
        // Where each of them matters.
        for (auto change : std::vector<std::function<void(Hyperparameters&)>>{[](Hyperparameters& h) { h.clip = 0; }, [](Hyperparameters& h) { h.ema = 0; }, [](Hyperparameters& h) { h.learning_rate = 1e-3; }}) {
            auto other = hyper;
            for (Hyperparameters& h : other) change(h);
            Numbered again;
            const NetworkPtr third = staged(a, 5);
            train(*third, again, other, 120);
            CHECK(farthest(everything(*third, a), everything(*reference, a)) > 1e-3);
        }
    }
}

TEST_CASE("loss curves of steps in blocks follow the reference within 1e-5 over 200 steps, for every objective and activation", "[nn][steps]") {
    const auto data = gaussian_data();
    each_prediction([&](const std::string& id, Prediction prediction) {
        for (const Activation activation : {Activation::silu, Activation::tanh, Activation::relu, Activation::gelu}) {
            Description d;
            d.architecture = architecture({24, 24}, activation);
            d.prediction = prediction;
            d.schedule = {id, {}};
            d.normalise = true;
            d.data_sd = 1;
            const Objective objective{prediction, {"usual", {}}, {"uniform", {{"t_min", 0.05}, {"t_max", 0.95}}}};
            GaussianPathBatches ours(data, schedule(id), objective, d, 3), theirs(data, schedule(id), objective, d, 3);
            const NetworkPtr blocks = staged(d.architecture, 7), reference = ways[1].make(d.architecture, 7);
            double worst = 0, first = 0, last = 0;
            // The gradient of relu jumps where a unit's input is 0: rounding decides the side, and the curves part. So there both start from the same weights every few steps.
            const int at_once = activation == Activation::relu ? 2 : 40;
            for (int step = 0; step < 200; step += at_once) {
                const auto weights = weights_of(*reference, d.architecture);
                if (activation == Activation::relu)
                    for (Network* network : {blocks.get(), reference.get()}) REQUIRE(network->set_weights(weights.data(), static_cast<long>(weights.size())) == Error::none);
                const std::vector<Hyperparameters> hyper(static_cast<std::size_t>(at_once), {64, 1e-3, 0.99});
                const auto mine = train(*blocks, ours, hyper, at_once), expected = train(*reference, theirs, hyper, at_once);
                for (std::size_t i = 0; i < hyper.size(); ++i)
                    worst = std::max(worst, static_cast<double>(std::abs(mine[i].loss - expected[i].loss)) / std::max(1.0, static_cast<double>(expected[i].loss)));
                if (step == 0) first = static_cast<double>(expected.front().loss);
                last = static_cast<double>(expected.back().loss);
            }
            INFO(id << " " << pf::id(prediction) << " activation " << static_cast<int>(activation) << " loss " << first << " to " << last);
            CHECK(worst < 1e-5);
        }
    });
}

TEST_CASE("the first step that is not finite ends the call, and changes nothing", "[nn][steps]") {
    const Architecture a = architecture({16, 16});
    const std::vector<Hyperparameters> hyper(100, {32, 3e-3, 0.9, 0.5});
    for (const Way& way : ways)
        for (const float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 3e38f, 1e20f})
            for (const int bad : {0, 20, 63, 64, 99}) {
                CAPTURE(way.name, value, bad);
                Numbered good, poisoned;
                poisoned.bad = bad;
                poisoned.value = value;
                const NetworkPtr untouched = way.make(a, 2), network = way.make(a, 2);
                const std::vector<Hyperparameters> before(hyper.begin(), hyper.begin() + bad);
                const auto expected = train(*untouched, good, before, 100);
                const auto reports = train(*network, poisoned, hyper, 100);
                for (int i = 0; i < bad; ++i) REQUIRE(reports[static_cast<std::size_t>(i)].loss == expected[static_cast<std::size_t>(i)].loss);
                CHECK_FALSE(finite(reports[static_cast<std::size_t>(bad)]));
                for (std::size_t i = static_cast<std::size_t>(bad) + 1; i < 100; ++i) REQUIRE((std::isnan(reports[i].loss) && std::isnan(reports[i].gradient_norm)));
                CHECK(everything(*network, a) == everything(*untouched, a));
                // The optimiser too: both go on alike.
                good.number = poisoned.number = 1000;
                CHECK(same(train(*network, poisoned, hyper, 100), train(*untouched, good, hyper, 100)));
                CHECK(everything(*network, a) == everything(*untouched, a));
            }
}

TEST_CASE("what goes wrong in the middle of a call leaves the steps that were reported", "[nn][steps]") {
    const Architecture a = conditional(architecture({8}), 2);
    struct Breaks final : BatchSource {
        Numbered numbered;
        int label_at = -1, throw_at = -1;
        void next(int n, float* x, float* t, int* label, float* target, float* weight) override {
            if (numbered.number == throw_at) throw std::runtime_error("no data today");
            const bool wrong = numbered.number == label_at;
            numbered.next(n, x, t, label, target, weight);
            if (wrong) label[3] = 2;
        }
    };
    for (const Way& way : ways)
        for (const bool label : {true, false}) {
            INFO(way.name << (label ? " label" : " exception"));
            Breaks batches;
            (label ? batches.label_at : batches.throw_at) = 70;
            const std::vector<Hyperparameters> hyper(100, {16, 1e-3, 0.9});
            std::vector<StepReport> reports(100);
            const NetworkPtr network = way.make(a, 1), other = way.make(a, 1);
            CHECK(network->train_steps(batches, hyper.data(), 100, reports.data()) == (label ? Error::bad_argument : Error::failed));
            const auto done = static_cast<std::size_t>(std::count_if(reports.begin(), reports.end(), [](const StepReport& r) { return finite(r); }));
            CHECK(done >= 64);
            CHECK(done <= 70);
            for (std::size_t i = 0; i < done; ++i) CHECK(finite(reports[i]));
            Numbered good;
            train(*other, good, std::vector<Hyperparameters>(hyper.begin(), hyper.begin() + static_cast<long>(done)), 1);
            CHECK(everything(*network, a) == everything(*other, a));
        }
    const NetworkPtr network = staged(a, 1);
    Numbered batches;
    std::vector<Hyperparameters> hyper(3, {16, 1e-3, 0.9});
    hyper[2].clip = -1;
    StepReport reports[3];
    CHECK(network->train_steps(batches, hyper.data(), 3, reports) == Error::bad_argument);
    CHECK(batches.number == 0);
    CHECK(network->train_steps(batches, hyper.data(), 0, reports) == Error::bad_argument);
}

TEST_CASE("fields and trajectories through staging memory are the same bits", "[nn][steps]") {
    constexpr int steps = 7;
    constexpr long n = 500;
    const Architecture a = architecture({12, 12}, Activation::silu, 2);
    const NetworkPtr plain = ways[1].make(a, 4), other = staged(a, 4);
    struct Drift final : DriftSource {
        DriftFactors at(double t) const override { return {-0.3, {1, 0}, {0.9, 1}, {t, t}}; }
        double sigma(double t) const override { return with_noise ? 0.2 + t : 0; }
        bool with_noise = false;
    } drift;
    const auto times = uniform_grid({0, 1}, steps);
    std::vector<float> x0(2 * n), increments(2 * n * steps);
    Random random(1, "numbers");
    for (std::vector<float>* all : {&x0, &increments})
        for (float& v : *all) v = static_cast<float>(random.normal());
    for (const char* solver : {"heun", "euler_maruyama"})
        for (const float* noise : std::initializer_list<const float*>{nullptr, increments.data()}) {
            drift.with_noise = solver[0] == 'e';
            std::vector<float> expected(2 * n * (steps + 1), 9), got(expected.size(), 8);
            REQUIRE(plain->integrate(drift, nullptr, solver, times.data(), steps, x0.data(), n, noise, 3, Never(), expected.data(), nullptr) == Error::none);
            REQUIRE(other->integrate(drift, nullptr, solver, times.data(), steps, x0.data(), n, noise, 3, Never(), got.data(), nullptr) == Error::none);
            CHECK(got == expected);
        }
    struct After final : Stop {
        mutable int left = 3;
        bool requested() const override { return left-- <= 0; }
    } stop;
    drift.with_noise = false;
    std::vector<float> out(2 * n * (steps + 1), 9);
    REQUIRE(other->integrate(drift, nullptr, "euler", times.data(), steps, x0.data(), n, nullptr, 3, stop, out.data(), nullptr) == Error::none);
    for (long i = 0; i < 2 * n * (steps + 1); ++i) REQUIRE(std::isfinite(out[static_cast<std::size_t>(i)]) == (i < 2 * n * 4));
    std::vector<float> one(2 * n), two(2 * n), divergence(n), other_divergence(n);
    REQUIRE(plain->evaluate(x0.data(), n, 0.3, -1, one.data(), divergence.data()) == Error::none);
    REQUIRE(other->evaluate(x0.data(), n, 0.3, -1, two.data(), other_divergence.data()) == Error::none);
    CHECK(one == two);
    CHECK(divergence == other_divergence);
}

TEST_CASE("increments come to a device by blocks of steps, and each step takes its own", "[nn][steps]") {
    constexpr int steps = 7;
    constexpr long n = 300'000;  // blocks of three steps
    struct Drift final : DriftSource {
        DriftFactors at(double t) const override { return {-0.3, {0, 0}, {1, 1}, {t, t}}; }
        double sigma(double t) const override { return t > 0.4 && t < 0.65 ? 0 : 1 + t; }  // the first step of the second block has no noise
    } drift;
    const auto times = uniform_grid({0, 1}, steps);
    std::vector<float> x0(2 * n), increments(2 * n * steps), out(2 * n * (steps + 1));
    Random random(1, "numbers");
    for (std::vector<float>* all : {&x0, &increments})
        for (float& v : *all) v = static_cast<float>(random.uniform());
    for (const NetworkPtr& network : {ways[1].make(architecture({4}), 4), staged(architecture({4}), 4)}) {
        REQUIRE(network->integrate(drift, nullptr, "euler_maruyama", times.data(), steps, x0.data(), n, increments.data(), 3, Never(), out.data(), nullptr) == Error::none);
        double worst = 0;
        for (std::size_t k = 0; k < steps; ++k)
            for (std::size_t i = 0; i < 2 * n; i += 777) {
                const double x = out[2 * n * k + i], dt = times[k + 1] - times[k];
                const double next = x - 0.3 * dt * x + drift.sigma(times[k]) * static_cast<double>(increments[2 * n * k + i]);
                worst = std::max(worst, std::abs(next - static_cast<double>(out[2 * n * (k + 1) + i])));
            }
        CHECK(worst < 1e-5);
    }
}
