#include "core/math/solver/integrate.h"
#include "tests/catch.h"
#include "tests/math/orders.h"
#include "tests/math/references.h"

using namespace pf;
using namespace pf::testing;

namespace {

std::shared_ptr<const Schedule> schedule(std::size_t i) { return every_schedule()[i]; }

}  // namespace

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

TEST_CASE("adaptive solvers keep the error they are asked for and report what it cost", "[solver]") {
    const auto path = schedule(2);
    const MixtureField field(four_components(), path);
    const Dynamics dynamics{&field, nullptr, {}, path.get()};
    const PointsD x0 = some_points(50, 1.0);
    const PointsD reference = integrate<double>(dynamics, Choice{"tsit5", {{"adaptive", 0}}}, uniform_grid({0, 1}, 2000), x0, {}).x.back();
    for (const std::string id : {"dormand_prince", "tsit5"}) {
        int before = 0;
        for (const double tolerance : {1e-3, 1e-5, 1e-7, 1e-9}) {
            const auto run = integrate<double>(dynamics, Choice{id, {{"rtol", tolerance}, {"atol", tolerance}}}, uniform_grid({0, 1}, 2), x0, {});
            INFO(id << " at " << tolerance << ": " << run.evaluations << " evaluations, " << run.rejected << " rejected");
            CHECK(run.outcome == Outcome::done);
            CHECK(run.t.back() == 1);
            // Local errors below the tolerance add up over at most some hundred steps, damped by the flow.
            CHECK((run.x.back() - reference).abs().maxCoeff() < 30 * tolerance);
            CHECK(run.evaluations == 1 + 6 * (static_cast<int>(run.t.size()) - 1 + run.rejected));
            CHECK(run.evaluations > before);
            CHECK(std::is_sorted(run.t.begin(), run.t.end()));
            before = run.evaluations;
        }
        // A first step over half the path is refused at a small tolerance.
        CHECK(integrate<double>(dynamics, Choice{id, {{"rtol", 1e-9}, {"atol", 1e-9}}}, uniform_grid({0, 1}, 2), x0, {}).rejected > 0);
    }
    CHECK_THROWS_AS(integrate<double>(dynamics, Choice{"tsit5", {{"rtol", -1}}}, uniform_grid({0, 1}, 2), x0, {}), BadInput);
    CHECK_THROWS_AS(integrate<double>(dynamics, Choice{"heun", {{"rtol", 1}}}, uniform_grid({0, 1}, 2), x0, {}), BadInput);
}

TEST_CASE("solvers with noise of their own refuse a σ_t", "[solver]") {
    const auto path = schedule(0);
    const MixtureField field(four_components(), path);
    const Dynamics dynamics{&field, &field, [](double) { return 1.0; }, path.get()};
    for (const auto& solver : solvers())
        if (solver.own_noise) CHECK_THROWS_WITH(integrate<double>(dynamics, solver.id, uniform_grid({0, 1}, 2), some_points(3, 1), {}), "solver '" + std::string(solver.id) + "' brings its own noise: σ_t must be zero");
}
