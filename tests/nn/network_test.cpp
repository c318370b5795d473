#include <cstring>
#include <limits>

#include "core/math/errors.h"
#include "core/nn/fused/engine.h"
#include "tests/catch.h"
#include "tests/nn/support.h"

using namespace pf;
using namespace pf::nn;
using namespace pf::nn::test;

namespace {

const Architecture shapes[] = {
    architecture({7, 5}, Activation::silu), architecture({6}, Activation::tanh, 2),        architecture({5, 4, 3}, Activation::gelu),
    architecture({9, 6}, Activation::relu), architecture({8, 8}, Activation::silu, 3),
};

double reference_loss(const ReferenceNet& net, const FixedBatch& batch, int n) {
    double sum = 0;
    for (int i = 0; i < n; ++i) {
        const Eigen::Array2d out = net({batch.x[2 * i], batch.x[2 * i + 1]}, batch.t[i]);
        sum += batch.weight[i] * (out - Eigen::Array2d(batch.target[2 * i], batch.target[2 * i + 1])).square().sum();
    }
    return sum / (2 * n);
}

std::vector<double> reference_gradient(ReferenceNet net, const FixedBatch& batch, int n) {
    constexpr double h = 1e-5;
    std::vector<double> gradient;
    for (double& w : net.values) {
        const double kept = w;
        w = kept + h;
        const double above = reference_loss(net, batch, n);
        w = kept - h;
        gradient.push_back((above - reference_loss(net, batch, n)) / (2 * h));
        w = kept;
    }
    return gradient;
}

}  // namespace

TEST_CASE("a label is a row of features: the last place for none, and only labels there are", "[nn]") {
    const Architecture a = conditional(architecture({12, 12}), 3);
    for (Engine* engine : {&Module::open(), &fused::engine()}) {
        const NetworkPtr network = make_network(*engine, a, 5, Device::cpu);
        const ReferenceNet reference(a, weights_of(*network, a));
        std::vector<float> x{0.3f, -0.8f, 1.5f, 0.2f}, out(4), divergence(2);
        std::vector<std::vector<float>> all;
        for (int label = -1; label < 3; ++label) {
            REQUIRE(network->evaluate(x.data(), 2, 0.4, label, out.data(), divergence.data()) == Error::none);
            for (std::size_t i = 0; i < 2; ++i) {
                const Eigen::Array2d expected = reference({x[2 * i], x[2 * i + 1]}, 0.4, label);
                CHECK(static_cast<double>(out[2 * i]) == Approx(expected[0]).margin(3e-6));
                CHECK(static_cast<double>(out[2 * i + 1]) == Approx(expected[1]).margin(3e-6));
            }
            CHECK(std::find(all.begin(), all.end(), out) == all.end());
            all.push_back(out);
        }
        for (const int unknown : {-2, 3}) CHECK(network->evaluate(x.data(), 2, 0.4, unknown, out.data(), nullptr) == Error::bad_argument);
    }
    CHECK_FALSE(valid(conditional(a, max_labels + 1)));
}

TEST_CASE("clipping shortens the gradient to the length asked for", "[nn]") {
    const Architecture a = architecture({8});
    for (Engine* engine : {&Module::open(), &fused::engine()}) {
        const auto stepped = [&](float weight, double clip, double& norm) {
            const NetworkPtr network = make_network(*engine, a, 5, Device::cpu);
            // Two steps: the second has the first one's moments beside its own, so lengths matter to Adam.
            FixedBatch first(64, 1, weight), second(64, 2, 1);
            StepReport report{};
            REQUIRE(network->train_step(first, {64, 1e-2, 0, clip}, report) == Error::none);
            norm = static_cast<double>(report.gradient_norm);
            REQUIRE(network->train_step(second, {64, 1e-2, 0}, report) == Error::none);
            return weights_of(*network, a);
        };
        double norm = 0, other = 0;
        const auto plain = stepped(1, 0, norm);
        CHECK(stepped(1, 2 * norm, other) == plain);  // shorter than the clip: the same bits
        const auto clipped = stepped(1, norm / 8, other), scaled = stepped(1.0f / 8, 0, other);
        double apart = 0, effect = 0;
        for (std::size_t i = 0; i < plain.size(); ++i) {
            apart = std::max(apart, static_cast<double>(std::abs(clipped[i] - scaled[i])));
            effect = std::max(effect, static_cast<double>(std::abs(clipped[i] - plain[i])));
        }
        CHECK(apart < 1e-5);
        CHECK(effect > 1e-3);
    }
}

