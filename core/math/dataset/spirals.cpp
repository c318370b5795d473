#include <cmath>
#include <numbers>

#include "core/math/dataset/curve.h"

namespace pf {
std::unique_ptr<Dataset> make_spirals_dataset();
namespace {

// Two Archimedean arms r = 3.5 φ/φ₁, half a turn apart, φ from a quarter turn to φ₁. φ² is uniform, which makes the speed
// proportional to √(1 + φ²)/φ: the same all along the arm within a fifth. Labels: the arm.
class Spirals final : public CurveDataset {
public:
    std::vector<Arc> arcs() const override {
        std::vector<Arc> arms;
        for (int arm = 0; arm < 2; ++arm) {
            const double turn = std::numbers::pi * arm, first = 0.5 * std::numbers::pi, last = 2 * std::numbers::pi * turns_;
            const auto curve = [turn, first, last](double s) -> Eigen::Vector2d {
                const double angle = std::sqrt(first * first + s * (last * last - first * first)), radius = 3.5 * angle / last;
                return {radius * std::cos(angle + turn), radius * std::sin(angle + turn)};
            };
            arms.push_back({curve, false, arm});
        }
        return arms;
    }
    double sigma() const override { return noise_; }
    void visit(Parameters& p) override {
        p.real("turns", "n", turns_, {0.5, 6}, {0.5, 3}, "how often each arm goes around, counted from the centre");
        p.real("noise", "s", noise_, {0.02, 2}, {0.05, 0.5}, "standard deviation about the arms");
    }

private:
    double turns_ = 1.5, noise_ = 0.12;
};

}  // namespace
std::unique_ptr<Dataset> make_spirals_dataset() { return std::make_unique<Spirals>(); }
}  // namespace pf
