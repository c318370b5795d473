#pragma once
#include <string>
#include <vector>

namespace pf {

// One axis of a plot.
struct Axis {
    double min = 0, max = 1;
    bool logarithmic = false;  // then min > 0
    std::string label;
    double fraction(double value) const;  // 0 at min, 1 at max; NaN for what a logarithmic axis does not have
    double value(double fraction) const;  // its inverse
};

// Positions of grid lines: 1, 2 or 5 times a power of ten, about `count` and never fewer than two; on a logarithmic axis powers of ten,
// over less than three of them round mantissas, and never fewer than three lines.
std::vector<double> ticks(const Axis& axis, int count);
std::string tick_label(double value);
// One per tick, with as many digits as tell neighbours apart.
std::vector<std::string> tick_labels(const std::vector<double>& ticks);

// From the least to the greatest value, with a margin; 0 … 1, or 0.1 … 1 if logarithmic, where least > greatest.
Axis padded(double least, double greatest, bool logarithmic, std::string label);

// The value at `fraction` stays there, all else comes `factor` times nearer to it (< 1: goes away). Never so near or far that doubles end.
Axis zoomed(const Axis& axis, double fraction, double factor);
// What was at `fraction` is then at fraction + by.
Axis panned(const Axis& axis, double by);
// From one fraction to another, in either order.
Axis cut(const Axis& axis, double from, double to);

}  // namespace pf
