#include "app/panels/typeset/setter.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "app/runtime/letters.h"

namespace pf::panels::typeset {
namespace {

using Kind = Node::Kind;
using Class = Node::Class;

int smaller(int level) { return std::min(level + 1, levels - 1); }
int script(int level) { return std::min(level + 2, levels - 1); }

void append(Box& row, Box part) {
    part.move(row.width, 0);
    row.add(std::move(part));
}

void colour(Box& box, Ink ink) {
    for (Glyph& g : box.glyphs)
        if (g.ink == Ink::text || g.ink == Ink::number) g.ink = ink;
    for (Stroke& s : box.strokes)
        if (s.ink == Ink::text || s.ink == Ink::number) s.ink = ink;
}

}  // namespace

Box Setter::row(const Node& node, int level) const {
    Box out;
    const Node* previous = nullptr;
    for (const Node& part : node.parts) {
        if (previous) out.width += gap(*previous, part, level);
        append(out, set(part, level));
        previous = &part;
    }
    return out;
}

Box Setter::set(const Node& node, int level) const {
    switch (node.kind) {
        case Kind::row: return row(node, level);
        case Kind::symbol: return symbol(node, level);
        case Kind::text: return words(node.text, level, Ink::text);
        case Kind::fraction: return fraction(node, level);
        case Kind::scripts: return scripts(node, level);
        case Kind::root: return root(node, level);
        case Kind::accent: return accent(node, level);
        case Kind::fence: return fence(node, level);
        case Kind::term: return term(node, level);
        case Kind::wrong: return wrong(node, level);
        case Kind::missing: return missing(node, level);
        case Kind::space: {
            Box out;
            out.width = static_cast<float>(node.space) * em(level);
            return out;
        }
        case Kind::new_line: break;
    }
    return {};
}

float Setter::gap(const Node& left, const Node& right, int level) const {
    const auto a = left.math_class, b = right.math_class;
    const float size = em(level);
    if (left.kind == Kind::space || right.kind == Kind::space || left.kind == Kind::new_line || right.kind == Kind::new_line) return 0;
    const auto word = [](const Node& node) { return node.kind == Kind::text && node.text.size() > 1; };
    if ((word(left) && b == Class::ordinary) || (word(right) && a == Class::ordinary)) return size / 6;
    if (level >= 3) return 0;
    if (a == Class::relation || b == Class::relation) return a == b ? 0 : 5.f / 18 * size;
    if (a == Class::binary || b == Class::binary) return 4.f / 18 * size;
    if (a == Class::punctuation) return size / 6;
    if (a == Class::large) return size / 6;
    return 0;
}

float Setter::axis(int level) const {
    const ImFont& f = font(level);
    const ImFontGlyph& plus = *f.FindGlyph('+');
    return f.Ascent - (plus.Y0 + plus.Y1) / 2;
}

Box Setter::glyph(ImWchar code, int level, bool slanted, Ink ink) const {
    const ImFont& f = font(level);
    const ImFontGlyph& g = *f.FindGlyph(code);
    Box out;
    out.width = g.AdvanceX;
    out.ascent = f.Ascent - g.Y0;
    out.descent = g.Y1 - f.Ascent;
    out.glyphs.push_back({code, level, f.FontSize, 0, 0, slanted, ink});
    return out;
}

Box Setter::symbol(const Node& node, int level) const {
    if (node.math_class == Class::large) {
        // One size up, about the axis.
        Box out = glyph(static_cast<ImWchar>(node.code), std::max(0, level - 1), false, Ink::text);
        out.move(0, (out.ascent - out.descent) / 2 - axis(level));
        return out;
    }
    if (node.code == U'½') {  // the glyph is too small to be read
        const auto digit = [](char32_t code) {
            Node one;
            one.kind = Kind::symbol;
            one.code = code;
            Node in_row;
            in_row.parts.push_back(one);
            return in_row;
        };
        Node half;
        half.kind = Kind::fraction;
        half.parts = {digit(U'1'), digit(U'2')};
        return fraction(half, std::min(level + 1, levels - 1));
    }
    return glyph(static_cast<ImWchar>(node.code), level, node.slanted, Ink::text);
}

Box Setter::words(std::string_view text, int level, Ink ink) const {
    Box out;
    for (const Letter& letter : letters(text)) append(out, glyph(static_cast<ImWchar>(letter.code), level, false, ink));
    return out;
}

float Setter::thin(int level) const { return std::max(pixel_, std::round(em(level) / 14)); }

Box Setter::fraction(const Node& node, int level) const {
    Box above = row(node.parts[0], smaller(level)), below = row(node.parts[1], smaller(level));
    const float size = em(level), bar = thin(level), space = std::max(bar, 0.13f * size), middle = -axis(level), margin = 0.12f * size;
    const float inner = std::max(above.width, below.width), width = inner + 2 * margin;
    Box out;
    out.strokes.push_back({{{0.5f * margin, middle}, {width - 0.5f * margin, middle}}, bar, Ink::text});
    above.move((width - above.width) / 2, middle - bar / 2 - space - above.descent);
    below.move((width - below.width) / 2, middle + bar / 2 + space + below.ascent);
    out.add(std::move(above));
    out.add(std::move(below));
    out.width = width;
    return out;
}

Box Setter::scripts(const Node& node, int level) const {
    Box base = set(node.parts[0], level), below = row(node.parts[1], script(level)), above = row(node.parts[2], script(level));
    const float size = em(level), tall = font(level).Ascent - font(level).FindGlyph('x')->Y0;
    const bool has_below = !node.parts[1].parts.empty(), has_above = !node.parts[2].parts.empty();
    // One base line for all the scripts of a row, unless what they stand at is taller.
    float down = std::max(0.2f * size, base.descent - 0.05f * size), up = std::max(0.72f * tall, base.ascent - 0.6f * tall);
    if (has_below && has_above) {
        const float overlap = below.ascent - down + 0.08f * size - (up - above.descent);
        if (overlap > 0) {
            up += overlap / 2;
            down += overlap / 2;
        }
    }
    const float start = base.width, lean = 0.04f * size;
    Box out = std::move(base);
    below.move(start + 0.3f * lean, down);
    above.move(start + lean, -up);
    if (has_below) out.add(std::move(below));
    if (has_above) out.add(std::move(above));
    out.width += 0.06f * size;
    return out;
}

Box Setter::root(const Node& node, int level) const {
    Box inside = row(node.parts[0], level);
    const float size = em(level), line = thin(level), lead = 0.5f * size, top = -inside.ascent - 0.16f * size, bottom = inside.descent;
    Box out;
    inside.move(lead + 0.06f * size, 0);
    out.strokes.push_back({{{0.04f * size, -axis(level) + 0.06f * size}, {0.14f * size, -axis(level)}, {0.28f * size, bottom}, {lead, top}, {inside.width, top}}, line, Ink::text});
    out.ascent = -top + line / 2;
    out.descent = bottom;
    out.add(std::move(inside));
    out.width += 0.06f * size;
    return out;
}

Box Setter::accent(const Node& node, int level) const {
    Box out = row(node.parts[0], level);
    const float size = em(level), line = thin(level), y = -out.ascent - 0.1f * size;
    // Above the middle of what leans.
    const float middle = out.width / 2 + slant * (out.ascent - 0.27f * size);
    Stroke mark{{}, line, Ink::text};
    if (node.code == 0x307) {
        const float radius = std::max(0.75f * pixel_, 0.065f * size);
        for (int i = 0; i <= 8; ++i) {
            const float a = static_cast<float>(i) / 8 * 2 * std::numbers::pi_v<float>;
            mark.points.push_back({middle + radius / 2 * std::cos(a), y - radius + radius / 2 * std::sin(a)});
        }
        mark.width = radius;
        out.ascent = -y + 2 * radius;
    } else if (node.code == 0x302) {
        mark.points = {{middle - 0.2f * size, y}, {middle, y - 0.16f * size}, {middle + 0.2f * size, y}};
        out.ascent = -y + 0.2f * size;
    } else {
        const float half = std::max(0.2f * size, 0.4f * out.width);
        mark.points = {{middle - half, y - 0.02f * size}, {middle + half, y - 0.02f * size}};
        out.ascent = -y + 0.05f * size;
    }
    out.strokes.push_back(std::move(mark));
    return out;
}

Box Setter::bracket(char32_t code, float above, float below, int level) const {
    const ImFont& f = font(level);
    const ImFontGlyph& g = *f.FindGlyph(static_cast<ImWchar>(code));
    if (above <= 1.12f * (f.Ascent - g.Y0) && below <= 1.35f * (g.Y1 - f.Ascent)) return glyph(static_cast<ImWchar>(code), level, false, Ink::text);
    const float size = em(level), line = thin(level) * 1.15f, width = code == U'|' ? 0.3f * size : 0.36f * size, near = 0.28f * width, far = 0.9f * width;
    const float top = -above, bottom = below, middle = (top + bottom) / 2;
    Box out;
    Stroke stroke{{}, line, Ink::text};
    const bool mirrored = code == U')' || code == U']' || code == U'}';
    if (code == U'|') {
        stroke.points = {{width / 2, top}, {width / 2, bottom}};
    } else if (code == U'[' || code == U']') {
        stroke.points = {{far, top}, {near, top}, {near, bottom}, {far, bottom}};
    } else if (code == U'(' || code == U')') {
        constexpr int n = 12;
        for (int i = 0; i <= n; ++i) {
            const float f_y = static_cast<float>(i) / n, bow = 1 - (2 * f_y - 1) * (2 * f_y - 1);
            stroke.points.push_back({far - (far - near) * bow, top + f_y * (bottom - top)});
        }
    } else {
        const float centre = (near + far) / 2;
        stroke.points = {{far, top}, {centre, top + 0.12f * size}, {centre, middle - 0.12f * size}, {near, middle}, {centre, middle + 0.12f * size}, {centre, bottom - 0.12f * size}, {far, bottom}};
    }
    if (mirrored)
        for (ImVec2& p : stroke.points) p.x = width - p.x;
    out.strokes.push_back(std::move(stroke));
    out.width = width;
    out.ascent = above;
    out.descent = below;
    return out;
}

Box Setter::fence(const Node& node, int level) const {
    Box inside = row(node.parts[0], level);
    // About the axis, and no shorter than the letters.
    const float size = em(level), reach = std::max(inside.ascent - axis(level), inside.descent + axis(level)) + 0.06f * size;
    Box out;
    if (node.code) append(out, bracket(node.code, axis(level) + reach, reach - axis(level), level));
    append(out, std::move(inside));
    if (node.closing) append(out, bracket(node.closing, axis(level) + reach, reach - axis(level), level));
    return out;
}

const Term* Setter::find(std::string_view id) const {
    const auto it = std::find_if(terms_.begin(), terms_.end(), [&](const Term& t) { return t.id == id; });
    return it == terms_.end() ? nullptr : &*it;
}

Box Setter::term(const Node& node, int level) const {
    Box out = row(node.parts[0], level);
    const Term* known = find(node.text);
    if (!known) return out;
    const float size = em(level);
    if (!known->number.empty()) {
        // A bracket beneath, and the number under its middle; at one height for all the terms of a row whose scripts are those of a letter.
        const float line = pixel_, tick = 0.14f * size, y = std::max(out.descent, 0.42f * size) + 0.12f * size + tick;
        Box number = words(known->number, script(level), Ink::number);
        // A number may hang over its neighbours, which have none.
        const float width = std::max(out.width, number.width - 0.6f * size), left = (width - out.width) / 2 + 0.04f * size, right = (width + out.width) / 2 - 0.04f * size;
        out.move((width - out.width) / 2, 0);
        out.strokes.push_back({{{left, y - tick}, {left, y}, {right, y}, {right, y - tick}}, line, Ink::number});
        number.move((width - number.width) / 2, y + 0.14f * size + number.ascent);
        out.add(std::move(number));
        out.width = width;
    }
    if (known->lit) {
        colour(out, Ink::lit);
        const float pad = 0.08f * size;
        out.marks.push_back({-0.6f * pad, -out.ascent - pad, out.width + 0.6f * pad, out.descent + pad});
    }
    return out;
}

Box Setter::wrong(const Node& node, int level) const {
    Box out = row(node.parts[0], level);
    const float size = em(level), pad = 0.12f * size;
    colour(out, Ink::wrong);
    out.move(pad, 0);
    out.width += 2 * pad;
    out.ascent += pad;
    out.descent += pad;
    out.strokes.push_back({{{0, -out.ascent}, {out.width, -out.ascent}, {out.width, out.descent}, {0, out.descent}, {0, -out.ascent}}, pixel_, Ink::wrong});
    return out;
}

Box Setter::missing(const Node& node, int level) const {
    Box out = row(node.parts[0], level);
    colour(out, Ink::muted);
    out.strokes.push_back({{{0, out.descent}, {out.width, -out.ascent}}, 1.5f * pixel_, Ink::wrong});
    return out;
}

}  // namespace pf::panels::typeset
