// What layers draw, against closed forms and the fields themselves.
#include "app/runtime/layers.h"

#include <algorithm>
#include <cmath>

#include "app/runtime/arrows.h"
#include "app/runtime/limits.h"
#include "app/runtime/session.h"
#include "core/math/field/altered_field.h"
#include "core/math/field/gaussian_flow.h"
#include "core/math/field/line_integral.h"
#include "core/math/field/mixture_field.h"
#include "core/math/metrics/field_error.h"
#include "core/math/schedule/schedules.h"
#include "core/math/solver/brownian.h"
#include "app/runtime/lane_movies.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using pf::testing::builtin;
using pf::testing::eventually;

namespace {

// One lane on an exact mixture; σ > 0: Euler–Maruyama.
Scene scene_of(std::vector<Component> components, double sigma = 0, std::vector<std::string> layers = {"particles"}) {
    Scene scene;
    scene.data.choice.id = "mixture";
    scene.data.components = std::move(components);
    scene.lanes[0].particles = 300;
    scene.lanes[0].steps = 40;
    if (sigma > 0) scene.lanes[0].sigma = {"constant", {{"max", sigma}}}, scene.lanes[0].solver = {"euler_maruyama", {}};
    scene.view.panes = 1;
    scene.view.layers = std::move(layers);
    validate(scene, "test");
    return scene;
}

std::vector<Component> one_gaussian() { return {{1, {1, -0.5}, (Eigen::Matrix2d() << 0.5, 0.2, 0.2, 0.3).finished(), 0}}; }
std::vector<Component> three_modes() {
    const Eigen::Matrix2d small = 0.09 * Eigen::Matrix2d::Identity();
    return {{0.5, {2, 0}, small, 0}, {0.2, {-2, 0}, small, 1}, {0.3, {0, 2}, 2 * small, 4}};
}

FieldSet exact_fields(const Scene& scene) { return make_fields(scene, WeightSet(scene.models.size()), nullptr); }

}  // namespace

TEST_CASE("the grid is regular at the noise and follows the closed-form flow of one Gaussian, with noise in the lane or without") {
    for (const char* schedule : {"linear", "trigonometric", "vp"})
        for (const double sigma : {0.0, 1.0}) {
            CAPTURE(schedule, sigma);
            Scene scene = scene_of(one_gaussian(), sigma);
            scene.models[0].schedule.id = schedule;
            const FieldSet fields = exact_fields(scene);
            const GridMovie grid = grid_movie(scene, 0, fields, 3, 33);
            REQUIRE(grid.t.size() == 33);
            const double beta = fields.schedules[0]->at(0).beta;
            CHECK(grid.reach == Approx(3 * beta));
            Eigen::Index i = 0;
            for (int line = 0; line < grid.lines / 2; ++line)
                for (int k = 0; k < grid.points_a_line; ++k, ++i) {
                    REQUIRE(static_cast<double>(grid.x.front()(i, 0)) == Approx(-grid.reach + line * grid.spacing).margin(1e-5));
                    REQUIRE(static_cast<double>(grid.x.front()(i, 1)) == Approx(-grid.reach + k * grid.spacing / 3).margin(1e-5));
                }
            for (i = static_cast<Eigen::Index>(grid.lines * grid.points_a_line); i < grid.x.front().rows(); ++i) {
                const double radius = std::hypot(static_cast<double>(grid.x.front()(i, 0)), static_cast<double>(grid.x.front()(i, 1)));
                REQUIRE(std::min(std::abs(radius - beta), std::abs(radius - 2 * beta)) < 1e-5 * beta);
            }
            const auto& data = scene.data.components[0];
            for (const std::size_t slice : {std::size_t{16}, std::size_t{32}}) {
                const AffineMap map = gaussian_flow(*fields.schedules[0], data.mean, data.covariance, grid.t.front(), grid.t[slice]);
                const Eigen::MatrixXd expected = (grid.x.front().matrix().cast<double>() * map.matrix.transpose()).rowwise() + map.shift.transpose();
                CHECK((grid.x[slice].matrix().cast<double>() - expected).cwiseAbs().maxCoeff() < 2e-3);
            }
        }
}

