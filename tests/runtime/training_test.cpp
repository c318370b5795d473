// Training end to end, with the network module.
#include <cmath>
#include <cstring>
#include <set>

#include "app/runtime/compute.h"
#include "app/runtime/fields.h"
#include "app/runtime/film_training.h"
#include "app/runtime/live_parameters.h"
#include "app/runtime/session.h"
#include "app/runtime/scene_file.h"
#include "app/runtime/shown_results.h"
#include "app/runtime/training_run.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

// A network small enough to train in a second.
Scene tiny(int steps = 300) {
    Scene scene = builtin("moons");
    auto& model = scene.models[0];
    model.network.hidden = {16, 16};
    model.training.steps = steps;
    model.training.batch = 128;
    model.training.learning_rate = 3e-3;
    model.training.ema = 0.9;
    for (auto& lane : scene.lanes) {
        lane.particles = 300;
        lane.steps = 20;
    }
    return scene;
}

std::shared_ptr<const TrainingState> state(const Session& session) { return session.results().training[0]; }
bool reached(const Session& session, TrainingStatus status) { return state(session)->status == status; }

// A session whose module is open; a missing module is a failure, not a skip.
struct Trained {
    explicit Trained(Scene scene) : session(std::move(scene)) {
        const bool opened = eventually([&] { return session.networks_available(); });
        INFO(session.network_status());
        REQUIRE(opened);
    }
    Session session;
};

}  // namespace

TEST_CASE("train_model gives the same bits twice, and learns") {
    const Scene scene = tiny(400);
    auto& engine = nn::open_engine();
    long seen = 0;
    const auto progress = [&](long step, double loss) {
        seen = step;
        REQUIRE(std::isfinite(loss));
    };
    const auto a = train_model(scene, 0, engine, {0, nn::Device::cpu}, progress);
    CHECK(seen == 400);
    CHECK(a->description.steps == 400);
    const auto b = train_model(scene, 0, engine, {0, nn::Device::cpu}, {});
    REQUIRE(a->values.size() == b->values.size());
    CHECK(std::memcmp(a->values.data(), b->values.data(), a->values.size() * sizeof(float)) == 0);
    // Much nearer to the exact velocity than after one step.
    const auto untrained = train_model(scene, 0, engine, {1, nn::Device::cpu}, {});
    const auto error = [&](const std::shared_ptr<const nn::Weights>& weights) {
        const auto fields = make_fields(scene, {weights, nullptr}, &engine);
        const Points x = Random(4, "probe").normals(2000);
        FieldValues<float> learned, exact;
        fields.fields[0]->evaluate(x, 0.3, want_velocity, learned);
        fields.fields[1]->evaluate(x, 0.3, want_velocity, exact);
        return (learned.velocity - exact.velocity).square().mean();
    };
    CHECK(error(a) < 0.6f * error(untrained));
    CHECK(refusal([&] { train_model(scene, 1, engine, {}, {}); }).find("'truth' is exact") != std::string::npos);
}

TEST_CASE("A run cut into chunks gives the same bits") {
    const Scene scene = tiny(60);
    auto& engine = nn::open_engine();
    const auto whole = train_model(scene, 0, engine, {0, nn::Device::cpu}, {});
    TrainingRun run(scene, 0, engine, nn::Device::cpu);
    while (!run.finished()) {
        run.advance(std::chrono::nanoseconds(1));  // one step
        run.weights();
    }
    CHECK(run.weights()->values == whole->values);
}

