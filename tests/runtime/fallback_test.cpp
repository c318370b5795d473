// A GPU that fails, without one: an engine that says it is a GPU, computes with the fused engine, and fails when told.
#include <cmath>

#include "app/runtime/compute.h"
#include "app/runtime/keys.h"
#include "app/runtime/training_run.h"
#include "app/runtime/worker/flow_worker.h"
#include "core/nn/fused/engine.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

struct Failing final : nn::Engine {
    bool refuses_to_make = false;
    long steps_left = 1'000'000, reads_left = 1'000'000;
    int at_once = 64;
    double milliseconds = -1;  // of a trajectory, whatever its particles, which stay where they are; < 0: none is made
    std::vector<int> calls;  // steps of each

    struct Network final : nn::Network {
        Failing& engine;
        nn::NetworkPtr inner;
        Network(Failing& e, nn::NetworkPtr n) : engine(e), inner(std::move(n)) {}
        void destroy() override { delete this; }
        nn::Device device() const override { return nn::Device::cuda; }
        nn::Error get_weights(float* values, long n) const override { return engine.reads_left-- > 0 ? inner->get_weights(values, n) : nn::Error::failed; }
        nn::Error get_ema_weights(float* values, long n) const override { return engine.reads_left-- > 0 ? inner->get_ema_weights(values, n) : nn::Error::failed; }
        nn::Error set_weights(const float* values, long n) override { return inner->set_weights(values, n); }
        nn::Error train_steps(nn::BatchSource& source, const nn::Hyperparameters* hyper, int steps, nn::StepReport* reports) override {
            engine.calls.push_back(steps);
            for (int i = 0; i < steps; ++i) reports[i] = {NAN, NAN};
            const int done = static_cast<int>(std::min<long>(steps, engine.steps_left));
            engine.steps_left -= done;
            if (done > 0 && inner->train_steps(source, hyper, done, reports) != nn::Error::none) return nn::Error::failed;
            return done < steps ? nn::Error::out_of_memory : nn::Error::none;
        }
        int steps_at_once() const override { return engine.at_once; }
        nn::Error evaluate(const float* x, long n, double t, int label, float* out, float* divergence) const override { return inner->evaluate(x, n, t, label, out, divergence); }
        nn::Error integrate(const nn::DriftSource&, const nn::Network*, const char*, const double*, int steps, const float* x0, long n, const float*, unsigned long long, const nn::Stop&, float* out,
                            int*) const override {
            if (engine.milliseconds < 0) return nn::Error::failed;
            std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(engine.milliseconds));
            for (int k = 0; k <= steps; ++k) std::copy(x0, x0 + 2 * n, out + 2 * n * k);
            return nn::Error::none;
        }
    };

    int version() const override { return nn::front_version; }
    const char* description() const override { return "a GPU that fails"; }
    bool has_cuda() const override { return true; }
    const char* cuda_name() const override { return "Potemkin 100"; }
    void set_threads(int) override {}
    nn::Network* make(const nn::Architecture& architecture, unsigned long long seed, nn::Device device, nn::Error* error) override {
        const bool here = device != nn::Device::cpu, refused = here && refuses_to_make;
        *error = refused ? nn::Error::out_of_memory : nn::Error::none;
        if (refused) return nullptr;
        nn::NetworkPtr inner = nn::make_network(nn::fused::engine(), architecture, seed, nn::Device::cpu);
        return here ? new Network(*this, std::move(inner)) : inner.release();
    }
    const char* last_error() const override { return "out of memory on the toy GPU"; }
};

Scene tiny(int steps = 200) {
    Scene scene = builtin("moons");
    auto& model = scene.models[0];
    model.network.hidden = {16, 16};
    model.training.steps = steps;
    model.training.batch = 64;
    model.training.learning_rate = 3e-3;
    model.training.ema = 0.9;
    return scene;
}

std::string thrown(const std::function<void()>& action) {
    try {
        action();
    } catch (const std::exception& error) {
        return error.what();
    }
    return {};
}

bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("Many steps a call are the steps of single calls, and stop where they are asked to") {
    const Scene scene = tiny(300);
    Failing many, one;
    one.at_once = 1;
    TrainingRun a(scene, 0, many, nn::Device::automatic), b(scene, 0, one, nn::Device::automatic);
    for (const long step : {1, 2, 70, 71, 200, 300}) {
        a.advance_to(step);
        b.advance_to(step);
        CHECK(a.step() == step);
        CHECK(a.last_loss() == b.last_loss());
        CHECK(a.weights()->values == b.weights()->values);
    }
    CHECK(a.state().loss == b.state().loss);
    CHECK(a.state().device == "Potemkin 100");
    CHECK(many.calls.front() == 1);  // nothing measured yet
    CHECK(*std::max_element(many.calls.begin(), many.calls.end()) > 8);
    CHECK(*std::max_element(many.calls.begin(), many.calls.end()) <= 64);
    CHECK(one.calls.size() == 300);

    // No time, no more than one step; the end of training is not passed.
    TrainingRun c(scene, 0, many, nn::Device::automatic);
    c.advance_to(40);
    c.advance(std::chrono::nanoseconds(1));
    CHECK(c.step() == 41);
    while (!c.finished()) c.advance(std::chrono::seconds(1));
    CHECK(c.step() == 300);
    CHECK(c.weights()->values == a.weights()->values);
    std::stop_source stopped;
    stopped.request_stop();
    TrainingRun d(scene, 0, many, nn::Device::automatic);
    d.advance(std::chrono::seconds(1), stopped.get_token());
    d.advance_to(10, stopped.get_token());
    CHECK(d.step() == 0);
}

TEST_CASE("Where the GPU fails while training, the run goes on on the CPU from the last weights, and says why") {
    const Scene scene = tiny(200);
    Failing engine;
    engine.steps_left = 130;
    TrainingRun run(scene, 0, engine, nn::Device::automatic);
    run.advance_to(100);
    const auto published = run.weights();
    REQUIRE(published->description.steps == 100);
    CHECK(run.take_notice().empty());
    run.advance_to(140);
    CHECK(run.failure().empty());
    CHECK(run.step() == 140);
    const std::string notice = run.take_notice();
    INFO(notice);
    CHECK(says(notice, "on the CPU from step 100"));
    CHECK(says(notice, "Potemkin 100 failed"));
    CHECK(says(notice, "out of memory on the toy GPU"));
    CHECK(run.take_notice().empty());
    CHECK(run.state().device == "CPU");
    run.advance_to(200);
    CHECK(run.finished());
    CHECK(run.weights()->values != published->values);

    // Nothing published: from the start.
    Failing early;
    early.steps_left = 10;
    std::string heard;
    TrainOptions options;
    options.notice = [&](const std::string& text) { heard = text; };
    const auto weights = train_model(scene, 0, early, options, {});
    CHECK(weights->description.steps == 200);
    CHECK(says(heard, "from step 0"));
}

TEST_CASE("Where the GPU cannot make a network or give its weights, the run is on the CPU") {
    const Scene scene = tiny(50);
    Failing refuses;
    refuses.refuses_to_make = true;
    TrainingRun run(scene, 0, refuses, nn::Device::automatic);
    CHECK(says(run.take_notice(), "out of memory on the toy GPU"));
    CHECK(run.state().device == "CPU");
    run.advance_to(50);
    // The same weights as the CPU's own run.
    TrainingRun alone(scene, 0, nn::fused::engine(), nn::Device::cpu);
    alone.advance_to(50);
    CHECK(run.weights()->values == alone.weights()->values);

    Failing mute;
    TrainingRun unread(scene, 0, mute, nn::Device::automatic);
    unread.advance_to(20);
    mute.reads_left = 0;
    CHECK(unread.weights()->description.steps == 0);
    CHECK(says(unread.take_notice(), "reading the weights"));
    unread.advance_to(50);
    CHECK(unread.weights()->description.steps == 50);
    // Weights given go along.
    Failing again;
    again.steps_left = 0;
    Scene longer = scene;
    longer.models[0].training.steps = 80;
    TrainingRun resumed(longer, 0, again, nn::Device::automatic, alone.weights());
    resumed.advance_to(51);
    CHECK(says(resumed.take_notice(), "from step 50"));
    CHECK(resumed.step() == 51);
}

