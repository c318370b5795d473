#include "app/panels/typeset/box.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "app/panels/typeset/setter.h"

namespace pf::panels::typeset {
namespace {

using Kind = Node::Kind;
using Class = Node::Class;

// Lines of a row at one size, and how many.
Box lines(const Setter& setter, const Node& row, int level, float width, int& count) {
    const float size = setter.em(level), indent = 1.2f * size, leading = 0.35f * size;
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
