#include "core/math/sigma/sigma.h"

namespace pf {
std::unique_ptr<Sigma> make_decreasing_sigma();
namespace {

// σ_t = σ_max (1 − t).
class Decreasing final : public Sigma {
public:
    double at(double t, const Schedule&) const override { return max_ * (1 - t); }
    void visit(Parameters& p) override { p.real("max", "σₜ", max_, {0, 100}, {0, 4}, "noise at the noise end"); }

private:
    double max_ = 1;
};

}  // namespace
std::unique_ptr<Sigma> make_decreasing_sigma() { return std::make_unique<Decreasing>(); }
}  // namespace pf
