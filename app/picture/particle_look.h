#pragma once
#include <Eigen/Core>

#include "app/panels/theme.h"

namespace pf {

// How large particles and their trails are, and what they cover at most, so that a density behind them stays in sight.
struct ParticleLook {
    double radius = 1.5;       // logical pixels
    double trail_size = 0.33;  // of the youngest part of a trail, in radii
    double cover = 1;          // of all together, 0 … 1 (render::PaneFrame::particle_cover)
};
// `pane`: its shorter side, `window`: its height, in logical pixels of 100 %; `over_density`: one is drawn behind them.
ParticleLook particle_look(panels::Theme theme, Eigen::Index particles, double pane, double window, bool over_density, double zoom);

}  // namespace pf
