#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "core/math/dataset/curve.h"
#include "core/math/dataset/datasets.h"
#include "core/math/field/density_grid.h"
#include "core/math/schedule/schedules.h"
#include "tests/catch.h"
#include "tests/math/reference_density.h"

using namespace pf;
using namespace pf::testing;

namespace {

std::unique_ptr<Dataset> make(std::string_view id) { return find(datasets(), id, "test").make(); }

Points draws(const Dataset& dataset, Eigen::Index n, std::uint64_t seed = 1, std::vector<int>* labels = nullptr) {
    Random random(seed, "draws");
    return dataset.sample(random, n, labels);
}

}  // namespace

TEST_CASE("every density integrates to 1 over its extent, and draws have its mean and covariance") {
    for (const auto& entry : datasets()) {
        CAPTURE(entry.id);
        const auto dataset = entry.make();
        const int cells = 200;  // spacing below half a standard deviation: the midpoint rule is exact to rounding
        const double half = dataset->extent(), area = std::pow(2 * half / cells, 2);
        const Eigen::ArrayXXd p = data_density(*dataset, half, cells) * area;
        CHECK(p.sum() == Approx(1).margin(1e-5));  // the extent reaches five standard deviations: 6e-7 each side

        const Eigen::ArrayXd centres = Eigen::ArrayXd::LinSpaced(cells, -half + half / cells, half - half / cells);
        const auto moment = [&](int i, int j) { return (centres.pow(j).matrix().transpose() * p.matrix() * centres.pow(i).matrix()).value(); };
        const Eigen::Index n = 200000;
        const PointsD x = draws(*dataset, n).cast<double>();
        for (const auto& [i, j] : {std::pair{1, 0}, {0, 1}, {2, 0}, {1, 1}, {0, 2}}) {
            CAPTURE(i, j);
            const double expected = moment(i, j), error = std::sqrt((moment(2 * i, 2 * j) - expected * expected) / n);
            CHECK(std::abs((x.col(0).pow(i) * x.col(1).pow(j)).mean() - expected) < 5 * error + 1e-3 * std::pow(half, i + j - 1) * 0.1);
        }
    }
}

// χ² over bins with at least 20 expected draws: mean `bins`, standard deviation √(2 bins). A spread wrong by 3 % fails.
TEST_CASE("the histogram of a million draws agrees with the reference density at t = 1") {
    const std::shared_ptr<const Schedule> linear = find(schedules(), "linear", "test").make();
    for (const auto& entry : datasets()) {
        CAPTURE(entry.id);
        const std::shared_ptr<const Dataset> dataset = entry.make();
        constexpr int bins = 80, parts = 5, n = 1000000;
        const double half = dataset->extent(), cell = 2 * half / (bins * parts);
        const DensityGrid fine = DensityReference(dataset, linear).at(1, {-half, half, -half, half}, bins * parts, bins * parts);
        Eigen::ArrayXXd expected = Eigen::ArrayXXd::Zero(bins, bins), found = expected;
        for (int row = 0; row < bins * parts; ++row)
            for (int column = 0; column < bins * parts; ++column) expected(row / parts, column / parts) += static_cast<double>(fine(row, column)) * cell * cell * n;
        const Points x = draws(*dataset, n);
        double outside = 0;
        for (int i = 0; i < n; ++i) {
            const int column = static_cast<int>(std::floor((x(i, 0) + half) / (cell * parts))), row = static_cast<int>(std::floor((x(i, 1) + half) / (cell * parts)));
            if (row < 0 || column < 0 || row >= bins || column >= bins)
                ++outside;
            else
                ++found(row, column);
        }
        CHECK(outside <= 20);
        double squares = 0, used = 0;
        for (int row = 0; row < bins; ++row)
            for (int column = 0; column < bins; ++column)
                if (expected(row, column) >= 20) {
                    squares += std::pow(found(row, column) - expected(row, column), 2) / expected(row, column);
                    ++used;
                }
        CHECK(used > 20);
        CHECK(squares < used + 6 * std::sqrt(2 * used));
        CHECK(squares > used - 6 * std::sqrt(2 * used));
    }
}

