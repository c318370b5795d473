// The network module: Engine and Network of front.h on LibTorch. Device-agnostic: the same code runs on the CPU and on CUDA.
#include "core/nn/module_guard.h"
#include "core/nn/module_mlp.h"
// These come first: they include ATen in the order clang needs.
#include <dlfcn.h>
#include <link.h>
#include <torch/version.h>

#include <algorithm>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>

#include "core/math/random.h"
#include "core/math/solver/solvers.h"
#include "core/nn/features.h"
#include "core/nn/initial_weights.h"

namespace pf::nn {
namespace {

using at::Tensor;

// Host memory as a tensor, without a copy; and the other way.
Tensor on_host(const float* values, at::IntArrayRef shape) { return at::from_blob(const_cast<float*>(values), shape, at::kFloat); }

class TorchNetwork final : public Network {
public:
    TorchNetwork(const Architecture& architecture, std::uint64_t seed, at::Device device)
        : architecture_(architecture), device_(device), mlp_(architecture, device), adam_(mlp_.parameters()) {
        start_from(initial_weights(architecture, seed).data());
    }

    void destroy() override { delete this; }
    Device device() const override { return device_.is_cuda() ? Device::cuda : Device::cpu; }

    Error get_weights(float* values, long n) const override { return copy_out(mlp_.parameters(), values, n); }
    Error get_ema_weights(float* values, long n) const override { return copy_out(average_, values, n); }
    Error set_weights(const float* values, long n) override {
        return guarded([&] {
            expect(values && n == count(), "set_weights: wrong number of weights");
            start_from(values);
        });
    }

    Error train_step(BatchSource& source, const Hyperparameters& hyper, StepReport& report) override {
        report = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::quiet_NaN()};
        return guarded([&] {
            expect(hyper.batch >= 1 && hyper.batch <= 1 << 20, "train_step: batch must be 1 to 1048576");
            expect(hyper.learning_rate >= 0 && std::isfinite(hyper.learning_rate), "train_step: the learning rate must be finite and not negative");
            expect(hyper.ema >= 0 && hyper.ema < 1, "train_step: ema must be in [0, 1)");
            expect(hyper.clip >= 0 && std::isfinite(hyper.clip), "train_step: clip must be finite and not negative");
            fill_batch(source, hyper.batch);
            const Tensor loss = mlp_.loss(input_.to(device_), target_.to(device_), weight_.to(device_));
            const Tensor numbers = at::stack({loss, mlp_.gradient().norm()}).cpu();  // one wait for the device
            report = {numbers.data_ptr<float>()[0], numbers.data_ptr<float>()[1]};
            if (!std::isfinite(report.loss) || !std::isfinite(report.gradient_norm)) return;
            if (hyper.clip > 0 && static_cast<double>(report.gradient_norm) > hyper.clip) mlp_.gradient().mul_(hyper.clip / static_cast<double>(report.gradient_norm));
            adam_.step(mlp_.parameters(), mlp_.gradient(), hyper.learning_rate);
            const auto k = static_cast<double>(adam_.steps());
            average_.lerp_(mlp_.parameters(), 1 - std::min(hyper.ema, (1 + k) / (10 + k)));
        });
    }

    Error evaluate(const float* x, long n, double t, int label, float* out, float* divergence) const override {
        return guarded([&] {
            expect(n >= 0 && (n == 0 || (x && out)), "evaluate: no points");
            expect(has_label(architecture_, label), "evaluate: this network has no such label");
            const Tensor position = on_host(x, {n, 2}).to(device_), result = at::empty_like(position);
            const Tensor trace = divergence ? at::empty({n}, position.options()) : Tensor();
            mlp_.evaluate(position, t, label, result, trace);
            on_host(out, {n, 2}).copy_(result);
            if (divergence) on_host(divergence, {n}).copy_(trace);
        });
    }

