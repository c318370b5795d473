#include <cmath>
#include <numbers>

#include "app/runtime/compute.h"
#include "app/runtime/formula/formula_data.h"
#include "core/math/field/density_grid.h"
#include "core/math/schedule/schedules.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

// ∫ x^i y^j p over ±`half`, by midpoints.
double moment(const Dataset& data, int i, int j, double half) {
    constexpr int n = 1200;
    double sum = 0;
    for (int row = 0; row < n; ++row)
        for (int column = 0; column < n; ++column) {
            const double x = -half + 2 * half * (column + 0.5) / n, y = -half + 2 * half * (row + 0.5) / n;
            sum += std::pow(x, i) * std::pow(y, j) * data.density(x, y);
        }
    return sum * 4 * half * half / (n * n);
}

std::string refused(const std::string& formula) {
    return refusal([&] { make_formula_data(formula); });
}

}  // namespace

TEST_CASE("a Gaussian typed as a formula has its mass, moments and density") {
    // Covariance ((0.25, 0.15), (0.15, 0.36)), determinant 0.0675; not normalised.
    const auto data = make_formula_data("7*exp(-0.5*(0.36*(x-1)^2 - 0.3*(x-1)*(y+2) + 0.25*(y+2)^2)/0.0675)");
    CHECK(moment(*data, 0, 0, 6) == Approx(1).epsilon(1e-4));
    const double mx = moment(*data, 1, 0, 6), my = moment(*data, 0, 1, 6);
    CHECK(mx == Approx(1).margin(1e-4));
    CHECK(my == Approx(-2).margin(1e-4));
    // Bilinear between nodes h apart adds h²/6 to a variance: h < 0.02.
    CHECK(moment(*data, 2, 0, 6) - mx * mx == Approx(0.25).margin(2e-4));
    CHECK(moment(*data, 0, 2, 6) - my * my == Approx(0.36).margin(2e-4));
    CHECK(moment(*data, 1, 1, 6) - mx * my == Approx(0.15).margin(2e-4));
    const double top = 1 / (2 * std::numbers::pi * std::sqrt(0.0675));
    CHECK(data->density(1, -2) == Approx(top).epsilon(2e-3));
    CHECK(data->density(1.5, -2) == Approx(top * std::exp(-0.5 * 0.36 * 0.25 / 0.0675)).epsilon(2e-3));
    CHECK(data->density(40, 0) == 0);
    CHECK_FALSE(data->mixture());
}

TEST_CASE("draws of a formula have its moments, and fill cells by its density") {
    const auto data = make_formula_data("exp(-0.5*(0.36*(x-1)^2 - 0.3*(x-1)*(y+2) + 0.25*(y+2)^2)/0.0675)");
    constexpr int n = 200'000;
    Random random(3, "draws");
    std::vector<int> labels;
    const Eigen::MatrixX2d x = data->sample(random, n, &labels).matrix().cast<double>();
    CHECK((labels.size() == n && labels.front() == 0));
    const Eigen::RowVector2d mean = x.colwise().mean();
    const Eigen::Matrix2d covariance = (x.rowwise() - mean).transpose() * (x.rowwise() - mean) / n;
    CHECK(mean(0) == Approx(1).margin(5 * 0.5 / std::sqrt(n)));
    CHECK(mean(1) == Approx(-2).margin(5 * 0.6 / std::sqrt(n)));
    CHECK(covariance(0, 0) == Approx(0.25).margin(5 * 0.25 * std::sqrt(2.0 / n)));
    CHECK(covariance(1, 1) == Approx(0.36).margin(5 * 0.36 * std::sqrt(2.0 / n)));
    CHECK(covariance(0, 1) == Approx(0.15).margin(5 * std::sqrt((0.25 * 0.36 + 0.15 * 0.15) / n)));

    // Inside cells too: a ramp over one square, p = 2x on [0, 1]², by the mean of x there, and of x² (2/3, 1/2).
    const auto ramp = make_formula_data("x > 0 && x < 1 && y > 0 && y < 1 ? x : 0");
    const Points r = ramp->sample(random, n);
    CHECK(static_cast<double>(r.col(0).mean()) == Approx(2.0 / 3).margin(0.005));
    CHECK(static_cast<double>(r.col(0).square().mean()) == Approx(0.5).margin(0.006));
    CHECK(static_cast<double>(r.col(1).mean()) == Approx(0.5).margin(0.005));
}

