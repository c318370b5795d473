#include "app/runtime/box_flow.h"

#include <algorithm>
#include <cmath>

#include "core/math/solver/integrate.h"

namespace pf {
namespace {

constexpr int particle_slices = 33;

// Weights of cell averages 0 … n−1 in ∫ from the left edge to `at` (in cells): the sums of cells are known at cell edges; a cubic through
// four of them gives the rest. Added to `out` with `sign`.
void add_weights(double at, int n, double sign, std::vector<double>& out) {
    at = std::clamp(at, 0.0, static_cast<double>(n));
    const int first = std::clamp(static_cast<int>(std::floor(at)) - 1, 0, std::max(0, n - 3));
    for (int k = 0; k < first; ++k) out[static_cast<std::size_t>(k)] += sign;
    for (int node = first; node < first + 4 && node <= n; ++node) {
        double weight = 1;  // Lagrange
        for (int other = first; other < first + 4 && other <= n; ++other)
            if (other != node) weight *= (at - other) / (node - other);
        for (int k = first; k < node; ++k) out[static_cast<std::size_t>(k)] += sign * weight;
    }
}

std::vector<double> weights(double from, double to, double low, double high, Eigen::Index cells) {
    const int n = static_cast<int>(cells);
    std::vector<double> out(static_cast<std::size_t>(n), 0.0);
    const double cell = (high - low) / n;
    add_weights((to - low) / cell, n, cell, out);
    add_weights((from - low) / cell, n, -cell, out);
    return out;
}

// The derivative of values at unevenly spaced times: of the polynomial through `points` neighbours, as central as the ends allow.
std::vector<double> derivative(const std::vector<double>& t, const std::vector<double>& v, std::size_t points) {
    const std::size_t n = std::min(points, t.size());
    std::vector<double> out(t.size(), 0.0);
    for (std::size_t i = 0; n > 1 && i < t.size(); ++i) {
        const std::size_t first = std::min(i > n / 2 ? i - n / 2 : 0, t.size() - n), end = first + n;
        for (std::size_t j = first; j < end; ++j) {
            // Lagrange's polynomial of node j, differentiated at node i.
            double slope = 0;
            if (j == i) {
                for (std::size_t k = first; k < end; ++k) slope += k == i ? 0 : 1 / (t[i] - t[k]);
            } else {
                slope = 1 / (t[j] - t[i]);
                for (std::size_t k = first; k < end; ++k)
                    if (k != i && k != j) slope *= (t[i] - t[k]) / (t[j] - t[k]);
            }
            out[i] += slope * v[j];
        }
    }
    return out;
}

// Smooth masses bear a polynomial of degree 4; counts of particles are noisy, and a parabola adds the least to that.
BoxFlow with_outflow(BoxFlow flow, std::size_t points) {
    flow.outflow = derivative(flow.t, flow.mass, points);
    for (double& value : flow.outflow) value = -value;
    return flow;
}

}  // namespace

double mass_in(const DensityGrid& p, const Box& box, const Box& part) {
    if (p.size() == 0) return 0;
    const auto x = weights(part.x_min, part.x_max, box.x_min, box.x_max, p.cols()), y = weights(part.y_min, part.y_max, box.y_min, box.y_max, p.rows());
    double sum = 0;
    for (Eigen::Index r = 0; r < p.rows(); ++r) {
        if (y[static_cast<std::size_t>(r)] == 0) continue;
        double row = 0;
        for (Eigen::Index c = 0; c < p.cols(); ++c) row += x[static_cast<std::size_t>(c)] * static_cast<double>(p(r, c));
        sum += y[static_cast<std::size_t>(r)] * row;
    }
    return sum;
}

BoxFlow box_flow(const DensityMovie& movie, const Box& part) {
    BoxFlow flow;
    flow.t.assign(movie.t.begin(), movie.t.begin() + static_cast<std::ptrdiff_t>(std::min(movie.t.size(), movie.p.size())));
    for (std::size_t i = 0; i < flow.t.size(); ++i) flow.mass.push_back(mass_in(movie.p[i], movie.box, part));
    return with_outflow(std::move(flow), 5);
}

BoxFlow box_flow(const LaneResult& lane, const Box& part, std::stop_token stop) {
    BoxFlow flow;
    if (lane.path.x.empty() || lane.path.t.size() < 2) return flow;
    Points x;
    for (const double t : uniform_grid({lane.path.t.front(), lane.path.t.back()}, particle_slices - 1)) {
        if (stop.stop_requested()) return {};
        positions_at(lane, t, x);
        const auto inside = x.col(0) >= static_cast<float>(part.x_min) && x.col(0) <= static_cast<float>(part.x_max) && x.col(1) >= static_cast<float>(part.y_min) &&
                            x.col(1) <= static_cast<float>(part.y_max);
        flow.t.push_back(t);
        flow.mass.push_back(static_cast<double>(inside.count()) / static_cast<double>(x.rows()));
    }
    return with_outflow(std::move(flow), 3);
}

double at_time(const BoxFlow& flow, const std::vector<double>& values, double t) {
    if (values.empty() || values.size() != flow.t.size()) return 0;
    const auto above = std::upper_bound(flow.t.begin(), flow.t.end(), t);
    if (above == flow.t.begin()) return values.front();
    if (above == flow.t.end()) return values.back();
    const auto i = static_cast<std::size_t>(above - flow.t.begin());
    const double f = (t - flow.t[i - 1]) / (flow.t[i] - flow.t[i - 1]);
    return (1 - f) * values[i - 1] + f * values[i];
}

}  // namespace pf
