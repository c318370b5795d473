#include <limits>

#include "core/math/errors.h"
#include "tests/catch.h"
#include "tests/math/fokker_planck_reference.h"
#include "tests/render/contains.h"

using namespace pf;
using namespace pf::testing;

namespace {

std::string refusal(const std::function<void()>& action) {
    try {
        action();
    } catch (const BadInput& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("every scheme keeps mass and positivity, in float and double", "[fokker_planck]") {
    for (const auto& scheme : fp::schemes())
        for (const bool single : {true, false}) {
            Case one;
            one.sigma = constant(sigma_for(scheme));
            fp::Options options = in_double(30);
            options.single_precision = single;
            const fp::Solution s = one.solve(scheme.id, 64, options);
            INFO(scheme.id << ", " << (single ? "float" : "double") << ": drift " << s.mass_drift << ", minimum " << s.minimum << ", maximum " << s.maximum);
            CHECK(s.outcome == fp::Solution{}.outcome);
            // Averages of the start add up to 1 less what lies beyond the box: 1.4e-5.
            CHECK(s.mass.front() == Approx(1).margin(2e-5));
            if (scheme.conservative)
                CHECK(s.mass_drift <= (single ? 1e-5 : 1e-12));
            else
                CHECK(s.mass_drift < 1e-3);
            // Peaceman–Rachford is not positive, the others are.
            CHECK(s.minimum >= (scheme.id == "chang_cooper_adi" ? -1e-4 * s.maximum : 0));
        }
}

TEST_CASE("SDIRK2 relaxation undershoots by no more than 1e-4 of the maximum", "[fokker_planck]") {
    for (const double sigma : {0.5, 1.0, 2.0}) {
        Case one;
        one.sigma = constant(sigma);
        const fp::Solution s = one.solve("equilibrium_splitting", 128, in_double(50, fp::Relaxation::sdirk2));
        CHECK(s.minimum >= -1e-4 * s.maximum);
        CHECK(s.mass_drift <= 1e-12);
    }
}

TEST_CASE("float and double agree to float's rounding", "[fokker_planck]") {
    for (const auto& scheme : fp::schemes()) {
        Case one;
        one.sigma = constant(sigma_for(scheme));
        fp::Options options = in_double(30);
        const fp::Solution a = one.solve(scheme.id, 64, options);
        options.single_precision = true;
        const fp::Solution b = one.solve(scheme.id, 64, options);
        INFO(scheme.id);
        // Rounding of 6e-8 in each of some hundred operations of random sign, or some thousand for the parts of upwind.
        CHECK(l1(b.p.back(), a.p.back().cast<double>(), a.grid) < 1e-5);
    }
}

TEST_CASE("what is mirror-symmetric stays so", "[fokker_planck]") {
    Case one;
    one.mixture = isotropic({1, 1, 1, 1}, {{1.2, 0.9}, {-1.2, 0.9}, {1.2, -0.9}, {-1.2, -0.9}}, {0.4, 0.4, 0.4, 0.4});
    for (const auto& scheme : fp::schemes()) {
        one.sigma = constant(sigma_for(scheme));
        // Enough steps that departure points do not cross: where they do, the lower one decides.
        const fp::Solution s = one.solve(scheme.id, 64, in_double(80));
        const DensityGrid& p = s.p.back();
        const float scale = p.maxCoeff();
        INFO(scheme.id << ": " << (p - p.rowwise().reverse()).abs().maxCoeff() / scale << ", " << (p - p.colwise().reverse()).abs().maxCoeff() / scale);
        CHECK((p - p.rowwise().reverse()).abs().maxCoeff() < 1e-6f * scale);
        CHECK((p - p.colwise().reverse()).abs().maxCoeff() < 1e-6f * scale);
    }
}

TEST_CASE("fields through slices, faces one by one and separable weights give one density", "[fokker_planck]") {
    // The same field behind another type takes the slow way to the faces.
    struct Hidden final : Field {
        explicit Hidden(std::shared_ptr<const Field> inner) : field(std::move(inner)) {}
        void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const override { field->evaluate(x, t, want, out); }
        void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const override { field->evaluate(x, t, want, out); }
        TimeRange domain(unsigned want) const override { return field->domain(want); }
        unsigned knows() const override { return field->knows(); }
        std::shared_ptr<const Field> field;
    };
    Case one;
    // One component far from all others in both axes: its products of weights underflow in float.
    one.mixture = isotropic({0.5, 0.3, 0.2}, {{1.5, 1.5}, {-1.5, -1.5}, {1.0, -0.5}}, {0.3, 0.12, 0.5});
    fp::Problem problem = one.problem();
    const fp::Grid grid = square(4.5, 64);
    const DensityGrid separable = fp::solve(problem, "equilibrium_splitting", grid, {0, 0.99}, in_double(40)).p.back();
    problem.velocity = problem.score = std::make_shared<Hidden>(problem.velocity);
    const DensityGrid faces = fp::solve(problem, "equilibrium_splitting", grid, {0, 0.99}, in_double(40)).p.back();
    CHECK(l1(separable, faces.cast<double>(), grid) < 1e-6);
    fp::Options sliced = in_double(40);
    const auto distance = [&](int slices) {
        sliced.slices = slices;
        return l1(fp::solve(problem, "equilibrium_splitting", grid, {0, 0.99}, sliced).p.back(), faces.cast<double>(), grid);
    };
    // Linear in t between slices: second order in their distance, down to the error of cubics in x.
    const double coarse = distance(8), fine = distance(32);
    INFO("8 slices " << coarse << ", 32 slices " << fine);
    CHECK(fine < 0.02);
    CHECK(fine < coarse / 4);
}

TEST_CASE("bad input is refused with a sentence that says what was expected", "[fokker_planck]") {
    const Case one;
    const auto solve = [&](std::string_view scheme, int cells, std::vector<double> times = {0, 0.5}, fp::Options options = {}) {
        return refusal([&] { fp::solve(one.problem(), scheme, square(4.5, cells), times, options); });
    };
    CHECK_THAT(solve("equilibrium_splitting", 1), contains("8 to 2048 cells a side, got 1"));
    CHECK_THAT(solve("equilibrium_splitting", 4096), contains("4096"));
    CHECK_THAT(solve("crank", 64), contains("unknown scheme 'crank'"));
    CHECK_THAT(solve("ppm_remap", 64), contains("for σ = 0"));
    CHECK_THAT(solve("upwind", 64, {0, 0.5, 0.4}), contains("times"));
    CHECK_THAT(solve("upwind", 64, {0.5, 0.2}), contains("forward only"));
    CHECK_THAT(solve("upwind", 64, {0, 1.5}), contains("from 0 to 1 only"));
    fp::Options none;
    none.steps = 0;
    CHECK_THAT(solve("upwind", 64, {0, 0.5}, none), contains("at least one step"));
    Case negative = one;
    negative.sigma = [](double t) { return 0.3 - t; };
    CHECK_THAT(refusal([&] { negative.solve("equilibrium_splitting", 64, {}); }), contains("σ_t must be finite and not negative, got -"));
    Case still = one;
    still.sigma = {};
    CHECK_THAT(refusal([&] { still.solve("chang_cooper_adi", 64, {}); }), contains("needs σ > 0"));
    fp::Problem broken = one.problem();
    broken.velocity = broken.score = std::make_shared<fp::FunctionField>(
        [](double x, double, double t) { return Eigen::Vector2d(x > 1 && t > 0.2 ? std::numeric_limits<double>::quiet_NaN() : 0, 0); }, [](double x, double y, double) { return Eigen::Vector2d(-x, -y); });
    for (const auto& scheme : fp::schemes()) {
        broken.sigma = constant(sigma_for(scheme));
        CHECK_THAT(refusal([&] { fp::solve(broken, scheme.id, square(4.5, 32), {0, 0.5}); }), contains("velocity is not finite everywhere on the grid at t = 0."));
    }
}

TEST_CASE("a cancelled run keeps what it reached, and a small box is warned of", "[fokker_planck]") {
    std::stop_source source;
    Case one;
    fp::Problem problem = one.problem();
    problem.velocity = std::make_shared<fp::FunctionField>([&](double, double, double t) {
        if (t > 0.4) source.request_stop();
        return Eigen::Vector2d(0, 0);
    });
    const fp::Solution s = fp::solve(problem, "equilibrium_splitting", square(4.5, 32), {0, 0.2, 0.6, 0.9}, in_double(20), source.get_token());
    CHECK(s.outcome == Outcome::cancelled);
    CHECK(s.p.size() == 2);
    one.sigma = constant(1);
    CHECK(one.solve("equilibrium_splitting", 64, in_double(20)).sentence.empty());
    Case small = one;
    small.half = 1.8;
    const fp::Solution cut = small.solve("equilibrium_splitting", 64, in_double(20));
    CHECK_THAT(cut.sentence, contains("larger box"));
    CHECK(cut.edge > 1e-4);
}

TEST_CASE("the divergence between densities of different mass on the box is the generalised one, in closed form and never below 0", "[fokker_planck]") {
    const fp::Grid grid{{-1, 1, -1, 1}, 4, 4};
    const auto kl = [&](double p, double q) { return fp::discrepancy(DensityGrid::Constant(4, 4, static_cast<float>(p)), fp::Cells::Constant(4, 4, q), grid).kl; };
    // 4 (p log(p/q) − p + q) of constants.
    CHECK(kl(0.25, 0.25) == Approx(0).margin(1e-12));
    CHECK(kl(0.25, 0.26) == Approx(4 * (0.25 * std::log(0.25 / 0.26) + 0.01)));
    CHECK(kl(0.25, 0.26) > 0);
    CHECK(kl(0, 0.25) == Approx(1));
}
