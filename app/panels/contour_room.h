#pragma once
#include <vector>

#include "app/panels/context.h"

namespace pf::panels {

// Which contours of a pane (from the highest level to the lowest) stay clear of each other: the outermost, and inwards each that leaves a gap to the last, so that
// lines do not close up in a small pane, a projector's above all. `pixel`: a logical pixel in data units. Contours of a difference have none around them: all.
std::vector<std::size_t> roomy_contours(const std::vector<Contour>& contours, double pixel, Theme theme);
// Half the size of a line's box, in data units.
double half_extent(const Polyline& line);

}  // namespace pf::panels
