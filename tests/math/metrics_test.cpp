#include "core/math/metrics/metrics.h"

#include <cmath>
#include <numbers>
#include <set>

#include "core/math/dataset/datasets.h"
#include "tests/catch.h"

using namespace pf;

namespace {

std::unique_ptr<Dataset> eight() { return find(datasets(), "eight_gaussians", "test").make(); }

Points draws(const Dataset& dataset, Eigen::Index n, std::uint64_t seed, std::vector<int>* labels = nullptr) {
    Random random(seed, "draws");
    return dataset.sample(random, n, labels);
}

Points shifted(Points x, float dx, float dy) {
    x.col(0) += dx;
    x.col(1) += dy;
    return x;
}

// n draws without those of one label.
Points without_mode(const Dataset& dataset, Eigen::Index n, int mode) {
    std::vector<int> labels;
    const Points x = draws(dataset, 2 * n, 9, &labels);
    Points kept(n, 2);
    Eigen::Index found = 0;
    for (Eigen::Index i = 0; found < n; ++i)
        if (labels[static_cast<std::size_t>(i)] != mode) kept.row(found++) = x.row(i);
    return kept;
}

}  // namespace

TEST_CASE("every metric is zero between a sample and itself in any order, symmetric and positive otherwise") {
    const auto dataset = eight();
    const Points a = draws(*dataset, 500, 1), b = draws(*dataset, 500, 2);
    std::set<std::string_view> ids;
    for (const Metric& metric : metrics()) {
        CAPTURE(metric.id);
        CHECK(ids.insert(metric.id).second);
        CHECK(metric.distance(a, a) == 0);
        CHECK(metric.distance(a, a.colwise().reverse()) < 2e-3);  // the root of rounding, 1e-7 times the distance
        CHECK(metric.distance(a, b) == Approx(metric.distance(b, a)).epsilon(1e-3));
        CHECK(metric.distance(a, b) > 0);
        CHECK(metric.max_points > 0);
    }
}

TEST_CASE("sliced W2 of a shift d is |d|/√2 in every direction") {
    // The projection moves by d · e; the mean of cos² over equally spaced directions is exactly ½.
    const Points a = draws(*eight(), 3000, 1);
    for (const auto& [dx, dy] : {std::pair{1.0f, 0.0f}, {0.0f, -0.5f}, {0.3f, 0.4f}})
        CHECK(sliced_w2(a, shifted(a, dx, dy)) == Approx(std::hypot(dx, dy) / std::sqrt(2)).epsilon(1e-5));
}

TEST_CASE("sliced W2 of a stretch of a disc of normals by 1 + s is s") {
    // W2 between N(0, 1) and N(0, (1 + s)²) is s; sorted samples stretch exactly, so it is s times the sample's own root mean square.
    const Points a = Random(1, "normals").normals(20000), b = 1.5f * a;
    CHECK(sliced_w2(a, b) == Approx(0.5 * std::sqrt(a.cast<double>().square().sum() / 40000)).epsilon(1e-5));
}

TEST_CASE("energy distance of two points, and of two normals, in closed form") {
    Points origin = Points::Zero(1, 2), there(1, 2);
    there << 3, 4;
    CHECK(energy_distance(origin, there) == Approx(std::sqrt(10.0)));

    // Far apart, 2E|X−Y| − E|X−X'| − E|Y−Y'| → 2d + 1/d − 2√π (in the plane |X−X'| has mean √π, |X−Y| mean d + 1/d + O(1/d³)).
    const Eigen::Index n = 3000;
    Random random(1, "normals");
    const Points a = random.normals(n), b = shifted(random.normals(n), 20, 0);
    const double squared = 2 * (20 + 1 / 20.0) - 2 * std::sqrt(std::numbers::pi) + 2 * std::sqrt(std::numbers::pi) / static_cast<double>(n);
    CHECK(std::pow(energy_distance(a, b), 2) == Approx(squared).margin(5 * 2 * std::sqrt(2.0 / static_cast<double>(n))));

    const Points c = draws(*eight(), 1000, 1);
    const double small = energy_distance(c, shifted(c, 0.1f, 0)), large = energy_distance(c, shifted(c, 1, 0));
    CHECK(small > 0);
    CHECK(large > 5 * small);
}

