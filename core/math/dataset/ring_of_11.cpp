#include "core/math/dataset/modes.h"

namespace pf {
std::unique_ptr<Dataset> make_ring_of_11_dataset();
namespace {

// Eleven equal modes at angles 2πk/11 on a circle of radius 10, standard deviation 1: far outside the noise (math.md, source 004).
class RingOf11 final : public ModesDataset {
public:
    std::vector<Component> components() const override { return circle_of_modes(11, radius_, std_); }
    void visit(Parameters& p) override {
        p.real("radius", "r", radius_, {0, 100}, {3, 15}, "radius of the circle the modes sit on");
        p.real("std", "s", std_, {1e-3, 20}, {0.2, 3}, "standard deviation of each mode");
    }

private:
    double radius_ = 10, std_ = 1;
};

}  // namespace
std::unique_ptr<Dataset> make_ring_of_11_dataset() { return std::make_unique<RingOf11>(); }
}  // namespace pf
