#include "core/math/solver/stability.h"

#include <cmath>

#include "core/math/solver/integrate.h"
#include "tests/catch.h"
#include "tests/math/orders.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

TEST_CASE("the stability intervals are those of the textbooks", "[stability]") {
    for (const char* id : {"euler", "midpoint", "heun", "euler_maruyama", "stochastic_heun", "sra1", "shark", "predictor_corrector"}) {
        CAPTURE(id);
        CHECK(stability_interval(id).length == Approx(2).epsilon(1e-6));
    }
    CHECK(stability_interval("rk4").length == Approx(2.785293563).epsilon(1e-6));  // Hairer & Wanner II, §IV.2
    CHECK(stability_interval("dormand_prince").length > 3);
    CHECK(stability_interval("ddim").length == 0);
    CHECK_THROWS_AS(stability_interval("rk5"), BadInput);
}

TEST_CASE("the predicted limit of σ is where the distance of two particles first grows, within 10 %", "[stability]") {
    // On one Gaussian, with the same noise, the distance of two particles obeys the linear equation alone; the exact flow shrinks it.
    constexpr double kappa = 0.02;
    const auto data = std::make_shared<Mixture>(std::vector<Component>{{1, {0.3, -0.2}, kappa * Eigen::Matrix2d::Identity(), 0}});
    for (const char* schedule : {"linear", "trigonometric", "vp", "custom"}) {
        const std::shared_ptr<const Schedule> path = find(schedules(), schedule, "test").make();
        const MixtureField field(data, path);
        for (const char* solver : {"euler_maruyama", "stochastic_heun", "sra1", "shark"})
            for (const int steps : {100, 400})
                for (const double t : {0.5, 0.8, 1 - 1.0 / steps}) {
                    CAPTURE(schedule, solver, steps, t);
                    const double h = 1.0 / steps, predicted = stable_sigma(stability_interval(solver), *path, kappa, t, h);
                    const auto growth = [&](double sigma) {
                        const PointsD two = (PointsD(2, 2) << 0.1, 0.2, 0.4, 0.2).finished(), still = PointsD::Zero(2, 2);
                        const PointsD end = integrate<double>({&field, &field, [sigma](double) { return sigma; }, path.get()}, solver, {t, t + h}, two,
                                                              [&](double, double) { return Increment<double>{still, still}; })
                                                .x.back();
                        return std::abs(end(1, 0) - end(0, 0)) / 0.3;
                    };
                    double low = 0.1 * predicted, high = 10 * predicted;
                    REQUIRE(growth(high) > 1);
                    // From above: the largest σ that does not grow.
                    for (double sigma = high; sigma > low; sigma *= 0.99)
                        if (growth(sigma) <= 1) {
                            low = sigma;
                            break;
                        }
                    CHECK(low == Approx(predicted).epsilon(0.1));
                }
    }
}

TEST_CASE("beyond the limit a lane leaves the finite numbers, and says at which limit; below it does not", "[stability]") {
    constexpr double kappa = 1e-6;
    const auto data = std::make_shared<Mixture>(std::vector<Component>{{1, {0, 0}, kappa * Eigen::Matrix2d::Identity(), 0}});
    const std::shared_ptr<const Schedule> path = find(schedules(), "linear", "test").make();
    const MixtureField field(data, path);
    const auto end = [&](double sigma) {
        BrownianPath brownian(3, 20);
        Dynamics dynamics{&field, &field, [sigma](double) { return sigma; }, path.get()};
        dynamics.stable_sigma = [&](double t, double h) { return stable_sigma(stability_interval("stochastic_heun"), *path, kappa, t, h); };
        return integrate<float>(dynamics, "stochastic_heun", uniform_grid({0, 1}, 40), some_points(20, 1).cast<float>(), [&](double t0, double t1) { return brownian.increment(t0, t1); });
    };
    const auto wild = end(50);
    CHECK(wild.outcome == Outcome::blew_up);
    CHECK(wild.x.size() > 2);
    CHECK(wild.x[wild.x.size() - 2].isFinite().any());
    CHECK(wild.sentence.find("σ = 50; such a step is stable up to σ = ") != std::string::npos);
    CHECK(end(0.001).lost == 0);
}
