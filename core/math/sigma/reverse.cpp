#include <algorithm>

#include "core/math/sigma/sigma.h"

namespace pf {
std::unique_ptr<Sigma> make_reverse_sigma();
namespace {

// σ_t = min(g_t, σ_max), g² = 2(β² α̇/α − β β̇) (Anderson 1982). g → ∞ where α → 0, hence the cap.
class Reverse final : public Sigma {
public:
    double at(double t, const Schedule& schedule) const override { return std::min(max_, std::sqrt(schedule.at(t).g_squared())); }
    void visit(Parameters& p) override { p.real("max", "cap of σₜ", max_, {0, 100}, {0, 4}, "cap of gₜ, which is infinite where αₜ is 0; a path may stay below it"); }

private:
    double max_ = 1;
};

}  // namespace
std::unique_ptr<Sigma> make_reverse_sigma() { return std::make_unique<Reverse>(); }
}  // namespace pf
