#include <cmath>
#include <numbers>

#include "core/math/dataset/curve.h"

namespace pf {
std::unique_ptr<Dataset> make_swiss_roll_dataset();
namespace {

// scikit-learn's make_swiss_roll seen from its end: φ (cos φ, sin φ) with φ uniform in [1.5π, 4.5π] (so it thins towards the outside),
// scaled by ¼ to fit ±3.5.
class SwissRoll final : public CurveDataset {
public:
    std::vector<Arc> arcs() const override {
        const auto roll = [](double s) -> Eigen::Vector2d {
            const double angle = 1.5 * std::numbers::pi * (1 + 2 * s);
            return {0.25 * angle * std::cos(angle), 0.25 * angle * std::sin(angle)};
        };
        return {{roll, false, 0}};
    }
    double sigma() const override { return noise_; }
    void visit(Parameters& p) override { p.real("noise", "s", noise_, {0.02, 2}, {0.05, 0.5}, "standard deviation about the curve"); }

private:
    double noise_ = 0.15;
};

}  // namespace
std::unique_ptr<Dataset> make_swiss_roll_dataset() { return std::make_unique<SwissRoll>(); }
}  // namespace pf
