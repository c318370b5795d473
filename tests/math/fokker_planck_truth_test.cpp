#include <numbers>

#include "core/math/sigma/sigmas.h"
#include "tests/catch.h"
#include "tests/math/fokker_planck_reference.h"

using namespace pf;
using namespace pf::testing;

namespace {

std::shared_ptr<const fp::FunctionField> linear_drift(double rate) {
    return std::make_shared<fp::FunctionField>([rate](double x, double y, double) { return Eigen::Vector2d(rate * x, rate * y); });
}

double solved_error(const fp::Problem& problem, std::string_view scheme, int cells, double end, const Mixture& truth, int steps) {
    const fp::Grid grid = square(4.5, cells);
    return l1(fp::solve(problem, scheme, grid, {0, end}, in_double(steps)).p.back(), averages(truth, grid), grid);
}

}  // namespace

TEST_CASE("the reference mixture is found to the published figures", "[fokker_planck]") {
    // performance figures of the design: L1 at 128², 50 steps, backward Euler 2.7e-4, 1.2e-4, 5.8e-5; ADI 2.6e-2, 7.0e-3, 4.9e-3.
    for (const auto& [sigma, ours, adi] : {std::tuple{0.5, 2.7e-4, 2.6e-2}, std::tuple{1.0, 1.2e-4, 7.0e-3}, std::tuple{2.0, 5.8e-5, 4.9e-3}}) {
        Case one;
        one.sigma = constant(sigma);
        const auto s = one.solve("equilibrium_splitting", 128, in_double(50));
        CHECK(one.error(s) == Approx(ours).epsilon(0.1));
        CHECK(s.minimum >= 0);
        CHECK(one.error(one.solve("chang_cooper_adi", 128, in_double(50))) == Approx(adi).epsilon(0.1));
        if (sigma != 1) continue;
        CHECK(one.error(s) <= 1.5e-4);
        CHECK(50 * one.error(s) <= one.error(one.solve("chang_cooper_adi", 128, in_double(50))));
        CHECK(300 * one.error(s) <= one.error(one.solve("chang_cooper_lod", 128, in_double(50))));
    }
    Case still;
    still.sigma = {};
    CHECK(still.error(still.solve("ppm_remap", 128, in_double(100))) == Approx(5.9e-4).epsilon(0.1));
    fp::Options options;
    options.steps = 32, options.clock = 1.5;
    CHECK(still.error(still.solve("characteristics", 256, options)) <= 2e-5);
}

TEST_CASE("Ornstein-Uhlenbeck and heat equation come out as in closed form", "[fokker_planck]") {
    // dX = −θ X dt + σ dW: N(m e^{−θt}, s² e^{−2θt} + σ²(1 − e^{−2θt})/2θ); θ → 0: s² + σ² t.
    const double m = 1.2, s = 0.5, end = 0.5;
    for (const double theta : {2.0, 0.0}) {
        fp::Problem problem{theta > 0 ? linear_drift(-theta) : nullptr, nullptr, constant(1), fp::start_from(normal(m, -m / 2, s)), false};
        const double decay = std::exp(-theta * end), variance = s * s * decay * decay + (theta > 0 ? (1 - decay * decay) / (2 * theta) : end);
        const auto truth = normal(m * decay, -m / 2 * decay, std::sqrt(variance));
        const double coarse = solved_error(problem, "equilibrium_splitting", 64, end, *truth, 25), fine = solved_error(problem, "equilibrium_splitting", 128, end, *truth, 50);
        INFO("θ = " << theta << ": " << coarse << ", " << fine);
        CHECK(fine < 2e-3);
        CHECK(coarse / fine == Approx(4).margin(0.6));
        CHECK(solved_error(problem, "chang_cooper_adi", 128, end, *truth, 50) < 1e-2);
        CHECK(solved_error(problem, "chang_cooper_lod", 128, end, *truth, 50) < 5e-2);
        CHECK(solved_error(problem, "upwind", 128, end, *truth, 50) < 2e-1);
    }
}

TEST_CASE("N(0, I) is stationary under Ornstein-Uhlenbeck, as a drift and as a score", "[fokker_planck]") {
    const auto unit = normal(0, 0, 1);
    const auto minus_x = [](double x, double y, double) { return Eigen::Vector2d(-x, -y); };
    const auto at_rest = std::make_shared<fp::FunctionField>([](double, double, double) { return Eigen::Vector2d(0, 0); }, minus_x);
    const fp::Problem drift{linear_drift(-1), nullptr, constant(std::numbers::sqrt2), fp::start_from(unit), false};
    const fp::Problem score{at_rest, at_rest, constant(std::numbers::sqrt2), fp::start_from(unit), false};
    for (const auto& scheme : fp::schemes()) {
        if (scheme.refuses_noise) continue;
        const double limit = scheme.id == "upwind" ? 0.1 : 5e-3;
        INFO(scheme.id);
        CHECK(solved_error(drift, scheme.id, 96, 2, *unit, 80) < limit);
        CHECK(solved_error(score, scheme.id, 96, 2, *unit, 80) < limit);
    }
    // What is not normal becomes it: after 5 units of time e⁻⁵ of the offset is left, and L1 of two normals is 0.8 of it.
    const fp::Problem from_afar{at_rest, at_rest, constant(std::numbers::sqrt2), fp::start_from(normal(1, 0, 0.5)), false};
    CHECK(solved_error(from_afar, "equilibrium_splitting", 64, 5, *unit, 200) == Approx(0.8 * std::exp(-5.0)).epsilon(0.1));
}

