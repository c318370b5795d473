#pragma once
#include <imgui.h>

#include <array>
#include <span>
#include <string>
#include <vector>

#include "app/panels/typeset/source.h"

namespace pf::panels::typeset {

// What an equation says of one of its terms.
struct Term {
    std::string id;
    std::string number;  // written beneath it; empty: none
    bool lit = false;    // a control it depends on is touched
};

// Fonts from large to small, as apply_theme() makes them: scripts take the next but one, parts of a fraction the next.
inline constexpr int levels = 5;
using Fonts = std::array<const ImFont*, levels>;

enum class Ink { text, number, lit, wrong, muted };

struct Glyph {
    ImWchar code;
    int level;
    float size;         // font size, pixels
    float x, baseline;
    bool slanted;
    Ink ink;
};
// A polyline; brackets, roots, fraction bars, accents.
struct Stroke {
    std::vector<ImVec2> points;
    float width;
    Ink ink;
};
// The ground of a lit term.
struct Mark {
    float left, top, right, bottom;
};

// Things laid out around the origin: x to the right from 0 to width, y down from the baseline, −ascent … descent.
struct Box {
    float width = 0, ascent = 0, descent = 0;
    std::vector<Glyph> glyphs;
    std::vector<Stroke> strokes;
    std::vector<Mark> marks;

    float height() const { return ascent + descent; }
    void move(float dx, float dy);
    // Adds what is in the other where it is; width, ascent and descent grow to hold it.
    void add(Box other);
};

// The row in lines of at most `width` pixels (> 0), as large as `level` where that takes at most two lines, smaller otherwise. Where even one part at the smallest size is
// wider, everything is drawn smaller still: the box is never wider than asked. Lines end before an operation or relation, at a wide space, or where the source says so;
// those that follow are indented. `pixel` is the width of thin lines.
Box lay_out(const Node& row, std::span<const Term> terms, const Fonts& fonts, int level, float width, float pixel);

// One row without a limit.
Box lay_out(const Node& row, std::span<const Term> terms, const Fonts& fonts, int level, float pixel);

// How far a slanted glyph leans, per pixel of height; about half the height of an x stays where it is.
inline constexpr float slant = 0.2f;

}  // namespace pf::panels::typeset
