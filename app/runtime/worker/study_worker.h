#pragma once
#include <condition_variable>
#include <thread>

#include "app/runtime/inspection.h"
#include "app/runtime/worker/shared.h"

namespace pf {

// The thread that measures studies, one at a time, with the lowest priority of all. What it has measured so far can be seen after every value.
class StudyWorker {
public:
    explicit StudyWorker(Shared& shared);
    ~StudyWorker();

    // Never block.
    void start(std::shared_ptr<const Scene> scene, WeightSet weights, StudyRequest request, Key key);
    void cancel();
    void hold(bool held);  // a control is being dragged: the next run waits
    std::shared_ptr<const StudyState> state() const { return state_.get(); }
    bool busy() const { return busy_; }

private:
    struct Job {
        StudyState state;
        WeightSet weights;
    };
    void work(std::stop_token stop);
    void run(Job job, std::stop_token stop);
    void wait_while_held(std::stop_token stop);

    Shared& shared_;
    Latest<StudyState> state_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::optional<Job> next_;      // these three under the mutex
    std::stop_source job_stop_;
    bool held_ = false;
    std::atomic<bool> busy_{false};
    std::jthread thread_;          // last member: joins before the rest goes away
};

}  // namespace pf
