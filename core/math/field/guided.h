#pragma once
#include <memory>

#include "core/math/field/field.h"

namespace pf {

// base + w (towards − from), the same for velocity, score, denoiser, noise and divergence, which are affine in each other (math.md; Ho & Salimans 2022,
// arXiv:2207.12598, whose w is w − 1 here). Classifier-free: base = from = the field without a label, towards the field of one. Autoguidance: base = from =
// a weaker model (Karras et al. 2024, arXiv:2406.02507). Outside [active.min, active.max] w is 1 (Kynkäänniemi et al. 2024, arXiv:2404.07724).
// What it samples is not p(x) p(c|x)^w, and it has no density in closed form.
class GuidedField final : public Field {
public:
    GuidedField(std::shared_ptr<const Field> base, std::shared_ptr<const Field> towards, std::shared_ptr<const Field> from, double scale, TimeRange active);

    void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const override;
    void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const override;
    TimeRange domain(unsigned want) const override;
    unsigned knows() const override;

private:
    template <class Scalar>
    void mix(const PointsOf<Scalar>& x, double t, unsigned want, FieldValues<Scalar>& out) const;

    std::shared_ptr<const Field> base_, towards_, from_;
    double scale_;
    TimeRange active_;
};

}  // namespace pf