    Error integrate(const DriftSource& drift, const Network* second, const char* solver, const double* times, int steps, const float* x0, long n,
                    const float* increments, unsigned long long seed, const Stop& stop, float* out, int* evaluations) const override {
        return guarded([&] {
            expect(steps >= 1 && n >= 1 && n < LONG_MAX / 8 && solver && times && x0 && out, "integrate: nothing to integrate");
            for (int k = 0; k < steps; ++k) expect(times[k] < times[k + 1], "integrate: times must increase");
            const auto* other = static_cast<const TorchNetwork*>(second);
            expect(!other || other->device_ == device_, "integrate: both networks must be on one device");
            const Job job{drift, other, times, steps, x0, n, increments, seed, stop, out, evaluations};
#define X(id, Method, label, meaning) \
    if (std::strcmp(solver, #id) == 0) return run<Method>(job);
            PF_SOLVERS(X)
#undef X
            throw Refused(Error::bad_argument, std::string("integrate: unknown solver '") + solver + "'");
        });
    }

private:
    struct Job {
        const DriftSource& drift;
        const TorchNetwork* second;
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

    long count() const { return parameter_count(architecture_); }

    void start_from(const float* values) {
        mlp_.parameters().copy_(on_host(values, {count()}));
        average_ = mlp_.parameters().clone();
        adam_ = Adam(mlp_.parameters());
    }

    Error copy_out(const Tensor& from, float* values, long n) const {
        return guarded([&] {
            expect(values && n == count(), "get_weights: wrong number of weights");
            on_host(values, {n}).copy_(from);
        });
    }

    void fill_batch(BatchSource& source, int n) {
        if (!input_.defined() || input_.size(0) != n) {
            input_ = at::empty({n, input_features(architecture_)}, at::kFloat);
            position_ = at::empty({n, 2}, at::kFloat);
            time_ = at::empty({n}, at::kFloat);
            target_ = at::empty({n, 2}, at::kFloat);
            weight_ = at::empty({n, 1}, at::kFloat);
            label_.assign(static_cast<std::size_t>(n), -1);
        }
        const float *x = position_.data_ptr<float>(), *t = time_.data_ptr<float>();
        source.next(n, position_.data_ptr<float>(), time_.data_ptr<float>(), label_.data(), target_.data_ptr<float>(), weight_.data_ptr<float>());
        float* row = input_.data_ptr<float>();
        for (int i = 0; i < n; ++i, row += input_.size(1)) {
            const int label = label_[static_cast<std::size_t>(i)];
            expect(has_label(architecture_, label), "train_step: this network has no such label");
            row[0] = x[2 * i], row[1] = x[2 * i + 1];
            time_and_label_features(architecture_, t[i], label, row + 2);
        }
    }

    template <class Method>
    void run(const Job& job) const {
        if constexpr (on_device<Method>())
            follow<Method>(job);
        else
            throw Refused(Error::bad_argument, "integrate: this solver needs more than a drift and dW, and runs outside the module");
    }

    template <class Method>
    void follow(const Job& job) const {
        const long n = job.n;
        if constexpr (!Method::stochastic)
            for (int k = 0; k <= job.steps; ++k)
                expect(job.drift.sigma(job.times[k]) == 0, "integrate: this solver follows ODEs only; take euler_maruyama or stochastic_heun for σ > 0");
        int evaluations = 0;
        const auto f = [&](const Tensor& x, double t) {
            const DriftFactors factors = job.drift.at(t);
            Tensor value = factors.x * x, scaled = factors.input[0] * x, out = at::empty_like(x);
            mlp_.evaluate(scaled, factors.time[0], -1, out);
            ++evaluations;
            value.add_(out, factors.output[0]);
            if (job.second && factors.output[1] != 0) {
                job.second->mlp_.evaluate(at::mul_out(scaled, x, at::scalar_tensor(factors.input[1])), factors.time[1], -1, out);
                value.add_(out, factors.output[1]);
            }
            return value;
        };
        Tensor x = on_host(job.x0, {n, 2}).to(device_, at::kFloat, false, true);
        on_host(job.out, {n, 2}).copy_(x);
        at::Generator generator = at::globalContext().defaultGenerator(device_).clone();
        for (int k = 0; k < job.steps; ++k) {
            const Tensor slice = on_host(job.out + 2 * n * (k + 1), {n, 2});
            if (job.stop.requested()) {
                slice.fill_(std::numeric_limits<float>::quiet_NaN());
                continue;
            }
            const double t = job.times[k], dt = job.times[k + 1] - t;
            if constexpr (Method::stochastic) {
                Noise<Tensor> noise{job.drift.sigma(t), job.drift.sigma(job.times[k + 1]), at::zeros_like(x), {}, {}};
                if (noise.sigma0 != 0 || noise.sigma1 != 0) {
                    if (job.increments) {
                        noise.dW.copy_(on_host(job.increments + 2 * n * k, {n, 2}));
                    } else {
                        generator.set_current_seed(philox(job.seed, static_cast<std::uint64_t>(k)).word[0]);
                        noise.dW.normal_(0, std::sqrt(dt), generator);
                    }
                }
                x = Method::step(f, x, t, dt, noise);
            } else {
                x = Method::step(f, x, t, dt);
            }
            slice.copy_(x);
        }
        if (job.evaluations) *job.evaluations = evaluations;
    }

    Architecture architecture_;
    at::Device device_;
    Mlp mlp_;
    Adam adam_;
    Tensor average_;
    Tensor input_, position_, time_, target_, weight_;  // one batch, in host memory
    std::vector<int> label_;
};

// Name of GPU 0 from the driver, so that building needs no CUDA headers.
std::string driver_name() {
    void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!driver) return "CUDA";
    char name[256] = "CUDA";
    int gpu = 0;
    const auto initialise = reinterpret_cast<int (*)(unsigned)>(dlsym(driver, "cuInit"));
    const auto get = reinterpret_cast<int (*)(int*, int)>(dlsym(driver, "cuDeviceGet"));
    const auto get_name = reinterpret_cast<int (*)(char*, int, int)>(dlsym(driver, "cuDeviceGetName"));
    if (initialise && get && get_name && initialise(0) == 0 && get(&gpu, 0) == 0) get_name(name, sizeof name, gpu);
    return name;
}

// The matrix library that is really loaded: the packaged LibTorch calls whatever libblas.so.3 is.
std::string blas_name() {
    if (at::hasMKL()) return "MKL";
    std::string name = "reference BLAS (12 times slower; apt install libopenblas0-openmp)";
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* result) {
            char path[PATH_MAX];
            const bool open = realpath(info->dlpi_name, path) && std::strstr(path, "openblas");
            if (open) *static_cast<std::string*>(result) = "OpenBLAS";
            return static_cast<int>(open);
        },
        &name);
    return name;
}

class TorchEngine final : public Engine {
public:
    TorchEngine() {
        // One thread unless asked for more: a second one spins against the thread that draws.
        try {
            at::set_num_interop_threads(1);
        } catch (const std::exception&) {
        }
        set_threads(1);
        if (has_cuda()) cuda_name_ = driver_name();
    }
    int version() const override { return front_version; }
    const char* description() const override { return description_.c_str(); }
    bool has_cuda() const override { return at::hasCUDA(); }
    const char* cuda_name() const override { return cuda_name_.c_str(); }
    const char* last_error() const override { return last_sentence.c_str(); }
    void set_threads(int n) override {
        threads = std::max(1, n);
        description_ = "LibTorch " TORCH_VERSION ", " + blas_name() + ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
    }

    Network* make(const Architecture& architecture, unsigned long long seed, Device device, Error* error) override {
        Network* network = nullptr;
        const Error result = guarded([&] {
            expect(valid(architecture), "network: 1 to 8 hidden layers of 1 to 1024 units, 1 to 16 frequencies and at most 16 labels, are what it can have");
            if (device == Device::automatic) device = has_cuda() ? Device::cuda : Device::cpu;
            if (device == Device::cuda && !has_cuda()) throw Refused(Error::no_device, "this LibTorch finds no CUDA device; take the CPU");
            network = new TorchNetwork(architecture, seed, device == Device::cuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU));
        });
        if (error) *error = result;
        return network;
    }

private:
    std::string description_, cuda_name_;
};

}  // namespace
}  // namespace pf::nn

extern "C" __attribute__((visibility("default"))) pf::nn::Engine* probflow_nn_engine() {
    try {
        static pf::nn::TorchEngine engine;
        return &engine;
    } catch (...) {
        return nullptr;
    }
}
