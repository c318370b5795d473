#pragma once
#include "app/panels/panels.h"

namespace pf::panels {

// The rows of the data panel for data of one's own, each below the grid while its kind is chosen; in the files of their names.
void draw_mixture_rows(Context& context);  // of every mixture that can be edited
void draw_points_rows(Context& context);
void draw_formula_row(Context& context);

}  // namespace pf::panels
