#pragma once
#include <limits>
#include <memory>

#include "core/math/field/field.h"

namespace pf {

// A field with velocity and score multiplied, and taken at another time. What lanes are made of that run backwards, hold one t, or are wrong
// on purpose. A factor of 0 asks nothing of the field. Only velocity, score and divergence are known.
struct Alteration {
    enum class Times { same, mirrored, frozen };  // at t, at 1 − t, at `frozen` for all t
    double velocity = 1, score = 1;
    Times times = Times::same;
    double frozen = 0;
    bool operator==(const Alteration&) const = default;
};

class AlteredField final : public Field {
public:
    AlteredField(std::shared_ptr<const Field> field, Alteration alteration) : field_(std::move(field)), a_(alteration) {}

    void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const override { fill(x, t, want, out); }
    void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const override { fill(x, t, want, out); }
    TimeRange domain(unsigned want) const override {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        const unsigned asked = of_field(want);
        if (asked == 0 || a_.times == Alteration::Times::frozen) return {-infinity, infinity};
        const TimeRange range = field_->domain(asked);
        return a_.times == Alteration::Times::mirrored ? TimeRange{1 - range.max, 1 - range.min} : range;
    }
    unsigned knows() const override {
        const unsigned free = (a_.velocity == 0 ? want_velocity | want_divergence : 0u) | (a_.score == 0 ? want_score : 0u);
        return ((field_->knows() & (want_velocity | want_divergence | want_score)) | free);
    }

private:
    unsigned of_field(unsigned want) const {
        if (a_.velocity == 0) want &= ~(want_velocity | want_divergence);
        if (a_.score == 0) want &= ~static_cast<unsigned>(want_score);
        return want;
    }
    template <class S>
    void fill(const PointsOf<S>& x, double t, unsigned want, FieldValues<S>& out) const {
        const double at = a_.times == Alteration::Times::same ? t : a_.times == Alteration::Times::mirrored ? 1 - t : a_.frozen;
        if (const unsigned asked = of_field(want)) field_->evaluate(x, at, asked, out);
        const auto scale = [&](auto& values, double factor) {
            if (factor == 0)
                values.setZero(x.rows(), values.cols());
            else if (factor != 1)
                values *= static_cast<S>(factor);
        };
        if (want & want_velocity) scale(out.velocity, a_.velocity);
        if (want & want_divergence) scale(out.divergence, a_.velocity);
        if (want & want_score) scale(out.score, a_.score);
    }
    std::shared_ptr<const Field> field_;
    Alteration a_;
};

}  // namespace pf
