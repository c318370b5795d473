// What the inspector asks for: histories, losses and distances over t, studies in the background.
#include "app/runtime/inspection.h"

#include <cmath>

#include "app/runtime/keys.h"
#include "app/runtime/session.h"
#include "app/runtime/training_run.h"
#include "core/math/metrics/mode_metrics.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

Scene small(int particles = 300) {
    Scene scene = builtin("eight_gaussians");
    for (auto& lane : scene.lanes) lane.particles = particles;
    return scene;
}

// One network, quickly trained, in a lane of its own.
Scene learned() {
    Scene scene;
    scene.models[0].field = "network";
    scene.models[0].network.hidden = {16, 16};
    scene.models[0].training.steps = 100000;
    scene.lanes[0].particles = 300;
    scene.lanes[0].steps = 10;
    scene.view.panes = 1;
    return scene;
}

MetricValue value(const char* id, double v) { return {id, v, {1, 0.1, 20}, 100}; }

}  // namespace

TEST_CASE("A history keeps order: begun anew, later entries go; however long, it is bounded and spans the run") {
    MetricsHistory history;
    for (long step = 10; step <= 50; step += 10) history.add(step, {value("a", static_cast<double>(step)), value("b", 2)});
    REQUIRE(history.step.size() == 5);
    history.add(50, {value("a", 7), value("b", 2)});  // a better answer for the same weights
    CHECK(history.step.size() == 5);
    CHECK(history.metrics[0].value.back() == 7);
    history.add(20, {value("a", 1), value("b", 3)});  // trained anew
    CHECK(history.step == std::vector<double>{10, 20});
    CHECK(history.metrics[1].value == std::vector<double>{2, 3});
    history.add(30, {value("a", 1)});
    CHECK(std::isnan(history.metrics[1].value.back()));
    for (long step = 40; step <= 100000; ++step) history.add(step, {value("a", static_cast<double>(step)), value("b", 2)});
    CHECK(history.step.size() <= MetricsHistory::most);
    CHECK(history.step.size() >= MetricsHistory::most / 2);
    CHECK(history.step.front() == 10);
    CHECK(history.step.back() == 100000);
    for (std::size_t i = 1; i < history.step.size(); ++i) CHECK(history.step[i] > history.step[i - 1]);
    CHECK(history.metrics[0].value.size() == history.step.size());
    CHECK(history.metrics[0].value.back() == 100000);
    CHECK(history.points.size() == history.step.size());
}

TEST_CASE("The history of a lane grows while its network trains, and belongs to that lane and training") {
    Session session(learned());
    REQUIRE(eventually([&] { return session.networks_available(); }));
    session.train(0);
    const auto entries = [&] { return session.results().histories[0] ? session.results().histories[0]->step.size() : 0; };
    REQUIRE(eventually([&] { return entries() >= 3; }));
    session.pause(0);
    // The last weights are measured too.
    const auto newest = [&] { return static_cast<double>(session.results().training[0]->weights->description.steps); };
    REQUIRE(eventually([&] { return !session.busy() && session.results().histories[0]->step.back() == newest(); }));
    const auto history = session.results().histories[0];
    CHECK(history->metrics.size() == live_metrics().size() + mode_metrics().size());
    CHECK(history->metrics[0].floor[0] > 0);
    Scene other = session.scene();
    other.lanes[0].steps = 20;
    CHECK(history_key(other, 0) != history_key(session.scene(), 0));
    session.commit("steps", other);
    CHECK(entries() <= 1);  // of the lane with other steps, once it has run
    REQUIRE(eventually([&] { return entries() == 1; }));
    session.undo();
    REQUIRE(eventually([&] { return session.results().histories[0] && session.results().histories[0]->step.size() >= history->step.size(); }));
    CHECK(history_key(small(), 0) == 0);  // exact: nothing is trained
}

TEST_CASE("The loss per part of t, weighted by its share of training times, is the loss of training") {
    Scene scene = learned();
    scene.models[0].objective.times = {"logit_normal", {}};
    nn::Engine& engine = nn::open_engine();
    TrainingRun run(scene, 0, engine, nn::Device::cpu);
    while (run.step() < 300) run.advance(std::chrono::milliseconds(20));
    // Frozen from here on: the mean loss of many batches.
    Model frozen = scene.models[0];
    frozen.training.learning_rate = 1e-9;
    frozen.training.ema = 0;
    run.update(frozen);
    const long from = run.step();
    while (run.step() < from + 400) run.advance(std::chrono::milliseconds(20));
    const TrainingState state = run.state();
    double sum = 0;
    int count = 0;
    for (std::size_t i = 0; i < state.loss.size(); ++i)
        if (state.loss_step[i] > static_cast<float>(from)) sum += static_cast<double>(state.loss[i]), ++count;
    REQUIRE(count > 100);
    const auto bins = loss_by_time(scene, 0, *state.weights, engine);
    const ModelFloor floor = model_floor(scene, 0);
    REQUIRE(floor.why_not.empty());
    REQUIRE(bins.size() == floor.floor.probability.size());
    double total = 0, least = 0;
    for (std::size_t i = 0; i < bins.size(); ++i) total += floor.floor.probability[i] * bins[i].loss, least += floor.floor.probability[i] * bins[i].floor;
    // 400 batches of 512 and 160 × 512 draws: both within a percent or so.
    CHECK(total == Approx(sum / count).epsilon(0.04));
    CHECK(least == Approx(floor.floor.total));
    for (std::size_t i = 0; i < bins.size(); ++i) CHECK(bins[i].floor == floor.floor.floor[i]);
    CHECK(total > least);
}

