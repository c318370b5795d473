#include "app/runtime/pairing.h"

#include <cmath>

#include "app/runtime/compute.h"
#include "app/runtime/lane_stability.h"
#include "core/math/solver/solvers.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

// One Gaussian, two lanes that follow the same SDE by Euler–Maruyama and by SRA1.
Scene pair_of_solvers(int steps) {
    Scene scene;
    scene.data.choice = {"gaussian", {}};
    scene.lanes.assign(2, Lane{});
    for (Lane& lane : scene.lanes) {
        lane.sigma = {"constant", {{"max", 0.8}}};
        lane.particles = 400;
        lane.steps = steps;
        lane.t_max = 0.75;
    }
    scene.lanes[0].solver.id = "euler_maruyama";
    scene.lanes[1].solver.id = "sra1";
    return scene;
}

LaneResult run(const Scene& scene, int lane, LaneRequest request = {}) { return run_lane(scene, lane, make_fields(scene, {}, nullptr), request); }

double rms_at_end(const Scene& scene, const Scene& other) { return pair_distance(run(scene, 0), run(other, 1)).rms.back(); }

}  // namespace

TEST_CASE("Two solvers on one Brownian path meet particle by particle at their strong order, on two paths they do not") {
    // Euler–Maruyama has strong order 1: a fourth of the step, a fourth of the distance.
    const double coarse = rms_at_end(pair_of_solvers(48), pair_of_solvers(48)), fine = rms_at_end(pair_of_solvers(192), pair_of_solvers(192));
    CHECK(std::log2(coarse / fine) / 2 == Approx(1).margin(0.15));
    CHECK(fine < 0.02);
    Scene other = pair_of_solvers(192);
    other.seed = 8;
    CHECK(rms_at_end(pair_of_solvers(192), other) > 0.3);
}

TEST_CASE("The distance of a pair is that of the same rows at the same time") {
    LaneResult a, b;
    a.path.t = {0, 0.5, 1};
    a.path.x = {Points::Zero(2, 2), Points::Zero(2, 2), Points::Zero(2, 2)};
    b.path.t = {0, 1};
    b.path.x = {Points::Zero(3, 2), (Points(3, 2) << 6, 8, 0, 2, 9, 9).finished()};
    a.start = a.path.x.front();
    b.start = b.path.x.front();
    auto pair = pair_distance(a, b);
    CHECK(pair.t == a.path.t);
    CHECK(pair.mean == std::vector<double>{0, 3, 6});
    CHECK(pair.most == std::vector<double>{0, 5, 10});
    CHECK(pair.rms[2] == Approx(std::sqrt(52.0)));
    const auto now = pair_distance_at(a, b, 0.25);
    REQUIRE(now);
    CHECK(now->mean == Approx(1.5));
    CHECK(now->most == Approx(2.5));
    CHECK_FALSE(pair_distance_at(a, b, 1.5));
    b.path.x[1].row(0).setConstant(std::nanf(""));
    CHECK(pair_distance(a, b).mean[2] == 2);
    CHECK(pair_distance_at(a, b, 1)->most == 2);
}

TEST_CASE("A path run in pieces equals the whole, for every solver") {
    Scene scene;
    scene.view.panes = 1;
    Lane& lane = scene.lanes[0];
    lane.particles = 50;
    lane.steps = 100;
    for (const auto& solver : solvers()) {
        CAPTURE(solver.id);
        lane.solver = {std::string(solver.id), solver.adaptive ? ParameterValues{{"adaptive", 0}} : ParameterValues{}};
        lane.sigma = solver.stochastic ? Choice{"beta", {}} : Choice{"zero", {}};
        const LaneResult whole = run(scene, 0), pieces = run(scene, 0, {0, 0, false, 7 * 50 * 2 * sizeof(float)});
        CHECK(whole.path.x.size() == 101);
        CHECK(pieces.path.x.size() <= 32);
        CHECK((pieces.path.x.back() - whole.path.x.back()).abs().maxCoeff() < 2e-5f);
    }
}

TEST_CASE("A lane beyond its limit of stability is warned of, one with σ_t = β_t is not") {
    Scene scene;
    scene.view.panes = 1;
    Lane& lane = scene.lanes[0];
    lane.solver.id = "euler_maruyama";
    lane.steps = 8;
    lane.sigma = {"constant", {{"max", 4}}};
    auto stability = lane_stability(scene, 0);
    REQUIRE(stability);
    CHECK_FALSE(stability->stable());
    CHECK(warning(*stability).find("is beyond the stability limit") != std::string::npos);
    const auto limit = stable_noise(scene, 0);
    REQUIRE(limit);
    CHECK(*limit > 0);
    for (const double factor : {0.999, 1.001}) {
        lane.sigma.values["max"] = factor * *limit;
        CHECK(lane_stability(scene, 0)->stable() == (factor < 1));
    }
    CHECK(*stable_noise(scene, 0) == Approx(*limit).epsilon(1e-5));  // whatever it is now
    lane.steps = 200;
    CHECK(*stable_noise(scene, 0) > 2 * *limit);
    lane.steps = 8;
    lane.sigma = {"beta", {}};
    stability = lane_stability(scene, 0);
    REQUIRE(stability);
    CHECK(stability->stable());
    CHECK(*stable_noise(scene, 0) > *limit);
    lane.sigma = {"drawn", {}};
    CHECK_FALSE(stable_noise(scene, 0));
    lane.sigma = {"zero", {}};
    lane.solver.id = "heun";
    CHECK_FALSE(lane_stability(scene, 0));
}
