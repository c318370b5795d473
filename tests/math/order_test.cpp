#include "core/math/solver/order.h"

#include <cmath>

#include "tests/catch.h"
#include "tests/math/orders.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

TEST_CASE("Dormand–Prince follows a Gaussian's closed-form flow to 1e-11 in 64 steps", "[order]") {
    // math.md: x(t) = α_t μ + Σ_k √((β_t² + α_t² κ_k)/(β_r² + α_r² κ_k)) e_k e_kᵀ (x(r) − α_r μ).
    const Eigen::Vector2d mean(0.7, -0.4);
    const auto gaussian = std::make_shared<Mixture>(std::vector<Component>{{1, mean, (Eigen::Matrix2d() << 0.9, 0, 0, 0.4).finished(), 0}});
    for (const auto& entry : schedules()) {
        if (entry.id == "ddpm") continue;  // α̇ jumps: first order wherever a step straddles a kink
        const std::shared_ptr<const Schedule> path = entry.make();
        const MixtureField field(gaussian, path);
        const double from = 0.05, to = 0.9;
        const Coefficients r = path->at(from), e = path->at(to);
        const PointsD x0 = some_points(50, r.beta);
        PointsD exact(50, 2);
        for (int k = 0; k < 2; ++k) {
            const double kappa = k == 0 ? 0.9 : 0.4;
            exact.col(k) = e.alpha * mean[k] + std::sqrt((e.beta * e.beta + e.alpha * e.alpha * kappa) / (r.beta * r.beta + r.alpha * r.alpha * kappa)) *
                                                   (x0.col(k) - r.alpha * mean[k]);
        }
        const auto error = [&](int n) {
            const auto end = integrate<double>({&field, nullptr, {}, path.get()}, Choice{"dormand_prince", {{"adaptive", 0}}}, uniform_grid({from, to}, n), x0, {}).x.back();
            return (end - exact).abs().maxCoeff();
        };
        // A drawn curve has kinks in its slope at 0.35 and 0.7: a step of a 17th of the range ends at both.
        const int few = entry.id == "custom" ? 68 : 64, many = entry.id == "custom" ? 510 : 512;
        INFO(entry.id << ": " << error(few) << ", " << error(many));
        const bool gentle = entry.id == "linear" || entry.id == "square_root" || entry.id == "trigonometric";
        CHECK(error(few) < (gentle ? 1e-11 : 1e-6));
        CHECK(error(many) < 1e-11);
    }
}

TEST_CASE("every solver has the orders it declares, with a constant and with a varying σ_t", "[order]") {
    int measured = 0;
    for (const auto& solver : solvers())
        for (const bool varying : {true, false})
            for (const auto& order : measure_orders(solver.id, varying)) {
                INFO(solver.id << ", " << id(order.kind) << ", varying = " << varying << ": " << order.errors.front() << " … " << order.errors.back() << ", declared "
                               << order.declared << ", measured " << order.measured);
                CHECK(order.met());
                ++measured;
            }
    CHECK(measured >= 2 * 25);
}

TEST_CASE("the corrector's Langevin steps pull a wrong law back, up to their own bias", "[order]") {
    const auto error = [](int corrections, double end, int n, double start_factor = 1) {
        return gaussian_variance_error("predictor_corrector", end, n, false, start_factor, corrections);
    };
    CHECK(slope({64, 128, 256, 512}, {error(0, 0.9, 64), error(0, 0.9, 128), error(0, 0.9, 256), error(0, 0.9, 512)}) == Approx(1).margin(0.1));
    CHECK(error(1, 0.9, 256, 4) < 0.5 * error(0, 0.9, 256, 4));  // started four times too wide
    // Langevin with step ε holds variance v/(1 − ε/2v), so v + ε/2 to first order, with ε = 2 r² β²: 0.0256 β² for r = 0.16.
    // At 32768 steps the law follows within 1/166 of t, in which β² falls by 12 %.
    CHECK(error(1, 0.9, 32768) == Approx(0.0256 * 0.01 * 1.12).epsilon(0.05));
    CHECK(error(1, 1, 2048) < error(1, 0.9, 2048));  // none where β = 0
}
