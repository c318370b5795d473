#include "core/math/fokker_planck/problem.h"

#include <Eigen/LU>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/math/errors.h"
#include "core/math/field/mixture_field.h"
#include "core/math/fokker_planck/averages.h"

namespace pf::fokker_planck {
namespace {

constexpr Coefficients data_end{1, 0, 0, 0, 0};

// log Σ w_k N(x; μ_k, Σ_k).
ColumnD log_density(const Mixture& mixture, const PointsD& x) {
    ColumnD out = ColumnD::Constant(x.rows(), -std::numeric_limits<double>::infinity());
    for (const Component& k : mixture.components()) {
        const Eigen::Matrix2d precision = k.covariance.inverse();
        const double height = std::log(k.weight) - 0.5 * std::log(k.covariance.determinant()) - std::log(2 * std::numbers::pi);
        const ColumnD dx = x.col(0) - k.mean.x(), dy = x.col(1) - k.mean.y();
        const ColumnD term = height - 0.5 * (precision(0, 0) * dx * dx + 2 * precision(0, 1) * dx * dy + precision(1, 1) * dy * dy);
        const ColumnD largest = out.max(term);
        out = largest + ((out - largest).exp() + (term - largest).exp()).log();
    }
    return out;
}

// f x with f = −α̇/α at t = 1 − τ.
class NoisingDrift final : public Field {
public:
    explicit NoisingDrift(std::shared_ptr<const Schedule> schedule) : schedule_(std::move(schedule)) {}
    void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const override { fill(x, t, want, out); }
    void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const override { fill(x, t, want, out); }
    TimeRange domain(unsigned) const override { return {0, schedule_->at(0).alpha > 0 ? 1 : 1 - end_margin}; }
    unsigned knows() const override { return want_velocity | want_divergence; }

private:
    template <class S>
    void fill(const PointsOf<S>& x, double tau, unsigned want, FieldValues<S>& out) const {
        const Coefficients c = schedule_->at(1 - tau);
        const S f = static_cast<S>(-c.d_alpha / c.alpha);
        if (want & want_velocity) out.velocity = f * x;
        if (want & want_divergence) out.divergence = ColumnOf<S>::Constant(x.rows(), 2 * f);
    }
    std::shared_ptr<const Schedule> schedule_;
};

// A field at one time, for all times.
class Frozen final : public Field {
public:
    Frozen(std::shared_ptr<const Field> field, double t) : field_(std::move(field)), t_(t) {}
    void evaluate(const Points& x, double, unsigned want, FieldValues<float>& out) const override { field_->evaluate(x, t_, want, out); }
    void evaluate(const PointsD& x, double, unsigned want, FieldValues<double>& out) const override { field_->evaluate(x, t_, want, out); }
    TimeRange domain(unsigned) const override { return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()}; }
    unsigned knows() const override { return field_->knows(); }

private:
    std::shared_ptr<const Field> field_;
    double t_;
};

template <class S>
void evaluate_function(const FunctionField::Function& f, const PointsOf<S>& x, double t, PointsOf<S>& out) {
    out.resize(x.rows(), 2);
    for (Eigen::Index i = 0; i < x.rows(); ++i) out.row(i) = f(static_cast<double>(x(i, 0)), static_cast<double>(x(i, 1)), t).transpose().array().template cast<S>();
}

template <class S>
void evaluate_all(const FunctionField::Function& u, const FunctionField::Function& s, const PointsOf<S>& x, double t, unsigned want, FieldValues<S>& out) {
    if (want & want_velocity) evaluate_function(u, x, t, out.velocity);
    if ((want & want_score) && s) evaluate_function(s, x, t, out.score);
    if (want & want_divergence) {
        constexpr double h = 1e-4;
        out.divergence.resize(x.rows());
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            const double a = static_cast<double>(x(i, 0)), b = static_cast<double>(x(i, 1));
            out.divergence[i] = static_cast<S>((u(a + h, b, t).x() - u(a - h, b, t).x() + u(a, b + h, t).y() - u(a, b - h, t).y()) / (2 * h));
        }
    }
}

}  // namespace

Start start_from(std::shared_ptr<const Mixture> mixture) {
    return {[mixture](const Grid& grid) { return mixture_averages(*mixture, data_end, grid); }, [mixture](const PointsD& x) { return log_density(*mixture, x); }};
}

Start start_from(Cells averages) {
    return {[p = std::move(averages)](const Grid& grid) {
                check(p.rows() == grid.height && p.cols() == grid.width, "a start of {} × {} cells on a grid of {} × {}", p.rows(), p.cols(), grid.height, grid.width);
                return p;
            },
            {}};
}

Start standard_normal(double standard_deviation) {
    const double v = standard_deviation * standard_deviation;
    return start_from(std::make_shared<const Mixture>(std::vector<Component>{{1, Eigen::Vector2d::Zero(), v * Eigen::Matrix2d::Identity(), 0}}));
}

Problem sampling(std::shared_ptr<const Field> velocity, std::shared_ptr<const Field> score, std::function<double(double)> sigma, const Schedule& schedule) {
    const bool exact = score && score == velocity && dynamic_cast<const MixtureField*>(score.get());
    return {std::move(velocity), std::move(score), std::move(sigma), standard_normal(schedule.at(0).beta), exact};
}

Problem noising(std::shared_ptr<const Schedule> schedule, Start start) {
    return {std::make_shared<NoisingDrift>(schedule), nullptr, [schedule](double tau) { return std::sqrt(schedule->at(1 - tau).g_squared()); }, std::move(start), false};
}

Problem langevin(std::shared_ptr<const Field> score, double t, double sigma, Start start) {
    const TimeRange domain = score->domain(want_score);
    if (!(t >= domain.min && t <= domain.max)) throw BadInput(fmt::format("Langevin at t = {:.4g}: the score is finite for t from {:.4g} to {:.4g} only", t, domain.min, domain.max));
    return {nullptr, std::make_shared<Frozen>(std::move(score), t), [sigma](double) { return sigma; }, std::move(start), false};
}

void FunctionField::evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const { evaluate_all(velocity_, score_, x, t, want, out); }
void FunctionField::evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const { evaluate_all(velocity_, score_, x, t, want, out); }
TimeRange FunctionField::domain(unsigned) const { return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()}; }

}  // namespace pf::fokker_planck
