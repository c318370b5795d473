#pragma once
#include <span>
#include <string>
#include <vector>

#include "app/panels/panels.h"
#include "app/panels/theme.h"

namespace pf::panels {

struct PlotPoint {
    double x, y;  // y NaN: the line is interrupted here
};
// At most four points per column of an axis `columns` wide (first, least, greatest, last), so that no spike is lost, and one neighbour beyond each
// end, so that lines run up to the frame. x of the result in columns, y as given. x does not decrease; what the axis does not have is left out.
std::vector<PlotPoint> decimate(std::span<const double> x, std::span<const double> y, const Axis& axis, int columns);

// Polyline, broken at NaN; `dashed` in strokes of a few pixels, `stretch` times as long.
void draw_curve(ImDrawList& draw, std::span<const ImVec2> points, ImU32 colour, float width, bool dashed, float stretch = 1);
float two_dashes(float width);  // the length of a line that ends with its second dash

// Where the parts of a plot lie on the screen; ImGui coordinates.
struct PlotFrame {
    ImVec2 min, max;        // of the curves
    ImVec2 outer_min, outer_max;  // with the axes' numbers
    std::vector<std::string> x_title = {};  // rows below the numbers of x; empty: a short name stands among them
    ImVec2 at(double fx, double fy) const { return {min.x + static_cast<float>(fx) * (max.x - min.x), max.y - static_cast<float>(fy) * (max.y - min.y)}; }
    bool usable() const { return max.x > min.x + 4 && max.y > min.y + 4; }
};

// Grid, bands, marks and curves; no interaction. `font` and its size are used for all text.
struct PlotInk {
    ImDrawList& draw;
    ImFont* font;
    float size;
    Theme theme;
    bool names = false;  // marks are named
};
PlotFrame plot_frame(const PlotInk& ink, ImVec2 min, ImVec2 max, const std::string& x_label);
void draw_figure(const PlotInk& ink, const PlotFrame& frame, const Figure& figure, const FigureView& view);
// The sample of a curve or band that stands in the legend, `width` by the font's height.
void draw_legend_key(const PlotInk& ink, ImVec2 at, float width, const Figure& figure, const std::string& entry);
// The entries of the legend in order, each once.
std::vector<std::string> legend_entries(const Figure& figure);
// Title, plot, legend and notes of a figure, drawn into a rectangle without any interaction: for pictures.
void draw_plot_picture(const PlotInk& ink, ImVec2 min, ImVec2 max, const Figure& figure, const FigureView& view);

// What is shown of a figure under the settings that the user made of its plot.
FigureView view_of(const Figure& figure, const PlotView& settings);

// A whole plot in the window that is open: title, buttons, curves, legend. Fills the width, `height` pixels for the curves. Drag pans, the wheel
// zooms (on an axis' numbers that axis alone, with Shift x, with Ctrl y), a right drag cuts out, a double click fits, right click or ⋯ opens the menu.
// `large`: over the canvas; its button closes instead of opening.
void draw_plot(Context& context, const Figure& figure, float height, bool large = false);

// All plots, by id. Each makes its figure anew and says what it needs measured (Context::wanted).
struct PlotEntry {
    std::string_view id;
    Figure (*figure)(Context& context);
    float lines = 11;  // height of the small plot, in lines of small text
};
std::span<const PlotEntry> plots();
// The small plot of a panel, or why there is none yet.
void draw_plot(Context& context, std::string_view id);
void draw_large_plot(Context& context, const Layout& layout);

// Figures, one function each, in the file of their panel.
Figure loss_figure(Context& context);
Figure loss_over_time_figure(Context& context);
Figure training_quality_figure(Context& context);
Figure quality_over_time_figure(Context& context);
Figure field_error_figure(Context& context);
Figure quality_figure(Context& context);
Figure schedule_figure(Context& context);
Figure log_snr_figure(Context& context);
Figure mass_figure(Context& context);  // of the box V, likewise below
Figure outflow_figure(Context& context);

}  // namespace pf::panels
