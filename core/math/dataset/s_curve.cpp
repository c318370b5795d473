#include <cmath>
#include <numbers>

#include "core/math/dataset/curve.h"

namespace pf {
std::unique_ptr<Dataset> make_s_curve_dataset();
namespace {

// scikit-learn's make_s_curve seen from its end: (sin φ, sign(φ)(cos φ − 1)), φ uniform in ±1.5π, times 1.6 to fit ±3.2. Its two
// three-quarter circles are separate arcs because the curvature jumps between them.
class SCurve final : public CurveDataset {
public:
    std::vector<Arc> arcs() const override {
        std::vector<Arc> halves;
        for (const double sign : {1.0, -1.0}) {
            const auto half = [sign](double s) -> Eigen::Vector2d {
                const double angle = 1.5 * std::numbers::pi * s;
                return {sign * 1.6 * std::sin(angle), sign * 1.6 * (std::cos(angle) - 1)};
            };
            halves.push_back({half, false, 0});
        }
        return halves;
    }
    double sigma() const override { return noise_; }
    void visit(Parameters& p) override { p.real("noise", "s", noise_, {0.02, 2}, {0.05, 0.5}, "standard deviation about the curve"); }

private:
    double noise_ = 0.15;
};

}  // namespace
std::unique_ptr<Dataset> make_s_curve_dataset() { return std::make_unique<SCurve>(); }
}  // namespace pf
