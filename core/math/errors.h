#pragma once
#include <stdexcept>
#include <string>

#include "core/math/format.h"

namespace pf {

// Something the user gave is wrong; what() is one sentence that says where, what, and what was expected.
struct BadInput : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// The machine lacks something the request needs (OpenGL, torch, ffmpeg); what() says what to install.
struct MissingCapability : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A mistake of ours. On in every build: `check(n > 0, "n = {}", n)` throws std::logic_error with the values.
template <class... Args>
void check(bool condition, fmt::format_string<Args...> message, Args&&... args) {
    if (!condition) throw std::logic_error(fmt::format(message, std::forward<Args>(args)...));
}

}  // namespace pf
