#pragma once
#include <condition_variable>
#include <optional>
#include <thread>

#include "app/runtime/probe.h"
#include "app/runtime/worker/shared.h"

namespace pf {

// What is probed: a point that stays, and what the mouse is over.
enum class ProbeSlot { pinned, hovered };

// The thread that answers probes, with networks of its own, so that nobody waits for the flow. It answers the newest request of each slot, the pinned one first.
// An answer to the same request follows every change of the scene and, at most a fifth of the time, of weights that are being trained.
class ProbeWorker {
public:
    explicit ProbeWorker(Shared& shared);
    ~ProbeWorker();

    // Never block. `held`: a control is being dragged, so only quick answers count.
    void want(std::shared_ptr<const Scene> scene, bool held);
    void ask(ProbeSlot slot, std::optional<ProbeRequest> request);  // none: its result goes away
    void poke();                                                    // weights changed
    bool busy() const { return busy_; }
    std::shared_ptr<const ProbeResult> result(ProbeSlot slot) const;

private:
    using Clock = std::chrono::steady_clock;
    struct Asked {
        std::optional<ProbeRequest> request;
        std::uint64_t revision = 0;  // grows with every new request
    };
    struct Wanted {
        std::shared_ptr<const Scene> scene;
        bool held = false;
        std::array<Asked, 2> asked;
    };

    void work(std::stop_token stop);
    bool look(std::stop_token stop);      // takes the newest of everything
    WeightSet newest_weights() const;
    void answer(std::size_t slot, const ProbeRequest& request, std::stop_token stop);

    Shared& shared_;
    mutable std::mutex mutex_;
    std::condition_variable_any ready_;
    Wanted wanted_;                       // these under the mutex
    bool dirty_ = false, fine_ = false;   // fine_: an answer is being made that a coarse one may interrupt
    std::stop_source job_stop_;
    std::array<std::shared_ptr<const ProbeResult>, 2> results_;
    std::atomic<bool> busy_{false};

    // The worker's own.
    Wanted now_;
    WeightSet weights_;
    bool engine_ = false;
    std::optional<Probe> probe_;          // of now_.scene and weights_; made when it is first needed
    std::array<std::uint64_t, 2> answered_{};  // revisions, 0: not with these fields
    Clock::time_point next_refresh_{};
    std::jthread thread_;                 // last member: joins before the rest goes away
};

}  // namespace pf
