#pragma once
#include <memory>
#include <mutex>

#include "core/math/field/field.h"
#include "core/nn/description.h"
#include "core/nn/engine.h"

namespace pf::nn {

// quantity = x_factor · x + prediction_factor · net(input · x, time), with input and time from scaling(): conversion() and the output's scale in one.
Affine network_factors(const Description& description, Want to, const Coefficients& c, double t);

// A trained network as a Field: velocity, score, denoiser, noise from whichever prediction was trained (conversion()), and the exact
// divergence of its velocity. Float inside; double inputs are converted. Calls are serialised by a mutex. A conditional network is asked for one label,
// or for none.
class NetworkField final : public Field {
public:
    // Builds a network of its own on `device` and loads the weights. Throws as make_network().
    NetworkField(Engine& engine, std::shared_ptr<const Weights> weights, Device device);

    void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const override;
    void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const override;
    TimeRange domain(unsigned want) const override;
    unsigned knows() const override { return want_velocity | want_score | want_denoiser | want_noise | want_divergence; }

    // The same network asked for `label`, which it must have been trained with (−1: none).
    std::shared_ptr<const NetworkField> with_label(int label) const;

    const Description& description() const { return loaded_->weights->description; }
    const Schedule& schedule() const { return *loaded_->schedule; }
    int label() const { return label_; }
    Network& network() const { return *loaded_->network; }  // for integrate(), which asks for no label; hold mutex() while using it
    Engine& engine() const { return loaded_->engine; }
    std::mutex& mutex() const { return loaded_->mutex; }

private:
    struct Loaded {
        Engine& engine;
        std::shared_ptr<const Weights> weights;
        std::unique_ptr<Schedule> schedule;
        NetworkPtr network;
        mutable std::mutex mutex;
    };
    NetworkField(std::shared_ptr<Loaded> loaded, int label) : loaded_(std::move(loaded)), label_(label) {}

    std::shared_ptr<Loaded> loaded_;
    int label_ = -1;
};

}  // namespace pf::nn
