#include "core/math/schedule/schedule.h"

namespace pf {
std::unique_ptr<Schedule> make_vp_schedule();
namespace {

// Song et al. 2020 (arXiv:2011.13456), eq. 32–33, with τ = 1 − t:
//   b(τ) = b_min + τ (b_max − b_min),  B(τ) = ∫₀^τ b,  α = exp(−B/2),  β² = 1 − α² = −expm1(−B),
//   α̇ = ½ b α,  β β̇ = −α α̇.  α_0 ≈ 0.0066: N(0, I) is not quite p_0.
class Vp final : public Schedule {
public:
    Coefficients at(double t) const override {
        const double tau = 1 - t;
        const double integral = tau * (b_min_ + 0.5 * tau * (b_max_ - b_min_));
        const double b = b_min_ + tau * (b_max_ - b_min_);
        const double alpha = std::exp(-0.5 * integral), beta = std::sqrt(-std::expm1(-integral));
        const double d_alpha = 0.5 * b * alpha, beta_d_beta = -alpha * d_alpha;
        return {alpha, beta, d_alpha, beta_d_beta / beta, beta_d_beta};
    }
    bool variance_preserving() const override { return true; }

    void visit(Parameters& p) override {
        p.real("b_min", "b_min", b_min_, {1e-4, 10}, {0.01, 2, true}, "rate at which noise enters at the data end");
        p.real("b_max", "b_max", b_max_, {0.01, 100}, {2, 40}, "rate at which noise enters at the noise end");
    }

private:
    double b_min_ = 0.1, b_max_ = 20;
};

}  // namespace
std::unique_ptr<Schedule> make_vp_schedule() { return std::make_unique<Vp>(); }
}  // namespace pf
