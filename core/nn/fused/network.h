#pragma once
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

#include "core/nn/front.h"
#include "core/nn/fused/kernels.h"
#include "core/nn/fused/team.h"

namespace pf::nn::fused {

// Floats aligned to 64 bytes, zero at first.
class Floats {
public:
    explicit Floats(long size = 0);
    float* data() { return values_.get(); }
    const float* data() const { return values_.get(); }
    long size() const { return size_; }

private:
    struct Free {
        void operator()(float* values) const { std::free(values); }
    };
    std::unique_ptr<float, Free> values_;
    long size_;
};

// The memory of one tile.
class Scratch {
public:
    explicit Scratch(const Plan& plan);
    const Tile& tile() const { return tile_; }

private:
    Floats memory_;
    Tile tile_{};
};

class FusedNetwork final : public Network {
public:
    // An architecture that is valid(). Weights from `seed` as every engine's. Up to `threads` train it; the results do not depend on how many.
    FusedNetwork(const Architecture& architecture, unsigned long long seed, InstructionSet set, int threads = 1);

    void destroy() override { delete this; }
    Device device() const override { return Device::cpu; }
    Error get_weights(float* values, long n) const override;
    Error get_ema_weights(float* values, long n) const override;
    Error set_weights(const float* values, long n) override;
    Error train_steps(BatchSource& source, const Hyperparameters* hyper, int steps, StepReport* reports) override;
    int steps_at_once() const override { return 1; }
    Error evaluate(const float* x, long n, double t, int label, float* out, float* divergence) const override;
    Error integrate(const DriftSource& drift, const Network* second, const char* solver, const double* times, int steps, const float* x0, long n,
                    const float* increments, unsigned long long seed, const Stop& stop, float* out, int* evaluations) const override;

private:
    void step(BatchSource& source, const Hyperparameters& hyper, StepReport& report);
    void prepare_training();  // what a network that is only evaluated does without
    void start_from(const float* values);
    void pack(const float* values, Floats& to) const;
    void unpack(const Floats& from, float* values) const;
    void forward(const float* x, long n, double t, int label, float* out, float* divergence) const;
    template <class Method> struct Run;

    Architecture architecture_;
    const Kernels& kernels_;
    Plan plan_;
    Floats parameters_, transposed_, average_, m_, v_;
    static constexpr int most_parts = 4;
    int threads_;
    std::vector<Floats> gradient_;   // of each part of a batch
    long steps_ = 0;
    std::vector<Scratch> scratch_;   // of each member of the team
    std::optional<Team> team_;       // none: one thread
    Worth worth_;
    mutable Scratch inference_;  // evaluate() may run beside train_steps()
    std::vector<int> label_;
    std::vector<float> position_, time_, target_, weight_, features_;
};

}  // namespace pf::nn::fused
