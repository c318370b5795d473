#include "core/math/dataset/curve.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pf {
namespace {

struct Node {
    double s, weight;  // in [0, 1], weights sum to 1
};

// Roots of the Legendre polynomial P_n by Newton's method from Tricomi's estimate; w = 1 / ((1 − x²) P_n'²) on [0, 1].
std::vector<Node> gauss_legendre(int n) {
    std::vector<Node> nodes;
    for (int i = 0; i < n; ++i) {
        double x = std::cos(std::numbers::pi * (i + 0.75) / (n + 0.5)), slope = 0;
        for (int iteration = 0; iteration < 4; ++iteration) {
            double previous = 1, value = x;
            for (int k = 2; k <= n; ++k) {
                const double next = ((2 * k - 1) * x * value - (k - 1) * previous) / k;
                previous = value;
                value = next;
            }
            slope = n * (previous - x * value) / (1 - x * x);
            x -= value / slope;
        }
        nodes.push_back({0.5 * (1 + x), 1 / ((1 - x * x) * slope * slope)});
    }
    return nodes;
}

std::vector<Node> midpoints(int n) {
    std::vector<Node> nodes;
    for (int i = 0; i < n; ++i) nodes.push_back({(i + 0.5) / n, 1.0 / n});
    return nodes;
}

constexpr int probes = 256;

// The largest |dc/ds|, to be bounded by σ times the number of nodes.
double largest_speed(const Arc& arc) {
    double largest = 0;
    for (int i = 0; i < probes; ++i)
        largest = std::max(largest, probes * (arc.at((i + 1.0) / probes) - arc.at(static_cast<double>(i) / probes)).norm());
    return largest;
}

}  // namespace

std::vector<Component> curve_components(const std::vector<Arc>& arcs, double sigma, double refine) {
    std::vector<Component> components;
    for (const Arc& arc : arcs) {
        // Equal spacing h leaves 2 exp(−2π² σ²/h²) = 5e-9 at h = σ. Gauss–Legendre with n nodes integrates waves of up to 2n/π per
        // interval; the Gaussian's spectrum has fallen to 1e-7 at k = 5.7/σ, which asks for 1.4 nodes per σ.
        const double per_arc = refine * largest_speed(arc) / sigma;
        const std::vector<Node> nodes = arc.closed ? midpoints(16 + static_cast<int>(per_arc)) : gauss_legendre(16 + static_cast<int>(1.4 * per_arc));
        for (const Node& node : nodes)
            components.push_back({node.weight, arc.at(node.s), sigma * sigma * Eigen::Matrix2d::Identity(), arc.label});
    }
    return components;
}

Points CurveDataset::sample(Random& random, Eigen::Index n, std::vector<int>* labels) const {
    const std::vector<Arc> pieces = arcs();
    const double noise = sigma();
    Points x(n, 2);
    if (labels) labels->resize(static_cast<std::size_t>(n));
    Draws::Column a, b;
    for (Draws draws(random, n, 7); draws.next();) {
        draws.normals(3, a, b);
        for (Eigen::Index i = 0; i < draws.count(); ++i) {
            const Arc& arc = pieces[static_cast<std::size_t>(draws.below(i, 0, static_cast<int>(pieces.size())))];
            const Eigen::Vector2d z = arc.at(draws.uniform(i, 1)) + noise * Eigen::Vector2f(a[i], b[i]).cast<double>();
            x.row(draws.first() + i) = z.transpose().cast<float>();
            if (labels) (*labels)[static_cast<std::size_t>(draws.first() + i)] = arc.label;
        }
    }
    return x;
}

std::shared_ptr<const Mixture> CurveDataset::mixture() const { return std::make_shared<const Mixture>(curve_components(arcs(), sigma())); }

double CurveDataset::extent() const {
    double reach = 0;
    for (const Arc& arc : arcs())
        for (int i = 0; i <= probes; ++i) reach = std::max(reach, arc.at(static_cast<double>(i) / probes).cwiseAbs().maxCoeff());
    return std::max(4.0, reach + 5 * sigma());
}

}  // namespace pf
