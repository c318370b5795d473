#pragma once
#include <span>
#include <vector>

#include "app/panels/context.h"

namespace pf::panels {

// Sets Contour::apart of all contours of one pane.
void measure_gaps(std::vector<Contour>& contours);
// Which contours of a lane (from the highest level to the lowest) stay clear of each other: the outermost, and inwards each that leaves a gap to the last, in every pane with as many, so that
// lines do not close up, a projector's above all, and panes can be compared. `panes`: of all that are shown; `pixel`: a logical pixel in data units. Contours of a difference have none around
// them: all.
std::vector<std::size_t> roomy_contours(std::span<const DensityLegend> panes, int lane, double pixel, Theme theme);
// Half the size of a line's box, in data units.
double half_extent(const Polyline& line);

}  // namespace pf::panels
