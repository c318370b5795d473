// The densities that panes show: of data far away or with edges, and counted from particles.
#include "app/runtime/shown_density.h"

#include <cmath>
#include <limits>

#include "app/runtime/lane_movies.h"
#include "app/runtime/layers.h"
#include "app/runtime/user_data.h"
#include "core/math/random.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using pf::testing::builtin;

namespace {

Scene with_formula(const char* formula) {
    Scene scene;
    scene.data = {{"formula", {}}, {}, nullptr, formula};
    scene.models[0].field = "network";
    return scene;
}

// What one particle at x gives to the cell about `centre`.
double hat(float x, double centre, double cell) { return std::max(0.0, 1 - std::abs(static_cast<double>(x) - centre) / cell); }

Points odd_points(Eigen::Index count) {
    Points x = 1.3f * Random(5, "density").normals(count);
    x.row(3).setConstant(std::numeric_limits<float>::quiet_NaN());
    x.row(4) << std::numeric_limits<float>::infinity(), 0;
    x.row(5) << 0, 1e30f;
    return x;
}

}  // namespace

TEST_CASE("particles are counted as the sum of their hats, a block after the other; what is outside or no number counts nowhere") {
    const Box box{-2, 2.5, -1.5, 3};
    constexpr int cells = 9;
    const double dx = (box.x_max - box.x_min) / cells, dy = (box.y_max - box.y_min) / cells;
    for (const Eigen::Index count : {7, 1024, 3000}) {
        const Points x = odd_points(count);
        DensityGrid p, expected = DensityGrid::Zero(cells, cells);
        particle_density(x, box, cells, p);
        for (Eigen::Index i = 0; i < count; ++i) {
            // Only between the outermost centres, so that nothing is shared with a cell that is not there.
            const auto between = [](float v, double low, double high, double cell) { return static_cast<double>(v) >= low + cell / 2 && static_cast<double>(v) < high - cell / 2; };
            if (!between(x(i, 0), box.x_min, box.x_max, dx) || !between(x(i, 1), box.y_min, box.y_max, dy)) continue;
            for (int r = 0; r < cells; ++r)
                for (int c = 0; c < cells; ++c)
                    expected(r, c) += static_cast<float>(hat(x(i, 0), box.x_min + (c + 0.5) * dx, dx) * hat(x(i, 1), box.y_min + (r + 0.5) * dy, dy) / (static_cast<double>(count) * dx * dy));
        }
        CAPTURE(count);
        CHECK(expected.maxCoeff() > 0);
        CHECK((p - expected).abs().maxCoeff() < 2e-5f * expected.maxCoeff());
    }
}

TEST_CASE("what exact draws leave between their density and the true one is the sampling error that the legend gives") {
    const Box box{-4, 4, -4, 4};
    constexpr int fine = 512;
    DensityGrid p(fine, fine), shared, counted;
    for (int r = 0; r < fine; ++r)
        for (int c = 0; c < fine; ++c) {
            const double x = -4 + (c + 0.5) * 8 / fine, y = -4 + (r + 0.5) * 8 / fine;
            p(r, c) = static_cast<float>(std::exp(-(x * x + y * y) / 2) / (2 * M_PI));
        }
    shared_density(p, box, box, histogram_cells, shared);
    for (const Eigen::Index count : {20'000, 200'000}) {
        particle_density(Random(9, "draws").normals(count), box, histogram_cells, counted);
        const double l1 = (counted - shared).abs().cast<double>().mean() * 64;
        CAPTURE(count);
        CHECK(l1 == Approx(sampling_l1(shared, box, count)).epsilon(0.05));
    }
}

TEST_CASE("space–time counts the particles at each moment, as far as it comes") {
    LaneResult lane;
    lane.path.t = {0, 1};
    lane.path.x = {odd_points(3000), odd_points(3000)};
    lane.path.x[1].col(0) += 1;
    constexpr int cells = 12;
    const double low = -3, high = 3, cell = (high - low) / cells;
    const Marginals all = marginals(lane, low, high, cells, 5);
    CHECK((all.low == low && all.high == high && all.p.rows() == cells && all.p.cols() == 5));
    for (int c = 0; c < 5; ++c) {
        Column expected = Column::Zero(cells);
        for (Eigen::Index i = 0; i < 3000; ++i) {
            const float x = lane.path.x[0](i, 0) + static_cast<float>(c) / 4;
            if (!(x >= low + cell / 2 && x < high - cell / 2)) continue;
            for (int r = 0; r < cells; ++r) expected[r] += static_cast<float>(hat(x, low + (r + 0.5) * cell, cell) / (3000 * cell));
        }
        CAPTURE(c);
        CHECK((all.p.col(c) - expected).abs().maxCoeff() < 2e-5f * expected.maxCoeff());
    }
    std::stop_source stop;
    stop.request_stop();
    CHECK((marginals(lane, low, high, cells, 5, stop.get_token()).p == 0).all());
}