TEST_CASE("A GPU asked for by name is not replaced") {
    const Scene scene = tiny(50);
    Failing engine;
    engine.steps_left = 5;
    TrainingRun run(scene, 0, engine, nn::Device::cuda);
    const std::string why = thrown([&] { run.advance_to(50); });
    CHECK(says(why, "out of memory on the toy GPU"));
    CHECK_FALSE(says(why, "\n"));
    Failing refuses;
    refuses.refuses_to_make = true;
    CHECK(says(thrown([&] { TrainingRun(scene, 0, refuses, nn::Device::cuda); }), "out of memory on the toy GPU"));
}

TEST_CASE("Where the GPU fails while a lane is followed, the flow worker goes on on the CPU and says so once") {
    for (const bool refuses : {false, true}) {
        auto scene = std::make_shared<Scene>(tiny(20));
        for (Lane& lane : scene->lanes) lane.particles = 300, lane.steps = 8;
        TrainingRun run(*scene, 0, nn::fused::engine(), nn::Device::cpu);
        run.advance_to(20);

        Failing engine;
        engine.refuses_to_make = refuses;
        Shared shared({});
        shared.engine = &engine;
        shared.training.publish(training_key(*scene, 0), std::make_shared<const TrainingState>(run.state()));
        FlowWorker flow(shared);
        flow.want(scene, false);
        REQUIRE(eventually([&] { return flow.results().lanes[0] && !flow.results().lanes[0]->coarse && !flow.busy(); }));
        const auto notices = shared.notices.drain();
        REQUIRE(notices.size() == 1);
        CHECK(notices[0].level == Notice::Level::warning);
        CHECK(says(notices[0].text, "followed on the CPU from now on"));
        CHECK(says(notices[0].text, "out of memory on the toy GPU"));

        const WeightSet weights{run.weights()};
        const LaneResult alone = run_lane(*scene, 0, make_fields(*scene, weights, &nn::fused::engine(), nn::Device::cpu), {}, {});
        CHECK((flow.results().lanes[0]->path.x.back() == alone.path.x.back()).all());
    }
}

TEST_CASE("Quick pictures have fewer particles where that makes them quick: on a GPU soon all") {
    QuickParticles one;
    CHECK(one.on(true) == 20'000);
    CHECK(one.on(false) == 1000);
    for (int i = 0; i < 20; ++i) one.took(7, 23, true);
    CHECK(one.on(true) == 100'000);
    CHECK(one.on(false) == 1000);
    one.took(30, 23, true);
    CHECK(one.on(true) == 66'666);
    one.took(30, 23, false);
    CHECK(one.on(false) == 666);
    for (int i = 0; i < 20; ++i) one.took(100, 23, false);
    CHECK((one.on(false) >= 100 && one.on(false) < 150));
    for (int i = 0; i < 20; ++i) one.took(100, 23, true);
    CHECK(one.on(true) == 20'000);
    one.took(12, 23, true);
    CHECK(one.on(true) == 20'000);

    // In the window: a network that is trained is followed by all its particles.
    auto scene = std::make_shared<Scene>(tiny(1'000'000));
    for (Lane& lane : scene->lanes) lane.particles = 5000;
    TrainingRun run(*scene, 0, nn::fused::engine(), nn::Device::cpu);
    Failing engine;
    engine.milliseconds = 5;
    Shared shared({});
    shared.engine = &engine;
    shared.runs = 1;
    FlowWorker flow(shared);
    flow.want(scene, false);
    Eigen::Index most = 0;
    REQUIRE(eventually([&] {
        run.advance_to(run.step() + 1);
        auto state = run.state();
        state.status = TrainingStatus::running;
        shared.training.publish(training_key(*scene, 0), std::make_shared<const TrainingState>(std::move(state)));
        flow.poke();
        if (const auto lane = flow.results().lanes[0]) {
            CHECK(lane->coarse);
            most = std::max(most, lane->start.rows());
        }
        return most == 5000;
    }));
}