TEST_CASE("particles by divergence and by speed: the field's own, at the particle; scales about 0 and from 0") {
    for (const std::string colour : {"divergence", "speed"}) {
        Scene scene = scene_of(three_modes(), 0.5);
        scene.view.colour = colour;
        const FieldSet fields = exact_fields(scene);
        const LaneResult result = run_lane(scene, 0, fields);
        const ParticleValues values = particle_values(scene, 0, fields, result);
        REQUIRE(values.t.size() == 41);
        FieldValues<float> expected;
        for (const std::size_t i : {std::size_t{0}, std::size_t{20}, std::size_t{40}}) {
            CAPTURE(colour, i);
            CHECK(values.t[i] == result.path.t[i]);
            fields.fields[0]->evaluate(result.path.x[i], result.path.t[i], want_divergence | want_velocity, expected);
            const Column truth = colour == "speed" ? Column(expected.velocity.matrix().rowwise().norm().array()) : expected.divergence;
            CHECK((values.values[i] - truth).abs().maxCoeff() <= 1e-4f * truth.abs().maxCoeff());
            CHECK(values.low[i] == (colour == "speed" ? 0.f : -values.high[i]));
            CHECK(values.high[i] > 0);
        }
        Column at;
        double low = 0, high = 0;
        values_at(values, result.path.t[20], at, low, high);
        CHECK((at == values.values[20]).all());
        CHECK(high == Approx(values.high[20]));
    }
}

TEST_CASE("fields are drawn beyond the box of the densities, as densely and by the same scale as in it") {
    const Scene scene = builtin("eight_gaussians");
    const FieldSet fields = exact_fields(scene);
    const Box inner = view_box(scene);
    const FieldMovie movie = lane_field_movie(scene, 0, fields, 24, 3);
    CHECK(movie.box.x_max == Approx(1.5 * inner.x_max));
    CHECK(movie.box.y_min == Approx(1.5 * inner.y_min));
    CHECK((movie.width == 36 && movie.height == 36 && movie.velocity[1].rows() == 36 * 36));
    const Arrows arrows = arrows_at(movie, ArrowField::velocity, movie.t[1]);
    std::vector<float> inside;
    for (Eigen::Index i = 0; i < arrows.at.rows(); ++i)
        if (arrows.at.row(i).abs().maxCoeff() < static_cast<float>(inner.x_max)) inside.push_back(std::hypot(arrows.vector(i, 0), arrows.vector(i, 1)));
    REQUIRE(inside.size() == 24 * 24);
    std::sort(inside.begin(), inside.end());
    CHECK(arrows.reference == Approx(static_cast<double>(inside[static_cast<std::size_t>(0.95 * 575)])));
    CHECK(arrows.vector.abs().maxCoeff() > inside.back());
    // Where cells are small on the screen, every second arrow, twice as long, of the same field.
    const std::array lanes{std::shared_ptr<const FieldMovie>(std::make_shared<FieldMovie>(movie))};
    const Arrows thin = arrows_at(lanes, 0, ArrowField::velocity, movie.t[1], 1.5 * arrows.cell), same = arrows_at(lanes, 0, ArrowField::velocity, movie.t[1], arrows.cell);
    CHECK((same.at.rows() == 36 * 36 && same.cell == arrows.cell));
    REQUIRE((thin.at.rows() == 18 * 18 && thin.vector.rows() == 18 * 18));
    CHECK((thin.cell == Approx(2 * arrows.cell) && thin.reference == same.reference));
    for (Eigen::Index i = 0; i < thin.at.rows(); ++i) {
        Eigen::Index j = 0;
        CHECK((arrows.at.rowwise() - thin.at.row(i)).square().rowwise().sum().minCoeff(&j) == 0);
        CHECK((arrows.vector.row(j) == thin.vector.row(i)).all());
    }
    CHECK(round_arrow(thin, 1)->magnitude <= round_arrow(same, 1)->magnitude);
    const StreamlineMovie lines = streamline_movie(scene, 0, fields, 24, 1);
    float furthest = 0;
    for (const Streamline& line : lines.lines[0])
        for (const auto& point : line.points) furthest = std::max({furthest, std::abs(point[0]), std::abs(point[1])});
    CHECK(furthest > 1.4f * static_cast<float>(inner.x_max));
    CHECK(lines.separation == Approx((inner.x_max - inner.x_min) / 26));
    const TextureMovie texture = texture_movie(scene, 0, fields, 64, 1);
    CHECK((texture.width == 96 && texture.height == 96 && texture.box.x_max == movie.box.x_max));
}

