#pragma once
#include "app/panels/panels.h"
#include "app/panels/sheet.h"
#include "app/runtime/box_flow.h"

namespace pf::panels {

// The flow through view.box of the density that a lane's pane shows, kept until either changes; null while there is none. Of particles the last that was counted: while the box is
// dragged, of a box a moment older. UI thread only.
std::shared_ptr<const BoxFlow> lane_box_flow(const Scene& scene, const Results& results, const LayerResults& layers, int lane);
// The box on a pane, with what it holds and loses at t beside it.
void draw_box(const Sheet& sheet, const PaneView& view, int lane);

}  // namespace pf::panels
