#pragma once
#include "app/panels/typeset/box.h"

namespace pf::panels::typeset {

// Sets the parts of a source as boxes, a row in one line. `level`: size, an index of Fonts; `pixel`: the width of thin lines.
class Setter {
public:
    Setter(std::span<const Term> terms, const Fonts& fonts, float pixel) : terms_(terms), fonts_(fonts), pixel_(pixel) {}

    Box row(const Node& node, int level) const;
    // Between two parts of a row; in small print only words keep theirs.
    float gap(const Node& left, const Node& right, int level) const;
    float em(int level) const { return font(level).FontSize / 1.164f; }  // DejaVu: ascent and descent together are 1.164 em

private:
    const ImFont& font(int level) const { return *fonts_[static_cast<std::size_t>(level)]; }
    float axis(int level) const;  // height above the baseline at which fraction bars and operators stand
    float thin(int level) const;
    Box set(const Node& node, int level) const;
    Box glyph(ImWchar code, int level, bool slanted, Ink ink) const;
    Box symbol(const Node& node, int level) const;
    Box words(std::string_view text, int level, Ink ink) const;
    Box fraction(const Node& node, int level) const;
    Box scripts(const Node& node, int level) const;
    Box root(const Node& node, int level) const;
    Box accent(const Node& node, int level) const;
    Box bracket(char32_t code, float above, float below, int level) const;
    Box fence(const Node& node, int level) const;
    const Term* find(std::string_view id) const;
    Box term(const Node& node, int level) const;
    Box wrong(const Node& node, int level) const;
    Box missing(const Node& node, int level) const;

    std::span<const Term> terms_;
    const Fonts& fonts_;
    float pixel_;
};

}  // namespace pf::panels::typeset
