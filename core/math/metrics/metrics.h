#pragma once
#include <functional>
#include <string>

#include "core/math/dataset/dataset.h"
#include "core/math/metrics/cell_masses.h"

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

// KL(q ‖ p) in nats of a sample's shares q of the cells to the exact masses p. Biased upwards: exact draws give about (occupied cells − 1)/(2n)
// (Miller 1955), which is its noise floor. 10⁻⁴ of p is spread evenly, so that a stray outside the support of p costs much, not infinity.
double histogram_kl(const Points& x, const CellMasses& exact);

// Jensen–Shannon divergence in nats (at most log 2) of the same shares and masses: the mean of KL(q ‖ m) and KL(p ‖ m), m = (p + q)/2.
// Biased upwards by about a quarter as much.
double histogram_js(const Points& x, const CellMasses& exact);

// One metric of the table. It compares a sample with fresh draws (`distance`) or with the exact density (`to_density`); the other is null.
struct Metric {
    std::string_view id, label, meaning, unit;  // unit "x": that of the coordinates
    std::string_view definition;                // formula, its constants and source, in one line
    double (*distance)(const Points&, const Points&);
    double (*to_density)(const Points&, const CellMasses&);
    int max_points;  // more are thinned to this many, and said so
    bool live;       // cheap enough to follow a picture that moves
};
// Those that are live come first.
std::span<const Metric> metrics();
std::span<const Metric> live_metrics();
// Its definition, how many points are compared at most, and what is better, for somebody who cites a number.
std::string defined(const Metric& metric);
// The part of the table that holds just this one. Throws BadInput naming `where` and the known ids.
std::span<const Metric> find_metric(std::string_view id, std::string_view where);

// What metrics compare with: fresh draws of the data, and where a metric needs them, the exact masses.
struct Truth {
    const Dataset& data;
    const CellMasses& masses;
};
// Of the first max_points rows of x; fresh draws come from `random`.
double measure(const Metric& metric, const Points& x, const Truth& truth, Random random);

// A distance means nothing without its noise floor: the same metric of an exact draw of the same size.
struct NoiseFloor {
    double mean = 0, standard_deviation = 0;  // over `pairs` draws, each with its partner where the metric takes one
    int pairs = 0;
};
// `stop` is asked between pairs; a cancelled floor has fewer pairs. Seeded: the same (dataset, n, key) gives the same numbers.
NoiseFloor noise_floor(const Metric& metric, const Truth& truth, Eigen::Index n, std::uint64_t key, int pairs = 20, const std::function<bool()>& stop = {});

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
