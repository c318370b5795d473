#include "tests/catch.h"
#include "tests/math/fokker_planck_reference.h"

using namespace pf;
using namespace pf::testing;

namespace {

// Of errors at h, h/2, h/4, …: the last observed order.
double order(const std::vector<double>& errors) { return std::log2(errors[errors.size() - 2] / errors.back()); }

}  // namespace

TEST_CASE("every scheme converges in time at the order it declares", "[fokker_planck]") {
    for (const auto& scheme : fp::schemes()) {
        if (scheme.id == "upwind") continue;  // takes as many parts of a step as stability asks for
        for (const auto relaxation : {fp::Relaxation::backward_euler, fp::Relaxation::sdirk2}) {
            if (relaxation == fp::Relaxation::sdirk2 && scheme.id != "equilibrium_splitting") continue;
            Case one;
            one.t_max = 0.8, one.half = 5;
            // Both components at one height, so that u_x depends on x alone: no error in space from velocities across.
            one.mixture = isotropic({0.6, 0.4}, {{1.0, 0.3}, {-1.0, 0.3}}, {0.5, 0.5});
            // σ varies, so that a scheme that takes it at the wrong end is seen.
            if (!scheme.refuses_noise) one.sigma = [](double t) { return 1.2 - 0.8 * t; };
            else one.sigma = {};
            // Against the same grid with many steps; but where the error in space depends on the number of steps, against the truth, on a
            // grid that is fine enough. Stored as float, a distance of 3e-8 is 0.
            const bool itself = scheme.needs_noise || !scheme.conservative;
            const int cells = itself ? 48 : 160;
            const auto at = [&](int steps) { return one.solve(scheme.id, cells, in_double(steps, relaxation)); };
            const fp::Cells fine = itself ? fp::Cells(at(scheme.order == 1 ? 4096 : scheme.order == 2 ? 1024 : 128).p.back().cast<double>())
                                          : fp::mixture_averages(*one.mixture, one.schedule->at(one.t_max), square(one.half, cells));
            std::vector<double> errors;
            for (const int steps : scheme.order == 4 ? std::vector{12, 24} : scheme.needs_noise ? std::vector{32, 64} : std::vector{8, 16}) errors.push_back(l1(at(steps).p.back(), fine, square(one.half, cells)));
            INFO(scheme.id << (relaxation == fp::Relaxation::sdirk2 ? ", SDIRK2: " : ": ") << errors.front() << " … " << errors.back());
            CHECK(order(errors) == Approx(scheme.order).margin(scheme.order == 4 ? 0.5 : 0.2));
        }
    }
}

TEST_CASE("the remap is third order or better in space, at courant numbers below and above 1", "[fokker_planck]") {
    // A uniform wind has no error in time.
    for (const double wind : {0.9, 5.3}) {
        fp::Problem problem;
        problem.velocity = std::make_shared<fp::FunctionField>([wind](double, double, double) { return Eigen::Vector2d(wind, -0.37 * wind); });
        problem.start = fp::start_from(normal(-0.5 * wind * 0.5, 0.185 * wind * 0.5, 0.6));
        std::vector<double> errors;
        for (const int cells : {32, 64, 128}) {
            const fp::Grid grid = square(4.5, cells);
            const auto s = fp::solve(problem, "ppm_remap", grid, {0, 0.5}, in_double(cells / 4));
            errors.push_back(l1(s.p.back(), averages(*normal(0.25 * wind, -0.0925 * wind, 0.6), grid), grid));
        }
        INFO("wind " << wind << ": " << errors[0] << ", " << errors[1] << ", " << errors[2]);
        CHECK(order(errors) >= 3);
    }
}

TEST_CASE("the equilibrium of the relaxation is p_t to fourth order, that of Chang-Cooper to second", "[fokker_planck]") {
    const auto mixture = isotropic({0.6, 0.4}, {{1.0, 0.8}, {-1.0, -0.6}}, {0.7, 0.6});
    const auto field = std::make_shared<const MixtureField>(mixture, every_schedule()[0]);
    const auto left = [&](std::string_view scheme, int cells) {
        const fp::Grid grid = square(4.5, cells);
        const auto problem = fp::langevin(field, 1.0, 1.5, fp::start_from(mixture));
        return l1(fp::solve(problem, scheme, grid, {0, 8}, in_double(40)).p.back(), averages(*mixture, grid), grid);
    };
    for (const auto& [scheme, expected] : {std::pair{"equilibrium_splitting", 4.0}, std::pair{"chang_cooper_adi", 2.0}}) {
        const std::vector<double> errors{left(scheme, 24), left(scheme, 48)};
        INFO(scheme << ": " << errors[0] << ", " << errors[1]);
        CHECK(order(errors) == Approx(expected).margin(0.4));
    }
}

TEST_CASE("upwind is first order in space, the characteristics' averages fourth", "[fokker_planck]") {
    Case one;
    one.t_max = 0.6;
    one.sigma = constant(0.5);
    const std::vector<double> coarse{one.error(one.solve("upwind", 64, in_double(40))), one.error(one.solve("upwind", 128, in_double(40)))};
    INFO("upwind " << coarse[0] << ", " << coarse[1]);
    CHECK(order(coarse) == Approx(1).margin(0.3));
    one.sigma = {};
    const std::vector<double> fine{one.error(one.solve("characteristics", 24, in_double(64))), one.error(one.solve("characteristics", 48, in_double(64)))};
    INFO("characteristics " << fine[0] << ", " << fine[1]);
    CHECK(order(fine) == Approx(4).margin(0.4));
}
