#pragma once
#include <array>
#include <vector>

#include "app/density_picture.h"
#include "app/height_view.h"
#include "app/panels/camera.h"
#include "app/render/renderer.h"

namespace pf {

// Turns results at one t into what the renderer draws, one instance per window or export. Keeps the buffers and the pieces that
// only change with a result (colours, whole trajectories) between frames.
class Composer {
public:
    // Positions and densities at ui.playback.t; before the interface, whose legends show legend().
    void prepare(const Scene& scene, const panels::UiState& ui, const Results& results);
    // Draws all panes of `layout` into the bound framebuffer. `pixels` is framebuffer pixels per logical pixel, `height` that of the
    // framebuffer. The arguments must be those of prepare().
    void draw(render::Renderer& renderer, const Scene& scene, const panels::UiState& ui, const Results& results, const panels::Layout& layout, float pixels, int height);
    // What each pane's density layers show; all panes share one scale, the largest shown.
    const std::array<panels::DensityLegend, 4>& legend() const { return legend_; }

private:
    struct Pane {
        Key key = 0;
        bool coarse = false;
        std::string colour_by;
        bool dark = true;
        std::vector<render::Colour> colours;
        const LaneResult* log_p_of = nullptr;
        panels::DensityLegend log_p_range;  // its two ends alone
        Column log_p;
        std::vector<render::Colour> log_p_colours;  // of this frame; empty: particles keep `colours`
        std::vector<render::Segment> trajectories;
        std::vector<Points> trail;  // oldest first, the particles last
        std::vector<const Points*> trail_slices;
        std::vector<render::Segment> segments;
        DensityPicture picture;
        HeightMesh mesh;
    };
    void positions(Pane& pane, const LaneResult& lane, double t, bool trails);
    // Colours by log p, on one scale for all t.
    void log_p(Pane& pane, const LaneResult* lane, const panels::UiState& ui, panels::DensityLegend& legend);
    void segments(Pane& pane, const Scene& scene, const panels::UiState& ui, const Results& results, int lane, double t, float pixels);
    void surface(Pane& pane, const panels::UiState& ui, const Box& square, double maximum, float pixels);
    void space_time(Pane& pane, const panels::UiState& ui, const LaneResult* lane, const panels::SpaceTime& view, std::size_t index, float pixels);
    void take_over(Pane& pane, const LaneResult& lane, const Scene& scene, const panels::UiState& ui, std::size_t index, float pixels);

    std::array<Pane, 4> panes_;
    std::array<panels::DensityLegend, 4> legend_{};
};

render::CanvasStyle canvas_style(panels::Theme theme);

// The colour table of the heat map, or of differences, as the legend wants it.
const std::array<std::uint32_t, 256>& legend_colours(panels::Theme theme, bool difference);

}  // namespace pf