TEST_CASE("p_t is stationary under Langevin dynamics at a frozen t", "[fokker_planck]") {
    const Case one;
    const auto field = std::make_shared<const MixtureField>(one.mixture, one.schedule);
    for (const double t : {0.3, 0.7, 0.95}) {
        const Coefficients c = one.schedule->at(t);
        const fp::Grid grid = square(4.5, 128);
        const fp::Cells p_t = fp::mixture_averages(*one.mixture, c, grid);
        const auto s = fp::solve(fp::langevin(field, t, 1.5, fp::start_from(p_t)), "equilibrium_splitting", grid, {0, 1}, in_double(40));
        INFO("t = " << t);
        CHECK(l1(s.p.back(), p_t, grid) < 2e-4);
        CHECK(s.mass_drift <= 1e-12);
    }
}

TEST_CASE("the noising process turns data into N(0, I)", "[fokker_planck]") {
    const auto schedule = every_schedule()[0];  // linear
    const auto mixture = reference_mixture();
    const fp::Grid grid = square(5, 96);
    const fp::Problem problem = fp::noising(schedule, fp::start_from(mixture));
    const auto s = fp::solve(problem, "equilibrium_splitting", grid, {0, 0.4, 0.9}, in_double(90));
    for (std::size_t k = 1; k < s.t.size(); ++k) {
        const double error = l1(s.p[k], fp::mixture_averages(*mixture, schedule->at(1 - s.t[k]), grid), grid);
        INFO("τ = " << s.t[k] << ": " << error);
        CHECK(error < 5e-3);
    }
    CHECK(problem.velocity->domain(want_velocity).max == Approx(1 - end_margin));
}

TEST_CASE("the exact mixture is met for every schedule and every shape of σ", "[fokker_planck]") {
    for (const auto& schedule : every_schedule()) {
        // VE and EDM start from N(0, β_0² I), ten times as wide as the data and not p_0: that mismatch is no error of the scheme.
        if (schedule->at(0).beta > 1) continue;
        for (const auto& entry : sigmas()) {
            const std::shared_ptr<const Sigma> sigma = entry.make();
            Case one;
            one.mixture = isotropic({0.5, 0.3, 0.2}, {{1.2, 0.8}, {-1.3, 0.2}, {0.3, -1.4}}, {0.5, 0.6, 0.45});
            one.schedule = schedule;
            one.t_max = 1;
            if (entry.id != "zero") one.sigma = [&](double t) { return sigma->at(t, *schedule); };
            else one.sigma = {};
            fp::Options options = in_double(60);
            options.clock = std::isfinite(schedule->at(1).d_beta) ? 1 : 2;
            const auto s = one.solve(entry.id == "zero" ? "ppm_remap" : "equilibrium_splitting", 64, options);
            INFO(entry.id << ": " << one.error(s));
            // The start N(0, β_0² I) is p_0 up to α_0: 0.66 % of the means for VP.
            CHECK(one.error(s) < 1e-2);
            CHECK(s.minimum >= 0);
        }
    }
}

TEST_CASE("anisotropic and rotated components are met as well", "[fokker_planck]") {
    Case one;
    one.mixture = four_components();
    const auto rotated = one.solve("equilibrium_splitting", 64, in_double(40));
    CHECK(one.error(rotated) < 5e-3);
    std::vector<Component> components = four_components()->components();
    for (auto& c : components) c.covariance(0, 1) = c.covariance(1, 0) = 0;
    one.mixture = std::make_shared<const Mixture>(components);
    CHECK(one.error(one.solve("equilibrium_splitting", 64, in_double(40))) < 5e-3);
}

TEST_CASE("without noise, forward and then backward returns", "[fokker_planck]") {
    Case one;
    one.sigma = {};
    one.t_max = 0.6;
    const fp::Problem problem = one.problem();
    const fp::Grid grid = square(4.5, 96);
    const auto there = fp::solve(problem, "ppm_remap", grid, {0, 0.6}, in_double(40));
    fp::Problem back = problem;
    back.start = fp::start_from(fp::Cells(there.p.back().cast<double>()));
    const auto returned = fp::solve(back, "ppm_remap", grid, {0.6, 0}, in_double(40));
    const double error = l1(returned.p.back(), there.p.front().cast<double>(), grid);
    INFO(error);
    CHECK(error < 2e-3);
    CHECK(l1(there.p.back(), there.p.front().cast<double>(), grid) > 0.3);
}
