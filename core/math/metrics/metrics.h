#pragma once
#include <functional>
#include <string>

#include "core/math/dataset/dataset.h"

namespace pf {

// Sliced 2-Wasserstein distance (Rabin et al. 2011; Bonneel et al. 2015) between two equally weighted samples of the same size:
// square root of the mean over 64 directions, equally spaced in angle, of W2² of the sorted projections. Rows with NaN count as lost
// and must have been removed. O(64 n log n).
double sliced_w2(const Points& a, const Points& b);

// Energy distance (Székely & Rizzo 2013): √(2E|X−Y| − E|X−X'| − E|Y−Y'|), V-statistic over all pairs. O(n²).
double energy_distance(const Points& a, const Points& b);

// 2-Wasserstein distance between two equally weighted samples of the same size, by optimal assignment. O(n³).
double exact_w2(const Points& a, const Points& b);

// Maximum mean discrepancy (Gretton et al. 2012), the root of the V-statistic, with the mean of inverse multiquadrics c/(c + |x − y|²) (Tolstikhin et al.
// 2018), c = 0.1, 0.5, 2, 10 times the mean total variance of both samples. O(n²).
double mmd(const Points& a, const Points& b);

// One metric of the table.
struct Metric {
    std::string_view id, label, meaning;
    double (*distance)(const Points&, const Points&);
    int max_points;  // more are thinned to this many, and said so
};
std::span<const Metric> metrics();

// A distance means nothing without its noise floor: the same metric between two independent exact draws of the same size.
struct NoiseFloor {
    double mean = 0, standard_deviation = 0;  // over `pairs` pairs
    int pairs = 0;
};
// `stop` is asked between pairs; a cancelled floor has fewer pairs. Seeded: the same (dataset, n, key) gives the same numbers.
NoiseFloor noise_floor(const Metric& metric, const Dataset& dataset, Eigen::Index n, std::uint64_t key, int pairs = 20,
                       const std::function<bool()>& stop = {});

// Drops rows that are not finite.
Points finite_rows(const Points& x);

// Share of the modes of a mixture that hold at least 20 % of their own share of the points within three standard deviations
// (Mahalanobis), and the share of points within no mode.
struct Coverage {
    int covered = 0, modes = 0;
    double outliers = 0;
};
Coverage mode_coverage(const Mixture& mixture, const Points& x);

}  // namespace pf
