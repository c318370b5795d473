#include "app/runtime/compute.h"

#include <cmath>
#include <cstring>

#include "app/runtime/keys.h"
#include "app/runtime/lane_movies.h"
#include "app/runtime/lane_noise.h"
#include "app/runtime/user_data.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

LaneResult run(const Scene& scene, int lane, LaneRequest request = {}, std::stop_token stop = {}) {
    return run_lane(scene, lane, make_fields(scene, {}, nullptr), request, stop);
}

bool same_bits(const Points& a, const Points& b) {
    return a.rows() == b.rows() && std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(float)) == 0;
}

}  // namespace

TEST_CASE("The same scene gives the same bits twice, and another seed others") {
    Scene scene = builtin("eight_gaussians");
    const auto a = run(scene, 1), b = run(scene, 1);
    REQUIRE(a.path.x.size() == 201);
    for (std::size_t k = 0; k < a.path.x.size(); ++k) REQUIRE(same_bits(a.path.x[k], b.path.x[k]));
    const auto p = density_movie(scene, 0, 48, 5), q = density_movie(scene, 0, 48, 5);
    REQUIRE(p.p.size() == 5);
    for (std::size_t k = 0; k < 5; ++k) CHECK((p.p[k] == q.p[k]).all());
    ++scene.seed;
    CHECK_FALSE(same_bits(run(scene, 1).start, a.start));
}

TEST_CASE("Lanes share starting noise and Brownian path, whatever their particle count and steps") {
    const Scene scene = builtin("same_marginals");
    const auto ode = run(scene, 0), sde = run(scene, 2), few = run(scene, 2, {100, 0});
    CHECK(same_bits(ode.start, sde.start));
    CHECK(same_bits(few.start, sde.start.topRows(100)));
    CHECK(same_bits(few.path.x.back(), sde.path.x.back().topRows(100)));
    CHECK(few.coarse);
    CHECK(few.particles_wanted == 2000);
    CHECK_FALSE(sde.coarse);
    CHECK(sde.refinable);
    // On one path the strong error is of order h: half the step, half the distance (within a factor, separated modes aside).
    Scene fine = scene;
    fine.lanes[1].steps = 4000;
    Scene half = scene;
    half.lanes[1].steps = 400;
    const auto reference = run(fine, 1, {500, 0}).path.x.back();
    const auto distance = [&](const Scene& s) { return (run(s, 1, {500, 0}).path.x.back() - reference).square().mean(); };
    CHECK(distance(scene) < 0.05f);
    CHECK(distance(half) < distance(scene));
}

TEST_CASE("Grids with short steps are on the same Brownian path: half the steps are the same particles a little further on") {
    Scene scene = builtin("same_marginals");
    scene.lanes[1].particles = 500;
    for (const auto& [grid, steps] : {std::pair{"quadratic", 60}, std::pair{"root", 100}, std::pair{"log_snr", 200}, std::pair{"edm", 400}}) {
        scene.lanes[1].grid = {grid, {}};
        scene.lanes[1].steps = steps;
        const LaneResult coarse = run(scene, 1);
        scene.lanes[1].steps = 2 * steps;
        const LaneResult fine = run(scene, 1);
        INFO(grid << ", " << steps << " and twice as many steps");
        CHECK(coarse.refinable);
        CHECK(fine.refinable);
        // On paths of their own they are more than 1 apart.
        CHECK(std::sqrt((coarse.path.x.back() - fine.path.x.back()).square().rowwise().sum().mean()) < 0.3f);
    }
}

