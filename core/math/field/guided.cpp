#include "core/math/field/guided.h"

#include <algorithm>

namespace pf {

GuidedField::GuidedField(std::shared_ptr<const Field> base, std::shared_ptr<const Field> towards, std::shared_ptr<const Field> from, double scale, TimeRange active)
    : base_(std::move(base)), towards_(std::move(towards)), from_(std::move(from)), scale_(scale), active_(active) {}

template <class Scalar>
void GuidedField::mix(const PointsOf<Scalar>& x, double t, unsigned want, FieldValues<Scalar>& out) const {
    const auto w = static_cast<Scalar>(t >= active_.min && t <= active_.max ? scale_ : 1.0);
    FieldValues<Scalar> towards, other;
    base_->evaluate(x, t, want, out);
    towards_->evaluate(x, t, want, towards);
    if (from_ != base_) from_->evaluate(x, t, want, other);
    const FieldValues<Scalar>& from = from_ != base_ ? other : out;
    if (want & want_velocity) out.velocity += w * (towards.velocity - from.velocity);
    if (want & want_score) out.score += w * (towards.score - from.score);
    if (want & want_denoiser) out.denoiser += w * (towards.denoiser - from.denoiser);
    if (want & want_noise) out.noise += w * (towards.noise - from.noise);
    if (want & want_divergence) out.divergence += w * (towards.divergence - from.divergence);
}

void GuidedField::evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const { mix(x, t, want, out); }
void GuidedField::evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const { mix(x, t, want, out); }

TimeRange GuidedField::domain(unsigned want) const {
    const TimeRange a = base_->domain(want), b = towards_->domain(want), c = from_->domain(want);
    return {std::max({a.min, b.min, c.min}), std::min({a.max, b.max, c.max})};
}

unsigned GuidedField::knows() const { return base_->knows() & towards_->knows() & from_->knows() & ~static_cast<unsigned>(want_log_density); }

}  // namespace pf
