#pragma once
#include <algorithm>

namespace pf {

// How many particles the quick picture of a lane has: as many as were done in the time allowed. On a processor that time is theirs; on a GPU launches take it, and 100,000 take hardly
// longer than 1,000 (tests/bench/gpu): there few are no way to be quick.
class QuickParticles {
public:
    int on(bool gpu) const { return std::clamp(now_, least(gpu), most(gpu)); }
    void took(double milliseconds, double allowed, bool gpu) {
        now_ = on(gpu);
        if (milliseconds > allowed) now_ = std::max(least(gpu), now_ * 2 / 3);
        else if (milliseconds < allowed / 2) now_ = std::min(most(gpu), now_ * 3 / 2);
    }

private:
    static int least(bool gpu) { return gpu ? 20'000 : 100; }
    static int most(bool gpu) { return gpu ? 100'000 : 1000; }

    int now_ = 1000;
};

}  // namespace pf
