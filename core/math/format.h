#pragma once
// fmt::format. The fmt library where it is there (g++ 12 has no <format>), the standard library's where only that is.
#if __has_include(<fmt/format.h>)
#include <fmt/format.h>
#else
#include <format>
namespace fmt {
using std::format;
using std::format_string;
}  // namespace fmt
#endif
