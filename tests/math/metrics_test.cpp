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

TEST_CASE("the table: distances are zero between a sample and itself in any order, symmetric and positive otherwise; what is live stands first") {
    const auto dataset = eight();
    const Points a = draws(*dataset, 500, 1), b = draws(*dataset, 500, 2);
    std::set<std::string_view> ids;
    for (const Metric& metric : metrics()) {
        CAPTURE(metric.id);
        CHECK(ids.insert(metric.id).second);
        CHECK(metric.max_points > 0);
        CHECK(defined(metric).find(fmt::format("Of at most {} points; lower is better", metric.max_points)) != std::string::npos);
        CHECK(metric.definition.size() > metric.meaning.size());
        CHECK(metric.definition.find('\n') == std::string_view::npos);
        CHECK(find_metric(metric.id, "test").front().label == metric.label);
        CHECK((metric.distance == nullptr) != (metric.to_density == nullptr));
        if (!metric.distance) continue;
        CHECK(metric.distance(a, a) == 0);
        CHECK(metric.distance(a, a.colwise().reverse()) < 2e-3);  // the root of rounding, 1e-7 times the distance
        CHECK(metric.distance(a, b) == Approx(metric.distance(b, a)).epsilon(1e-3));
        CHECK(metric.distance(a, b) > 0);
    }
    const std::size_t live = live_metrics().size();
    CHECK(live >= 3);
    for (std::size_t i = 0; i < metrics().size(); ++i) CHECK(metrics()[i].live == (i < live));
    CHECK_THROWS_AS(find_metric("w3", "test"), BadInput);
}

TEST_CASE("the metrics are what their definitions say") {
    const auto said = [](std::string_view id, std::string_view words) { return find_metric(id, "test").front().definition.find(words) != std::string_view::npos; };
    CHECK(said("sliced_w2", "64 directions"));
    CHECK(said("histogram_kl", fmt::format("{0} × {0} equal cells", CellMasses::cells)));
    // Two points d apart, v = 0 in each, or (a sample of two) v = d²/4: k(x, y) is the mean of c/(c + d²), c = v times 0.1, 0.5, 2, 10.
    CHECK(said("mmd", "c = 0.1 v, 0.5 v, 2 v, 10 v"));
    Points a(2, 2), b(2, 2);
    a << 0, 0, 3, 4;
    b << 0, 0, 0, 0;
    double k = 0;
    const double v = (25.0 / 4 + 0) / 2;
    for (const double scale : {0.1, 0.5, 2.0, 10.0}) k += scale * v / (scale * v + 25) / 4;
    // E k(a, a') = (1 + k)/2, E k(b, b') = 1, E k(a, b) = (1 + k)/2.
    CHECK(mmd(a, b) == Approx(std::sqrt((1 - k) / 2)).epsilon(1e-5));
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
    const CellMasses masses = exact_masses(*dataset);
    const Truth truth{*dataset, masses};
    for (const Metric& metric : metrics()) {
        CAPTURE(metric.id);
        const int pairs = metric.live ? 20 : 10, lanes = metric.live ? 16 : 8;
        const Eigen::Index n = std::min(2000, metric.max_points);
        const NoiseFloor floor = noise_floor(metric, truth, n, 11, pairs);
        CHECK(floor.pairs == pairs);
        CHECK(floor.standard_deviation > 0);
        double mean = 0;
        for (std::uint64_t k = 0; k < static_cast<std::uint64_t>(lanes); ++k) mean += measure(metric, draws(*dataset, n, 100 + k), truth, Random(200 + k)) / lanes;
        CHECK(std::abs(mean - floor.mean) < 4 * floor.standard_deviation * std::sqrt(1.0 / lanes + 1.0 / pairs));
        CHECK(mean / floor.mean > 0.7);
        CHECK(mean / floor.mean < 1.4);
        CHECK(measure(metric, without_mode(*dataset, n, 3), truth, Random(3)) / floor.mean > 2);
    }
}

