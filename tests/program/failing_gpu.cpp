// A module whose GPU takes weights and fails at everything else.
#include "core/nn/front.h"

using namespace pf::nn;

namespace {

class FailingNetwork final : public Network {
    void destroy() override { delete this; }
    Error get_weights(float*, long) const override { return Error::failed; }
    Error get_ema_weights(float*, long) const override { return Error::failed; }
    Error set_weights(const float*, long) override { return Error::none; }
    Error train_steps(BatchSource&, const Hyperparameters*, int steps, StepReport* reports) override {
        for (int i = 0; i < steps; ++i) reports[i] = {0.0f / 0.0f, 0.0f / 0.0f};
        return Error::failed;
    }
    int steps_at_once() const override { return 64; }
    Error evaluate(const float*, long, double, int, float*, float*) const override { return Error::failed; }
    Error integrate(const DriftSource&, const Network*, const char*, const double*, int, const float*, long, const float*, unsigned long long, const Stop&, float*, int*) const override {
        return Error::failed;
    }
    Device device() const override { return Device::cuda; }
};

class FailingEngine final : public Engine {
    int version() const override { return front_version; }
    const char* description() const override { return "a GPU that fails"; }
    bool has_cuda() const override { return true; }
    const char* cuda_name() const override { return "Potemkin 100"; }
    void set_threads(int) override {}
    Network* make(const Architecture&, unsigned long long, Device device, Error* error) override {
        *error = device == Device::cpu ? Error::no_device : Error::none;
        return device == Device::cpu ? nullptr : new FailingNetwork;
    }
    const char* last_error() const override { return "an illegal memory access"; }
};

}  // namespace

extern "C" Engine* probflow_nn_engine() {
    static FailingEngine engine;
    return &engine;
}
