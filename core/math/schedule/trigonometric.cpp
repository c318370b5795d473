#include <numbers>

#include "core/math/schedule/schedule.h"

namespace pf {
std::unique_ptr<Schedule> make_trigonometric_schedule();
namespace {

// Albergo et al. 2023 (arXiv:2303.08797); the s → 0 limit of Nichol & Dhariwal 2021 (arXiv:2102.09672), eq. 17.
//   α = sin(πt/2), β = sin(π(1 − t)/2), which is exactly 0 at t = 1.
class Trigonometric final : public Schedule {
    Coefficients at(double t) const override {
        constexpr double half_pi = std::numbers::pi / 2;
        const double alpha = std::sin(half_pi * t), beta = std::sin(half_pi * (1 - t));
        return {alpha, beta, half_pi * beta, -half_pi * alpha, -half_pi * alpha * beta};
    }
    bool variance_preserving() const override { return true; }
};

}  // namespace
std::unique_ptr<Schedule> make_trigonometric_schedule() { return std::make_unique<Trigonometric>(); }
}  // namespace pf
