#include "core/math/field/density_grid.h"

#include "core/math/dataset/datasets.h"
#include "core/math/dataset/modes.h"
#include "core/math/schedule/schedules.h"
#include "tests/catch.h"
#include "tests/math/reference_density.h"

using namespace pf;
using namespace pf::testing;

namespace {

class Given final : public ModesDataset {
public:
    explicit Given(std::vector<Component> components) : components_(std::move(components)) {}
    std::vector<Component> components() const override { return components_; }

private:
    std::vector<Component> components_;
};

std::shared_ptr<const Schedule> schedule(std::string_view id) { return find(schedules(), id, "test").make(); }
std::shared_ptr<const Dataset> dataset(std::string_view id) { return find(datasets(), id, "test").make(); }

Eigen::Matrix2d covariance(double a, double b, double c) { return (Eigen::Matrix2d() << a, b, b, c).finished(); }

// Largest |grid − p(x, y)|, divided by the largest p.
template <class Density>
double relative_error(const DensityGrid& grid, const Box& box, const Density& p, int stride = 1) {
    double error = 0, largest = 0;
    for (Eigen::Index row = 0; row < grid.rows(); row += stride)
        for (Eigen::Index column = 0; column < grid.cols(); column += stride) {
            const double x = box.x_min + (static_cast<double>(column) + 0.5) * (box.x_max - box.x_min) / static_cast<double>(grid.cols());
            const double y = box.y_min + (static_cast<double>(row) + 0.5) * (box.y_max - box.y_min) / static_cast<double>(grid.rows());
            const double exact = p(x, y);
            error = std::max(error, std::abs(grid(row, column) - exact));
            largest = std::max(largest, exact);
        }
    return error / largest;
}

// Float carries 6e-8 per operation; sums over at most some hundred squares or components.
constexpr double rounding = 1e-5;

}  // namespace

TEST_CASE("p_0 is the standard normal whatever the data, where α_0 = 0") {
    const Box box{-4, 4, -3, 5};
    for (const auto& path : schedules()) {
        const std::shared_ptr<const Schedule> s = path.make();
        if (s->at(0).alpha != 0) continue;
        for (const auto& data : datasets()) {
            CAPTURE(path.id, data.id);
            const DensityGrid p = DensityReference(data.make(), s).at(0, box, 40, 30);
            CHECK(p.rows() == 30);
            CHECK(p.cols() == 40);
            CHECK(relative_error(p, box, [](double x, double y) { return normal_density({x, y}, {0, 0}, covariance(1, 0, 1)); }) < rounding);
        }
    }
}

TEST_CASE("the density of a mixture on a grid is its formula, round, upright and turned components alike") {
    const std::vector<Component> components{{0.3, {1, 2}, covariance(0.09, 0, 0.09), 0},
                                            {0.2, {-2, 0.5}, covariance(0.5, 0, 0.02), 0},
                                            {0.1, {0, -1}, covariance(0.5, 0.3, 0.4), 0},
                                            {0.4, {2, -2}, covariance(0.6, -0.59, 0.6), 0}};
    const auto data = std::make_shared<const Given>(components);
    const Box box{-4, 3.5, -5, 4};
    for (const auto& path : schedules())
        for (const double t : {0.0, 0.2, 0.5, 0.9, 1.0}) {
            CAPTURE(path.id, t);
            const std::shared_ptr<const Schedule> s = path.make();
            const Coefficients c = s->at(t);
            const DensityGrid p = DensityReference(data, s).at(t, box, 90, 70);
            CHECK(relative_error(p, box, [&](double x, double y) { return mixture_density(components, x, y, c.alpha, c.beta); }) < rounding);
        }
}

TEST_CASE("more components than one block are all counted") {
    std::vector<Component> components;
    for (int k = 0; k < 2500; ++k) components.push_back({1.0 + k % 3, {3 * std::cos(0.01 * k), 0.002 * k - 2}, 0.04 * Eigen::Matrix2d::Identity(), 0});
    const Box box{-4, 4, -4, 4};
    const DensityGrid p = DensityReference(std::make_shared<const Given>(components), schedule("linear")).at(0.8, box, 64, 64);
    CHECK(relative_error(p, box, [&](double x, double y) { return mixture_density(components, x, y, 0.8, 0.2); }, 4) < rounding);
}

TEST_CASE("point and line masses stay finite at the data end") {
    const Box box{-2, 2, -2, 2};
    const auto data = std::make_shared<const Given>(std::vector<Component>{{1, {0.031, 0.033}, Eigen::Matrix2d::Zero(), 0}, {1, {0, 0}, covariance(1, 1, 1), 0}});
    const DensityGrid p = DensityReference(data, schedule("linear")).at(1, box, 64, 64);
    CHECK(p.isFinite().all());
    CHECK(p.minCoeff() >= 0);
    // The point lies at the centre of cell (32, 32): at most half of 1 / (2π (cell/2)²), and that plus the line's 1 / (2π √2 cell/4).
    const double cell = 4.0 / 64, peak = 0.5 / (2 * std::numbers::pi * std::pow(cell / 2, 2));
    CHECK(p(32, 32) > 0.9 * peak);
    CHECK(p(32, 32) < peak + 4);
    CHECK(p(20, 20) > 1);
    CHECK(p(20, 30) == 0);
}

