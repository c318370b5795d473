#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/runtime/results.h"

namespace pf::render {

// 8-bit sRGB, straight alpha.
struct Colour {
    std::uint8_t r = 0, g = 0, b = 0, a = 255;
    bool operator==(const Colour&) const = default;
};

// World rectangle that a pane shows: centre and units per pixel; y up.
struct Camera {
    double x = 0, y = 0, units_per_pixel = 0.01;
};

// Pixels of the framebuffer, origin at the lower left as in GL.
struct Viewport {
    int x = 0, y = 0, width = 0, height = 0;
};

struct Segment {  // world coordinates, half width in pixels, antialiased
    float x0, y0, x1, y1, half_width;
    Colour colour;
};

struct Vertex {  // world coordinates
    float x, y;
    Colour colour;
};

enum class ColourMap { viridis, cividis, magma, diverging };

// Colours of the canvas, from the theme.
struct CanvasStyle {
    Colour background{16, 18, 24, 255};
    bool dark = true;
    ColourMap map = ColourMap::viridis;
};

// Everything one pane draws this frame. Pointers may be null (layer off or no data); nothing is kept after draw().
struct PaneFrame {
    Viewport viewport;
    Camera camera;
    // Heat map: uploaded, as colours, only when `density_revision`, scale or colours differ from the last ones of this pane.
    const DensityGrid* density = nullptr;
    std::uint64_t density_revision = 0;
    Box density_box{};
    float density_max = 1;  // colour scale 0 … max
    bool difference = false;  // colour scale −max … max, in the colours of difference_table()
    float density_opacity = 1;
    // A grey texture of texture_width · texture_height bytes, mean 128, row 0 lowest, that modulates the lightness of what lies under particles; uploaded only when
    // `texture_revision` differs from the last one of this pane.
    const std::vector<std::uint8_t>* texture = nullptr;
    int texture_width = 0, texture_height = 0;
    std::uint64_t texture_revision = 0;
    Box texture_box{};
    float texture_opacity = 1;
    std::span<const Points* const> trail;      // earlier slices, oldest first: lines that fade with age
    const Points* particles = nullptr;         // discs
    std::span<const Colour> particle_colours;  // one per particle, or one for all; trails too
    float particle_radius = 1.5f;              // pixels
    float particle_cover = 1;                  // of particles and trails as one sheet: where many lie on each other it hides no more than that
    float trail_opacity = 1;                   // beside that of the colours
    float trail_size = 0.33f;                  // of its youngest part, in radii of the particles; the oldest is 0.6 of that
    // A mesh, its triangles (three indices each) drawn in their order over what is above.
    std::span<const Vertex> vertices;
    std::span<const std::uint32_t> triangles;
    // Arrows, whole trajectories, over all that.
    std::span<const Segment> segments;
    bool stale = false;  // an old result: drawn desaturated
};

// Threads of this machine that particles may be drawn by, 1 to 4, beside those that train and compute flows.
unsigned threads_to_spare();

// Draws panes with OpenGL 3.3 core into whatever framebuffer is bound. Particles and trails are a layer over the heat map, drawn by the card, or with software
// OpenGL, or where they are too many for discs, splatted on the CPU (performance.md, Drawing); segments follow. One context, one thread.
// Non-finite positions are skipped.
class Renderer {
public:
    Renderer();  // compiles shaders; throws std::runtime_error with the log
    explicit Renderer(bool by_card);  // whoever computes OpenGL, the card draws particles, or the CPU
    ~Renderer();
    Renderer(const Renderer&) = delete;
    Renderer& operator=(const Renderer&) = delete;

    void draw(int pane, const PaneFrame& frame, const CanvasStyle& style);
    // Before several panes are drawn: what of their particles the CPU draws, at the same time where the machine has threads to spare.
    void prepare(std::span<const std::pair<int, PaneFrame>> frames, unsigned threads = threads_to_spare());
    struct Statistics {
        double particles_ms = 0;  // CPU time for particles and trails, last draw()
        int uploads = 0;      // density textures, since construction
        int culled = 0;       // particles with a non-finite position, last draw()
    };
    Statistics statistics() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// 256 entries, linear interpolation between; own tables, perceptually ordered.
std::array<Colour, 256> colour_table(ColourMap map);
// What the heat map shows for 0 … max, and its legend must: the map with its low end run into the background; on a light ground
// reversed, so that more is darker. A diverging map stays as it is.
std::array<Colour, 256> heat_table(const CanvasStyle& style);

// The same for −max … max: blue below, orange above, the ground in the middle.
std::array<Colour, 256> difference_table(const CanvasStyle& style);

// Colours of particles by a value, all clear of the ground: the heat map's upper part, or two hues about a neutral middle.
std::array<Colour, 256> particle_table(const CanvasStyle& style, bool diverging);

}  // namespace pf::render
