#include "app/runtime/box_flow.h"

#include <cmath>

#include "app/runtime/compute.h"
#include "core/math/field/mixture_field.h"
#include "core/math/schedule/schedules.h"
#include "tests/catch.h"

using namespace pf;

namespace {

// One Gaussian, axis-parallel: p_t = N(α μ, α² Σ + β² I) is a product of two.
Scene gaussian_scene() {
    Scene scene;
    scene.data.choice = {"mixture", {}};
    Component c;
    c.mean = {1.2, -0.4};
    c.covariance << 0.3, 0, 0, 0.15;
    scene.data.components = {c};
    scene.view.panes = 1;
    return scene;
}

double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

struct Axis {
    double mean, variance, low, high;
    double mass() const { return normal_cdf((high - mean) / std::sqrt(variance)) - normal_cdf((low - mean) / std::sqrt(variance)); }
};

double exact_mass(double t, const Box& v) {
    const double a = t, b2 = (1 - t) * (1 - t);
    return Axis{1.2 * a, 0.3 * a * a + b2, v.x_min, v.x_max}.mass() * Axis{-0.4 * a, 0.15 * a * a + b2, v.y_min, v.y_max}.mass();
}

double exact_outflow(double t, const Box& v) { return -(exact_mass(t + 1e-5, v) - exact_mass(t - 1e-5, v)) / 2e-5; }

// ∮ u p·n ds by 400 midpoints a side.
double border_integral(const Field& field, double t, const Box& v) {
    constexpr int n = 400;
    PointsD x(4 * n, 2), normal(4 * n, 2);
    std::vector<double> length;
    for (int i = 0; i < n; ++i) {
        const double f = (i + 0.5) / n, along_x = v.x_min + f * (v.x_max - v.x_min), along_y = v.y_min + f * (v.y_max - v.y_min);
        x.row(i) << along_x, v.y_min, normal.row(i) << 0, -1;
        x.row(n + i) << along_x, v.y_max, normal.row(n + i) << 0, 1;
        x.row(2 * n + i) << v.x_min, along_y, normal.row(2 * n + i) << -1, 0;
        x.row(3 * n + i) << v.x_max, along_y, normal.row(3 * n + i) << 1, 0;
    }
    FieldValues<double> values;
    field.evaluate(x, t, want_velocity | want_log_density, values);
    double sum = 0;
    for (int i = 0; i < 4 * n; ++i) {
        const double ds = (i < 2 * n ? v.x_max - v.x_min : v.y_max - v.y_min) / n;
        sum += std::exp(values.log_density(i)) * (values.velocity.row(i) * normal.row(i)).sum() * ds;
    }
    return sum;
}

// Borders on no cell edge, one of them beyond the grid.
const Box boxes[] = {{0.31, 1.77, -0.93, 0.21}, {-0.5, 0.5, -0.5, 0.5}, {1.013, 40, -40, 40}};

}  // namespace

TEST_CASE("the mass in a box is that of the closed form, to second order in the cell") {
    const Scene scene = gaussian_scene();
    for (const Box& v : boxes) {
        double coarse = 0;
        for (const int cells : {48, 96, 192}) {
            const DensityMovie movie = density_movie(scene, 0, cells, 5);
            const Box inside{std::max(v.x_min, movie.box.x_min), std::min(v.x_max, movie.box.x_max), std::max(v.y_min, movie.box.y_min), std::min(v.y_max, movie.box.y_max)};
            double worst = 0;
            for (std::size_t i = 0; i < movie.t.size(); ++i) worst = std::max(worst, std::abs(mass_in(movie.p[i], movie.box, v) - exact_mass(movie.t[i], inside)));
            CAPTURE(cells, v.x_min, worst);
            // Values at cell centres stand for averages, off by h²/24 · p'', which integrates to h²/24 times the slope at the border.
            CHECK(worst < 4e-3 * std::pow(48.0 / cells, 2));
            if (coarse > 0) CHECK(worst < coarse / 3);
            coarse = worst;
        }
    }
}

