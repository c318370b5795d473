#include <numbers>

#include "core/math/sigma/sigma.h"

namespace pf {
std::unique_ptr<Sigma> make_bump_sigma();
namespace {

// σ_t = σ_max sin(πt).
class Bump final : public Sigma {
public:
    double at(double t, const Schedule&) const override { return max_ * std::sin(std::numbers::pi * t); }
    void visit(Parameters& p) override { p.real("max", "σₜ", max_, {0, 100}, {0, 4}, "noise at t = ½"); }

private:
    double max_ = 1;
};

}  // namespace
std::unique_ptr<Sigma> make_bump_sigma() { return std::make_unique<Bump>(); }
}  // namespace pf
