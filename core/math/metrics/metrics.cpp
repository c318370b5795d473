#include "core/math/metrics/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace pf {

std::span<const Metric> metrics() {
    static constexpr std::array table{
        Metric{"sliced_w2", "sliced W₂", "root mean square distance that mass must be moved, seen from 64 directions", "x",
               "√ of the mean over 64 directions, at angles π(k + ½)/64, of (1/n) Σ |x₍ᵢ₎ − y₍ᵢ₎|², projections sorted, y as many fresh draws of the data (Rabin et al. 2011; Bonneel et al. 2015)", sliced_w2, nullptr, 20000, true},
        Metric{"energy_distance", "energy distance", "how much farther the two samples are from each other than from themselves", "√x",
               "√(2 E|X − Y| − E|X − X'| − E|Y − Y'|), means over all pairs (V-statistic), Y as many fresh draws of the data (Székely & Rizzo 2013)", energy_distance, nullptr, 4096, true},
        Metric{"mmd", "MMD", "largest difference of means over functions of the inverse multiquadrics", "1",
               "√(E k(X, X') + E k(Y, Y') − 2 E k(X, Y)), means over all pairs (V-statistic), Y as many fresh draws of the data (Gretton et al. 2012); k(x, y) is the mean of c/(c + |x − y|²) over "
               "c = 0.1 v, 0.5 v, 2 v, 10 v, where v is the variance, summed over both axes, averaged over both samples (Tolstikhin et al. 2018)", mmd, nullptr, 2000, true},
        Metric{"histogram_kl", "histogram KL", "nats lost by taking the exact density for that of the particles, over 32 × 32 cells", "nats",
               "KL(q ‖ p) = Σ q log(q/p) over 32 × 32 equal cells of the square about the origin that holds the data, and one for all outside it; q the shares of the points, p the exact masses, "
               "10⁻⁴ of them spread evenly; exact draws give about (occupied cells − 1)/(2n) (Miller 1955)", nullptr, histogram_kl, 100000, true},
        Metric{"histogram_js", "histogram JS", "Jensen–Shannon divergence to the exact density over 32 × 32 cells, at most log 2", "nats",
               "½ KL(q ‖ m) + ½ KL(p ‖ m), m = (p + q)/2, with q and p as in histogram_kl, nothing spread; at most log 2 (Lin 1991)", nullptr, histogram_js, 100000, true},
        Metric{"exact_w2", "exact W₂", "root mean square distance that mass must be moved, by the best assignment", "x",
               "√ of the least (1/n) Σ |xᵢ − y_π(i)|² over all assignments π, found exactly, y as many fresh draws of the data", exact_w2, nullptr, 1024, false},
    };
    return table;
}

std::span<const Metric> live_metrics() {
    const auto all = metrics();
    return all.first(static_cast<std::size_t>(std::find_if(all.begin(), all.end(), [](const Metric& metric) { return !metric.live; }) - all.begin()));
}

std::string defined(const Metric& metric) { return fmt::format("{}. Of at most {} points; lower is better, down to the noise floor", metric.definition, metric.max_points); }

std::span<const Metric> find_metric(std::string_view id, std::string_view where) {
    const auto all = metrics();
    std::string known;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].id == id) return all.subspan(i, 1);
        known += (known.empty() ? "" : ", ") + std::string(all[i].id);
    }
    throw BadInput(fmt::format("{}: unknown metric '{}' (known: {})", where, id, known));
}

double measure(const Metric& metric, const Points& x, const Truth& truth, Random random) {
    const Eigen::Index n = std::min<Eigen::Index>(x.rows(), metric.max_points);
    return metric.distance ? metric.distance(x.topRows(n), truth.data.sample(random, n)) : metric.to_density(x.topRows(n), truth.masses);
}

NoiseFloor noise_floor(const Metric& metric, const Truth& truth, Eigen::Index n, std::uint64_t key, int pairs, const std::function<bool()>& stop) {
    n = std::min<Eigen::Index>(n, metric.max_points);
    NoiseFloor floor;
    double squares = 0;  // Welford's sum of squared deviations
    for (int pair = 0; pair < pairs && !(stop && stop()); ++pair) {
        Random random(stream_key(key, "noise floor") + static_cast<std::uint64_t>(pair));
        const Points draw = truth.data.sample(random, n);
        const double distance = measure(metric, draw, truth, random), difference = distance - floor.mean;
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
