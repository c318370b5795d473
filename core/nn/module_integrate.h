#pragma once
#include "core/nn/module_mlp.h"
// It comes first: it includes ATen in the order clang needs.
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/math/random.h"
#include "core/math/solver/solver.h"
#include "core/nn/module_guard.h"

namespace pf::nn {

// Host memory as a tensor, without a copy.
inline at::Tensor on_host(const float* values, at::IntArrayRef shape) { return at::from_blob(const_cast<float*>(values), shape, at::kFloat); }

// What Network::integrate() was asked for.
struct Integration {
    const Queue& queue;
    const Mlp& first;
    const Mlp* second;  // null: none
    const DriftSource& drift;
    const double* times;
    int steps;
    const float* x0;
    long n;
    const float* increments;
    std::uint64_t seed;
    const Stop& stop;
    float* out;
    int* evaluations;
};

// Slices [n, 2] of a trajectory on their way from the device to the host: the host moves one out of pinned memory while the device works on the next.
class Slices {
public:
    Slices(const Queue& queue, float* out, long n) : queue_(queue), out_(out), n_(n) {}

    void put(int k, const at::Tensor& x) {
        float* to = out_ + 2 * n_ * k;
        if (!queue_.staged()) {
            on_host(to, {n_, 2}).copy_(x);
            return;
        }
        Stage& stage = stages_[next_];
        take(stage);
        if (!stage.memory.defined()) stage.memory = queue_.host({n_, 2});
        stage.memory.copy_(x, true);
        stage.done.set(queue_);
        stage.to = to;
        next_ = (next_ + 1) % stages_.size();
    }
    void finish() {
        for (std::size_t i = 0; i < stages_.size(); ++i) take(stages_[(next_ + i) % stages_.size()]);
    }

private:
    struct Stage {
        at::Tensor memory;
        Mark done;
        float* to = nullptr;  // null: nothing under way
    };
    void take(Stage& stage) {
        if (!stage.to) return;
        stage.done.wait();
        std::memcpy(std::exchange(stage.to, nullptr), stage.memory.data_ptr<float>(), sizeof(float) * static_cast<std::size_t>(2 * n_));
    }

    const Queue& queue_;
    float* out_;
    long n_;
    std::array<Stage, 2> stages_;
    std::size_t next_ = 0;
};

// Seeded before each use. What LibTorch 1.13 clones it never frees, so only what cannot be made anew is cloned.
inline at::Generator generator_on(at::Device device) {
    return device.is_cpu() ? at::make_generator<at::CPUGeneratorImpl>() : at::globalContext().defaultGenerator(device).clone();
}

// The host only says what is to be done, up to two steps ahead of the device, and asks `stop` before each.
template <class Method>
void follow(const Integration& job) {
    using at::Tensor;
    const long n = job.n;
    if constexpr (!Method::stochastic)
        for (int k = 0; k <= job.steps; ++k)
            expect(job.drift.sigma(job.times[k]) == 0, "integrate: this solver follows ODEs only; take euler_maruyama or stochastic_heun for σ > 0");
    int evaluations = 0;
    const auto f = [&](const Tensor& x, double t) {
        const DriftFactors factors = job.drift.at(t);
        Tensor value = factors.x * x, scaled = factors.input[0] * x, out = at::empty_like(x);
        job.first.evaluate(scaled, factors.time[0], -1, out);
        ++evaluations;
        value.add_(out, factors.output[0]);
        if (job.second && factors.output[1] != 0) {
            job.second->evaluate(at::mul_out(scaled, x, at::scalar_tensor(factors.input[1])), factors.time[1], -1, out);
            value.add_(out, factors.output[1]);
        }
        return value;
    };
    Tensor x = job.queue.upload(job.x0, {n, 2}).clone();
    Slices slices(job.queue, job.out, n);
    slices.put(0, x);
    at::Generator generator = generator_on(job.queue.device());
    // Increments go to the device by blocks of steps: one copy instead of one for each.
    constexpr long pairs_at_once = 1'000'000;
    const int block = static_cast<int>(std::clamp(pairs_at_once / n, 1L, static_cast<long>(job.steps)));
    Tensor increments;  // [block, n, 2] of the steps from `uploaded` on
    int uploaded = -1;
    const Tensor none = at::zeros_like(x);
    Tensor drawn = at::empty_like(x);
    for (int k = 0; k < job.steps; ++k) {
        if (job.stop.requested()) {
            std::fill_n(job.out + 2 * n * (k + 1), 2 * n * (job.steps - k), std::numeric_limits<float>::quiet_NaN());
            break;
        }
        const double t = job.times[k], dt = job.times[k + 1] - t;
        if constexpr (Method::stochastic) {
            Noise<Tensor> noise{job.drift.sigma(t), job.drift.sigma(job.times[k + 1]), none, {}, {}};
            if (noise.sigma0 != 0 || noise.sigma1 != 0) {
                if (job.increments) {
                    if (const int first = k - k % block; first != uploaded) {
                        increments = job.queue.upload(job.increments + 2 * n * first, {std::min(block, job.steps - first), n, 2});
                        uploaded = first;
                    }
                    noise.dW = increments[k % block];
                } else {
                    generator.set_current_seed(philox(job.seed, static_cast<std::uint64_t>(k)).word[0]);
                    noise.dW = drawn.normal_(0, std::sqrt(dt), generator);
                }
            }
            x = Method::step(f, x, t, dt, noise);
        } else {
            x = Method::step(f, x, t, dt);
        }
        slices.put(k + 1, x);
    }
    slices.finish();
    if (job.evaluations) *job.evaluations = evaluations;
}

template <class Method>
void integrate_by(const Integration& job) {
    if constexpr (on_device<Method>())
        follow<Method>(job);
    else
        throw Refused(Error::bad_argument, "integrate: this solver needs more than a drift and dW, and runs outside the module");
}

}  // namespace pf::nn
