#include "core/math/field/mixture_field.h"

#include <Eigen/LU>
#include <cmath>
#include <numbers>
#include <vector>

namespace pf {
namespace {

// One component at one t, in the scalar of the evaluation.
template <class S>
struct Slice {
    S mean_x, mean_y;        // α μ
    S i00, i01, i11;         // C⁻¹
    S log_weight;            // log w − ½ log det C − log 2π
    S mu_x, mu_y;            // μ
    S s00, s01, s11;         // α Σ
    S trace_gain, trace_inverse;  // tr α Σ C⁻¹, tr C⁻¹
};

template <class S>
std::vector<Slice<S>> slices(const Mixture& mixture, const Coefficients& c) {
    std::vector<Slice<S>> out;
    out.reserve(mixture.components().size());
    for (const Component& k : mixture.components()) {
        const Eigen::Matrix2d C = c.alpha * c.alpha * k.covariance + c.beta * c.beta * Eigen::Matrix2d::Identity();
        const Eigen::Matrix2d inverse = C.inverse(), scaled = c.alpha * k.covariance;
        const double log_weight = std::log(k.weight) - 0.5 * std::log(C.determinant()) - std::log(2 * std::numbers::pi);
        const auto s = [](double value) { return static_cast<S>(value); };
        out.push_back({s(c.alpha * k.mean.x()), s(c.alpha * k.mean.y()), s(inverse(0, 0)), s(inverse(0, 1)), s(inverse(1, 1)), s(log_weight),
                       s(k.mean.x()), s(k.mean.y()), s(scaled(0, 0)), s(scaled(0, 1)), s(scaled(1, 1)), s((scaled * inverse).trace()), s(inverse.trace())});
    }
    return out;
}

// All points of one chunk, small enough that every array stays in the first-level cache.
template <class S>
class Chunk {
public:
    static constexpr Eigen::Index size = 256;
    using Array = Eigen::Array<S, Eigen::Dynamic, 1, 0, size, 1>;

    explicit Chunk(std::size_t components) : log_terms_(size, static_cast<Eigen::Index>(components)) {}

    void evaluate(const std::vector<Slice<S>>& components, const Coefficients& c, const PointsOf<S>& points, Eigen::Index start, Eigen::Index n, unsigned want,
                  FieldValues<S>& out) {
        const Array x = points.col(0).segment(start, n), y = points.col(1).segment(start, n);
        log_terms(components, x, y);
        Array largest = log_terms_.col(0).head(n);
        for (Eigen::Index k = 1; k < log_terms_.cols(); ++k) largest = largest.max(log_terms_.col(k).head(n));

        Array total = Array::Zero(n), score_x = total, score_y = total, data_x = total, data_y = total, div_data = total, div_score = total;
        const bool divergence = want & want_divergence;
        for (Eigen::Index k = 0; k < log_terms_.cols(); ++k) {
            const Slice<S>& s = components[static_cast<std::size_t>(k)];
            const Array r = (log_terms_.col(k).head(n) - largest).exp();  // responsibility, before dividing by their sum
            const Array gx = -(s.i00 * (x - s.mean_x) + s.i01 * (y - s.mean_y)), gy = -(s.i01 * (x - s.mean_x) + s.i11 * (y - s.mean_y));
            const Array mx = s.mu_x - (s.s00 * gx + s.s01 * gy), my = s.mu_y - (s.s01 * gx + s.s11 * gy);
            total += r;
            score_x += r * gx;
            score_y += r * gy;
            data_x += r * mx;
            data_y += r * my;
            if (divergence) {
                div_data += r * (s.trace_gain + mx * gx + my * gy);
                div_score += r * (gx * gx + gy * gy - s.trace_inverse);
            }
        }
        const Array inverse = total.inverse();
        for (Array* sum : {&score_x, &score_y, &data_x, &data_y}) *sum *= inverse;

        const S d_alpha = static_cast<S>(c.d_alpha), b = static_cast<S>(c.beta_d_beta), beta = static_cast<S>(c.beta);
        const auto store = [&](PointsOf<S>& target, const auto& first, const auto& second) {
            target.col(0).segment(start, n) = first;
            target.col(1).segment(start, n) = second;
        };
        if (want & want_velocity) store(out.velocity, d_alpha * data_x - b * score_x, d_alpha * data_y - b * score_y);
        if (want & want_score) store(out.score, score_x, score_y);
        if (want & want_denoiser) store(out.denoiser, data_x, data_y);
        if (want & want_noise) store(out.noise, -beta * score_x, -beta * score_y);
        if (want & want_log_density) out.log_density.segment(start, n) = largest + total.log();
        if (divergence) {
            // ∇·D = Σ r_k (tr α Σ_k C_k⁻¹ + m_k·g_k) − D·s, ∇·s = Σ r_k (|g_k|² − tr C_k⁻¹) − |s|², with g_k = −C_k⁻¹ (x − α μ_k).
            const Array of_data = div_data * inverse - (data_x * score_x + data_y * score_y);
            const Array of_score = div_score * inverse - (score_x * score_x + score_y * score_y);
            out.divergence.segment(start, n) = d_alpha * of_data - b * of_score;
        }
    }

private:
    void log_terms(const std::vector<Slice<S>>& components, const Array& x, const Array& y) {
        for (std::size_t k = 0; k < components.size(); ++k) {
            const Slice<S>& s = components[k];
            const Array dx = x - s.mean_x, dy = y - s.mean_y;
            log_terms_.col(static_cast<Eigen::Index>(k)).head(x.size()) = s.log_weight - S(0.5) * (s.i00 * dx * dx + 2 * s.i01 * dx * dy + s.i11 * dy * dy);
        }
    }

    Eigen::Array<S, Eigen::Dynamic, Eigen::Dynamic> log_terms_;
};

template <class S>
void evaluate_all(const Mixture& mixture, const Coefficients& c, const PointsOf<S>& x, unsigned want, FieldValues<S>& out) {
    const Eigen::Index n = x.rows();
    if (want & want_velocity) out.velocity.resize(n, 2);
    if (want & want_score) out.score.resize(n, 2);
    if (want & want_denoiser) out.denoiser.resize(n, 2);
    if (want & want_noise) out.noise.resize(n, 2);
    if (want & want_divergence) out.divergence.resize(n);
    if (want & want_log_density) out.log_density.resize(n);
    const auto components = slices<S>(mixture, c);
    Chunk<S> chunk(components.size());
    for (Eigen::Index start = 0; start < n; start += Chunk<S>::size) chunk.evaluate(components, c, x, start, std::min(Chunk<S>::size, n - start), want, out);
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
