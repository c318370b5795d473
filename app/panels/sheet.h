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
    float stroke = 1;  // of axes, before scale
    float head = 0;    // height below which there is room under the title

    // All that is written here is in project notation and passes through shown().
    float width(const std::string& s) const { return font->CalcTextSizeA(size, 1e6f, 0, shown(s).c_str()).x; }
    void text(float x, float y, Rgb colour, const std::string& s) const { draw.AddText(font, size, {x, y}, rgba(colour), shown(s).c_str()); }
    // Legible on any heat map and amid particles.
    void haloed(float x, float y, const std::string& s) const {
        draw.AddRectFilled({x - 3 * scale, y - scale}, {x + width(s) + 3 * scale, y + size + scale}, rgba(p.canvas, 0.7f), 4 * scale);
        text(x, y, p.text, s);
    }
    // A rounded ground that keeps text readable; returns where its content starts.
    ImVec2 chip(float x, float y, float w, float h) const {
        draw.AddRectFilled({x, y}, {x + w, y + h}, rgba(p.panel, 0.88f), 5 * scale);
        return {x + 7 * scale, y + 4 * scale};
    }
    float margin() const { return 10 * scale; }
    float title_foot() const { return margin() + size + 12 * scale; }  // where the next chip begins, from the pane's top
};

// Height kept free for a pane's title at its top, before scale.
inline constexpr float title_room = 42;
// And for the numbers of the axis at its foot.
inline constexpr float numbers_room = 22;
// Of a legend, before scale: height of a row, width of a scale of colours; the share of the canvas that its rows may take where they are more than one.
inline constexpr float legend_row = 20, legend_key = 32, legend_share = 0.15f;

}  // namespace pf::panels
