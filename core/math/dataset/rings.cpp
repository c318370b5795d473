#include <cmath>
#include <numbers>

#include "core/math/dataset/curve.h"

namespace pf {
std::unique_ptr<Dataset> make_rings_dataset();
namespace {

// `count` circles about the origin with radii 3/count, 6/count, …, 3, equally likely, labelled from the inside.
class Rings final : public CurveDataset {
public:
    std::vector<Arc> arcs() const override {
        std::vector<Arc> circles;
        for (int k = 0; k < count_; ++k) {
            const double radius = 3.0 * (k + 1) / count_;
            const auto circle = [radius](double s) -> Eigen::Vector2d {
                return {radius * std::cos(2 * std::numbers::pi * s), radius * std::sin(2 * std::numbers::pi * s)};
            };
            circles.push_back({circle, true, k});
        }
        return circles;
    }
    double sigma() const override { return noise_; }
    void visit(Parameters& p) override {
        p.integer("count", "n", count_, {1, 10}, {1, 5}, "number of circles");
        p.real("noise", "s", noise_, {0.02, 2}, {0.05, 0.5}, "standard deviation about the circles");
    }

private:
    int count_ = 2;
    double noise_ = 0.12;
};

}  // namespace
std::unique_ptr<Dataset> make_rings_dataset() { return std::make_unique<Rings>(); }
}  // namespace pf
