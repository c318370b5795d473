#include "core/math/fokker_planck/averages.h"

#include <Eigen/LU>
#include <array>
#include <cmath>
#include <numbers>

namespace pf::fokker_planck {
namespace {

// Averages of N(mean, variance) over the cells of one axis.
Eigen::ArrayXd normal_averages(const Grid& grid, Axis axis, double mean, double variance) {
    const int n = grid.count(axis);
    const double d = grid.step(axis), scale = 1 / std::sqrt(2 * variance);
    Eigen::ArrayXd out(n);
    for (int i = 0; i < n; ++i) {
        // From the nearer tail, where differences of erfc keep their digits.
        const double a = (grid.min(axis) + i * d - mean) * scale, b = a + d * scale;
        const double mass = a > 0 ? std::erfc(a) - std::erfc(b) : b < 0 ? std::erfc(-b) - std::erfc(-a) : std::erf(b) - std::erf(a);
        out[i] = 0.5 * mass / d;
    }
    return out;
}

void add_full(Cells& p, const Component& component, const Eigen::Matrix2d& covariance, double alpha, const Grid& grid) {
    constexpr std::array node{-0.8611363115940526, -0.3399810435848563, 0.3399810435848563, 0.8611363115940526};
    constexpr std::array weight{0.1739274225687269, 0.3260725774312731, 0.3260725774312731, 0.1739274225687269};
    const Eigen::Matrix2d precision = covariance.inverse();
    const double height = component.weight / (2 * std::numbers::pi * std::sqrt(covariance.determinant()));
    for (int row = 0; row < grid.height; ++row)
        for (int column = 0; column < grid.width; ++column)
            for (std::size_t a = 0; a < 4; ++a)
                for (std::size_t b = 0; b < 4; ++b) {
                    const Eigen::Vector2d x(grid.x(column) + 0.5 * grid.dx() * node[a], grid.y(row) + 0.5 * grid.dy() * node[b]);
                    const Eigen::Vector2d offset = x - alpha * component.mean;
                    p(row, column) += weight[a] * weight[b] * height * std::exp(-0.5 * offset.dot(precision * offset));
                }
}

}  // namespace

Cells mixture_averages(const Mixture& mixture, const Coefficients& c, const Grid& grid) {
    Cells p = Cells::Zero(grid.height, grid.width);
    for (const Component& k : mixture.components()) {
        const Eigen::Matrix2d covariance = c.alpha * c.alpha * k.covariance + c.beta * c.beta * Eigen::Matrix2d::Identity();
        if (covariance(0, 1) != 0) {
            add_full(p, k, covariance, c.alpha, grid);
            continue;
        }
        // A point mass is drawn a hundredth of a cell wide.
        const double vx = std::max(covariance(0, 0), 1e-4 * grid.dx() * grid.dx()), vy = std::max(covariance(1, 1), 1e-4 * grid.dy() * grid.dy());
        const Eigen::ArrayXd x = normal_averages(grid, Axis::x, c.alpha * k.mean.x(), vx), y = normal_averages(grid, Axis::y, c.alpha * k.mean.y(), vy);
        p.matrix().noalias() += (k.weight * y.matrix()) * x.matrix().transpose();
    }
    return p;
}

Cells reference_averages(const DensityReference& reference, const Mixture* mixture, const Coefficients& c, double t, const Grid& grid) {
    if (mixture) return mixture_averages(*mixture, c, grid);
    return reference.averages(t, grid.box, grid.width, grid.height).cast<double>();
}

Cells averages_from_centres(const Cells& values) {
    const auto h = values.rows(), w = values.cols();
    Cells along = values, out;
    for (Eigen::Index j = 0; j < w; ++j)
        along.col(j) += (values.col(std::max<Eigen::Index>(j - 1, 0)) - 2 * values.col(j) + values.col(std::min(j + 1, w - 1))) / 24;
    out = along;
    for (Eigen::Index i = 0; i < h; ++i)
        out.row(i) += (along.row(std::max<Eigen::Index>(i - 1, 0)) - 2 * along.row(i) + along.row(std::min(i + 1, h - 1))) / 24;
    return out;
}

}  // namespace pf::fokker_planck
