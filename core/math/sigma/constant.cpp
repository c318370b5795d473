#include "core/math/sigma/sigma.h"

namespace pf {
std::unique_ptr<Sigma> make_constant_sigma();
namespace {

// σ_t = σ_max (source 004; Holderrieth & Erives 2025, Theorem 13).
class Constant final : public Sigma {
public:
    double at(double , const Schedule&) const override { return max_; }
    void visit(Parameters& p) override { p.real("max", "σₜ", max_, {0, 100}, {0, 4}, "how much noise the sampler adds"); }

private:
    double max_ = 1;
};

}  // namespace
std::unique_ptr<Sigma> make_constant_sigma() { return std::make_unique<Constant>(); }
}  // namespace pf
