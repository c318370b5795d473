#include "core/math/field/gaussian_flow.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace pf {

AffineMap gaussian_flow(const Schedule& schedule, const Eigen::Vector2d& mean, const Eigen::Matrix2d& covariance, double r, double t) {
    const Coefficients from = schedule.at(r), to = schedule.at(t);
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> eigen(covariance);
    const auto variance = [](const Coefficients& c, double kappa) { return c.beta * c.beta + c.alpha * c.alpha * std::max(0.0, kappa); };
    Eigen::Vector2d stretch;
    for (int k = 0; k < 2; ++k) stretch[k] = std::sqrt(variance(to, eigen.eigenvalues()[k]) / variance(from, eigen.eigenvalues()[k]));
    AffineMap out;
    out.matrix = eigen.eigenvectors() * stretch.asDiagonal() * eigen.eigenvectors().transpose();
    out.shift = to.alpha * mean - from.alpha * (out.matrix * mean);
    return out;
}

}  // namespace pf
