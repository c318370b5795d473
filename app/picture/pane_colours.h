#pragma once
#include <array>
#include <span>
#include <string>
#include <vector>

#include "app/panels/context.h"
#include "app/panels/palette.h"
#include "app/render/renderer.h"

namespace pf {

// Colours of panes: those of the theme as the renderer takes them, and what the legends say they mean.

// `opacity` 0 … 1.
render::Colour colour(panels::Rgb c, double opacity = 1);
// Where a particle started, as a colour: hue by angle, paler towards the middle. Equal lightness in OKLCH, so no direction shouts.
render::Colour start_colour(float x, float y, bool dark);
// The same for all of a start. The longest is kept, and of one that begins as it did only the rest is computed: while a network trains or σ_t is dragged, all
// pictures have the same noise, some more of it than others.
class StartColours {
public:
    // Until the next call.
    std::span<const render::Colour> of(const Points& start, bool dark);

private:
    Points start_{0, 2};
    bool dark_ = true;
    std::vector<render::Colour> colours_;
};
// Errors have a map of their own, so that nobody takes them for a density.
render::CanvasStyle error_style(render::CanvasStyle style);
render::CanvasStyle canvas_style(panels::Theme theme);
// Particles by value have another map than the density beneath them.
render::CanvasStyle value_style(const Scene& scene, render::CanvasStyle style);

// The colours of the heat map or what stands in its place, and of the particles, as the legend wants them.
panels::HeatMapLegend legend_of(const Scene& scene, panels::Theme theme, const std::array<panels::DensityLegend, 4>& lanes);

// What the colours of particles say, for a page: a scale whose ends have names, or patches with a name each. Empty where particles have the colour of their lane.
struct HueScale {
    std::vector<render::Colour> colours;
    std::vector<std::string> names;
    bool patches = false;
};
HueScale hue_scale(const Scene& scene, panels::Theme theme, const std::array<panels::DensityLegend, 4>& lanes);

}  // namespace pf