TEST_CASE("exact draws lie at the noise floor, a missing mode far above it") {
    const auto dataset = eight();
    for (const Metric& metric : metrics()) {
        CAPTURE(metric.id);
        const Eigen::Index n = std::min(2000, metric.max_points);
        const NoiseFloor floor = noise_floor(metric, *dataset, n, 11);
        CHECK(floor.pairs == 20);
        CHECK(floor.standard_deviation > 0);
        double mean = 0;
        const int lanes = 16;
        for (std::uint64_t k = 0; k < lanes; ++k) mean += metric.distance(draws(*dataset, n, 100 + k), draws(*dataset, n, 200 + k)) / lanes;
        CHECK(std::abs(mean - floor.mean) < 4 * floor.standard_deviation * std::sqrt(1.0 / lanes + 1.0 / 20));
        CHECK(mean / floor.mean > 0.7);
        CHECK(mean / floor.mean < 1.4);
        CHECK(metric.distance(without_mode(*dataset, n, 3), draws(*dataset, n, 3)) / floor.mean > 2);
    }
}

TEST_CASE("a noise floor repeats for its key, shrinks with n, is thinned and can be stopped") {
    const auto dataset = eight();
    const Metric& metric = metrics()[0];
    const NoiseFloor a = noise_floor(metric, *dataset, 300, 1, 10), b = noise_floor(metric, *dataset, 300, 1, 10), c = noise_floor(metric, *dataset, 300, 2, 10);
    CHECK(a.mean == b.mean);
    CHECK(a.standard_deviation == b.standard_deviation);
    CHECK(a.mean != c.mean);
    // W2 of samples falls like 1/√n: sixteen times the points, a quarter of the floor; 10 pairs leave an error of a third of it.
    CHECK(noise_floor(metric, *dataset, 4800, 1, 10).mean < 0.5 * a.mean);

    int asked = 0;
    const NoiseFloor stopped = noise_floor(metric, *dataset, 300, 1, 10, [&] { return ++asked > 3; });
    CHECK(stopped.pairs == 3);
    CHECK(noise_floor(metric, *dataset, 300, 1, 3).mean == stopped.mean);
    CHECK(noise_floor(metric, *dataset, 300, 1, 10, [] { return true; }).pairs == 0);

    const Metric small{"small", "", "", metric.distance, 300};
    CHECK(noise_floor(small, *dataset, 1000000, 1, 10).mean == a.mean);
}

TEST_CASE("rows that are not finite are dropped, the others kept in order") {
    Points x(5, 2);
    x << 1, 2, NAN, 3, 4, 5, 6, INFINITY, 7, 8;
    const Points kept = finite_rows(x);
    Points expected(3, 2);
    expected << 1, 2, 4, 5, 7, 8;
    REQUIRE(kept.rows() == 3);
    CHECK((kept == expected).all());
    CHECK(finite_rows(Points(0, 2)).rows() == 0);
}

TEST_CASE("mode coverage sees a missing mode and strays") {
    const auto dataset = eight();
    const auto mixture = dataset->mixture();
    const Eigen::Index n = 20000;
    const Coverage exact = mode_coverage(*mixture, draws(*dataset, n, 1));
    CHECK(exact.modes == 8);
    CHECK(exact.covered == 8);
    const double beyond = std::exp(-4.5);  // of a normal in the plane, farther than three standard deviations
    CHECK(std::abs(exact.outliers - beyond) < 5 * std::sqrt(beyond / static_cast<double>(n)));

    CHECK(mode_coverage(*mixture, without_mode(*dataset, n, 3)).covered == 7);

    Points half = draws(*dataset, n, 1);
    half.topRows(n / 2) = 0;
    CHECK(mode_coverage(*mixture, half).outliers == Approx(0.5 + beyond / 2).margin(0.003));
    CHECK(mode_coverage(*mixture, half).covered == 8);

    const Coverage none = mode_coverage(*mixture, Points(0, 2));
    CHECK(none.covered == 0);
    CHECK(none.outliers == 0);

    // Covariances count: a point 2.9 standard deviations out along the long axis belongs, across the short one it does not.
    const Mixture flat({{1, {0, 0}, (Eigen::Matrix2d() << 4, 0, 0, 0.01).finished(), 0}});
    Points two(2, 2);
    two << 5.8f, 0, 0, 0.5f;
    CHECK(mode_coverage(flat, two).outliers == 0.5);
}
