#pragma once
#include <charconv>
#include <string_view>

namespace pf::panels {

// The number that a text of the program's own holds, with a decimal point whatever locale is in force.
inline double number_in(std::string_view text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace pf::panels