TEST_CASE("two fields in one pane have their arrows at points of their own, half of them each, at the scale they have alone") {
    const Scene scene = builtin("eight_gaussians");
    const std::array lanes{std::make_shared<const FieldMovie>(lane_field_movie(scene, 0, exact_fields(scene), 24, 5))};
    const double t = lanes[0]->t[2];
    for (const double least : {0.0, 1.5}) {
        const Arrows alone = arrows_at(lanes, 0, ArrowField::velocity, t);
        const Arrows all = arrows_at(lanes, 0, ArrowField::velocity, t, least * alone.cell);
        const Arrows u = arrows_at(lanes, 0, ArrowField::velocity, t, least * alone.cell, true), s = arrows_at(lanes, 0, ArrowField::score, t, least * alone.cell, true);
        REQUIRE((u.valid && s.valid));
        CHECK(u.at.rows() + s.at.rows() == all.at.rows());
        CHECK(u.at.rows() == s.at.rows());
        for (Eigen::Index i = 0; i < u.at.rows(); ++i) CHECK((s.at.rowwise() - u.at.row(i)).square().rowwise().sum().minCoeff() > 0.8f * static_cast<float>(all.cell * all.cell));
        CHECK(u.reference == all.reference);
        CHECK(u.cell == all.cell);
    }
}

TEST_CASE("particles by label: the largest posterior of a mixture, the nearest draw elsewhere") {
    Scene scene = scene_of(three_modes());
    scene.view.colour = "label";
    const FieldSet fields = exact_fields(scene);
    const LaneResult result = run_lane(scene, 0, fields);
    const ParticleValues values = particle_values(scene, 0, fields, result);
    CHECK(values.posterior);
    CHECK(values.labels == std::vector<int>{0, 1, 4});
    REQUIRE(values.label_of.size() == 300);
    std::vector<int> count(5);
    for (Eigen::Index i = 0; i < 300; ++i) {
        double best = -1e300;
        int label = -1;
        for (const Component& c : scene.data.components) {
            const double dx = static_cast<double>(result.path.x.back()(i, 0)) - c.mean.x(), dy = static_cast<double>(result.path.x.back()(i, 1)) - c.mean.y(), v = c.covariance(0, 0);
            if (const double score = std::log(c.weight / v) - (dx * dx + dy * dy) / (2 * v); score > best) best = score, label = c.label;
        }
        REQUIRE(values.labels.at(values.label_of[static_cast<std::size_t>(i)]) == label);
        ++count[static_cast<std::size_t>(label)];
    }
    CHECK((count[0] > count[4] && count[4] > count[1] && count[1] > 20));

    // Point masses: the label of the mass that a particle has gone to.
    scene.data.components = {{1, {1, 1}, Eigen::Matrix2d::Zero(), 3}, {1, {-1, 0}, Eigen::Matrix2d::Zero(), 5}};
    const FieldSet points = exact_fields(scene);
    const LaneResult to_points = run_lane(scene, 0, points);
    const ParticleValues nearest = particle_values(scene, 0, points, to_points);
    CHECK_FALSE(nearest.posterior);
    for (Eigen::Index i = 0; i < 300; ++i) REQUIRE(nearest.labels.at(nearest.label_of[static_cast<std::size_t>(i)]) == (to_points.path.x.back()(i, 0) > 0 ? 3 : 5));
}

