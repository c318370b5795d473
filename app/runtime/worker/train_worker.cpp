#include "app/runtime/worker/train_worker.h"

#include <algorithm>

#include "app/runtime/fields.h"
#include "app/runtime/keys.h"
#include "app/runtime/worker/priority.h"

namespace pf {
namespace {

constexpr std::size_t most_slots = 8;
constexpr auto turn = std::chrono::milliseconds(20), publication = std::chrono::milliseconds(60);

const Model& model_of(const Scene& scene, int model) { return scene.models.at(static_cast<std::size_t>(model)); }

}  // namespace

TrainWorker::TrainWorker(Shared& shared, bool networks, std::function<void()> published)
    : shared_(shared), networks_(networks), published_(std::move(published)), thread_([this](std::stop_token stop) { work(stop); }) {}

void TrainWorker::work(std::stop_token stop) {
    give_way(4);
    open_module();
    while (!stop.stop_requested()) {
        const bool running = shared_.runs > 0;
        if (!running) inbox_.wait(stop);
        for (const auto& command : inbox_.drain()) {
            try {
                std::visit([this](const auto& c) { handle(c); }, command);
            } catch (const std::exception& error) {
                notify(Notice::Level::error, error.what());
            }
        }
        for (auto& slot : slots_)
            if (slot.status == TrainingStatus::running) advance(slot, stop);
    }
}

void TrainWorker::open_module() {
    if (!networks_) {
        shared_.network_status.publish(std::make_shared<const std::string>("networks are switched off"));
        return;
    }
    try {
        nn::Engine& engine = nn::on_cores(nn::open_engine(), 1);  // one is for the window
        if (const auto why = nn::Module::missing(); !why.empty()) notify(Notice::Level::warning, why + ". Networks run on the fused CPU engine");
        shared_.network_status.publish(std::make_shared<const std::string>(engine.description()));
        shared_.engine = &engine;
        published_();
        shared_.news();
    } catch (const std::exception& error) {
        shared_.network_status.publish(std::make_shared<const std::string>(error.what()));
        notify(Notice::Level::warning, error.what());
    }
}

void TrainWorker::advance(Slot& slot, std::stop_token stop) {
    try {
        slot.run->advance(turn, stop);
        pass_on_notice(slot);
        if (!slot.run->failure().empty()) {
            set_status(slot, TrainingStatus::failed);
            notify(Notice::Level::error, slot.run->failure());
        } else if (slot.run->finished()) {
            set_status(slot, TrainingStatus::finished);
        }
        if (slot.status != TrainingStatus::running || Clock::now() - slot.published_at >= publication) publish(slot);
    } catch (const std::exception& error) {
        set_status(slot, TrainingStatus::failed);
        notify(Notice::Level::error, fmt::format("training of '{}' stopped: {}", slot.model, error.what()));
        publish(slot);
    }
}

void TrainWorker::pass_on_notice(Slot& slot) {
    if (auto notice = slot.run->take_notice(); !notice.empty()) notify(Notice::Level::warning, std::move(notice));
}

void TrainWorker::set_status(Slot& slot, TrainingStatus status) {
    shared_.runs += (status == TrainingStatus::running) - (slot.status == TrainingStatus::running);
    slot.status = status;
    slot.published_at = Clock::now();
    slot.published_step = slot.run ? slot.run->step() : 0;
}

void TrainWorker::publish(Slot& slot) {
    auto state = std::make_shared<TrainingState>();
    if (slot.run) {
        *state = slot.run->state();
        pass_on_notice(slot);
        const std::chrono::duration<double> passed = Clock::now() - slot.published_at;
        if (slot.run->step() > slot.published_step && passed.count() > 0.05)
            slot.speed = static_cast<double>(slot.run->step() - slot.published_step) / passed.count();
    } else {
        state->model = slot.model;
        state->weights = slot.given;
        state->step = slot.given ? slot.given->description.steps : 0;
        state->steps = std::max(state->step, slot.wanted);
        state->revision = slot.given ? static_cast<std::uint64_t>(slot.given->description.steps) + 1 : 0;
    }
    state->status = slot.status;
    state->steps_per_second = slot.speed;
    weights_hash(state->weights);  // so that nobody else has to wait for it
    slot.published_at = Clock::now();
    slot.published_step = state->step;
    shared_.training.publish(slot.key, std::move(state));
    published_();
    shared_.news();
}

TrainWorker::Slot* TrainWorker::find(Key key) {
    const auto it = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) { return slot.key == key; });
    return it == slots_.end() ? nullptr : &*it;
}

