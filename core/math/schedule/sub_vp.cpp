#include "core/math/schedule/schedule.h"

namespace pf {
std::unique_ptr<Schedule> make_sub_vp_schedule();
namespace {

// Song et al. 2020 (arXiv:2011.13456), eq. 27 and 33: α as for VP, and the *standard deviation* is 1 − α² = −expm1(−B), with B = ∫₀^τ b:
//   α̇ = ½ b α,  β̇ = −2 α α̇. Near the data β falls linearly, as on the straight path, and β β̇ → 0.
class SubVp final : public Schedule {
public:
    Coefficients at(double t) const override {
        const double tau = 1 - t, b = b_min_ + tau * (b_max_ - b_min_);
        const double integral = tau * (b_min_ + 0.5 * tau * (b_max_ - b_min_));
        const double alpha = std::exp(-0.5 * integral), beta = -std::expm1(-integral);
        const double d_alpha = 0.5 * b * alpha, d_beta = -2 * alpha * d_alpha;
        return {alpha, beta, d_alpha, d_beta, beta * d_beta};
    }
    bool variance_preserving() const override { return false; }

    void visit(Parameters& p) override {
        p.real("b_min", "b_min", b_min_, {1e-4, 10}, {0.01, 2, true}, "rate at which noise enters at the data end");
        p.real("b_max", "b_max", b_max_, {0.01, 100}, {2, 40}, "rate at which noise enters at the noise end");
    }

private:
    double b_min_ = 0.1, b_max_ = 20;
};

}  // namespace
std::unique_ptr<Schedule> make_sub_vp_schedule() { return std::make_unique<SubVp>(); }
}  // namespace pf
