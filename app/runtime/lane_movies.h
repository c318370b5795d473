#pragma once
#include <cmath>

#include "app/runtime/compute.h"

namespace pf {

// Where fields are drawn, in units of view_box(): a pane is seldom square, and shows more of the plane to the sides or above and below.
inline constexpr double field_reach = 1.5;
Box field_box(const Scene& scene);
// Cells across it, of which so many are across view_box().
inline int across_field_box(int cells) { return static_cast<int>(std::lround(field_reach * cells)); }

// lane_fields() on field_box(), with `cells` across view_box(), at times where both are finite; without scores where the path, or a network without weights,
// has none. Throws BadInput where there is no velocity yet.
FieldMovie lane_field_movie(const Scene& scene, int lane, const FieldSet& fields, int cells, int slices, std::stop_token stop = {});

// p_t of exact_data(), which must be known (guidance.h).
DensityMovie exact_density_movie(const Scene& scene, int lane, int cells, int slices, std::stop_token stop = {});

}  // namespace pf
