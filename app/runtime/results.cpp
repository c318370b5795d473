#include "app/runtime/results.h"

#include <algorithm>

namespace pf {
namespace {

// Where t lies between two entries of increasing times: value = (1 − fraction)·at(index) + fraction·at(index + 1).
struct Between {
    std::size_t index = 0;
    float fraction = 0;
};

Between between(const std::vector<double>& times, double t) {
    const auto last = static_cast<int>(times.size()) - 1;
    const int i = slice_at(times, t);
    if (i >= last || t <= times.front()) return {static_cast<std::size_t>(i), 0.0f};
    const auto k = static_cast<std::size_t>(i);
    return {k, static_cast<float>((t - times[k]) / (times[k + 1] - times[k]))};
}

template <class Values>
void blend(const std::vector<double>& times, const std::vector<Values>& slices, double t, Values& out) {
    const auto [i, fraction] = between(times, t);
    if (slices.empty()) {
        out.resize(0, Values::ColsAtCompileTime);
    } else if (fraction == 0 || i + 1 >= slices.size()) {
        out = slices[std::min(i, slices.size() - 1)];
    } else {
        out = slices[i] + fraction * (slices[i + 1] - slices[i]);
    }
}

}  // namespace

int slice_at(const std::vector<double>& times, double t) {
    const auto above = std::upper_bound(times.begin(), times.end(), t);
    return std::max(0, static_cast<int>(above - times.begin()) - 1);
}

void positions_at(const LaneResult& lane, double t, Points& out) { blend(lane.path.t, lane.path.x, t, out); }

void log_p_at(const LaneResult& lane, double t, Column& out) { blend(lane.path.t, lane.path.log_p, t, out); }

void density_at(const DensityMovie& movie, double t, DensityGrid& out, float* maximum, double* integral) {
    const auto [i, fraction] = between(movie.t, t);
    const std::size_t next = fraction > 0 ? i + 1 : i;
    if (movie.p.empty()) {
        out.resize(0, 0);
    } else if (next == i) {
        out = movie.p[i];
    } else {
        out = movie.p[i] + fraction * (movie.p[next] - movie.p[i]);
    }
    if (maximum) *maximum = out.size() > 0 ? out.maxCoeff() : 0;
    if (integral) {
        const double f = static_cast<double>(fraction);
        *integral = movie.p.empty() ? 0 : (1 - f) * movie.integral[i] + f * movie.integral[next];
    }
}

}  // namespace pf
