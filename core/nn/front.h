#pragma once
// The front of the network module: everything that crosses the dlopen boundary. Plain structs, virtual calls, error codes; no torch and
// no std types, because torch builds differ in C++ ABI. The module (module.cpp) is the only code that sees LibTorch.
// Arrays are row-major float32 in host memory; the module copies to and from the device.

namespace pf::nn {

inline constexpr int front_version = 3;

enum class Error : int { none = 0, bad_argument, no_device, out_of_memory, failed };

enum class Activation : int { silu, tanh, relu, gelu };
// raw: the network sees (x, y, t). fourier: (x, y, sin 2πkt, cos 2πkt for k = 1 … frequencies).
enum class TimeFeatures : int { raw, fourier };
enum class Device : int { automatic, cpu, cuda };

inline constexpr int max_depth = 8, max_width = 1024, max_frequencies = 16, max_labels = 16;

// A multilayer perceptron from (x, y, time features, label) to 2 numbers. The label is one of `labels` or none, as a row of labels + 1 zeros and
// a single one, the last place for none; a network without labels has no such row.
struct Architecture {
    int depth;              // hidden layers, 1 … max_depth
    int hidden[max_depth];  // 1 … max_width each
    Activation activation;
    TimeFeatures time;
    int frequencies;        // Fourier only, 1 … max_frequencies
    int labels = 0;         // 0: not conditional, else 1 … max_labels
};

// Number of input features and of parameters. Order of the parameters: per layer, weight [out, in] row-major, then bias [out].
inline int label_features(const Architecture& a) { return a.labels > 0 ? a.labels + 1 : 0; }
inline int input_features(const Architecture& a) { return (a.time == TimeFeatures::raw ? 3 : 2 + 2 * a.frequencies) + label_features(a); }
inline bool has_label(const Architecture& a, int label) { return label == -1 || (label >= 0 && label < a.labels); }
inline long parameter_count(const Architecture& a) {
    long count = 0;
    int in = input_features(a);
    for (int i = 0; i < a.depth; ++i) {
        count += static_cast<long>(a.hidden[i]) * (in + 1);
        in = a.hidden[i];
    }
    return count + 2L * (in + 1);
}

inline bool valid(const Architecture& a) {
    if (a.depth < 1 || a.depth > max_depth) return false;
    for (int i = 0; i < a.depth; ++i)
        if (a.hidden[i] < 1 || a.hidden[i] > max_width) return false;
    if (a.labels < 0 || a.labels > max_labels) return false;
    if (a.activation < Activation::silu || a.activation > Activation::gelu) return false;
    if (a.time == TimeFeatures::fourier) return a.frequencies >= 1 && a.frequencies <= max_frequencies;
    return a.time == TimeFeatures::raw;
}

// Fills one training batch: x [n, 2], t [n] (what the network is told as time), label [n] (−1: none), target [n, 2], weight [n]. Called on the
// training thread, in the order of the steps.
class BatchSource {
public:
    virtual void next(int n, float* x, float* t, int* label, float* target, float* weight) = 0;

protected:
    ~BatchSource() = default;
};

// Asked between steps; true stops.
class Stop {
public:
    virtual bool requested() const = 0;

protected:
    ~Stop() = default;
};

// All may change from one step to the next.
struct Hyperparameters {
    int batch;
    double learning_rate;  // of this very step; the schedule is the caller's
    double ema;            // decay of the weight average, 0: none; at step k at most (1 + k)/(10 + k), so that the start is forgotten
    double clip = 0;       // > 0: a gradient longer than this (norm over all parameters) is shortened to it
};

// What is wrong with them, as a sentence; null: nothing.
inline const char* wrong_with(const Hyperparameters& h) {
    const auto finite = [](double v) { return v - v == 0; };
    if (h.batch < 1 || h.batch > 1 << 20) return "train_step: batch must be 1 to 1048576";
    if (!(h.learning_rate >= 0 && finite(h.learning_rate))) return "train_step: the learning rate must be finite and not negative";
    if (!(h.ema >= 0 && h.ema < 1)) return "train_step: ema must be in [0, 1)";
    if (!(h.clip >= 0 && finite(h.clip))) return "train_step: clip must be finite and not negative";
    return nullptr;
}

struct StepReport {
    float loss;           // mean over batch and the two axes of weight · |out − target|²
    float gradient_norm;  // before clipping
};
inline bool finite(const StepReport& r) { return r.loss - r.loss == 0 && r.gradient_norm - r.gradient_norm == 0; }

// drift(x, t) = x_factor · x + Σ_i output_factor_i · net_i(input_factor_i · x, time_i), and σ: what integrate() follows. Networks with labels get none.
// Affine because every prediction is (core/math/path/prediction.h).
struct DriftFactors {
    double x;          // factor of x
    double output[2];  // factor of each network's output (second 0 when there is only one)
    double input[2];   // factor applied to x before each network
    double time[2];    // what each network is told as time
};
class DriftSource {
public:
    virtual DriftFactors at(double t) const = 0;
    virtual double sigma(double t) const = 0;

protected:
    ~DriftSource() = default;
};

// One network with its optimiser state, on one device. Not thread-safe; different networks may be used from different threads at once.
class Network {
public:
    virtual void destroy() = 0;

