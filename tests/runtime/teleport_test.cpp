// Lanes that begin at a middle t: against the flow itself and the exact densities of one Gaussian.
#include <cmath>

#include "app/runtime/evaluation.h"
#include "app/runtime/fokker_planck.h"
#include "app/runtime/keys.h"
#include "app/runtime/teleport_savings.h"
#include "core/math/field/gaussian_flow.h"
#include "core/math/schedule/schedules.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

Scene one_gaussian() {
    Scene scene;
    scene.data.choice.id = "mixture";
    Component one;
    one.mean = {0.7, -0.4};
    one.covariance << 0.5, 0.2, 0.2, 0.3;
    scene.data.components = {one};
    scene.view.panes = 1;
    return scene;
}

Scene teleported(double to = 0.6) {
    Scene scene = one_gaussian();
    scene.lanes[0].start = "teleport";
    scene.lanes[0].teleport_to = to;
    scene.lanes[0].particles = 500;
    scene.lanes[0].solver = {"rk4", {}};
    return scene;
}

LaneResult run(const Scene& scene, int lane, LaneRequest request = {}) { return run_lane(scene, lane, make_fields(scene, {}, nullptr), request); }

}  // namespace

TEST_CASE("For Gaussian data a teleport lands where the flow leads") {
    Scene scene = one_gaussian();
    for (const auto& entry : schedules()) {
        const std::string schedule(entry.id);
        CAPTURE(schedule);
        scene.models[0].schedule = {schedule, {}};
        Lane& lane = scene.lanes[0];
        lane = Lane{};
        lane.particles = 200;
        lane.solver = {"dormand_prince", {{"adaptive", 0}}};
        lane.steps = 100;  // ends at the kinks of the drawn curves, with and without the teleport
        const LaneResult whole = run(scene, 0);
        const Component& one = scene.data.components[0];
        const AffineMap flow = gaussian_flow(*find(schedules(), schedule, "test").make(), one.mean, one.covariance, whole.range.min, whole.range.max);
        const PointsD exact = ((whole.start.matrix().cast<double>() * flow.matrix.transpose()).rowwise() + flow.shift.transpose()).array();
        lane.start = "teleport";
        lane.teleport_to = 0.6;
        validate(scene, "scene");
        const LaneResult jumped = run(scene, 0);
        CHECK(jumped.range.min == 0.6);
        CHECK((jumped.start - whole.start).abs().maxCoeff() == 0);
        CHECK((jumped.path.x.front().cast<double>() - exact).abs().maxCoeff() > 0.05);  // the jump alone is not all
        // Single precision: 100 sums of positions up to 4, whose last bit is 2.4e-7, and half the walk of the rounding.
        // The 1,000 kinks of DDPM lie within the steps, which leaves an error of the first order there: at a level stages see the slope towards the data.
        const double kinks = schedule == "ddpm" ? 8e-3 : 0;
        CHECK((jumped.path.x.back().cast<double>() - exact).abs().maxCoeff() < 6e-6 + kinks);
        CHECK((whole.path.x.back().cast<double>() - exact).abs().maxCoeff() < 1.2e-5 + kinks);
    }
}

TEST_CASE("log p of a teleported lane is that of where it lands, along the path and of given points") {
    const Scene scene = teleported();
    validate(scene, "scene");
    const auto fields = make_fields(scene, {}, nullptr);
    const LaneResult lane = run(scene, 0, {0, 0, true});
    REQUIRE(lane.path.log_p.size() == lane.path.x.size());
    for (const std::size_t slice : {std::size_t{0}, lane.path.x.size() - 1}) {
        FieldValues<float> exact;
        fields.fields[0]->evaluate(lane.path.x[slice], lane.path.t[slice], want_log_density, exact);
        // At 0.6 the map's determinant is 0.29: without it log p is off by 1.2.
        CHECK((lane.path.log_p[slice] - exact.log_density).abs().maxCoeff() < 1e-4f);
    }
    const auto evaluation = evaluate_lane(scene, 0, fields, {1, find_metric("sliced_w2", "test")});
    REQUIRE(evaluation.likelihood);
    CHECK(std::abs(evaluation.likelihood->kl->mean) < 1e-6);
}

TEST_CASE("The density of a teleported lane starts at the Gaussian of the jump and ends at the data") {
    Scene scene = teleported(0.5);
    FokkerPlanckRequest request;
    request.grid = 96, request.slices = 3;
    for (const char* sigma : {"zero", "beta"}) {
        scene.lanes[0].sigma.id = sigma;
        scene.lanes[0].solver.id = "euler_maruyama";
        CAPTURE(sigma);
        const auto result = run_fokker_planck(scene, 0, make_fields(scene, {}, nullptr), request);
        CHECK(result.solution.t.front() == 0.5);
        CHECK_FALSE(result.exact_field);
        REQUIRE(result.discrepancy.size() == 3);
        CHECK(result.discrepancy.front().l1 < 1e-4);
        CHECK(result.discrepancy.back().l1 < 5e-3);
    }
}

TEST_CASE("What a teleport changes is in the keys of lanes and densities") {
    const Scene scene = one_gaussian(), early = teleported(0.3), late = teleported(0.4);
    CHECK(lane_key(scene, 0, {}) != lane_key(early, 0, {}));
    CHECK(lane_key(late, 0, {}) != lane_key(early, 0, {}));
    CHECK(fokker_planck_key(late, 0, {}) != fokker_planck_key(early, 0, {}));
}

TEST_CASE("Evaluations saved are counted where both starts are good; one Gaussian needs one step less of everything") {
    Scene scene = teleported(0.9);
    scene.lanes[0].solver = {"heun", {}};
    scene.lanes[0].particles = 2000;
    const auto fields = make_fields(scene, {}, nullptr);
    const auto savings = teleport_savings(scene, 0, fields);
    REQUIRE(savings);
    REQUIRE(savings->ladder.size() == 12);
    CHECK(savings->ladder.back().evaluations[0] == savings->ladder.back().evaluations[1]);
    REQUIRE(savings->teleported);
    REQUIRE(savings->whole);
    CHECK(*savings->teleported < *savings->whole);
    CHECK(sentence(*savings).find(fmt::format("{} saved", *savings->whole - *savings->teleported)) != std::string::npos);
    CHECK_FALSE(teleport_savings(one_gaussian(), 0, fields));
}
