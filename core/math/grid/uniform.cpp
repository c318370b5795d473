#include "core/math/grid/spaced.h"

namespace pf {
std::unique_ptr<Grid> make_uniform_grid();
namespace {

class Uniform final : public Grid {
    std::vector<double> times(const Schedule&, TimeRange range, int steps) const override {
        return warped(range, steps, [](double u) { return u; });
    }
};

}  // namespace
std::unique_ptr<Grid> make_uniform_grid() { return std::make_unique<Uniform>(); }
}  // namespace pf
