#include "core/math/field/mixture_field.h"

#include <Eigen/LU>
#include <cmath>
#include <numbers>

#include "core/math/field/mixture_kernels.h"

namespace pf {
namespace {

namespace kernels = mixture_kernels;

// x ↦ value + matrix (x − origin), as a constant and a symmetric matrix.
template <class S>
typename kernels::Slice<S>::Affine affine(const Eigen::Vector2d& value, const Eigen::Matrix2d& matrix, const Eigen::Vector2d& origin) {
    const Eigen::Vector2d constant = value - matrix * origin;
    const auto s = [](double number) { return static_cast<S>(number); };
    return {s(constant.x()), s(constant.y()), s(matrix(0, 0)), s(matrix(0, 1)), s(matrix(1, 1))};
}

template <class S>
kernels::Slices<S> slices(const Mixture& mixture, const Coefficients& c) {
    kernels::Slices<S> out;
    out.components.reserve(mixture.components().size());
    out.round = true;
    const auto s = [](double number) { return static_cast<S>(number); };
    for (const Component& k : mixture.components()) {
        out.round = out.round && k.covariance(0, 1) == 0 && k.covariance(0, 0) == k.covariance(1, 1);
        const Eigen::Matrix2d C = c.alpha * c.alpha * k.covariance + c.beta * c.beta * Eigen::Matrix2d::Identity();
        const Eigen::Matrix2d inverse = C.inverse();
        const Eigen::Vector2d mean = c.alpha * k.mean;
        // ½ log₂e C⁻¹ = Wᵀ W
        const Eigen::Matrix2d half = 0.5 * std::numbers::log2e * inverse;
        const double w00 = std::sqrt(half(0, 0)), w01 = half(0, 1) / w00, w11 = std::sqrt(half(1, 1) - w01 * w01);
        const double log_height = std::log(k.weight) - 0.5 * std::log(C.determinant()) - std::log(2 * std::numbers::pi);
        // u_k = α̇ m_k − β β̇ g_k, g_k = −C_k⁻¹ (x − α μ_k), m_k = μ_k + α Σ_k C_k⁻¹ (x − α μ_k); all at x = α μ_k plus a matrix.
        const Eigen::Matrix2d gain = c.alpha * k.covariance * inverse, of_velocity = c.d_alpha * gain + c.beta_d_beta * inverse;
        kernels::Slice<S> slice;
        slice.w00 = s(w00), slice.w01 = s(w01), slice.w11 = s(w11);
        slice.w_x = s(-(w00 * mean.x() + w01 * mean.y())), slice.w_y = s(-w11 * mean.y());
        slice.height = s(log_height * std::numbers::log2e);
        slice.velocity = affine<S>(c.d_alpha * k.mean, of_velocity, mean);
        slice.score = affine<S>(Eigen::Vector2d::Zero(), -inverse, mean);
        slice.denoiser = affine<S>(k.mean, gain, mean);
        slice.trace = s(of_velocity.trace());
        out.components.push_back(slice);
    }
    return out;
}

template <class S>
void evaluate_all(const Mixture& mixture, const Coefficients& c, const PointsOf<S>& x, unsigned want, FieldValues<S>& out) {
    kernels::Request<S> request{x.rows(), x.col(0).data(), x.col(1).data()};
    const auto pair = [&](unsigned bit, PointsOf<S>& values, S* (&to)[2]) {
        if (!(want & bit)) return;
        values.resize(x.rows(), 2);
        to[0] = values.col(0).data(), to[1] = values.col(1).data();
    };
    pair(want_velocity, out.velocity, request.velocity);
    pair(want_noise, out.noise, request.score);  // −β s, below
    pair(want_score, out.score, request.score);
    pair(want_denoiser, out.denoiser, request.denoiser);
    const auto column = [&](unsigned bit, ColumnOf<S>& values, S*& to) {
        if (!(want & bit)) return;
        values.resize(x.rows());
        to = values.data();
    };
    column(want_divergence, out.divergence, request.divergence);
    column(want_log_density, out.log_density, request.log_density);
    kernels::evaluate(slices<S>(mixture, c), request);
    if (want & want_noise) out.noise = -static_cast<S>(c.beta) * (want & want_score ? out.score : out.noise);
}

}  // namespace

MixtureField::MixtureField(std::shared_ptr<const Mixture> mixture, std::shared_ptr<const Schedule> schedule)
    : mixture_(std::move(mixture)), schedule_(std::move(schedule)) {}

void MixtureField::evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const {
    evaluate_all(*mixture_, schedule_->at(t), x, want, out);
}

void MixtureField::evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const {
    evaluate_all(*mixture_, schedule_->at(t), x, want, out);
}

TimeRange MixtureField::domain(unsigned) const {
    const bool pole_at_data = mixture_->smallest_variance() == 0 && schedule_->at(1).beta == 0;
    return {0, pole_at_data ? 1 - end_margin : 1};
}

}  // namespace pf
