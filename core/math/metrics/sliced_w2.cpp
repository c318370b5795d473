#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/math/metrics/metrics.h"

namespace pf {

double sliced_w2(const Points& a, const Points& b) {
    if (a.rows() != b.rows()) throw std::invalid_argument("sliced_w2: samples of different sizes");
    if (a.rows() == 0) return 0;
    constexpr int directions = 64;
    double sum = 0;
    Column p(a.rows()), q(b.rows());
    for (int k = 0; k < directions; ++k) {
        const double angle = std::numbers::pi * (k + 0.5) / directions;
        const float c = static_cast<float>(std::cos(angle)), s = static_cast<float>(std::sin(angle));
        p = c * a.col(0) + s * a.col(1);
        q = c * b.col(0) + s * b.col(1);
        std::sort(p.data(), p.data() + p.size());
        std::sort(q.data(), q.data() + q.size());
        sum += (p - q).cast<double>().square().mean();
    }
    return std::sqrt(sum / directions);
}

}  // namespace pf
