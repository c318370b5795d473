#include <algorithm>
#include <array>
#include <vector>

#include "app/bench/benchmarks.h"
#include "app/bench/best_of.h"
#include "app/render/splat.h"
#include "core/math/format.h"
#include "core/math/random.h"

namespace pf::bench {
void run_drawing(Report&, const Options&);
namespace {

// Milliseconds to splat these particles into a pane as large as one of two in a window of 1280 × 720, other particles every time.
double splat(Eigen::Index particles, int trails, unsigned threads = 1) {
    std::array<Points, 2> clouds{Random(1, "bench").normals(particles), Random(2, "bench").normals(particles)};
    if (trails > 0) clouds[1] = clouds[0] * 1.01f;
    std::vector<Points> slices;
    std::vector<const Points*> trail;
    for (int i = 0; i < trails; ++i) slices.push_back(clouds[0] * (0.6f + 0.4f / static_cast<float>(trails) * static_cast<float>(i)));
    for (const Points& slice : slices) trail.push_back(&slice);
    std::vector<render::Colour> colours;
    for (Eigen::Index i = 0; i < particles; ++i) colours.push_back({static_cast<std::uint8_t>(60 + i % 180), 170, 220, 255});
    render::PaneFrame frame;
    frame.viewport = {0, 0, 480, 560};
    frame.camera = {0, 0, 0.02};
    frame.particle_colours = colours;
    frame.trail = trail;
    render::SplatCanvas canvas;
    int run = 0;
    return 1000 * best_seconds(20, [&] {
        frame.particles = &clouds[static_cast<std::size_t>(run++ % 2)];
        canvas.draw(frame, threads);
    });
}

}  // namespace

void run_drawing(Report& report, const Options& options) {
    const double alone = splat(10'000, 12);
    report.add({"drawing", "10,000 discs, trails of 12 slices, one thread", "ms", alone, 0, "", 0});
    const unsigned threads = std::max(2u, render::threads_to_spare());
    report.add({"drawing", fmt::format("the same by {} threads", threads), "ms", splat(10'000, 12, threads), alone, "one thread", 0});
    for (const Eigen::Index particles : {100'000, 1'000'000}) {
        if (options.stop.stop_requested()) return;
        report.add({"drawing", fmt::format("{} particles into a texture", particles), "ms", splat(particles, 0), 0, "", particles == 1'000'000 ? 8.0 : 0});
    }
}

}  // namespace pf::bench
