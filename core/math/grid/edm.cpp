#include "core/math/grid/spaced.h"

namespace pf {
std::unique_ptr<Grid> make_edm_grid();
namespace {

// Karras et al. 2022 (arXiv:2206.00364), eq. 5, with σ = β/α = e^{−ℓ}: equal steps in σ^{1/ρ}.
class EdmGrid final : public Grid {
public:
    std::vector<double> times(const Schedule& schedule, TimeRange range, int steps) const override {
        const double rho = rho_;
        return spaced_in(schedule, range, steps, [rho](double l) { return std::exp(-l / rho); }, [rho](double root) { return -rho * std::log(root); });
    }
    void visit(Parameters& p) override { p.real("rho", "ρ", rho_, {1, 100}, {1, 12}, "how much of the steps goes to small noise"); }

private:
    double rho_ = 7;
};

}  // namespace
std::unique_ptr<Grid> make_edm_grid() { return std::make_unique<EdmGrid>(); }
}  // namespace pf
