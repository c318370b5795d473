#pragma once
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace pf::nn::fused {

// Threads that help with the parts of a short job (tens of microseconds and more). Parts are taken one by one, so a helper that another program
// keeps from running costs at most the part it holds. Used from one thread at a time.
class Team {
public:
    explicit Team(int helpers);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int size() const { return static_cast<int>(helpers_.size()) + 1; }
    // Calls work(part, member) once for every part in [0, parts), parts ≤ 65535, at the same time on this thread (member 0) and on the helpers that come in time
    // (members 1, 2 …); returns when all are done. `work` must not throw.
    template <class Work>
    void run(int parts, const Work& work) {
        run(parts, [](const void* data, int part, int member) { (*static_cast<const Work*>(data))(part, member); }, &work);
    }

private:
    using Call = void (*)(const void* data, int part, int member);
    void run(int parts, Call call, const void* data);
    void help(std::stop_token stop, int member);
    bool take_part(int member);  // false: nothing is left

    // The number of the job, its parts, the next part: 32, 16 and 16 bits, so that nobody takes a part of a job that is over.
    std::atomic<std::uint64_t> next_{0};
    std::atomic<int> done_{0};
    Call call_ = nullptr;         // read only by who holds a part
    const void* data_ = nullptr;
    std::vector<std::jthread> helpers_;
};

// Whether a team is worth its helpers just now: both ways are timed now and then, the slower one ever less often.
class Worth {
public:
    bool now() const { return trial_ > 0 ? !helped_ : helped_; }  // is the next step to be helped?
    void took(double seconds);                                   // of the step that followed now()

private:
    double time_[2] = {0, 0};  // alone, helped: moving averages in seconds; 0: not known
    bool helped_ = true;
    int trial_ = 0, until_trial_ = 4, between_ = 256;
};

}  // namespace pf::nn::fused
