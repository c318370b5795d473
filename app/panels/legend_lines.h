#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/panels/panels.h"
#include "app/panels/sheet.h"

namespace pf::panels {

// One thing that is drawn in a pane and named in the legend. What `value` holds may differ between panes that are otherwise drawn alike.
struct LegendLine {
    enum class Kind { density, plain, contour, particles, scale, labels, trajectories, velocity, score, streamlines, texture, grid, circle, denoiser, drift, noise, frame, trails, uncoloured } kind;
    std::string text;
    float arrow = 0;  // pixels
    std::string value = {};
    bool ends = false;  // of more than two lanes only the least and the greatest value are written
    bool dashed = false;
};

// How much is said: 2 everything, 1 without how a density was solved, 0 in few words.
using Detail = int;

// What is drawn in the pane of a lane, in the order of its legend; `key`: pixels that the longest arrow may take.
std::vector<LegendLine> legend_lines(const Sheet& sheet, const PaneView& view, int lane, Detail detail, float key);
// Which contours of a lane are drawn in its pane: by their place among them.
std::vector<std::size_t> contours_drawn(const Sheet& sheet, const PaneView& view, int lane);
// The box that p is drawn in, where some of p lies outside of it, so that the edge is no edge of p; or the one in which the error of the field is.
std::optional<Box> framed_box(const PaneView& view, int lane);

}  // namespace pf::panels
