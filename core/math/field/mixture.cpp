#include "core/math/field/mixture.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "core/math/errors.h"

namespace pf {
namespace {

// A square root L with L Lᵀ = Σ that also exists for singular Σ.
Eigen::Matrix2d root(const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d>& eigen) {
    return eigen.eigenvectors() * eigen.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal();
}

}  // namespace

Mixture::Mixture(std::vector<Component> components) : components_(std::move(components)) {
    if (components_.empty()) throw BadInput("mixture: expected at least one component");
    double total = 0;
    for (std::size_t k = 0; k < components_.size(); ++k) {
        const Component& c = components_[k];
        const double scale = c.covariance.cwiseAbs().maxCoeff();
        if (!(c.weight > 0) || !std::isfinite(c.weight)) throw BadInput(fmt::format("mixture: components[{}].weight: expected a positive number, got {}", k, c.weight));
        if (!c.mean.allFinite()) throw BadInput(fmt::format("mixture: components[{}].mean: expected two finite numbers", k));
        if (!c.covariance.allFinite() || std::abs(c.covariance(0, 1) - c.covariance(1, 0)) > 1e-9 * scale)
            throw BadInput(fmt::format("mixture: components[{}].covariance: expected a symmetric matrix", k));
        const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> eigen(c.covariance);
        const double smallest = eigen.eigenvalues()[0];
        if (smallest < -1e-9 * scale)
            throw BadInput(fmt::format("mixture: components[{}].covariance: expected a positive semidefinite matrix, its smallest eigenvalue is {:.3g}", k, smallest));
        smallest_variance_ = k == 0 ? std::max(0.0, smallest) : std::min(smallest_variance_, std::max(0.0, smallest));
        roots_.push_back(root(eigen));
        total += c.weight;
    }
    double sum = 0;
    for (auto& c : components_) {
        c.weight /= total;
        cumulative_.push_back(sum += c.weight);
    }
    cumulative_.back() = 1;
}

Points Mixture::sample(Random& random, Eigen::Index n, std::vector<int>* labels) const {
    Points x;
    x.resize(n, 2);
    if (labels) labels->resize(static_cast<std::size_t>(n));
    Draws::Column a, b;
    for (Draws draws(random, n, 6); draws.next();) {
        draws.normals(2, a, b);
        for (Eigen::Index i = 0; i < draws.count(); ++i) {
            const auto k = static_cast<std::size_t>(std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, draws.uniform(i, 0)) - cumulative_.begin());
            const Eigen::Vector2d z = components_[k].mean + roots_[k] * Eigen::Vector2f(a[i], b[i]).cast<double>();
            x.row(draws.first() + i) = z.transpose().cast<float>();
            if (labels) (*labels)[static_cast<std::size_t>(draws.first() + i)] = components_[k].label;
        }
    }
    return x;
}

Eigen::Vector2d Mixture::mean() const {
    Eigen::Vector2d sum = Eigen::Vector2d::Zero();
    for (const auto& c : components_) sum += c.weight * c.mean;
    return sum;
}

Eigen::Matrix2d Mixture::covariance() const {
    const Eigen::Vector2d centre = mean();
    Eigen::Matrix2d sum = Eigen::Matrix2d::Zero();
    for (const auto& c : components_) sum += c.weight * (c.covariance + (c.mean - centre) * (c.mean - centre).transpose());
    return sum;
}

}  // namespace pf
