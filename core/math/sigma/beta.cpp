#include "core/math/sigma/sigma.h"

namespace pf {
std::unique_ptr<Sigma> make_beta_sigma();
namespace {

// σ_t = σ_max β_t: ½σ² s stays bounded by ½σ_max² β |ε|.
class Beta final : public Sigma {
public:
    double at(double t, const Schedule& schedule) const override { return max_ * schedule.at(t).beta; }
    void visit(Parameters& p) override { p.real("max", "σₜ", max_, {0, 100}, {0, 4}, "noise per noise left in the path"); }

private:
    double max_ = 1;
};

}  // namespace
std::unique_ptr<Sigma> make_beta_sigma() { return std::make_unique<Beta>(); }
}  // namespace pf
