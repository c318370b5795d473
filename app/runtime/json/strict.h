#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace pf {

inline constexpr std::size_t max_json_bytes = 4 << 20;
inline constexpr int max_json_depth = 64;

// The document, after refusing what a plain parser lets pass: size over max_json_bytes, depth over 64, duplicate keys, numbers that overflow.
// Throws BadInput "<name>: <key path or line and column>: what is wrong".
nlohmann::json parse_strict(const std::string& text, const std::string& name);

// What a file holds, for parse_strict(): one byte more than that takes, at most. Empty where it cannot be read.
std::string json_text(const std::string& path);

}  // namespace pf
