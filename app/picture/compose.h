#pragma once
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/panels/camera.h"
#include "app/picture/density_picture.h"
#include "app/picture/height_view.h"
#include "app/picture/layer_segments.h"
#include "app/picture/pane_colours.h"
#include "app/render/renderer.h"

namespace pf {

// Turns results at one t into what the renderer draws, one instance per window or export. Keeps the buffers and the pieces that
// only change with a result (colours, whole trajectories) between frames.
class Composer {
public:
    // Positions and densities at ui.playback.t; before the interface, whose legends show legend().
    void prepare(const Scene& scene, const panels::UiState& ui, const Results& results, const LayerResults& layers);
    // Draws all panes of `layout` into the bound framebuffer. `pixels` is framebuffer pixels per logical pixel, `height` that of the
    // framebuffer. Panes without width or height are left out. The arguments must be those of prepare().
    void draw(render::Renderer& renderer, const Scene& scene, const panels::UiState& ui, const Results& results, const LayerResults& layers, const panels::Layout& layout, float pixels, int height);
    // The same panes for whoever draws them otherwise; what a frame points to lives until the next call.
    using Painter = std::function<void(int pane, const render::PaneFrame& frame, const render::CanvasStyle& style)>;
    void draw(const Painter& painter, const Scene& scene, const panels::UiState& ui, const Results& results, const LayerResults& layers, const panels::Layout& layout, float pixels, int height);
    // Another ground than the theme's, for draw(); none: the theme's.
    void set_ground(std::optional<render::Colour> ground) { ground_ = ground; }
    // What each pane's density layers show; all panes share one scale, the largest shown.
    const std::array<panels::DensityLegend, 4>& legend() const { return legend_; }

private:
    // All that the segments and the surface of a pane depend on: they are made anew only when one of these changes.
    struct Drawn {
        std::vector<std::size_t> contours;  // which of them: the other panes have a say
        View view;
        double t = -1, stepped_to = -1, zoom = 0, x = 0, y = 0, turn = 0, tilt = 0, maximum = 0, step_times = 1;
        bool playing = false;
        panels::Theme theme = panels::Theme::dark;
        float pixels = 0, scale = 0, left = 0, top = 0, width = 0, height = 0;
        int hovered = -1, pinned = -1, picture = -1;
        bool fan = true, posterior = true;
        bool noisy = false, meets_ends = true;  // of the lane: its paths are dashed, and marked at source and data
        std::array<std::shared_ptr<const FieldMovie>, 4> fields;  // of all lanes: their arrows have one scale
        std::array<std::shared_ptr<const void>, 6> results;  // held, so that another at the same address is another
        bool operator==(const Drawn&) const = default;
    };
    struct Pane {
        Key key = 0;
        bool coarse = false;
        std::string colour_by;
        bool dark = true, all_coloured = false;
        double opacity = 1, line_opacity = 1;
        StartColours start_colours;
        std::vector<render::Colour> colours;
        const LaneResult* log_p_of = nullptr;
        std::array<double, 2> log_p_range{};
        Column values;
        std::vector<render::Colour> value_colours;  // of this frame; empty: particles keep `colours`
        std::vector<std::uint8_t> texels;           // of the flow texture, at texture_t of texture_of
        const TextureMovie* texture_of = nullptr;
        double texture_t = -1;
        std::uint64_t texture_revision = 0;
        Drawn drawn;
        std::vector<render::Segment> trajectories;
        std::vector<Points> trail;  // oldest first, the particles last
        std::vector<const Points*> trail_slices;
        std::vector<render::Segment> segments;
        DensityPicture picture;
        HeightMesh mesh;
    };
    void positions(Pane& pane, const LaneResult& lane, const panels::Playback& at, bool trails);
    // What particles are coloured by, with its range, where the lane has it; labels at once, numbers on one scale for all panes.
    void particle_values(Pane& pane, const Scene& scene, const Results& results, const LayerResults& layers, const panels::UiState& ui, std::size_t lane);
    void colour_by_value(const Scene& scene, const panels::UiState& ui);
    static void colour_by_value(Pane& pane, double low, double span, const std::array<render::Colour, 256>& table);
    void colour_by_label(Pane& pane, const ParticleValues& values, const panels::UiState& ui, double opacity, panels::DensityLegend& legend);
    void texture(Pane& pane, const Scene& scene, const LayerResults& layers, std::size_t lane, double t);
    void segments(Pane& pane, const Scene& scene, const panels::UiState& ui, const Results& results, const LayerResults& layers, int lane, double t, float pixels, double units_per_pixel, const Box& visible, const std::vector<std::size_t>& contours);
    void surface(Pane& pane, const panels::UiState& ui, const Box& square, double maximum, float pixels);
    void space_time(Pane& pane, const Lane& settings, const panels::UiState& ui, const LaneResult* lane, const panels::SpaceTime& view, std::size_t index, float pixels, const Box& visible);
    void take_over(Pane& pane, const LaneResult& lane, const Scene& scene, const panels::UiState& ui, std::size_t index, float pixels);

    std::array<Pane, 4> panes_;
    std::array<panels::DensityLegend, 4> legend_{};
    std::optional<render::Colour> ground_;
};

}  // namespace pf
