#include "core/math/field/contours.h"

#include <cmath>
#include <functional>
#include <numbers>

#include "tests/catch.h"

using namespace pf;

namespace {

DensityGrid grid_of(const std::function<double(double, double)>& f, const Box& box, int columns, int rows) {
    DensityGrid out(rows, columns);
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < columns; ++c)
            out(r, c) = static_cast<float>(f(box.x_min + (c + 0.5) * (box.x_max - box.x_min) / columns, box.y_min + (r + 0.5) * (box.y_max - box.y_min) / rows));
    return out;
}

// Shoelace formula: positive where the inside lies on the left.
double area(const Polyline& line) {
    double twice = 0;
    for (std::size_t i = 1; i < line.size(); ++i)
        twice += static_cast<double>(line[i - 1][0]) * static_cast<double>(line[i][1]) - static_cast<double>(line[i][0]) * static_cast<double>(line[i - 1][1]);
    return twice / 2;
}

const Box unit{-1, 1, -1.5, 1.5};

}  // namespace

TEST_CASE("the contour of a paraboloid is its circle, to second order in the cell") {
    const double radius = 0.6;
    double coarse = 0;
    for (const int cells : {24, 48, 96}) {
        const auto p = grid_of([](double x, double y) { return 1 - (x - 0.1) * (x - 0.1) - (y + 0.2) * (y + 0.2); }, unit, cells, cells * 3 / 2);
        const auto lines = contours(p, unit, static_cast<float>(1 - radius * radius));
        REQUIRE(lines.size() == 1);
        CHECK(lines[0].front() == lines[0].back());
        double worst = 0;
        for (const auto& [x, y] : lines[0]) worst = std::max(worst, std::abs(std::hypot(x - 0.1, y + 0.2) - radius));
        // Chords, and crossings a little inside: 3.6/cells² of the area.
        CHECK(area(lines[0]) == Approx(std::numbers::pi * radius * radius).epsilon(4.0 / (cells * cells)));
        // Linear interpolation of a parabola between nodes h apart is off by at most h²/4 · curvature 2 / 2, divided by the slope 2 r.
        const double h = 2.0 / cells;
        CHECK(worst <= h * h / (8 * radius) * 1.5);
        if (coarse > 0) CHECK(worst < 0.4 * coarse);
        coarse = worst;
    }
}

TEST_CASE("two hills give two lines, a valley a hole, an edge an open line, nothing nothing") {
    const auto hill = [](double x, double y, double at) { return std::exp(-20 * ((x - at) * (x - at) + y * y)); };
    const auto two = grid_of([&](double x, double y) { return hill(x, y, -0.5) + hill(x, y, 0.5); }, unit, 60, 90);
    CHECK(contours(two, unit, 0.5f).size() == 2);
    CHECK(contours(two, unit, 2.f).empty());
    CHECK(contours(two, unit, -1.f).empty());
    const auto ring = grid_of([](double x, double y) { return std::exp(-30 * std::pow(std::hypot(x, y) - 0.6, 2)); }, unit, 60, 90);
    const auto both = contours(ring, unit, 0.5f);
    REQUIRE(both.size() == 2);
    CHECK(area(both[0]) * area(both[1]) < 0);  // outside anticlockwise, inside clockwise
    const auto slope = grid_of([](double x, double) { return x; }, unit, 10, 12);
    const auto open = contours(slope, unit, 0.05f);
    REQUIRE(open.size() == 1);
    CHECK(open[0].size() == 12);
    for (const auto& [x, y] : open[0]) CHECK(x == Approx(0.05));
    CHECK(open[0].front()[1] * open[0].back()[1] < 0);
    CHECK(open[0].front()[1] > open[0].back()[1]);  // downwards: the higher side is on the left
    CHECK(contours(DensityGrid(0, 0), unit, 1).empty());
    CHECK(contours(DensityGrid::Constant(1, 5, 1.f), unit, 0.5f).empty());
}

