#include "core/math/grid/spaced.h"

namespace pf {
std::unique_ptr<Grid> make_log_snr_grid();
namespace {

// Lu et al. 2022 (arXiv:2206.00927), §3.3: equal h = Δℓ.
class LogSnr final : public Grid {
    std::vector<double> times(const Schedule& schedule, TimeRange range, int steps) const override {
        const auto same = [](double value) { return value; };
        return spaced_in(schedule, range, steps, same, same);
    }
};

}  // namespace
std::unique_ptr<Grid> make_log_snr_grid() { return std::make_unique<LogSnr>(); }
}  // namespace pf
