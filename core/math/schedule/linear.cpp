#include "core/math/schedule/schedule.h"

namespace pf {
std::unique_ptr<Schedule> make_linear_schedule();
namespace {

// Lipman et al. 2022 (arXiv:2210.02747), eq. 20 with σ_min = 0; Liu et al. 2022 (arXiv:2209.03003).
class Linear final : public Schedule {
    Coefficients at(double t) const override { return {t, 1 - t, 1, -1, -(1 - t)}; }
    bool variance_preserving() const override { return false; }
};

}  // namespace
std::unique_ptr<Schedule> make_linear_schedule() { return std::make_unique<Linear>(); }
}  // namespace pf
