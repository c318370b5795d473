#include "core/nn/network_drift.h"

namespace pf::nn {

NetworkDrift::NetworkDrift(const NetworkField& velocity, const NetworkField* score, std::function<double(double)> sigma)
    : velocity_(velocity), score_(score), sigma_(std::move(sigma)) {
    check(score || !sigma_, "σ_t needs a score");
}

const Network* NetworkDrift::second() const { return score_ && score_ != &velocity_ ? &score_->network() : nullptr; }

DriftFactors NetworkDrift::at(double t) const {
    const Coefficients c = velocity_.schedule().at(t);
    const Affine u = network_factors(velocity_.description(), want_velocity, c, t);
    const Scaling scale = scaling(velocity_.description(), c, t);
    DriftFactors drift{u.x, {u.prediction, 0}, {scale.input, 1}, {scale.time, t}};
    const double half_variance = sigma(t) * sigma(t) / 2;
    if (half_variance == 0) return drift;
    const Coefficients cs = score_->schedule().at(t);
    const Affine s = network_factors(score_->description(), want_score, cs, t);
    drift.x += half_variance * s.x;
    drift.output[second() ? 1 : 0] += half_variance * s.prediction;
    if (!second()) return drift;
    const Scaling of_score = scaling(score_->description(), cs, t);
    drift.input[1] = of_score.input;
    drift.time[1] = of_score.time;
    return drift;
}

}  // namespace pf::nn
