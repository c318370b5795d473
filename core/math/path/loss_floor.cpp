#include "core/math/path/loss_floor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>

namespace pf {
namespace {

constexpr double log_least = -9.2, log_spacing = 0.2;  // of σ: 1e-4 … 1e4
constexpr int nodes = 93;

// The trapezoidal rule to ± 8.5 standard deviations of each part, 2.5 points in the narrowest: its errors for one Gaussian are below 1e-15, which the
// differences at large σ need.
constexpr double reach = 8.5, per_deviation = 2.5;
constexpr double most_cells = 1 << 22, most_work = 4e6;

// C_k = Σ_k + σ² I of one component, as its quadrature needs it.
struct Blob {
    double weight, x, y, i00, i01, i11, gain, reach_x, reach_y;  // weight/(2π √det C), mean, C⁻¹, tr Σ C⁻¹, half-widths
};

struct Plan {
    std::vector<Blob> blobs;
    double left = 1e300, bottom = 1e300, right = -1e300, top = -1e300, h = 1e300, work = 0;
    double columns() const { return std::ceil((right - left) / h) + 1; }
    double rows() const { return std::ceil((top - bottom) / h) + 1; }
};

Plan plan(const std::vector<Component>& components, double sigma) {
    Plan out;
    for (const Component& k : components) {
        const Eigen::Matrix2d C = k.covariance + sigma * sigma * Eigen::Matrix2d::Identity();
        const double det = C(0, 0) * C(1, 1) - C(0, 1) * C(0, 1), mean = (C(0, 0) + C(1, 1)) / 2;
        const double smallest = mean - std::sqrt(std::max(0.0, mean * mean - det)), i00 = C(1, 1) / det, i01 = -C(0, 1) / det, i11 = C(0, 0) / det;
        const double gain = k.covariance(0, 0) * i00 + 2 * k.covariance(0, 1) * i01 + k.covariance(1, 1) * i11;
        const Blob b{k.weight / (2 * std::numbers::pi * std::sqrt(det)), k.mean.x(), k.mean.y(), i00, i01, i11, gain, reach * std::sqrt(C(0, 0)), reach * std::sqrt(C(1, 1))};
        out.left = std::min(out.left, b.x - b.reach_x);
        out.right = std::max(out.right, b.x + b.reach_x);
        out.bottom = std::min(out.bottom, b.y - b.reach_y);
        out.top = std::max(out.top, b.y + b.reach_y);
        out.h = std::min(out.h, std::sqrt(smallest) / per_deviation);
        out.blobs.push_back(b);
    }
    for (const Blob& b : out.blobs) out.work += 4 * b.reach_x * b.reach_y / (out.h * out.h);
    return out;
}

void refuse_what_is_too_fine(const std::vector<Component>& components) {
    for (const double sigma : {std::exp(log_least), 1.0}) {
        const Plan p = plan(components, sigma);
        if (!(p.columns() * p.rows() < most_cells && p.work < most_work))
            throw BadInput(fmt::format("no floor: quadrature over {} parts, the narrowest {:.2g} wide, is out of reach", components.size(), p.h * per_deviation));
    }
}

// E tr Cov(z|x)/(2σ²): Σ_k r_k (tr Σ_k C_k⁻¹ + σ²|g_k|²) − σ²|Σ_k r_k g_k|², g_k = −C_k⁻¹ (x − μ_k), in which nothing cancels as σ → 0.
double mean_ratio(const std::vector<Component>& components, double sigma) {
    const Plan p = plan(components, sigma);
    const auto columns = static_cast<Eigen::Index>(p.columns()), rows = static_cast<Eigen::Index>(p.rows());
    using Grid = Eigen::ArrayXXd;
    Grid density = Grid::Zero(columns, rows), gx = density, gy = density, second = density;
    const double variance = sigma * sigma;
    for (const Blob& b : p.blobs) {
        const auto first = [&](double from, double low) { return std::max<Eigen::Index>(0, static_cast<Eigen::Index>(std::ceil((from - low) / p.h))); };
        const Eigen::Index left = first(b.x - b.reach_x, p.left), bottom = first(b.y - b.reach_y, p.bottom);
        const Eigen::Index n = std::min(columns, static_cast<Eigen::Index>((b.x + b.reach_x - p.left) / p.h) + 1) - left;
        const Eigen::Index above = std::min(rows, static_cast<Eigen::Index>((b.y + b.reach_y - p.bottom) / p.h) + 1);
        const Eigen::ArrayXd dx = Eigen::ArrayXd::LinSpaced(n, 0, static_cast<double>(n - 1)) * p.h + (p.left + static_cast<double>(left) * p.h - b.x);
        for (Eigen::Index row = bottom; row < above; ++row) {
            const double dy = p.bottom + static_cast<double>(row) * p.h - b.y;
            const Eigen::ArrayXd px = -(b.i00 * dx + b.i01 * dy), py = -(b.i01 * dx + b.i11 * dy);
            const Eigen::ArrayXd mass = b.weight * (0.5 * (px * dx + py * dy)).exp();
            density.col(row).segment(left, n) += mass;
            gx.col(row).segment(left, n) += mass * px;
            gy.col(row).segment(left, n) += mass * py;
            second.col(row).segment(left, n) += mass * (b.gain + variance * (px.square() + py.square()));
        }
    }
    const Grid explained = (density > 1e-290).select((gx.square() + gy.square()) / density.max(1e-290), 0.0);
    // Divided by the mass found, so that the rule's cut tails do not count.
    return (second.sum() - variance * explained.sum()) / density.sum() / 2;
}

std::map<int, std::vector<Component>> by_label(const Mixture& mixture) {
    std::map<int, std::vector<Component>> out;
    for (const Component& c : mixture.components()) out[c.label].push_back(c);
    return out;
}

// ∫ f over [a, b] by four-point Gauss–Legendre on pieces that halve towards both ends: 24 times where f may have a singularity there.
template <class F>
void integrate_pieces(double a, double b, int halvings, const F& f) {
    constexpr std::array<double, 4> x{-0.8611363115940526, -0.3399810435848563, 0.3399810435848563, 0.8611363115940526};
    constexpr std::array<double, 4> w{0.3478548451374538, 0.6521451548625461, 0.6521451548625461, 0.3478548451374538};
    const double half = (b - a) / 2;
    for (int side = 0; side < 2; ++side)
        for (int j = 0; j <= halvings; ++j) {
            const double far = half * std::ldexp(1.0, -j), near = j == halvings ? 0 : far / 2, middle = (far + near) / 2, radius = (far - near) / 2;
            for (std::size_t i = 0; i < x.size(); ++i) {
                const double distance = middle + radius * x[i];
                f(side == 0 ? a + distance : b - distance, w[i] * radius);
            }
        }
}

}  // namespace

PosteriorVariance::PosteriorVariance(const Mixture& mixture, double label_known, const std::function<bool()>& stop) {
    data_variance_ = mixture.covariance().trace() / 2;
    std::map<int, std::vector<Component>> parts;
    if (label_known > 0) parts = by_label(mixture);
    const auto& all = mixture.components();
    if (!(mixture.smallest_variance() > 0)) throw BadInput("no floor is computed for single points: it is the loss of the memorising field, which a network can learn by heart");
    refuse_what_is_too_fine(all);
    for (int i = 0; i < nodes && !(stop && stop()); ++i) {
        const double sigma = std::exp(log_least + log_spacing * i);
        double ratio = label_known < 1 ? (1 - label_known) * mean_ratio(all, sigma) : 0;
        for (const auto& [label, components] : parts) {
            double share = 0;
            for (const Component& c : components) share += c.weight;
            ratio += label_known * share * mean_ratio(components, sigma);
        }
        values_.push_back(ratio * (1 + sigma * sigma / data_variance_));
    }
    values_.resize(nodes, 1);
}

double PosteriorVariance::ratio(double sigma) const {
    // Cubic through four neighbours (Lagrange), constant beyond the ends.
    const double place = std::clamp((std::log(sigma) - log_least) / log_spacing, 0.0, nodes - 1.0);
    const int first = std::clamp(static_cast<int>(place) - 1, 0, nodes - 4);
    double sum = 0;
    for (int i = 0; i < 4; ++i) {
        double basis = 1;
        for (int j = 0; j < 4; ++j)
            if (j != i) basis *= (place - (first + j)) / (i - j);
        sum += basis * values_[static_cast<std::size_t>(first + i)];
    }
    return sum / (1 + sigma * sigma / data_variance_);
}

double pointwise_floor(const PosteriorVariance& data, Prediction prediction, const Coefficients& c, double data_sd) {
    const Target k = conditional_target(prediction, c, data_sd);
    // z = (x − β ε)/α near the data, ε = (x − α z)/β near the noise: whichever does not divide by 0.
    if (c.alpha > c.beta) {
        const double slope = k.z * c.beta / c.alpha - k.noise;
        return slope * slope * data.ratio(c.beta / c.alpha);
    }
    const double slope = k.z - k.noise * c.alpha / c.beta, most = 1e6;
    return slope * slope * data.at(std::min(most, c.beta / c.alpha));
}

LossFloor loss_floor(const PosteriorVariance& data, const LossTerms& terms, int bins) {
    LossFloor out;
    out.range = terms.range;
    const auto at = [&](double t) {
        const Coefficients c = terms.schedule->at(t);
        return terms.weight(t, c) * pointwise_floor(data, terms.prediction, c, terms.data_sd);
    };
    const double width = (terms.range.max - terms.range.min) / bins;
    for (int i = 0; i <= bins; ++i) out.edges.push_back(terms.range.min + width * i);
    const std::vector<double> kinks = terms.schedule->kinks();
    double all = 0;
    for (int i = 0; i < bins; ++i) {
        double mass = 0, sum = 0;
        const auto add = [&](double t, double weight) {
            const double rho = terms.density(t);
            if (!(rho > 0)) return;
            mass += weight * rho;
            sum += weight * rho * at(t);
        };
        std::vector<double> cuts{out.edges[static_cast<std::size_t>(i)]};
        for (const double kink : kinks)
            if (kink > cuts.back() && kink < out.edges[static_cast<std::size_t>(i) + 1]) cuts.push_back(kink);
        cuts.push_back(out.edges[static_cast<std::size_t>(i) + 1]);
        for (std::size_t k = 0; width > 0 && k + 1 < cuts.size(); ++k) {
            const bool outermost = (i == 0 && k == 0) || (i + 1 == bins && k + 2 == cuts.size());
            integrate_pieces(cuts[k], cuts[k + 1], outermost || kinks.empty() ? 24 : 2, add);
        }
        if (!(width > 0)) mass = 1.0 / bins, sum = at(terms.range.min) / bins;
        out.floor.push_back(mass > 0 ? sum / mass : 0);
        out.probability.push_back(mass);
        all += mass;
    }
    for (std::size_t i = 0; i < out.floor.size(); ++i) {
        out.probability[i] /= all;
        out.total += out.probability[i] * out.floor[i];
    }

    // Towards an end that is asked for, ρ(t) w(t) floor(t) ~ distance^power; with power ≤ −1 it has no finite integral.
    for (const bool data_end : {false, true}) {
        const double end = data_end ? 1 : 0;
        if ((data_end ? terms.wanted.max : terms.wanted.min) != end) continue;
        const auto value = [&](double distance) {
            const double t = data_end ? 1 - distance : distance, rho = terms.density(t);
            return rho > 0 ? rho * at(t) : 0;
        };
        // As near as weights are themselves: where α or β is below 1e-6 some are held.
        double near = 1e-7;
        const auto least = [&] {
            const Coefficients c = terms.schedule->at(data_end ? 1 - near : near);
            return std::min(c.alpha, c.beta);
        };
        while (near < 1e-4 && least() < 2e-6) near *= 2;
        const double far = 10 * near;
        const double ratio = value(near) / value(far), power = std::log(ratio) / std::log(near / far);
        if (!(power <= -0.97)) continue;
        out.infinite += fmt::format("{}up to t = {:.0f} the floor is infinite: it grows like {}^{:.2g}", out.infinite.empty() ? "" : "; ", end, data_end ? "(1 − t)" : "t", power);
    }
    return out;
}

}  // namespace pf
