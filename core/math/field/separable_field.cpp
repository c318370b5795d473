#include "core/math/field/separable_field.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/math/errors.h"
#include "core/math/field/separable_kernels.h"

namespace pf {
namespace {

namespace kernels = separable_kernels;

Line centres(double min, double max, int count) {
    const double step = (max - min) / count;
    return {min + 0.5 * step, step, count};
}

}  // namespace

template <class S> bool SeparableField<S>::possible(const Field& field) {
    const auto* exact = dynamic_cast<const MixtureField*>(&field);
    return exact && std::ranges::all_of(exact->mixture().components(), [](const Component& k) { return k.covariance(0, 1) == 0; });
}

template <class S> SeparableField<S>::SeparableField(const Field& field) : field_(dynamic_cast<const MixtureField&>(field)) {
    check(possible(field), "a separable field of {} components that are not all upright", field_.mixture().components().size());
}

template <class S> int SeparableField<S>::padded(int count) { return (count + kernels::padding<S> - 1) / kernels::padding<S> * kernels::padding<S>; }

template <class S>
void SeparableField<S>::evaluate(double t, int axis, const Line& normal, const Line& other, S* velocity, S* score, std::ptrdiff_t stride) {
    const auto& components = field_.mixture().components();
    const auto count = components.size();
    const Coefficients c = field_.schedule().at(t);
    const auto lanes = static_cast<std::size_t>(padded(other.count)), row_stride = static_cast<std::size_t>(padded(normal.count));

    // Along the normal component k is N(mean, variance) with velocity u0 + u1 z and score s0 + s1 z; half its weight counts with either axis.
    marginals_.resize(10 * count);
    double* const at = marginals_.data();
    const auto part = [&](std::size_t i) { return at + i * count; };
    for (std::size_t k = 0; k < count; ++k)
        for (const bool along : {true, false}) {
            const int dimension = along ? axis : 1 - axis;
            const double v = components[k].covariance(dimension, dimension), variance = c.alpha * c.alpha * v + c.beta * c.beta, mean = c.alpha * components[k].mean[dimension];
            const std::size_t first = along ? 0 : 3;
            part(first)[k] = mean;
            part(first + 1)[k] = 0.5 * std::numbers::log2e / variance;
            part(first + 2)[k] = 0.5 * (std::log2(components[k].weight) - std::log2(variance));
            if (!along) continue;
            const double u1 = (c.alpha * c.d_alpha * v + c.beta_d_beta) / variance;
            part(6)[k] = c.d_alpha * components[k].mean[dimension] - u1 * mean, part(7)[k] = u1;
            part(8)[k] = mean / variance, part(9)[k] = -1 / variance;
        }
    largest_.resize(std::max(lanes, row_stride));
    rows_.resize(count * row_stride), columns_.resize(count * lanes);
    kernels::table(kernels::Marginals{static_cast<int>(count), part(0), part(1), part(2)}, normal.first, normal.step, normal.count, largest_.data(), rows_.data(), static_cast<std::ptrdiff_t>(row_stride));
    kernels::table(kernels::Marginals{static_cast<int>(count), part(3), part(4), part(5)}, other.first, other.step, other.count, largest_.data(), columns_.data(), static_cast<std::ptrdiff_t>(lanes));

    // What was left out is below 2^lowest a component; it shall be 2⁻²³ (2⁻⁵⁰) of the sum at most.
    const S least = std::ldexp(static_cast<S>(count), 2 * kernels::scale<S> + kernels::lowest<S> + (sizeof(S) == 4 ? 23 : 50));
    S *const a = velocity ? velocity : score, *const b = velocity ? score : nullptr;
    packed_.resize(6 * count), which_.resize(count), totals_.resize(2 * lanes);
    missing_.clear();
    kernels::Rows<S> in;
    in.which = which_.data(), in.packed = packed_.data(), in.columns = columns_.data(), in.stride = static_cast<std::ptrdiff_t>(lanes), in.lanes = static_cast<int>(lanes);
    const std::size_t of_a = velocity ? 6 : 8;
    for (int i = 0; i < normal.count; i += 2) {
        const int second = std::min(i + 1, normal.count - 1);
        const double z[2] = {normal.at(i), normal.at(second)};
        in.components = 0;
        for (std::size_t k = 0; k < count; ++k) {
            const S w[2] = {rows_[k * row_stride + static_cast<std::size_t>(i)], rows_[k * row_stride + static_cast<std::size_t>(second)]};
            if (w[0] == 0 && w[1] == 0) continue;
            S* to = packed_.data() + 6 * in.components;
            for (int row = 0; row < 2; ++row) {
                to[3 * row] = w[row];
                to[3 * row + 1] = w[row] * static_cast<S>(part(of_a)[k] + part(of_a + 1)[k] * z[row]);
                to[3 * row + 2] = w[row] * static_cast<S>(part(8)[k] + part(9)[k] * z[row]);
            }
            which_[static_cast<std::size_t>(in.components++)] = static_cast<int>(k);
        }
        for (int row = 0; row < 2; ++row) {
            const int index = row == 0 ? i : second;
            in.a[row] = a + index * stride, in.b[row] = b ? b + index * stride : nullptr;
            in.total[row] = totals_.data() + static_cast<std::size_t>(row) * lanes;
        }
        if (kernels::average(in) >= least) continue;
        for (int row = 0; row <= second - i; ++row)
            for (int j = 0; j < other.count; ++j)
                if (!(in.total[row][j] >= least)) missing_.push_back((i + row) * stride + j);
    }
    if (!missing_.empty()) fill_missing(t, axis, normal, other, velocity, score, stride);
}

template <class S>
void SeparableField<S>::fill_missing(double t, int axis, const Line& normal, const Line& other, S* velocity, S* score, std::ptrdiff_t stride) {
    const auto n = static_cast<Eigen::Index>(missing_.size());
    PointsOf<S> x(n, 2);
    for (Eigen::Index i = 0; i < n; ++i) {
        const std::ptrdiff_t place = missing_[static_cast<std::size_t>(i)];
        x(i, axis) = static_cast<S>(normal.at(static_cast<int>(place / stride)));
        x(i, 1 - axis) = static_cast<S>(other.at(static_cast<int>(place % stride)));
    }
    FieldValues<S> values;
    field_.evaluate(x, t, (velocity ? want_velocity : 0u) | (score ? want_score : 0u), values);
    for (Eigen::Index i = 0; i < n; ++i) {
        const std::ptrdiff_t place = missing_[static_cast<std::size_t>(i)];
        if (velocity) velocity[place] = values.velocity(i, axis);
        if (score) score[place] = values.score(i, axis);
    }
}

template class SeparableField<float>;
template class SeparableField<double>;

void evaluate_on_cells(const Field& field, const Box& box, int width, int height, double t, unsigned want, FieldValues<float>& out) {
    const Line x = centres(box.x_min, box.x_max, width), y = centres(box.y_min, box.y_max, height);
    const Eigen::Index cells = static_cast<Eigen::Index>(width) * height;
    if (!SeparableField<float>::possible(field) || (want & ~(want_velocity | want_score)) != 0) {
        Points points(cells, 2);
        for (int row = 0; row < height; ++row)
            for (int column = 0; column < width; ++column) points.row(static_cast<Eigen::Index>(row) * width + column) << static_cast<float>(x.at(column)), static_cast<float>(y.at(row));
        return field.evaluate(points, t, want, out);
    }
    SeparableField<float> lattice(field);
    if (want & want_velocity) out.velocity.resize(cells, 2);
    if (want & want_score) out.score.resize(cells, 2);
    using Plane = Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    for (const int axis : {0, 1}) {
        const Line &normal = axis == 0 ? x : y, &other = axis == 0 ? y : x;
        const int stride = SeparableField<float>::padded(other.count);
        Plane velocity(want & want_velocity ? normal.count : 0, stride), score(want & want_score ? normal.count : 0, stride);
        lattice.evaluate(t, axis, normal, other, want & want_velocity ? velocity.data() : nullptr, want & want_score ? score.data() : nullptr, stride);
        const auto copy = [&](const Plane& from, Points& to) {
            Eigen::Map<Plane> cells_of(to.col(axis).data(), height, width);
            if (axis == 0)
                cells_of = from.leftCols(height).transpose();
            else
                cells_of = from.leftCols(width);
        };
        if (want & want_velocity) copy(velocity, out.velocity);
        if (want & want_score) copy(score, out.score);
    }
}

}  // namespace pf
