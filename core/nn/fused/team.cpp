#include "core/nn/fused/team.h"

#include <algorithm>
#include <chrono>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace pf::nn::fused {
namespace {

constexpr int part_bits = 16;
constexpr std::uint64_t part_mask = (1u << part_bits) - 1;
// What lies between two steps of training: a helper that sleeps comes later than that.
constexpr auto patience = std::chrono::microseconds(60);

int part_of(std::uint64_t job) { return static_cast<int>(job & part_mask); }
int parts_of(std::uint64_t job) { return static_cast<int>(job >> part_bits & part_mask); }
std::uint64_t number_of(std::uint64_t job) { return job >> 2 * part_bits; }

void breathe() {
#if defined(__x86_64__)
    _mm_pause();
#endif
}

}  // namespace

Team::Team(int helpers) {
    for (int i = 0; i < helpers; ++i) helpers_.emplace_back([this, i](std::stop_token stop) { help(stop, i + 1); });
}

Team::~Team() {
    for (auto& helper : helpers_) helper.request_stop();
    next_ = (number_of(next_) + 1) << 2 * part_bits;  // a job without parts
    next_.notify_all();
}

bool Team::take_part(int member) {
    std::uint64_t job = next_.load(std::memory_order_acquire);
    while (part_of(job) < parts_of(job))
        if (next_.compare_exchange_weak(job, job + 1, std::memory_order_acq_rel)) {
            call_(data_, part_of(job), member);
            done_.fetch_add(1, std::memory_order_release);
            return true;
        }
    return false;
}

void Team::run(int parts, Call call, const void* data) {
    call_ = call;
    data_ = data;
    done_.store(0, std::memory_order_relaxed);
    next_.store((number_of(next_.load(std::memory_order_relaxed)) + 1) << 2 * part_bits | static_cast<std::uint64_t>(parts) << part_bits, std::memory_order_release);
    next_.notify_all();
    while (take_part(0)) {}
    for (int waited = 0; done_.load(std::memory_order_acquire) < parts; ++waited) waited < 2000 ? breathe() : std::this_thread::yield();
}

void Team::help(std::stop_token stop, int member) {
    while (!stop.stop_requested()) {
        const std::uint64_t seen = next_.load(std::memory_order_acquire);
        if (take_part(member)) continue;
        const auto until = std::chrono::steady_clock::now() + patience;
        while (next_.load(std::memory_order_relaxed) == seen && std::chrono::steady_clock::now() < until) breathe();
        if (!stop.stop_requested()) next_.wait(seen);
    }
}

void Worth::took(double seconds) {
    constexpr int trial = 4, longest = 8192;
    double& time = time_[now()];
    time = time == 0 ? seconds : time + 0.2 * (seconds - time);
    if (trial_ > 0) {
        if (--trial_ > 0) return;
        // The other way has to be clearly faster.
        if (time_[!helped_] < 0.95 * time_[helped_]) helped_ = !helped_, between_ = 256;
        else between_ = std::min(2 * between_, longest);
        until_trial_ = between_;
    } else if (--until_trial_ <= 0) {
        trial_ = trial;
        time_[!helped_] = 0;
    }
}

}  // namespace pf::nn::fused
