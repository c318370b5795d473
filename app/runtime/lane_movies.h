#pragma once
#include <cmath>

#include "app/runtime/compute.h"

namespace pf {

// How far fields are drawn at least, in units of view_box(): a pane is seldom square, and shows more of the plane to the sides or above and below.
inline constexpr double field_reach = 1.5;

// How far fields are wanted to each side of 0, in units of x: as far as panes show, which may be wide.
struct Reach {
    double x = 0, y = 0;
    bool operator==(const Reach&) const = default;
};

// lane_fields() as far as field_reach, or `reach` where that is farther, with `cells` across view_box(), at times where both are finite; without scores where
// the path, or a network without weights, has none. Cells are a whole number of times as large where more than 96 would be across. Throws BadInput where there is no velocity yet.
FieldMovie lane_field_movie(const Scene& scene, int lane, const FieldSet& fields, int cells, int slices, Reach reach = {}, std::stop_token stop = {});
// The box and cells of that movie.
struct ArrowGrid {
    Box box;
    int width, height;
};
ArrowGrid arrow_grid(const Box& view_box, int cells, Reach reach);
// Square cells as far, `cells` across view_box(); `coarser` times as large where they would be more than those of 2.5 field boxes, so that zooming out costs no more.
struct FlowGrid {
    Box box;
    int width, height;  // even
    double coarser;
};
FlowGrid flow_grid(const Box& view_box, int cells, Reach reach);

// p_t of exact_data(), which must be known (guidance.h).
DensityMovie exact_density_movie(const Scene& scene, int lane, int cells, int slices, std::stop_token stop = {});

}  // namespace pf
