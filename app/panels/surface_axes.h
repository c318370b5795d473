#pragma once
#include "app/panels/perspective.h"
#include "app/panels/sheet.h"

namespace pf::panels {

// The surface: x₁ and x₂ along the two front edges of its square, beyond which nothing hides them, and its height, up to `maximum`, at the corner most to the left. Numbers stay in
// their pane and off each other.
void draw_surface_axes(const Sheet& sheet, const Perspective& view, double maximum);

}  // namespace pf::panels
