#include <cmath>
#include <numbers>

#include "core/math/dataset/modes.h"

namespace pf {
std::unique_ptr<Dataset> make_gaussian_dataset();
namespace {

// N(0, R diag(long², short²) Rᵀ), R a turn by `angle` degrees: its field is linear, so every solver can be checked against a formula.
class Gaussian final : public ModesDataset {
public:
    std::vector<Component> components() const override {
        const double angle = angle_ * std::numbers::pi / 180;
        const Eigen::Vector2d e1(std::cos(angle), std::sin(angle)), e2(-e1.y(), e1.x());
        return {{1, Eigen::Vector2d::Zero(), long_ * long_ * e1 * e1.transpose() + short_ * short_ * e2 * e2.transpose(), 0}};
    }
    void visit(Parameters& p) override {
        p.real("long", "σ₁", long_, {1e-3, 20}, {0.1, 3}, "standard deviation along the first axis");
        p.real("short", "σ₂", short_, {1e-3, 20}, {0.1, 3}, "standard deviation across it");
        p.real("angle", "θ", angle_, {-360, 360}, {-90, 90}, "direction of the first axis in degrees, counter-clockwise from x");
    }

private:
    double long_ = 1.2, short_ = 0.4, angle_ = 30;
};

}  // namespace
std::unique_ptr<Dataset> make_gaussian_dataset() { return std::make_unique<Gaussian>(); }
}  // namespace pf
