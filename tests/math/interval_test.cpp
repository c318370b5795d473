#include "core/math/metrics/interval.h"

#include <cmath>
#include <numbers>
#include <vector>

#include "core/math/metrics/metrics.h"
#include "core/math/random.h"
#include "tests/catch.h"

using namespace pf;

TEST_CASE("Student's t has its printed quantiles, and its closed forms for one and two degrees") {
    // Abramowitz & Stegun, table 26.10, P = 0.95 two-sided.
    for (const auto& [degrees, t] : {std::pair{1, 12.706}, {2, 4.303}, {3, 3.182}, {4, 2.776}, {5, 2.571}, {9, 2.262}, {19, 2.093}, {30, 2.042}, {120, 1.980}})
        CHECK(student_95(degrees) == Approx(t).margin(6e-4));
    CHECK(student_95(100000) == Approx(1.95996).margin(1e-4));
    for (const double t : {0.0, 0.3, 1.0, 5.0}) {
        CHECK(student_probability(t, 1) == Approx(2 / std::numbers::pi * std::atan(t)).margin(1e-14));
        CHECK(student_probability(t, 2) == Approx(t / std::sqrt(2 + t * t)).margin(1e-14));
    }
}

TEST_CASE("95 of 100 intervals hold the mean, whatever the number of draws") {
    Random random(1, "intervals");
    for (const int n : {2, 5, 20}) {
        const int trials = 4000;
        int held = 0;
        for (int k = 0; k < trials; ++k) {
            std::vector<double> values;
            for (int i = 0; i < n; ++i) values.push_back(3 + 2 * random.normal());
            const Interval interval = mean_interval(values);
            held += std::abs(interval.mean - 3) <= interval.half_width;
        }
        CAPTURE(n, held);
        CHECK(std::abs(held - 0.95 * trials) < 4 * std::sqrt(0.95 * 0.05 * trials));
    }
    const std::vector<double> one{7};
    CHECK(mean_interval(one).mean == 7);
    CHECK(std::isnan(mean_interval(one).half_width));
    CHECK(mean_interval({}).draws == 0);
}

TEST_CASE("95 of 100 intervals of a ratio hold it, with a floor that is an estimate itself") {
    Random random(2, "ratios");
    const int trials = 4000, pairs = 20;
    int held = 0;
    for (int k = 0; k < trials; ++k) {
        std::vector<double> values, floors;
        for (int i = 0; i < 6; ++i) values.push_back(0.5 + 0.05 * random.normal());
        for (int i = 0; i < pairs; ++i) floors.push_back(0.2 + 0.02 * random.normal());
        const Interval floor = mean_interval(floors);
        const double deviation = floor.half_width * std::sqrt(pairs) / student_95(pairs - 1);
        const Interval ratio = ratio_interval(mean_interval(values), NoiseFloor{floor.mean, deviation, pairs});
        held += std::abs(ratio.mean - 2.5) <= ratio.half_width;
    }
    CAPTURE(held);
    // Adding the two in squares is a little cautious (Welch would have fewer degrees of freedom): between 94 and 98 of 100.
    CHECK(held > 0.94 * trials);
    CHECK(held < 0.98 * trials);
}