TEST_CASE("Noise that is remembered from run to run is the noise made anew, whatever changes between them") {
    Scene scene = builtin("same_marginals");
    NoiseMemory noise;
    const auto agrees = [&](int particles, int steps) {
        const auto a = run(scene, 2, {.particles = particles, .steps = steps, .noise = &noise}).path, b = run(scene, 2, {.particles = particles, .steps = steps}).path;
        bool same = a.x.size() == b.x.size();
        for (std::size_t k = 0; same && k < a.x.size(); ++k) same = same_bits(a.x[k], b.x[k]);
        return same;
    };
    CHECK(agrees(300, 20));
    REQUIRE(noise.parts.size() == 20);
    noise.parts[19].increment.dW.setZero();
    CHECK_FALSE(agrees(300, 20));  // it is what is used
    noise = {};
    CHECK(agrees(300, 20));
    const float* made = noise.parts[7].increment.dW.data();
    scene.lanes[2].sigma.values["max"] = 0.7;
    CHECK(agrees(300, 20));
    CHECK(noise.parts[7].increment.dW.data() == made);
    noise.parts.erase(noise.parts.begin() + 7, noise.parts.end());  // of a run that was stopped
    CHECK(agrees(300, 20));
    CHECK(noise.parts.size() == 20);
    CHECK(agrees(300, 30));  // other steps from the first on
    CHECK(agrees(200, 30));
    CHECK(agrees(200, 15));
    CHECK(noise.parts.size() == 15);
    ++scene.seed;
    CHECK(agrees(200, 15));
}

TEST_CASE("Metrics of the first draws are those of a lane of so many") {
    Scene scene = builtin("eight_gaussians");
    scene.lanes[0].particles = 3000;
    const LaneResult many = run(scene, 0), few = run(scene, 0, {700, 0});
    const LaneMetrics a = lane_metrics(scene, many, {}, live_metrics(), 700), b = lane_metrics(scene, few);
    REQUIRE(a.values.size() == b.values.size());
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        CHECK(a.values[i].points <= 700);
        CHECK(a.values[i].points == b.values[i].points);
        CHECK(a.values[i].value == b.values[i].value);
    }
    CHECK(lane_metrics(scene, many).values[0].points == 3000);
}

TEST_CASE("Above 50,000 particles noise is keyed by step, and said so") {
    Scene scene = builtin("eight_gaussians");
    scene.lanes[1].particles = 50'001;
    scene.lanes[1].steps = 2;
    const auto a = run(scene, 1), b = run(scene, 1);
    CHECK_FALSE(a.refinable);
    CHECK(same_bits(a.path.x.back(), b.path.x.back()));
}

TEST_CASE("A lane over its budget keeps few slices, and its end is the same") {
    Scene scene = builtin("eight_gaussians");
    scene.data.choice = {"gaussian", {}};
    auto& lane = scene.lanes[0];
    lane.solver.id = "euler";
    lane.particles = 200'000;
    lane.steps = 200;
    const auto large = run(scene, 0);
    CHECK(large.path.x.size() <= 32);
    CHECK(large.path.t.size() == large.path.x.size());
    CHECK(large.path.t.front() == 0);
    CHECK(large.path.t.back() == 1);
    CHECK(large.path.evaluations == 200);
    const auto small = run(scene, 0, {1000, 0});
    CHECK(small.path.x.size() == 201);
    CHECK((small.path.x.back() - large.path.x.back().topRows(1000)).abs().maxCoeff() < 1e-4f);
}

TEST_CASE("Every σ_t gives the exact marginals: metrics stay within the noise floor") {
    Scene scene = builtin("eight_gaussians");
    for (const char* id : {"zero", "constant", "beta", "reverse", "decreasing", "bump"}) {
        CAPTURE(id);
        scene.lanes[1].sigma = {id, {}};
        scene.lanes[1].steps = 400;
        const auto result = run(scene, 1);
        const auto measured = lane_metrics(scene, result);
        REQUIRE(measured.values.size() >= 2);
        CHECK(measured.lost == 0);
        for (const auto& value : measured.values) {
            CAPTURE(value.id, value.value, value.floor.mean);
            if (value.id == "modes_missed") {
                CHECK(value.value == 0);
                continue;
            }
            const double spread = value.id == "outliers" ? 0.9 : 0.5;  // about 20 of 2,000: a standard deviation of 0.22
            CHECK(value.ratio() < 1 + spread);
            CHECK(value.ratio() > 1 - spread);
        }
        REQUIRE(measured.coverage);
        CHECK(measured.coverage->covered == 8);
    }
}

