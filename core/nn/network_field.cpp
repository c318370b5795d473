#include "core/nn/network_field.h"

#include <algorithm>
#include <cmath>

#include "core/math/schedule/schedules.h"

namespace pf::nn {
namespace {

using RowMajor = Eigen::Array<float, Eigen::Dynamic, 2, Eigen::RowMajor>;

bool finite_at(const Description& description, const Schedule& schedule, unsigned want, double t) {
    const Coefficients c = schedule.at(t);
    for (const Want quantity : {want_velocity, want_score, want_denoiser, want_noise}) {
        if (!(want & quantity)) continue;
        const Affine factors = network_factors(description, quantity, c, t);
        if (!std::isfinite(factors.x) || !std::isfinite(factors.prediction)) return false;
    }
    return std::isfinite(scaling(description, c, t).input);
}

}  // namespace

Affine network_factors(const Description& description, Want to, const Coefficients& c, double t) {
    const Affine factors = conversion(description.prediction, to, c, description.data_sd);
    return {factors.x, factors.prediction * scaling(description, c, t).output};
}

NetworkField::NetworkField(Engine& engine, std::shared_ptr<const Weights> weights, Device device)
    : loaded_(new Loaded{engine, weights, build(schedules(), weights->description.schedule, "weights: schedule"),
                         make_network(engine, weights->description.architecture, 0, device), {}}) {
    require(network().set_weights(weights->values.data(), static_cast<long>(weights->values.size())), engine, "weights");
}

std::shared_ptr<const NetworkField> NetworkField::with_label(int label) const {
    check(label >= -1 && label < std::max(1, description().architecture.labels), "label {} of {}", label, description().architecture.labels);
    return std::shared_ptr<const NetworkField>(new NetworkField(loaded_, label));
}

void NetworkField::evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const {
    const Description& d = description();
    const Coefficients c = schedule().at(t);
    const Scaling scale = scaling(d, c, t);
    const RowMajor position = x * static_cast<float>(scale.input);
    RowMajor net(x.rows(), 2);
    Column divergence((want & want_divergence) ? x.rows() : 0);
    {
        const std::lock_guard lock(mutex());
        require(network().evaluate(position.data(), x.rows(), scale.time, label_, net.data(), (want & want_divergence) ? divergence.data() : nullptr),
                loaded_->engine, "network");
    }
    const auto fill = [&](Want quantity, Points& values) {
        if (!(want & quantity)) return;
        const Affine k = network_factors(d, quantity, c, t);
        values = static_cast<float>(k.x) * x + static_cast<float>(k.prediction) * net;
    };
    fill(want_velocity, out.velocity);
    fill(want_score, out.score);
    fill(want_denoiser, out.denoiser);
    fill(want_noise, out.noise);
    if (want & want_divergence) {
        const Affine k = network_factors(d, want_velocity, c, t);
        out.divergence = static_cast<float>(2 * k.x) + static_cast<float>(k.prediction * scale.input) * divergence;
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
    return {finite_at(description(), schedule(), want, 0) ? 0 : end_margin, finite_at(description(), schedule(), want, 1) ? 1 : 1 - end_margin};
}

}  // namespace pf::nn
