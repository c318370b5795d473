#include "app/runtime/files/base64.h"

#include <algorithm>
#include <cstdint>

namespace pf {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(std::span<const unsigned char> bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 3; ++k) word = word << 8 | (k < n ? bytes[i + k] : 0u);
        for (std::size_t k = 0; k < 4; ++k) out += k <= n ? alphabet[word >> (18 - 6 * k) & 63u] : '=';
    }
    return out;
}

std::optional<std::vector<unsigned char>> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::vector<unsigned char> out;
    out.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const bool last = i + 4 == text.size();
        const std::size_t digits = !last || text[i + 3] != '=' ? 4 : text[i + 2] != '=' ? 3 : 2;
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < digits; ++k) {
            const auto value = alphabet.find(text[i + k]);
            if (value == std::string_view::npos) return std::nullopt;
            word |= static_cast<std::uint32_t>(value) << (18 - 6 * k);
        }
        if (digits < 4 && (word & (digits == 3 ? 0xFFu : 0xFFFFu)) != 0) return std::nullopt;
        for (std::size_t k = 0; k + 1 < digits; ++k) out.push_back(static_cast<unsigned char>(word >> (16 - 8 * k) & 255u));
    }
    return out;
}

}  // namespace pf
