#pragma once
#include <algorithm>
#include <string>
#include <utility>

#include "app/panels/camera.h"
#include "app/panels/notation.h"
#include "app/panels/theme.h"

namespace pf::panels {

// Everything drawn on one pane, behind all windows.
struct Sheet {
    ImDrawList& draw;
    const Rect& pane;
    const PaneCamera camera;
    const Palette& p;
    float scale;
    ImFont* font;
    float size;

    // All that is written here is in project notation and passes through shown().
    float width(const std::string& s) const { return font->CalcTextSizeA(size, 1e6f, 0, shown(s).c_str()).x; }
    void text(float x, float y, Rgb colour, const std::string& s) const { draw.AddText(font, size, {x, y}, rgba(colour), shown(s).c_str()); }
    // Legible on any heat map.
    void haloed(float x, float y, const std::string& s) const {
        const float d = std::max(1.f, scale);
        for (const auto& [dx, dy] : {std::pair{-d, -d}, {d, d}, {d, -d}, {-d, d}})
            draw.AddText(font, size, {x + dx, y + dy}, rgba(p.canvas, 0.85f), shown(s).c_str());
        text(x, y, p.text, s);
    }
    // A rounded ground that keeps text readable; returns where its content starts.
    ImVec2 chip(float x, float y, float w, float h) const {
        draw.AddRectFilled({x, y}, {x + w, y + h}, rgba(p.panel, 0.88f), 5 * scale);
        return {x + 7 * scale, y + 4 * scale};
    }
    float margin() const { return 10 * scale; }
};

// Bottom right (of a surface, whose front is there, bottom left): what is drawn and in which units. On at most legend_share of the pane: in a small one the density shrinks to one line,
// then the particles go, then the arrows, then the integral.
inline constexpr float legend_share = 0.12f;
void draw_legend(const Sheet& sheet, const PaneView& view, int lane);

}  // namespace pf::panels
