#pragma once
#include <Eigen/Core>

#include "core/math/schedule/schedule.h"

namespace pf {

// How far the sampler's start N(0, β_0² I) is from the p_t of the time t at which it begins, with p_data replaced by the Gaussian of its mean μ and covariance Σ, that is p_t
// by N(α_t μ, α_t² Σ + β_t² I). Both are 0 where t = 0 and α_0 = 0.
struct PriorMismatch {
    double kl = 0;  // KL(p_t ‖ start), nats
    double w2 = 0;  // 2-Wasserstein distance, in units of x
};
// With κ_k the eigenvalues of Σ and c_k = α_t² κ_k + β_t²:
//   KL = ½ [Σ (c_k/β_0² − 1 − log(c_k/β_0²)) + |α_t μ|²/β_0²],  W2² = |α_t μ|² + Σ (√c_k − β_0)²  (Gelbrich 1990).
PriorMismatch prior_mismatch(const Schedule& schedule, const Eigen::Vector2d& mean, const Eigen::Matrix2d& covariance, double t = 0);

}  // namespace pf
