// One Gaussian on every schedule of the table, in closed form: its flow, and the exact field of the same data.
#include "core/math/field/gaussian_flow.h"

#include <Eigen/LU>
#include <numbers>

#include "core/math/field/mixture_field.h"
#include "core/math/solver/integrate.h"
#include "tests/catch.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

const Component& one() {
    static const Component gaussian{1, {0.7, -0.4}, (Eigen::Matrix2d() << 0.5, 0.2, 0.2, 0.3).finished(), 0};
    return gaussian;
}

PointsD mapped(const AffineMap& map, const PointsD& x) { return ((x.matrix() * map.matrix.transpose()).rowwise() + map.shift.transpose()).array(); }

template <class Check>
void on_every_schedule(Check check) {
    for (const auto& entry : schedules()) {
        CAPTURE(entry.id);
        const std::shared_ptr<const Schedule> schedule = entry.make();
        check(schedule, MixtureField(std::make_shared<Mixture>(std::vector<Component>{one()}), schedule));
    }
}

// Points of the path's own spread at t.
PointsD spread_at(const Schedule& schedule, double t) {
    const Coefficients c = schedule.at(t);
    PointsD x = some_points(40, std::sqrt(c.alpha * c.alpha * 0.4 + c.beta * c.beta));
    x.rowwise() += c.alpha * one().mean.transpose().array();
    return x;
}

}  // namespace

TEST_CASE("on every schedule the exact field of one Gaussian is linear, with the Wiener filter as denoiser", "[gaussian]") {
    on_every_schedule([](const std::shared_ptr<const Schedule>& schedule, const MixtureField& field) {
        for (const double t : {0.003, 0.2503, 0.5003, 0.8503, 0.997}) {
            CAPTURE(t);
            const Coefficients c = schedule->at(t);
            const Eigen::Matrix2d covariance = c.alpha * c.alpha * one().covariance + c.beta * c.beta * Eigen::Matrix2d::Identity(), precision = covariance.inverse();
            const PointsD x = spread_at(*schedule, t);
            const Eigen::MatrixX2d away = x.matrix().rowwise() - c.alpha * one().mean.transpose();
            FieldValues<double> v;
            field.evaluate(x, t, want_velocity | want_score | want_denoiser | want_divergence | want_log_density, v);
            const PointsD score = (-away * precision).array(), denoiser = ((away * (c.alpha * precision * one().covariance)).rowwise() + one().mean.transpose()).array();
            // u = α̇ D + β̇ ε with ε = −β s.
            const PointsD velocity = c.d_alpha * denoiser - c.beta_d_beta * score;
            const Eigen::Matrix2d slope = c.alpha * c.d_alpha * precision * one().covariance + c.beta_d_beta * precision;
            const ColumnD log_p = -0.5 * (away * precision).cwiseProduct(away).rowwise().sum().array() - std::log(2 * std::numbers::pi) - 0.5 * std::log(covariance.determinant());
            const auto near = [](const auto& a, const auto& b) { return (a - b).abs().maxCoeff() <= 1e-9 * (1 + b.abs().maxCoeff()); };
            CHECK(near(v.score, score));
            CHECK(near(v.denoiser, denoiser));
            CHECK(near(v.velocity, velocity));
            CHECK(near(v.divergence, ColumnD::Constant(x.rows(), slope.trace())));
            CHECK(near(v.log_density, log_p));
        }
    });
}

TEST_CASE("on every schedule the flow of one Gaussian is where its exact field leads, in parts and back", "[gaussian]") {
    on_every_schedule([](const std::shared_ptr<const Schedule>& schedule, const MixtureField& field) {
        const TimeRange range = field.domain(want_velocity);
        const auto flow = [&](double r, double t) { return gaussian_flow(*schedule, one().mean, one().covariance, r, t); };
        const PointsD start = spread_at(*schedule, range.min), end = mapped(flow(range.min, range.max), start), middle = mapped(flow(range.min, 0.4), start);
        const double size = 1 + start.abs().maxCoeff();
        // 4,000 steps of the midpoint rule, which never looks at the kinks of a discrete schedule: they lie between its steps.
        const auto path = integrate<double>({&field, nullptr, {}}, "midpoint", uniform_grid(range, 4000), start, {});
        CHECK((path.x.back() - end).abs().maxCoeff() < 1e-5 * size);
        const auto late = integrate<double>({&field, nullptr, {}}, "midpoint", uniform_grid({0.4, range.max}, 4000), middle, {});  // a teleport
        CHECK((late.x.back() - end).abs().maxCoeff() < 1e-5 * size);
        CHECK((mapped(flow(0.4, range.max), middle) - end).abs().maxCoeff() < 1e-11 * size);
        CHECK((mapped(flow(0.4, range.min), middle) - start).abs().maxCoeff() < 1e-11 * size);
        // Its speed is the field's.
        for (const double t : {0.1503, 0.5003, 0.9003}) {
            constexpr double h = 1e-5;
            const PointsD x = mapped(flow(range.min, t), start), speed = (mapped(flow(range.min, t + h), start) - mapped(flow(range.min, t - h), start)) / (2 * h);
            FieldValues<double> v;
            field.evaluate(x, t, want_velocity, v);
            CHECK((speed - v.velocity).abs().maxCoeff() < 1e-6 * (1 + speed.abs().maxCoeff()));
        }
        // The law of the end: the start's own noise carried to the mean and covariance of p_1.
        const Coefficients c = schedule->at(range.max), c0 = schedule->at(range.min);
        const AffineMap whole = flow(range.min, range.max);
        const Eigen::Matrix2d first = c0.alpha * c0.alpha * one().covariance + c0.beta * c0.beta * Eigen::Matrix2d::Identity();
        const Eigen::Matrix2d last = c.alpha * c.alpha * one().covariance + c.beta * c.beta * Eigen::Matrix2d::Identity();
        CHECK((whole.matrix * first * whole.matrix.transpose() - last).cwiseAbs().maxCoeff() < 1e-12 * (1 + first.norm()));
        CHECK((c0.alpha * (whole.matrix * one().mean) + whole.shift - c.alpha * one().mean).cwiseAbs().maxCoeff() < 1e-12);
    });
}
