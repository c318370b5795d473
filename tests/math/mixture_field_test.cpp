#include <algorithm>
#include <cmath>

#include "tests/catch.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

FieldValues<double> at(const Field& field, const PointsD& x, double t) {
    FieldValues<double> values;
    field.evaluate(x, t, field.knows(), values);
    return values;
}

PointsD shifted(PointsD x, double dx, double dy) {
    x.col(0) += dx;
    x.col(1) += dy;
    return x;
}

}  // namespace

TEST_CASE("the score is the gradient of log p, the divergence that of the velocity", "[field]") {
    const PointsD x = some_points(40, 1.5);
    constexpr double h = 1e-4;
    for (const auto& schedule : every_schedule())
        for (const double t : {0.0, 0.2, 0.6, 0.95, 1.0}) {
            const MixtureField field(four_components(), schedule);
            const auto here = at(field, x, t);
            const auto east = at(field, shifted(x, h, 0), t), west = at(field, shifted(x, -h, 0), t);
            const auto north = at(field, shifted(x, 0, h), t), south = at(field, shifted(x, 0, -h), t);
            INFO("t = " << t);
            // Central differences: error h² times a third derivative below 100.
            CHECK(((east.log_density - west.log_density) / (2 * h) - here.score.col(0)).abs().maxCoeff() < 1e-5);
            CHECK(((north.log_density - south.log_density) / (2 * h) - here.score.col(1)).abs().maxCoeff() < 1e-5);
            const ColumnD divergence = (east.velocity.col(0) - west.velocity.col(0) + north.velocity.col(1) - south.velocity.col(1)) / (2 * h);
            CHECK((divergence - here.divergence).abs().maxCoeff() < 1e-5 * (1 + here.divergence.abs().maxCoeff()));
        }
}

TEST_CASE("density and velocity satisfy the continuity equation", "[field]") {
    // ∂_t log p + u·∇log p + ∇·u = 0: ties density, velocity, score and divergence together at every t.
    const PointsD x = some_points(40, 1.5);
    constexpr double h = 1e-5;
    for (const auto& schedule : every_schedule())
        for (const double t : {0.0505, 0.3005, 0.6005, 0.9005}) {  // between the kinks of DDPM
            const MixtureField field(four_components(), schedule);
            const auto here = at(field, x, t);
            const ColumnD rate = (at(field, x, t + h).log_density - at(field, x, t - h).log_density) / (2 * h);
            const ColumnD residual = rate + (here.velocity * here.score).rowwise().sum() + here.divergence;
            INFO("t = " << t);
            CHECK(residual.abs().maxCoeff() < 1e-5 * (1 + rate.abs().maxCoeff()));
        }
}

TEST_CASE("the denoiser is the posterior mean, by Monte Carlo", "[field]") {
    // E[z | x] by weighting draws of z with p_t(x | z); the standard error is estimated from the same weights.
    const auto mixture = four_components();
    Random random(3, "denoiser");
    const PointsD z = mixture->sample(random, 400000).cast<double>();
    const PointsD x = some_points(5, 1.0);
    for (const auto& schedule : every_schedule()) {
        const double t = 0.5;
        const Coefficients c = schedule->at(t);
        const auto exact = at(MixtureField(mixture, schedule), x, t);
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            const ColumnD distance = (z.col(0) * c.alpha - x(i, 0)).square() + (z.col(1) * c.alpha - x(i, 1)).square();
            ColumnD w = (-(distance - distance.minCoeff()) / (2 * c.beta * c.beta)).exp();
            w /= w.sum();
            for (int axis = 0; axis < 2; ++axis) {
                const double mean = (w * z.col(axis)).sum();
                const double error = std::sqrt((w * (z.col(axis) - mean)).square().sum());
                CHECK(std::abs(mean - exact.denoiser(i, axis)) < 5 * error);
            }
        }
    }
}