TEST_CASE("a noise floor repeats for its key, shrinks with n, is thinned and can be stopped") {
    const auto dataset = eight();
    const CellMasses masses = exact_masses(*dataset);
    const Truth truth{*dataset, masses};
    const Metric& metric = metrics()[0];
    const NoiseFloor a = noise_floor(metric, truth, 300, 1, 10), b = noise_floor(metric, truth, 300, 1, 10), c = noise_floor(metric, truth, 300, 2, 10);
    CHECK(a.mean == b.mean);
    CHECK(a.standard_deviation == b.standard_deviation);
    CHECK(a.mean != c.mean);
    // W2 of samples falls like 1/√n: sixteen times the points, a quarter of the floor; 10 pairs leave an error of a third of it.
    CHECK(noise_floor(metric, truth, 4800, 1, 10).mean < 0.5 * a.mean);

    int asked = 0;
    const NoiseFloor stopped = noise_floor(metric, truth, 300, 1, 10, [&] { return ++asked > 3; });
    CHECK(stopped.pairs == 3);
    CHECK(noise_floor(metric, truth, 300, 1, 3).mean == stopped.mean);
    CHECK(noise_floor(metric, truth, 300, 1, 10, [] { return true; }).pairs == 0);

    Metric small = metric;
    small.max_points = 300;
    CHECK(noise_floor(small, truth, 1000000, 1, 10).mean == a.mean);
}

TEST_CASE("exact masses are those that draws have, and those of the density's own averages") {
    for (const auto& entry : datasets()) {
        CAPTURE(entry.id);
        const auto dataset = entry.make();
        const CellMasses exact = exact_masses(*dataset);
        CHECK(exact.inside.sum() + exact.outside == Approx(1).epsilon(1e-12));
        CHECK(exact.inside.minCoeff() >= 0);
        // Pearson's χ² of 100,000 draws over cells that expect 20: within six standard deviations of its degrees of freedom.
        const Eigen::Index n = 100000;
        const CellMasses found = shares(draws(*dataset, n, 5), exact.half);
        double squares = 0, used = 0;
        for (Eigen::Index i = 0; i < exact.inside.size(); ++i) {
            const double expected = exact.inside(i) * n;
            if (expected < 20) continue;
            squares += std::pow(found.inside(i) * n - expected, 2) / expected;
            ++used;
        }
        CHECK(used > 20);
        CHECK(std::abs(squares - used) < 6 * std::sqrt(2 * used));
    }
}

TEST_CASE("histogram KL and JS of a sample in the wrong cells, in closed form; the bias of exact draws") {
    // Two cells, mass ¾ and ¼; a sample with ½ and ½.
    CellMasses exact;
    exact.half = 4;
    exact.inside(0, 0) = 0.75;
    exact.inside(31, 31) = 0.25;
    Points x(4, 2);
    x << -3.9f, -3.9f, -3.95f, -3.8f, 3.9f, 3.9f, 3.8f, 3.99f;
    const double kl = 0.5 * std::log(0.5 / 0.75) + 0.5 * std::log(0.5 / 0.25);
    CHECK(histogram_kl(x, exact) == Approx(kl).margin(2e-4));  // the evenly spread 10⁻⁴ of the mass
    const auto to = [](double a, double b) { return a * std::log(a / b); };
    CHECK(histogram_js(x, exact) == Approx(0.5 * (to(0.5, 0.625) + to(0.5, 0.375) + to(0.75, 0.625) + to(0.25, 0.375))).epsilon(1e-12));
    // Strays: all of the sample where there is no mass. JS is then log 2, KL finite.
    x << 0, 0, 0, 0, 0, 0, 9, 9;
    CHECK(histogram_js(x, exact) == Approx(std::log(2)).epsilon(1e-12));
    CHECK(std::isfinite(histogram_kl(x, exact)));

    // Exact draws from 64 equal cells: (64 − 1)/(2n) for KL (Miller), a quarter of it for JS; 40 means of χ²_63/(2n).
    exact.inside.setZero();
    exact.inside.block<8, 8>(4, 4) = 1.0 / 64;
    Random random(1, "cells");
    const Eigen::Index n = 5000;
    double mean_kl = 0, mean_js = 0;
    for (int k = 0; k < 40; ++k) {
        Points draw(n, 2);
        for (Eigen::Index i = 0; i < n; ++i) draw.row(i) << static_cast<float>(-3 + 2 * random.uniform()), static_cast<float>(-3 + 2 * random.uniform());
        mean_kl += histogram_kl(draw, exact) / 40;
        mean_js += histogram_js(draw, exact) / 40;
    }
    const double bias = 63.0 / (2 * n), error = std::sqrt(2 * 63.0 / 40) / (2 * n);
    CHECK(std::abs(mean_kl - bias - 1e-4) < 4 * error);
    CHECK(std::abs(mean_js - bias / 4) < error + 0.03 * bias);
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
