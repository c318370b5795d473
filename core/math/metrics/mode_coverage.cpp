#include <Eigen/LU>
#include <limits>
#include <vector>

#include "core/math/metrics/metrics.h"

namespace pf {

// Each point counts for the mode nearest to it in Mahalanobis distance, if that is below 3.
Coverage mode_coverage(const Mixture& mixture, const Points& x) {
    const std::vector<Component>& modes = mixture.components();
    std::vector<Eigen::Matrix2d> precisions;
    for (const Component& mode : modes)  // 1e-6 of spread, so that point masses have a distance too
        precisions.push_back((mode.covariance + 1e-12 * Eigen::Matrix2d::Identity()).inverse());

    std::vector<Eigen::Index> counts(modes.size(), 0);
    Eigen::Index outside = 0;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        double nearest = 9;
        std::size_t found = modes.size();
        for (std::size_t k = 0; k < modes.size(); ++k) {
            const Eigen::Vector2d d = x.row(i).matrix().transpose().cast<double>() - modes[k].mean;
            const double squared = d.dot(precisions[k] * d);
            if (squared < nearest) {
                nearest = squared;
                found = k;
            }
        }
        found < modes.size() ? ++counts[found] : ++outside;
    }

    Coverage coverage;
    coverage.modes = static_cast<int>(modes.size());
    const double n = static_cast<double>(x.rows());
    for (std::size_t k = 0; k < modes.size(); ++k)
        if (x.rows() > 0 && static_cast<double>(counts[k]) >= 0.2 * modes[k].weight * n) ++coverage.covered;
    if (x.rows() > 0) coverage.outliers = static_cast<double>(outside) / n;
    return coverage;
}

}  // namespace pf
