#pragma once
#include "app/panels/panels.h"
#include "app/panels/sheet.h"
#include "app/runtime/box_flow.h"

namespace pf::panels {

// The flow through view.box of the density that a lane's pane shows, kept until either changes; null while there is none. UI thread only.
const BoxFlow* lane_box_flow(const Scene& scene, const Results& results, int lane);
// The box on a pane, with what it holds and loses at t beside it.
void draw_box(const Sheet& sheet, const PaneView& view, int lane);

}  // namespace pf::panels
