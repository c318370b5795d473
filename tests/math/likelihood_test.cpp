#include "core/math/solver/likelihood.h"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/math/field/mixture_field.h"
#include "core/math/schedule/schedules.h"
#include "tests/catch.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

double percentile_99(ColumnD errors) {
    std::sort(errors.data(), errors.data() + errors.size());
    return errors(errors.size() * 99 / 100);
}

// Draws of p_t: α z + β ε.
PointsD draws(const Mixture& mixture, const Coefficients& c, Eigen::Index n) {
    Random random(3, "draws");
    const Points z = mixture.sample(random, n), noise = random.normals(n);
    return c.alpha * z.cast<double>() + c.beta * noise.cast<double>();
}

ColumnD exact_log_density(const Field& field, const PointsD& x, double t) {
    FieldValues<double> values;
    field.evaluate(x, t, want_log_density, values);
    return values.log_density;
}

Dynamics flow_of(const Field& field) {
    Dynamics dynamics;
    dynamics.velocity = &field;
    return dynamics;
}

const Choice rk4{"rk4", {}};

}  // namespace

TEST_CASE("log p along the flow is the exact log density: 99th percentile below 1e-5 with 64 steps of RK4") {
    const auto mixture = four_components();
    for (const auto& entry : schedules()) {
        CAPTURE(entry.id);
        const std::shared_ptr<const Schedule> schedule = entry.make();
        const MixtureField field(mixture, schedule);
        // Steep ends are left out: β of the square-root path has an infinite slope at the data, VE and EDM have β = 80 to come down from.
        const bool steep = !std::isfinite(schedule->at(1).d_beta) || schedule->at(0).beta > 2;
        const TimeRange range{0, steep ? 0.9 : 1};
        // log ᾱ of DDPM is piecewise linear, so no method keeps its order; VE passes all its decades of β in equal steps.
        const double allowed = entry.id == "ddpm" ? 5e-3 : entry.id == "ve" ? 2e-5 : 1e-5;
        // Steps that end where a drawn curve has its kinks.
        const int steps = entry.id == "custom" ? 60 : 64;
        const PointsD start = draws(*mixture, schedule->at(0), 2000);
        const auto path = integrate_with_log_p<double>(flow_of(field), rk4, uniform_grid(range, steps), start, exact_log_density(field, start, 0));
        REQUIRE(static_cast<int>(path.log_p.size()) == steps + 1);
        const double error = percentile_99((path.log_p.back() - exact_log_density(field, path.x.back(), range.max)).abs());
        CAPTURE(error);
        CHECK(error < allowed);
    }
}

TEST_CASE("log p of given points, integrated backwards, is the exact log density; every solver that carries it agrees with RK4") {
    const auto mixture = four_components();
    const std::shared_ptr<const Schedule> schedule = build(schedules(), {"linear", {}}, "test");
    const MixtureField field(mixture, schedule);
    const PointsD x = draws(*mixture, schedule->at(1), 2000);
    const ColumnD exact = exact_log_density(field, x, 1);
    const auto likelihood = log_likelihood(flow_of(field), rk4, uniform_grid({0, 1}, 64), x, 1);
    CHECK(percentile_99((likelihood.log_p - exact).abs()) < 1e-5);
    CHECK(likelihood.evaluations == 256);
    int carrying = 0;
    for (const auto& solver : solvers()) {
        if (!solver.carries_log_p) continue;
        CAPTURE(solver.id);
        ++carrying;
        // 64 steps of first or second order: errors of the order of the slope of log p times h, or h² times a few.
        const double allowed = solver.order == 1 ? 0.3 : solver.order == 2 ? 0.03 : solver.adaptive ? 3e-3 : 1e-5;
        CHECK(percentile_99((log_likelihood(flow_of(field), {std::string(solver.id), {}}, uniform_grid({0, 1}, 64), x, 1).log_p - exact).abs()) < allowed);
    }
    CHECK(carrying >= 6);
}

TEST_CASE("log p of a Gaussian, and of where its points came from, in closed form") {
    const auto gaussian = std::make_shared<Mixture>(std::vector<Component>{{1, {0.5, -1}, (Eigen::Matrix2d() << 0.6, 0.2, 0.2, 0.3).finished(), 0}});
    const std::shared_ptr<const Schedule> schedule = build(schedules(), {"trigonometric", {}}, "test");
    const MixtureField field(gaussian, schedule);
    const PointsD x = draws(*gaussian, schedule->at(1), 200);
    const auto likelihood = log_likelihood(flow_of(field), {"dormand_prince", {{"adaptive", 0}}}, uniform_grid({0, 1}, 64), x, 1);
    const auto& component = gaussian->components().front();
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> eigen(component.covariance);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const Eigen::Vector2d d = x.row(i).matrix().transpose() - component.mean;
        // Backwards from α = 1, β = 0 to α = 0, β = 1: each eigenvector is divided by √κ (math.md, one Gaussian).
        const Eigen::Vector2d start = eigen.eigenvectors() * (eigen.eigenvectors().transpose() * d).cwiseQuotient(eigen.eigenvalues().cwiseSqrt());
        REQUIRE((likelihood.start.row(i).matrix().transpose() - start).norm() < 1e-8);
        const double exact = -std::log(2 * std::numbers::pi) - 0.5 * std::log(component.covariance.determinant()) - 0.5 * d.dot(component.covariance.inverse() * d);
        REQUIRE(std::abs(likelihood.log_p(i) - exact) < 1e-8);
    }
}

TEST_CASE("carrying log p changes no trajectory, in any precision, and adaptive steps least of all") {
    const auto mixture = four_components();
    const std::shared_ptr<const Schedule> schedule = build(schedules(), {"linear", {}}, "test");
    const MixtureField field(mixture, schedule);
    const Points start = Random(1, "start").normals(300);
    const Column log_start = log_normal_density<float>(start, 1);
    for (const auto& solver : solvers()) {
        CAPTURE(solver.id);
        const Choice choice{std::string(solver.id), {}};
        if (!solver.carries_log_p) {
            CHECK_THROWS_AS(integrate_with_log_p<float>(flow_of(field), choice, uniform_grid({0, 1}, 16), start, log_start), BadInput);
            continue;
        }
        const auto with = integrate_with_log_p<float>(flow_of(field), choice, uniform_grid({0, 1}, 16), start, log_start);
        const auto without = integrate<float>(flow_of(field), choice, uniform_grid({0, 1}, 16), start, {});
        REQUIRE(with.t == without.t);
        REQUIRE(with.log_p.size() == with.t.size());
        CHECK((with.x.back() - without.x.back()).abs().maxCoeff() < 1e-5f);
        CHECK(with.evaluations == without.evaluations);
    }
}

TEST_CASE("a particle that is lost has no log p, and the others keep theirs") {
    const auto mixture = four_components();
    const std::shared_ptr<const Schedule> schedule = build(schedules(), {"linear", {}}, "test");
    const MixtureField field(mixture, schedule);
    PointsD start = some_points(5, 1);
    start(2, 0) = NAN;
    const auto path = integrate_with_log_p<double>(flow_of(field), rk4, uniform_grid({0, 1}, 16), start, log_normal_density<double>(start, 1));
    CHECK(path.lost == 1);
    for (int i = 0; i < 5; ++i) CHECK(std::isnan(path.log_p.back()(i)) == (i == 2));
}
