#include "app/panels/typeset/draw.h"

#include <cmath>

#include "app/panels/theme.h"

namespace pf::panels::typeset {
namespace {

ImU32 colour(Ink ink, const Palette& p) {
    switch (ink) {
        case Ink::number:
        case Ink::muted: return rgba(p.muted);
        case Ink::lit: return rgba(p.accent);
        case Ink::wrong: return rgba(p.warning);
        case Ink::text: break;
    }
    return rgba(p.text);
}

// The glyph's quad, its top moved to the right where it leans. Lines stand on whole pixels.
void draw_glyph(ImDrawList& draw, const ImFont& font, const Glyph& glyph, float x, float baseline, ImU32 ink) {
    const ImFontGlyph& g = *font.FindGlyph(glyph.code);
    if (!g.Visible) return;
    const float scale = glyph.size / font.FontSize, base = scale == 1 ? std::round(baseline) : baseline;
    const float top = base + scale * (g.Y0 - font.Ascent), bottom = base + scale * (g.Y1 - font.Ascent);
    const float lean = glyph.slanted ? slant : 0, still = base - 0.23f * glyph.size;  // half the height of an x
    const float left = x + scale * g.X0, right = x + scale * g.X1, over = lean * (still - top), under = lean * (still - bottom);
    draw.PrimReserve(6, 4);
    draw.PrimQuadUV({left + over, top}, {right + over, top}, {right + under, bottom}, {left + under, bottom}, {g.U0, g.V0}, {g.U1, g.V0}, {g.U1, g.V1}, {g.U0, g.V1}, ink);
}

}  // namespace

void draw(ImDrawList& draw, const Box& box, const Fonts& fonts, ImVec2 at, const Palette& palette) {
    const float baseline = at.y + box.ascent;
    for (const Mark& m : box.marks)
        draw.AddRectFilled({at.x + m.left, baseline + m.top}, {at.x + m.right, baseline + m.bottom}, rgba(palette.accent, mark_alpha), 3);
    for (const Glyph& g : box.glyphs) draw_glyph(draw, *fonts[static_cast<std::size_t>(g.level)], g, at.x + g.x, baseline + g.baseline, colour(g.ink, palette));
    for (const Stroke& s : box.strokes) {
        std::vector<ImVec2> points = s.points;
        for (ImVec2& p : points) p = {at.x + p.x, baseline + p.y};
        // A level or upright line is crisp on whole pixels.
        if (points.size() == 2 && points[0].y == points[1].y) points[0].y = points[1].y = std::round(points[0].y - s.width / 2) + s.width / 2;
        draw.AddPolyline(points.data(), static_cast<int>(points.size()), colour(s.ink, palette), ImDrawFlags_None, s.width);
    }
}

}  // namespace pf::panels::typeset
