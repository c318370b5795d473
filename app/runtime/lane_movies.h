#pragma once
#include "app/runtime/compute.h"

namespace pf {

// lane_fields() on a grid of cells, at times where both are finite; without scores where the path, or a network without weights, has none. Throws BadInput
// where there is no velocity yet.
FieldMovie lane_field_movie(const Scene& scene, int lane, const FieldSet& fields, int cells, int slices, std::stop_token stop = {});

// p_t of exact_data(), which must be known (guidance.h).
DensityMovie exact_density_movie(const Scene& scene, int lane, int cells, int slices, std::stop_token stop = {});

}  // namespace pf