TEST_CASE("curves are mixtures to within 1e-6 of their maximum: twice the nodes change nothing") {
    for (const auto& entry : datasets()) {
        const auto dataset = entry.make();
        auto* curve = dynamic_cast<CurveDataset*>(dataset.get());
        if (!curve) continue;
        const double usual = read(*curve).at("noise");
        for (const double noise : {0.02, usual, 0.5}) {
            CAPTURE(entry.id, noise);
            assign(*curve, {{"noise", noise}}, "test");
            const std::vector<Component> once = curve_components(curve->arcs(), curve->sigma()), twice = curve_components(curve->arcs(), curve->sigma(), 2);
            double largest = 0, error = 0;
            for (const Arc& arc : curve->arcs())
                for (int i = 0; i <= 10; ++i) {
                    const Eigen::Vector2d c = arc.at(i / 10.0);
                    for (int k = 0; k < 5; ++k) {  // on the curve and up to 2.4 σ off it, in changing directions
                        const double x = c.x() + 0.6 * k * curve->sigma() * std::cos(i + k), y = c.y() + 0.6 * k * curve->sigma() * std::sin(i + k);
                        const double p = mixture_density(once, x, y), q = mixture_density(twice, x, y);
                        largest = std::max(largest, q);
                        error = std::max(error, std::abs(p - q));
                    }
                }
            CHECK(error < 1e-6 * largest);
        }
    }
}

TEST_CASE("the cubics that draws are made with keep to the curve") {
    for (const auto& entry : datasets()) {
        const auto dataset = entry.make();
        auto* curve = dynamic_cast<CurveDataset*>(dataset.get());
        if (!curve) continue;
        for (const double turns : {0.5, 6.0}) {
            if (read(*curve).contains("turns")) assign(*curve, {{"turns", turns}}, "test");
            for (const Arc& arc : curve->arcs()) {
                const ArcTable table(arc);
                CAPTURE(entry.id, turns);
                CHECK(table.label == arc.label);
                double error = 0;
                for (int i = 0; i < 100000; ++i) error = std::max(error, (table.at(i / 100000.0).cast<double>() - arc.at(i / 100000.0)).norm());
                CHECK(error < 3e-6);  // and the rounding of floats
            }
        }
        // With tables made once or for each call, the same.
        const auto built = build(datasets(), {std::string(entry.id), {}}, "test"), bare = entry.make();
        CHECK((draws(*built, 700) == draws(*bare, 700)).all());
    }
}

TEST_CASE("the same seed gives the same bits, another seed others") {
    for (const auto& entry : datasets()) {
        CAPTURE(entry.id);
        const auto dataset = entry.make();
        std::vector<int> labels, again;
        const Points a = draws(*dataset, 1000, 1, &labels), b = draws(*dataset, 1000, 1, &again), c = draws(*dataset, 1000, 2), d = draws(*dataset, 1000, 1);
        CHECK(a.rows() == 1000);
        CHECK((a == b).all());
        CHECK(labels == again);
        CHECK((a == d).all());  // asking for labels changes nothing
        CHECK((a != c).any());
        CHECK(draws(*dataset, 0).rows() == 0);
    }
}