TEST_CASE("the grid of a formula finds narrow, wide and far densities") {
    for (const auto& [formula, x, y, sd] : {std::tuple{"exp(-((x-3)^2+y^2)/(2*0.05^2))", 3.0, 0.0, 0.05}, {"exp(-((x+60)^2+(y-50)^2)/(2*2^2))", -60.0, 50.0, 2.0},
                                            {"1e-250*exp(-(x^2+y^2)/(2*10^2))", 0.0, 0.0, 10.0}, {"1e200*exp(-(x^2+y^2)/(2*0.2^2))", 0.0, 0.0, 0.2}}) {
        CAPTURE(formula);
        const auto data = make_formula_data(formula);
        Random random(5, "draws");
        constexpr double n = 20'000;
        const Points draws = data->sample(random, static_cast<Eigen::Index>(n));
        const double mx = static_cast<double>(draws.col(0).mean()), my = static_cast<double>(draws.col(1).mean());
        CHECK(mx == Approx(x).margin(5 * sd / std::sqrt(n)));
        CHECK(my == Approx(y).margin(5 * sd / std::sqrt(n)));
        const double variance = static_cast<double>((draws.col(0) - static_cast<float>(mx)).square().mean());
        CHECK(std::sqrt(variance) == Approx(sd).epsilon(0.03));
        CHECK(data->extent() >= std::abs(x) + 4 * sd);
    }
}

TEST_CASE("p_t of a formula integrates to 1 and is that of the mixture it spells") {
    // Two equal modes of standard deviation 0.4 at (±1.2, 0).
    Scene typed, mixed;
    typed.data = {{"formula", {}}, {}, nullptr, "exp(-((x-1.2)^2+y^2)/0.32) + exp(-((x+1.2)^2+y^2)/0.32)"};
    typed.models[0].field = "network";
    typed.view.panes = 1;
    validate(typed, "typed");
    const Component mode{0.5, {1.2, 0}, 0.16 * Eigen::Matrix2d::Identity(), 0}, other{0.5, {-1.2, 0}, 0.16 * Eigen::Matrix2d::Identity(), 0};
    mixed.data = {{"mixture", {}}, {mode, other}, nullptr, {}};
    for (const char* id : {"linear", "vp"}) {
        CAPTURE(id);
        const std::shared_ptr<const Schedule> schedule = build(schedules(), {id, {}}, "schedule");
        const DensityReference a(make_dataset(typed.data), schedule), b(make_dataset(mixed.data), schedule);
        for (const double t : {0.0, 0.3, 0.7, 0.95, 1.0}) {
            CAPTURE(t);
            const Box box{-5, 5, -5, 5};
            const DensityGrid p = a.at(t, box, 100, 100), q = b.at(t, box, 100, 100);
            CHECK(static_cast<double>(p.sum()) * 0.01 == Approx(1).epsilon(2e-3));
            CHECK((p - q).abs().maxCoeff() < 5e-3f * q.maxCoeff());
        }
    }
}

TEST_CASE("a formula that is no density is refused with a sentence") {
    CHECK(refused("exp(-(x^2 + z^2))").starts_with("data.formula: column 13: unknown name 'z' (known: x, y, pi; functions: "));
    CHECK(refused("exp(-x^2") == "data.formula: column 9: a closing parenthesis is missing");
    CHECK(refused("").find("column 1: expected a formula") != std::string::npos);
    CHECK(refused("4 - x^2 - y^2").find("expected at least 0") != std::string::npos);
    CHECK(refused("4 - x^2 - y^2").find("at x = ") != std::string::npos);
    CHECK(refused("max(0, 4 - x^2 - y^2)").empty());
    CHECK(refused("sqrt(x)").find("not a number at x = ") != std::string::npos);
    CHECK(refused("1/(x^2-x^2)").find("infinite at x = ") != std::string::npos);
    CHECK(refused("0*x").find("0 wherever it was tried") != std::string::npos);
    CHECK(refused("1").find("does not fall off") != std::string::npos);
    CHECK(refused("exp(x)").find("does not fall off") != std::string::npos);
    CHECK(refused("1/(1+x^2+y^2)").find("does not fall off") != std::string::npos);
    CHECK(refused("1/(1+x^2+y^2)^2").empty());
}
