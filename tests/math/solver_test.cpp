#include "core/math/solver/brownian.h"
#include "core/math/solver/integrate.h"
#include "tests/catch.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

// Least-squares slope of log2(error) against log2(h).
double slope(const std::vector<int>& steps, const std::vector<double>& errors) {
    double sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const double x = -std::log2(steps[i]), y = std::log2(errors[i]);
        sx += x, sy += y, sxx += x * x, sxy += x * y;
    }
    const double n = static_cast<double>(steps.size());
    return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

std::shared_ptr<const Schedule> schedule(std::size_t i) { return every_schedule()[i]; }

template <class S>
Increments<S> shared_path(BrownianPath& path) {
    return [&path](double t0, double t1) { return PointsOf<S>(path.increment(t0, t1).template cast<S>()); };
}

}  // namespace

TEST_CASE("every ODE solver converges at the order it declares", "[solver]") {
    const MixtureField field(four_components(), schedule(2));
    const Dynamics dynamics{&field, nullptr, {}};
    const PointsD x0 = some_points(50, 1.0);
    const auto end = [&](std::string_view solver, int n) { return integrate<double>(dynamics, solver, uniform_grid({0, 1}, n), x0, {}).x.back(); };
    const PointsD reference = end("rk4", 2048);
    for (const auto& solver : solvers()) {
        const std::vector<int> steps{32, 64, 128, 256};
        std::vector<double> errors;
        for (const int n : steps) errors.push_back(std::sqrt((end(solver.id, n) - reference).square().mean()));
        INFO(solver.id << ": " << errors[0] << " … " << errors[3]);
        CHECK(slope(steps, errors) == Approx(solver.order).margin(solver.order < 4 ? 0.15 : 0.25));
    }
}

TEST_CASE("a solver disturbed by one per cent of its step loses its order", "[solver]") {
    const MixtureField field(four_components(), schedule(2));
    const auto drift = [&](const PointsD& x, double t) {
        FieldValues<double> v;
        field.evaluate(x, t, want_velocity, v);
        return v.velocity;
    };
    const PointsD reference = integrate<double>({&field, nullptr, {}}, "rk4", uniform_grid({0, 1}, 1024), some_points(50, 1.0), {}).x.back();
    const std::vector<int> steps{32, 64, 128, 256};
    std::vector<double> errors;
    for (const int n : steps) {
        PointsD x = some_points(50, 1.0);
        for (int i = 0; i < n; ++i) x = Heun::step(drift, x, static_cast<double>(i) / n, 1.01 / n);
        errors.push_back(std::sqrt((x - reference).square().mean()));
    }
    CHECK(slope(steps, errors) < Heun::order - 0.5);
}

TEST_CASE("every SDE solver has its weak order, with a σ that varies in t", "[solver]") {
    // On a Gaussian the drift is affine, so one step is x → a x + b ΔW + c: mean and variance propagate exactly, no Monte Carlo.
    const double mean = 0.8, variance = 0.3;
    for (const bool varying : {false, true}) {
        const auto sigma = [varying](double t) { return varying ? 1.5 * (1 - t) + 0.3 : 0.9; };
        const auto path = schedule(0);
        const auto drift = [&](const PointsD& x, double t) {
            const Coefficients c = path->at(t);
            const double total = c.alpha * c.alpha * variance + c.beta * c.beta;
            const PointsD score = -(x - c.alpha * mean) / total;
            const PointsD denoiser = mean - c.alpha * variance * score;
            return PointsD(c.d_alpha * denoiser - c.beta_d_beta * score + sigma(t) * sigma(t) / 2 * score);
        };
        const auto end_variance = [&]<class Solver>(Solver, int n) {
            double v = 1;
            for (int i = 0; i < n; ++i) {
                const double t = static_cast<double>(i) / n, h = 1.0 / n;
                const auto step = [&](double x, double w) {
                    Noise<PointsD> noise{sigma(t), sigma(t + h), PointsD::Constant(1, 2, w)};
                    return Solver::step(drift, PointsD(PointsD::Constant(1, 2, x)), t, h, noise)(0, 0);
                };
                const double c = step(0, 0), a = step(1, 0) - c, b = step(0, 1) - c;
                v = a * a * v + b * b * h;
            }
            return v;
        };
        const auto check_order = [&]<class Solver>(Solver solver, const char* name) {
            if constexpr (Solver::stochastic) {
                const std::vector<int> steps{64, 128, 256, 512};
                std::vector<double> errors;
                for (const int n : steps) errors.push_back(std::abs(end_variance(solver, n) - variance));
                INFO(name << ", varying = " << varying);
                CHECK(slope(steps, errors) == Approx(Solver::order).margin(0.1));
            }
        };
#define X(id, Solver, label, meaning) check_order(Solver{}, #id);
        PF_SOLVERS(X)
#undef X
    }
}