TrainWorker::Slot& TrainWorker::find_or_add(Key key, const std::string& model) {
    const auto it = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) { return slot.key == key; });
    if (it != slots_.end()) {
        slots_.splice(slots_.begin(), slots_, it);
        return slots_.front();
    }
    slots_.emplace_front().key = key;
    slots_.front().model = model;
    while (slots_.size() > most_slots) {
        set_status(slots_.back(), TrainingStatus::idle);
        shared_.training.forget(slots_.back().key);
        slots_.pop_back();
    }
    return slots_.front();
}

void TrainWorker::handle(const SceneChanged& command) {
    in_scene_.clear();
    for (int i = 0; i < static_cast<int>(command.scene->models.size()); ++i) {
        const Model& model = model_of(*command.scene, i);
        if (model.field != "network") continue;
        const Key key = training_key(*command.scene, i);
        in_scene_.push_back(key);
        if (!find(key)) continue;
        Slot& slot = find_or_add(key, model.name);
        if (!slot.run) continue;
        slot.run->update(model);
        if (slot.status == TrainingStatus::finished && !slot.run->finished()) set_status(slot, TrainingStatus::paused);
        publish(slot);
    }
    for (auto& slot : slots_) {
        if (slot.status != TrainingStatus::running || std::count(in_scene_.begin(), in_scene_.end(), slot.key) > 0) continue;
        set_status(slot, TrainingStatus::paused);
        publish(slot);
    }
}

void TrainWorker::handle(const Train& command) {
    const Model& model = model_of(*command.scene, command.model);
    if (model.field != "network") return notify(Notice::Level::info, fmt::format("'{}' is exact; there is nothing to train", model.name));
    nn::Engine* engine = shared_.engine;
    if (!engine) return notify(Notice::Level::warning, fmt::format("'{}' cannot be trained: {}", model.name, *shared_.network_status.get()));
    Slot& slot = find_or_add(training_key(*command.scene, command.model), model.name);
    if (command.afresh || !slot.run) {
        set_status(slot, TrainingStatus::idle);
        slot.run = std::make_unique<TrainingRun>(*command.scene, command.model, *engine, nn::Device::automatic, command.afresh ? nullptr : slot.given);
        slot.given = nullptr;
    }
    slot.run->update(model);
    slot.run->forgive();
    pass_on_notice(slot);
    if (slot.run->finished()) {
        set_status(slot, TrainingStatus::finished);
        notify(Notice::Level::info, fmt::format("'{}' has had its {} steps; raise them, or restart", model.name, model.training.steps));
    } else {
        set_status(slot, TrainingStatus::running);
    }
    publish(slot);
}

void TrainWorker::handle(const Pause& command) {
    Slot* slot = find(training_key(*command.scene, command.model));
    if (!slot || slot->status != TrainingStatus::running) return;
    set_status(*slot, TrainingStatus::paused);
    publish(*slot);
}

void TrainWorker::handle(const SetWeights& command) {
    if (!command.weights) return;
    const Model& model = model_of(*command.scene, command.model);
    if (const auto why = mismatch(*command.scene, command.model, command.weights->description); !why.empty())
        return notify(Notice::Level::error, why);
    Slot& slot = find_or_add(training_key(*command.scene, command.model), model.name);
    set_status(slot, command.weights->description.steps >= model.training.steps ? TrainingStatus::finished : TrainingStatus::paused);
    slot.run = nullptr;
    slot.given = command.weights;
    slot.wanted = model.training.steps;
    publish(slot);
}

}  // namespace pf
