#pragma once
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "app/panels/theme.h"

namespace pf::panels {

// One curve; NaN is a gap. x increases.
struct Curve {
    std::span<const float> x, y;
    Rgb colour{};
    bool dashed = false;
    std::string label;
};

struct Axis {
    double min = 0, max = 1;
    bool logarithmic = false;  // then min > 0
    std::string label;
    double fraction(double value) const;  // 0 at min, 1 at max
};

// Positions of grid lines: 1, 2 or 5 times a power of ten, about `count`; on a logarithmic axis powers of ten,
// over less than three of them round mantissas, and never fewer than three lines.
std::vector<double> ticks(const Axis& axis, int count);
std::string tick_label(double value);
// The smallest and largest finite (positive, if logarithmic) value of all curves, with a margin; 0 … 1 without any.
Axis fitted(std::span<const Curve> curves, bool logarithmic, std::string label);

struct PlotPoint {
    float x, y;  // y NaN: the line is interrupted here
};
// At most four points per column of a plot `columns` wide (first, least, greatest, last), so that no spike is lost. x of the result in
// columns 0 … columns, y as given.
std::vector<PlotPoint> decimate(const Curve& curve, double x_min, double x_max, int columns);

// Polyline, broken at NaN; `dashed` in strokes of a few pixels.
void draw_curve(ImDrawList& draw, std::span<const ImVec2> points, ImU32 colour, float width, bool dashed);

// Axes, grid, curves, legend, the value under the mouse. Fills the width of the window, `height` pixels.
void plot(const char* id, std::span<const Curve> curves, const Axis& x, const Axis& y, float height, Theme theme);

}  // namespace pf::panels
