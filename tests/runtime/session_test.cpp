// Sessions with exact scenes and no network module: also run under the thread sanitizer.
#include "app/runtime/session.h"

#include <condition_variable>
#include <mutex>

#include "app/runtime/keys.h"
#include "app/runtime/worker/flow_worker.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

bool complete(const Session& session) {
    const auto results = session.results();
    for (std::size_t i = 0; i < session.scene().lanes.size(); ++i) {
        if (!results.lane_current[i] || results.lanes[i]->coarse) return false;
        if (!results.metrics[i] || results.metrics[i]->key != results.lanes[i]->key) return false;
    }
    return results.densities[0] && results.densities[0]->p[0].cols() == 192 && results.fields[0] && !session.busy();
}

// With arrows, so that the field is wanted.
Scene with_arrows(Scene scene) {
    scene.view.layers = {"density", "particles", "trails", "velocity"};
    return scene;
}

Scene small(const char* id = "eight_gaussians") {
    Scene scene = with_arrows(builtin(id));
    for (auto& lane : scene.lanes) lane.particles = 300;
    return scene;
}

}  // namespace

TEST_CASE("A session without networks publishes everything of an exact scene") {
    Session session(with_arrows(builtin("eight_gaussians")), false);
    REQUIRE(eventually([&] { return session.results().lane_current[0] && session.results().lane_current[1]; }));
    REQUIRE(eventually([&] { return complete(session); }));
    const auto results = session.results();
    CHECK(results.lanes[0]->path.x.back().rows() == 2000);
    CHECK(results.metrics[1]->values.size() >= 2);
    CHECK_FALSE(results.lanes[2]);
    CHECK_FALSE(session.networks_available());
    CHECK(session.take_notices().empty());
}

TEST_CASE("Numbers measured against other data are not shown, against the same they stay until newer ones come") {
    Session session(small(), false);
    REQUIRE(eventually([&] { return complete(session); }));
    Scene next = session.scene();
    next.lanes[0].steps = 77;
    session.commit("steps", next);
    CHECK(session.results().metrics[0]);
    next.data = {{"mixture", {}}, {{1, {1, -0.5}, 0.3 * Eigen::Matrix2d::Identity(), 0}}, nullptr, {}};
    const Key before = session.results().metrics[0]->data;
    session.commit("data", next);
    const auto shown = session.results().metrics[0];
    CHECK((!shown || shown->data != before));
    CHECK(session.undo());
    CHECK(session.results().metrics[0]);
}

TEST_CASE("Whoever looks only when told sees everything, the end of the work too") {
    std::mutex mutex;
    std::condition_variable told;
    int news = 0;
    Session session(small(), false, [&] {
        const std::lock_guard lock(mutex);
        ++news;
        told.notify_one();
    });
    for (int seen = 0; !complete(session);) {
        std::unique_lock lock(mutex);
        REQUIRE(told.wait_for(lock, std::chrono::seconds(120), [&] { return news > seen; }));
        seen = news;
    }
    CHECK_FALSE(session.busy());
}

TEST_CASE("What lanes shared is freed once none of them shows it") {
    Session session(small(), false);
    REQUIRE(eventually([&] { return complete(session); }));
    REQUIRE(session.results().densities[0] == session.results().densities[1]);
    const std::weak_ptr<const DensityMovie> shared = session.results().densities[0];
    Scene next = session.scene();
    next.models[0].schedule = {"trigonometric", {}};
    session.commit("schedule", next);
    CHECK(eventually([&] { return shared.expired(); }));
}

TEST_CASE("What the session publishes is what run_lane gives") {
    const Scene scene = small();
    Session session(scene, false);
    REQUIRE(eventually([&] { return complete(session); }));
    const auto direct = run_lane(scene, 1, make_fields(scene, {}, nullptr));
    CHECK((session.results().lanes[1]->path.x.back() == direct.path.x.back()).all());
    CHECK(session.results().lanes[1]->key == lane_key(session.scene(), 1, {}));
}

TEST_CASE("Numbers of another scene are not shown, though it has the same data") {
    Session session(small(), false);
    REQUIRE(eventually([&] { return complete(session); }));
    Scene next = session.scene();
    next.title = "another scene";
    for (Lane& lane : next.lanes) lane.steps = 3000, lane.particles = 1000;  // takes a while
    session.load(next, "open");
    REQUIRE(eventually([&] { return !session.results().metrics[0]; }));
    CHECK_FALSE(session.results().metrics[1]);
    CHECK(session.results().lanes[0]);  // the picture stays until the next one
    REQUIRE(eventually([&] { return complete(session); }));
    // Another name for the same: measured anew, the same numbers.
    const LaneMetrics before = *session.results().metrics[0];
    next.title = "its new name";
    session.commit("title", next);
    REQUIRE(eventually([&] { const auto now = session.results().metrics[0]; return now && now->key == before.key && now->values.front().value == before.values.front().value && !session.busy(); }));
}

