#include "app/runtime/compute.h"
#include "core/math/grid/grids.h"
#include "core/math/schedule/schedules.h"
#include "core/math/sigma/sigmas.h"
#include "core/math/solver/solvers.h"
#include "tests/catch.h"

using namespace pf;

namespace {

Scene small_scene(std::string_view field, std::string_view schedule) {
    Scene scene;
    scene.models[0].field = std::string(field);
    scene.models[0].schedule.id = std::string(schedule);
    scene.lanes[0].steps = 12;
    scene.lanes[0].particles = 40;
    scene.view.panes = 1;
    return scene;
}

// Runs the lane, or checks that it is refused with a reason by everyone who is asked. True if it ran.
bool runs(const Scene& scene) {
    const std::string why = why_not(scene, scene.lanes[0]);
    if (!why.empty()) {
        CHECK_THROWS_AS(validate(scene, "scene"), BadInput);
        return false;
    }
    validate(scene, "scene");
    const LaneResult result = run_lane(scene, 0, make_fields(scene, {}, nullptr));
    CHECK(result.path.lost == 0);
    CHECK(result.path.x.back().isFinite().all());
    CHECK(result.path.t.back() == result.range.max);
    CHECK(result.path.evaluations > 0);
    return true;
}

}  // namespace

TEST_CASE("Every schedule runs with every solver, or is refused with a reason") {
    for (const auto& schedule : schedules())
        for (const auto& solver : solvers())
            for (const char* sigma : {"zero", "beta"}) {
                CAPTURE(schedule.id, solver.id, sigma);
                Scene scene = small_scene("exact", schedule.id);
                scene.lanes[0].solver.id = std::string(solver.id);
                scene.lanes[0].sigma.id = sigma;
                CHECK(runs(scene) == (solver.stochastic || sigma == std::string("zero")));
            }
}

TEST_CASE("Every time grid and every field in closed form runs on every schedule") {
    for (const auto& schedule : schedules())
        for (const char* field : {"exact", "memorising", "gaussian"})
            for (const auto& grid : grids()) {
                CAPTURE(schedule.id, field, grid.id);
                Scene scene = small_scene(field, schedule.id);
                scene.lanes[0].grid.id = std::string(grid.id);
                scene.lanes[0].solver.id = "dpm_solver_2m";
                CHECK(runs(scene));
            }
}

TEST_CASE("Solver options reach the solver: a scene's tolerance decides the number of evaluations") {
    Scene scene = small_scene("exact", "linear");
    scene.lanes[0].solver = {"dormand_prince", {{"rtol", 1e-2}, {"atol", 1e-2}}};
    const auto loose = run_lane(scene, 0, make_fields(scene, {}, nullptr));
    scene.lanes[0].solver.values = {{"rtol", 1e-6}, {"atol", 1e-6}};
    const auto tight = run_lane(scene, 0, make_fields(scene, {}, nullptr));
    CHECK(tight.path.evaluations > loose.path.evaluations);
    scene.lanes[0].solver.values = {{"speed", 1}};
    CHECK_THROWS_WITH(validate(scene, "scene"), "scene: lanes[0].solver: unknown option 'speed' (known: adaptive, atol, rtol)");
}

TEST_CASE("The memorising field brings back the points it was given") {
    Scene scene = small_scene("memorising", "square_root");
    scene.lanes[0].steps = 400;
    const auto result = run_lane(scene, 0, make_fields(scene, {}, nullptr));
    Random random(scene.seed, "memorised");
    const Points kept = make_dataset(scene.data)->sample(random, 1000);
    for (Eigen::Index i = 0; i < result.path.x.back().rows(); ++i) {
        const Points x = result.path.x.back().row(i);
        // t ends 1e-3 before the pole, where a particle is within a few β = 0.032 of its point.
        CHECK(((kept.rowwise() - x.row(0)).square().rowwise().sum()).minCoeff() < 0.15f * 0.15f);
    }
}
