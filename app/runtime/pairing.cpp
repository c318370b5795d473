#include "app/runtime/pairing.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pf {

PairDistance pair_distance(const LaneResult& first, const LaneResult& other) {
    PairDistance out;
    if (first.path.x.empty() || other.path.x.empty()) return out;
    const Eigen::Index n = std::min(first.start.rows(), other.start.rows());
    Points there;
    for (std::size_t k = 0; k < first.path.t.size(); ++k) {
        const double t = first.path.t[k];
        if (t < other.path.t.front() || t > other.path.t.back()) continue;
        positions_at(other, t, there);
        const Column distance = (first.path.x[k].topRows(n) - there.topRows(n)).square().rowwise().sum().sqrt();
        double sum = 0, squares = 0, most = 0;
        int count = 0;
        for (Eigen::Index i = 0; i < n; ++i) {
            const double d = static_cast<double>(distance(i));
            if (!std::isfinite(d)) continue;
            sum += d, squares += d * d, most = std::max(most, d), ++count;
        }
        const double nothing = std::numeric_limits<double>::quiet_NaN();
        out.t.push_back(t);
        out.distance.push_back(distance);
        out.mean.push_back(count > 0 ? sum / count : nothing);
        out.rms.push_back(count > 0 ? std::sqrt(squares / count) : nothing);
        out.most.push_back(count > 0 ? most : nothing);
    }
    return out;
}

}  // namespace pf
