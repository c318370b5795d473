#pragma once
#include <span>

namespace pf {

// A mean of independent repeats and half the width of its 95 % confidence interval, t_{n−1} s/√n (Student 1908). With one repeat nothing is
// known of the spread: half_width is NaN.
struct Interval {
    double mean = 0, half_width = 0;
    int draws = 0;
};
Interval mean_interval(std::span<const double> values);

struct NoiseFloor;
// A value as a multiple of its floor; where exact draws always give 0, infinity for a value above it, and for 0 there is none: NaN.
double multiple_of_floor(double value, const NoiseFloor& floor);
// multiple_of_floor(), where the floor's mean is itself known only to t_{m−1} s/√m; relative errors add in squares. half_width is NaN for a floor of 0.
Interval ratio_interval(const Interval& value, const NoiseFloor& floor);

// P(|T| ≤ t) of Student's t with a whole number of degrees of freedom (Abramowitz & Stegun 26.7.3 and 26.7.4), and the t where it is 0.95.
double student_probability(double t, int degrees);
double student_95(int degrees);

}  // namespace pf
