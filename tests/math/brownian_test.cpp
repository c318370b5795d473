#include "core/math/solver/brownian.h"

#include "tests/catch.h"

using namespace pf;

namespace {

std::vector<Points> walk(std::uint64_t key, int steps, Eigen::Index n) {
    BrownianPath path(key, n);
    std::vector<Points> values{Points::Zero(n, 2)};
    for (int i = 0; i < steps; ++i) values.push_back(values.back() + path.increment(static_cast<double>(i) / steps, static_cast<double>(i + 1) / steps).dW);
    return values;
}

}  // namespace

TEST_CASE("100 and 150 steps see the same Brownian path where their times coincide", "[brownian]") {
    const auto coarse = walk(11, 100, 50), fine = walk(11, 150, 50);
    for (int k = 0; k <= 50; ++k) {
        INFO("t = " << k / 50.0);
        // Equal up to the rounding of summed float increments.
        CHECK((coarse[static_cast<std::size_t>(2 * k)] - fine[static_cast<std::size_t>(3 * k)]).abs().maxCoeff() < 2e-6f);
    }
    CHECK((walk(12, 100, 50)[100] - coarse[100]).abs().maxCoeff() > 0.1f);  // another key, another path
}

TEST_CASE("steps shorter than 1/4096 are on the same path, with the law of their length", "[brownian]") {
    const auto depth = [](double step) { return BrownianPath::depth_for({0.1, 0.5, 0.5 + step}); };
    CHECK(depth(0.01) == 12);
    CHECK(depth(1.0 / 4096) == 12);
    CHECK(depth(1.0 / 4097) == 13);
    CHECK(depth(1e-6) == 20);
    CHECK(depth(1e-10) == std::nullopt);

    // A grid that quarters its steps towards both ends of (1/4, 3/4), as those in log-SNR do.
    std::vector<double> times{0.25};
    for (int k = 14; k > 1; --k) times.push_back(0.25 + std::pow(4.0, 1 - k) / 2);
    for (int k = 2; k <= 14; ++k) times.push_back(0.75 - std::pow(4.0, 1 - k) / 2);
    times.push_back(0.75);
    REQUIRE(BrownianPath::depth_for(times) == 27);
    constexpr Eigen::Index n = 20000;
    BrownianPath fine(3, n, 0, 27), coarse(3, n);
    const Points whole = coarse.increment(0.25, 0.75).dW;
    PointsD w = PointsD::Zero(n, 2);
    PointsD previous = PointsD::Zero(n, 2);
    for (std::size_t i = 1; i < times.size(); ++i) {
        const double h = times[i] - times[i - 1];
        const Increment<float> step = fine.increment(times[i - 1], times[i]);
        const PointsD scaled = step.dW.cast<double>() / std::sqrt(h), area = std::sqrt(12.0) * (step.dZ.cast<double>() / std::pow(h, 1.5) - 0.5 * scaled);
        INFO("step " << i << " of " << h);
        // Standard errors over 2n numbers: 0.005 for a mean or a correlation, 0.007 for a variance; five of them.
        CHECK(std::abs(scaled.mean()) < 0.025);
        CHECK(std::abs(scaled.square().mean() - 1) < 0.036);
        CHECK(std::abs((scaled * previous).mean()) < 0.025);
        CHECK(std::abs(area.square().mean() - 1) < 0.04);
        CHECK(std::abs((area * scaled).mean()) < 0.025);
        previous = scaled;
        w += step.dW.cast<double>();
    }
    CHECK((whole.cast<double>() - w).abs().maxCoeff() < 2e-6);
}