TEST_CASE("outputs and divergence are those of the definition", "[nn]") {
    constexpr long n = 5000;  // more than one chunk
    Random random(3, "points");
    std::vector<float> x(2 * n), out(2 * n), divergence(n);
    for (float& v : x) v = static_cast<float>(1.5 * random.normal());
    for (const Architecture& a : shapes) {
        const NetworkPtr network = make_network(Module::open(), a, 5, Device::cpu);
        const ReferenceNet reference(a, weights_of(*network, a));
        for (const double t : {0.0, 0.37, 1.0}) {
            REQUIRE(network->evaluate(x.data(), n, t, -1, out.data(), divergence.data()) == Error::none);
            double worst_out = 0, worst_divergence = 0;
            for (long i = 0; i < n; i += 7) {
                const Eigen::Array2d p(x[2 * i], x[2 * i + 1]);
                const Eigen::Array2d expected = reference(p, t);
                worst_out = std::max({worst_out, std::abs(expected[0] - out[2 * i]), std::abs(expected[1] - out[2 * i + 1])});
                constexpr double h = 1e-5;
                const double trace = (reference(p + Eigen::Array2d(h, 0), t)[0] - reference(p - Eigen::Array2d(h, 0), t)[0] +
                                      reference(p + Eigen::Array2d(0, h), t)[1] - reference(p - Eigen::Array2d(0, h), t)[1]) / (2 * h);
                worst_divergence = std::max(worst_divergence, std::abs(trace - divergence[i]));
            }
            CHECK(worst_out < 3e-6);  // a dozen float roundings of numbers of size 1
            CHECK(worst_divergence < 1e-5);
            std::vector<float> plain(2 * n);
            REQUIRE(network->evaluate(x.data(), n, t, -1, plain.data(), nullptr) == Error::none);
            CHECK(std::equal(plain.begin(), plain.end(), out.begin(), [](float p, float q) { return std::abs(p - q) < 2e-6f; }));
        }
    }
}

TEST_CASE("loss, gradient and the first Adam step are those of the definition", "[nn]") {
    constexpr int n = 40;
    for (const Architecture& a : shapes) {
        const NetworkPtr network = make_network(Module::open(), a, 11, Device::cpu);
        const std::vector<float> before = weights_of(*network, a);
        // Loss weights so small that |g| ~ ε = 1e-8: then Adam's first step, −lr g/(|g| + ε), still tells g apart from its sign.
        FixedBatch batch(n, 2, 1e-7f);
        const std::vector<double> gradient = reference_gradient({a, before}, batch, n);
        StepReport report{};
        REQUIRE(network->train_step(batch, {n, 0.5, 0}, report) == Error::none);
        CHECK(report.loss == Approx(reference_loss({a, before}, batch, n)).epsilon(1e-5));
        double squares = 0, worst = 0;
        const std::vector<float> after = weights_of(*network, a);
        for (std::size_t i = 0; i < gradient.size(); ++i) {
            squares += gradient[i] * gradient[i];
            const double expected = -0.5 * gradient[i] / (std::abs(gradient[i]) + 1e-8);
            worst = std::max(worst, std::abs(after[i] - before[i] - expected));
        }
        CHECK(report.gradient_norm == Approx(std::sqrt(squares)).epsilon(1e-4));
        // d(step)/dg = lr ε/(|g| + ε)² ≤ 5e7, and g ~ 1e-8 is known to about 1e-5 of the largest.
        CHECK(worst < 2e-4);
    }
}

TEST_CASE("the same seed gives the same bits, another seed others", "[nn]") {
    const Architecture a = architecture({32, 32});
    const auto train = [&](std::uint64_t seed) {
        const NetworkPtr network = make_network(Module::open(), a, seed, Device::cpu);
        Description description;
        description.architecture = a;
        GaussianPathBatches batches(gaussian_data(), schedule("linear"), {}, description, seed);
        StepReport report{};
        for (int step = 0; step < 50; ++step) REQUIRE(network->train_step(batches, {128, 1e-3, 0.99}, report) == Error::none);
        auto values = weights_of(*network, a), average = weights_of(*network, a, true);
        values.insert(values.end(), average.begin(), average.end());
        return values;
    };
    const auto first = train(7);
    CHECK(first == train(7));
    CHECK(first != train(8));
}

TEST_CASE("the moving average follows its formula", "[nn]") {
    const Architecture a = architecture({4});
    const NetworkPtr network = make_network(Module::open(), a, 1, Device::cpu);
    FixedBatch batch(16);
    std::vector<float> start = weights_of(*network, a);
    std::vector<double> expected(start.begin(), start.end());
    StepReport report{};
    for (int k = 1; k <= 30; ++k) {
        REQUIRE(network->train_step(batch, {16, 1e-2, 0.7}, report) == Error::none);
        const double decay = std::min(0.7, (1.0 + k) / (10.0 + k));
        const auto now = weights_of(*network, a);
        for (std::size_t i = 0; i < now.size(); ++i) expected[i] = decay * expected[i] + (1 - decay) * now[i];
    }
    const auto average = weights_of(*network, a, true);
    for (std::size_t i = 0; i < average.size(); ++i) CHECK(average[i] == Approx(expected[i]).margin(1e-5));
    // Without an average both are the same.
    REQUIRE(network->train_step(batch, {16, 1e-2, 0}, report) == Error::none);
    CHECK(weights_of(*network, a, true) == weights_of(*network, a));
}

