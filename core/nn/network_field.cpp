#include "core/nn/network_field.h"

#include <cmath>

#include "core/math/schedule/schedules.h"

namespace pf::nn {
namespace {

using RowMajor = Eigen::Array<float, Eigen::Dynamic, 2, Eigen::RowMajor>;

bool finite_at(const Description& description, const Schedule& schedule, unsigned want, double t) {
    const Coefficients c = schedule.at(t);
    for (const Want quantity : {want_velocity, want_score, want_denoiser, want_noise}) {
        if (!(want & quantity)) continue;
        const Affine factors = network_factors(description, quantity, c);
        if (!std::isfinite(factors.x) || !std::isfinite(factors.prediction)) return false;
    }
    return std::isfinite(scaling(description, c).input);
}

}  // namespace

Affine network_factors(const Description& description, Want to, const Coefficients& c) {
    const Affine factors = conversion(description.prediction, to, c);
    return {factors.x, factors.prediction * scaling(description, c).output};
}

NetworkField::NetworkField(Engine& engine, std::shared_ptr<const Weights> weights, Device device)
    : engine_(engine),
      weights_(std::move(weights)),
      schedule_(build(schedules(), weights_->description.schedule, "weights: schedule")),
      network_(make_network(engine, weights_->description.architecture, 0, device)) {
    require(network_->set_weights(weights_->values.data(), static_cast<long>(weights_->values.size())), engine_, "weights");
}

void NetworkField::evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const {
    const Description& d = description();
    const Coefficients c = schedule_->at(t);
    const double input = scaling(d, c).input;
    const RowMajor position = x * static_cast<float>(input);
    RowMajor net(x.rows(), 2);
    Column divergence((want & want_divergence) ? x.rows() : 0);
    {
        const std::lock_guard lock(mutex_);
        require(network_->evaluate(position.data(), x.rows(), t, net.data(), (want & want_divergence) ? divergence.data() : nullptr), engine_, "network");
    }
    const auto fill = [&](Want quantity, Points& values) {
        if (!(want & quantity)) return;
        const Affine k = network_factors(d, quantity, c);
        values = static_cast<float>(k.x) * x + static_cast<float>(k.prediction) * net;
    };
    fill(want_velocity, out.velocity);
    fill(want_score, out.score);
    fill(want_denoiser, out.denoiser);
    fill(want_noise, out.noise);
    if (want & want_divergence) {
        const Affine k = network_factors(d, want_velocity, c);
        out.divergence = static_cast<float>(2 * k.x) + static_cast<float>(k.prediction * input) * divergence;
    }
}

void NetworkField::evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const {
    FieldValues<float> values;
    evaluate(Points(x.cast<float>()), t, want, values);
    if (want & want_velocity) out.velocity = values.velocity.cast<double>();
    if (want & want_score) out.score = values.score.cast<double>();
    if (want & want_denoiser) out.denoiser = values.denoiser.cast<double>();
    if (want & want_noise) out.noise = values.noise.cast<double>();
    if (want & want_divergence) out.divergence = values.divergence.cast<double>();
}

TimeRange NetworkField::domain(unsigned want) const {
    if (want & want_divergence) want |= want_velocity;
    return {finite_at(description(), *schedule_, want, 0) ? 0 : end_margin, finite_at(description(), *schedule_, want, 1) ? 1 : 1 - end_margin};
}

}  // namespace pf::nn
