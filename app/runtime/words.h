#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/runtime/limits.h"

namespace pf {

// Ids a scene's data may have: the table's, "mixture", "points" and "formula".
std::span<const std::string_view> data_ids();

// Ids a lane's noise may have: the table's and "formula".
std::span<const std::string_view> sigma_ids();

// Well-formed UTF-8 (no surrogates, no overlong forms) without control characters other than line feed.
bool is_plain_utf8(std::string_view text);

// What the user wrote, fit for a message: at most 60 characters, anything odd replaced by '?'.
std::string quotable(std::string_view text);

// The known word that was probably meant: the nearest by changed, missing, superfluous and swapped letters, three of them and a third of the word at most; empty if there is none.
std::string_view probably_meant(std::string_view word, std::span<const std::string_view> known);

// "unknown 'x' (known: a, b)" and "expected a whole number from 1 to 9, got 0.5".
std::string unknown_word(std::string_view word, std::span<const std::string_view> known);
std::string expected_whole(WholeRange range, std::string_view got);

}  // namespace pf
