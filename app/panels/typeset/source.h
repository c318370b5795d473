#pragma once
#include <string>
#include <string_view>
#include <vector>

// The TeX-like source of an equation, and what it says.
//
//   letters, Greek \alpha …      slanted; digits, \d (a differential), \log, \exp, \text{words}, \E, \N upright
//   _x ^x _{…} ^{…}              sub- and superscripts
//   \frac{a}{b} \sqrt{a} \half   fraction, root, ½
//   \dot{a} \hat{a} \bar{a}      accents
//   \left( … \right)             brackets ( [ { | of the height of what is between them; '.' for none
//   \term{id}{…}                 a part that lights up, and may have a number beneath, under the name id
//   \wrong{…} \missing{…}        what is in the equation by mistake, and what is left out of it
//   \, \quad \\                  a thin space, a wide one (where a line may end), a new line
namespace pf::panels::typeset {

struct Node {
    enum class Kind { row, symbol, text, fraction, scripts, root, accent, fence, term, wrong, missing, space, new_line };
    // As in TeX: what decides the space around a symbol.
    enum class Class { ordinary, large, binary, relation, opening, closing, punctuation };

    Kind kind = Kind::row;
    Class math_class = Class::ordinary;
    bool slanted = false;
    char32_t code = 0;         // of a symbol; of an accent U+0307, U+0302 or U+0304; of a fence its opening bracket, 0 for none
    char32_t closing = 0;      // of a fence
    double space = 0;          // of a space, in em
    std::string text;          // of a text its words, of a term its id
    std::vector<Node> parts;   // row: all; fraction: above, below; scripts: base, below, above (an empty row where there is none); others: one
};

// The row that the source says. Throws BadInput, "equation, column 7: …" (columns count characters from 1).
Node parse(std::string_view source);

}  // namespace pf::panels::typeset
