#include "app/runtime/worker/flow_worker.h"

#include <algorithm>

#include "app/runtime/keys.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/worker/priority.h"
#include "core/math/solver/solvers.h"

namespace pf {
namespace {

// While training, new weights are taken when pictures by the last ones took no more than half of the time.
constexpr auto shortest_refresh = std::chrono::milliseconds(70);
constexpr int picture_rests = 1;
constexpr auto look_again = std::chrono::milliseconds(50);

// Equal as far as results go: what is drawn how does not count.
bool same_results(const Scene& a, const Scene& b) {
    return a.seed == b.seed && a.data == b.data && a.source == b.source && a.models == b.models && a.lanes == b.lanes;
}

}  // namespace

FlowWorker::FlowWorker(Shared& shared) : shared_(shared), thread_([this](std::stop_token stop) { work(stop); }) {}

FlowWorker::~FlowWorker() {
    thread_.request_stop();
    const std::lock_guard lock(mutex_);
    job_stop_.request_stop();
}

void FlowWorker::want(std::shared_ptr<const Scene> scene, bool held) {
    busy_ = true;
    {
        const std::lock_guard lock(mutex_);
        if (wanted_.scene && !same_results(*wanted_.scene, *scene)) job_stop_.request_stop();
        wanted_.scene = std::move(scene), wanted_.held = held;
        dirty_ = true;
    }
    ready_.notify_one();
}

void FlowWorker::measure(const Measurements& wanted) {
    {
        const std::lock_guard lock(mutex_);
        if (wanted_.measurements == wanted) return;
        wanted_.measurements = wanted;
        dirty_ = true;
    }
    ready_.notify_one();
}

void FlowWorker::follow(std::vector<int> particles) {
    {
        const std::lock_guard lock(mutex_);
        if (wanted_.followed == particles) return;
        wanted_.followed = std::move(particles);
        dirty_ = true;
        busy_ = true;
    }
    ready_.notify_one();
}

void FlowWorker::poke() {
    {
        const std::lock_guard lock(mutex_);
        dirty_ = true;
    }
    ready_.notify_one();
}

FlowResults FlowWorker::results() const {
    const std::lock_guard lock(mutex_);
    return results_;
}

LayerResults FlowWorker::layers() const {
    const std::lock_guard lock(mutex_);
    return layers_;
}

void FlowWorker::work(std::stop_token stop) {
    give_way(12);
    while (!stop.stop_requested()) {
        bool more = false;
        try {
            more = look(stop) && (picture_piece(stop) || number_piece());
            if (more) busy_ = true;
        } catch (const std::exception& error) {
            shared_.tell(Notice::Level::error, error.what());
        }
        sweep();
        if (more) continue;
        std::unique_lock lock(mutex_);
        if (!dirty_ && busy_.exchange(false)) {
            lock.unlock();
            shared_.news();
            lock.lock();
        }
        const auto news = [&] { return dirty_; };
        if (shared_.runs > 0 || !retired_.empty()) ready_.wait_until(lock, stop, next_look(), news);
        else ready_.wait(lock, stop, news);
    }
}

FlowWorker::Clock::time_point FlowWorker::next_look() const {
    const auto now = Clock::now();
    auto next = now + look_again;
    for (const auto due : {next_refresh_, next_number_})
        if (due > now) next = std::min(next, due);
    return next;
}

bool FlowWorker::look(std::stop_token stop) {
    {
        const std::lock_guard lock(mutex_);
        if (job_stop_.stop_requested() && !stop.stop_requested()) job_stop_ = std::stop_source();
        job_ = job_stop_.get_token();
        dirty_ = false;
        now_ = wanted_;
    }
    if (!now_.scene) return false;
    if (measured_title_ != now_.scene->title) forget_numbers();
    take_weights();
    return true;
}

// Those of another scene would be taken for this one's while the first are measured.
void FlowWorker::forget_numbers() {
    measured_title_ = now_.scene->title;
    measured_ = {};
    {
        const std::lock_guard lock(mutex_);
        results_.metrics = {};
        results_.metrics_over_time = {};
        results_.discrepancies = {};
        results_.histories = {};
        results_.losses_over_time = {};
        results_.field_errors = {};
    }
    shared_.news();
}

void FlowWorker::take_weights() {
    const Scene& scene = *now_.scene;
    // Every lane is shown by the old weights first, unless the scene changes under it all the time.
    const bool refresh = shared_.runs == 0 || Clock::now() >= next_refresh_ + (all_shown_ ? Clock::duration{} : longest_rest);
    bool changed = false;
    weights_.assign(scene.models.size(), nullptr);
    for (std::size_t i = 0; i < scene.models.size(); ++i) {
        if (scene.models[i].field != "network") continue;
        const Key key = training_key(scene, static_cast<int>(i));
        const auto state = shared_.training.get(key);
        const auto newest = state ? state->weights : nullptr;
        auto& held = snapshot_[key];
        if (newest != held && (refresh || !held || !newest)) {
            held = newest;
            changed = true;
        }
        weights_[i] = held;
    }
    if (!changed) return;
    next_refresh_ = Clock::now() + std::clamp<Clock::duration>(picture_rests * spent_, shortest_refresh, longest_rest);
    spent_ = {};
    all_shown_ = false;
    if (snapshot_.size() > 16) {
        const auto used = [&](const auto& entry) { return std::find(weights_.begin(), weights_.end(), entry.second) != weights_.end(); };
        std::erase_if(snapshot_, [&](const auto& entry) { return !used(entry); });
    }
    {
        const std::lock_guard lock(mutex_);
        results_.weights = snapshot_;
        ++results_.weights_revision;
    }
    shared_.news();
}

bool FlowWorker::trains(const std::string& model) const {
    const int i = model_index(*now_.scene, model);
    if (now_.scene->models[static_cast<std::size_t>(i)].field != "network") return false;
    const auto state = shared_.training.get(training_key(*now_.scene, i));
    return state && state->status == TrainingStatus::running;
}

bool FlowWorker::trains(const Lane& lane) const { return trains(lane.model) || (!lane.score_model.empty() && trains(lane.score_model)); }

bool FlowWorker::has_fields(int lane) const {
    const WeightSet none(weights_.size());
    return !lacks_weights(*now_.scene, lane, shared_.engine ? weights_ : none);
}

bool FlowWorker::follows_fields(const Lane& lane) const {
    for (const std::string& name : {lane.model, lane.score_model.empty() ? lane.model : lane.score_model, lane.guidance.kind == "autoguidance" ? lane.guidance.weaker_model : lane.model}) {
        const auto i = static_cast<std::size_t>(model_index(*now_.scene, name));
        if (now_.scene->models[i].field == "network" && !(weights_[i] && shared_.engine)) return false;
    }
    return true;
}

const FieldSet& FlowWorker::fields() {
    std::vector<Key> keys;
    for (int i = 0; i < static_cast<int>(now_.scene->models.size()); ++i) keys.push_back(field_key(*now_.scene, i, weights_));
    nn::Engine* engine = shared_.engine;
    keys.push_back(engine != nullptr);
    if (!field_set_ || keys != field_keys_) {
        field_set_.reset();
        field_set_ = make_fields(*now_.scene, weights_, engine, on_gpu() ? nn::Device::cuda : nn::Device::cpu);
        field_keys_ = std::move(keys);
    }
    return *field_set_;
}

bool FlowWorker::on_gpu() const {
    const nn::Engine* engine = shared_.engine;
    return !gpu_failed_ && engine && engine->has_cuda();
}

bool FlowWorker::on_gpu(const Lane& lane) const {
    const auto network = [&](const std::string& model) { return now_.scene->models[static_cast<std::size_t>(model_index(*now_.scene, model))].field == "network"; };
    return on_gpu() && network(lane.model) && (lane.score_model.empty() || network(lane.score_model)) && lane.guidance.kind == "none" && find_solver(lane.solver.id, "solver").on_device;
}

// Runs the job and turns what it throws into one notice; the same job with the same inputs is not tried again (false), but once on the CPU where networks
// were on a GPU.
bool FlowWorker::attempt(const std::string& name, Key key, const std::function<void()>& job) {
    if (failed_.contains({name, key})) return false;
    try {
        job();
    } catch (const std::exception& error) {
        const bool networks = std::any_of(weights_.begin(), weights_.end(), [](const auto& weights) { return weights != nullptr; });
        if (networks && on_gpu() && !dynamic_cast<const BadInput*>(&error)) {
            gpu_failed_ = true;
            field_set_.reset();
            shared_.tell(Notice::Level::warning, fmt::format("Networks are followed on the CPU from now on: {}", error.what()));
            return true;
        }
        if (failed_.size() > 64) failed_.clear();
        failed_.emplace(name, key);
        shared_.tell(Notice::Level::error, error.what());
    }
    return true;
}

// Once, though lanes share it: each entry is a holder, and waits to be the last.
void FlowWorker::retire(std::shared_ptr<const void> old) {
    if (old && std::find(retired_.begin(), retired_.end(), old) == retired_.end()) retired_.push_back(std::move(old));
}

void FlowWorker::sweep() {
    std::erase_if(retired_, [](const auto& result) { return result.use_count() == 1; });
}

}  // namespace pf
