#pragma once
#include <array>
#include <span>
#include <vector>

#include "core/math/field/density_grid.h"

namespace pf {

// x, y of consecutive points; a closed line repeats its first point at the end.
using Polyline = std::vector<std::array<float, 2>>;

// Where the bilinear surface through the cell centres of `p` passes `level`: marching squares (Lorensen & Cline 1987, in two dimensions),
// joined to lines with the higher side on their left. Saddles are resolved by the mean of their corners. Lines end at the outermost centres. What
// is not finite lies below every level.
std::vector<Polyline> contours(const DensityGrid& p, const Box& box, float level);

// For each share in (0, 1), the level above which that share of the total lies: the smallest region with that much mass. By counting
// cells in bins 1/128 of their value wide, interpolated within the bin. Falls with the share; all 0 for a density without mass.
std::vector<float> levels_of_mass(const DensityGrid& p, std::span<const double> shares);

}  // namespace pf