TEST_CASE("Metrics see what is wrong") {
    Scene scene = builtin("eight_gaussians");
    auto result = run(scene, 0);
    auto& last = result.path.x.back();
    last = last.abs();  // one quadrant of four
    const auto measured = lane_metrics(scene, result);
    for (const auto& value : measured.values)
        if (value.id == "modes_missed") CHECK(value.value >= 4);
        else if (value.id != "outliers") CHECK(value.ratio() > 3);  // they are mirrored into the modes that stay
    REQUIRE(measured.coverage);
    CHECK(measured.coverage->covered <= 4);
    last.row(0).setConstant(std::nanf(""));
    CHECK(lane_metrics(scene, result).lost == 1);
}

TEST_CASE("Positions between slices are on the straight segment, and clamped outside") {
    LaneResult lane;
    lane.path.t = {0.2, 0.4, 1.0};
    lane.path.x = {Points::Constant(1, 2, 1), Points::Constant(1, 2, 3), Points::Constant(1, 2, 0)};
    Points x;
    const auto at = [&](double t) {
        positions_at(lane, t, x);
        return x(0, 0);
    };
    CHECK(at(0) == 1);
    CHECK(at(0.2) == 1);
    CHECK(at(0.3) == Approx(2));
    CHECK(at(0.4) == 3);
    CHECK(at(0.7) == Approx(1.5));
    CHECK(at(1) == 0);
    CHECK(at(2) == 0);
    CHECK(slice_at(lane.path.t, 0.1) == 0);
    CHECK(slice_at(lane.path.t, 0.4) == 1);
    CHECK(slice_at(lane.path.t, 5) == 2);
}

TEST_CASE("The density movie holds mass, and is linear between slices") {
    const Scene scene = builtin("eight_gaussians");
    const auto movie = density_movie(scene, 0, 96, 9);
    REQUIRE(movie.t.size() == 9);
    // N(0, 1) has a mass of 6e-5 outside a half-width of 4, which every view has.
    for (const double mass : movie.integral) CHECK(mass == Approx(1).margin(2e-3));
    DensityGrid between;
    float maximum = 0;
    double integral = 0;
    density_at(movie, 3.0 / 16, between, &maximum, &integral);
    CHECK((between - (movie.p[1] + movie.p[2]) / 2).abs().maxCoeff() < 1e-6f);
    CHECK(maximum == between.maxCoeff());
    CHECK(integral == Approx((movie.integral[1] + movie.integral[2]) / 2));
    density_at(movie, 7, between, nullptr, nullptr);
    CHECK((between == movie.p.back()).all());
}

TEST_CASE("The field movie is the field at the cell centres") {
    const Scene scene = builtin("eight_gaussians");
    const auto fields = make_fields(scene, {}, nullptr);
    const auto movie = lane_field_movie(scene, 0, fields, 8, 5);
    REQUIRE(movie.t.size() == 5);
    REQUIRE(movie.width == 12);
    const double cell = (movie.box.x_max - movie.box.x_min) / movie.width;
    Points x(1, 2);
    x << static_cast<float>(movie.box.x_min + 2.5 * cell), static_cast<float>(movie.box.y_min + 5.5 * cell);
    FieldValues<float> exact;
    fields.fields[0]->evaluate(x, movie.t[2], want_velocity | want_score, exact);
    CHECK((movie.velocity[2].row(5 * movie.width + 2) - exact.velocity.row(0)).abs().maxCoeff() < 1e-4f);
    CHECK((movie.score[2].row(5 * movie.width + 2) - exact.score.row(0)).abs().maxCoeff() < 1e-4f);
}

