#include "core/math/grid/spaced.h"

namespace pf {
std::unique_ptr<Grid> make_root_grid();
namespace {

// Equal steps in √(t_max − t): with t_max = 1 in √(1 − t), in which β = √(1 − t) is smooth; in noise time τ = 1 − t the quadratic grid of
// Song, Meng & Ermon 2020 (arXiv:2010.02502), §D.2.
class Root final : public Grid {
    std::vector<double> times(const Schedule&, TimeRange range, int steps) const override {
        return warped(range, steps, [](double u) { return u * (2 - u); });  // 1 − (1 − u)²
    }
};

}  // namespace
std::unique_ptr<Grid> make_root_grid() { return std::make_unique<Root>(); }
}  // namespace pf
