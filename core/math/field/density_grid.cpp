#include "core/math/field/density_grid.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/math/errors.h"

namespace pf {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Cell centres along one axis.
struct Axis {
    double min, step;
    int count;
    double centre(int i) const { return min + (i + 0.5) * step; }
    double smallest_variance() const { return step * step / 16; }
    double smallest_variance(double component) const { return component > 0 ? smallest_variance() : step * step / 4; }
    bool operator==(const Axis&) const = default;
};

bool separable(const Component& c) { return c.covariance(0, 1) == 0; }

// Row k: N(x; α μ_k, α² Σ_k + β²) along one axis, for components first … first + rows.
Matrix marginals(const std::vector<const Component*>& components, std::size_t first, std::size_t rows, const Axis& axis, int dimension,
                 const Coefficients& c) {
    const Eigen::ArrayXf centres = Eigen::ArrayXd::LinSpaced(axis.count, axis.centre(0), axis.centre(axis.count - 1)).cast<float>();
    Matrix out(rows, axis.count);
    for (std::size_t k = 0; k < rows; ++k) {
        const Component& component = *components[first + k];
        const double variance = std::max(c.alpha * c.alpha * component.covariance(dimension, dimension) + c.beta * c.beta, axis.smallest_variance(component.covariance(dimension, dimension)));
        const float mean = static_cast<float>(c.alpha * component.mean[dimension]), factor = static_cast<float>(-0.5 / variance);
        const float height = static_cast<float>(1 / std::sqrt(2 * std::numbers::pi * variance));
        // Below that, Eigen's exp of floats stands still.
        const Eigen::ArrayXf exponent = factor * (centres - mean).square();
        out.row(static_cast<Eigen::Index>(k)).array() = (exponent < -87).select(0, height * exponent.exp()).transpose();
    }
    return out;
}

// Σ w_k g_k(y) g_k(x)ᵀ: no exponential per cell.
void add_separable(DensityGrid& p, const std::vector<const Component*>& components, const Axis& x, const Axis& y, const Coefficients& c) {
    constexpr std::size_t chunk = 1024;
    for (std::size_t first = 0; first < components.size(); first += chunk) {
        const std::size_t rows = std::min(chunk, components.size() - first);
        const Matrix gx = marginals(components, first, rows, x, 0, c);
        Matrix gy = marginals(components, first, rows, y, 1, c);
        for (std::size_t k = 0; k < rows; ++k) gy.row(static_cast<Eigen::Index>(k)) *= static_cast<float>(components[first + k]->weight);
        p.matrix().noalias() += gy.transpose() * gx;
    }
}

// w N(x; α μ, C) with a full C, row by row, only where the Mahalanobis distance is below 7 (the density is 2e-11 of its maximum there).
void add_full(DensityGrid& p, const Component& component, const Axis& x, const Axis& y, const Coefficients& c) {
    constexpr double reach = 7;
    const Eigen::Matrix2d covariance = c.alpha * c.alpha * component.covariance + c.beta * c.beta * Eigen::Matrix2d::Identity();
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> eigen(covariance);
    const Eigen::Vector2d variances = eigen.eigenvalues().cwiseMax(std::max(x.smallest_variance(), y.smallest_variance()));
    const Eigen::Matrix2d precision = eigen.eigenvectors() * variances.cwiseInverse().asDiagonal() * eigen.eigenvectors().transpose();
    const double height = component.weight / (2 * std::numbers::pi * std::sqrt(variances.prod()));
    const double a = precision(0, 0), b = precision(0, 1), d = precision(1, 1);
    for (int row = 0; row < y.count; ++row) {
        // a dx² + 2 b dx dy + d dy² = a (dx + b dy/a)² + (d − b²/a) dy²
        const double dy = y.centre(row) - c.alpha * component.mean.y(), rest = (d - b * b / a) * dy * dy;
        if (rest > reach * reach) continue;
        const double middle = c.alpha * component.mean.x() - b * dy / a, half = std::sqrt((reach * reach - rest) / a);
        const int first = std::max(0, static_cast<int>(std::ceil(std::max((middle - half - x.min) / x.step - 0.5, 0.0))));
        const int last = static_cast<int>(std::min((middle + half - x.min) / x.step - 0.5, x.count - 1.0));
        if (last < first) continue;
        const int n = last - first + 1;
        const Eigen::ArrayXf dx = Eigen::ArrayXd::LinSpaced(n, x.centre(first) - middle, x.centre(last) - middle).cast<float>();
        p.row(row).segment(first, n) += (static_cast<float>(height * std::exp(-0.5 * rest)) * (static_cast<float>(-0.5 * a) * dx.square()).exp()).transpose();
    }
}

DensityGrid mixture_density(const Mixture& mixture, const Axis& x, const Axis& y, const Coefficients& c) {
    DensityGrid p = DensityGrid::Zero(y.count, x.count);
    std::vector<const Component*> products;
    for (const Component& component : mixture.components()) {
        if (separable(component))
            products.push_back(&component);
        else
            add_full(p, component, x, y, c);
    }
    add_separable(p, products, x, y, c);
    return p;
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// K(i, j) = ∫ over square j of N(x_i; α z, β²) dz = [Φ((x_i − α a_j)/β) − Φ((x_i − α a_{j+1})/β)] / α.
Matrix kernel(const Axis& axis, const Axis& squares, const Coefficients& c) {
    Matrix k = Matrix::Zero(axis.count, squares.count);
    const double ratio = c.alpha * squares.step / c.beta;
    for (int i = 0; i < axis.count; ++i) {
        const double x = axis.centre(i);
        if (ratio < 1e-4) {  // the bracket cancels: the midpoint rule has a relative error of ratio²/24
            for (int j = 0; j < squares.count; ++j) {
                const double z = (x - c.alpha * squares.centre(j)) / c.beta;
                k(i, j) = static_cast<float>(squares.step * std::exp(-0.5 * z * z) / (c.beta * std::sqrt(2 * std::numbers::pi)));
            }
            continue;
        }
        // Only the squares within seven β: the rest is below 1e-11.
        const double middle = (x / c.alpha - squares.min) / squares.step, half = 7 / ratio;
        const int first = static_cast<int>(std::clamp(middle - half - 1, 0.0, static_cast<double>(squares.count)));
        const int last = static_cast<int>(std::clamp(middle + half + 2, 0.0, static_cast<double>(squares.count)));
        double left = normal_cdf((x - c.alpha * (squares.min + first * squares.step)) / c.beta);
        for (int j = first; j < last; ++j) {
            const double right = normal_cdf((x - c.alpha * (squares.min + (j + 1) * squares.step)) / c.beta);
            k(i, j) = static_cast<float>((left - right) / c.alpha);
            left = right;
        }
    }
    return k;
}

// ∫_{−∞}^u Φ(v/β) dv; at β = 0 the positive part of u.
double integrated_cdf(double u, double beta) {
    if (!(beta > 0)) return std::max(u, 0.0);
    return u * normal_cdf(u / beta) + beta * std::exp(-0.5 * (u / beta) * (u / beta)) / std::sqrt(2 * std::numbers::pi);
}

// Averages of kernel()'s columns over the cells instead of values at their centres: right at edges, and at β = 0, where K is the share of the square in the cell.
Matrix averaged_kernel(const Axis& axis, const Axis& squares, const Coefficients& c) {
    Matrix k = Matrix::Zero(axis.count, squares.count);
    for (int i = 0; i < axis.count; ++i) {
        const double low = axis.min + i * axis.step, high = low + axis.step;
        if (c.alpha * squares.step < 1e-4 * c.beta) {  // as there
            for (int j = 0; j < squares.count; ++j) {
                const double z = c.alpha * squares.centre(j);
                k(i, j) = static_cast<float>(squares.step / axis.step * (normal_cdf((high - z) / c.beta) - normal_cdf((low - z) / c.beta)));
            }
            continue;
        }
        const auto square = [&](double x) { return (x / c.alpha - squares.min) / squares.step; };
        const double reach = 7 * c.beta;
        const int first = static_cast<int>(std::clamp(square(low - reach) - 1, 0.0, static_cast<double>(squares.count)));
        const int last = static_cast<int>(std::clamp(square(high + reach) + 2, 0.0, static_cast<double>(squares.count)));
        const auto up_to = [&](int j) {
            const double edge = c.alpha * (squares.min + j * squares.step);
            return integrated_cdf(high - edge, c.beta) - integrated_cdf(low - edge, c.beta);
        };
        double left = up_to(first);
        for (int j = first; j < last; ++j) {
            const double right = up_to(j + 1);
            k(i, j) = static_cast<float>((left - right) / (c.alpha * axis.step));
            left = right;
        }
    }
    return k;
}

DensityGrid data_density(const Dataset& dataset, const Axis& x, const Axis& y, double alpha) {
    DensityGrid p(y.count, x.count);
    for (int row = 0; row < y.count; ++row)
        for (int column = 0; column < x.count; ++column)
            p(row, column) = static_cast<float>(dataset.density(x.centre(column) / alpha, y.centre(row) / alpha) / (alpha * alpha));
    return p;
}

}  // namespace

// p_data as averages over squares covering the data set's extent, each from 4 × 4 values; normalised to 1.
struct DensityReference::Grid {
    Axis axis;
    Matrix average;  // (row, column) as in DensityGrid

