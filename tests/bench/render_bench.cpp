// Milliseconds of CPU time per frame, all threads: two panes of 480 × 560, as in a window of 1280 × 720. Ratios are to the heat map.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <functional>

#include "app/render/offscreen.h"
#include "app/render/renderer.h"

using namespace pf;
using namespace pf::render;

namespace {

constexpr int width = 480, height = 560, panes = 2;

double milliseconds(const std::function<void()>& frame) {
    std::vector<double> times;
    for (int i = 0; i < 30; ++i) {
        const std::clock_t start = std::clock();
        frame();
        times.push_back(1e3 * double(std::clock() - start) / CLOCKS_PER_SEC);
    }
    return *std::min_element(times.begin(), times.end());
}

Points cloud(Eigen::Index count, int slice) {
    Points points(count, 2);
    std::uint64_t state = 12345;
    for (Eigen::Index i = 0; i < points.size(); ++i) {
        float sum = 0;
        for (int k = 0; k < 4; ++k) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            sum += float(state >> 40) / float(1 << 24) - 0.5f;
        }
        points.data()[i] = 2 * sum + 0.03f * float(slice);
    }
    return points;
}

}  // namespace

int main() {
    const OffscreenContext context;
    fmt::print("{}\n", context.description());
    const Framebuffer framebuffer(panes * width, height);
    Renderer renderer;
    DensityGrid density(128, 128);
    for (int y = 0; y < 128; ++y)
        for (int x = 0; x < 128; ++x) density(y, x) = std::exp(-0.002f * float((x - 64) * (x - 64) + (y - 64) * (y - 64)));
    std::vector<Segment> segments;
    for (int i = 0; i < 600; ++i) {
        const float x = 0.2f * float(i % 30) - 3, y = 0.2f * float(i / 30) - 2;
        segments.push_back({x, y, x + 0.15f, y + 0.1f, 0.8f, {230, 230, 240, 200}});
    }
    std::uint64_t revision = 0;
    double splat = 0;
    std::vector<std::uint8_t> pixel;
    // The camera moves a little each time, so that nothing is taken from the last frame.
    const auto cost = [&](bool heat, const Points* particles, std::span<const Points* const> trail, std::span<const Segment> lines, bool moving = true) {
        return milliseconds([&] {
            ++revision;
            splat = 0;
            for (int pane = 0; pane < panes; ++pane) {
                PaneFrame frame;
                frame.viewport = {pane * width, 0, width, height};
                frame.camera = {moving ? 1e-4 * double(revision % 100) : 0, 0, 8.0 / width};
                frame.density = heat ? &density : nullptr;
                frame.density_revision = revision;
                frame.density_box = {-4, 4, -4, 4};
                frame.particles = particles;
                frame.trail = trail;
                frame.segments = lines;
                renderer.draw(pane, frame, {});
                splat += renderer.statistics().particles_ms;
            }
            finish_drawing();
        });
    };
    const double base = cost(true, nullptr, {}, {});
    const auto report = [&](const char* name, double ms) { fmt::print("{:<38} {:7.2f} ms   {:5.1f} x   (splat {:.2f} ms)\n", name, ms, ms / base, splat); };
    fmt::print("{:<38} {:7.2f} ms\n", "heat map", base);
    std::vector<Points> slices;
    std::vector<const Points*> trail;
    for (int i = 0; i < 12; ++i) slices.push_back(cloud(10'000, i));
    for (const Points& slice : slices) trail.push_back(&slice);
    const Points ten = cloud(10'000, 12), hundred = cloud(100'000, 0), million = cloud(1'000'000, 0);
    report("heat map, 10k particles", cost(true, &ten, {}, {}));
    report("heat map, 10k particles, 12 slices", cost(true, &ten, trail, {}));
    report("the same, standing still", cost(true, &ten, trail, {}, false));
    report("heat map, 600 segments", cost(true, nullptr, {}, segments));
    report("heat map, 100k particles", cost(true, &hundred, {}, {}));
    report("heat map, 1M particles", cost(true, &million, {}, {}));
}
