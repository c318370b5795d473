#include <cmath>
#include <numbers>

#include "core/math/dataset/dataset.h"

namespace pf {
std::unique_ptr<Dataset> make_pinwheel_dataset();
namespace {

// Gaussian blades along the spokes of a wheel, labelled counter-clockwise, then twisted: every point (a, b) is turned by the angle
// φ(ρ) = twist · ρ, ρ = |(a, b)|. A turn by an angle that depends on ρ alone is the shear (ρ, θ) → (ρ, θ + φ(ρ)) in polar
// coordinates, which keeps ρ dρ dθ: it preserves area, so p(x) = p_blades(x turned back by φ(|x|)), exactly.
class Pinwheel final : public Dataset {
public:
    Points sample(Random& random, Eigen::Index n, std::vector<int>* labels) const override {
        Points x(n, 2);
        if (labels) labels->resize(static_cast<std::size_t>(n));
        Draws::Column a, b;
        for (Draws draws(random, n, 5); draws.next();) {
            draws.normals(1, a, b);
            for (Eigen::Index i = 0; i < draws.count(); ++i) {
                const int blade = draws.below(i, 0, blades_);
                const double along = radius + length_ * static_cast<double>(a[i]), across = width_ * static_cast<double>(b[i]);
                const double angle = spoke(blade) + twist_ * std::hypot(along, across);
                const Eigen::Index row = draws.first() + i;
                x(row, 0) = static_cast<float>(std::cos(angle) * along - std::sin(angle) * across);
                x(row, 1) = static_cast<float>(std::sin(angle) * along + std::cos(angle) * across);
                if (labels) (*labels)[static_cast<std::size_t>(row)] = blade;
            }
        }
        return x;
    }
    double density(double x, double y) const override {
        const double back = -twist_ * std::hypot(x, y), c = std::cos(back), s = std::sin(back);
        double a = c * x - s * y, b = s * x + c * y, sum = 0;
        const double next = -2 * std::numbers::pi / blades_, next_c = std::cos(next), next_s = std::sin(next);
        for (int blade = 0; blade < blades_; ++blade) {
            const double along = (a - radius) / length_, across = b / width_;
            sum += std::exp(-0.5 * (along * along + across * across));
            const double turned = next_c * a - next_s * b;  // the next spoke to the x axis
            b = next_s * a + next_c * b;
            a = turned;
        }
        return sum / (blades_ * 2 * std::numbers::pi * length_ * width_);
    }
    double extent() const override { return std::fmax(4.0, radius + 5 * std::fmax(length_, width_)); }
    void visit(Parameters& p) override {
        p.integer("blades", "n", blades_, {2, 12}, {2, 9}, "number of blades");
        p.real("twist", "φ/ρ", twist_, {-5, 5}, {-2, 2}, "angle in radians by which one unit of radius turns the blade");
        p.real("length", "s₁", length_, {0.05, 3}, {0.1, 1}, "standard deviation along the spoke, before the twist");
        p.real("width", "s₂", width_, {0.05, 3}, {0.05, 0.5}, "standard deviation across the spoke");
    }

private:
    double spoke(int blade) const { return 2 * std::numbers::pi * blade / blades_; }
    static constexpr double radius = 2;
    int blades_ = 5;
    double twist_ = 0.8, length_ = 0.5, width_ = 0.15;
};

}  // namespace
std::unique_ptr<Dataset> make_pinwheel_dataset() { return std::make_unique<Pinwheel>(); }
}  // namespace pf
