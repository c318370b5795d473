#pragma once
#include <string>

#include "app/picture/sheet_page.h"
#include "app/render/renderer.h"

namespace pf {

// The page as SVG: trajectories, trails, arrows, contours, particles, axes and words as vectors, densities and the flow texture as embedded PNG. At
// most most_drawn_particles of a pane are drawn, and the page says so. Neither OpenGL nor Dear ImGui; any thread.
inline constexpr Eigen::Index most_drawn_particles = 20'000, most_drawn_trails = 2'000;
std::string sheet_svg(const SheetPage& page, const Scene& scene, const panels::UiState& ui, const Results& results, const LayerResults& layers);

// One pane in the rectangle that its frame's viewport says, pixels from above: a group without words. `id` is the clip path's. Trails are dashed where the lane has noise.
std::string pane_svg(const render::PaneFrame& frame, const render::CanvasStyle& style, const panels::Rect& rect, const std::string& id, bool dashed_trails);

}  // namespace pf
