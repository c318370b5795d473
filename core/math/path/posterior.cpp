#include "core/math/path/posterior.h"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "core/math/errors.h"

namespace pf {

std::vector<PosteriorPart> posterior(const Mixture& data, const Coefficients& c, const Eigen::Vector2d& x) {
    check(c.beta > 0, "the posterior at β = {}", c.beta);
    std::vector<PosteriorPart> out;
    std::vector<double> log_weight;
    out.reserve(data.components().size());
    for (const Component& k : data.components()) {
        const Eigen::Matrix2d C = c.alpha * c.alpha * k.covariance + c.beta * c.beta * Eigen::Matrix2d::Identity(), inverse = C.inverse();
        const Eigen::Vector2d off = x - c.alpha * k.mean;
        log_weight.push_back(std::log(k.weight) - 0.5 * off.dot(inverse * off) - 0.5 * std::log(C.determinant()));
        const Eigen::Matrix2d gain = k.covariance * inverse;
        out.push_back({0, k.mean + c.alpha * gain * off, c.beta * c.beta * gain});
    }
    const double largest = *std::max_element(log_weight.begin(), log_weight.end());
    double sum = 0;
    for (double& w : log_weight) sum += w = std::exp(w - largest);
    for (std::size_t k = 0; k < out.size(); ++k) out[k].weight = log_weight[k] / sum;
    return out;
}

Eigen::Vector2d mean(const std::vector<PosteriorPart>& posterior) {
    Eigen::Vector2d sum = Eigen::Vector2d::Zero();
    for (const PosteriorPart& part : posterior) sum += part.weight * part.mean;
    return sum;
}

double effective_parts(const std::vector<PosteriorPart>& posterior) {
    double squares = 0;
    for (const PosteriorPart& part : posterior) squares += part.weight * part.weight;
    return 1 / squares;
}

PointsD sample(const std::vector<PosteriorPart>& posterior, std::uint64_t key, Eigen::Index n) {
    PointsD z(n, 2);
    Random random(key);
    std::size_t k = 0;
    double below = 0;  // probability of the parts before k
    for (Eigen::Index i = 0; i < n; ++i) {
        const double u = (static_cast<double>(i) + random.uniform()) / static_cast<double>(n), a = random.normal(), b = random.normal();
        while (k + 1 < posterior.size() && below + posterior[k].weight <= u) below += posterior[k++].weight;
        const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> eigen(posterior[k].covariance);
        // The symmetric root: draws move continuously with x.
        const Eigen::Matrix2d root = eigen.eigenvectors() * eigen.eigenvalues().cwiseMax(0).cwiseSqrt().asDiagonal() * eigen.eigenvectors().transpose();
        z.row(i) = (posterior[k].mean + root * Eigen::Vector2d(a, b)).transpose().array();
    }
    return z;
}

}  // namespace pf