TEST_CASE("data that is not finite leaves the weights as they were", "[nn]") {
    const Architecture a = architecture({16, 16});
    const NetworkPtr network = make_network(Module::open(), a, 1, Device::cpu);
    FixedBatch good(32);
    StepReport report{};
    REQUIRE(network->train_step(good, {32, 1e-3, 0.9}, report) == Error::none);
    const auto before = weights_of(*network, a), average = weights_of(*network, a, true);
    const float bad_values[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 3e38f};
    for (const float bad : bad_values) {
        FixedBatch poisoned(32);
        poisoned.target[5] = bad;
        REQUIRE(network->train_step(poisoned, {32, 1e-3, 0.9}, report) == Error::none);
        CHECK_FALSE((std::isfinite(report.loss) && std::isfinite(report.gradient_norm)));
        CHECK(weights_of(*network, a) == before);
        CHECK(weights_of(*network, a, true) == average);
    }
    REQUIRE(network->train_step(good, {32, 1e-3, 0.9}, report) == Error::none);
    CHECK(std::isfinite(report.loss));
    CHECK(weights_of(*network, a) != before);
}

TEST_CASE("weights go in and out, and setting them resets the optimiser", "[nn]") {
    const Architecture a = architecture({12, 6}, Activation::tanh, 2);
    const NetworkPtr one = make_network(Module::open(), a, 1, Device::cpu), two = make_network(Module::open(), a, 2, Device::cpu);
    FixedBatch batch(16);
    StepReport report{};
    const auto start = weights_of(*one, a);
    REQUIRE(two->train_step(batch, {16, 0.1, 0.5}, report) == Error::none);
    REQUIRE(two->set_weights(start.data(), parameter_count(a)) == Error::none);
    CHECK(weights_of(*two, a) == start);
    CHECK(weights_of(*two, a, true) == start);
    REQUIRE(one->train_step(batch, {16, 0.1, 0.5}, report) == Error::none);
    REQUIRE(two->train_step(batch, {16, 0.1, 0.5}, report) == Error::none);
    CHECK(weights_of(*one, a) == weights_of(*two, a));
    std::vector<float> short_one(3);
    CHECK(one->set_weights(short_one.data(), 3) == Error::bad_argument);
    CHECK(one->get_weights(short_one.data(), 3) == Error::bad_argument);
}

TEST_CASE("initial weights are uniform in ±1/√in", "[nn]") {
    const Architecture a = architecture({1000});
    const auto values = weights_of(*make_network(Module::open(), a, 4, Device::cpu), a);
    const double bound = 1 / std::sqrt(3.0);
    double square = 0;
    for (int i = 0; i < 4000; ++i) {  // weight [1000, 3] and bias [1000]
        REQUIRE(std::abs(values[i]) <= bound);
        square += values[i] * values[i] / 4000;
    }
    CHECK(square == Approx(bound * bound / 3).epsilon(0.06));  // four standard errors: 4 √(4/5 / 4000)
}

TEST_CASE("impossible requests are refused with a sentence", "[nn]") {
    Engine& engine = Module::open();
    CHECK_THROWS_AS(make_network(engine, architecture({}), 1, Device::cpu), BadInput);
    CHECK_THROWS_AS(make_network(engine, architecture({2000}), 1, Device::cpu), BadInput);
    if (!engine.has_cuda()) CHECK_THROWS_AS(make_network(engine, architecture({8}), 1, Device::cuda), MissingCapability);
    const NetworkPtr network = make_network(engine, architecture({8}), 1, Device::cpu);
    FixedBatch batch(8);
    StepReport report{};
    CHECK(network->train_step(batch, {0, 1e-3, 0}, report) == Error::bad_argument);
    CHECK(network->train_step(batch, {8, NAN, 0}, report) == Error::bad_argument);
    CHECK(network->train_step(batch, {8, 1e-3, 1}, report) == Error::bad_argument);
    CHECK(std::string(engine.last_error()).find("ema") != std::string::npos);
    struct Thrower final : BatchSource {
        void next(int, float*, float*, int*, float*, float*) override { throw std::runtime_error("no data today"); }
    } thrower;
    CHECK(network->train_step(thrower, {8, 1e-3, 0}, report) == Error::failed);
    CHECK(std::string(engine.last_error()) == "no data today");
}
