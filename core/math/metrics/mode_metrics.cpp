#include "core/math/metrics/mode_metrics.h"

#include <array>
#include <cmath>

namespace pf {
namespace {

double missed(const Points& x, const Mixture& modes) {
    const Coverage coverage = mode_coverage(modes, x);
    return coverage.modes - coverage.covered;
}

double outliers(const Points& x, const Mixture& modes) { return mode_coverage(modes, x).outliers; }

}  // namespace

std::span<const ModeMetric> mode_metrics() {
    static constexpr std::array table{
        ModeMetric{"modes_missed", "modes missed", "modes that hold less than a fifth of their own share of the samples within three standard deviations", "modes",
                   "number of modes k with fewer than 0.2 wₖ n of the n points, wₖ their weights; a point counts for the mode nearest in Mahalanobis distance, if that is below 3", missed},
        ModeMetric{"outliers", "outliers", "share of the samples farther than three standard deviations from every mode", "1",
                   "share of the points whose Mahalanobis distance to every mode is 3 or more; of a Gaussian's own draws e^(−9/2) = 1.1 %", outliers},
    };
    return table;
}

std::string defined(const ModeMetric& metric) { return fmt::format("{}. Of at most {} points; lower is better, down to the noise floor", metric.definition, most_mode_points); }

NoiseFloor noise_floor(const ModeMetric& metric, const Dataset& data, const Mixture& modes, Eigen::Index n, std::uint64_t key, int pairs, const std::function<bool()>& stop) {
    NoiseFloor floor;
    double squares = 0;  // Welford's sum of squared deviations
    for (int k = 0; k < pairs && !(stop && stop()); ++k) {
        Random random(stream_key(key, "noise floor") + static_cast<std::uint64_t>(k));
        const double value = metric.of(data.sample(random, n), modes), difference = value - floor.mean;
        ++floor.pairs;
        floor.mean += difference / floor.pairs;
        squares += difference * (value - floor.mean);
    }
    if (floor.pairs > 1) floor.standard_deviation = std::sqrt(squares / (floor.pairs - 1));
    return floor;
}

}  // namespace pf
