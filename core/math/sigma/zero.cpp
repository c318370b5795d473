#include "core/math/sigma/sigma.h"

namespace pf {
std::unique_ptr<Sigma> make_zero_sigma();
namespace {

// σ ≡ 0: dX = u dt (Song et al. 2020, "probability flow").
class Zero final : public Sigma {
    double at(double, const Schedule&) const override { return 0; }
};

}  // namespace
std::unique_ptr<Sigma> make_zero_sigma() { return std::make_unique<Zero>(); }
}  // namespace pf
