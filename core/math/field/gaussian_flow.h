#pragma once
#include <Eigen/Core>

#include "core/math/schedule/schedule.h"

namespace pf {

// x ↦ shift + matrix x.
struct AffineMap {
    Eigen::Matrix2d matrix;
    Eigen::Vector2d shift;
};

// The probability flow of one Gaussian N(μ, Σ) from time r to t in closed form (math.md, "One Gaussian"): with (κ_k, e_k) the eigenpairs of Σ,
//   x(t) = α_t μ + Σ_k √((β_t² + α_t² κ_k)/(β_r² + α_r² κ_k)) e_k e_kᵀ (x(r) − α_r μ).
// Either direction; needs β_r² + α_r² κ_k > 0.
AffineMap gaussian_flow(const Schedule& schedule, const Eigen::Vector2d& mean, const Eigen::Matrix2d& covariance, double r, double t);

}  // namespace pf
