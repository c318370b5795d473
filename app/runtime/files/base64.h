#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pf {

// RFC 4648, section 4, with padding. Decoding is strict: anything else gives nothing.
std::string to_base64(std::span<const unsigned char> bytes);
std::optional<std::vector<unsigned char>> from_base64(std::string_view text);

}  // namespace pf