TEST_CASE("the ends of the path", "[field]") {
    const auto mixture = four_components();
    const PointsD x = some_points(20, 1.5);
    for (const auto& schedule : every_schedule()) {
        const MixtureField field(mixture, schedule);
        const auto start = at(field, x, 0), end = at(field, x, 1);
        CHECK(start.velocity.isFinite().all());
        CHECK(end.velocity.isFinite().all());
        CHECK(end.score.isFinite().all());
        const double beta = schedule->at(1).beta;
        CHECK((end.denoiser - (x + beta * beta * end.score)).abs().maxCoeff() < 1e-9);  // α_1 = 1; where β_1 = 0 nothing is left to remove
        if (schedule->at(0).alpha == 0) {
            CHECK((start.score + x).abs().maxCoeff() < 1e-12);
            CHECK((start.denoiser.rowwise() - mixture->mean().transpose().array()).abs().maxCoeff() < 1e-12);
        }
    }
}

TEST_CASE("float agrees with double, far tails stay finite", "[field]") {
    PointsD x = some_points(300, 2.0);
    x.row(0) << 60, -80;
    for (const auto& schedule : every_schedule())
        for (const double t : {0.0, 0.5, 1.0}) {
            const MixtureField field(four_components(), schedule);
            const auto exact = at(field, x, t);
            FieldValues<float> single;
            field.evaluate(Points(x.cast<float>()), t, field.knows(), single);
            CHECK(single.velocity.isFinite().all());
            CHECK(((single.velocity.cast<double>() - exact.velocity).abs() / (1 + exact.velocity.abs())).maxCoeff() < 2e-4);
            CHECK(((single.log_density.cast<double>() - exact.log_density).abs() / (1 + exact.log_density.abs())).maxCoeff() < 1e-4);
        }
}

TEST_CASE("a mixture refuses what is no distribution and has its own moments", "[mixture]") {
    const Eigen::Matrix2d one = Eigen::Matrix2d::Identity();
    CHECK_THROWS_AS(Mixture({}), BadInput);
    CHECK_THROWS_AS(Mixture({{-1, {0, 0}, one}}), BadInput);
    CHECK_THROWS_AS(Mixture({{1, {0, 0}, (Eigen::Matrix2d() << 1, 2, 2, 1).finished()}}), BadInput);
    CHECK_THROWS_AS(Mixture({{1, {0, 0}, (Eigen::Matrix2d() << 1, 0.5, 0, 1).finished()}}), BadInput);
    CHECK_THROWS_AS(Mixture({{1, {NAN, 0}, one}}), BadInput);

    const auto mixture = four_components();
    Random random(5, "moments");
    std::vector<int> labels;
    const PointsD x = mixture->sample(random, 200000, &labels).cast<double>();
    const Eigen::RowVector2d mean = x.matrix().colwise().mean();
    const Eigen::Matrix2d covariance = (x.matrix().rowwise() - mean).transpose() * (x.matrix().rowwise() - mean) / 200000;
    // Standard error of a mean: √(2.3/200000) ≈ 0.0034; of a second moment below 0.012. Five of them.
    CHECK((mean.transpose() - mixture->mean()).norm() < 0.017);
    CHECK((covariance - mixture->covariance()).norm() < 0.06);
    CHECK(static_cast<double>(std::count(labels.begin(), labels.end(), 0)) / 200000 == Approx(0.35).margin(0.006));
}

TEST_CASE("point masses have their pole announced", "[field]") {
    const auto points = std::make_shared<Mixture>(std::vector<Component>{{1, {1, 0}, Eigen::Matrix2d::Zero()}, {1, {-1, 0}, Eigen::Matrix2d::Zero()}});
    for (const auto& schedule : every_schedule()) {
        const MixtureField field(points, schedule);
        CHECK(field.domain(want_velocity).max == (schedule->at(1).beta == 0 ? 1 - end_margin : 1));
        CHECK(at(field, some_points(20, 1), field.domain(want_score).max).score.isFinite().all());
    }
}