TEST_CASE("the error map is 0 for the exact field, 0.1 |u| for one a tenth too fast, and its number is field_error's") {
    Scene scene = scene_of(three_modes());
    scene.models[0].field = "network";
    Scene exact_scene = scene;
    exact_scene.models[0].field = "exact";
    FieldSet fields = exact_fields(exact_scene);
    const auto exact = fields.fields[0];
    const ErrorMovie none = error_movie(scene, 0, fields, 24, 5);
    for (std::size_t i = 0; i < none.error.t.size(); ++i) {
        CHECK(none.error.p[i].abs().maxCoeff() < 1e-4f);
        CHECK(none.relative[i] < 1e-9);
    }
    fields.fields[0] = std::make_shared<AlteredField>(exact, Alteration{1.1, 1});
    const ErrorMovie tenth = error_movie(scene, 0, fields, 24, 5);
    REQUIRE(tenth.error.t.size() == 5);
    const FieldError expected = field_error(*fields.fields[0], *exact, *make_dataset(scene.data), *fields.schedules[0], tenth.error.t, 2048, stream_key(scene.seed, "field error"));
    FieldValues<float> values;
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(tenth.relative[i] == Approx(0.1).epsilon(1e-6));
        CHECK(tenth.relative[i] == expected.velocity[i]);
        const Box& box = tenth.error.box;
        Points x(1, 2);
        x << static_cast<float>(box.x_min + 7.5 * (box.x_max - box.x_min) / 24), static_cast<float>(box.y_min + 15.5 * (box.y_max - box.y_min) / 24);
        exact->evaluate(x, tenth.error.t[i], want_velocity, values);
        CHECK(tenth.error.p[i](15, 7) == Approx(0.1f * std::hypot(values.velocity(0, 0), values.velocity(0, 1))).epsilon(1e-3));
        CHECK(tenth.error.maximum[i] <= tenth.error.p[i].maxCoeff());
        CHECK(tenth.error.maximum[i] > 0);
    }
}

TEST_CASE("denoiser arrows begin at particles and end at D") {
    const Scene scene = scene_of(three_modes(), 1);
    const FieldSet fields = exact_fields(scene);
    const LaneResult result = run_lane(scene, 0, fields);
    const DenoiserMovie movie = denoiser_movie(scene, 0, fields, result);
    REQUIRE(movie.t.size() == 41);
    FieldValues<float> values;
    for (const std::size_t i : {std::size_t{0}, std::size_t{25}}) {
        CHECK((movie.x[i] == result.path.x[i].topRows(movie.x[i].rows())).all());
        fields.fields[0]->evaluate(movie.x[i], movie.t[i], want_denoiser, values);
        CHECK((movie.denoised[i] - values.denoiser).abs().maxCoeff() < 1e-6f);
    }
    // At t = 0 every arrow ends at the mean of the data.
    const Eigen::Vector2d mean = make_dataset(scene.data)->mixture()->mean();
    CHECK((movie.denoised.front().rowwise() - mean.transpose().cast<float>().array()).abs().maxCoeff() < 1e-4f);
}

