#include "core/math/solver/likelihood.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pf {
namespace {

// The same flow on a clock that runs from times.back() to times.front(): velocity and divergence change sign.
class Backwards final : public Field {
public:
    Backwards(const Field& forwards, TimeRange range) : forwards_(forwards), range_(range) {}
    void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const override { evaluate_turned(x, t, want, out); }
    void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const override { evaluate_turned(x, t, want, out); }
    TimeRange domain(unsigned want) const override {
        const TimeRange range = forwards_.domain(want);
        return {turned(range.max), turned(range.min)};
    }
    unsigned knows() const override { return forwards_.knows() & (want_velocity | want_divergence); }

private:
    // Never beyond the ends by rounding: the field may have a pole there.
    double turned(double t) const { return std::clamp(range_.min + range_.max - t, range_.min, range_.max); }
    template <class S>
    void evaluate_turned(const PointsOf<S>& x, double t, unsigned want, FieldValues<S>& out) const {
        forwards_.evaluate(x, turned(t), want & (want_velocity | want_divergence), out);
        if (want & want_velocity) out.velocity = -out.velocity;
        if (want & want_divergence) out.divergence = -out.divergence;
    }
    const Field& forwards_;
    TimeRange range_;
};

}  // namespace

template <class S>
ColumnOf<S> log_normal_density(const PointsOf<S>& x, double beta) {
    const auto constant = static_cast<S>(-std::log(2 * std::numbers::pi * beta * beta)), factor = static_cast<S>(-0.5 / (beta * beta));
    return constant + factor * x.square().rowwise().sum();
}
template Column log_normal_density(const Points&, double);
template ColumnD log_normal_density(const PointsD&, double);

Likelihood log_likelihood(const Dynamics& dynamics, const Choice& solver, const std::vector<double>& times, const PointsD& x, double beta, std::stop_token stop) {
    check(!dynamics.sigma && times.size() > 1, "{} times", times.size());
    std::vector<double> back(times.size());
    for (std::size_t i = 0; i < times.size(); ++i) back[i] = times.front() + times.back() - times[times.size() - 1 - i];
    const Backwards field(*dynamics.velocity, {times.front(), times.back()});
    Dynamics turned;
    turned.velocity = &field;
    const auto path = integrate_with_log_p<double>(turned, solver, back, x, ColumnD::Zero(x.rows()), std::move(stop));
    Likelihood out;
    out.start = path.x.back();
    // Carried along, 0 became ∫ ∇·u dt.
    out.log_p = log_normal_density<double>(out.start, beta) - path.log_p.back();
    out.evaluations = path.evaluations;
    out.outcome = path.outcome;
    return out;
}

}  // namespace pf
