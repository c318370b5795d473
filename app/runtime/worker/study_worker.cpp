#include "app/runtime/worker/study_worker.h"

#include "app/runtime/worker/priority.h"

namespace pf {

StudyWorker::StudyWorker(Shared& shared) : shared_(shared), thread_([this](std::stop_token stop) { work(stop); }) {}

StudyWorker::~StudyWorker() {
    thread_.request_stop();
    cancel();
}

void StudyWorker::start(std::shared_ptr<const Scene> scene, WeightSet weights, StudyRequest request, Key key) {
    Job job;
    job.weights = std::move(weights);
    job.state.key = key;
    job.state.scene = std::move(scene);
    job.state.study.vary = request.vary;
    job.state.request = std::move(request);
    busy_ = true;
    {
        const std::lock_guard lock(mutex_);
        job_stop_.request_stop();
        state_.publish(std::make_shared<const StudyState>(job.state));
        next_ = std::move(job);
    }
    changed_.notify_all();
}

void StudyWorker::cancel() {
    {
        const std::lock_guard lock(mutex_);
        job_stop_.request_stop();
        if (next_) {
            next_->state.status = StudyState::Status::cancelled;
            state_.publish(std::make_shared<const StudyState>(next_->state));
            next_.reset();
        }
    }
    changed_.notify_all();
}

void StudyWorker::hold(bool held) {
    {
        const std::lock_guard lock(mutex_);
        held_ = held;
    }
    changed_.notify_all();
}

void StudyWorker::work(std::stop_token stop) {
    give_way(19);
    while (!stop.stop_requested()) {
        Job job;
        std::stop_token job_stop;
        {
            std::unique_lock lock(mutex_);
            if (!next_ && busy_.exchange(false)) shared_.news();
            if (!changed_.wait(lock, stop, [&] { return next_.has_value(); })) return;
            job = std::move(*next_);
            next_.reset();
            job_stop_ = std::stop_source();
            job_stop = job_stop_.get_token();
            busy_ = true;
        }
        run(std::move(job), job_stop);
    }
}

void StudyWorker::wait_while_held(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !held_ || stop.stop_requested(); });
}

void StudyWorker::run(Job job, std::stop_token stop) {
    StudyState& now = job.state;
    const auto show = [&] {
        {
            const std::lock_guard lock(mutex_);
            if (next_) return;  // a newer one is what is shown
            state_.publish(std::make_shared<const StudyState>(now));
        }
        shared_.news();
    };
    try {
        const FieldSet fields = make_fields(*now.scene, job.weights, shared_.engine);
        const double total = static_cast<double>(now.request.lanes.size() * now.request.vary.values.size());
        // Value by value, which is the same as all at once, so that the plot grows.
        for (const int lane : now.request.lanes)
            for (const double value : now.request.vary.values) {
                StudyRequest one = now.request;
                one.lanes = {lane};
                one.vary.values = {value};
                const double done = static_cast<double>(now.study.rows.size());
                Study part = run_study(*now.scene, fields, one, [&](double share) {
                    wait_while_held(stop);
                    now.progress = (done + share) / total;
                    show();
                }, stop);
                if (stop.stop_requested()) break;
                for (auto& row : part.rows) now.study.rows.push_back(std::move(row));
            }
        now.status = stop.stop_requested() ? StudyState::Status::cancelled : StudyState::Status::finished;
        if (now.status == StudyState::Status::finished) now.progress = 1;
    } catch (const std::exception& error) {
        now.status = StudyState::Status::failed;
        now.sentence = error.what();
        shared_.tell(Notice::Level::error, error.what());
    }
    show();
}

}  // namespace pf