TEST_CASE("drift and noise add up to the step; with Euler–Maruyama the noise is σ ΔW of the Brownian path") {
    const Scene scene = scene_of(three_modes(), 1.5);
    const FieldSet fields = exact_fields(scene);
    const LaneResult result = run_lane(scene, 0, fields);
    const std::vector<int> particles{0, 7, 299, 300, -1};
    const LaneSteps steps = lane_steps(scene, 0, fields, result, particles);
    CHECK(steps.particles == std::vector<int>{0, 7, 299});
    CHECK(steps.euler);
    BrownianPath path(stream_key(scene.seed, "brownian"), 300);
    FieldValues<float> values;
    for (std::size_t i = 0; i + 1 < result.path.t.size(); ++i) {
        const double t = result.path.t[i], dt = result.path.t[i + 1] - t;
        const auto increment = path.increment(t, result.path.t[i + 1]);
        fields.fields[0]->evaluate(result.path.x[i], t, want_velocity | want_score, values);
        for (std::size_t k = 0; k < steps.particles.size(); ++k) {
            const auto row = static_cast<Eigen::Index>(k), particle = static_cast<Eigen::Index>(steps.particles[k]);
            for (Eigen::Index axis : {0, 1}) {
                const float size = 1 + std::abs(result.path.x[i](particle, axis));
                CHECK(steps.x[i](row, axis) + steps.drift[i](row, axis) + steps.noise[i](row, axis) == Approx(result.path.x[i + 1](particle, axis)).margin(1e-6f * size));
                CHECK(steps.noise[i](row, axis) == Approx(1.5f * increment.dW(particle, axis)).margin(1e-4f * size));
                CHECK(steps.drift[i](row, axis) == Approx(static_cast<float>(dt) * (values.velocity(particle, axis) + 1.125f * values.score(particle, axis))).margin(1e-5f * size));
            }
        }
    }
    CHECK((steps.drift.back() == 0).all());
}

TEST_CASE("drift and noise of a noising lane lead the other way") {
    Scene scene = scene_of(three_modes(), 1);
    scene.lanes[0].process = "noising";
    validate(scene, "test");
    const FieldSet fields = exact_fields(scene);
    const LaneResult result = run_lane(scene, 0, fields);
    const LaneSteps steps = lane_steps(scene, 0, fields, result, {3, 4});
    REQUIRE(steps.t.size() == result.path.t.size());
    double noise = 0;
    for (std::size_t i = 1; i < steps.t.size(); ++i) {
        CHECK(((steps.x[i] + steps.drift[i] + steps.noise[i]) - steps.x[i - 1]).abs().maxCoeff() < 1e-5f);
        noise += static_cast<double>(steps.noise[i].square().sum()) / 4;
    }
    CHECK((steps.noise.front() == 0).all());
    CHECK(noise == Approx(1).margin(0.6));  // Σ ΔW² over a unit of time, of four components with 40 steps: sd 0.11
}

TEST_CASE("layers that a lane lacks say why; hidden ones are not wanted") {
    Scene scene = scene_of(three_modes(), 0, {"error", "grid", "streamlines", "denoiser"});
    CHECK(why_no_layer(scene, scene.lanes[0], "error").find("network") != std::string::npos);
    CHECK_FALSE(wants_layer(scene, 0, "error"));
    CHECK(wants_layer(scene, 0, "grid"));
    scene.view.opacity["grid"] = 0;
    CHECK_FALSE(wants_layer(scene, 0, "grid"));
    scene.view.shape = "height";
    CHECK_FALSE(wants_layer(scene, 0, "streamlines"));
    scene.view.shape = "flat";
    scene.models[0].field = "network";
    CHECK(wants_layer(scene, 0, "error"));
    scene.data = DataSpec{{"checkerboard", {}}, {}, nullptr, {}};
    CHECK(why_no_layer(scene, scene.lanes[0], "error").find("mixture") != std::string::npos);
    scene.lanes[0].process = "langevin";
    CHECK_FALSE(why_no_layer(scene, scene.lanes[0], "grid").empty());
    CHECK_FALSE(why_no_colour(scene, scene.lanes[0], "speed").empty());
    CHECK(why_no_colour(scene, scene.lanes[0], "label").empty());
}

