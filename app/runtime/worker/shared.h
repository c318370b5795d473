#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "app/runtime/latest.h"
#include "app/runtime/results.h"
#include "app/runtime/session.h"
#include "core/nn/engine.h"

namespace pf {

// The newest state of every training run, by training key. Written by the train worker, read by all.
class TrainingStore {
public:
    void publish(Key key, std::shared_ptr<const TrainingState> state) {
        const std::lock_guard lock(mutex_);
        states_[key].swap(state);
    }
    std::shared_ptr<const TrainingState> get(Key key) const {
        const std::lock_guard lock(mutex_);
        const auto it = states_.find(key);
        return it == states_.end() ? nullptr : it->second;
    }
    void forget(Key key) {
        const std::lock_guard lock(mutex_);
        states_.erase(key);
    }

private:
    mutable std::mutex mutex_;
    std::map<Key, std::shared_ptr<const TrainingState>> states_;
};

// What the workers and the session share; everything in it is safe from any thread.
struct Shared {
    explicit Shared(std::function<void()> on_news) : news_(std::move(on_news)) { network_status.publish(std::make_shared<const std::string>("loading")); }

    // By a worker, after it published something or told something.
    void news() const {
        if (news_) news_();
    }
    void tell(Notice::Level level, std::string text) {
        notices.push({level, std::move(text)});
        news();
    }

    Inbox<Notice> notices;
    TrainingStore training;
    Latest<std::string> network_status;
    std::atomic<nn::Engine*> engine{nullptr};
    std::atomic<int> runs{0};  // trainings that are running

private:
    const std::function<void()> news_;
};

}  // namespace pf
