#include "app/runtime/media/film_estimate.h"

#include <algorithm>
#include <cmath>

#include "app/runtime/layers.h"
#include "app/runtime/media/film_plan.h"
#include "core/math/errors.h"
#include "core/math/solver/solvers.h"

namespace pf {
namespace {

// Bytes of one frame. Of a pixel: what stands or changes slowly, a layer of lines that move, a texture. Of a lane's n particles in a square of `side` pixels, times
// √n side^1.5: `rough` where each has noise of its own; `smooth` where they glide, over the root of the frames in which they do, as encoders foresee where they will be.
// Fitted to the built-in scenes at 540 lines, and to some of 100 and 400 frames and of 720 and 1080 lines.
struct Cost {
    std::string_view kind;
    double still, lines, texture, rough, smooth;
    double nanoseconds;  // drawing and encoding a pixel
    bool foresees;       // where what glides will be
    bool holds;          // a frame that stands costs as much as one that moves
};
constexpr Cost costs[] = {{"mp4", 0.003, 0.012, 0.05, 0.052, 0.22, 45, true, false},
                          {"webm", 0.003, 0.012, 0.05, 0.052, 0.22, 55, true, false},
                          {"gif", 0.07, 0.05, 0.3, 0.15, 0.06, 150, false, false},
                          {"apng", 0.1, 0.1, 0.8, 0.33, 0.15, 150, false, false},
                          {"png", 0.2, 0.1, 0.8, 0.35, 0.08, 60, false, true}};

bool glides(const Lane& lane) {
    const auto& solver = find_solver(lane.solver.id, "solver");
    return lane.process == "sampling" && lane.sigma.id == "zero" && !solver.own_noise && !solver.uses_score;
}

// Of all lanes of a film whose particles move in `frames` frames.
double particle_bytes(const Scene& scene, const std::vector<int>& lanes, PixelSize size, const Cost& cost, double frames) {
    constexpr double words = 0.35;  // share of the height that is no pane
    const double count = static_cast<double>(lanes.size()), side = std::min(size.width / (count > 1 ? 2.0 : 1.0), size.height * (1 - words) / (count > 2 ? 2 : 1)), trails = shows(scene.view, "trails") ? 1 : 0.7;
    double out = 0;
    for (const int index : lanes) {
        const Lane& lane = scene.lanes[static_cast<std::size_t>(index)];
        out += trails * side * std::sqrt(side * lane.particles) * (!glides(lane) ? cost.rough : cost.foresees ? cost.smooth / std::sqrt(std::max(1.0, frames)) : cost.smooth);
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
    const bool flat = scene.view.shape == "flat";
    const double moves = 1 - (settings.hold_start + settings.hold_end) / 100;
    double a_pixel = cost->still, particles = 0;
    if (flat && shows(scene.view, "lic")) a_pixel += cost->texture;
    for (const char* layer : {"velocity", "score", "denoiser", "streamlines", "grid", "trajectories"})
        if (flat && shows(scene.view, layer)) a_pixel += cost->lines;
    if (flat && shows(scene.view, "particles")) particles = particle_bytes(scene, lanes, size, *cost, out.frames * moves);
    out.bytes = out.frames * (pixels * a_pixel + particles) * (cost->holds ? 1 : std::max(0.05, moves) / 0.85) * (settings.chroma == "444" ? 1.3 : 1);
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
