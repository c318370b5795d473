#include <cmath>

#include "core/math/metrics/assignment.h"
#include "core/math/metrics/metrics.h"

namespace pf {

double exact_w2(const Points& a, const Points& b) {
    if (a.rows() == 0) return 0;
    const auto assignment = optimal_assignment(a, b);
    double sum = 0;
    for (Eigen::Index i = 0; i < a.rows(); ++i) sum += (a.row(i) - b.row(assignment[static_cast<std::size_t>(i)])).cast<double>().square().sum();
    return std::sqrt(sum / static_cast<double>(a.rows()));
}

}  // namespace pf
