#include "app/runtime/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/math/dataset/datasets.h"
#include "core/math/sigma/sigmas.h"

namespace pf {

std::span<const std::string_view> data_ids() {
    static const std::vector<std::string_view> ids = [] {
        std::vector<std::string_view> all;
        for (const auto& entry : datasets()) all.push_back(entry.id);
        all.push_back("mixture");
        all.push_back("points");
        all.push_back("formula");
        return all;
    }();
    return ids;
}

std::span<const std::string_view> sigma_ids() {
    static const std::vector<std::string_view> ids = [] {
        std::vector<std::string_view> all;
        for (const auto& entry : sigmas()) all.push_back(entry.id);
        all.push_back("formula");
        return all;
    }();
    return ids;
}

bool is_plain_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
        const unsigned first = byte(i);
        const int length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0 || i + static_cast<std::size_t>(length) > text.size()) return false;
        unsigned code = length == 1 ? first : first & (0xFFu >> (length + 1));
        for (int k = 1; k < length; ++k) {
            const unsigned next = byte(i + static_cast<std::size_t>(k));
            if ((next & 0xC0u) != 0x80u) return false;
            code = code << 6 | (next & 0x3Fu);
        }
        if ((code < 0x20 && code != '\n') || code == 0x7F) return false;
        if (length == 3 && (code < 0x800 || (code >= 0xD800 && code < 0xE000))) return false;
        if (length == 4 && (code < 0x10000 || code > 0x10FFFF)) return false;
        i += static_cast<std::size_t>(length);
    }
    return true;
}

std::string quotable(std::string_view text) {
    constexpr std::size_t longest = 60;
    std::string out;
    for (const char c : text.substr(0, longest)) out += c >= 0x20 && c < 0x7F ? c : '?';
    return text.size() > longest ? out + "..." : out;
}

std::string unknown_word(std::string_view word, std::span<const std::string_view> known) {
    return fmt::format("unknown id '{}' (known: {})", quotable(word), fmt::join(known, ", "));
}

std::string expected_whole(WholeRange range, std::string_view got) {
    return fmt::format("expected a whole number from {} to {}, got {}", range.min, range.max, got);
}

std::string_view probably_meant(std::string_view word, std::span<const std::string_view> known) {
    std::string_view best;
    std::size_t least = std::min<std::size_t>(word.size() / 3, 3) + 1;
    for (const std::string_view candidate : known) {
        // Restricted Damerau–Levenshtein: rows of the distance of every beginning of the candidate, for the last three letters of the word.
        std::vector<std::size_t> before, above, row(candidate.size() + 1);
        std::iota(row.begin(), row.end(), std::size_t{0});
        for (std::size_t i = 0; i < word.size(); ++i) {
            before = std::exchange(above, row);
            row[0] = i + 1;
            for (std::size_t j = 0; j < candidate.size(); ++j) {
                row[j + 1] = std::min({above[j] + (word[i] == candidate[j] ? 0 : 1), row[j] + 1, above[j + 1] + 1});
                if (i > 0 && j > 0 && word[i] == candidate[j - 1] && word[i - 1] == candidate[j]) row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
            }
        }
        if (row.back() < least) least = row.back(), best = candidate;
    }
    return best;
}

}  // namespace pf
