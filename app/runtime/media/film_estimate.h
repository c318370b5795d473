#pragma once
#include "app/runtime/media/film_settings.h"
#include "app/runtime/scene.h"

namespace pf {

struct FilmEstimate {
    int frames = 0;
    double bytes = 0;    // right within a factor of about two
    double seconds = 0;  // drawing and encoding on two cores without a GPU
};

// What a film will be, before it is made: from its pixels, its format, and how much moves, by noise or along an ODE.
FilmEstimate estimate_film(const FilmSettings& settings, const Scene& scene);
// "12 MB", "340 kB".
std::string bytes_text(double bytes);
// "40 s", "3 min".
std::string duration_text(double seconds);

}  // namespace pf
