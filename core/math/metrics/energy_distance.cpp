#include <algorithm>
#include <cmath>

#include "core/math/metrics/metrics.h"

namespace pf {
namespace {

// E|X − Y| over all pairs.
double mean_distance(const Points& a, const Points& b) {
    double sum = 0;
    for (Eigen::Index i = 0; i < a.rows(); ++i)
        sum += static_cast<double>(((b.col(0) - a(i, 0)).square() + (b.col(1) - a(i, 1)).square()).sqrt().sum());
    return sum / (static_cast<double>(a.rows()) * static_cast<double>(b.rows()));
}

}  // namespace

double energy_distance(const Points& a, const Points& b) {
    if (a.rows() == 0 || b.rows() == 0) return 0;
    // Non-negative in exact arithmetic; rounding may leave −1e-7.
    return std::sqrt(std::max(0.0, 2 * mean_distance(a, b) - mean_distance(a, a) - mean_distance(b, b)));
}

}  // namespace pf
