#include "app/panels/theme.h"
#include "app/panels/typeset/draw.h"
#include "core/math/errors.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"

namespace pf::panels::typeset {
namespace {

std::string error_of(std::string_view source) {
    try {
        parse(source);
    } catch (const BadInput& error) {
        return error.what();
    }
    return "";
}

struct Extent {
    float left = 1e9f, top = 1e9f, right = -1e9f, bottom = -1e9f;
    void hold(float x, float y) { left = std::min(left, x), right = std::max(right, x), top = std::min(top, y), bottom = std::max(bottom, y); }
};
Extent ink(const Box& box, const Fonts& fonts) {
    Extent out;
    for (const auto& g : box.glyphs) {
        const ImFont& font = *fonts[static_cast<std::size_t>(g.level)];
        const ImFontGlyph& glyph = *font.FindGlyph(g.code);
        const float scale = g.size / font.FontSize;
        out.hold(g.x + scale * glyph.X0, g.baseline + scale * (glyph.Y0 - font.Ascent));
        out.hold(g.x + scale * glyph.X1, g.baseline + scale * (glyph.Y1 - font.Ascent));
    }
    for (const Stroke& s : box.strokes)
        for (const ImVec2 p : s.points) out.hold(p.x, p.y);
    return out;
}

const Glyph& glyph_of(const Box& box, ImWchar code) {
    const auto it = std::find_if(box.glyphs.begin(), box.glyphs.end(), [&](const Glyph& g) { return g.code == code; });
    REQUIRE(it != box.glyphs.end());
    return *it;
}

Box set(const char* source, int level = 1) { return lay_out(parse(source), {}, math_fonts(), level, 1); }

}  // namespace

TEST_CASE("a source that cannot be read says where") {
    CHECK(error_of("a + \\foo b") == "equation, column 5: unknown command '\\foo'");
    CHECK(error_of("\\frac{a}") == "equation, column 9: the denominator is missing");
    CHECK(error_of("α {a") == "equation, column 1: unexpected 'α'");
    CHECK(error_of("x_{a") == "equation, column 3: '{' without '}'");
    CHECK(error_of("a}") == "equation, column 2: '}' without '{'");
    CHECK(error_of("_t") == "equation, column 1: a script without what it stands at");
    CHECK(error_of("x_a_b") == "equation, column 4: a second script of the same kind");
    CHECK(error_of("\\left( a") == "equation, column 1: \\left without \\right");
    CHECK(error_of("\\left a \\right)") == "equation, column 7: expected a bracket ( [ { | or '.'");
    CHECK(error_of("a \\right)") == "equation, column 3: \\right without \\left");
    CHECK(error_of("\\sqrt{}") == "equation, column 6: what is under the root is empty");
    CHECK(error_of("\\term{}{a}") == "equation, column 6: the id of the term is empty");
    CHECK(error_of("\\") == "equation, column 1: a command without a name");
    CHECK(error_of("a^\\frac{1}{2}_b + \\left\\{ c \\right.").empty());
}

TEST_CASE("a minus is an operation between two terms and a sign before one") {
    const auto of = [](const char* source, std::size_t i) { return parse(source).parts.at(i).math_class; };
    CHECK(of("a - b", 1) == Node::Class::binary);
    CHECK(of("- b", 0) == Node::Class::ordinary);
    CHECK(of("a = - b", 2) == Node::Class::ordinary);
    CHECK(of("(- b", 1) == Node::Class::ordinary);
}

TEST_CASE("widths add up, and symbols stand on one line") {
    Driver d;
    CHECK(set("ab").width == Approx(set("a").width + set("b").width));
    CHECK(set("a + b").width > set("a").width + set("+").width + set("b").width);  // space around an operation
    CHECK(set("-b").width == Approx(set("-").width + set("b").width));
    CHECK(set("\\quad a").width == Approx(set("\\quad").width + set("a").width));
    for (const Glyph& g : set("aXg").glyphs) CHECK(g.baseline == 0);
    CHECK(set("\\text{log}").glyphs[0].slanted == false);
    CHECK(set("a").glyphs[0].slanted);
    CHECK(set("\\sigma").glyphs[0].slanted);
    CHECK_FALSE(set("\\nabla 2").glyphs[0].slanted);
}

TEST_CASE("a fraction holds what is above and below its bar") {
    Driver d;
    const Box box = set("\\frac{a + b}{c}");
    const Stroke& bar = box.strokes.at(0);
    const Glyph &above = glyph_of(box, 'a'), &below = glyph_of(box, 'c');
    CHECK(above.baseline < bar.points[0].y);
    CHECK(below.baseline > bar.points[0].y);
    CHECK(bar.points[0].y == Approx(glyph_of(set("+"), '+').baseline - (set("+").ascent - set("+").descent) / 2).margin(0.6));  // on the axis
    const Box parts = lay_out(parse("a + b"), {}, math_fonts(), 2, 1);
    CHECK(box.width >= parts.width);
    CHECK(box.ascent >= parts.height());
    const Extent all = ink(box, math_fonts());
    CHECK(all.top >= -box.ascent - 0.01f);
    CHECK(all.bottom <= box.descent + 0.01f);
    CHECK(std::abs((above.x + glyph_of(box, 'b').x) / 2 - below.x) < 2);  // both centred
}

TEST_CASE("scripts are smaller, and placed") {
    Driver d;
    const Box box = set("x_a^b");
    const Glyph &base = glyph_of(box, 'x'), &below = glyph_of(box, 'a'), &above = glyph_of(box, 'b');
    for (const Glyph* script : {&below, &above}) {
        CHECK(script->size < 0.8f * base.size);
        CHECK(script->x >= set("x").width);
    }
    CHECK(below.baseline > 0);
    CHECK(above.baseline < 0);
    CHECK(glyph_of(set("x^{a^b}"), 'b').size <= glyph_of(set("x^{a^b}"), 'a').size);
    // They do not touch.
    const auto top = [&](const Glyph& g) { return g.baseline - set("a").ascent * g.size / base.size; };
    CHECK(above.baseline < top(below));
}

TEST_CASE("brackets, roots and accents reach around what they hold") {
    Driver d;
    const Box inside = set("\\frac{a}{b}"), fenced = set("\\left(\\frac{a}{b}\\right)"), root = set("\\sqrt{\\frac{a}{b}}"), dotted = set("\\dot a");
    CHECK(fenced.ascent >= inside.ascent);
    CHECK(fenced.descent >= inside.descent);
    CHECK(fenced.width > inside.width);
    CHECK(set("\\left(a\\right)").width == Approx(set("(a)").width));  // no larger than needed
    CHECK(root.ascent > inside.ascent);
    CHECK(root.width > inside.width);
    CHECK(dotted.ascent > set("a").ascent);
    CHECK(dotted.width == set("a").width);
}

TEST_CASE("a term has its number beneath, and a lit one is marked") {
    Driver d;
    const Term terms[] = {{"s", "0.250", false}, {"l", "", true}};
    const Fonts fonts = math_fonts();
    const Box plain = set("\\sigma"), numbered = lay_out(parse("\\term{s}{\\sigma}"), terms, fonts, 1, 1);
    CHECK(numbered.descent > plain.descent + fonts[3]->FontSize / 2);
    CHECK(numbered.width >= plain.width);
    CHECK(glyph_of(numbered, '0').baseline > 0);
    CHECK(glyph_of(numbered, '0').size < glyph_of(numbered, 0x3c3).size);
    CHECK(glyph_of(numbered, '0').ink == Ink::number);
    const Box lit = lay_out(parse("a + \\term{l}{b}"), terms, fonts, 1, 1);
    CHECK(glyph_of(lit, 'a').ink == Ink::text);
    CHECK(glyph_of(lit, 'b').ink == Ink::lit);
    REQUIRE(lit.marks.size() == 1);
    CHECK(lit.marks[0].left <= glyph_of(lit, 'b').x);
    CHECK(lit.marks[0].left > glyph_of(lit, 'a').x);
    CHECK(glyph_of(lay_out(parse("\\wrong{a}"), {}, fonts, 1, 1), 'a').ink == Ink::wrong);
    CHECK(lay_out(parse("\\missing{a}"), {}, fonts, 1, 1).strokes.size() == 1);
    // An unknown term is what is in it.
    CHECK(lay_out(parse("\\term{other}{a}"), terms, fonts, 1, 1).width == set("a").width);
}

TEST_CASE("an equation is never wider than asked, and breaks before it shrinks") {
    Driver d;
    const Node row = parse("\\d X = [u(X) + \\half\\sigma^2 s(X)]\\,\\d t + \\sigma\\,\\d W");
    for (const float scale : {0.75f, 1.f, 2.f, 3.f}) {
        d.ui.scale = scale;
        apply_theme(d.ui);
        const Fonts fonts = math_fonts();
        const Box one = lay_out(row, {}, fonts, 1, scale);
        for (float width = 1.2f * one.width; width > 8; width *= 0.8f) {
            const Box box = lay_out(row, {}, fonts, 1, width, scale);
            CAPTURE(scale, width);
            CHECK(box.width <= width + 0.01f);
            const Extent all = ink(box, fonts);
            CHECK(all.left >= -1.5f * scale);
            CHECK(all.right <= width + 1.5f * scale);
            CHECK(all.top >= -box.ascent - 0.01f);
            CHECK(all.bottom <= box.descent + 0.01f);
        }
        const Box two = lay_out(row, {}, fonts, 1, 0.8f * one.width, scale);
        CHECK(two.glyphs[0].size == one.glyphs[0].size);
        CHECK(two.height() > 1.7f * one.height());
    }
}

TEST_CASE("lit and muted parts of an equation can be read on their grounds") {
    for (const Theme theme : {Theme::dark, Theme::light, Theme::projector}) {
        const Palette& p = palette(theme);
        const auto over = [&](float a) { return Rgb{p.panel.r + a * (p.accent.r - p.panel.r), p.panel.g + a * (p.accent.g - p.panel.g), p.panel.b + a * (p.accent.b - p.panel.b)}; };
        CHECK(contrast(p.accent, over(mark_alpha)) >= (theme == Theme::projector ? 7 : 4.5));
        CHECK(contrast(p.warning, p.panel) >= (theme == Theme::projector ? 7 : 4.5));
    }
}

}  // namespace pf::panels::typeset
