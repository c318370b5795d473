#pragma once
#include <array>

#include "app/panels/context.h"

namespace pf::panels {

struct Rgb {
    float r, g, b;  // sRGB, 0 … 1
};

// Every colour of a theme. Text on its ground ≥ 4.5:1 (projector 7:1), graphics ≥ 3:1: a test computes it.
struct Palette {
    Rgb canvas, panel, frame, border, text, muted, accent, warning, error;
    std::array<Rgb, 4> lanes;   // curves of lanes; lane = colour and line style (ODE solid, SDE dashed)
    Rgb velocity, score;        // arrows of the fields
    Rgb drift, noise;           // arrows of a single step
    std::array<Rgb, 12> labels; // of particles; a number beside them says the same
    bool dark;
};
const Palette& palette(Theme theme);
// WCAG 2.1 contrast ratio, 1 … 21.
double contrast(Rgb a, Rgb b);

}  // namespace pf::panels
