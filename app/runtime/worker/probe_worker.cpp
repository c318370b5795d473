#include "app/runtime/worker/probe_worker.h"

#include <algorithm>

#include "app/runtime/worker/priority.h"

namespace pf {
namespace {

// After an answer to new weights, four times as long for others.
constexpr int rest = 4;
constexpr auto shortest_rest = std::chrono::milliseconds(100);

bool same_fields(const Scene& a, const Scene& b) { return a.seed == b.seed && a.data == b.data && a.source == b.source && a.models == b.models && a.lanes == b.lanes; }

}  // namespace

ProbeWorker::ProbeWorker(Shared& shared) : shared_(shared), thread_([this](std::stop_token stop) { work(stop); }) {}

ProbeWorker::~ProbeWorker() {
    thread_.request_stop();
    const std::lock_guard lock(mutex_);
    job_stop_.request_stop();
}

void ProbeWorker::want(std::shared_ptr<const Scene> scene, bool held) {
    {
        const std::lock_guard lock(mutex_);
        wanted_.scene = std::move(scene), wanted_.held = held;
        if (!wanted_.asked[0].request && !wanted_.asked[1].request) return;  // ask() will have it looked at
        dirty_ = busy_ = true;
    }
    ready_.notify_one();
}

void ProbeWorker::ask(ProbeSlot slot, std::optional<ProbeRequest> request) {
    const auto i = static_cast<std::size_t>(slot);
    std::shared_ptr<const ProbeResult> old;  // freed after the lock
    {
        const std::lock_guard lock(mutex_);
        Asked& asked = wanted_.asked[i];
        if (asked.request == request) return;
        asked.request = std::move(request);
        ++asked.revision;
        if (!asked.request) return results_[i].swap(old);
        if (asked.request->coarse && fine_) job_stop_.request_stop();
        dirty_ = busy_ = true;
    }
    ready_.notify_one();
}

void ProbeWorker::poke() {
    {
        const std::lock_guard lock(mutex_);
        if (!wanted_.asked[0].request && !wanted_.asked[1].request) return;
        dirty_ = busy_ = true;
    }
    ready_.notify_one();
}

std::shared_ptr<const ProbeResult> ProbeWorker::result(ProbeSlot slot) const {
    const std::lock_guard lock(mutex_);
    return results_[static_cast<std::size_t>(slot)];
}

void ProbeWorker::work(std::stop_token stop) {
    give_way(2);
    while (!stop.stop_requested()) {
        bool waits_for_weights = false;
        try {
            waits_for_weights = look(stop);
            for (std::size_t slot = 0; slot < 2; ++slot) {
                const Asked& asked = now_.asked[slot];
                if (!now_.scene || !asked.request || asked.revision == answered_[slot]) continue;
                answer(slot, *asked.request, stop);
                break;  // look again: what is pinned may have moved
            }
        } catch (const std::exception& error) {
            shared_.tell(Notice::Level::error, error.what());
            for (std::size_t slot = 0; slot < 2; ++slot) answered_[slot] = now_.asked[slot].revision;  // the same question would end the same way
        }
        std::unique_lock lock(mutex_);
        bool unanswered = false;
        for (std::size_t slot = 0; slot < 2; ++slot) unanswered |= wanted_.scene && wanted_.asked[slot].request && wanted_.asked[slot].revision != answered_[slot];
        if (dirty_ || unanswered) continue;
        if (busy_.exchange(waits_for_weights) && !waits_for_weights) shared_.news();
        const auto news = [&] { return dirty_; };
        if (waits_for_weights) ready_.wait_until(lock, stop, next_refresh_, news);
        else ready_.wait(lock, stop, news);
    }
}

WeightSet ProbeWorker::newest_weights() const {
    WeightSet out(now_.scene->models.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (now_.scene->models[i].field != "network") continue;
        if (const auto state = shared_.training.get(training_key(*now_.scene, static_cast<int>(i)))) out[i] = state->weights;
    }
    return out;
}

// True when newer weights wait for their turn.
bool ProbeWorker::look(std::stop_token stop) {
    std::shared_ptr<const Scene> before = now_.scene;
    {
        const std::lock_guard lock(mutex_);
        if (job_stop_.stop_requested() && !stop.stop_requested()) job_stop_ = std::stop_source();
        dirty_ = false;
        now_ = wanted_;
    }
    if (!now_.scene) return false;
    const bool other = !before || (before != now_.scene && !same_fields(*before, *now_.scene));
    const bool engine = shared_.engine != nullptr;
    auto weights = newest_weights();
    if (!other && engine == engine_ && weights == weights_) return false;
    if (!other && engine == engine_ && Clock::now() < next_refresh_) return true;
    weights_ = std::move(weights);
    engine_ = engine;
    probe_.reset();
    answered_ = {};
    return false;
}

void ProbeWorker::answer(std::size_t slot, const ProbeRequest& request, std::stop_token stop) {
    const auto began = Clock::now();
    ProbeRequest asked = request;
    asked.coarse |= now_.held;
    std::stop_token job;
    {
        const std::lock_guard lock(mutex_);
        fine_ = !asked.coarse;
        job = job_stop_.get_token();
    }
    if (!probe_) probe_.emplace(now_.scene, make_fields(*now_.scene, weights_, shared_.engine));
    auto result = std::make_shared<ProbeResult>((*probe_)(asked, job));
    next_refresh_ = Clock::now() + std::max<Clock::duration>(shortest_rest, rest * (Clock::now() - began));
    {
        const std::lock_guard lock(mutex_);
        fine_ = false;
        if (job.stop_requested() || stop.stop_requested()) return;
        answered_[slot] = now_.asked[slot].revision;
        // Still asked for something here, if perhaps not quite this.
        if (wanted_.asked[slot].request) results_[slot] = std::move(result);
    }
    shared_.news();
}

}  // namespace pf
