#pragma once
#include "app/panels/camera.h"
#include "app/panels/sheet.h"

namespace pf::panels {

// A point (x, t) of the plane that is held: pinned by a click where no particle is, dragged, and let go by a click on it. Screen state, never an undo entry.

// The drag of a pinned point, or of a pinned particle, which becomes a point. True while it has the mouse. `pressed_in`: the pane of the last press, or −1.
bool drag_pinned(Context& context, const Layout& layout, const Box& box, int pressed_in);
// Whether the mouse, in data units, is on it.
bool on_pinned_point(const UiState& ui, const PaneCamera& camera, Point mouse);
// A click that was no drag: on the hovered particle, or on the empty plane at `at`.
void click_pins(Context& context, Point at);
void unpin(UiState& ui);

// What is drawn through the pinned point, in the first lanes; nothing where none is.
std::optional<ProbeRequest> point_request(const UiState& ui, int panes);
// What the pinned and the hovered want to know; sent to the session every frame.
void ask_probe(Context& context);

// Where the curves through the pinned point are now, the point itself, its D, and what the lines mean.
void draw_pinned_point(const Sheet& sheet, const PaneView& view, int lane);
void draw_pinned_point(const Sheet& sheet, const PaneView& view, int lane, const SpaceTime& line);  // in space–time: the point, and what the lines mean
// What is known of it in one lane; null while that is being computed.
const ProbeLane* probed(const ProbeResult* result, int lane);

}  // namespace pf::panels
