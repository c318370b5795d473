#pragma once
#include <algorithm>
#include <chrono>
#include <thread>

namespace pf {

// When the next frame is due, and how long frames took. The window's loop asks; nothing here draws.
class Pacing {
public:
    using Clock = std::chrono::steady_clock;

    // Uncapped frames with software GL would take the core that training needs.
    explicit Pacing(bool software) : period_(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(software ? 1.0 / 60 : 1.0 / 250))) {}

    // Draw at least so many more frames: Dear ImGui settles within three after an event.
    void ask(int frames) { asked_ = std::max(asked_, frames); }
    bool asked() const { return asked_ > 0; }

    // Of a frame that will be drawn: seconds since the one before. `waited`: the loop slept until something happened, which is no slow frame.
    double begin(bool waited) {
        const auto now = Clock::now();
        const double elapsed = std::chrono::duration<double>(now - began_).count();
        began_ = now;
        counts_ = !waited && !waited_before_;
        waited_before_ = waited;
        return elapsed;
    }
    // From due time to due time, so that what follows the wait does not add to it; a late frame starts a new count.
    void wait_until_due() {
        next_ = std::max(next_ + period_, Clock::now() - period_);
        if (next_ > Clock::now()) std::this_thread::sleep_until(next_);
    }
    // After the swap: milliseconds since the swap before.
    double swapped() {
        const auto now = Clock::now();
        const double ms = std::chrono::duration<double, std::milli>(now - swapped_).count();
        swapped_ = now;
        if (counts_) smoothed_ms_ += 0.05 * (ms - smoothed_ms_);
        asked_ = std::max(0, asked_ - 1);
        return ms;
    }
    double smoothed_ms() const { return smoothed_ms_; }

private:
    Clock::duration period_;
    Clock::time_point began_ = Clock::now(), next_ = began_, swapped_ = began_;
    double smoothed_ms_ = 1000.0 / 60;
    int asked_ = 3;
    bool counts_ = false, waited_before_ = true;
};

}  // namespace pf
