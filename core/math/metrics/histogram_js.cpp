#include <cmath>

#include "core/math/metrics/metrics.h"

namespace pf {

double histogram_js(const Points& x, const CellMasses& exact) {
    if (x.rows() == 0) return 0;
    const CellMasses q = shares(x, exact.half);
    const auto to_middle = [](double a, double b) { return a > 0 ? a * std::log(2 * a / (a + b)) : 0; };
    const auto term = [&](double share, double mass) { return 0.5 * (to_middle(share, mass) + to_middle(mass, share)); };
    double sum = term(q.outside, exact.outside);
    for (Eigen::Index i = 0; i < q.inside.size(); ++i) sum += term(q.inside(i), exact.inside(i));
    return sum;
}

}  // namespace pf
