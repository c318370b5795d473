#pragma once
#include <span>

#include "core/math/metrics/metrics.h"

namespace pf {

// What is counted of a sample where the data are a mixture whose components are modes of their own (mode_coverage() in metrics.h). Like every metric it is
// read beside the same number of exact draws.
struct ModeMetric {
    std::string_view id, label, meaning, unit;
    std::string_view definition;  // as of Metric
    double (*of)(const Points&, const Mixture&);
};
std::span<const ModeMetric> mode_metrics();
constexpr int most_mode_points = 20'000;  // more are thinned to this many: their floor is still quick
std::string defined(const ModeMetric& metric);

// Of exact draws of `data`, whose modes are `modes`; as noise_floor() in metrics.h.
NoiseFloor noise_floor(const ModeMetric& metric, const Dataset& data, const Mixture& modes, Eigen::Index n, std::uint64_t key, int pairs = 20,
                       const std::function<bool()>& stop = {});

}  // namespace pf
