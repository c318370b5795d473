#include "app/runtime/media/film_estimate.h"

#include <algorithm>
#include <cmath>

#include "app/runtime/layers.h"
#include "app/runtime/media/film_plan.h"
#include "core/math/errors.h"

namespace pf {
namespace {

// Bytes of a pixel of one frame: of what stands or changes slowly, and of particles that move, by the root of the share of pixels they cover and their radius
// in pixels (small ones have more edge). Fitted to films of 300 to 20,000 particles at 540 and 1080 lines; at 20 frames per second, which matters little.
struct Cost {
    std::string_view kind;
    double still, moving, texture;
    double nanoseconds;  // drawing and encoding a pixel
    bool holds;          // a frame that stands costs as much as one that moves
};
constexpr Cost costs[] = {
    {"mp4", 0.004, 0.36, 0.05, 45, false}, {"webm", 0.004, 0.32, 0.05, 55, false}, {"gif", 0.15, 0.5, 0.3, 150, false}, {"apng", 0.1, 2.0, 0.8, 150, false}, {"png", 0.2, 1.5, 0.8, 60, true}};

// Particles on screen, by the radius that panes draw them with.
struct Moving {
    double covered = 0, radius = 1;  // share of all pixels; pixels
};
Moving moving(const Scene& scene, const std::vector<int>& lanes, PixelSize size) {
    const double scale = std::min(size.height, size.width * 9 / 16) / 720.0;
    Moving out;
    for (const int lane : lanes) {
        const int n = scene.lanes[static_cast<std::size_t>(lane)].particles;
        out.radius = scale * (n > 5000 ? 1.2 : n > 1500 ? 1.5 : 1.9);
        out.covered += n * 3.14 * out.radius * out.radius / (static_cast<double>(size.width) * size.height);
    }
    return out;
}

double training_seconds(const FilmSettings& settings, const Scene& scene, int frames) {
    if (!settings.training) return 0;
    double seconds = 0;
    for (const Model& model : scene.models)
        if (model.field == "network") seconds += 1e-3 * model.training.steps;
    for (const Lane& lane : scene.lanes) seconds += 5e-7 * frames * lane.particles * lane.steps;
    return seconds;
}

}  // namespace

FilmEstimate estimate_film(const FilmSettings& settings, const Scene& scene) {
    FilmEstimate out;
    out.frames = FilmPlan(settings).frames();
    const PixelSize size = film_size(settings);
    const double pixels = static_cast<double>(size.width) * size.height;
    const auto* cost = std::find_if(std::begin(costs), std::end(costs), [&](const Cost& c) { return c.kind == settings.kind; });
    check(cost != std::end(costs), "no cost of a film '{}'", settings.kind);
    std::vector<int> lanes = film_panes(settings, static_cast<int>(scene.lanes.size()));
    if (settings.panes == "all") lanes.resize(std::min(lanes.size(), static_cast<std::size_t>(scene.view.panes)));
    double a_pixel = cost->still;
    if (scene.view.shape == "flat" && shows(scene.view, "particles")) {
        const Moving particles = moving(scene, lanes, size);
        a_pixel += cost->moving * std::sqrt(std::min(1.0, particles.covered)) / std::max(0.7, particles.radius) * (shows(scene.view, "trails") ? 1.35 : 1);
    }
    if (scene.view.shape == "flat" && shows(scene.view, "lic")) a_pixel += cost->texture;
    const double moves = 1 - (settings.hold_start + settings.hold_end) / 100;
    out.bytes = out.frames * pixels * a_pixel * (cost->holds ? 1 : std::max(0.05, moves) / 0.85) * (settings.chroma == "444" ? 1.3 : 1);
    out.seconds = 1.5 + out.frames * pixels * cost->nanoseconds * 1e-9 * (settings.transparent ? 1.5 : 1) + training_seconds(settings, scene, out.frames);
    return out;
}

std::string bytes_text(double bytes) {
    if (bytes < 1e3) return fmt::format("{:.0f} B", bytes);
    if (bytes < 999.5e3) return fmt::format("{:.0f} kB", bytes / 1e3);
    return bytes < 999.5e6 ? fmt::format("{:.3g} MB", bytes / 1e6) : fmt::format("{:.3g} GB", bytes / 1e9);
}

std::string duration_text(double seconds) {
    if (seconds < 59.5) return fmt::format("{:.0f} s", std::max(1.0, std::ceil(seconds)));
    if (seconds < 59.5 * 60) return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace pf
