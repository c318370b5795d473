#include "core/math/path/prediction.h"

#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace pf {
namespace {

constexpr std::array<std::pair<Prediction, std::string_view>, 6> names{{{Prediction::velocity, "velocity"},
                                                                       {Prediction::score, "score"},
                                                                       {Prediction::noise, "noise"},
                                                                       {Prediction::data, "data"},
                                                                       {Prediction::v, "v"},
                                                                       {Prediction::edm_f, "edm_f"}}};

double edm_variance(const Coefficients& c, double sd) { return c.beta * c.beta + c.alpha * c.alpha * sd * sd; }

// The velocity from each prediction; the rows of the table in math.md solved for u, in the form that is finite at most ends.
Affine velocity_from(Prediction from, const Coefficients& c, double sd) {
    const double beta2 = c.beta * c.beta;
    switch (from) {
        case Prediction::velocity: return {0, 1};
        case Prediction::score: return {c.d_alpha / c.alpha, beta2 * c.d_alpha / c.alpha - c.beta_d_beta};
        case Prediction::noise: return {c.d_alpha / c.alpha, c.d_beta - c.beta * c.d_alpha / c.alpha};
        case Prediction::data: return {c.beta_d_beta / beta2, c.d_alpha - c.alpha * c.beta_d_beta / beta2};
        // u = −(α̇/β) v = (β̇/α) v, since α α̇ = −β β̇.
        case Prediction::v: return {0, c.alpha > c.beta ? c.d_beta / c.alpha : -c.d_alpha / c.beta};
        // (β β̇ + α α̇ σ_d²)/S and Δ σ_d/√S: nothing is divided by β.
        case Prediction::edm_f: return {(c.beta_d_beta + c.alpha * c.d_alpha * sd * sd) / edm_variance(c, sd), (c.d_alpha * c.beta - c.alpha * c.d_beta) * sd / std::sqrt(edm_variance(c, sd))};
    }
    return {};
}

Affine score_from(Prediction from, const Coefficients& c, double sd) {
    const double beta2 = c.beta * c.beta;
    switch (from) {
        case Prediction::velocity: return {-c.d_alpha / c.determinant(), c.alpha / c.determinant()};
        case Prediction::score: return {0, 1};
        case Prediction::noise: return {0, -1 / c.beta};
        case Prediction::data: return {-1 / beta2, c.alpha / beta2};
        case Prediction::v: return {-1, -c.alpha / c.beta};  // −(β x + α v)/β
        case Prediction::edm_f: return {-1 / edm_variance(c, sd), c.alpha * sd / (c.beta * std::sqrt(edm_variance(c, sd)))};
    }
    return {};
}

Affine denoiser_from(Prediction from, const Coefficients& c, double sd) {
    switch (from) {
        case Prediction::velocity: return c.beta == 0 && std::isfinite(c.d_beta) ? Affine{1 / c.alpha, 0} : Affine{-c.beta_d_beta / c.determinant(), c.beta * c.beta / c.determinant()};
        case Prediction::score: return {1 / c.alpha, c.beta * c.beta / c.alpha};
        case Prediction::noise: return {1 / c.alpha, -c.beta / c.alpha};
        case Prediction::data: return {0, 1};
        case Prediction::v: return {c.alpha, -c.beta};
        case Prediction::edm_f: return {c.alpha * sd * sd / edm_variance(c, sd), c.beta * sd / std::sqrt(edm_variance(c, sd))};
    }
    return {};
}

Affine noise_from(Prediction from, const Coefficients& c, double sd) {
    switch (from) {
        case Prediction::velocity: return c.beta == 0 && std::isfinite(c.d_beta) ? Affine{-c.d_alpha / (c.alpha * c.d_beta), 1 / c.d_beta} : Affine{c.beta * c.d_alpha / c.determinant(), -c.beta * c.alpha / c.determinant()};
        case Prediction::score: return {0, -c.beta};
        case Prediction::noise: return {0, 1};
        case Prediction::data: return {1 / c.beta, -c.alpha / c.beta};
        case Prediction::v: return {c.beta, c.alpha};
        case Prediction::edm_f: return {c.beta / edm_variance(c, sd), -c.alpha * sd / std::sqrt(edm_variance(c, sd))};
    }
    return {};
}

bool finite(Affine a) { return std::isfinite(a.x) && std::isfinite(a.prediction); }

}  // namespace

std::string_view id(Prediction prediction) { return names[static_cast<std::size_t>(prediction)].second; }

Prediction prediction_from_id(std::string_view wanted, std::string_view where) {
    std::string known;
    for (const auto& [prediction, name] : names) {
        if (name == wanted) return prediction;
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    throw BadInput(fmt::format("{}: unknown prediction '{}' (known: {})", where, wanted, known));
}

Affine conversion(Prediction from, Want to, const Coefficients& c, double data_sd) {
    switch (to) {
        case want_velocity: return velocity_from(from, c, data_sd);
        case want_score: return score_from(from, c, data_sd);
        case want_denoiser: return denoiser_from(from, c, data_sd);
        case want_noise: return noise_from(from, c, data_sd);
        default: break;
    }
    check(false, "no conversion to want = {}", static_cast<unsigned>(to));
    return {};
}

Target conditional_target(Prediction prediction, const Coefficients& c, double data_sd) {
    switch (prediction) {
        case Prediction::velocity: return {c.d_alpha, c.d_beta};
        case Prediction::score: return {0, -1 / c.beta};
        case Prediction::noise: return {0, 1};
        case Prediction::data: return {1, 0};
        case Prediction::v: return {-c.beta, c.alpha};
        // (z − c_skip x/α)/c_out with x = α z + β ε.
        case Prediction::edm_f: {
            const double root = std::sqrt(edm_variance(c, data_sd));
            return {c.beta / (data_sd * root), -c.alpha * data_sd / root};
        }
    }
    return {};
}

TimeRange conversion_domain(Prediction from, unsigned to, const Schedule& schedule) {
    TimeRange range;
    for (const Want quantity : {want_velocity, want_score, want_denoiser, want_noise}) {
        if (!(to & quantity)) continue;
        if (!finite(conversion(from, quantity, schedule.at(0)))) range.min = end_margin;
        if (!finite(conversion(from, quantity, schedule.at(1)))) range.max = 1 - end_margin;
    }
    return range;
}

}  // namespace pf