TEST_CASE("a saddle joins its high corners if its middle is high, and the low ones otherwise") {
    DensityGrid p(2, 2);
    p << 1, 0, 0, 1;
    for (const float level : {0.4f, 0.6f}) {
        const auto lines = contours(p, unit, level);
        REQUIRE(lines.size() == 2);
        // The middle, 0.5, is inside for 0.4: then no line passes between it and the lower left corner.
        const auto between = [&](const Polyline& line) { return line[0][0] + line[0][1] < 0 && line[1][0] + line[1][1] < 0; };
        CHECK((between(lines[0]) || between(lines[1])) == (level > 0.5f));
    }
}

TEST_CASE("what is not a number lies outside") {
    auto p = grid_of([](double x, double y) { return 1 - x * x - y * y; }, unit, 40, 60);
    p(30, 20) = std::nanf("");
    const auto lines = contours(p, unit, 0.5f);
    CHECK(lines.size() == 2);
    for (const auto& line : lines)
        for (const auto& [x, y] : line) CHECK((std::isfinite(x) && std::isfinite(y)));
    CHECK(levels_of_mass(p, std::array{0.5})[0] > 0);
}

TEST_CASE("mass levels of a Gaussian are those of its ellipses, and their contours enclose the stated mass") {
    const Box box{-5, 5, -5, 5};
    const double sx = 0.9, sy = 0.5, peak = 1 / (2 * std::numbers::pi * sx * sy);
    const auto p = grid_of([&](double x, double y) { return peak * std::exp(-0.5 * (x * x / (sx * sx) + y * y / (sy * sy))); }, box, 200, 200);
    const std::array shares{0.5, 0.8, 0.95};
    const auto levels = levels_of_mass(p, shares);
    for (std::size_t k = 0; k < shares.size(); ++k) {
        // P(|z|² < r²) = 1 − exp(−r²/2), so the level is peak · (1 − share).
        CHECK(levels[k] == Approx(peak * (1 - shares[k])).epsilon(0.01));
        const auto lines = contours(p, box, levels[k]);
        REQUIRE(lines.size() == 1);
        CHECK(area(lines[0]) == Approx(-2 * std::log(1 - shares[k]) * std::numbers::pi * sx * sy).epsilon(0.01));
        double inside = 0;
        for (Eigen::Index i = 0; i < p.size(); ++i)
            if (p.data()[i] >= levels[k]) inside += static_cast<double>(p.data()[i]) * 0.05 * 0.05;
        CHECK(inside == Approx(shares[k]).margin(0.005));
    }
}

TEST_CASE("mass levels of modes of different height, of a constant and of nothing") {
    const Box box{-4, 4, -4, 4};
    const auto bump = [](double x, double y, double at, double s) { return std::exp(-((x - at) * (x - at) + y * y) / (2 * s * s)) / (2 * std::numbers::pi * s * s); };
    const auto p = grid_of([&](double x, double y) { return 0.5 * bump(x, y, -2, 0.1) + 0.5 * bump(x, y, 2, 0.8); }, box, 400, 400);
    const std::array shares{0.25, 0.75};
    const auto levels = levels_of_mass(p, shares);
    // The narrow mode alone holds the first half: level = its peak · (1 − 0.5); then the wide one, likewise. Cells come in eights of equal value here, each
    // eight with 5 % of the level.
    CHECK(levels[0] == Approx(0.25 / (2 * std::numbers::pi * 0.01)).epsilon(0.05));
    CHECK(levels[1] == Approx(0.25 / (2 * std::numbers::pi * 0.64)).epsilon(0.05));
    CHECK(levels_of_mass(DensityGrid::Constant(8, 8, 3.f), shares)[1] == Approx(3).epsilon(0.01));
    CHECK(levels_of_mass(DensityGrid::Zero(8, 8), shares) == std::vector<float>{0, 0});
    CHECK(levels_of_mass(DensityGrid(0, 0), shares) == std::vector<float>{0, 0});
}