    explicit Grid(const Dataset& dataset) {
        constexpr int squares = 400, parts = 4;
        const double half = dataset.extent();
        axis = {-half, 2 * half / squares, squares};
        const Axis fine{-half, 2 * half / (squares * parts), squares * parts};
        Eigen::ArrayXXd sum = Eigen::ArrayXXd::Zero(squares, squares);
        for (int row = 0; row < fine.count; ++row)
            for (int column = 0; column < fine.count; ++column) sum(row / parts, column / parts) += dataset.density(fine.centre(column), fine.centre(row));
        average = (sum / (sum.sum() * axis.step * axis.step)).cast<float>();
    }
    // Through one kernel per axis.
    DensityGrid seen(const Matrix& ky, const Matrix& kx) const {
        Matrix rows;
        rows.noalias() = ky * average;
        DensityGrid p(ky.rows(), kx.rows());
        p.matrix().noalias() = rows * kx.transpose();
        return p;
    }
};

DensityReference::DensityReference(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const Schedule> schedule)
    : dataset_(std::move(dataset)), schedule_(std::move(schedule)), mixture_(dataset_->mixture()) {
    if (!mixture_) grid_ = std::make_unique<const Grid>(*dataset_);
}

DensityReference::~DensityReference() = default;

DensityGrid DensityReference::at(double t, const Box& box, int width, int height) const {
    const Axis x{box.x_min, (box.x_max - box.x_min) / width, width}, y{box.y_min, (box.y_max - box.y_min) / height, height};
    const Coefficients c = schedule_->at(t);
    if (mixture_) return mixture_density(*mixture_, x, y, c);
    if (c.beta == 0) return data_density(*dataset_, x, y, c.alpha);
    const Matrix kx = kernel(x, grid_->axis, c);
    return grid_->seen(x == y ? kx : kernel(y, grid_->axis, c), kx);
}

DensityGrid DensityReference::averages(double t, const Box& box, int width, int height) const {
    check(grid_ != nullptr, "averages of a mixture are those of mixture_averages()");
    const Axis x{box.x_min, (box.x_max - box.x_min) / width, width}, y{box.y_min, (box.y_max - box.y_min) / height, height};
    const Coefficients c = schedule_->at(t);
    const Matrix kx = averaged_kernel(x, grid_->axis, c);
    return grid_->seen(x == y ? kx : averaged_kernel(y, grid_->axis, c), kx);
}

}  // namespace pf
