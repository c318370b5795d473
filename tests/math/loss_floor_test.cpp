#include "core/math/path/loss_floor.h"

#include <Eigen/LU>
#include <numbers>

#include "core/math/errors.h"
#include "tests/catch.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

// tr Cov(z|x)/2 of one Gaussian, whatever x: ½ Σ κσ²/(κ + σ²) over the eigenvalues κ.
double gaussian_variance(const Eigen::Matrix2d& covariance, double sigma) {
    const double variance = sigma * sigma;
    return (covariance * (covariance + variance * Eigen::Matrix2d::Identity()).inverse()).trace() * variance / 2;
}

LossTerms terms(Prediction prediction, std::shared_ptr<const Schedule> schedule, TimeRange range = {0, 1}) {
    LossTerms out;
    out.prediction = prediction;
    out.schedule = std::move(schedule);
    out.weight = [](double, const Coefficients&) { return 1.0; };
    out.density = [](double) { return 1.0; };
    out.range = range;
    out.wanted = {0, 1};
    return out;
}

std::shared_ptr<const Schedule> path(std::string_view id) { return find(schedules(), id, "test").make(); }

}  // namespace

TEST_CASE("the posterior variance of one Gaussian is its closed form, between the tabulated values too", "[loss_floor]") {
    const Eigen::Matrix2d covariance = (Eigen::Matrix2d() << 2.0, 0.7, 0.7, 0.5).finished();
    const PosteriorVariance data(Mixture({{1, {3, -2}, covariance, 0}}));
    for (double sigma = 1e-5; sigma < 1e5; sigma *= 1.37) {
        INFO("sigma = " << sigma);
        CHECK(data.at(sigma) == Approx(gaussian_variance(covariance, sigma)).epsilon(1e-4));
    }
}

TEST_CASE("the posterior variance of a mixture is the mean square of z − D by Monte Carlo", "[loss_floor]") {
    const auto mixture = four_components();
    const PosteriorVariance data(*mixture);
    const auto schedule = path("linear");
    const MixtureField field(mixture, schedule);
    constexpr Eigen::Index n = 40000;
    for (const double t : {0.05, 0.3, 0.5, 0.7, 0.95}) {
        Random random(3, "floor");
        const PointsD z = mixture->sample(random, n).cast<double>();
        const PointsD x = t * z + (1 - t) * random.normals(n).cast<double>();
        FieldValues<double> values;
        field.evaluate(x, t, want_denoiser, values);
        const ColumnD squares = (z - values.denoiser).square().rowwise().mean();
        const double error = std::sqrt((squares - squares.mean()).square().mean() / n);
        INFO("t = " << t);
        CHECK(std::abs(data.at((1 - t) / t) - squares.mean()) < 4 * error);
        CHECK(error < 0.01 * squares.mean());
    }
}

TEST_CASE("with the label known, what is left is the variance within each part", "[loss_floor]") {
    const auto mixture = four_components();
    const PosteriorVariance known(*mixture, 1), half(*mixture, 0.5), none(*mixture);
    for (const double sigma : {0.03, 0.5, 2.0, 40.0}) {
        double within = 0;
        for (const Component& c : mixture->components()) within += c.weight * gaussian_variance(c.covariance, sigma);
        CHECK(known.at(sigma) == Approx(within).epsilon(1e-4));
        CHECK(half.at(sigma) == Approx((known.at(sigma) + none.at(sigma)) / 2).epsilon(1e-4));
        CHECK(none.at(sigma) > known.at(sigma));
    }
}

TEST_CASE("the velocity's floor for one Gaussian on the linear path is √v π/2", "[loss_floor]") {
    // v/(v t² + (1 − t)²) at t, and ∫ dt/(v t² + (1 − t)²) = π/(2√v).
    for (const double v : {0.04, 1.0, 3.0}) {
        const PosteriorVariance data(Mixture({{1, {0, 0}, v * Eigen::Matrix2d::Identity(), 0}}));
        const LossFloor floor = loss_floor(data, terms(Prediction::velocity, path("linear")));
        CHECK(floor.total == Approx(std::sqrt(v) * std::numbers::pi / 2).epsilon(2e-4));
        CHECK(floor.infinite.empty());
        double sum = 0, share = 0;
        for (std::size_t i = 0; i < floor.floor.size(); ++i) {
            sum += floor.probability[i] * floor.floor[i];
            share += floor.probability[i];
            const double middle = (floor.edges[i] + floor.edges[i + 1]) / 2;
            CHECK(floor.floor[i] == Approx(v / (v * middle * middle + (1 - middle) * (1 - middle))).epsilon(0.2));
        }
        CHECK(sum == Approx(floor.total));
        CHECK(share == Approx(1));
    }
}

