#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/runtime/compute.h"

namespace pf {

// Quality (sliced W₂ as a multiple of its noise floor) of a lane with and without its teleport, over numbers of steps. "Good" is what the metrics panel
// calls within the noise floor, a ratio of at most 1.4; the evaluations saved are those of the fewest steps from which on every larger number is good.
struct TeleportSavings {
    struct Rung {
        int steps = 0;
        int evaluations[2] = {0, 0};  // with the teleport, without
        double ratio[2] = {0, 0};
    };
    std::vector<Rung> ladder;              // steps increase
    std::optional<int> teleported, whole;  // evaluations that are good; nothing where no rung is
};
// Runs the lane at 1, 2, 3, 4, 6, 8, … 64 steps. Nothing for a lane that does not teleport; incomplete when stopped.
std::optional<TeleportSavings> teleport_savings(const Scene& scene, int lane, const FieldSet& fields, std::stop_token stop = {});
std::string sentence(const TeleportSavings& savings);

}  // namespace pf
