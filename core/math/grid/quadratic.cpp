#include "core/math/grid/spaced.h"

namespace pf {
std::unique_ptr<Grid> make_quadratic_grid();
namespace {

// t = t_min + (t_max − t_min) (i/n)².
class Quadratic final : public Grid {
    std::vector<double> times(const Schedule&, TimeRange range, int steps) const override {
        return warped(range, steps, [](double u) { return u * u; });
    }
};

}  // namespace
std::unique_ptr<Grid> make_quadratic_grid() { return std::make_unique<Quadratic>(); }
}  // namespace pf