TEST_CASE("a session makes what is shown, shares it among lanes of one field, and splits steps while some are followed") {
    Scene scene = builtin("eight_gaussians");
    for (Lane& lane : scene.lanes) lane.particles = 200, lane.steps = 30;
    scene.view.layers = {"grid", "particles"};
    Session session(scene, false);
    const auto settled = [&] { return session.results().lane_current[0] && session.results().lane_current[1] && !session.busy(); };
    REQUIRE(eventually([&] { return settled() && session.layers().grids[1] && !session.layers().grids[1]->coarse; }));
    LayerResults layers = session.layers();
    CHECK(layers.grids[0] == layers.grids[1]);
    CHECK_FALSE(layers.streamlines[0]);
    CHECK_FALSE(layers.values[0]);
    CHECK_FALSE(layers.steps[1]);

    scene = session.scene();
    scene.view.layers = {"lic", "particles", "streamlines", "denoiser"};
    scene.view.colour = "speed";
    session.commit("layers", scene);
    REQUIRE(eventually([&] {
        const auto l = session.layers();
        return settled() && l.streamlines[1] && !l.streamlines[1]->coarse && l.textures[0] && !l.textures[0]->coarse && l.values[1] && l.denoisers[1];
    }));
    layers = session.layers();
    CHECK(layers.values[1]->key == result_key(*session.results().lanes[1], "speed"));

    CHECK_FALSE(layers.marginals[0]);
    CHECK_FALSE(layers.box_flows[0]);

    session.follow({0, 5});
    REQUIRE(eventually([&] { return session.layers().steps[1] != nullptr; }));
    layers = session.layers();
    CHECK(layers.steps[1]->particles == std::vector<int>{0, 5});
    CHECK_FALSE(layers.steps[0]);  // an ODE

    // Counted from the particles, where that is the density shown; anew when the box moves.
    scene.view.density = "histogram";
    scene.view.layers = {"density"};
    scene.view.box = Box{-9, 9, -9, 9};
    session.commit("a box", scene);
    const auto counted = [&](double mass) {
        const auto l = session.layers();
        return l.box_flows[0] && l.box_flows[1] && l.box_flows[0]->mass.back() == Approx(mass) && l.box_flows[1]->mass.back() == Approx(mass);
    };
    CHECK(eventually([&] { return settled() && counted(1); }));
    CHECK_FALSE(session.layers().marginals[0]);
    scene.view.box = Box{8, 9, 8, 9};
    scene.view.shape = "space_time";
    session.commit("another box", scene);
    CHECK(eventually([&] { return settled() && counted(0) && session.layers().marginals[0] && session.layers().marginals[1]; }));
    CHECK(session.layers().marginals[1]->key == result_key(*session.results().lanes[1], "marginals"));
}

TEST_CASE("arrows reach as far as panes show, of cells as dense as before until they would be too many") {
    const Scene scene = builtin("eight_gaussians");
    const FieldSet fields = exact_fields(scene);
    const Box inner = view_box(scene);
    const double e = inner.x_max;
    const FieldMovie wide = lane_field_movie(scene, 0, fields, 24, 3, {2.9 * e, 0.3 * e}), usual = lane_field_movie(scene, 0, fields, 24, 3);
    CHECK(wide.box.x_max >= 2.9 * e);
    CHECK(wide.box.x_max < 3.1 * e);
    CHECK(wide.box.y_max == Approx(1.5 * e));
    const Arrows a = arrows_at(wide, ArrowField::velocity, wide.t[1]), b = arrows_at(usual, ArrowField::velocity, usual.t[1]);
    CHECK(a.cell == Approx(b.cell));
    CHECK(a.reference == Approx(b.reference));
    const ArrowGrid far = arrow_grid(inner, 24, {20 * e, 20 * e});
    CHECK((far.width <= 96 && far.height <= 96 && far.box.x_max >= 20 * e));
    Session session(scene, false);
    Scene shown = scene;
    shown.view.layers = {"velocity"};
    session.commit("arrows", shown);
    for (const double reach : {0.0, 2.9 * e, 0.0}) {
        Measurements wanted;
        wanted.reach = {reach, reach};
        session.measure(wanted);
        CHECK(eventually([&] {
            const auto movie = session.results().fields[0];
            return movie && movie->box == arrow_grid(inner, 24, wanted.reach).box;
        }));
    }
}

