#pragma once
#include <span>
#include <string_view>

namespace pf {

// A word of a lane with what the window and the command line say of it.
struct LaneWord {
    std::string_view id, label, meaning;
};

// Which way a lane goes: sampling, noising, langevin.
std::span<const LaneWord> processes();

// Ways to get a lane's equation wrong, "right" first; the meaning is the sentence that says what is wrong.
std::span<const LaneWord> variants();

// The sentence of a variant; empty for "right" and words that are none.
std::string_view what_is_wrong(std::string_view variant);

}  // namespace pf
