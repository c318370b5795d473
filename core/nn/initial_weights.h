#pragma once
#include <cmath>
#include <vector>

#include "core/math/random.h"
#include "core/nn/front.h"

namespace pf::nn {

// Uniform in ±1/√in, PyTorch's default, in the order of parameter_count(); the same from a seed for every engine and device.
inline std::vector<float> initial_weights(const Architecture& architecture, std::uint64_t seed) {
    std::vector<float> values;
    Random random(seed, "initial weights");
    for (int layer = 0, in = input_features(architecture); layer <= architecture.depth; ++layer) {
        const int out = layer < architecture.depth ? architecture.hidden[layer] : 2;
        const double bound = 1 / std::sqrt(in);
        for (long i = 0; i < static_cast<long>(out) * (in + 1); ++i) values.push_back(static_cast<float>(random.uniform(-bound, bound)));
        in = out;
    }
    return values;
}

}  // namespace pf::nn