TEST_CASE("streamlines and the flow texture reach as far as panes show, as finely as before until that would be too much") {
    const Scene scene = builtin("eight_gaussians");
    const FieldSet fields = exact_fields(scene);
    const Box inner = view_box(scene);
    const double e = inner.x_max;
    const Reach reach{2.2 * e, 0.3 * e};
    const StreamlineMovie lines = streamline_movie(scene, 0, fields, 48, 1, reach), usual = streamline_movie(scene, 0, fields, 48, 1);
    CHECK(lines.separation == usual.separation);
    std::vector<std::array<float, 2>> here, before;
    const auto inside = [&](const StreamlineMovie& movie, double half, auto& out) {
        for (const Streamline& line : movie.lines[0])
            for (const auto& p : line.points)
                if (std::max(std::abs(p[0]), std::abs(p[1])) < static_cast<float>(half)) out.push_back(p);
    };
    float right = 0, left = 0;
    for (const Streamline& line : lines.lines[0])
        for (const auto& p : line.points) right = std::max(right, p[0]), left = std::min(left, p[0]);
    CHECK((right > 2.1f * static_cast<float>(e) && left < -2.1f * static_cast<float>(e)));
    // Lines in the middle stay where they were.
    inside(lines, 1.2 * e, here), inside(usual, 1.2 * e, before);
    const auto stayed = std::count_if(before.begin(), before.end(), [&](const auto& p) {
        return std::any_of(here.begin(), here.end(), [&](const auto& q) { return std::hypot(p[0] - q[0], p[1] - q[1]) < 0.01 * lines.separation; });
    });
    CHECK(static_cast<double>(stayed) > 0.95 * static_cast<double>(before.size()));
    CHECK(lines.fastest == Approx(usual.fastest).epsilon(0.05));

    const TextureMovie wide = texture_movie(scene, 0, fields, 128, 1, reach), square = texture_movie(scene, 0, fields, 128, 1);
    CHECK((wide.box.x_max >= 2.2 * e && wide.box.y_max == Approx(1.5 * e)));
    CHECK(wide.width / (wide.box.x_max - wide.box.x_min) == Approx(square.width / (square.box.x_max - square.box.x_min)));
    CHECK((wide.texels[0].size() == static_cast<std::size_t>(wide.width) * static_cast<std::size_t>(wide.height) && wide.height == 192));
    // A larger texture continues the smaller one: the same grain in the middle.
    std::vector<std::uint8_t> a, b;
    for (int y = -64; y < 64; ++y)
        for (int x = -64; x < 64; ++x) {
            a.push_back(wide.texels[0][static_cast<std::size_t>((y + wide.height / 2) * wide.width + x + wide.width / 2)]);
            b.push_back(square.texels[0][static_cast<std::size_t>((y + square.height / 2) * square.width + x + square.width / 2)]);
        }
    CHECK(correlation(a, b) > 0.9f);
    const FlowGrid far = flow_grid(inner, 512, {40 * e, 20 * e});
    CHECK((far.box.x_max >= 40 * e && far.box.y_max >= 20 * e && far.width * far.height < 1.05 * 2.5 * 768 * 768));
    CHECK(flow_grid(inner, 512, {2.4 * e, 1.5 * e}).coarser == 1);

    Session session(scene, false);
    Scene shown = scene;
    for (Lane& lane : shown.lanes) lane.particles = 200, lane.steps = 20;
    shown.view.layers = {"lic", "streamlines"};
    session.commit("layers", shown);
    double least = 0;  // how far the fine textures reach, which no quick answer replaces
    for (const double half : {0.0, 2 * e, 0.0}) {
        Measurements wanted;
        wanted.reach = {half, half};
        session.measure(wanted);
        CHECK(eventually([&] {
            const auto layers = session.layers();
            if (layers.textures[0] && least > 0) CHECK_FALSE(layers.textures[0]->coarse);
            return layers.textures[0] && layers.streamlines[0] && !layers.textures[0]->coarse && !layers.streamlines[0]->coarse && layers.textures[0]->box.x_max >= half && layers.streamlines[0]->box.y_max >= half;
        }));
        least = half + 1;
    }
}

