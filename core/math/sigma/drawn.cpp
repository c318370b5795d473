#include "core/math/curve.h"
#include "core/math/sigma/sigma.h"

namespace pf {
std::unique_ptr<Sigma> make_drawn_sigma();
namespace {

// σ_t as a cubic through control points that is as monotone as they are (core/math/curve.h); never below their least value.
class Drawn final : public Sigma {
public:
    double at(double t, const Schedule&) const override { return curve_.at(t).value; }
    void visit(Parameters& p) override { p.curve("curve", "σₜ", points_, {{0, 100}}, "how much noise the sampler adds at t"); }
    std::string settle() override {
        curve_ = MonotoneCurve(points_);
        return {};
    }

private:
    CurvePoints points_{{0, 1}, {0.5, 1}, {1, 0}};
    MonotoneCurve curve_{points_};
};

}  // namespace
std::unique_ptr<Sigma> make_drawn_sigma() { return std::make_unique<Drawn>(); }
}  // namespace pf
