#include "core/math/field/stand_ins.h"

#include "core/math/dataset/datasets.h"
#include "tests/catch.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

TEST_CASE("the memorising field is the direct sum over the points", "[field]") {
    // D = Σ z_i w_i / Σ w_i, w_i = exp(−|x − α z_i|²/2β²); s = (α D − x)/β²; u = α̇ D + β̇ (x − α D)/β.
    const PointsD points = some_points(300, 1.5, 4);
    const PointsD x = some_points(40, 1.2, 5);
    for (const auto& path : every_schedule())
        for (const double t : {0.0005, 0.2, 0.5, 0.9, 0.999}) {
            const MixtureField field(masses_at(points.cast<float>()), path);
            FieldValues<double> found;
            const Coefficients c = path->at(t);
            const PointsD at = x * std::sqrt(c.alpha * c.alpha + c.beta * c.beta);
            field.evaluate(at, t, want_velocity | want_score | want_denoiser, found);
            double worst = 0;
            for (Eigen::Index i = 0; i < at.rows(); ++i) {
                const PointsD stored = points.cast<float>().cast<double>();
                const ColumnD squared = (stored.col(0) * c.alpha - at(i, 0)).square() + (stored.col(1) * c.alpha - at(i, 1)).square();
                const ColumnD weight = (-(squared - squared.minCoeff()) / (2 * c.beta * c.beta)).exp();
                for (int axis = 0; axis < 2; ++axis) {
                    const double D = (weight * stored.col(axis)).sum() / weight.sum(), noise = (at(i, axis) - c.alpha * D) / c.beta;
                    worst = std::max({worst, std::abs(found.denoiser(i, axis) - D) / 5, std::abs(found.score(i, axis) * c.beta + noise) / (1 + std::abs(noise)),
                                      std::abs(found.velocity(i, axis) - (c.d_alpha * D + c.d_beta * noise)) / (1 + std::abs(c.d_alpha * D) + std::abs(c.d_beta * noise))});
                }
            }
            INFO("t = " << t);
            CHECK(worst < 1e-8);
        }
}

TEST_CASE("the linear-Gaussian field has the data's moments and its closed-form flow", "[field]") {
    for (const auto& entry : datasets()) {
        CAPTURE(entry.id);
        const auto data = entry.make();
        const auto gaussian = gaussian_like(*data, 3);
        REQUIRE(gaussian->components().size() == 1);
        Random random(8, "moments");
        constexpr Eigen::Index n = 100000;
        const PointsD x = data->sample(random, n).cast<double>();
        // Five standard errors of a mean, of both samples where both are drawn; second moments with a kurtosis up to 3.
        const double spread = std::sqrt(gaussian->covariance().trace());
        CHECK((x.colwise().mean().matrix().transpose() - gaussian->mean()).norm() < 5 * spread * std::sqrt(2.0 / n));
        const PointsD centred = x.rowwise() - x.colwise().mean();
        const Eigen::Matrix2d covariance = centred.matrix().transpose() * centred.matrix() / n;
        CHECK((covariance - gaussian->covariance()).norm() < 5 * spread * spread * std::sqrt(4.0 / n));
    }
}
