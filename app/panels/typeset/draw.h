#pragma once
#include "app/panels/palette.h"
#include "app/panels/typeset/box.h"

namespace pf::panels::typeset {

// Draws a box with its top left corner at `at`, from the fonts' texture. Thread of the interface.
void draw(ImDrawList& draw, const Box& box, const Fonts& fonts, ImVec2 at, const Palette& palette);

// Ground of a lit term: the accent, this opaque.
inline constexpr float mark_alpha = 0.16f;

}  // namespace pf::panels::typeset
