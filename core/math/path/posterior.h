#pragma once
#include <cstdint>
#include <vector>

#include "core/math/field/mixture.h"
#include "core/math/schedule/schedule.h"

namespace pf {

// p(z | X_t = x) of p_data = Σ w_k N(μ_k, Σ_k) on a Gaussian path: a mixture again, of (math.md, Exact references)
//   r_k(x) = w_k N(x; α μ_k, C_k) / p_t(x),  C_k = α² Σ_k + β² I,
//   m_k = μ_k + α Σ_k C_k⁻¹ (x − α μ_k),     Σ_k − α² Σ_k C_k⁻¹ Σ_k = β² Σ_k C_k⁻¹.
// Its mean is the denoiser D_t(x). For point masses (Σ_k = 0) the r_k are importance weights of the draws they stand for.
struct PosteriorPart {
    double weight = 0;  // r_k; they sum to 1
    Eigen::Vector2d mean = Eigen::Vector2d::Zero();
    Eigen::Matrix2d covariance = Eigen::Matrix2d::Zero();
};
// One part per component, in their order. Needs β > 0.
std::vector<PosteriorPart> posterior(const Mixture& data, const Coefficients& c, const Eigen::Vector2d& x);

Eigen::Vector2d mean(const std::vector<PosteriorPart>& posterior);

// (Σ r_k)²/Σ r_k²: how many equally heavy parts there would be.
double effective_parts(const std::vector<PosteriorPart>& posterior);

// n draws of z [n, 2] as a function of `key`: the parts are chosen in n equal strata of probability, so that their numbers are right within one; means of draws
// scatter no more than those of independent ones.
PointsD sample(const std::vector<PosteriorPart>& posterior, std::uint64_t key, Eigen::Index n);

// What the conditional path through (x, t) that ends at z follows there: u_t(x|z) = α̇ z + β̇ ε, ε = (x − α z)/β (math.md). Affine in z, so the mean over
// the posterior is u_t(x). Needs β > 0.
inline Eigen::Vector2d conditional_velocity(const Coefficients& c, const Eigen::Vector2d& x, const Eigen::Vector2d& z) {
    return c.d_alpha * z + c.beta_d_beta / (c.beta * c.beta) * (x - c.alpha * z);
}

}  // namespace pf
