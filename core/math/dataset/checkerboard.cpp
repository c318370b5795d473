#include <cmath>

#include "core/math/dataset/dataset.h"

namespace pf {
std::unique_ptr<Dataset> make_checkerboard_dataset();
namespace {

// Uniform on the eight black squares of a 4 × 4 board on [−4, 4)²; the square at the lower left is black. Density 1/32 there.
class Checkerboard final : public Dataset {
public:
    Points sample(Random& random, Eigen::Index n, std::vector<int>* labels) const override {
        Points x(n, 2);
        for (Draws draws(random, n, 5); draws.next();)
            for (Eigen::Index i = 0; i < draws.count(); ++i) {
                const int square = draws.below(i, 0, 8), row = square / 2, column = 2 * (square % 2) + row % 2;
                x(draws.first() + i, 0) = inside(column, draws.uniform(i, 1));
                x(draws.first() + i, 1) = inside(row, draws.uniform(i, 3));
            }
        if (labels) labels->assign(static_cast<std::size_t>(n), 0);
        return x;
    }
    double density(double x, double y) const override {
        if (!(x >= -4 && x < 4 && y >= -4 && y < 4)) return 0;
        const int column = static_cast<int>((x + 4) / side), row = static_cast<int>((y + 4) / side);
        return (column + row) % 2 == 0 ? 1.0 / 32 : 0;
    }
    double extent() const override { return 5; }

private:
    static constexpr double side = 2;
    // A coordinate within square `index`; rounding to float must not carry it across the upper edge.
    static float inside(int index, double u) {
        const double low = -4 + side * index;
        return std::fmin(static_cast<float>(low + side * u), std::nextafter(static_cast<float>(low + side), -10.0f));
    }
};

}  // namespace
std::unique_ptr<Dataset> make_checkerboard_dataset() { return std::make_unique<Checkerboard>(); }
}  // namespace pf