TEST_CASE("SDE solvers converge strongly with order 1 on one shared Brownian path", "[solver]") {
    const MixtureField field(four_components(), schedule(0));
    const Dynamics dynamics{&field, &field, [](double t) { return 0.4 + 0.8 * t; }};
    constexpr Eigen::Index n = 500;
    const PointsD x0 = some_points(n, 1.0);
    const auto end = [&](std::string_view solver, int steps) {
        BrownianPath path(21, n);
        return integrate<double>(dynamics, solver, uniform_grid({0, 0.6875}, steps), x0, shared_path<double>(path)).x.back();
    };
    const PointsD reference = end("stochastic_heun", 2816);
    for (const auto& solver : solvers()) {
        if (!solver.stochastic) continue;
        const std::vector<int> steps{44, 88, 176, 352};
        std::vector<double> errors;
        for (const int m : steps) errors.push_back(std::sqrt((end(solver.id, m) - reference).square().mean()));
        INFO(solver.id);
        CHECK(slope(steps, errors) == Approx(1).margin(0.15));
    }
}

TEST_CASE("σ = 0 makes an SDE solver the ODE solver of the same name", "[solver]") {
    const MixtureField field(four_components(), schedule(3));
    const auto times = uniform_grid({0, 1}, 40);
    const PointsD x0 = some_points(30, 1.0);
    const auto with = [&](std::string_view solver) { return integrate<double>({&field, nullptr, {}}, solver, times, x0, {}).x.back(); };
    CHECK((with("euler") - with("euler_maruyama")).abs().maxCoeff() == 0);
    CHECK((with("heun") - with("stochastic_heun")).abs().maxCoeff() == 0);
}

TEST_CASE("integrate records, counts, cancels and refuses", "[solver]") {
    const MixtureField field(four_components(), schedule(0));
    const Points x0 = some_points(10, 1.0).cast<float>();
    const auto times = uniform_grid({0, 1}, 20);
    const auto result = integrate<float>({&field, nullptr, {}}, "heun", times, x0, {});
    CHECK(result.t == times);
    CHECK(result.x.size() == 21);
    CHECK(result.evaluations == 40);
    CHECK(result.outcome == Outcome::done);
    const auto again = integrate<float>({&field, nullptr, {}}, "heun", times, x0, {});
    CHECK((again.x.back() == result.x.back()).all());  // the same bits twice

    std::stop_source stop;
    stop.request_stop();
    CHECK(integrate<float>({&field, nullptr, {}}, "heun", times, x0, {}, stop.get_token()).outcome == Outcome::cancelled);
    CHECK_THROWS_AS(integrate<float>({&field, nullptr, {}}, "rk5", times, x0, {}), BadInput);
    CHECK_THROWS_AS(integrate<float>({&field, &field, [](double) { return 1.0; }}, "heun", times, x0, {}), BadInput);
}

TEST_CASE("particles that leave the finite numbers are counted, their path is kept", "[solver]") {
    class Poison final : public Field {
    public:
        void evaluate(const Points& x, double t, unsigned, FieldValues<float>& out) const override {
            out.velocity = Points::Ones(x.rows(), 2);
            if (t >= 0.5) out.velocity.row(3).setConstant(std::numeric_limits<float>::quiet_NaN());
        }
        void evaluate(const PointsD&, double, unsigned, FieldValues<double>&) const override {}
        TimeRange domain(unsigned) const override { return {}; }
        unsigned knows() const override { return want_velocity; }
    } field;
    const auto result = integrate<float>({&field, nullptr, {}}, "euler", uniform_grid({0, 1}, 10), Points::Zero(8, 2), {});
    CHECK(result.lost == 1);
    CHECK(result.x.size() == 11);
    CHECK(result.x[5](3, 0) == Approx(0.5));
    CHECK(std::isnan(result.x[6](3, 0)));
    CHECK(result.x[10](2, 0) == Approx(1));
    CHECK(result.sentence.find("t = 0.6") != std::string::npos);
}
