#pragma once
#include <string_view>
#include <vector>

namespace pf {

// One character of a text in UTF-8, as it is written and as a code point.
struct Letter {
    std::string_view bytes;  // into the text
    char32_t code;
};
// Never fails: what is no UTF-8 becomes some letters, whose bytes together are the text.
std::vector<Letter> letters(std::string_view text);
std::size_t letter_count(std::string_view text);

}  // namespace pf
