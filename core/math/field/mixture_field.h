#pragma once
#include <memory>

#include "core/math/field/field.h"
#include "core/math/field/mixture.h"
#include "core/math/schedule/schedule.h"

namespace pf {

// The exact field of a Gaussian mixture on a Gaussian path, in closed form at every t including both ends:
//   p_t = Σ w_k N(α μ_k, C_k),  C_k = α² Σ_k + β² I,  r_k(x) by log-sum-exp,
//   m_k = μ_k + α Σ_k C_k⁻¹ (x − α μ_k),  D = Σ r_k m_k,  s = −Σ r_k C_k⁻¹ (x − α μ_k),  ε = −β s,  u = α̇ D − β β̇ s
// (u = α̇ D + β̇ ε with ε = −β s, so that only β β̇ appears, which is finite where β̇ is not).
class MixtureField final : public Field {
public:
    MixtureField(std::shared_ptr<const Mixture> mixture, std::shared_ptr<const Schedule> schedule);

    void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const override;
    void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const override;
    TimeRange domain(unsigned want) const override;
    unsigned knows() const override { return 63; }

    const Mixture& mixture() const { return *mixture_; }
    const Schedule& schedule() const { return *schedule_; }

private:
    std::shared_ptr<const Mixture> mixture_;
    std::shared_ptr<const Schedule> schedule_;
};

}  // namespace pf
