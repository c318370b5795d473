#include "core/math/schedule/schedule.h"

namespace pf {
std::unique_ptr<Schedule> make_edm_schedule();
namespace {

// Karras et al. 2022 (arXiv:2206.00364), eq. 5 read as a clock: α ≡ 1, β = (A + t(B − A))^ρ, A = σ_max^{1/ρ}, B = σ_min^{1/ρ}, so that
// uniform t are their noise levels (their own clock is σ itself). β̇ = ρ (B − A) (A + t(B − A))^{ρ−1}.
class Edm final : public Schedule {
public:
    Coefficients at(double t) const override {
        const double a = std::pow(max_, 1 / rho_), b = std::pow(min_, 1 / rho_), base = a + t * (b - a);
        const double beta = std::pow(base, rho_), d_beta = rho_ * (b - a) * beta / base;
        return {1, beta, 0, d_beta, beta * d_beta};
    }
    bool variance_preserving() const override { return false; }

    void visit(Parameters& p) override {
        p.real("sigma_min", "σ_min", min_, {1e-5, 1}, {0.001, 0.2, true}, "noise left at the data end");
        p.real("sigma_max", "σ_max", max_, {1.001, 1000}, {2, 100, true}, "noise at the start, several times the width of the data");
        p.real("rho", "ρ", rho_, {1, 20}, {1, 12}, "how much of the time goes to small noise");
    }

private:
    double min_ = 0.002, max_ = 10, rho_ = 7;
};

}  // namespace
std::unique_ptr<Schedule> make_edm_schedule() { return std::make_unique<Edm>(); }
}  // namespace pf
