#pragma once
#include <functional>

#include "core/nn/network_field.h"

namespace pf::nn {

// The drift u + ½σ_t² s of dX = [u + ½σ_t² s] dt + σ_t dW, each from a network on its own schedule, as the factors Network::integrate() follows:
// velocity.network().integrate(drift, drift.second(), ...). The fields must outlive it.
class NetworkDrift final : public DriftSource {
public:
    // `score` may be the same field as `velocity`, and null when σ ≡ 0 (sigma empty).
    NetworkDrift(const NetworkField& velocity, const NetworkField* score, std::function<double(double)> sigma);

    DriftFactors at(double t) const override;
    double sigma(double t) const override { return sigma_ ? sigma_(t) : 0; }
    // The network of the score when it is not that of the velocity, else null.
    const Network* second() const;

private:
    const NetworkField& velocity_;
    const NetworkField* score_;
    std::function<double(double)> sigma_;
};

}  // namespace pf::nn
