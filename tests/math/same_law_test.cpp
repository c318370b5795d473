#include <algorithm>

#include "core/math/metrics/metrics.h"
#include "tests/catch.h"
#include "tests/math/orders.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

constexpr Eigen::Index n = 1000;
constexpr TimeRange range{0.05, 0.95};

// Exact draws of p_t.
Points draws(const Schedule& path, double t, std::uint64_t seed) {
    Random random(seed, "exact");
    const Coefficients c = path.at(t);
    const Points z = four_components()->sample(random, n);
    return static_cast<float>(c.alpha) * z + static_cast<float>(c.beta) * random.normals(n);
}

// What exact draws reach against exact draws.
struct Law {
    std::shared_ptr<const Schedule> path;
    double quantile;  // 99 % of the energy distance between two exact samples
    Eigen::RowVector2d mean, spread;
    Eigen::RowVector2d mean_error, spread_error;  // standard errors of both for n draws

    explicit Law(std::string_view id) : path(find(schedules(), id, "test").make()) {
        std::vector<double> distances;
        for (std::uint64_t k = 0; k < 200; ++k) distances.push_back(energy_distance(draws(*path, range.max, 2 * k + 1000), draws(*path, range.max, 2 * k + 1001)));
        std::sort(distances.begin(), distances.end());
        quantile = distances[197];
        // Moments in closed form; the standard error of a mean square from the draws themselves.
        const Coefficients c = path->at(range.max);
        mean = c.alpha * four_components()->mean().transpose();
        const Eigen::Matrix2d second = c.alpha * c.alpha * four_components()->covariance() + c.beta * c.beta * Eigen::Matrix2d::Identity();
        spread = second.diagonal().transpose() + mean.cwiseAbs2();
        mean_error = (second.diagonal().transpose() / n).cwiseSqrt();
        const PointsD squares = draws(*path, range.max, 5).cast<double>().square();
        spread_error = ((squares.rowwise() - squares.colwise().mean()).square().colwise().mean() / n).sqrt().matrix();
    }

    void check(const Points& x) const {
        const PointsD d = x.cast<double>();
        CHECK(((d.colwise().mean().matrix() - mean).cwiseQuotient(mean_error)).cwiseAbs().maxCoeff() < 4);
        CHECK(((d.square().colwise().mean().matrix() - spread).cwiseQuotient(spread_error)).cwiseAbs().maxCoeff() < 4);
        CHECK(energy_distance(x, draws(*path, range.max, 77)) < quantile);
    }
};

Points run(const Law& law, const Field& field, const std::function<double(double)>& sigma, const Choice& solver, int steps) {
    BrownianPath brownian(31, n);
    const Increments<float> increments = [&](double t0, double t1) { return brownian.increment(t0, t1); };
    return integrate<float>({&field, sigma ? &field : nullptr, sigma, law.path.get(), 5}, solver, uniform_grid(range, steps), draws(*law.path, range.min, 3), increments)
        .x.back();
}

// u + c J s with J a quarter turn: ∇·(p J s) = ∇·(J ∇p) = 0, so the marginals stay.
class Swirl final : public Field {
public:
    Swirl(const Field& field, float strength) : field_(field), strength_(strength) {}
    void evaluate(const Points& x, double t, unsigned, FieldValues<float>& out) const override {
        field_.evaluate(x, t, want_velocity | want_score, out);
        out.velocity.col(0) -= strength_ * out.score.col(1);
        out.velocity.col(1) += strength_ * out.score.col(0);
    }
    void evaluate(const PointsD&, double, unsigned, FieldValues<double>&) const override {}
    TimeRange domain(unsigned) const override { return {}; }
    unsigned knows() const override { return want_velocity | want_score; }

private:
    const Field& field_;
    float strength_;
};

}  // namespace

TEST_CASE("on VP every SDE solver ends in p_t, with σ_t = g_t and with noise of its own", "[law]") {
    const Law law("vp");
    const MixtureField field(four_components(), law.path);
    const auto reverse = [&](double t) { return std::sqrt(law.path->at(t).g_squared()); };
    for (const auto& solver : solvers()) {
        if (!solver.stochastic && !solver.own_noise) continue;
        INFO(solver.id);
        law.check(run(law, field, solver.own_noise ? std::function<double(double)>() : reverse, {std::string(solver.id), {}}, 2048));
    }
}

TEST_CASE("the marginals do not depend on σ_t, nor on a swirl", "[law]") {
    const Law law("linear");
    const MixtureField field(four_components(), law.path);
    const std::vector<std::function<double(double)>> shapes{{}, [](double) { return 0.5; }, [](double) { return 2.0; }, [](double t) { return 2 - 2 * t; }};
    for (const auto& sigma : shapes) law.check(run(law, field, sigma, {"shark", {}}, 1024));
    for (const float strength : {0.5f, -2.0f}) {
        const Swirl swirl(field, strength);
        const Points turned = run(law, swirl, {}, {"rk4", {}}, 512);
        law.check(turned);
        // It is not the same flow.
        CHECK((turned - run(law, field, {}, {"rk4", {}}, 512)).square().mean() > 0.02f);
    }
    // A wrong drift is seen: a score of the wrong strength does not leave p_t alone.
    const Points wrong = integrate<float>({&field, &field, [](double) { return 1.0; }}, "euler_maruyama", uniform_grid(range, 1024), draws(*law.path, range.min, 3),
                                          [](double t0, double t1) {
                                              Points half(n, 2);
                                              keyed_normals(9, 0, static_cast<std::uint64_t>(t0 * 1e6), half);
                                              return Increment<float>{half * static_cast<float>(0.5 * std::sqrt(t1 - t0)), {}};
                                          })
                             .x.back();
    CHECK(energy_distance(wrong, draws(*law.path, range.max, 77)) > law.quantile);
}
