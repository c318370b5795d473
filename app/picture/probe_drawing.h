#pragma once
#include <vector>

#include "app/panels/camera.h"
#include "app/render/renderer.h"

namespace pf {

// Adds the curves through the pinned point, as known for one lane, to what the renderer draws: the conditional paths of the posterior, the fan of SDE paths, dashed, and,
// over them, the ODE; each with a mark where it reaches the source or the data. On the plane, or as x₁ over t where `line` says how space–time lies. `thin`: half the
// width of a thin line, pixels.
struct ProbeInk {
    float thin, mark;  // mark: the radius of one, pixels
    double units_per_pixel;
    Box visible;
};
void probe_segments(std::vector<render::Segment>& out, const panels::UiState& ui, int lane, const ProbeInk& ink, const panels::SpaceTime* line = nullptr);

}  // namespace pf
