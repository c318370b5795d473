#include <cmath>

#include "core/math/metrics/metrics.h"

namespace pf {

double histogram_kl(const Points& x, const CellMasses& exact) {
    if (x.rows() == 0) return 0;
    constexpr double spread = 1e-4, even = 1.0 / (CellMasses::cells * CellMasses::cells + 1);
    const CellMasses q = shares(x, exact.half);
    const auto term = [](double share, double mass) { return share > 0 ? share * std::log(share / ((1 - spread) * mass + spread * even)) : 0; };
    double sum = term(q.outside, exact.outside);
    for (Eigen::Index i = 0; i < q.inside.size(); ++i) sum += term(q.inside(i), exact.inside(i));
    return sum;
}

}  // namespace pf