TEST_CASE("The exact field of points the user gave leads back to those points") {
    Scene scene = builtin("eight_gaussians");
    scene.data = {};
    scene.data.choice.id = "points";
    Random random(5, "points");
    scene.data.points = make_point_set(2 * random.normals(40));
    // Euler's last step ends on the denoiser, which is one of the points unless a particle sits between two of them.
    scene.lanes[0].solver.id = "euler";
    scene.lanes[0].steps = 100;
    const auto result = run(scene, 0);
    const auto& end = result.path.x.back();
    REQUIRE(result.path.lost == 0);
    int astray = 0;
    for (Eigen::Index i = 0; i < end.rows(); ++i)
        astray += (scene.data.points->x.rowwise() - end.row(i)).square().rowwise().sum().minCoeff() > 1e-4f;
    CHECK(astray < end.rows() / 50);
    const auto movie = density_movie(scene, 0, 48, 5);
    CHECK(movie.t.back() == 1);
    for (const auto& p : movie.p) CHECK(p.isFinite().all());
}

TEST_CASE("Cancelling stops a lane within a step") {
    Scene scene = builtin("eight_gaussians");
    std::stop_source stop;
    stop.request_stop();
    const auto result = run(scene, 0, {}, stop.get_token());
    CHECK(result.path.outcome == Outcome::cancelled);
    CHECK(result.path.x.size() <= 2);
    CHECK(density_movie(scene, 0, 16, 5, stop.get_token()).t.empty());
}

TEST_CASE("A missing field is said, not crashed on") {
    const Scene scene = builtin("moons");
    CHECK(refusal([&] { run(scene, 0); }) == "lanes[0]: model 'flow' has no weights yet");
    CHECK(refusal([&] { lane_field_movie(scene, 0, make_fields(scene, {}, nullptr), 8, 3); }).find("has no weights yet") != std::string::npos);
    CHECK(run(scene, 1).path.outcome == Outcome::done);
}

TEST_CASE("Keys change with what a result depends on, and with nothing else") {
    const Scene scene = builtin("ring_of_11");
    const auto changed = [&](auto change, auto key) {
        Scene other = scene;
        change(other);
        return key(other) != key(scene);
    };
    const auto lane = [](const Scene& s) { return lane_key(s, 1, {}); };
    CHECK(changed([](Scene& s) { s.seed = 8; }, lane));
    CHECK(changed([](Scene& s) { s.lanes[1].steps = 8; }, lane));
    CHECK(changed([](Scene& s) { s.lanes[1].sigma.values["max"] = 0.6; }, lane));
    CHECK(changed([](Scene& s) { s.models[1].schedule.id = "linear"; }, lane));
    CHECK(changed([](Scene& s) { s.data.choice.id = "moons"; s.data.choice.values.clear(); }, lane));
    CHECK_FALSE(changed([](Scene& s) { s.lanes[0].steps = 8; }, lane));
    CHECK_FALSE(changed([](Scene& s) { s.title = "x"; s.view.panes = 1; }, lane));
    CHECK_FALSE(changed([](Scene& s) { s.models[0].training.learning_rate = 8; }, lane));
    const auto training = [](const Scene& s) { return training_key(s, 0); };
    CHECK(changed([](Scene& s) { s.models[0].network.hidden = {8}; }, training));
    CHECK(changed([](Scene& s) { s.models[0].objective.prediction = "data"; }, training));
    CHECK(changed([](Scene& s) { s.seed = 8; }, training));
    CHECK_FALSE(changed([](Scene& s) { s.models[0].training.learning_rate = 8; }, training));
    CHECK_FALSE(changed([](Scene& s) { s.lanes[0].steps = 8; }, training));
    WeightSet weights(2);
    auto w = std::make_shared<nn::Weights>();
    w->values = {1, 2, 3};
    weights[1] = w;
    CHECK(lane_key(scene, 1, weights) != lane_key(scene, 1, {}));
    CHECK(lane_key(scene, 0, weights) == lane_key(scene, 0, {}));
    auto same = std::make_shared<nn::Weights>(*w);
    CHECK(weights_hash(same) == weights_hash(w));
}