TEST_CASE("increments have the law of Brownian motion at any step count", "[brownian]") {
    constexpr Eigen::Index n = 40000;
    for (const int steps : {7, 100, 299, 1000}) {
        BrownianPath path(5, n);
        const double h = 1.0 / steps;
        Points previous;
        for (int i = 0; i < std::min(steps, 12); ++i) {
            const Points dW = path.increment(i * h, (i + 1) * h).dW;
            const PointsD scaled = dW.cast<double>() / std::sqrt(h);
            INFO(steps << " steps, step " << i);
            // Standard errors: mean 1/√n = 0.005, variance √(2/n) = 0.0071, correlation 0.005; five of them.
            CHECK(std::abs(scaled.col(0).mean()) < 0.025);
            CHECK(std::abs(scaled.col(1).square().mean() - 1) < 0.036);
            CHECK(std::abs((scaled.col(0) * scaled.col(1)).mean()) < 0.025);
            if (i > 0) CHECK(std::abs((dW * previous).cast<double>().mean() / h) < 0.018);
            previous = dW;
        }
    }
}

TEST_CASE("a particle's path does not depend on the others or on the rest of the walk", "[brownian]") {
    BrownianPath all(9, 100), some(9, 40, 60);
    CHECK((all.increment(0.25, 0.5).dW.bottomRows(40) - some.increment(0.25, 0.5).dW).abs().maxCoeff() == 0);
    BrownianPath direct(9, 10);
    const Points jump = direct.increment(0.3, 0.7).dW;
    BrownianPath walked(9, 10);
    Points sum = Points::Zero(10, 2);
    for (int i = 300; i < 700; ++i) sum += walked.increment(i / 1000.0, (i + 1) / 1000.0).dW;
    CHECK((jump - sum).abs().maxCoeff() < 5e-6f);
}

TEST_CASE("dZ has the law of the integral of Brownian motion, and joint with dW", "[brownian]") {
    constexpr Eigen::Index n = 40000;
    for (const int steps : {1, 7, 64, 1000, 4096}) {
        BrownianPath path(6, n);
        const double h = 1.0 / steps;
        PointsD previous_area;
        for (int i = 0; i < std::min(steps, 6); ++i) {
            const Increment<float> step = path.increment(i * h, (i + 1) * h);
            const PointsD w = step.dW.cast<double>() / std::sqrt(h), z = step.dZ.cast<double>() / std::pow(h, 1.5);
            const PointsD area = std::sqrt(12.0) * (z - 0.5 * w);  // N(0, 1), independent of dW
            INFO(steps << " steps, step " << i);
            // Standard errors over 2n numbers: 0.0035 for a mean or a correlation, 0.005 for a variance; five of them.
            CHECK(std::abs(z.mean()) < 0.0175 / std::sqrt(3.0));
            CHECK(std::abs(area.square().mean() - 1) < 0.025);
            CHECK(std::abs((area * w).mean()) < 0.0175);
            CHECK(std::abs((area.col(0) * area.col(1)).mean()) < 0.025);
            if (i > 0) CHECK(std::abs((area * previous_area).mean()) < 0.0175);
            previous_area = area;
        }
    }
}

TEST_CASE("dW and dZ of a step are made of those of its parts", "[brownian]") {
    // ∫ over [a, c] of W − W_a = Z_ab + Z_bc + (c − b) W_ab: Chen's relation, at coinciding times of 96 and 1000 steps.
    constexpr Eigen::Index n = 50;
    BrownianPath coarse(8, n), fine(8, n);
    for (int k = 0; k < 8; ++k) {
        PointsD w = PointsD::Zero(n, 2), z = PointsD::Zero(n, 2);
        for (int i = 125 * k; i < 125 * (k + 1); ++i) {
            const Increment<float> part = fine.increment(i / 1000.0, (i + 1) / 1000.0);
            z += part.dZ.cast<double>() + w / 1000;
            w += part.dW.cast<double>();
        }
        const Increment<float> whole = coarse.increment(k / 8.0, (k + 1) / 8.0);
        INFO("part " << k);
        CHECK((whole.dW.cast<double>() - w).abs().maxCoeff() < 2e-6);
        CHECK((whole.dZ.cast<double>() - z).abs().maxCoeff() < 5e-7);
    }
}
