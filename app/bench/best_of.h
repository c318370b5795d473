#pragma once
#include <algorithm>
#include <chrono>
#include <limits>

namespace pf::bench {

// The shortest run of work(), in seconds: of `repeats`, after one that is not counted.
template <class Work>
double best_seconds(int repeats, Work&& work) {
    using Clock = std::chrono::steady_clock;
    work();
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < repeats; ++i) {
        const auto start = Clock::now();
        work();
        best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
    }
    return best;
}

}  // namespace pf::bench
