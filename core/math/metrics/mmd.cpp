#include <algorithm>
#include <cmath>

#include "core/math/metrics/metrics.h"

namespace pf {
namespace {

constexpr double scales[] = {0.1, 0.5, 2, 10};

// Mean of k(x, y) = Σ_c 1/(1 + |x − y|²/c) over all pairs.
double mean_kernel(const Points& a, const Points& b, double variance) {
    double sum = 0;
    for (Eigen::Index i = 0; i < a.rows(); ++i) {
        const Column squared = (b.col(0) - a(i, 0)).square() + (b.col(1) - a(i, 1)).square();
        for (const double scale : scales) sum += static_cast<double>((1 + squared / static_cast<float>(scale * variance)).inverse().sum());
    }
    return sum / (static_cast<double>(a.rows()) * static_cast<double>(b.rows()) * std::size(scales));
}

double variance(const Points& x) { return static_cast<double>((x.rowwise() - x.colwise().mean()).square().sum()) / static_cast<double>(x.rows()); }

}  // namespace

double mmd(const Points& a, const Points& b) {
    if (a.rows() == 0 || b.rows() == 0) return 0;
    const double size = std::max(1e-12, 0.5 * (variance(a) + variance(b)));
    return std::sqrt(std::max(0.0, mean_kernel(a, a, size) + mean_kernel(b, b, size) - 2 * mean_kernel(a, b, size)));
}

}  // namespace pf
