#pragma once
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/runtime/figure/axis.h"
#include "app/runtime/files/csv.h"

namespace pf {

// A plot as values: what the window draws, and what leaves as SVG, CSV or PNG.
struct Figure {
    struct Scale {
        std::string label = {}, unit = {};  // unit "" or "1": a pure number
        bool logarithmic = false;         // as shown at first
        double min = 0, max = 0;          // shown at first; max ≤ min: what the curves need
        bool time = false;                // of x: it is t, from 0 to 1
        std::string unit_in_words() const;  // "units of x" of that of the coordinates; "" of a pure number
        std::string title() const;        // "sliced W₂ (units of x)"
    };
    struct Curve {
        std::string name = {};            // the column's in a file
        std::vector<double> x, y;         // x does not decrease; y NaN: a gap
        std::vector<double> half_width = {};  // of a 95 % interval about y, NaN: not known; empty: none
        int ink = 0;                      // 0 … 3: the colour of that lane or model; −1: muted
        bool dashed = false, faint = false, points = false;  // points: a mark at every value
        std::string group = {};           // its entry in the legend, which it may share; empty: the name
        const std::string& entry() const { return group.empty() ? name : group; }
    };
    // What lies between two curves: a noise floor.
    struct Band {
        std::string name = {};
        std::vector<double> x = {}, low = {}, high = {};
        int ink = -1;
    };
    struct Mark {
        double x = 0;
        std::string label = {};
    };
    std::string id, title;
    Scale x, y;
    std::vector<Curve> curves;
    std::vector<Band> bands;
    std::optional<double> now = {};       // of x: what is shown stands there, not at the t of the time bar
    std::vector<Mark> marks;              // vertical lines
    std::string mark_name = {};           // their entry in the legend; empty: none
    std::string nothing;                  // why there is nothing to show yet
    std::vector<std::string> notes;       // what a reader must know besides
};

// What is shown of a figure: both axes, and the entries of the legend that are switched off.
struct FigureView {
    Axis x, y;
    std::set<std::string> hidden;
};
// Axes that show all that is not hidden; y shows what lies within x. `x`, `y`: ranges chosen instead.
struct Range {
    double min, max;
};
FigureView fitted(const Figure& figure, std::set<std::string> hidden = {}, bool log_x = false, bool log_y = false, std::optional<Range> x = {}, std::optional<Range> y = {});
FigureView fitted_as_given(const Figure& figure);
// Where a curve has marks: at every value, or at eight of many where but for its colour it would be another's; none otherwise.
std::vector<std::size_t> marked_values(const Figure& figure, const Figure::Curve& curve);
// Without what is hidden.
Figure visible(Figure figure, const std::set<std::string>& hidden);

// A column of x, then one per curve, its interval (half_width_95) and a band's two edges, each with its unit in brackets. A line per x of any
// curve, increasing; a cell is empty where a curve has no such x, and nan where it is interrupted. A band is straight between its own x.
Csv figure_csv(const Figure& figure);
// In whose letters words and numbers of an axis of time are written; what is missing leaves them as they are.
struct FigureLetters {
    std::function<std::string(std::string_view)> words = {};
    std::function<double(double t)> time = {};
};
// A picture of its own, 980 wide, on white, in the colours of the light theme; notes stand below.
std::string figure_svg(const Figure& figure, const FigureView& view, const FigureLetters& letters = {});

// Means over the entries with x·(1 ± 1/8), none farther away than a fortieth of the last x, so that what falls early is not held up; NaN stays a
// gap and is not counted. x ≥ 0 does not decrease.
std::vector<double> smoothed(const std::vector<double>& x, const std::vector<double>& values);

}  // namespace pf
