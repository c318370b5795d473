#pragma once
#include <memory>
#include <mutex>

#include "core/math/field/field.h"
#include "core/nn/description.h"
#include "core/nn/engine.h"

namespace pf::nn {

// quantity = x_factor · x + prediction_factor · net(input · x, t), with input from scaling(): conversion() and the output's scale in one.
Affine network_factors(const Description& description, Want to, const Coefficients& c);

// A trained network as a Field: velocity, score, denoiser, noise from whichever prediction was trained (conversion()), and the exact
// divergence of its velocity. Float inside; double inputs are converted. Calls are serialised by a mutex.
class NetworkField final : public Field {
public:
    // Builds a network of its own on `device` and loads the weights. Throws as make_network().
    NetworkField(Engine& engine, std::shared_ptr<const Weights> weights, Device device);

    void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const override;
    void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const override;
    TimeRange domain(unsigned want) const override;
    unsigned knows() const override { return want_velocity | want_score | want_denoiser | want_noise | want_divergence; }

    const Description& description() const { return weights_->description; }
    const Schedule& schedule() const { return *schedule_; }
    Network& network() const { return *network_; }  // for integrate(); hold mutex() while using it
    std::mutex& mutex() const { return mutex_; }

private:
    Engine& engine_;
    std::shared_ptr<const Weights> weights_;
    std::unique_ptr<Schedule> schedule_;
    NetworkPtr network_;
    mutable std::mutex mutex_;
};

}  // namespace pf::nn