TEST_CASE("the checkerboard's p_t is a sum of products of error functions") {
    const Box box{-5, 5, -4, 4};
    const auto board = dataset("checkerboard");
    for (const auto& path : schedules())
        for (const double t : {1e-7, 1e-3, 0.2, 0.5, 0.8, 0.99}) {
            CAPTURE(path.id, t);
            const std::shared_ptr<const Schedule> s = path.make();
            const Coefficients c = s->at(t);
            // ∫_a^{a+2} N(x; α z, β²) dz
            const auto strip = [&](double x, double a) {
                const double low = (x - c.alpha * (a + 2)) / c.beta, high = (x - c.alpha * a) / c.beta;
                if (high - low < 1e-4) return 2 * std::exp(-0.125 * (low + high) * (low + high)) / (c.beta * std::sqrt(2 * std::numbers::pi));
                return (std::erf(high / std::numbers::sqrt2) - std::erf(low / std::numbers::sqrt2)) / (2 * c.alpha);
            };
            const auto exact = [&](double x, double y) {
                double sum = 0;
                for (int row = 0; row < 4; ++row)
                    for (int column = row % 2; column < 4; column += 2) sum += strip(x, 2 * column - 4) * strip(y, 2 * row - 4) / 32;
                return sum;
            };
            CHECK(relative_error(DensityReference(board, s).at(t, box, 75, 60), box, exact) < rounding);
        }
}

TEST_CASE("the checkerboard at the data end is its density") {
    const Box box{-5, 5, -5, 5};
    const auto board = dataset("checkerboard");
    const DensityGrid p = DensityReference(board, schedule("linear")).at(1, box, 100, 100);
    CHECK(relative_error(p, box, [&](double x, double y) { return board->density(x, y); }) == 0);
}

TEST_CASE("the pinwheel's p_t is the convolution of its density") {
    const auto pinwheel = dataset("pinwheel");
    const double half = 4.7, w = 0.15;  // w: its smallest standard deviation
    const int n = 500;
    const Eigen::ArrayXXd values = data_density(*pinwheel, half, n);
    const Eigen::ArrayXd nodes = Eigen::ArrayXd::LinSpaced(n, -half + half / n, half - half / n);
    const Box box{-3, 3, -3.5, 3.5};
    for (const double t : {0.2, 0.6, 0.9}) {
        CAPTURE(t);
        const double alpha = t, beta = 1 - t, step = 2 * half / n;
        const auto exact = [&](double x, double y) {
            const Eigen::VectorXd gx = (-0.5 * ((x - alpha * nodes) / beta).square()).exp(), gy = (-0.5 * ((y - alpha * nodes) / beta).square()).exp();
            return gy.dot(values.matrix() * gx) * step * step / (2 * std::numbers::pi * beta * beta);
        };
        // Averaging over squares of side h and spreading evenly within them each add h²/12 to the variance α² w² + β² at the most,
        // which changes the density by no more than α² h²/12 divided by that variance, per axis.
        const double h = 2 * pinwheel->extent() / 400, bound = 4 * alpha * alpha * h * h / (12 * (alpha * alpha * w * w + beta * beta));
        CHECK(relative_error(DensityReference(pinwheel, schedule("linear")).at(t, box, 30, 30), box, exact, 3) < bound + rounding);
    }
}

TEST_CASE("the integral over a wide box is 1 at every t") {
    for (const auto& data : datasets()) {
        const std::shared_ptr<const Dataset> d = data.make();
        for (const std::string_view path : {"square_root", "vp"}) {
            const DensityReference reference(d, schedule(path));
            const double half = d->extent() + 3;
            for (const double t : {0.0, 0.1, 0.5, 0.9}) {
                CAPTURE(data.id, path, t);
                const int n = 200;
                const double mass = reference.at(t, {-half, half, -half, half}, n, n).cast<double>().sum() * std::pow(2 * half / n, 2);
                CHECK(mass == Approx(1).margin(2e-5));  // five standard deviations or more all around
            }
        }
    }
}

TEST_CASE("averages over cells are what finer values average to, and integrate to 1 down to β = 0, at edges too") {
    for (const char* id : {"checkerboard", "pinwheel"}) {
        const std::shared_ptr<const Dataset> data = dataset(id);
        const DensityReference reference(data, schedule("linear"));
        const double half = data->extent() + 0.37;  // no edge of a cell lies on one of the board
        const Box box{-half, half, -half, half}, part{-1.3, 2.1, -0.4, 3};
        for (const double t : {0.5, 0.9, 0.97, 0.999, 1.0}) {
            CAPTURE(id, t);
            const int n = 90, parts = 24;
            const DensityGrid whole = reference.averages(t, box, n, n);
            if (t >= 0.9) CHECK(whole.cast<double>().sum() * std::pow(2 * half / n, 2) == Approx(1).margin(2e-5));
            CHECK(whole.minCoeff() >= -1e-6f);
            const int few = 20;
            const DensityGrid coarse = reference.averages(t, part, few, few), fine = reference.at(t, part, few * parts, few * parts);
            float error = 0;
            for (int row = 0; row < few; ++row)
                for (int column = 0; column < few; ++column) error = std::max(error, std::abs(coarse(row, column) - fine.block(row * parts, column * parts, parts, parts).mean()));
            CHECK(error < fine.maxCoeff() * (t < 0.99 ? 1e-3f : 2.0f / parts));  // an edge lies within a fine cell
        }
    }
    CHECK_THROWS(DensityReference(dataset("moons"), schedule("linear")).averages(1, {-1, 1, -1, 1}, 4, 4));
}