TEST_CASE("Particles of exact fields are within the noise floor at every t; a wrong start is seen") {
    Scene scene = small(1000);
    scene.lanes[0].steps = 100;
    const auto fields = make_fields(scene, {}, nullptr);
    const Metric& metric = find_metric("sliced_w2", "test").front();
    const LaneResult lane = run_lane(scene, 0, fields);
    const MetricOverTime right = metric_over_time(scene, 0, lane, metric, 9);
    REQUIRE(right.t.size() == 9);
    CHECK(right.points == 1000);
    for (std::size_t i = 0; i < right.t.size(); ++i) {
        CAPTURE(right.t[i]);
        CHECK(right.value[i] < right.floor[i].mean + 4 * right.floor[i].standard_deviation + 0.5 * right.floor[i].mean);
    }
    LaneResult moved = lane;
    for (auto& x : moved.path.x) x.col(0) += 1.f;
    const MetricOverTime wrong = metric_over_time(scene, 0, moved, metric, 9);
    for (std::size_t i = 0; i < wrong.t.size(); ++i) CHECK(wrong.value[i] > 3 * wrong.floor[i].mean);
}

TEST_CASE("Over t, losses and field errors come only while asked for") {
    Session session(small(), false);
    REQUIRE(eventually([&] { return !session.busy(); }));
    CHECK_FALSE(session.results().metrics_over_time[0]);
    session.measure({false, false, false, "energy_distance", {}});
    REQUIRE(eventually([&] { return session.results().metrics_over_time[0] && session.results().metrics_over_time[1]; }));
    REQUIRE(eventually([&] { return !session.busy(); }));
    const auto measured = session.results().metrics_over_time[1];
    CHECK(measured->metric == "energy_distance");
    CHECK(measured->t.size() == 25);
    CHECK_FALSE(session.results().field_errors[0]);
    session.measure({false, false, true, "", {}});
    REQUIRE(eventually([&] { return session.results().field_errors[0] != nullptr; }));
    CHECK_FALSE(session.results().field_errors[0]->estimate);  // exact
}

TEST_CASE("A study in the background is run_study(), marked when the scene moves on") {
    const Scene scene = small();
    Session session(scene, false);
    StudyRequest request{parse_variation("steps=2,8"), {0, 1}, 2, find_measures("energy_distance", "test")};
    session.study(request);
    REQUIRE(session.results().study);
    REQUIRE(eventually([&] { return session.results().study->status == StudyState::Status::finished; }));
    const auto state = session.results().study;
    const Study direct = run_study(session.scene(), make_fields(session.scene(), {}, nullptr), request);
    REQUIRE(state->study.rows.size() == direct.rows.size());
    for (std::size_t i = 0; i < direct.rows.size(); ++i) {
        CHECK(state->study.rows[i].lane == direct.rows[i].lane);
        CHECK(state->study.rows[i].value == direct.rows[i].value);
        CHECK(state->study.rows[i].evaluation.evaluations == direct.rows[i].evaluation.evaluations);
        CHECK(state->study.rows[i].evaluation.metrics.at(0).value.mean == direct.rows[i].evaluation.metrics.at(0).value.mean);
    }
    CHECK(state->progress == 1);
    CHECK(session.results().study_current);
    Scene next = session.scene();
    next.lanes[0].steps = 77;  // varied anyway
    session.commit("steps", next);
    CHECK(session.results().study_current);
    next.lanes[1].sigma = {"constant", {{"max", 0.3}}};
    session.commit("σ", next);
    CHECK_FALSE(session.results().study_current);
    session.undo();
    CHECK(session.results().study_current);
}

TEST_CASE("A study can be cancelled, waits while a control is held, and a newer one replaces it") {
    Scene scene = small();
    Session session(scene, false);
    StudyRequest request{parse_variation("steps=64,128,...,4096"), {0, 1}, 100, find_measures("sliced_w2", "test")};
    session.study(request);
    REQUIRE(eventually([&] { return session.results().study->progress > 0 || !session.results().study->study.rows.empty(); }));
    session.cancel_study();
    REQUIRE(eventually([&] { return session.results().study->status == StudyState::Status::cancelled; }));
    CHECK(session.results().study->study.rows.size() < 14);
    // Held: the next run waits, so nothing is finished; released, it goes on.
    Scene held = session.scene();
    held.lanes[0].t_max = 0.95;
    session.preview(held);
    StudyRequest quick{parse_variation("steps=2"), {0}, 1, find_measures("energy_distance", "test")};
    session.study(quick);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    CHECK(session.results().study->status == StudyState::Status::running);
    CHECK(session.results().study->study.rows.empty());
    session.cancel_preview();
    REQUIRE(eventually([&] { return session.results().study->status == StudyState::Status::finished; }));
    CHECK(session.results().study->study.rows.size() == 1);
    session.study(request);
    session.study(quick);
    REQUIRE(eventually([&] { return session.results().study->status == StudyState::Status::finished; }));
    CHECK(session.results().study->request.vary.values == quick.vary.values);
    // A number that no lane has is a notice, not a study.
    const auto last = session.results().study;
    session.study({parse_variation("speed=1"), {0}, 1, measures()});
    CHECK(session.results().study == last);
    CHECK(session.take_notices().size() == 1);
}
