// Films of training: networks trained to shares of their steps, and what a picture shows of them.
#include "app/runtime/film_training.h"

#include <cmath>

#include "app/runtime/shown_results.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

Scene small(int steps) {
    Scene scene = builtin("moons");
    scene.models[0].network.hidden = {16, 16};
    scene.models[0].training = {.steps = steps, .batch = 64, .ema = 0.9};
    for (Lane& lane : scene.lanes) lane.particles = 100, lane.steps = 10;
    return scene;
}

}  // namespace

TEST_CASE("trained by shares or at once: the same weights; the mark says where training stands") {
    const Scene scene = small(90);
    auto& engine = nn::open_engine(nn::EngineChoice::fused);
    FilmTraining training(scene, engine, nn::Device::cpu);
    CHECK(training.mark().step == 0);
    CHECK(training.mark().steps == 90);
    CHECK(std::isnan(training.mark().loss));
    const auto random = training.weights()[0];
    training.advance_to(0.5);
    CHECK(training.mark().step == 45);
    const auto half = training.weights()[0];
    training.advance_to(0.5);
    CHECK(training.weights()[0]->values == half->values);
    CHECK(half->values != random->values);
    for (const double share : {0.61, 0.77, 1.0}) training.advance_to(share);
    CHECK(training.mark().step == 90);
    CHECK(std::isfinite(training.mark().loss));
    CHECK(training.weights()[0]->values == train_model(scene, 0, engine, {0, nn::Device::cpu}, {})->values);
    CHECK_THROWS_AS(FilmTraining(builtin("eight_gaussians"), engine, nn::Device::cpu), BadInput);
}

TEST_CASE("what does not follow the network is computed once; what does, anew for other weights") {
    const Scene scene = small(40);
    REQUIRE(scene.lanes.size() >= 2);  // a learned lane beside an exact one
    auto& engine = nn::open_engine(nn::EngineChoice::fused);
    FilmTraining training(scene, engine, nn::Device::cpu);
    const auto results = [&](const ShownResults& before) {
        const WeightSet weights = training.weights();
        return shown_results(scene, weights, make_fields(scene, weights, &engine, nn::Device::cpu), before);
    };
    const ShownResults first = results({});
    training.advance_to(1);
    const ShownResults second = results(first), same = results(second);
    int kept = 0, renewed = 0;
    for (std::size_t i = 0; i < scene.lanes.size(); ++i) {
        const bool learned = scene.lanes[i].model == scene.models[0].name;
        CHECK((first.results.lanes[i] == second.results.lanes[i]) == !learned);
        CHECK((first.results.fields[i] == second.results.fields[i]) == !learned);
        CHECK(first.results.densities[i] == second.results.densities[i]);
        CHECK(second.results.lanes[i] == same.results.lanes[i]);
        CHECK(first.results.lane_current[i]);
        (learned ? renewed : kept) += 1;
    }
    CHECK(kept > 0);
    CHECK(renewed > 0);
}
