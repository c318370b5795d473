#include "core/math/schedule/schedule.h"

namespace pf {
std::unique_ptr<Schedule> make_square_root_schedule();
namespace {

// Holderrieth & Erives 2025 (arXiv:2506.02070), labs: α = t, β = √(1 − t). β̇ is infinite at t = 1, β β̇ = −½ is not.
class SquareRoot final : public Schedule {
    Coefficients at(double t) const override {
        const double beta = std::sqrt(1 - t);
        return {t, beta, 1, -0.5 / beta, -0.5};
    }
    bool variance_preserving() const override { return false; }
};

}  // namespace
std::unique_ptr<Schedule> make_square_root_schedule() { return std::make_unique<SquareRoot>(); }
}  // namespace pf
