#include "core/math/solver/integrate.h"
#include "core/nn/network_drift.h"
#include "tests/catch.h"
#include "tests/nn/support.h"

using namespace pf;
using namespace pf::nn;
using namespace pf::nn::test;

namespace {

constexpr int steps = 12, n = 5000;  // more than one chunk
using RowMajor = Eigen::Array<float, Eigen::Dynamic, 2, Eigen::RowMajor>;

std::shared_ptr<NetworkField> untrained(Prediction prediction, std::uint64_t seed, bool normalise) {
    auto weights = std::make_shared<Weights>();
    weights->description.architecture = architecture({24, 24}, Activation::silu, seed % 2 ? 2 : 0);
    weights->description.prediction = prediction;
    weights->description.schedule = {"linear", {}};
    weights->description.normalise = normalise;
    weights->description.data_sd = 1.3;
    const auto& a = weights->description.architecture;
    weights->values = weights_of(*make_network(Module::open(), a, seed, Device::cpu), a);
    return std::make_shared<NetworkField>(Module::open(), weights, Device::cpu);
}

struct Run {
    const NetworkField& velocity;
    const NetworkField* score;
    std::function<double(double)> sigma;
    std::string solver;
    std::vector<double> times = uniform_grid({0.1, 0.9}, steps);
    RowMajor out = RowMajor::Zero((steps + 1) * n, 2);
    int evaluations = 0;

    Error operator()(const Points& x0, const float* increments, std::uint64_t seed, const Stop& stop = Never()) {
        const NetworkDrift drift(velocity, score, sigma);
        const RowMajor start = x0;
        return velocity.network().integrate(drift, drift.second(), solver.c_str(), times.data(), steps, start.data(), n, increments, seed, stop, out.data(),
                                            &evaluations);
    }
};

}  // namespace

TEST_CASE("the module integrates as core/math does, for every solver", "[nn]") {
    const auto velocity = untrained(Prediction::velocity, 1, false), score = untrained(Prediction::score, 2, true);
    const Points x0 = Random(1, "start").normals(n);
    for (const SolverInfo& solver : solvers())
        for (const NetworkField* second : std::initializer_list<const NetworkField*>{nullptr, velocity.get(), score.get()}) {
            if (!solver.on_device || (second && !solver.stochastic)) continue;
            std::function<double(double)> sigma;
            if (second) sigma = [](double t) { return 0.3 + 0.5 * (1 - t); };
            Run run{*velocity, second, sigma, std::string(solver.id)};

            RowMajor noise(steps * n, 2);
            Random random(2, "increments");
            for (int k = 0; k < steps; ++k)
                noise.middleRows(k * n, n) = random.normals(n) * static_cast<float>(std::sqrt(run.times[k + 1] - run.times[k]));
            int step = 0;
            const Increments<float> increments = [&](double, double) { return Increment<float>{noise.middleRows(n * step++, n), {}}; };
            const auto expected = integrate<float>({velocity.get(), second, sigma}, solver.id, run.times, x0, increments);

            REQUIRE(run(x0, noise.data(), 0) == Error::none);
            CHECK(run.evaluations == expected.evaluations);
            for (int k = 0; k <= steps; ++k) {
                INFO(solver.id << " score " << (second == nullptr ? "none" : second == score.get() ? "other" : "same") << " slice " << k);
                // Both work in float and order their sums differently: a few roundings a step.
                CHECK((run.out.middleRows(k * n, n) - expected.x[k]).abs().maxCoeff() < 2e-5);
            }
            if (second) CHECK((run.out.bottomRows(n) - x0).abs().maxCoeff() > 0.5);
        }
}

TEST_CASE("solvers that need more than a drift are refused by the module", "[nn]") {
    const auto velocity = untrained(Prediction::velocity, 1, false);
    const Points x0 = Random(1, "start").normals(n);
    int refused = 0;
    for (const SolverInfo& solver : solvers()) {
        if (solver.on_device) continue;
        INFO(solver.id);
        Run run{*velocity, nullptr, {}, std::string(solver.id)};
        CHECK(run(x0, nullptr, 0) == Error::bad_argument);
        ++refused;
    }
    CHECK(refused > 0);
}

TEST_CASE("device noise is reproducible, keyed by seed, and has the right variance", "[nn]") {
    const auto velocity = untrained(Prediction::velocity, 1, false);
    const Points x0 = Points::Zero(n, 2);
    const auto sigma = [](double) { return 2.0; };
    Run one{*velocity, velocity.get(), sigma, "euler_maruyama"}, two = one, other = one;
    REQUIRE(one(x0, nullptr, 5) == Error::none);
    REQUIRE(two(x0, nullptr, 5) == Error::none);
    REQUIRE(other(x0, nullptr, 6) == Error::none);
    CHECK((one.out == two.out).all());
    CHECK((one.out.bottomRows(n) != other.out.bottomRows(n)).any());
    // After the first step from one point the variance is σ² h, known to √(2/10000) = 1.4 %.
    const auto first = one.out.middleRows(n, n);
    const double variance = (first.rowwise() - first.colwise().mean()).square().mean();
    CHECK(variance == Approx(4 * 0.8 / steps).epsilon(0.06));
    // Steps do not repeat each other's noise: the second step's displacement has no correlation with the first's.
    const RowMajor a = first.rowwise() - first.colwise().mean(), b = one.out.middleRows(2 * n, n) - first;
    const double correlation = (a * (b.rowwise() - b.colwise().mean())).mean() / variance;
    CHECK(std::abs(correlation) < 0.35);  // the drift pulls a little; the same noise would give 1
}

TEST_CASE("a request to stop is obeyed between steps, and nonsense is refused", "[nn]") {
    const auto velocity = untrained(Prediction::velocity, 1, false);
    const Points x0 = Random(1, "start").normals(n);
    struct After final : Stop {
        mutable int left = 3;
        bool requested() const override { return left-- <= 0; }
    } stop;
    Run run{*velocity, nullptr, {}, "euler"};
    REQUIRE(run(x0, nullptr, 0, stop) == Error::none);
    CHECK(run.evaluations == 3);
    CHECK(run.out.topRows(4 * n).isFinite().all());
    CHECK(run.out.bottomRows((steps - 3) * n).isNaN().all());

    run.solver = "rk5";
    CHECK(run(x0, nullptr, 0) == Error::bad_argument);
    CHECK(std::string(Module::open().last_error()).find("rk5") != std::string::npos);
    Run ode{*velocity, velocity.get(), [](double) { return 0.1; }, "heun"};
    CHECK(ode(x0, nullptr, 0) == Error::bad_argument);
    Run backwards{*velocity, nullptr, {}, "euler"};
    std::swap(backwards.times[3], backwards.times[4]);
    CHECK(backwards(x0, nullptr, 0) == Error::bad_argument);
}
