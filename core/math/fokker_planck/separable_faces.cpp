#include <cmath>
#include <limits>

#include "core/math/errors.h"
#include "core/math/field/mixture_field.h"
#include "core/math/fokker_planck/faces.h"
#include "core/math/fokker_planck/kernels.h"

namespace pf::fokker_planck {
namespace {

// Along one axis at one t component k has N(mean, variance) and, on it, velocity u0 + u1 z and score s0 + s1 z.
struct Marginal {
    double mean, log_height, variance, u0, u1, s0, s1;
};

Marginal marginal(const Component& k, const Coefficients& c, int dimension) {
    const double v = k.covariance(dimension, dimension), variance = c.alpha * c.alpha * v + c.beta * c.beta, mean = c.alpha * k.mean[dimension];
    const double u1 = (c.alpha * c.d_alpha * v + c.beta_d_beta) / variance;
    return {mean, -0.5 * std::log(variance), variance, c.d_alpha * k.mean[dimension] - u1 * mean, u1, mean / variance, -1 / variance};
}

// Responsibilities of a mixture with diagonal covariances are products of a function of x and one of y, up to a factor common to all
// components, so a grid needs exponentials along its axes only.
template <class S>
class SeparableFaces final : public Faces<S> {
public:
    SeparableFaces(const MixtureField& field, bool with_velocity, const Grid& grid) : field_(field), with_velocity_(with_velocity), grid_(grid) {}

private:
    void evaluate(double t, Axis axis, Plane<S>& velocity, Plane<S>* score) override {
        const auto& components = field_.mixture().components();
        const auto count = components.size();
        const Coefficients c = field_.schedule().at(t);
        const int normal = axis == Axis::x ? 0 : 1;
        std::vector<Marginal> across, along;  // of the normal axis, and of the other one
        for (const Component& k : components) {
            across.push_back(marginal(k, c, normal));
            across.back().log_height += std::log(k.weight);
            along.push_back(marginal(k, c, 1 - normal));
        }
        const double d = grid_.step(axis), first = grid_.min(axis), d2 = grid_.step(other(axis)), first2 = grid_.min(other(axis)) + 0.5 * d2;
        table(across, first, d, velocity.rows(), rows_);
        table(along, first2, d2, velocity.columns(), columns_);
        const int stride = velocity.lanes();
        if (weights_.rows() != static_cast<int>(count) || weights_.lanes() != stride) weights_ = Plane<S>(static_cast<int>(count), stride);
        for (std::size_t k = 0; k < count; ++k)
            for (int i = 0; i < stride; ++i)  // padding repeats the last column
                weights_.row(static_cast<int>(k))[i] = static_cast<S>(columns_(std::min(i, velocity.columns() - 1), static_cast<Eigen::Index>(k)));
        std::vector<S> u(count), s(count), r(count);
        SeparableRow<S> in;
        in.components = static_cast<int>(count), in.lanes = stride, in.stride = static_cast<int>(count > 1 ? weights_.row(1) - weights_.row(0) : stride);
        in.columns = weights_.row(0), in.row = r.data(), in.velocity = u.data(), in.score = s.data();
        constexpr S least = sizeof(S) == 4 ? S(1e-25) : S(1e-200);
        for (int i = 0; i < velocity.rows(); ++i) {
            const double z = first + i * d;
            for (std::size_t k = 0; k < count; ++k) {
                r[k] = static_cast<S>(rows_(i, static_cast<Eigen::Index>(k)));
                u[k] = with_velocity_ ? static_cast<S>(across[k].u0 + across[k].u1 * z) : 0;
                s[k] = static_cast<S>(across[k].s0 + across[k].s1 * z);
            }
            if (separable_row(in, velocity.row(i), score ? score->row(i) : nullptr) < least)
                for (int j = 0; j < velocity.columns(); ++j) one_point(across, along, z, first2 + j * d2, velocity.row(i)[j], score ? score->row(i) + j : nullptr);
        }
    }

    // exp of the log-density less its largest over the components, at n points a step apart: [n, components].
    static void table(const std::vector<Marginal>& m, double first, double step, int n, Eigen::ArrayXXd& out) {
        const auto count = static_cast<Eigen::Index>(m.size());
        out.resize(n, count);
        const Eigen::ArrayXd z = Eigen::ArrayXd::LinSpaced(n, first, first + (n - 1) * step);
        for (Eigen::Index k = 0; k < count; ++k) {
            const Marginal& one = m[static_cast<std::size_t>(k)];
            out.col(k) = one.log_height - 0.5 / one.variance * (z - one.mean).square();
        }
        const Eigen::ArrayXd largest = out.rowwise().maxCoeff();
        out.colwise() -= largest;
        exponentials(out.data(), out.size());
    }

    // Where one component is nearest in x and another in y, all products may underflow: by log-sum-exp.
    void one_point(const std::vector<Marginal>& across, const std::vector<Marginal>& along, double z, double z2, S& velocity, S* score) const {
        const auto log_weight = [&](std::size_t k) {
            const double a = z - across[k].mean, b = z2 - along[k].mean;
            return across[k].log_height + along[k].log_height - 0.5 * (a * a / across[k].variance + b * b / along[k].variance);
        };
        double largest = -std::numeric_limits<double>::infinity(), total = 0, u = 0, s = 0;
        for (std::size_t k = 0; k < across.size(); ++k) largest = std::max(largest, log_weight(k));
        for (std::size_t k = 0; k < across.size(); ++k) {
            const double r = std::exp(log_weight(k) - largest);
            total += r;
            u += r * (across[k].u0 + across[k].u1 * z);
            s += r * (across[k].s0 + across[k].s1 * z);
        }
        velocity = with_velocity_ ? static_cast<S>(u / total) : 0;
        if (score) *score = static_cast<S>(s / total);
    }

    const MixtureField& field_;
    bool with_velocity_;
    Grid grid_;
    Eigen::ArrayXXd rows_, columns_;
    Plane<S> weights_;  // of the columns, a row per component
};

}  // namespace

template <class S>
std::unique_ptr<Faces<S>> make_separable_faces(const Problem& problem, const Grid& grid) {
    if (problem.score && problem.velocity && problem.score != problem.velocity) return nullptr;
    const auto* field = dynamic_cast<const MixtureField*>(problem.velocity ? problem.velocity.get() : problem.score.get());
    if (!field) return nullptr;
    for (const Component& k : field->mixture().components())
        if (k.covariance(0, 1) != 0) return nullptr;
    return std::make_unique<SeparableFaces<S>>(*field, problem.velocity != nullptr, grid);
}

template std::unique_ptr<Faces<float>> make_separable_faces(const Problem&, const Grid&);
template std::unique_ptr<Faces<double>> make_separable_faces(const Problem&, const Grid&);

}  // namespace pf::fokker_planck