TEST_CASE("floors on paths with kinks are those of quadrature from kink to kink", "[loss_floor]") {
    const double v = 0.3;
    const PosteriorVariance data(Mixture({{1, {0, 0}, v * Eigen::Matrix2d::Identity(), 0}}));
    std::vector<std::shared_ptr<const Schedule>> paths{path("custom")};
    for (const double steps : {25.0, 50.0, 100.0, 1000.0}) paths.push_back(build(schedules(), {"ddpm", {{"steps", steps}}}, "test"));
    for (const auto& schedule : paths) {
        std::vector<double> cuts = schedule->kinks();
        REQUIRE(cuts.size() >= 2);
        std::erase_if(cuts, [](double t) { return t <= 0.002 || t >= 0.998; });
        cuts.insert(cuts.begin(), 0.002), cuts.push_back(0.998);
        // For one Gaussian: ½ E|target − E[target|x]|² per axis is (α̇ β − α β̇)² v/(α² v + β²). Midpoints of 2,000 parts of every piece.
        double sum = 0;
        for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
            for (int k = 0; k < 2000; ++k) {
                const double h = (cuts[i + 1] - cuts[i]) / 2000;
                const Coefficients c = schedule->at(cuts[i] + (k + 0.5) * h);
                const double cross = c.d_alpha * c.beta - c.alpha * c.d_beta;
                sum += h * cross * cross * v / (c.alpha * c.alpha * v + c.beta * c.beta);
            }
        const LossFloor floor = loss_floor(data, terms(Prediction::velocity, schedule, {0.002, 0.998}));
        CAPTURE(cuts.size());
        CHECK(floor.total == Approx(sum / 0.996).epsilon(1e-4));
        CHECK(path("linear")->kinks().empty());
    }
}

TEST_CASE("floors that are infinite say where and how", "[loss_floor]") {
    const PosteriorVariance data(*four_components());
    const auto says = [&](Prediction prediction, std::string_view id) {
        return loss_floor(data, terms(prediction, path(id), {end_margin, 1 - end_margin})).infinite;
    };
    // math.md: u on square-root and VP, and the unweighted score wherever β_1 = 0.
    for (const auto& id : {"square_root", "vp"}) CHECK(says(Prediction::velocity, id).find("up to t = 1 the floor is infinite: it grows like (1 − t)^-1") == 0);
    for (const auto& id : {"linear", "square_root", "trigonometric", "vp"}) CHECK(says(Prediction::score, id).find("up to t = 1") == 0);
    for (const auto& id : {"ve", "edm"}) CHECK(says(Prediction::score, id).empty());
    for (const auto& id : {"linear", "trigonometric"}) CHECK(says(Prediction::velocity, id).empty());
    for (const auto& schedule : schedules())
        for (const Prediction p : {Prediction::noise, Prediction::data, Prediction::edm_f}) {
            INFO(schedule.id << " " << id(p));
            CHECK(says(p, schedule.id).empty());
        }
    LossTerms weighted = terms(Prediction::score, path("linear"));
    weighted.weight = [](double, const Coefficients& c) { return c.beta * c.beta; };
    CHECK(loss_floor(data, weighted).infinite.empty());
}

TEST_CASE("points, and parts too narrow or too many for the quadrature, are refused with a reason", "[loss_floor]") {
    CHECK_THROWS_AS(PosteriorVariance(Mixture({{1, {0, 0}, Eigen::Matrix2d::Zero(), 0}})), BadInput);
    CHECK_THROWS_AS(PosteriorVariance(Mixture({{1, {0, 0}, 1e-8 * Eigen::Matrix2d::Identity(), 0}, {1, {9, 0}, Eigen::Matrix2d::Identity(), 0}})), BadInput);
}
