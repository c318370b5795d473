#pragma once
#include <vector>

#include "app/render/renderer.h"
#include "app/runtime/layer_results.h"

namespace pf {

// What layers of results draw at one t, as segments. All are functions of their arguments alone.

struct Ink {
    render::Colour colour;       // its alpha is that of the layer
    float half_width = 0.6f;     // pixels
    double units_per_pixel = 0.01;
    Box visible{};               // what lies outside is left out
};

// The segments from `first` on as strokes, as paths with noise are drawn; those that go on where the one before ended are one path. What
// lies outside `visible` is left out.
void dash(std::vector<render::Segment>& segments, std::size_t first, double units_per_pixel, const Box& visible);
// Where a path begins and ends, told apart by shape: a ring at the source, a full square at the data; `radius` in pixels.
inline bool at_source(double t) { return t < 0.02; }
inline bool at_data(double t) { return t > 0.98; }
void source_mark(float x, float y, float radius, double units_per_pixel, render::Colour colour, std::vector<render::Segment>& out);
void data_mark(float x, float y, float radius, double units_per_pixel, render::Colour colour, std::vector<render::Segment>& out);

// Between slices a line that both have moves from one to the other; one that only one has fades. Fainter where the field is slow; heads at the
// seed and at equal distances from it.
void streamline_segments(const StreamlineMovie& movie, double t, const Ink& ink, std::vector<render::Segment>& out);

// Lines of the grid in `ink`, circles in `circle_ink`.
void grid_segments(const GridMovie& movie, double t, const Ink& ink, const Ink& circle_ink, std::vector<render::Segment>& out);

// From x to D, with a head at D.
void denoiser_segments(const DenoiserMovie& movie, double t, const Ink& ink, std::vector<render::Segment>& out);

// For each followed particle two arrows, from where it stands by its drift, and on by its noise to where it will be; those of the slice at or before t, `times` as long
// as they are (step_magnification()).
void step_segments(const LaneSteps& steps, double t, double times, const Ink& drift, const Ink& noise, std::vector<render::Segment>& out);

// Grey texels at t: the two slices around it, blended so that their contrast stays. False without slices.
bool texture_at(const TextureMovie& movie, double t, std::vector<std::uint8_t>& out);

}  // namespace pf
