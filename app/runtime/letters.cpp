#include "app/runtime/letters.h"

#include <algorithm>

namespace pf {

std::vector<Letter> letters(std::string_view text) {
    std::vector<Letter> out;
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const std::size_t length = std::min<std::size_t>(first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4, text.size() - i);
        char32_t code = length == 1 ? first : first & (0x7Fu >> length);
        for (std::size_t k = 1; k < length; ++k) code = code << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
        out.push_back({text.substr(i, length), code});
        i += length;
    }
    return out;
}

std::size_t letter_count(std::string_view text) { return letters(text).size(); }

}  // namespace pf
