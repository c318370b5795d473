#include "app/runtime/formula/formula_field.h"

#include <algorithm>

#include "core/math/errors.h"

namespace pf {
namespace {

constexpr double difference = 1e-4;  // half the width of central differences, in units of x

std::unique_ptr<Formula> parse(const std::string& expression, std::vector<std::string> variables, const std::string& where) {
    try {
        return std::make_unique<Formula>(expression, std::move(variables));
    } catch (const BadInput& error) {
        throw BadInput(fmt::format("{}: {}", where, error.what()));
    }
}

}  // namespace

FormulaField::FormulaField(const std::vector<std::string>& velocity, const std::vector<std::string>& score, std::shared_ptr<const Schedule> schedule, const std::string& where)
    : schedule_(std::move(schedule)) {
    const auto both = [&](const std::vector<std::string>& expressions, const char* key, Pair& out) {
        if (expressions.size() != 2) throw BadInput(fmt::format("{}.{}: expected two formulas, got {}", where, key, expressions.size()));
        for (std::size_t i = 0; i < 2; ++i) out[i] = parse(expressions[i], {"x", "y", "t", "alpha", "beta"}, fmt::format("{}.{}[{}]", where, key, i));
    };
    both(velocity, "velocity", velocity_);
    if (!score.empty()) both(score, "score", score_);
}

PointsD FormulaField::values(const Pair& formulas, const PointsD& x, double t) const {
    const Coefficients c = schedule_->at(t);
    const auto n = static_cast<std::size_t>(x.rows());
    const std::array<std::span<const double>, 5> variables{std::span(x.col(0).data(), n), std::span(x.col(1).data(), n), std::span(&t, 1), std::span(&c.alpha, 1), std::span(&c.beta, 1)};
    PointsD out(x.rows(), 2);
    for (int i = 0; i < 2; ++i) formulas[static_cast<std::size_t>(i)]->evaluate(variables, {out.col(i).data(), n});
    return out;
}

template <class S>
void FormulaField::fill(const PointsOf<S>& x, double t, unsigned want, FieldValues<S>& out) const {
    const PointsD at = x.template cast<double>();
    if (want & want_velocity) out.velocity = values(velocity_, at, t).template cast<S>();
    if ((want & want_score) && score_[0]) out.score = values(score_, at, t).template cast<S>();
    if (!(want & want_divergence)) return;
    ColumnD sum = ColumnD::Zero(x.rows());
    for (int axis = 0; axis < 2; ++axis)
        for (const double side : {1.0, -1.0}) {
            PointsD beside = at;
            beside.col(axis) += side * difference;
            sum += side / (2 * difference) * values(velocity_, beside, t).col(axis);
        }
    out.divergence = sum.template cast<S>();
}

void FormulaField::evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const { fill(x, t, want, out); }
void FormulaField::evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const { fill(x, t, want, out); }

FormulaSigma::FormulaSigma(const std::string& expression, const std::string& where) try : formula_(expression, {"t", "alpha", "beta"}) {
} catch (const BadInput& error) {
    throw BadInput(fmt::format("{}: {}", where, error.what()));
}

double FormulaSigma::value(double t, const Schedule& schedule) const {
    const Coefficients c = schedule.at(t);
    return formula_(std::array{t, c.alpha, c.beta});
}

double FormulaSigma::at(double t, const Schedule& schedule) const {
    const double v = value(t, schedule);
    return v > 0 ? std::min(v, most) : 0;
}

}  // namespace pf
