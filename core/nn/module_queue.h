#pragma once
// <ATen/core/ivalue.h> first: without it clang cannot compile LibTorch 1.13 as C++20.
#include <ATen/core/ivalue.h>
#include <ATen/ATen.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <cstring>
#include <memory>
#include <optional>
#include <thread>

#include "core/nn/recycler.h"

namespace pf::nn {

// The order in which a device does what one network asks of it: a stream of its own on a GPU, so that two networks do not wait for each other and whole steps
// can be captured. On the CPU everything is done at once, and nothing here does anything. Only for the files of the module.
class Queue {
public:
    // `staged`: go the ways of a GPU on the CPU too (tests).
    explicit Queue(at::Device device, bool staged = false) : device_(device), staged_(staged || !device.is_cpu()) {
        if (!device.is_cpu()) stream_ = streams().take([&] { return c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device); });
    }
    at::Device device() const { return device_; }
    bool staged() const { return staged_; }  // memory of the host is copied from and to through host(), while the device works

    // While it lives, this thread's operations go into the queue.
    class Entry {
    public:
        explicit Entry(const Queue& queue) {
            if (queue.stream_) guard_.emplace(*queue.stream_);
        }

    private:
        std::optional<c10::StreamGuard> guard_;
    };

    // Waits until all of it is done.
    void finish() const {
        if (stream_) stream_->synchronize();
    }

    // Host memory that the device copies from and to by itself (pinned). What is freed is not used again before copies under way are done.
    at::Tensor host(at::IntArrayRef shape) const { return at::empty(shape, at::TensorOptions().dtype(at::kFloat).pinned_memory(stream_ != nullptr)); }

    // `values` as a tensor on the device; they may be changed at once, and nothing is waited for. Not staged, the tensor is the memory given: no copy.
    at::Tensor upload(const float* values, at::IntArrayRef shape) const {
        if (!staged_) return at::from_blob(const_cast<float*>(values), shape, at::kFloat);
        const at::Tensor staged = host(shape);
        std::memcpy(staged.data_ptr<float>(), values, sizeof(float) * static_cast<std::size_t>(staged.numel()));
        return staged.to(device_, at::kFloat, true, true);
    }

private:
    friend class Mark;
    at::Device device_;
    bool staged_;
    std::shared_ptr<const c10::Stream> stream_;  // null: none

    // A network is made for every picture while one trains, and each new stream would take memory for good: the 32 of the pool took 2.5 GB of an H100. Of one device; never freed.
    static Recycler<c10::Stream>& streams() {
        static auto* all = new Recycler<c10::Stream>;
        return *all;
    }
};

// A place in a queue; wait() returns when the device has passed it, at once where it was never set.
class Mark {
public:
    void set(const Queue& queue) {
        if (!queue.stream_) return;
        if (!event_) event_.emplace(queue.device().type());
        event_->record(*queue.stream_);
    }
    void wait() const {
        if (event_) wait_for(*event_);
    }

private:
    template <class Event>
    static void wait_for(const Event& event) {
        if constexpr (requires { event.synchronize(); })
            event.synchronize();
        else  // LibTorch 1.13
            while (!event.query()) std::this_thread::yield();
    }
    std::optional<c10::Event> event_;
};

}  // namespace pf::nn
