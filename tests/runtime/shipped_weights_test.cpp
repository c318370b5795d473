// Weights that ship with built-in scenes: whose they are, when they are given, and that training does not start from them.
#include "app/runtime/shipped_weights.h"

#include <algorithm>

#include "app/runtime/compute.h"
#include "app/runtime/fields.h"
#include "app/runtime/keys.h"
#include "app/runtime/session.h"
#include "core/nn/engine.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

std::shared_ptr<const TrainingState> state(const Session& session, std::size_t model = 0) { return session.results().training[model]; }

struct Shipped {
    std::string id;
    int model;
};
std::vector<Shipped> all_shipped() {
    std::vector<Shipped> out;
    for (const BuiltinScene& builtin : builtin_scenes())
        for (int i = 0; i < static_cast<int>(builtin.scene.models.size()); ++i)
            if (builtin.scene.models[static_cast<std::size_t>(i)].field == "network" && shipped_weights(builtin.scene, i)) out.push_back({builtin.id, i});
    return out;
}

}  // namespace

TEST_CASE("weights that ship were trained as their scene says, and for all of its networks or none") {
    const auto shipped = all_shipped();
    REQUIRE(shipped.size() >= 8);
    for (const auto& [id, model] : shipped) {
        CAPTURE(id, model);
        const Scene scene = builtin(id);
        const auto weights = shipped_weights(scene, model);
        CHECK(mismatch(scene, model, weights->description).empty());
        CHECK(weights->description.steps == scene.models[static_cast<std::size_t>(model)].training.steps);
        for (int i = 0; i < static_cast<int>(scene.models.size()); ++i)
            if (scene.models[static_cast<std::size_t>(i)].field == "network") CHECK(shipped_weights(scene, i));
    }
    // What is to be trained in front of everybody has none.
    CHECK_FALSE(shipped_weights(builtin("moons"), 0));
    CHECK_FALSE(shipped_weights(builtin("loss_floor"), 0));
}

TEST_CASE("weights that ship carry noise to their scene's data") {
    nn::Engine& engine = nn::open_engine();
    for (const BuiltinScene& built : builtin_scenes()) {
        Scene scene = built.scene;
        WeightSet weights(scene.models.size());
        for (int i = 0; i < static_cast<int>(scene.models.size()); ++i)
            if (scene.models[static_cast<std::size_t>(i)].field == "network") weights[static_cast<std::size_t>(i)] = shipped_weights(scene, i);
        const FieldSet fields = make_fields(scene, weights, &engine);
        for (int lane = 0; lane < static_cast<int>(scene.lanes.size()); ++lane) {
            const auto& model = scene.lanes[static_cast<std::size_t>(lane)].model;
            if (!weights[static_cast<std::size_t>(model_index(scene, model))]) continue;
            CAPTURE(built.id, lane);
            LaneRequest request;
            request.particles = 500;
            const LaneMetrics metrics = lane_metrics(scene, run_lane(scene, lane, fields, request));
            const auto w2 = std::find_if(metrics.values.begin(), metrics.values.end(), [](const MetricValue& value) { return value.id == "sliced_w2"; });
            REQUIRE(w2 != metrics.values.end());
            CHECK(w2->ratio() < 4);  // untrained networks: 10 and more
        }
    }
}

TEST_CASE("a session shows the weights that ship, trains from random ones, and forgets them for what was trained") {
    Scene scene = builtin("four_predictions");
    for (Lane& lane : scene.lanes) lane.particles = 50, lane.steps = 10;
    scene.models[0].training.batch = 32;  // not among what the weights depend on
    Session session(scene);
    REQUIRE(eventually([&] { return state(session, 3)->weights && session.results().lane_current[3]; }));
    const auto given = state(session);
    REQUIRE(given->weights);
    CHECK(is_shipped(given->weights));
    CHECK(given->status == TrainingStatus::finished);
    CHECK(given->step == given->steps);

    session.train(0);
    REQUIRE(eventually([&] { return state(session)->status == TrainingStatus::running && state(session)->step > 0; }));
    CHECK_FALSE(is_shipped(state(session)->weights));
    CHECK(state(session)->step < given->step);
    session.pause(0);
    REQUIRE(eventually([&] { return state(session)->status == TrainingStatus::paused; }));
    const long step = state(session)->step;

    // Another width has no weights; back at the old one there is what was trained here.
    Scene wider = session.scene();
    wider.models[0].network.hidden = {48, 48};
    session.commit("wider", wider);
    REQUIRE(eventually([&] { return !state(session)->weights; }));
    session.undo();
    REQUIRE(eventually([&] { return state(session)->weights != nullptr; }));
    CHECK(state(session)->step == step);
    CHECK_FALSE(is_shipped(state(session)->weights));
}

TEST_CASE("many scenes with weights that ship do not push out what was trained here") {
    Scene scene = builtin("moons");
    scene.models[0].training.batch = 32;
    for (Lane& lane : scene.lanes) lane.particles = 20, lane.steps = 5;
    Session session(scene);
    REQUIRE(eventually([&] { return session.networks_available(); }));
    session.train(0);
    REQUIRE(eventually([&] { return state(session)->step > 5; }));
    session.pause(0);
    REQUIRE(eventually([&] { return state(session)->status == TrainingStatus::paused; }));
    const long step = state(session)->step;
    std::string last;
    for (const auto& [id, model] : all_shipped()) {
        if (id == last) continue;
        last = id;
        session.load(builtin(id), "open " + id);
        REQUIRE(eventually([&] { return state(session, static_cast<std::size_t>(model))->weights != nullptr; }));
    }
    session.load(scene, "back");
    REQUIRE(eventually([&] { return state(session)->weights != nullptr; }));
    CHECK(state(session)->step == step);
}