TEST_CASE("labels name the parts of a data set") {
    const std::map<std::string_view, int> parts{{"eight_gaussians", 8}, {"ring_of_11", 11}, {"moons", 2}, {"rings", 2}, {"spirals", 2}, {"pinwheel", 5}};
    for (const auto& entry : datasets()) {
        CAPTURE(entry.id);
        const int count = parts.contains(entry.id) ? parts.at(entry.id) : 1, n = 20000;
        std::vector<int> labels, counts(static_cast<std::size_t>(count));
        draws(*entry.make(), n, 1, &labels);
        REQUIRE(labels.size() == n);
        for (const int label : labels) {
            REQUIRE((label >= 0 && label < count));
            ++counts[static_cast<std::size_t>(label)];
        }
        for (const int c : counts) CHECK(std::abs(c - n / static_cast<double>(count)) <= 5 * std::sqrt(n / static_cast<double>(count)));
    }

    std::vector<int> labels;
    const Points modes = draws(*make("eight_gaussians"), 1000, 1, &labels);
    int wrong = 0;  // neighbouring modes are 2.3 apart, 4.6 standard deviations from the line between them
    for (int i = 0; i < 1000; ++i)
        wrong += (static_cast<int>(std::lround(std::atan2(modes(i, 1), modes(i, 0)) * 4 / std::numbers::pi)) + 8) % 8 != labels[static_cast<std::size_t>(i)];
    CHECK(wrong == 0);

    const Points moons = draws(*make("moons"), 1000, 1, &labels);
    float upper = 0, lower = 0;
    for (int i = 0; i < 1000; ++i) (labels[static_cast<std::size_t>(i)] == 0 ? upper : lower) += moons(i, 1) / 500;
    CHECK(upper - lower > 1);  // 2 (4/π − ½) = 1.55 between the centres of the half circles
}

TEST_CASE("the extent holds the data, which fits a view of ±4 but for the ring of 11") {
    for (const auto& entry : datasets()) {
        CAPTURE(entry.id);
        const auto dataset = entry.make();
        CHECK(dataset->extent() >= 4);
        CHECK(dataset->extent() <= (entry.id == "ring_of_11" ? 15 : 6));
        const Points x = draws(*dataset, 100000);
        CHECK((x.abs() > static_cast<float>(dataset->extent())).count() <= 10);
        if (entry.id != "ring_of_11") CHECK((x.abs() > 4.2f).count() <= 100);
    }
}

TEST_CASE("every option changes the draws, which stay finite over its whole slider") {
    class Ends final : public Parameters {
    public:
        void real(std::string_view id, std::string_view, double&, Domain, Slider slider, std::string_view) override { add(id, slider); }
        void integer(std::string_view id, std::string_view, int&, Domain, Slider slider, std::string_view) override { add(id, slider); }
        void boolean(std::string_view id, std::string_view, bool&, std::string_view) override { add(id, {0, 1}); }
        void curve(std::string_view, std::string_view, CurvePoints&, const CurveRule&, std::string_view) override {}
        std::vector<std::pair<std::string, Slider>> sliders;

    private:
        void add(std::string_view id, Slider slider) { sliders.emplace_back(id, slider); }
    };
    for (const auto& entry : datasets()) {
        Ends ends;
        entry.make()->visit(ends);
        for (const auto& [id, slider] : ends.sliders) {
            CAPTURE(entry.id, id);
            const auto low = build(datasets(), {std::string(entry.id), {{id, slider.min}}}, "test");
            const auto high = build(datasets(), {std::string(entry.id), {{id, slider.max}}}, "test");
            const Points a = draws(*low, 1000), b = draws(*high, 1000);
            CHECK(a.isFinite().all());
            CHECK(b.isFinite().all());
            const Points usual = draws(*entry.make(), 1000);  // both ends of an angle may be the same
            CHECK(((a != usual).any() || (b != usual).any()));
        }
    }
}

TEST_CASE("the checkerboard is 1/32 on black squares and never left by a draw") {
    const auto board = make("checkerboard");
    CHECK(board->density(-3.9, -3.9) == 1.0 / 32);
    CHECK(board->density(-1.5, -3.5) == 0);
    CHECK(board->density(-1.5, -1.5) == 1.0 / 32);
    CHECK(board->density(4.1, 3.5) == 0);
    CHECK(board->density(NAN, 0) == 0);
    const Points x = draws(*board, 200000);
    bool inside = true;
    for (Eigen::Index i = 0; i < x.rows(); ++i) inside = inside && board->density(x(i, 0), x(i, 1)) > 0;
    CHECK(inside);
}