TEST_CASE("A preview is followed but leaves no history; a commit is one entry") {
    Session session(small(), false);
    REQUIRE(eventually([&] { return complete(session); }));
    const Scene before = session.scene();
    Scene next = before;
    for (int steps = 60; steps <= 160; steps += 10) {
        next.lanes[1].steps = steps;
        session.preview(next);
        CHECK(session.scene().lanes[1].steps == steps);
        const Results seen = session.results();
        REQUIRE(seen.lanes[1]);  // the old one stays, and is not taken for the new one, which may be there already, in fewer steps
        CHECK(seen.lane_current[1] == (seen.lanes[1]->key == lane_key(next, 1, {})));
        CHECK(seen.lane_current[0]);
    }
    REQUIRE(eventually([&] { return session.results().lane_current[1]; }));
    CHECK(session.results().lanes[1]->coarse);
    CHECK(session.undo_label().empty());
    session.commit("steps", next);
    REQUIRE(eventually([&] { return complete(session); }));
    CHECK(session.results().lanes[1]->path.t.size() == 161);
    CHECK(session.undo_label() == "steps");
    session.commit("nothing", next);
    REQUIRE(session.undo());
    CHECK(session.scene() == before);
    CHECK_FALSE(session.undo());
    CHECK(session.redo());
    CHECK(session.scene() == next);
    next.lanes[1].steps = 7;
    session.preview(next);
    session.cancel_preview();
    CHECK(session.scene().lanes[1].steps == 160);
}

TEST_CASE("Undo is more than a hundred deep, and load is undoable") {
    Session session(small(), false);
    const Scene first = session.scene();
    Scene scene = first;
    for (int i = 1; i <= 120; ++i) {
        scene.lanes[0].steps = i;
        session.commit("step " + std::to_string(i), scene);
    }
    session.load(small("same_marginals"), "open");
    CHECK(session.preset() == session.scene());
    CHECK(session.undo_label() == "open");
    for (int i = 0; i <= 120 && session.undo();) ++i;
    CHECK(session.scene().lanes[0] == first.lanes[0]);
    CHECK(session.scene().title == first.title);
}

TEST_CASE("Undo of another scene leads back to the file and the preset of the one before") {
    Session session(builtin("moons"), false);
    session.set_file("a.json");
    const auto titled = [&](const char* title) {
        Scene scene = session.scene();
        scene.title = title;
        session.commit("title", scene);
    };
    titled("mine");
    session.load(builtin("few_steps"), "open b.json", "b.json");
    titled("theirs");
    CHECK(session.file() == "b.json");
    CHECK(session.preset() == completed(builtin("few_steps")));
    session.undo(), session.undo();
    CHECK(session.scene().title == "mine");
    CHECK(session.file() == "a.json");
    CHECK(session.preset() == completed(builtin("moons")));
    session.set_file("c.json");  // saved under another name: so is what it was made from, and what was undone
    session.undo();
    CHECK(session.file() == "c.json");
    session.redo(), session.redo();
    CHECK(session.file() == "b.json");
    // The same scene from elsewhere is no entry, and comes from there.
    session.load(session.scene(), "open d.json", "d.json");
    CHECK(session.file() == "d.json");
    CHECK(session.undo_label() == "open b.json");
}

TEST_CASE("An invalid scene is refused with a notice and changes nothing") {
    Session session(small(), false);
    const Scene before = session.scene();
    Scene bad = before;
    bad.lanes[0].sigma = {"constant", {}};
    session.commit("noise", bad);
    CHECK(session.scene() == before);
    CHECK(session.undo_label().empty());
    const auto notices = session.take_notices();
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].level == Notice::Level::error);
    CHECK(notices[0].text.find("'heun' follows an ODE") != std::string::npos);
    session.preview(bad);
    CHECK(session.scene() == before);
    CHECK_THROWS_AS(Session(bad, false), BadInput);
}

TEST_CASE("A worker survives what a job throws, says it once, and goes on") {
    Shared shared({});
    FlowWorker flow(shared);
    auto bad = std::make_shared<Scene>(small());
    bad->models[0].schedule.id = "unheard_of";  // not validated on purpose
    flow.want(bad, false);
    std::vector<Notice> notices;
    REQUIRE(eventually([&] {
        for (auto& notice : shared.notices.drain()) notices.push_back(std::move(notice));
        return !notices.empty();
    }));
    CHECK(notices[0].text.find("unheard_of") != std::string::npos);
    REQUIRE(eventually([&] { return !flow.busy(); }));
    CHECK(notices.size() + shared.notices.drain().size() < 10);
    flow.want(std::make_shared<Scene>(small()), false);
    REQUIRE(eventually([&] { return flow.results().lanes[0] != nullptr; }));
}

TEST_CASE("A long job ends when the scene changes, and when the session ends") {
    Scene slow = small();
    slow.lanes[1].particles = 1'000'000;
    slow.lanes[1].steps = 4096;
    slow.lanes[1].solver.id = "stochastic_heun";
    Session session(slow, false);
    REQUIRE(eventually([&] { return session.results().lane_current[1]; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    session.commit("fewer", small());
    REQUIRE(eventually([&] { return complete(session); }));
    session.commit("many", slow);
    REQUIRE(eventually([&] { return session.results().lane_current[1]; }));
}  // the destructor must not wait for the minutes the lane would take

TEST_CASE("A storm of changes from the interface thread ends in the last scene's results") {
    Session session(small(), false);
    Scene scene = session.scene();
    Random random(1, "storm");
    for (int i = 0; i < 200; ++i) {
        scene.lanes[1].sigma.values["max"] = 0.1 + random.uniform();
        scene.lanes[0].steps = 1 + random.below(60);
        if (i % 3 == 0) session.commit("storm", scene);
        else session.preview(scene);
        session.results();
        if (i % 17 == 0) session.undo();
    }
    session.commit("last", scene);
    REQUIRE(eventually([&] { return complete(session); }));
    CHECK(session.results().lanes[0]->path.t.size() == static_cast<std::size_t>(scene.lanes[0].steps) + 1);
    for (const auto& notice : session.take_notices()) FAIL(notice.text);
}
