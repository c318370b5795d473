#pragma once
#include <functional>
#include <list>
#include <thread>
#include <variant>

#include "app/runtime/training_run.h"
#include "app/runtime/worker/shared.h"

namespace pf {

// The thread that owns the networks being trained. Several runs take turns of about 20 ms; each publishes ten times a second.
// The last eight runs stay, so that going back to earlier training inputs brings their networks back, paused.
class TrainWorker {
public:
    // `published` is called on the worker after every publication.
    TrainWorker(Shared& shared, bool networks, std::function<void()> published);

    // Never block. `scene` is the committed one.
    using ScenePtr = std::shared_ptr<const Scene>;
    void scene_changed(ScenePtr scene) { inbox_.push(SceneChanged{std::move(scene)}); }
    void train(ScenePtr scene, int model) { inbox_.push(Train{std::move(scene), model, false}); }
    void restart(ScenePtr scene, int model) { inbox_.push(Train{std::move(scene), model, true}); }
    void pause(ScenePtr scene, int model) { inbox_.push(Pause{std::move(scene), model}); }
    void set_weights(ScenePtr scene, int model, std::shared_ptr<const nn::Weights> weights) {
        inbox_.push(SetWeights{std::move(scene), model, std::move(weights)});
    }
    void request_stop() { thread_.request_stop(); }

private:
    using Clock = std::chrono::steady_clock;
    struct SceneChanged { ScenePtr scene; };
    struct Train { ScenePtr scene; int model; bool afresh; };
    struct Pause { ScenePtr scene; int model; };
    struct SetWeights { ScenePtr scene; int model; std::shared_ptr<const nn::Weights> weights; };
    using Command = std::variant<SceneChanged, Train, Pause, SetWeights>;

    struct Slot {
        Key key = 0;
        std::string model;
        std::unique_ptr<TrainingRun> run;              // null: weights were given and not trained here
        std::shared_ptr<const nn::Weights> given;
        long wanted = 0;                               // steps of the model they were given to
        TrainingStatus status = TrainingStatus::idle;
        long published_step = 0;
        Clock::time_point published_at{};
        double speed = 0;  // steps per second
    };

    void work(std::stop_token stop);
    void open_module();
    void handle(const SceneChanged& command);
    void handle(const Train& command);
    void handle(const Pause& command);
    void handle(const SetWeights& command);
    void advance(Slot& slot, std::stop_token stop);
    void publish(Slot& slot);
    void pass_on_notice(Slot& slot);
    void set_status(Slot& slot, TrainingStatus status);
    Slot* find(Key key);
    Slot& find_or_add(Key key, const std::string& model);  // and makes it the newest
    void notify(Notice::Level level, std::string text) { shared_.tell(level, std::move(text)); }

    Shared& shared_;
    const bool networks_;
    std::function<void()> published_;
    Inbox<Command> inbox_;
    std::list<Slot> slots_;      // newest first
    std::vector<Key> in_scene_;  // keys of the current scene's networks
    std::jthread thread_;        // last member: joins before the rest goes away
};

}  // namespace pf
