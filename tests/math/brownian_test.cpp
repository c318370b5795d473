#include "core/math/solver/brownian.h"

#include "tests/catch.h"

using namespace pf;

namespace {

std::vector<Points> walk(std::uint64_t key, int steps, Eigen::Index n) {
    BrownianPath path(key, n);
    std::vector<Points> values{Points::Zero(n, 2)};
    for (int i = 0; i < steps; ++i) values.push_back(values.back() + path.increment(static_cast<double>(i) / steps, static_cast<double>(i + 1) / steps));
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

TEST_CASE("increments have the law of Brownian motion at any step count", "[brownian]") {
    constexpr Eigen::Index n = 40000;
    for (const int steps : {7, 100, 299, 1000}) {
        BrownianPath path(5, n);
        const double h = 1.0 / steps;
        Points previous;
        for (int i = 0; i < std::min(steps, 12); ++i) {
            const Points dW = path.increment(i * h, (i + 1) * h);
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
    CHECK((all.increment(0.25, 0.5).bottomRows(40) - some.increment(0.25, 0.5)).abs().maxCoeff() == 0);
    BrownianPath direct(9, 10);
    const Points jump = direct.increment(0.3, 0.7);
    BrownianPath walked(9, 10);
    Points sum = Points::Zero(10, 2);
    for (int i = 300; i < 700; ++i) sum += walked.increment(i / 1000.0, (i + 1) / 1000.0);
    CHECK((jump - sum).abs().maxCoeff() < 5e-6f);
}
