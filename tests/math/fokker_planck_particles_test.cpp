#include "core/math/random.h"
#include "core/math/solver/integrate.h"
#include "tests/catch.h"
#include "tests/math/fokker_planck_reference.h"

using namespace pf;
using namespace pf::testing;

namespace {

// An exact field with what a bad model adds: a swirl, which no score can undo, and the gradient of a bump.
class WrongField final : public Field {
public:
    explicit WrongField(std::shared_ptr<const Field> exact) : exact_(std::move(exact)) {}
    void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const override { fill(x, t, want, out); }
    void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const override { fill(x, t, want, out); }
    TimeRange domain(unsigned want) const override { return exact_->domain(want); }
    unsigned knows() const override { return want_velocity | want_score; }

private:
    template <class S>
    void fill(const PointsOf<S>& x, double t, unsigned want, FieldValues<S>& out) const {
        exact_->evaluate(x, t, want, out);
        if (!(want & want_velocity)) return;
        const ColumnOf<S> bump = (S(-0.25) * (x.col(0).square() + x.col(1).square())).exp();
        out.velocity.col(0) += bump * (S(-1.2) * x.col(1) + S(0.8) * x.col(0));
        out.velocity.col(1) += bump * (S(1.2) * x.col(0) + S(0.8) * x.col(1));
    }
    std::shared_ptr<const Field> exact_;
};

// χ² per degree of freedom of a histogram of n points against averages over cells, on blocks of 4 × 4 cells with at least 25 expected.
struct ChiSquared {
    double ratio = 0;
    int cells = 0;
};
ChiSquared chi_squared(const Points& x, const fp::Cells& p, const fp::Grid& grid) {
    constexpr int block = 4;
    fp::Cells counts = fp::Cells::Zero(grid.height / block, grid.width / block), expected = counts;
    for (int i = 0; i < grid.height; ++i)
        for (int j = 0; j < grid.width; ++j) expected(i / block, j / block) += p(i, j) * grid.area() * static_cast<double>(x.rows());
    for (Eigen::Index k = 0; k < x.rows(); ++k) {
        const int i = static_cast<int>(std::floor((static_cast<double>(x(k, 1)) - grid.box.y_min) / grid.dy())), j = static_cast<int>(std::floor((static_cast<double>(x(k, 0)) - grid.box.x_min) / grid.dx()));
        if (i >= 0 && j >= 0 && i < grid.height && j < grid.width) counts(i / block, j / block) += 1;
    }
    ChiSquared out;
    for (Eigen::Index k = 0; k < counts.size(); ++k) {
        const double e = expected.data()[k], d = counts.data()[k] - e;
        if (e < 25) continue;
        out.ratio += d * d / e;
        ++out.cells;
    }
    out.ratio /= out.cells;
    return out;
}

void compare(Eigen::Index particles, int steps) {
    const auto schedule = every_schedule()[0];
    const auto mixture = isotropic({0.6, 0.4}, {{1.1, 0.8}, {-1.0, -0.5}}, {0.6, 0.5});
    const auto wrong = std::make_shared<const WrongField>(std::make_shared<const MixtureField>(mixture, schedule));
    const auto sigma = constant(0.8);
    const double end = 0.9;
    const fp::Grid grid = square(4.5, 128);
    const auto density = fp::solve(fp::sampling(wrong, wrong, sigma, *schedule), "equilibrium_splitting", grid, {0, end}, in_double(100));

    // 20,000 at a time, which stay in the cache.
    Random random(11, "fokker-planck particles");
    Points x(particles, 2);
    for (Eigen::Index first = 0; first < particles; first += 20'000) {
        const Eigen::Index n = std::min<Eigen::Index>(20'000, particles - first);
        const Points start = random.normals(n);
        const auto path = integrate<float>({wrong.get(), wrong.get(), sigma}, "stochastic_heun", uniform_grid({0, end}, steps), start,
                                           [&](double a, double b) { return Increment<float>{static_cast<float>(std::sqrt(b - a)) * random.normals(n), {}}; });
        x.middleRows(first, n) = path.x.back();
    }
    const ChiSquared to_fp = chi_squared(x, density.p.back().cast<double>(), grid), to_exact = chi_squared(x, fp::mixture_averages(*mixture, schedule->at(end), grid), grid);
    INFO("χ² per cell: to Fokker–Planck " << to_fp.ratio << " on " << to_fp.cells << " cells, to the exact p_t " << to_exact.ratio);
    CHECK(to_fp.cells > 100);
    // Its standard deviation is (2/cells)^½; four of them.
    CHECK(to_fp.ratio == Approx(1).margin(4 * std::sqrt(2.0 / to_fp.cells)));
    CHECK(to_exact.ratio > 10);
}

}  // namespace

TEST_CASE("with a wrong field, Fokker-Planck agrees with the particles and not with the exact p_t", "[fokker_planck]") { compare(100'000, 60); }
TEST_CASE("a million particles agree with Fokker-Planck within Poisson error", "[fokker_planck][long]") { compare(1'000'000, 120); }
