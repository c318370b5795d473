#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "app/render/brush.h"

namespace pf::render {

// How far the colours of an old result go towards grey.
inline constexpr double stale_fade = 0.7;
Colour faded(Colour colour);
// Discs have a rim, black, of this width in pixels and opacity.
inline float rim(float radius) { return 0.35f * std::min(1.f, radius) + 0.15f * radius; }
inline constexpr float rim_opacity = 0.5f;
inline float disc_radius(const PaneFrame& frame) { return std::clamp(frame.particle_radius, 0.25f, 32.f); }  // pixels
int count_non_finite(const Points& points);
// A pixel as windows have it, its bytes blue, green, red, alpha.
inline std::uint32_t blue_first(Colour c) {
    const std::array<std::uint8_t, 4> bytes{c.b, c.g, c.r, c.a};
    return std::bit_cast<std::uint32_t>(bytes);
}

// Particles and trails of one pane as premultiplied pixels of four bytes, blue first, drawn on the CPU. What is drawn is a function of the frame alone.
// Up to `most_discs` particles are antialiased discs, laid one over the other; more are single pixels or small squares whose opacity
// falls with their number, and whose colours mix in equal parts, so that the picture shows their density.
class SplatCanvas {
public:
    static constexpr int most_discs = 50'000;

    // A frame that shows the same as the last one leaves the pixels untouched. Many particles are shared by `threads`, 1 or more; the pixels do not depend on it.
    void draw(const PaneFrame& frame, unsigned threads = threads_to_spare());
    PixelBox take_changes() { return std::exchange(changed_, {}); }  // since it was last asked
    // Lower left pixel of the pane, and pixels from one row to the one above.
    const std::uint32_t* pixels() const { return canvas_.data() + origin(); }
    int pitch() const { return width_ + 2 * border_; }
    PixelBox painted() const { return painted_; }  // nothing outside
    int culled() const { return culled_; }  // particles with a non-finite position

private:
    struct Pen;
    std::ptrdiff_t origin() const { return static_cast<std::ptrdiff_t>(border_) * pitch() + border_; }
    void resize(int width, int height, int border);
    void clear();
    const Stamp& stamp(float radius, bool rimmed);
    void draw_particles(const PaneFrame& frame, const Stamp* disc, unsigned threads);
    std::vector<Pen> pens(const Trails& trails);
    void draw_density(const PaneFrame& frame, const Points& points);
    void resolve(const std::vector<float>& opacity);
    void thin(float cover);

    int width_ = 0, height_ = 0, border_ = 0, culled_ = 0;
    std::uint64_t content_ = 0;
    PixelBox painted_, changed_;
    std::vector<std::uint32_t> canvas_;
    std::vector<std::uint64_t> sums_;  // blue, green, red in 6 bits each and a count, 16 bits a lane
    std::map<int, Stamp> stamps_;      // by radius in 1/8 pixel, negative without rim
};

}  // namespace pf::render
