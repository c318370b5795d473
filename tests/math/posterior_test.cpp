#include "core/math/path/posterior.h"

#include <cmath>

#include "core/math/field/stand_ins.h"
#include "tests/catch.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

FieldValues<double> at(const Mixture& mixture, std::shared_ptr<const Schedule> schedule, const Eigen::Vector2d& x, double t) {
    FieldValues<double> values;
    MixtureField(std::make_shared<const Mixture>(mixture), std::move(schedule)).evaluate(PointsD(x.transpose().array()), t, want_velocity | want_denoiser, values);
    return values;
}

}  // namespace

TEST_CASE("the posterior's mean is the denoiser, and conditional velocities average to the velocity", "[posterior]") {
    const Mixture four = *four_components(), masses = [&] { Random random(3, "masses"); return *masses_at(four.sample(random, 40)); }();
    for (const Mixture* mixture : {&four, &masses})
        for (const auto& schedule : every_schedule())
            for (const double t : {0.0, 0.1, 0.5, 0.9, 0.99}) {
                const Coefficients c = schedule->at(t);
                for (const Eigen::Vector2d& x : {Eigen::Vector2d(0.3, -0.2), Eigen::Vector2d(-1.7, 0.9), Eigen::Vector2d(2.5, 2.5)}) {
                    CAPTURE(t, x.x(), mixture->components().size());
                    const auto parts = posterior(*mixture, c, x);
                    const auto exact = at(*mixture, schedule, x, t);
                    double sum = 0;
                    Eigen::Vector2d velocity = Eigen::Vector2d::Zero();
                    for (const PosteriorPart& part : parts) sum += part.weight, velocity += part.weight * conditional_velocity(c, x, part.mean);
                    CHECK(sum == Approx(1).margin(1e-12));
                    CHECK((mean(parts) - exact.denoiser.row(0).matrix().transpose()).norm() < 1e-10 * (1 + mean(parts).norm()));
                    CHECK((velocity - exact.velocity.row(0).matrix().transpose()).norm() < 1e-9 * (1 + velocity.norm()));
                }
            }
}

TEST_CASE("the posterior's covariance is that of importance weights", "[posterior]") {
    const auto mixture = four_components();
    const auto schedule = schedules().front().make();
    const Coefficients c = schedule->at(0.6);
    const Eigen::Vector2d x(0.2, 0.1);
    const auto exact = posterior(*mixture, c, x);
    Eigen::Matrix2d covariance = Eigen::Matrix2d::Zero();
    const Eigen::Vector2d centre = mean(exact);
    for (const PosteriorPart& part : exact) covariance += part.weight * (part.covariance + (part.mean - centre) * (part.mean - centre).transpose());
    Random random(5, "draws");
    const auto weighted = posterior(*masses_at(mixture->sample(random, 200000)), c, x);
    Eigen::Matrix2d estimate = Eigen::Matrix2d::Zero();
    const Eigen::Vector2d middle = mean(weighted);
    for (const PosteriorPart& part : weighted) estimate += part.weight * (part.mean - middle) * (part.mean - middle).transpose();
    // Standard errors with n effective draws: those of a covariance of this size.
    const double n = effective_parts(weighted), scale = covariance.norm();
    CHECK(n > 10000);
    CHECK((middle - centre).norm() < 4 * std::sqrt(covariance.trace() / n));
    CHECK((estimate - covariance).norm() < 4 * scale * std::sqrt(3 / n));
}

TEST_CASE("draws of the posterior have its moments, and every part its share", "[posterior]") {
    const auto mixture = four_components();
    const Coefficients c = schedules().front().make()->at(0.4);
    const Eigen::Vector2d x(0.1, -0.3);
    const auto parts = posterior(*mixture, c, x);
    const Eigen::Index n = 4000;
    const PointsD z = sample(parts, 11, n);
    Eigen::Matrix2d covariance = Eigen::Matrix2d::Zero();
    for (const PosteriorPart& part : parts) covariance += part.weight * (part.covariance + (part.mean - mean(parts)) * (part.mean - mean(parts)).transpose());
    const Eigen::Vector2d centre = z.colwise().mean().matrix().transpose();
    CHECK((centre - mean(parts)).cwiseAbs().x() < 4 * std::sqrt(covariance(0, 0) / static_cast<double>(n)));
    CHECK((centre - mean(parts)).cwiseAbs().y() < 4 * std::sqrt(covariance(1, 1) / static_cast<double>(n)));
    const Eigen::MatrixXd off = (z.rowwise() - centre.transpose().array()).matrix();
    const Eigen::Matrix2d estimate = off.transpose() * off / static_cast<double>(n);
    CHECK((estimate - covariance).norm() < 4 * covariance.norm() * std::sqrt(3.0 / static_cast<double>(n)));
    // Strata: of point masses each comes up n r_k times, within one.
    const auto masses = posterior(Mixture({{0.5, {0, 0}, Eigen::Matrix2d::Zero(), 0}, {0.3, {1, 0}, Eigen::Matrix2d::Zero(), 0}, {0.2, {0, 1}, Eigen::Matrix2d::Zero(), 0}}), c, x);
    const PointsD points = sample(masses, 12, n);
    for (const PosteriorPart& part : masses) {
        const auto hits = ((points.rowwise() - part.mean.transpose().array()).square().rowwise().sum() < 1e-12).count();
        CHECK(std::abs(static_cast<double>(hits) - part.weight * static_cast<double>(n)) <= 1);
    }
    CHECK((sample(parts, 11, n) == z).all());
}
