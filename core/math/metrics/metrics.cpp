#include "core/math/metrics/metrics.h"

#include <array>
#include <cmath>

namespace pf {

std::span<const Metric> metrics() {
    static constexpr std::array table{
        Metric{"sliced_w2", "sliced W₂", "root mean square distance that mass must be moved, seen from 64 directions", sliced_w2, 20000},
        Metric{"energy_distance", "energy distance", "how much farther the two samples are from each other than from themselves", energy_distance, 4096},
        Metric{"mmd", "MMD", "largest difference of means over functions of the inverse multiquadrics", mmd, 2000},
    };
    return table;
}

NoiseFloor noise_floor(const Metric& metric, const Dataset& dataset, Eigen::Index n, std::uint64_t key, int pairs, const std::function<bool()>& stop) {
    n = std::min<Eigen::Index>(n, metric.max_points);
    NoiseFloor floor;
    double squares = 0;  // Welford's sum of squared deviations
    for (int pair = 0; pair < pairs && !(stop && stop()); ++pair) {
        Random random(stream_key(key, "noise floor") + static_cast<std::uint64_t>(pair));
        const Points a = dataset.sample(random, n), b = dataset.sample(random, n);
        const double distance = metric.distance(a, b), difference = distance - floor.mean;
        ++floor.pairs;
        floor.mean += difference / floor.pairs;
        squares += difference * (distance - floor.mean);
    }
    if (floor.pairs > 1) floor.standard_deviation = std::sqrt(squares / (floor.pairs - 1));
    return floor;
}

Points finite_rows(const Points& x) {
    Points kept(x.rows(), 2);
    Eigen::Index n = 0;
    for (Eigen::Index i = 0; i < x.rows(); ++i)
        if (std::isfinite(x(i, 0)) && std::isfinite(x(i, 1))) kept.row(n++) = x.row(i);
    kept.conservativeResize(n, 2);
    return kept;
}

}  // namespace pf
