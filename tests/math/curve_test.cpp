#include "core/math/curve.h"

#include <cmath>

#include "core/math/schedule/schedules.h"
#include "core/math/sigma/sigmas.h"
#include "tests/catch.h"

using namespace pf;

TEST_CASE("a curve meets its points, is straight where they are, and has the weighted harmonic mean of the secants as slope", "[curve]") {
    const CurvePoints points{{0, 0.25}, {0.25, 0.5}, {0.5, 1.25}, {1, 1.5}};
    const MonotoneCurve curve(points);
    for (const auto& [t, value] : points) CHECK(curve.at(t).value == value);
    // Fritsch & Butland 1984: secants 1 and 3 over pieces of the same length have the harmonic mean 1.5; 3 and ½ over ¼ and ½ the weights 1.25 and 1.
    CHECK(curve.at(0.25).slope == Approx(1.5));
    CHECK(curve.at(0.5).slope == Approx((1.25 + 1.0) / (1.25 / 3 + 1.0 / 0.5)));
    const MonotoneCurve line({{0, 1}, {0.3, 0.7}, {0.4, 0.6}, {1, 0}});
    for (const double t : {0.0, 0.1, 0.35, 0.4, 0.77, 1.0}) {
        CHECK(line.at(t).value == Approx(1 - t).margin(1e-15));
        CHECK(line.at(t).slope == Approx(-1));
    }
}

TEST_CASE("a curve rises where its points rise, never passes them, and its slope is its derivative", "[curve]") {
    const MonotoneCurve curve({{0, 0}, {0.05, 0.9}, {0.5, 0.9}, {0.55, 0.91}, {1, 1}});
    double before = 0;
    for (int i = 0; i <= 2000; ++i) {
        const double t = i / 2000.0, value = curve.at(t).value;
        CAPTURE(t);
        CHECK(value >= before - 1e-15);
        CHECK(curve.at(t).slope >= 0);
        before = value;
        // Not across a point, where the second derivative jumps.
        const double h = 1e-6;
        if (t > 0.001 && t < 0.999 && std::abs(t - 0.05) > h && std::abs(t - 0.5) > h && std::abs(t - 0.55) > h)
            CHECK(curve.at(t).slope == Approx((curve.at(t + h).value - curve.at(t - h).value) / (2 * h)).margin(1e-5));
    }
    CHECK(curve.at(0.3).value == 0.9);
    CHECK(before == 1);
}

TEST_CASE("a drawn σ_t and a drawn schedule are the curves they were given", "[curve]") {
    const CurvePoints shape{{0, 2}, {0.4, 0.5}, {1, 0}}, rise{{0, 0.1}, {0.6, 0.8}, {1, 1}}, fall{{0, 3}, {0.5, 1}, {1, 0.2}};
    const auto schedule = build(schedules(), {"custom", {}, {{"alpha", rise}, {"beta", fall}}}, "test");
    const auto sigma = build(sigmas(), {"drawn", {}, {{"curve", shape}}}, "test");
    const MonotoneCurve expected_sigma(shape), alpha(rise), beta(fall);
    for (const double t : {0.0, 0.2, 0.4, 0.55, 0.9, 1.0}) {
        const Coefficients c = schedule->at(t);
        CHECK(sigma->at(t, *schedule) == expected_sigma.at(t).value);
        CHECK(c.alpha == alpha.at(t).value);
        CHECK(c.beta == beta.at(t).value);
        CHECK(c.d_alpha == alpha.at(t).slope);
        CHECK(c.d_beta == beta.at(t).slope);
        CHECK(c.d_alpha * c.beta - c.alpha * c.d_beta > 0);
    }
}