TEST_CASE("the marginals and flows of particles are made where they are shown only") {
    Scene scene = builtin("eight_gaussians");
    scene.view.layers = {"density"};
    scene.view.shape = "space_time";
    CHECK_FALSE(wants_marginals(scene, 0));
    scene.view.density = "histogram";
    CHECK(wants_marginals(scene, 0));
    CHECK_FALSE(wants_marginals(scene, 2));
    CHECK_FALSE(wants_box_flow(scene, 0));
    scene.view.box = Box{-1, 1, -1, 1};
    CHECK(wants_box_flow(scene, 1));
    scene.view.layers = {"particles"};
    CHECK_FALSE(wants_marginals(scene, 0));
    scene.view.layers = {"density"};
    scene.view.shape = "flat";
    CHECK_FALSE(wants_marginals(scene, 0));
    scene.view.density = "exact";
    CHECK_FALSE(wants_box_flow(scene, 0));
}

TEST_CASE("the greatest value of a density with an edge between cells is told, of a smooth one not") {
    Scene scene = with_formula("exp(-abs(x)-abs(y))*(x>0)");
    Results results;
    results.densities[0] = std::make_shared<const DensityMovie>(exact_density_movie(scene, 0, 192, 3));
    // Linear between 513 nodes, of integral 1: the edge is a ramp of one spacing of theirs, half of it beyond the edge, so all is lower by half a spacing.
    // The middles of the 48 cells about the greatest one lie up to one cell off the top in x, half of one in y; |d log p| = 1 in both.
    const double extent = make_dataset(scene.data)->extent(), spacing = (extent + 0.2) / 512, cell = 3 * (2 * extent / 192) / 48;
    CHECK(missed_maximum(scene, results, 0, 1) < 0.5);
    CHECK(missed_maximum(scene, results, 0, 1) > 0.5 * (1 - spacing / 2 - 1.5 * cell));
    CHECK(results.densities[0]->maximum.back() < 0.47f);
    CHECK(missed_maximum(scene, results, 0, 0) == 0);
    scene = with_formula("exp(-x*x-y*y)");
    results.densities[0] = std::make_shared<const DensityMovie>(exact_density_movie(scene, 0, 192, 3));
    CHECK(missed_maximum(scene, results, 0, 1) == 0);
}

TEST_CASE("The exact density of far points goes where they go, up to t = 1") {
    Scene scene = builtin("eight_gaussians");
    Points far(4, 2);
    far << 100.f, 100.f, 100.2f, 100.f, 100.f, 99.8f, 100.1f, 100.1f;
    scene.data = {{"points", {}}, {}, make_point_set(far), {}};
    scene.models[0].field = "memorising";
    const DensityMovie movie = density_movie(scene, 0, 128, 17);
    REQUIRE(movie.t.back() == 1);
    for (std::size_t i = 0; i < movie.t.size(); ++i) {
        Eigen::Index row = 0, column = 0;
        movie.p[i].maxCoeff(&row, &column);
        const double cell = (movie.box.x_max - movie.box.x_min) / 128, x = movie.box.x_min + (static_cast<double>(column) + 0.5) * cell, y = movie.box.y_min + (static_cast<double>(row) + 0.5) * cell;
        CAPTURE(movie.t[i], x, y, cell);
        CHECK(std::abs(x - 100 * movie.t[i]) <= 1.01 * cell);
        CHECK(std::abs(y - 100 * movie.t[i]) <= 1.01 * cell);
        CHECK(movie.integral[i] == Approx(1).margin(0.05));
    }
}

TEST_CASE("data far away: the cells of the picture are wider than the noise, not than the data; of points the other way round") {
    Scene scene;
    scene.data.choice = {"mixture", {}};
    scene.data.components = {{1, {1000, 1000}, 9e4 * Eigen::Matrix2d::Identity(), 0}};
    const auto wide = [&](double t) {
        Results results;
        results.densities[0] = std::make_shared<const DensityMovie>(exact_density_movie(scene, 0, 64, 5));
        return cells_too_wide(scene, results, 0, t);
    };
    // A cell is thousands of units over 64: t = 1 has a deviation of 300.
    CHECK(wide(0));
    CHECK_FALSE(wide(1));
    scene.data.components = {{1, {1, 0}, 0.1 * Eigen::Matrix2d::Identity(), 0}};
    CHECK_FALSE(wide(0));
    CHECK_FALSE(wide(1));
    scene.data.components[0].covariance.setZero();
    CHECK_FALSE(wide(0));
    CHECK(wide(1));
    CHECK_FALSE(cells_too_wide(scene, {}, 0, 1));
}
