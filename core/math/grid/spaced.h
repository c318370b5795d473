#pragma once
#include <cmath>

#include "core/math/errors.h"
#include "core/math/grid/grid.h"
#include "core/math/schedule/time_of.h"

namespace pf {

// range.min + (range.max − range.min) warp(i/n), with the ends exact. warp: [0, 1] → [0, 1], increasing.
template <class Warp>
std::vector<double> warped(TimeRange range, int steps, const Warp& warp) {
    check(steps > 0, "steps = {}", steps);
    std::vector<double> times(static_cast<std::size_t>(steps) + 1);
    for (int i = 0; i <= steps; ++i) times[static_cast<std::size_t>(i)] = range.min + (range.max - range.min) * warp(static_cast<double>(i) / steps);
    times.front() = range.min;
    times.back() = range.max;
    return times;
}

// Equal steps in clock(ℓ); inverse(clock(ℓ)) = ℓ. Where ℓ is infinite at an end, the first or last step leads to end_margin from it, and
// the others share the rest. Uniform where there are too few steps for that.
template <class Clock, class Inverse>
std::vector<double> spaced_in(const Schedule& schedule, TimeRange range, int steps, const Clock& clock, const Inverse& inverse) {
    const bool open_start = schedule.at(range.min).alpha == 0, open_end = schedule.at(range.max).beta == 0;
    const int first = open_start ? 1 : 0, last = open_end ? steps - 1 : steps;
    auto times = warped(range, steps, [](double u) { return u; });
    const double margin = std::min(end_margin, (range.max - range.min) / 4);
    const auto at = [&](double t) { return clock(schedule.at(t).half_log_snr()); };
    if (last <= first) return times;
    const double a = at(open_start ? range.min + margin : range.min), b = at(open_end ? range.max - margin : range.max);
    for (int i = std::max(first, 1); i <= std::min(last, steps - 1); ++i)
        times[static_cast<std::size_t>(i)] = time_of(schedule, inverse(a + (b - a) * (i - first) / (last - first)));
    return times;
}

}  // namespace pf
