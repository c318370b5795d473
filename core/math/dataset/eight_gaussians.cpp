#include "core/math/dataset/modes.h"

namespace pf {
std::unique_ptr<Dataset> make_eight_gaussians_dataset();
namespace {

// Eight equal modes on a circle, labelled 0 … 7 counter-clockwise from the positive x axis.
class EightGaussians final : public ModesDataset {
public:
    std::vector<Component> components() const override { return circle_of_modes(8, radius_, std_); }
    void visit(Parameters& p) override {
        p.real("radius", "r", radius_, {0, 100}, {1, 5}, "radius of the circle the modes sit on");
        p.real("std", "s", std_, {1e-3, 20}, {0.05, 1}, "standard deviation of each mode");
    }

private:
    double radius_ = 3, std_ = 0.25;
};

}  // namespace
std::unique_ptr<Dataset> make_eight_gaussians_dataset() { return std::make_unique<EightGaussians>(); }
}  // namespace pf
