#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace pf {

inline constexpr std::size_t max_json_bytes = 4 << 20;
inline constexpr int max_json_depth = 64;

// The document, after refusing what a plain parser lets pass: size over 1 MB, depth over 64, duplicate keys, numbers that overflow.
// Throws BadInput "<name>: <key path or line and column>: what is wrong".
nlohmann::json parse_strict(const std::string& text, const std::string& name);

}  // namespace pf
