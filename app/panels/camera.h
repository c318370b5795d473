#pragma once
#include "app/panels/context.h"
#include "app/runtime/scene_document.h"
#include "core/math/field/density_grid.h"

namespace pf::panels {

// What a pane shows, in data units, y up; the same arithmetic for the canvas, the axes and the mouse.
struct PaneCamera {
    double x = 0, y = 0;              // world point at the pane's centre
    double units_per_pixel = 0.01;
};

// Zoom 1 fits `box` (scene_box(scene)), or what a tool holds, into the pane below its title; every pane shares centre and zoom.
PaneCamera pane_camera(const UiState& ui, const Box& box, const Rect& pane);
// The side of the square that a pane of any size shows whole, in data units.
double shown_side(const UiState& ui, const Box& box);

struct Point {
    double x = 0, y = 0;
};
Point to_screen(const PaneCamera& camera, const Rect& pane, Point world);
Point to_world(const PaneCamera& camera, const Rect& pane, Point screen);

// Multiplies the zoom, within limits::zoom, so that the world point under `screen` stays there.
void zoom_at(UiState& ui, const Box& box, const Rect& pane, Point screen, double factor);
void pan(UiState& ui, const Box& box, const Rect& pane, double dx, double dy);  // by screen pixels
void reset_camera(UiState& ui);
// How far panes show the plane, and somewhat beyond: the same while the camera moves little.
Reach shown_reach(const UiState& ui, const Box& box, const Layout& layout);

// Time and camera as a file keeps them, and back.
Viewpoint viewpoint(const UiState& ui);
void look_from(UiState& ui, const Viewpoint& viewpoint);
void pin_as(UiState& ui, const Viewpoint& viewpoint);  // what was pinned, if anything; nothing else

// Space–time: t to the right, x₁ up, all of 0 … 1 and of the box below the title of a pane; world units are those of x₁ in both directions.
struct SpaceTime {
    PaneCamera camera;
    double left = 0, width = 1;  // of t = 0 … 1
    double x(double t) const { return left + t * width; }
    double t(double x) const { return (x - left) / width; }
};
inline constexpr Eigen::Index world_lines = 24;  // particles whose x₁ is drawn over t
SpaceTime space_time(const UiState& ui, const Box& box, const Rect& pane);

// The square that shows noise and data with a small margin: |x| and |y| up to 3.3, and up to the 99.8 % quantile of 4,000 draws of
// the data. Tighter than view_box(), which holds the tails of the density too.
Box framing(const DataSpec& data);
// framing() of the scene's data, kept by each thread until it asks for others'.
const Box& scene_box(const Scene& scene);

}  // namespace pf::panels
