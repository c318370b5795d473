#include "app/runtime/processes.h"

#include <algorithm>
#include <array>

namespace pf {
namespace {

constexpr std::array process_table{
    LaneWord{"sampling", "sampling", "from noise to data, t = 0 to 1"},
    LaneWord{"noising", "noising", "from data to noise, t = 1 to 0: where σ is gₜ, dX = (d log α/dτ) X dτ + g dW; with any other σ the same marginals"},
    LaneWord{"langevin", "Langevin", "t stands still: dX = ½σ²s dr + σ dW in a time r of its own, which holds the density of that t"},
};

constexpr std::array variant_table{
    LaneWord{"right", "right", "the equation as it should be"},
    LaneWord{"no_score", "no score", "Score term left out: the noise spreads the particles, and nothing pulls them back."},
    LaneWord{"double_score", "double score", "Score term doubled: the particles are pulled together more than the noise spreads them."},
    LaneWord{"wrong_noise", "noise × √2", "Noise drawn with the wrong factor √2: twice the variance that the score term makes up for."},
    LaneWord{"reversed_time", "time reversed", "Fields taken at 1 − t: the drift of the data end acts on noise, and that of the noise end on data."},
};

}  // namespace

std::span<const LaneWord> processes() { return process_table; }
std::span<const LaneWord> variants() { return variant_table; }

std::string_view what_is_wrong(std::string_view variant) {
    const auto it = std::find_if(variant_table.begin() + 1, variant_table.end(), [&](const LaneWord& word) { return word.id == variant; });
    return it == variant_table.end() ? std::string_view{} : it->meaning;
}

}  // namespace pf
