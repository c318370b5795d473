#include <cmath>
#include <numbers>

#include "core/math/dataset/curve.h"

namespace pf {
std::unique_ptr<Dataset> make_moons_dataset();
namespace {

// scikit-learn's make_moons: upper half circle (cos θ, sin θ), lower (1 − cos θ, ½ − sin θ), θ in [0, π], of unit radius. Centred and
// doubled, so that the data fills ±3; `noise` is in units of the unit radius, as there. Labels: 0 upper, 1 lower.
class Moons final : public CurveDataset {
public:
    std::vector<Arc> arcs() const override {
        const auto place = [](double x, double y) { return Eigen::Vector2d(scale * (x - 0.5), scale * (y - 0.25)); };
        const auto upper = [place](double s) { return place(std::cos(std::numbers::pi * s), std::sin(std::numbers::pi * s)); };
        const auto lower = [place](double s) { return place(1 - std::cos(std::numbers::pi * s), 0.5 - std::sin(std::numbers::pi * s)); };
        return {{upper, false, 0}, {lower, false, 1}};
    }
    double sigma() const override { return scale * noise_; }
    void visit(Parameters& p) override {
        p.real("noise", "s", noise_, {0.01, 2}, {0.02, 0.3}, "standard deviation about the curve, in units of the moons' radius (drawn as 2)");
    }

private:
    static constexpr double scale = 2;
    double noise_ = 0.05;
};

}  // namespace
std::unique_ptr<Dataset> make_moons_dataset() { return std::make_unique<Moons>(); }
}  // namespace pf
