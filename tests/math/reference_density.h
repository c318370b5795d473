#pragma once
#include <cmath>
#include <numbers>

#include "core/math/dataset/dataset.h"

namespace pf::testing {

// N(x; μ, Σ), from the formula.
inline double normal_density(const Eigen::Vector2d& x, const Eigen::Vector2d& mean, const Eigen::Matrix2d& covariance) {
    const double a = covariance(0, 0), b = covariance(0, 1), d = covariance(1, 1), determinant = a * d - b * b;
    const double dx = x.x() - mean.x(), dy = x.y() - mean.y();
    const double squared = (d * dx * dx - 2 * b * dx * dy + a * dy * dy) / determinant;
    return squared > 80 ? 0 : std::exp(-0.5 * squared) / (2 * std::numbers::pi * std::sqrt(determinant));
}

// p_t of X = α z + β ε for z from a mixture, from the formula.
inline double mixture_density(const std::vector<Component>& components, double x, double y, double alpha = 1, double beta = 0) {
    double sum = 0, weights = 0;
    for (const Component& c : components) {
        sum += c.weight * normal_density({x, y}, alpha * c.mean, alpha * alpha * c.covariance + beta * beta * Eigen::Matrix2d::Identity());
        weights += c.weight;
    }
    return sum / weights;
}

// Values of p_data at the centres of n × n cells over [−half, half]², (row, column) = (y, x).
inline Eigen::ArrayXXd data_density(const Dataset& dataset, double half, int n) {
    const auto mixture = dataset.mixture();
    const double step = 2 * half / n;
    Eigen::ArrayXXd p(n, n);
    for (int row = 0; row < n; ++row)
        for (int column = 0; column < n; ++column) {
            const double x = -half + (column + 0.5) * step, y = -half + (row + 0.5) * step;
            p(row, column) = mixture ? mixture_density(mixture->components(), x, y) : dataset.density(x, y);
        }
    return p;
}

}  // namespace pf::testing
