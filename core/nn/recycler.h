#pragma once
#include <memory>
#include <mutex>
#include <vector>

namespace pf::nn {

// Things that cost something to begin to use, given out one by one and again when nobody holds them any more. Thread-safe; it must outlive what it gave.
template <class T>
class Recycler {
public:
    // The one that came back last, or a new one.
    template <class Make>
    std::shared_ptr<const T> take(const Make& make) {
        std::unique_lock lock(mutex_);
        if (idle_.empty()) {
            lock.unlock();
            return given(make());
        }
        const T last = idle_.back();
        idle_.pop_back();
        lock.unlock();
        return given(last);
    }

private:
    std::shared_ptr<const T> given(const T& thing) {
        return {new T(thing), [this](const T* back) {
                    const std::unique_ptr<const T> owner(back);
                    const std::lock_guard lock(mutex_);
                    idle_.push_back(*back);
                }};
    }

    std::mutex mutex_;
    std::vector<T> idle_;
};

}  // namespace pf::nn