TEST_CASE("a box over everything holds everything, an empty one nothing, parts add up") {
    const DensityMovie movie = density_movie(gaussian_scene(), 0, 96, 3);
    const DensityGrid& p = movie.p[1];
    CHECK(mass_in(p, movie.box, {-100, 100, -100, 100}) == Approx(movie.integral[1]).epsilon(1e-6));
    CHECK(mass_in(p, movie.box, {0.3, 0.3, -1, 1}) == Approx(0).margin(1e-12));
    CHECK(mass_in(p, movie.box, {50, 60, 50, 60}) == Approx(0).margin(1e-12));
    CHECK(mass_in(p, movie.box, {-1, 0.37, -1, 2}) + mass_in(p, movie.box, {0.37, 1, -1, 2}) == Approx(mass_in(p, movie.box, {-1, 1, -1, 2})).epsilon(1e-9));
    CHECK(mass_in(DensityGrid(0, 0), movie.box, boxes[0]) == 0);
}

TEST_CASE("the outflow is the closed form's, and the integral of u p·n along the border") {
    const Scene scene = gaussian_scene();
    const auto mixture = make_dataset(scene.data)->mixture();
    const MixtureField field(mixture, std::shared_ptr<const Schedule>(build(schedules(), scene.models[0].schedule, "schedule")));
    const DensityMovie movie = density_movie(scene, 0, 192, 65);
    for (const Box& v : boxes) {
        const BoxFlow flow = box_flow(movie, v);
        REQUIRE(flow.t.size() == 65);
        double largest = 0;
        for (std::size_t i = 0; i < flow.t.size(); ++i) {
            const double t = flow.t[i];
            if (t < 0.02 || t > 0.98) continue;
            CAPTURE(t, v.x_min);
            const double expected = border_integral(field, t, v);
            CHECK(exact_outflow(t, v) == Approx(expected).margin(2e-4));
            // Of a polynomial of degree 4 through neighbours 1/64 apart; a parabola would be wrong by 3e-3. The third box goes on beyond the grid, where there is noise at first.
            CHECK(flow.outflow[i] == Approx(expected).margin(v.x_max < movie.box.x_max ? 6e-4 : 2.5e-3));
            largest = std::max(largest, std::abs(expected));
        }
        CHECK(largest > 0.1);
        CHECK(at_time(flow, flow.mass, 0.505) == Approx(exact_mass(0.505, v)).margin(3e-4));
        CHECK(at_time(flow, flow.mass, -1) == flow.mass.front());
        CHECK(at_time(flow, flow.mass, 2) == flow.mass.back());
    }
}

TEST_CASE("particles count the same mass, with and without noise") {
    Scene scene = gaussian_scene();
    scene.lanes = {Lane{}, Lane{}};
    for (Lane& lane : scene.lanes) lane.particles = 20000, lane.steps = 100;
    scene.lanes[1].sigma = {"constant", {{"max", 1.0}}};
    scene.lanes[1].solver = {"stochastic_heun", {}};
    const FieldSet fields = make_fields(scene, WeightSet(1), nullptr);
    for (int lane = 0; lane < 2; ++lane) {
        const LaneResult result = run_lane(scene, lane, fields);
        for (const Box& v : boxes) {
            const BoxFlow flow = box_flow(result, v);
            REQUIRE(flow.t.size() == 33);
            for (std::size_t i = 0; i < flow.t.size(); i += 8) {
                const double m = exact_mass(flow.t[i], v);
                CAPTURE(lane, flow.t[i], v.x_min);
                // Five standard errors, and the solver's own error.
                CHECK(flow.mass[i] == Approx(m).margin(5 * std::sqrt(m * (1 - m) / 20000) + 2e-3));
            }
        }
    }
    CHECK(box_flow(LaneResult{}, boxes[0]).t.empty());
}
