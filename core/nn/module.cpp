// The network module: Engine and Network of front.h on LibTorch. Device-agnostic: the same code runs on the CPU and on CUDA.
#include "core/nn/module_guard.h"
#include "core/nn/module_integrate.h"
#include "core/nn/module_training.h"
// These come first: they include ATen in the order clang needs.
#include <dlfcn.h>
#include <link.h>
#include <torch/version.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <list>
#include <mutex>
#include <stdexcept>
#include <string>

#include "core/math/solver/solvers.h"
#include "core/nn/initial_weights.h"

namespace pf::nn {
namespace {

using at::Tensor;

class TorchNetwork final : public Network {
public:
    TorchNetwork(const Architecture& architecture, std::uint64_t seed, const Queue& queue) : architecture_(architecture), queue_(queue), mlp_(architecture, queue_) {
        const Queue::Entry entry(queue_);
        if (queue_.staged())
            training_ = std::make_unique<Blocks>(mlp_, architecture, queue_);
        else
            training_ = std::make_unique<StepByStep>(mlp_, architecture);
        start_from(initial_weights(architecture, seed).data());
    }

    void destroy() override { delete this; }
    Device device() const override { return queue_.device().is_cuda() ? Device::cuda : Device::cpu; }

    Error get_weights(float* values, long n) const override {
        return in_order([&] { copy_out(mlp_.parameters(), values, n); });
    }
    Error get_ema_weights(float* values, long n) const override {
        return in_order([&] { copy_out(training_->average(), values, n); });
    }
    Error set_weights(const float* values, long n) override {
        return in_order([&] {
            expect(values && n == count(), "set_weights: wrong number of weights");
            start_from(values);
        });
    }

    Error train_steps(BatchSource& source, const Hyperparameters* hyper, int steps, StepReport* reports) override {
        return in_order([&] {
            expect(hyper && reports && steps >= 1, "train_steps: no steps");
            constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();
            std::fill_n(reports, steps, StepReport{not_a_number, not_a_number});
            for (int i = 0; i < steps; ++i)
                if (const char* why = wrong_with(hyper[i])) expect(false, why);
            training_->train(source, hyper, steps, reports);
        });
    }
    int steps_at_once() const override { return training_->steps_at_once(); }

    Error evaluate(const float* x, long n, double t, int label, float* out, float* divergence) const override {
        return in_order([&] {
            expect(n >= 0 && (n == 0 || (x && out)), "evaluate: no points");
            expect(has_label(architecture_, label), "evaluate: this network has no such label");
            const Tensor position = queue_.upload(x, {n, 2}), result = at::empty_like(position);
            const Tensor trace = divergence ? at::empty({n}, position.options()) : Tensor();
            mlp_.evaluate(position, t, label, result, trace);
            on_host(out, {n, 2}).copy_(result);
            if (divergence) on_host(divergence, {n}).copy_(trace);
        });
    }

    Error integrate(const DriftSource& drift, const Network* second, const char* solver, const double* times, int steps, const float* x0, long n,
                    const float* increments, unsigned long long seed, const Stop& stop, float* out, int* evaluations) const override {
        return in_order([&] {
            expect(steps >= 1 && n >= 1 && n < LONG_MAX / 8 && solver && times && x0 && out, "integrate: nothing to integrate");
            for (int k = 0; k < steps; ++k) expect(times[k] < times[k + 1], "integrate: times must increase");
            const auto* other = static_cast<const TorchNetwork*>(second);
            expect(!other || other->queue_.device() == queue_.device(), "integrate: both networks must be on one device");
            const Integration job{queue_, mlp_, other ? &other->mlp_ : nullptr, drift, times, steps, x0, n, increments, seed, stop, out, evaluations};
#define X(id, Method, label, meaning) \
    if (std::strcmp(solver, #id) == 0) return integrate_by<Method>(job);
            PF_SOLVERS(X)
#undef X
            throw Refused(Error::bad_argument, std::string("integrate: unknown solver '") + solver + "'");
        });
    }

private:
    long count() const { return parameter_count(architecture_); }

    template <class Work>
    Error in_order(const Work& work) const {
        return guarded([&] {
            const Queue::Entry entry(queue_);
            work();
        });
    }

    void start_from(const float* values) {
        mlp_.parameters().copy_(on_host(values, {count()}));
        training_->reset();
    }

    void copy_out(const Tensor& from, float* values, long n) const {
        expect(values && n == count(), "get_weights: wrong number of weights");
        on_host(values, {n}).copy_(from);
    }

    Architecture architecture_;
    Queue queue_;
    Mlp mlp_;
    std::unique_ptr<Training> training_;
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
    const char* description() const override {
        const std::lock_guard lock(mutex_);
        if (has_cuda()) {
            const auto why = why_no_graphs();
            auto full = description_ + (why.empty() ? ", steps on the GPU as CUDA graphs" : ", steps on the GPU without CUDA graphs: " + why);
            // Kept for good: who was given an earlier one may still be reading it.
            if (full_.empty() || full_.back() != full) full_.push_back(std::move(full));
            return full_.back().c_str();
        }
        return description_.c_str();
    }
    bool has_cuda() const override { return at::hasCUDA(); }
    const char* cuda_name() const override { return cuda_name_.c_str(); }
    const char* last_error() const override { return last_sentence.c_str(); }
    void set_threads(int n) override {
        const std::lock_guard lock(mutex_);
        threads = std::max(1, n);
        description_ = "LibTorch " TORCH_VERSION ", " + blas_name() + ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
    }

    Network* make(const Architecture& architecture, unsigned long long seed, Device device, Error* error) override {
        Network* network = nullptr;
        const Error result = guarded([&] {
            expect(valid(architecture), "network: 1 to 8 hidden layers of 1 to 1024 units, 1 to 16 frequencies and at most 16 labels, are what it can have");
            if (device == Device::automatic) device = has_cuda() ? Device::cuda : Device::cpu;
            if (device == Device::cuda && !has_cuda()) throw Refused(Error::no_device, "this LibTorch finds no CUDA device; take the CPU");
            network = new TorchNetwork(architecture, seed, Queue(device == Device::cuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU), std::getenv("PROBFLOW_STAGED") != nullptr));
        });
        if (error) *error = result;
        return network;
    }

private:
    std::string description_, cuda_name_;
    mutable std::mutex mutex_;
    mutable std::list<std::string> full_;
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