    // Both sets: the weights being trained and their moving average. n = parameter_count.
    virtual Error get_weights(float* values, long n) const = 0;
    virtual Error get_ema_weights(float* values, long n) const = 0;
    // Sets the weights and the average; resets the optimiser.
    virtual Error set_weights(const float* values, long n) = 0;

    // Adam steps (Kingma & Ba 2014; β = 0.9, 0.999, ε = 1e-8), one for each of hyper [steps], steps ≥ 1; reports [steps]. The first whose loss or
    // gradient norm is not finite ends the call: weights, average and optimiser stay as they were before it, its report has what is not finite, those after
    // it are NaN. However many steps a call has, the result is the same; batches after the one that ended it may have been drawn.
    // On an error likewise: the steps reported as finite are done, the others are not.
    virtual Error train_steps(BatchSource& source, const Hyperparameters* hyper, int steps, StepReport* reports) = 0;
    Error train_step(BatchSource& source, const Hyperparameters& hyper, StepReport& report) { return train_steps(source, &hyper, 1, &report); }
    // How many steps in one call pay: 1 where a step is waited for anyway, more where host and device work side by side.
    virtual int steps_at_once() const = 0;

    // out [n, 2] = net(x, t, label), with one t and one label (−1: none) for all rows. divergence [n], if not null, is ∂out_x/∂x + ∂out_y/∂y, exact.
    virtual Error evaluate(const float* x, long n, double t, int label, float* out, float* divergence) const = 0;

    // A whole trajectory on the device. times [steps + 1]; increments [steps, n, 2] or null for device noise (keyed by seed and step,
    // not refinable); second: another network for the score, or null. out [steps + 1, n, 2], slice 0 is x0. evaluations: of this net.
    // Asked to stop, it leaves NaN in the slices not reached. A deterministic solver with σ > 0 is a bad argument.
    virtual Error integrate(const DriftSource& drift, const Network* second, const char* solver, const double* times, int steps,
                            const float* x0, long n, const float* increments, unsigned long long seed, const Stop& stop, float* out,
                            int* evaluations) const = 0;

    virtual Device device() const = 0;

protected:
    ~Network() = default;
};

class Engine {
public:
    virtual int version() const = 0;             // front_version it was built with
    virtual const char* description() const = 0;  // "LibTorch 1.13.1, OpenBLAS, 1 thread"; with a GPU also how its steps run
    virtual bool has_cuda() const = 0;
    virtual const char* cuda_name() const = 0;    // name of the GPU, "" without one
    virtual void set_threads(int n) = 0;
    // Random initial weights (uniform ±1/√in, PyTorch's default) from `seed`, the same on every device. Device::automatic takes CUDA where
    // it is there. On error returns null and sets `error`; last_error() is a sentence (per thread).
    virtual Network* make(const Architecture& architecture, unsigned long long seed, Device device, Error* error) = 0;
    virtual const char* last_error() const = 0;

protected:
    ~Engine() = default;
};

// The one symbol the module exports.
inline constexpr const char* entry_point = "probflow_nn_engine";
using EntryPoint = Engine* (*)();

}  // namespace pf::nn