TEST_CASE("panes share the scale of their arrows: the median lane's, so that one that runs away leaves the others as they are") {
    const auto field = [](float magnitude) {
        auto movie = std::make_shared<FieldMovie>();
        movie->box = {-1, 1, -1, 1};
        movie->width = movie->height = 4;
        movie->t = {0, 1};
        Points all(16, 2);
        all.col(0).setConstant(magnitude), all.col(1).setZero();
        movie->velocity = {all, all};
        return std::shared_ptr<const FieldMovie>(std::move(movie));
    };
    const std::vector<std::shared_ptr<const FieldMovie>> four{field(3), field(5000), field(2), field(4)}, two{field(5000), nullptr, field(3)};
    for (const std::size_t lane : {0u, 1u, 2u, 3u}) CHECK(arrows_at(four, lane, ArrowField::velocity, 0.5).reference == Approx(3));
    CHECK(arrows_at(two, 0, ArrowField::velocity, 0.5).reference == Approx(3));
    CHECK(arrows_at(two, 2, ArrowField::velocity, 0.5).reference == Approx(3));
    CHECK_FALSE(arrows_at(two, 1, ArrowField::velocity, 0.5).valid);
}

TEST_CASE("Short steps are drawn enlarged, all lanes alike, unless their noise would fill the pane") {
    const auto steps = [](float drift, float noise) {
        auto out = std::make_shared<LaneSteps>();
        out->t = {0, 1};
        for (int slice = 0; slice < 2; ++slice) {
            out->x.push_back(Points::Zero(3, 2));
            out->drift.push_back(Points::Zero(3, 2));
            out->noise.push_back(Points::Zero(3, 2));
            out->drift.back().col(0) = drift, out->noise.back().col(1) = noise;
        }
        return out;
    };
    LayerResults layers;
    CHECK(step_magnification(layers, 0.5, 6) == 1);
    layers.steps[0] = steps(0.01f, 0.05f);
    CHECK(step_magnification(layers, 0.5, 6) == 10);  // 20 times would make the noise 1, of 0.9 that it may
    layers.steps[0] = steps(0.5f, 0.05f);
    CHECK(step_magnification(layers, 0.5, 6) == 1);
    layers.steps[0] = steps(0.001f, 0.3f);
    CHECK(step_magnification(layers, 0.5, 6) == 2);  // 0.6; five times would be 1.5
    layers.steps[1] = steps(0.001f, 0.3f);
    CHECK(step_magnification(layers, 0.5, 6) == 2);
    // Asked again, of another picture, of another t, and of results that came where others were.
    CHECK(step_magnification(layers, 0.5, 6) == 2);
    CHECK(step_magnification(layers, 0.5, 0.6) == 1);
    auto varied = steps(0.01f, 0.05f);
    varied->drift[1] *= 100, varied->noise[1] *= 100;
    for (int i = 0; i < 3; ++i) {
        layers.steps = {};
        layers.steps[0] = varied;
        CHECK(step_magnification(layers, 0.2, 6) == 10);
        CHECK(step_magnification(layers, 1, 6) == 1);
        layers.steps[0] = steps(0.001f, 0.3f);
        CHECK(step_magnification(layers, 1, 6) == 2);
    }
}