TEST_CASE("The loss history stays short and keeps the mean") {
    LossHistory history;
    double sum = 0;
    for (long i = 1; i <= 16'000; ++i) {
        history.add(i, static_cast<double>(i));
        sum += static_cast<double>(i);
    }
    REQUIRE(history.losses().size() <= LossHistory::most);
    REQUIRE(history.losses().size() >= LossHistory::most / 2);
    CHECK(history.steps().back() == 16'000);
    double mean = 0;
    for (const float loss : history.losses()) mean += static_cast<double>(loss);
    CHECK(mean / static_cast<double>(history.losses().size()) == Approx(sum / 16'000).epsilon(1e-3));
}

TEST_CASE("Weights that belong to another model are refused with the reason") {
    const Scene scene = tiny(2);
    auto& engine = nn::open_engine();
    const auto weights = train_model(scene, 0, engine, {0, nn::Device::cpu}, {});
    CHECK(mismatch(scene, 0, weights->description).empty());
    const auto why = [&](auto change) {
        Scene other = scene;
        change(other);
        return refusal([&] { make_fields(other, {weights, nullptr}, &engine); });
    };
    CHECK(why([](Scene& s) { s.models[0].network.hidden = {8}; }).find("another shape") != std::string::npos);
    CHECK(why([](Scene& s) { s.models[0].objective.prediction = "score"; }).find("predict 'velocity'") != std::string::npos);
    CHECK(why([](Scene& s) { s.models[0].schedule.id = "vp"; s.models[0].schedule.values.clear(); }).find("another path") != std::string::npos);
    CHECK(mismatch(scene, 1, weights->description).find("takes no weights") != std::string::npos);
}

TEST_CASE("A session trains a network and shows where it leads") {
    Trained fixture(tiny(400));
    Session& session = fixture.session;
    REQUIRE(eventually([&] { return session.results().lane_current[1]; }));
    CHECK_FALSE(session.results().lanes[0]);
    Scene with_arrows = session.scene();
    with_arrows.view.layers = {"density", "particles", "trails", "velocity"};
    session.commit("arrows", with_arrows);
    CHECK(reached(session, TrainingStatus::idle));
    session.train(0);
    REQUIRE(eventually([&] { return reached(session, TrainingStatus::finished); }));
    CHECK(state(session)->step == 400);
    CHECK(state(session)->loss.size() == 400);
    CHECK(state(session)->loss.back() < state(session)->loss.front());
    CHECK(state(session)->revision > 0);
    REQUIRE(eventually([&] {
        const auto r = session.results();
        return r.lane_current[0] && !r.lanes[0]->coarse && r.metrics[0] && r.metrics[0]->key == r.lanes[0]->key && r.fields[0] && !session.busy();
    }));
    const auto direct = train_model(session.scene(), 0, nn::open_engine(), {}, {});
    CHECK(state(session)->weights->values == direct->values);
    session.train(0);
    REQUIRE(eventually([&] {
        for (const auto& notice : session.take_notices())
            if (notice.text.find("has had its 400 steps") != std::string::npos) return true;
        return false;
    }));
}

TEST_CASE("Pause, resume, and undo of a width change bring the network back") {
    Trained fixture(tiny(1'000'000));
    Session& session = fixture.session;
    session.train(0);
    REQUIRE(eventually([&] { return state(session)->step > 20; }));
    CHECK(session.busy());
    // Small refreshes while it runs; by other weights, and none of them called old.
    std::set<Key> seen;
    REQUIRE(eventually([&] {
        const auto r = session.results();
        if (r.lanes[0] && r.lane_current[0]) seen.insert(r.lanes[0]->key);
        return seen.size() > 2;
    }));
    CHECK(session.results().lane_current[0]);
    session.pause(0);
    REQUIRE(eventually([&] { return reached(session, TrainingStatus::paused); }));
    const auto before = state(session);
    REQUIRE(before->weights);
    Scene wider = session.scene();
    wider.models[0].network.hidden = {24};
    session.commit("width", wider);
    CHECK(reached(session, TrainingStatus::idle));
    CHECK_FALSE(state(session)->weights);
    CHECK_FALSE(session.results().lane_current[0]);
    session.undo();
    CHECK(state(session)->weights == before->weights);
    REQUIRE(eventually([&] { return session.results().lane_current[0]; }));
    session.train(0);
    REQUIRE(eventually([&] { return state(session)->step > before->step; }));
    session.restart(0);
    REQUIRE(eventually([&] { return state(session)->step < before->step || state(session)->step > before->step + 20; }));
}

TEST_CASE("Changing the width while training pauses; changing the learning rate is taken over and recorded") {
    Trained fixture(tiny(1'000'000));
    Session& session = fixture.session;
    session.train(0);
    REQUIRE(eventually([&] { return state(session)->step > 5; }));
    Scene scene = session.scene();
    scene.models[0].training.learning_rate = 1e-4;
    scene.models[0].objective.weighting.id = "uniform";
    scene.models[0].objective.weighting.values.clear();
    session.commit("rate", scene);
    REQUIRE(eventually([&] { return state(session)->changes.size() >= 2; }));
    CHECK(state(session)->changes[0].key == "learning_rate");
    CHECK(state(session)->changes[0].value == 1e-4);
    CHECK(reached(session, TrainingStatus::running));
    scene.models[0].network.hidden = {24};
    session.commit("width", scene);
    REQUIRE(eventually([&] { return !session.busy(); }));
    session.undo();
    CHECK(reached(session, TrainingStatus::paused));
}

TEST_CASE("Of a number that is dragged while training stands still one change is kept a step, and words keep their order") {
    Scene scene = tiny(1000);
    Model& model = scene.models[0];
    TrainingRun run(scene, 0, nn::open_engine(), nn::Device::cpu);
    run.advance_to(5);
    for (int i = 1; i <= 100; ++i) {
        model.training.learning_rate = 1e-5 * i;
        model.training.batch = 100 + i;
        run.update(model);
    }
    auto changes = run.state().changes;
    REQUIRE(changes.size() == 2);
    for (const auto& change : changes) CHECK(change.value == (change.key == "batch" ? 200 : 1e-5 * 100));
    model.objective.weighting = {"min_snr", {}};
    run.update(model);
    for (int i = 1; i <= 50; ++i) {
        model.objective.weighting.values["gamma"] = i;
        run.update(model);
    }
    model.objective.weighting = {"uniform", {}};
    run.update(model);
    model.objective.weighting = {"min_snr", {{"gamma", 7.0}}};
    run.update(model);
    changes = run.state().changes;
    CHECK(changes.size() <= 8);
    Model again = scene.models[0];
    again.objective.weighting = {"usual", {}};
    again.training.learning_rate = 1;
    for (const auto& change : changes) set_live_parameter(again, change);
    CHECK(again == model);
    run.advance_to(6);
    model.training.learning_rate = 1e-2;
    run.update(model);
    CHECK(run.state().changes.size() == changes.size() + 1);
}

TEST_CASE("Divergence stops the run, keeps finite weights and advises; it can be resumed") {
    Scene scene = tiny(1'000'000);
    scene.models[0].training.decay = "constant";
    Trained fixture(scene);
    Session& session = fixture.session;
    session.train(0);
    REQUIRE(eventually([&] { return state(session)->step > 20; }));
    scene = session.scene();
    scene.models[0].training.learning_rate = 1e6;
    session.commit("too fast", scene);
    REQUIRE(eventually([&] { return reached(session, TrainingStatus::failed); }));
    const auto failed = state(session);
    CHECK(failed->sentence.find("resume with learning rate 5e+05") != std::string::npos);
    REQUIRE(failed->weights);
    for (const float value : failed->weights->values) REQUIRE(std::isfinite(value));
    scene.models[0].training.learning_rate = 1e-3;
    session.commit("slower", scene);
    session.train(0);
    REQUIRE(eventually([&] { return reached(session, TrainingStatus::running) && state(session)->step > failed->step + 5; }));
    // What is kept of its changes ends there, and can be read.
    const auto bytes = nn::to_safetensors(*state(session)->weights);
    const auto kept = nn::from_safetensors(bytes.data(), bytes.size(), "w").description;
    CHECK(kept.changes.back().key == diverged_key);
    CHECK_FALSE(why_no_replay(scene, 0, kept).empty());
}

TEST_CASE("Weights from a file stand in for training") {
    const Scene scene = tiny(30);
    const auto weights = train_model(scene, 0, nn::open_engine(), {}, {});
    Trained fixture(scene);
    Session& session = fixture.session;
    session.set_weights(0, weights);
    REQUIRE(eventually([&] { return session.results().lane_current[0]; }));
    CHECK(state(session)->weights == weights);
    CHECK(reached(session, TrainingStatus::finished));
    session.set_weights(1, weights);
    REQUIRE(eventually([&] { return !session.take_notices().empty(); }));
}

TEST_CASE("What was changed while a network trained is replayed to the same bits, out of its file too") {
    const Scene scene = tiny(200);
    auto& engine = nn::open_engine(nn::EngineChoice::fused);
    // Trained with changes on the way, saved, resumed from the file, and changed again.
    Scene now = scene;
    Model& model = now.models[0];
    TrainingRun run(scene, 0, engine, nn::Device::cpu);
    run.advance_to(40);
    model.training.learning_rate = 1e-2, model.training.batch = 64;
    run.update(model);
    run.advance_to(90);
    model.objective.weighting = {"min_snr", {{"gamma", 3}}}, model.training.decay = "constant", model.training.ema = 0.5;
    run.update(model);
    run.advance_to(120);
    const auto bytes = nn::to_safetensors(*run.weights());
    TrainingRun second(now, 0, engine, nn::Device::cpu, std::make_shared<const nn::Weights>(nn::from_safetensors(bytes.data(), bytes.size(), "half.safetensors")));
    second.advance_to(150);
    model.training.steps = 170, model.training.clip = 1;
    second.update(model);
    second.advance(std::chrono::seconds(20));
    REQUIRE(second.step() == 170);
    const auto seen = second.weights();
    REQUIRE(why_no_replay(now, 0, seen->description).empty());

    const auto again = train_model(now, 0, engine, {0, nn::Device::cpu, {}, {}, &seen->description}, {});
    CHECK(again->values == seen->values);
    CHECK(again->description.changes == seen->description.changes);
    // By the scene it is saved with alone, another network.
    CHECK(train_model(now, 0, engine, {170, nn::Device::cpu}, {})->values != seen->values);
    // A film ends where they ended, whatever the scene's numbers were changed to since, and passes the half that was saved.
    Scene later = now;
    later.models[0].training.steps = 900, later.models[0].training.learning_rate = 1e-5;
    FilmTraining film(later, engine, nn::Device::cpu, {seen, nullptr});
    CHECK(film.mark().steps == 170);
    film.advance_to(120. / 170);
    CHECK(film.weights()[0]->values == nn::from_safetensors(bytes.data(), bytes.size(), "half.safetensors").values);
    film.advance_to(1);
    CHECK(film.weights()[0]->values == seen->values);

    // Resumed with another rate than it was saved with, it is known from when on; without what came before, nothing is replayed.
    now.models[0].training.steps = 190, now.models[0].training.learning_rate = 2e-3;
    TrainingRun third(now, 0, engine, nn::Device::cpu, seen);
    third.advance(std::chrono::seconds(20));
    const auto last = third.weights();
    CHECK(train_model(later, 0, engine, {0, nn::Device::cpu, {}, {}, &last->description}, {})->values == last->values);
    TrainingRun unknown(now, 0, engine, nn::Device::cpu, train_model(scene, 0, engine, {30, nn::Device::cpu}, {}));
    unknown.advance_to(40);
    CHECK(why_no_replay(now, 0, unknown.weights()->description).find("before step 30") != std::string::npos);

    auto odd = seen->description;
    odd.changes.push_back({170, "momentum", 0.9});
    CHECK(why_no_replay(now, 0, odd) == "step 170: 'momentum' was changed, which is no hyper-parameter");
    odd.changes.back() = {170, "learning_rate", -1};
    CHECK(why_no_replay(now, 0, odd).find("step 170: models[0].training.learning_rate") != std::string::npos);
    odd.changes.back() = {170, std::string(diverged_key), 0};
    CHECK(why_no_replay(now, 0, odd).find("diverged at step 170") != std::string::npos);
}

TEST_CASE("what is coarse while a network trains is made in full for a page, by the weights it has; without weights it stays as it is") {
    const Scene scene = tiny();
    auto& engine = nn::open_engine();
    WeightSet weights(scene.models.size());
    weights[0] = train_model(scene, 0, engine, {5, nn::Device::cpu}, {});
    const FieldSet fields = make_fields(scene, weights, &engine);
    ShownResults shown;
    for (int lane = 0; lane < 2; ++lane) {
        auto coarse = std::make_shared<LaneResult>(run_lane(scene, lane, fields, LaneRequest{100, 10}));
        REQUIRE((coarse->coarse && coarse->start.rows() == 100));
        shown.results.lanes[static_cast<std::size_t>(lane)] = std::move(coarse);
    }
    CHECK(full_results(scene, shown).results.lanes[0] == shown.results.lanes[0]);
    auto training = std::make_shared<TrainingState>();
    training->weights = weights[0];
    shown.results.training[0] = training;
    const ShownResults full = full_results(scene, shown);
    for (std::size_t lane = 0; lane < 2; ++lane) {
        REQUIRE(full.results.lanes[lane]);
        CHECK_FALSE(full.results.lanes[lane]->coarse);
        CHECK(full.results.lanes[lane]->start.rows() == 300);
        CHECK(full.results.densities[lane]);
    }
    CHECK((full.results.lanes[0]->path.x.back() == run_lane(scene, 0, fields).path.x.back()).all());
}
