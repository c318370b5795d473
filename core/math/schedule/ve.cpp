#include "core/math/schedule/schedule.h"

namespace pf {
std::unique_ptr<Schedule> make_ve_schedule();
namespace {

// Song et al. 2020 (arXiv:2011.13456), eq. 30–31, with τ = 1 − t: α ≡ 1, β = σ_max (σ_min/σ_max)^t, β̇ = β log(σ_min/σ_max).
// Both ends are approximate: the start N(0, σ_max² I) lacks the data, and p_1 is the data blurred by σ_min.
class Ve final : public Schedule {
public:
    Coefficients at(double t) const override {
        const double rate = std::log(min_ / max_), beta = max_ * std::exp(rate * t);
        return {1, beta, 0, rate * beta, rate * beta * beta};
    }
    bool variance_preserving() const override { return false; }

    void visit(Parameters& p) override {
        p.real("sigma_min", "σ_min", min_, {1e-5, 1}, {0.001, 0.2, true}, "noise left at the data end");
        p.real("sigma_max", "σ_max", max_, {1.001, 1000}, {2, 100, true}, "noise at the start, several times the width of the data");
    }

private:
    double min_ = 0.01, max_ = 10;
};

}  // namespace
std::unique_ptr<Schedule> make_ve_schedule() { return std::make_unique<Ve>(); }
}  // namespace pf
