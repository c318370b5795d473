#include "core/nn/description.h"

#include <cmath>

namespace pf::nn {

Scaling scaling(const Description& description, const Coefficients& c) {
    if (!description.normalise) return {};
    const double variance = description.data_sd * description.data_sd;
    const Target target = conditional_target(description.prediction, c);
    return {1 / std::sqrt(c.beta * c.beta + c.alpha * c.alpha * variance), std::sqrt(target.z * target.z * variance + target.noise * target.noise)};
}

}  // namespace pf::nn
