#include "core/math/schedule/prior_mismatch.h"

#include <Eigen/Eigenvalues>
#include <cmath>

namespace pf {

PriorMismatch prior_mismatch(const Schedule& schedule, const Eigen::Vector2d& mean, const Eigen::Matrix2d& covariance, double t) {
    const Coefficients c = schedule.at(t), start = schedule.at(0);
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> eigen(covariance, Eigen::EigenvaluesOnly);
    const double shift = c.alpha * c.alpha * mean.squaredNorm(), beta2 = start.beta * start.beta;
    double divergence = shift / beta2, squared = shift;
    for (const double kappa : eigen.eigenvalues()) {
        const double excess = (c.alpha * c.alpha * kappa + (c.beta - start.beta) * (c.beta + start.beta)) / beta2, wider = start.beta * (std::sqrt(1 + excess) - 1);
        divergence += excess - std::log1p(excess);
        squared += wider * wider;
    }
    return {0.5 * divergence, std::sqrt(squared)};
}

}  // namespace pf
