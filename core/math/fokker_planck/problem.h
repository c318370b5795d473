#pragma once
#include <functional>
#include <memory>

#include "core/math/field/field.h"
#include "core/math/field/mixture.h"
#include "core/math/fokker_planck/grid.h"
#include "core/math/schedule/schedule.h"

namespace pf::fokker_planck {

// The density at the first time.
struct Start {
    std::function<Cells(const Grid&)> averages;               // over cells
    std::function<ColumnD(const PointsD&)> log_density;       // at points; only backward characteristics need it, otherwise may be null
};
Start start_from(std::shared_ptr<const Mixture> mixture);
Start start_from(Cells averages);  // on the grid that is solved on
Start standard_normal(double standard_deviation = 1);

// ∂_t p = −∇·((u + ½σ_t² s) p) + ½σ_t² Δp with p = start at the first time. What the particles of dX = (u + ½σ² s) dt + σ dW do.
// A missing velocity or score counts as 0.
struct Problem {
    std::shared_ptr<const Field> velocity, score;
    std::function<double(double)> sigma;  // null: σ ≡ 0
    Start start;
    // True where s = ∇ log p of the solution (the exact field of the path that starts at `start`): the relaxation may then be backward Euler.
    bool exact_score = false;
};

// Sampling, t from 0 on: starts at N(0, β_0² I). The fields may be the same.
Problem sampling(std::shared_ptr<const Field> velocity, std::shared_ptr<const Field> score, std::function<double(double)> sigma, const Schedule& schedule);

// Noising, in τ = 1 − t: ∂_τ p = −∇·(p f x) + ½ g² Δp, f = −α̇/α, g² = 2(β² α̇/α − β β̇); start is the data. Where α_0 = 0 it ends at
// τ = 1 − end_margin.
Problem noising(std::shared_ptr<const Schedule> schedule, Start start);

// Langevin dynamics at a frozen t, dX = ½σ² s_t dτ + σ dW, whose equilibrium is p_t.
Problem langevin(std::shared_ptr<const Field> score, double t, double sigma, Start start);

// A drift and optionally a score given as functions of (x, y, t), defined at all times; the divergence by central differences.
class FunctionField final : public Field {
public:
    using Function = std::function<Eigen::Vector2d(double x, double y, double t)>;
    explicit FunctionField(Function velocity, Function score = {}) : velocity_(std::move(velocity)), score_(std::move(score)) {}
    void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const override;
    void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const override;
    TimeRange domain(unsigned) const override;
    unsigned knows() const override { return want_velocity | want_divergence | (score_ ? want_score : 0u); }

private:
    Function velocity_, score_;
};

}  // namespace pf::fokker_planck
