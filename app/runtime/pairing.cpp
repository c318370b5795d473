#include "app/runtime/pairing.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pf {
namespace {

struct Statistics {
    double mean, rms, most;
};
Statistics statistics(const Column& distance) {
    double sum = 0, squares = 0, most = 0;
    int count = 0;
    for (const float value : distance) {
        const auto d = static_cast<double>(value);
        if (std::isfinite(d)) sum += d, squares += d * d, most = std::max(most, d), ++count;
    }
    if (count > 0) return {sum / count, std::sqrt(squares / count), most};
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    return {nothing, nothing, nothing};
}

bool reaches(const LaneResult& lane, double t) { return !lane.path.t.empty() && t >= lane.path.t.front() && t <= lane.path.t.back(); }

// The first n particles at a t that the lane reaches.
Points first_rows(const LaneResult& lane, double t, Eigen::Index n) {
    const auto& times = lane.path.t;
    const auto next = static_cast<std::size_t>(std::lower_bound(times.begin(), times.end(), t) - times.begin());
    const Points there = lane.path.x[next].topRows(n);
    if (times[next] == t) return there;
    const auto share = static_cast<float>((t - times[next - 1]) / (times[next] - times[next - 1]));
    return (1 - share) * lane.path.x[next - 1].topRows(n) + share * there;
}

}  // namespace

PairDistance pair_distance(const LaneResult& first, const LaneResult& other) {
    PairDistance out;
    const Eigen::Index n = std::min(first.start.rows(), other.start.rows());
    for (std::size_t k = 0; k < first.path.t.size(); ++k) {
        const double t = first.path.t[k];
        if (!reaches(other, t)) continue;
        out.t.push_back(t);
        out.distance.emplace_back((first.path.x[k].topRows(n) - first_rows(other, t, n)).square().rowwise().sum().sqrt());
        const Statistics s = statistics(out.distance.back());
        out.mean.push_back(s.mean);
        out.rms.push_back(s.rms);
        out.most.push_back(s.most);
    }
    return out;
}

std::optional<PairNow> pair_distance_at(const LaneResult& first, const LaneResult& other, double t) {
    if (!reaches(first, t) || !reaches(other, t)) return {};
    const Eigen::Index n = std::min({first.start.rows(), other.start.rows(), Eigen::Index{4096}});
    const Statistics s = statistics((first_rows(first, t, n) - first_rows(other, t, n)).square().rowwise().sum().sqrt());
    return std::isfinite(s.mean) ? std::optional(PairNow{s.mean, s.most}) : std::nullopt;
}

std::string noise_apart(const LaneResult& first, const LaneResult& other) {
    if (!first.refinable || !other.refinable) return "; their noise is not the same";
    if (first.depth > 0 && other.depth > 0 && first.depth != other.depth) return "; as steps of one are shorter than 1/4096, their noise is the same at multiples of that alone";
    return "";
}

}  // namespace pf
