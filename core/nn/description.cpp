#include "core/nn/description.h"

#include <algorithm>
#include <cmath>

namespace pf::nn {

Scaling scaling(const Description& description, const Coefficients& c, double t) {
    constexpr double least = 1e-3;
    const bool edm = description.prediction == Prediction::edm_f;
    const double variance = description.data_sd * description.data_sd;
    Scaling out{1, 1, edm ? std::log(std::max(c.beta, least) / std::max(c.alpha, least)) / 4 : t};
    if (edm || description.normalise) out.input = 1 / std::sqrt(c.beta * c.beta + c.alpha * c.alpha * variance);
    if (edm || !description.normalise) return out;
    const Target target = conditional_target(description.prediction, c);
    out.output = std::sqrt(target.z * target.z * variance + target.noise * target.noise);
    return out;
}

}  // namespace pf::nn
