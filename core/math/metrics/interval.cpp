#include "core/math/metrics/interval.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "core/math/errors.h"
#include "core/math/metrics/metrics.h"

namespace pf {

double student_probability(double t, int degrees) {
    check(degrees > 0 && t >= 0, "t = {} with {} degrees of freedom", t, degrees);
    const double theta = std::atan(t / std::sqrt(degrees)), sine = std::sin(theta), cosine = std::cos(theta);
    const bool odd = degrees % 2 == 1;
    double term = odd ? sine * cosine : sine, sum = degrees == 1 ? 0 : term;
    for (int k = odd ? 3 : 2; k <= degrees - 2; k += 2) {
        term *= cosine * cosine * (k - 1) / k;
        sum += term;
    }
    return odd ? 2 / std::numbers::pi * (theta + sum) : sum;
}

double student_95(int degrees) {
    double low = 1.9, high = 13;  // the normal's 1.96, and 12.7 with one degree
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (student_probability(middle, degrees) < 0.95 ? low : high) = middle;
    }
    return high;
}

Interval mean_interval(std::span<const double> values) {
    Interval out;
    out.draws = static_cast<int>(values.size());
    if (values.empty()) return out;
    const double n = static_cast<double>(values.size());
    for (const double value : values) out.mean += value / n;
    double squares = 0;
    for (const double value : values) squares += (value - out.mean) * (value - out.mean);
    out.half_width = out.draws > 1 ? student_95(out.draws - 1) * std::sqrt(squares / ((n - 1) * n)) : std::numeric_limits<double>::quiet_NaN();
    return out;
}

double multiple_of_floor(double value, const NoiseFloor& floor) {
    if (floor.mean > 0) return value / floor.mean;
    return value > 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
}

Interval ratio_interval(const Interval& value, const NoiseFloor& floor) {
    Interval out{multiple_of_floor(value.mean, floor), std::numeric_limits<double>::quiet_NaN(), value.draws};
    if (floor.pairs < 2 || !(floor.mean > 0)) return out;
    const double of_floor = student_95(floor.pairs - 1) * floor.standard_deviation / std::sqrt(floor.pairs) / floor.mean;
    out.half_width = std::hypot(value.half_width / floor.mean, out.mean * of_floor);
    return out;
}

}  // namespace pf
