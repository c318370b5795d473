#pragma once
#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/panels/theme.h"

namespace pf::panels {

// What can be read on the screen: every glyph that the last frame drew, found by its place in the fonts' texture.
struct SeenGlyph {
    char32_t code;
    ImVec2 min, max;
    ImU32 colour;
};

inline std::vector<SeenGlyph> seen_glyphs() {
    std::map<std::pair<float, float>, const ImFontGlyph*> known;
    for (const ImFont* font : ImGui::GetIO().Fonts->Fonts)
        for (const ImFontGlyph& glyph : font->Glyphs)
            if (glyph.Visible && glyph.Codepoint != subscript_tau) known[{glyph.U0, glyph.V0}] = &glyph;
    std::vector<SeenGlyph> out;
    const ImDrawData& data = *ImGui::GetDrawData();
    for (int list = 0; list < data.CmdListsCount; ++list) {
        const auto& vertices = data.CmdLists[list]->VtxBuffer;
        for (int i = 0; i + 3 < vertices.Size; ++i) {
            const auto glyph = known.find({vertices[i].uv.x, vertices[i].uv.y});
            if (glyph == known.end() || vertices[i + 2].uv.x != glyph->second->U1 || vertices[i + 2].uv.y != glyph->second->V1 || vertices[i].pos.y >= vertices[i + 2].pos.y) continue;
            SeenGlyph seen{static_cast<char32_t>(glyph->second->Codepoint), vertices[i].pos, vertices[i].pos, vertices[i].col};
            for (int k = 1; k < 4; ++k) {
                const ImVec2 p = vertices[i + k].pos;
                seen.min = {std::min(seen.min.x, p.x), std::min(seen.min.y, p.y)};
                seen.max = {std::max(seen.max.x, p.x), std::max(seen.max.y, p.y)};
            }
            out.push_back(seen);
            i += 3;
        }
    }
    return out;
}

inline std::string utf8(char32_t code) {
    std::string out;
    if (code < 0x80) return std::string(1, static_cast<char>(code));
    if (code < 0x800) out += static_cast<char>(0xC0 | code >> 6);
    else out += static_cast<char>(0xE0 | code >> 12), out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    return out + static_cast<char>(0x80 | (code & 0x3F));
}

// The glyphs in the order in which they were drawn, with a space where there is a gap and a new line where the next one is not to the right.
inline std::string seen_text(const std::vector<SeenGlyph>& glyphs) {
    std::string out;
    for (std::size_t i = 0; i < glyphs.size(); ++i) {
        if (i > 0) {
            const SeenGlyph &a = glyphs[i - 1], &b = glyphs[i];
            const float gap = b.min.x - a.max.x, size = ImGui::GetFontSize();
            if (gap < -0.5f * size || gap > 4 * size || std::abs(b.max.y - a.max.y) > 1.2f * size) out += '\n';
            else if (gap > 0.2f * size) out += ' ';
        }
        out += utf8(glyphs[i].code);
    }
    return out;
}

}  // namespace pf::panels
