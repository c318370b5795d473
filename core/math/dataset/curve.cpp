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

ArcTable::ArcTable(const Arc& arc) : label(arc.label) {
    constexpr double tolerance = 1e-6;
    constexpr int most = 1 << 13;
    double error = 2 * tolerance;
    for (int count = 32; error > tolerance && count <= most; count *= 2) {
        error = 0;
        pieces_.clear();
        for (int i = 0; i < count; ++i) {
            // Through four points of the piece, a third of it apart.
            const auto place = [&](double f) { return arc.at((i + f) / count); };
            const Eigen::Vector2d a = place(0), b = place(1.0 / 3), c = place(2.0 / 3), d = place(1);
            const Eigen::Vector2d c1 = -5.5 * a + 9 * b - 4.5 * c + d, c2 = 9 * a - 22.5 * b + 18 * c - 4.5 * d, c3 = 4.5 * (d - a) + 13.5 * (b - c);
            for (const double f : {1.0 / 6, 0.5, 5.0 / 6}) error = std::max(error, (a + f * (c1 + f * (c2 + f * c3)) - place(f)).norm());
            pieces_.push_back({a.cast<float>(), c1.cast<float>(), c2.cast<float>(), c3.cast<float>()});
        }
    }
}

Eigen::Vector2f ArcTable::at(double s) const {
    const double place = s * static_cast<double>(pieces_.size());
    const auto piece = static_cast<std::size_t>(place);
    const auto f = static_cast<float>(place - static_cast<double>(piece));
    const Cubic& c = pieces_[piece];
    return c[0] + f * (c[1] + f * (c[2] + f * c[3]));
}

std::vector<ArcTable> CurveDataset::tables() const {
    const std::vector<Arc> curve = arcs();
    return {curve.begin(), curve.end()};
}

std::string CurveDataset::settle() {
    tables_ = tables();
    return {};
}

Points CurveDataset::sample(Random& random, Eigen::Index n, std::vector<int>* labels) const {
    const std::vector<ArcTable> own = tables_.empty() ? tables() : std::vector<ArcTable>();
    const std::vector<ArcTable>& curve = tables_.empty() ? own : tables_;
    const auto noise = static_cast<float>(sigma());
    Points x(n, 2);
    if (labels) labels->resize(static_cast<std::size_t>(n));
    Draws::Column a, b;
    for (Draws draws(random, n, 7); draws.next();) {
        draws.normals(3, a, b);
        for (Eigen::Index i = 0; i < draws.count(); ++i) {
            const ArcTable& arc = curve[static_cast<std::size_t>(draws.below(i, 0, static_cast<int>(curve.size())))];
            x.row(draws.first() + i) = arc.at(draws.uniform(i, 1)) + noise * Eigen::Vector2f(a[i], b[i]);
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
