#pragma once
#include <cmath>
#include <vector>

#include "core/math/table.h"

namespace pf {

// α_t, β_t and their derivatives in t. Noise at t = 0, data at t = 1.
struct Coefficients {
    double alpha, beta, d_alpha, d_beta;
    // β β̇: finite at t = 1 where d_beta is not (square-root: −½). Everything that can use it does.
    double beta_d_beta;

    // α̇ β² − α β β̇ = β Δ_t > 0: the denominator when a velocity is turned into a score or a denoiser.
    double determinant() const { return d_alpha * beta * beta - alpha * beta_d_beta; }
    // ℓ_t = log(α/β), half the log-SNR.
    double half_log_snr() const { return std::log(alpha / beta); }
    // g_t² = 2(β² α̇/α − β β̇): the diffusion of the noising process whose exact reverse is the SDE with σ_t = g_t (Anderson 1982).
    double g_squared() const { return 2 * (beta * beta * d_alpha / alpha - beta_d_beta); }
};

// The Gaussian path X_t = α_t z + β_t ε. Thread-safe; t in [0, 1].
class Schedule : public Configurable {
public:
    virtual Coefficients at(double t) const = 0;
    // True where α² + β² = 1 for all t, which v-prediction needs.
    virtual bool variance_preserving() const = 0;
    // Times between 0 and 1, increasing, at which α̇, β̇ or their derivatives jump: quadrature over t has to stop there.
    virtual std::vector<double> kinks() const { return {}; }
};

}  // namespace pf
