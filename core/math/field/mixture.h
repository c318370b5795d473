#pragma once
#include <Eigen/Core>
#include <vector>

#include "core/math/random.h"

namespace pf {

struct Component {
    double weight = 1;  // > 0; a mixture normalises its weights
    Eigen::Vector2d mean = Eigen::Vector2d::Zero();
    Eigen::Matrix2d covariance = Eigen::Matrix2d::Identity();  // symmetric, positive semidefinite
    int label = 0;
    bool operator==(const Component&) const = default;
};

// p_data = Σ w_k N(μ_k, Σ_k) in the plane.
class Mixture {
public:
    // Throws BadInput when empty, a weight is not positive, or a covariance is not symmetric positive semidefinite.
    explicit Mixture(std::vector<Component> components);

    const std::vector<Component>& components() const { return components_; }
    // n draws; labels, if wanted, get the component's label of each.
    Points sample(Random& random, Eigen::Index n, std::vector<int>* labels = nullptr) const;
    Eigen::Vector2d mean() const;
    Eigen::Matrix2d covariance() const;
    // Smallest eigenvalue of any Σ_k: 0 means point or line masses, whose fields have poles at β = 0.
    double smallest_variance() const { return smallest_variance_; }

private:
    std::vector<Component> components_;  // weights sum to 1
    std::vector<double> cumulative_;
    std::vector<Eigen::Matrix2d> roots_;  // L Lᵀ = Σ
    double smallest_variance_ = 0;
};

}  // namespace pf
