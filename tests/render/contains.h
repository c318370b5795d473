#pragma once
#include "tests/catch.h"

namespace pf {

// The matcher that Catch2 3 renamed.
#if __has_include(<catch2/catch_all.hpp>)
inline auto contains(const std::string& text) { return Catch::Matchers::ContainsSubstring(text); }
#else
inline auto contains(const std::string& text) { return Catch::Matchers::Contains(text); }
#endif

}  // namespace pf
