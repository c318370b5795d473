#pragma once
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

namespace pf {

// The newest immutable value: one writer publishes, any reader takes. Nobody waits longer than a pointer swap.
template <class T>
class Latest {
public:
    void publish(std::shared_ptr<const T> value) {
        const std::lock_guard lock(mutex_);
        value_.swap(value);  // the old one is freed after the lock is released
    }
    std::shared_ptr<const T> get() const {
        const std::lock_guard lock(mutex_);
        return value_;
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const T> value_;
};

// Many writers, one reader, which drains it whole.
template <class T>
class Inbox {
public:
    void push(T message) {
        {
            const std::lock_guard lock(mutex_);
            queue_.push_back(std::move(message));
        }
        ready_.notify_one();
    }
    std::vector<T> drain() {
        const std::lock_guard lock(mutex_);
        return std::exchange(queue_, {});
    }
    // Returns when there is something or `stop` is requested.
    void wait(std::stop_token stop) {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, stop, [&] { return !queue_.empty(); });
    }

private:
    std::mutex mutex_;
    std::condition_variable_any ready_;
    std::vector<T> queue_;
};

}  // namespace pf
