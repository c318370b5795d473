#pragma once
#include <imgui.h>

#include <array>

#include "app/panels/palette.h"

namespace pf::panels {

// Palette colours for draw lists.
inline ImU32 rgba(Rgb c, float alpha = 1) { return ImGui::ColorConvertFloat4ToU32({c.r, c.g, c.b, alpha}); }
inline ImVec4 vec4(Rgb c, float alpha = 1) { return {c.r, c.g, c.b, alpha}; }

// That of the last apply_theme(); dark before.
Theme applied_theme();

// The sizes apply_theme() puts into the atlas; the current font before it was called.
ImFont* body_font();
ImFont* small_font();
ImFont* title_font();
// All of them from large to small, for equations: two more for their scripts. One face: what is slanted leans when it is drawn, as DejaVu's own oblique does.
std::array<const ImFont*, 5> math_fonts();

// Logical sizes, before scale.
// A letter that every font has and Unicode lacks, in the free place behind the subscript t; shown() writes "_τ" with it. The private area lies so far off that the fonts' tables would
// grow to six times their length.
inline constexpr ImWchar subscript_tau = 0x209d;
inline constexpr float body_size = 15, small_size = 12.5f, title_size = 19, script_size = 10.5f, smallest_size = 9;

// Opacity of the accent on a frame where text is written across it: the filled part of a bar.
inline constexpr float fill_alpha = 0.4f;

// Line widths of curves in pixels before scale: the projector wants thick ones.
inline float line_width(Theme theme) { return theme == Theme::projector ? 3.f : 1.6f; }

}  // namespace pf::panels
