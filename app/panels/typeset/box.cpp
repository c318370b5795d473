#include "app/panels/typeset/box.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace pf::panels::typeset {
namespace {

using Kind = Node::Kind;
using Class = Node::Class;

float em(const ImFont& font) { return font.FontSize / 1.164f; }  // DejaVu: ascent and descent together are 1.164 em

std::vector<ImWchar> code_points(std::string_view text) {
    std::vector<ImWchar> out;
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const std::size_t length = std::min<std::size_t>(first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4, text.size() - i);
        unsigned code = length == 1 ? first : first & (0x7Fu >> length);
        for (std::size_t k = 1; k < length; ++k) code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
        out.push_back(static_cast<ImWchar>(code));
        i += length;
    }
    return out;
}

class Setter {
public:
    Setter(std::span<const Term> terms, const Fonts& fonts, float pixel) : terms_(terms), fonts_(fonts), pixel_(pixel) {}

    Box row(const Node& node, int level) const {
        Box out;
        const Node* previous = nullptr;
        for (const Node& part : node.parts) {
            if (previous) out.width += gap(*previous, part, level);
            append(out, set(part, level));
            previous = &part;
        }
        return out;
    }

    Box set(const Node& node, int level) const {
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
                out.width = static_cast<float>(node.space) * em(font(level));
                return out;
            }
            case Kind::new_line: break;
        }
        return {};
    }

    // Between two parts of a row; in small print only words keep theirs.
    float gap(const Node& left, const Node& right, int level) const {
        const auto a = left.math_class, b = right.math_class;
        const float size = em(font(level));
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

    const ImFont& font(int level) const { return *fonts_[static_cast<std::size_t>(level)]; }
    // Height above the baseline at which fraction bars and operators stand.
    float axis(int level) const {
        const ImFont& f = font(level);
        const ImFontGlyph& plus = *f.FindGlyph('+');
        return f.Ascent - (plus.Y0 + plus.Y1) / 2;
    }

private:
    static int smaller(int level) { return std::min(level + 1, levels - 1); }
    static int script(int level) { return std::min(level + 2, levels - 1); }

    static void append(Box& row, Box part) {
        part.move(row.width, 0);
        row.add(std::move(part));
    }

    Box glyph(ImWchar code, int level, bool slanted, Ink ink) const {
        const ImFont& f = font(level);
        const ImFontGlyph& g = *f.FindGlyph(code);
        Box out;
        out.width = g.AdvanceX;
        out.ascent = f.Ascent - g.Y0;
        out.descent = g.Y1 - f.Ascent;
        out.glyphs.push_back({code, level, f.FontSize, 0, 0, slanted, ink});
        return out;
    }

    Box symbol(const Node& node, int level) const {
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

    Box words(std::string_view text, int level, Ink ink) const {
        Box out;
        for (const ImWchar code : code_points(text)) append(out, glyph(code, level, false, ink));
        return out;
    }

    float thin(int level) const { return std::max(pixel_, std::round(em(font(level)) / 14)); }

    Box fraction(const Node& node, int level) const {
        Box above = row(node.parts[0], smaller(level)), below = row(node.parts[1], smaller(level));
        const float size = em(font(level)), bar = thin(level), space = std::max(bar, 0.13f * size), middle = -axis(level), margin = 0.12f * size;
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

    Box scripts(const Node& node, int level) const {
        Box base = set(node.parts[0], level), below = row(node.parts[1], script(level)), above = row(node.parts[2], script(level));
        const float size = em(font(level)), tall = font(level).Ascent - font(level).FindGlyph('x')->Y0;
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

    Box root(const Node& node, int level) const {
        Box inside = row(node.parts[0], level);
        const float size = em(font(level)), line = thin(level), lead = 0.5f * size, top = -inside.ascent - 0.16f * size, bottom = inside.descent;
        Box out;
        inside.move(lead + 0.06f * size, 0);
        out.strokes.push_back({{{0.04f * size, -axis(level) + 0.06f * size}, {0.14f * size, -axis(level)}, {0.28f * size, bottom}, {lead, top}, {inside.width, top}}, line, Ink::text});
        out.ascent = -top + line / 2;
        out.descent = bottom;
        out.add(std::move(inside));
        out.width += 0.06f * size;
        return out;
    }

    Box accent(const Node& node, int level) const {
        Box out = row(node.parts[0], level);
        const float size = em(font(level)), line = thin(level), y = -out.ascent - 0.1f * size;
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

    Box bracket(char32_t code, float above, float below, int level) const {
        const ImFont& f = font(level);
        const ImFontGlyph& g = *f.FindGlyph(static_cast<ImWchar>(code));
        if (above <= 1.12f * (f.Ascent - g.Y0) && below <= 1.35f * (g.Y1 - f.Ascent)) return glyph(static_cast<ImWchar>(code), level, false, Ink::text);
        const float size = em(f), line = thin(level) * 1.15f, width = code == U'|' ? 0.3f * size : 0.36f * size, near = 0.28f * width, far = 0.9f * width;
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

    Box fence(const Node& node, int level) const {
        Box inside = row(node.parts[0], level);
        // About the axis, and no shorter than the letters.
        const float size = em(font(level)), reach = std::max(inside.ascent - axis(level), inside.descent + axis(level)) + 0.06f * size;
        Box out;
        if (node.code) append(out, bracket(node.code, axis(level) + reach, reach - axis(level), level));
        append(out, std::move(inside));
        if (node.closing) append(out, bracket(node.closing, axis(level) + reach, reach - axis(level), level));
        return out;
    }

    const Term* find(std::string_view id) const {
        const auto it = std::find_if(terms_.begin(), terms_.end(), [&](const Term& t) { return t.id == id; });
        return it == terms_.end() ? nullptr : &*it;
    }

    static void colour(Box& box, Ink ink) {
        for (Glyph& g : box.glyphs)
            if (g.ink == Ink::text || g.ink == Ink::number) g.ink = ink;
        for (Stroke& s : box.strokes)
            if (s.ink == Ink::text || s.ink == Ink::number) s.ink = ink;
    }

    Box term(const Node& node, int level) const {
        Box out = row(node.parts[0], level);
        const Term* known = find(node.text);
        if (!known) return out;
        const float size = em(font(level));
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

    Box wrong(const Node& node, int level) const {
        Box out = row(node.parts[0], level);
        const float size = em(font(level)), pad = 0.12f * size;
        colour(out, Ink::wrong);
        out.move(pad, 0);
        out.width += 2 * pad;
        out.ascent += pad;
        out.descent += pad;
        out.strokes.push_back({{{0, -out.ascent}, {out.width, -out.ascent}, {out.width, out.descent}, {0, out.descent}, {0, -out.ascent}}, pixel_, Ink::wrong});
        return out;
    }

    Box missing(const Node& node, int level) const {
        Box out = row(node.parts[0], level);
        colour(out, Ink::muted);
        out.strokes.push_back({{{0, out.descent}, {out.width, -out.ascent}}, 1.5f * pixel_, Ink::wrong});
        return out;
    }

    std::span<const Term> terms_;
    const Fonts& fonts_;
    float pixel_;
};

// Lines of a row at one size, and how many.
Box lines(const Setter& setter, const Node& row, int level, float width, int& count) {
    const float size = em(setter.font(level)), indent = 1.2f * size, leading = 0.35f * size;
    std::vector<Box> out(1);
    const Node* previous = nullptr;
    const auto room = [&] { return width - (out.size() > 1 ? indent : 0); };
    const auto next_line = [&] {
        out.emplace_back();
        previous = nullptr;
    };
    // Parts between two places where a line may end go together.
    for (std::size_t i = 0; i < row.parts.size();) {
        const Node& first = row.parts[i];
        if (first.kind == Kind::new_line) {
            next_line();
            ++i;
            continue;
        }
        if (first.kind == Kind::space && first.space >= 1 && !previous) {
            ++i;
            continue;
        }
        Node piece;
        do piece.parts.push_back(row.parts[i++]);
        while (i < row.parts.size() && row.parts[i].kind != Kind::new_line && !(row.parts[i].kind == Kind::space && row.parts[i].space >= 1) &&
               row.parts[i].math_class != Class::binary && row.parts[i].math_class != Class::relation);
        Box box = setter.row(piece, level);
        const float gap = previous ? setter.gap(*previous, first, level) : 0;
        if (out.back().width > 0 && out.back().width + gap + box.width > room()) {
            next_line();
            if (first.kind == Kind::space) {
                piece.parts.erase(piece.parts.begin());
                box = setter.row(piece, level);
            }
        } else {
            out.back().width += gap;
        }
        box.move(out.back().width, 0);
        out.back().add(std::move(box));
        previous = &row.parts[i - 1];
    }
    Box all;
    float y = 0;
    for (std::size_t k = 0; k < out.size(); ++k) {
        if (k > 0) y += out[k].ascent + leading;
        const float descent = out[k].descent;
        out[k].move(k > 0 ? indent : 0, y);
        all.add(std::move(out[k]));
        y += descent;
    }
    count = static_cast<int>(out.size());
    return all;
}

}  // namespace

void Box::move(float dx, float dy) {
    for (Glyph& g : glyphs) g.x += dx, g.baseline += dy;
    for (Stroke& s : strokes)
        for (ImVec2& p : s.points) p.x += dx, p.y += dy;
    for (Mark& m : marks) m.left += dx, m.right += dx, m.top += dy, m.bottom += dy;
    width += dx;
    ascent -= dy;
    descent += dy;
}

void Box::add(Box other) {
    const bool empty = glyphs.empty() && strokes.empty() && ascent == 0 && descent == 0;
    width = std::max(width, other.width);
    if (other.glyphs.empty() && other.strokes.empty()) return;  // a space has no height
    ascent = empty ? other.ascent : std::max(ascent, other.ascent);
    descent = empty ? other.descent : std::max(descent, other.descent);
    glyphs.insert(glyphs.end(), other.glyphs.begin(), other.glyphs.end());
    strokes.insert(strokes.end(), std::make_move_iterator(other.strokes.begin()), std::make_move_iterator(other.strokes.end()));
    marks.insert(marks.end(), other.marks.begin(), other.marks.end());
}

Box lay_out(const Node& row, std::span<const Term> terms, const Fonts& fonts, int level, float pixel) { return Setter(terms, fonts, pixel).row(row, level); }

Box lay_out(const Node& row, std::span<const Term> terms, const Fonts& fonts, int level, float width, float pixel) {
    constexpr int least_for_few_lines = 2, few_lines = 2;
    const Setter setter(terms, fonts, pixel);
    std::optional<Box> fitting;
    Box box;
    for (; level < levels; ++level) {
        int count = 0;
        box = lines(setter, row, level, width, count);
        if (box.width > width) continue;
        if (count <= few_lines && level <= least_for_few_lines) return box;
        if (!fitting) fitting = std::move(box);
    }
    if (fitting) return *std::move(fitting);
    const float factor = width / box.width;
    for (Glyph& g : box.glyphs) g.x *= factor, g.baseline *= factor, g.size *= factor;
    for (Stroke& s : box.strokes)
        for (ImVec2& p : s.points) p = {p.x * factor, p.y * factor};
    for (Mark& m : box.marks) m = {m.left * factor, m.top * factor, m.right * factor, m.bottom * factor};
    box.width = width;
    box.ascent *= factor;
    box.descent *= factor;
    return box;
}

}  // namespace pf::panels::typeset
