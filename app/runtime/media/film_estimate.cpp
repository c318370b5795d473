#include "app/runtime/media/film_estimate.h"

#include <algorithm>
#include <cmath>

#include "app/runtime/media/film_plan.h"
#include "core/math/errors.h"

namespace pf {
namespace {

// Bytes of one frame and seconds to make it: by pixel, and by particle pixel that moves.
struct Cost {
    std::string_view kind;
    double bytes_a_pixel, bytes_a_moving_pixel, nanoseconds_a_pixel;
};
constexpr Cost costs[] = {{"mp4", 0.002, 0.20, 60}, {"webm", 0.003, 0.28, 75}, {"gif", 0.02, 0.5, 60}, {"apng", 0.03, 1.6, 120}, {"png", 0.1, 2.2, 60}};

}  // namespace

FilmEstimate estimate_film(const FilmSettings& settings, const Scene& scene) {
    FilmEstimate out;
    out.frames = FilmPlan(settings).frames();
    const PixelSize size = film_size(settings);
    const double pixels = static_cast<double>(size.width) * size.height;
    const auto* cost = std::find_if(std::begin(costs), std::end(costs), [&](const Cost& c) { return c.kind == settings.kind; });
    check(cost != std::end(costs), "no cost of a film '{}'", settings.kind);
    (void)scene;
    out.bytes = out.frames * pixels * cost->bytes_a_pixel;
    out.seconds = out.frames * pixels * cost->nanoseconds_a_pixel * 1e-9;
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
