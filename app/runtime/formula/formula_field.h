#pragma once
#include <array>
#include <optional>

#include "app/runtime/formula/formula.h"
#include "core/math/field/field.h"
#include "core/math/schedule/schedule.h"
#include "core/math/sigma/sigma.h"

namespace pf {

// A velocity, and a score or none, typed as formulas in x, y, t, alpha (α_t) and beta (β_t). The divergence is taken by central differences.
class FormulaField final : public Field {
public:
    // Two expressions each; `score` may be empty. Throws BadInput "<where>.velocity[0]: column 7: …".
    FormulaField(const std::vector<std::string>& velocity, const std::vector<std::string>& score, std::shared_ptr<const Schedule> schedule, const std::string& where);

    void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const override;
    void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const override;
    TimeRange domain(unsigned) const override { return {0, 1}; }
    unsigned knows() const override { return want_velocity | want_divergence | (score_[0] ? want_score : 0u); }

private:
    using Pair = std::array<std::shared_ptr<const Formula>, 2>;
    template <class S>
    void fill(const PointsOf<S>& x, double t, unsigned want, FieldValues<S>& out) const;
    PointsD values(const Pair& formulas, const PointsD& x, double t) const;

    Pair velocity_, score_;
    std::shared_ptr<const Schedule> schedule_;
};

// σ_t typed as a formula in t, alpha and beta. why_not(scene, lane) refuses what is negative, above `most` or not finite at the lane's times; at
// other times, which only curves show, those values count as 0 and `most`.
class FormulaSigma final : public Sigma {
public:
    // Throws BadInput "<where>: column 3: …".
    FormulaSigma(const std::string& expression, const std::string& where);
    double at(double t, const Schedule& schedule) const override;
    double value(double t, const Schedule& schedule) const;  // of the formula itself
    static constexpr double most = 1000;

private:
    Formula formula_;
};

}  // namespace pf
