#pragma once
#include "app/panels/camera.h"
#include "app/panels/context.h"
#include "app/render/renderer.h"
#include "app/runtime/results.h"

namespace pf {

// The way of one particle of a lane as segments, added to `out`; what left the range of numbers is left out.

void polyline(std::vector<render::Segment>& out, const LaneResult& lane, Eigen::Index particle, float half_width, render::Colour c);
// x₁ over t, of space–time: up to `now` in its colour, then pale.
void world_line(std::vector<render::Segment>& out, const LaneResult& lane, Eigen::Index particle, const panels::SpaceTime& view, double now, float half_width, render::Colour c);
// A ring where it leaves the source, a square where it reaches the data; `radius` in pixels.
void path_marks(std::vector<render::Segment>& out, const LaneResult& lane, Eigen::Index particle, float radius, double units_per_pixel, render::Colour c);
// Of these marks, in logical pixels.
float mark_radius(panels::Theme theme);

}  // namespace pf
