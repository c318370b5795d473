#include "core/nn/fused/network.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>

#include "core/nn/features.h"
#include "core/nn/fused/guard.h"
#include "core/nn/initial_weights.h"

namespace pf::nn::fused {
namespace {

double seconds_since(std::chrono::steady_clock::time_point began) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); }

constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

// Calls f(plain offset, padded offset) for every weight. Plain is the order of parameter_count(): per layer, weight [out, in], then bias [out].
template <class F>
void each_weight(const Plan& plan, const F& f) {
    long plain = 0;
    for (int l = 0; l <= plan.hidden; ++l) {
        const Layer& layer = plan.layers[l];
        for (int o = 0; o < layer.out; ++o)
            for (int i = 0; i < layer.in; ++i, ++plain)
                f(plain, layer.weight + (l == plan.hidden ? static_cast<long>(o) * layer.pitch + i : static_cast<long>(i) * layer.pitch + o));
        for (int o = 0; o < layer.out; ++o, ++plain) f(plain, layer.bias + o);
    }
}

}  // namespace

Floats::Floats(long size) : size_(size) {
    const std::size_t bytes = (static_cast<std::size_t>(std::max(size, 1L)) * sizeof(float) + 63) / 64 * 64;
    values_.reset(static_cast<float*>(std::aligned_alloc(64, bytes)));
    if (!values_) throw std::bad_alloc();
    std::memset(values_.get(), 0, bytes);
}

Scratch::Scratch(const Plan& plan) {
    long total = 2L * plan.rows + 4L * plan.rows * plan.widest + 64;
    for (int l = 0; l < plan.hidden; ++l) total += 3L * plan.rows * plan.layers[l].pitch;
    memory_ = Floats(total);
    float* next = memory_.data();
    const auto take = [&](long n) { return std::exchange(next, next + n); };
    for (int l = 0; l < plan.hidden; ++l)
        for (float** part : {tile_.value, tile_.slope, tile_.gradient}) part[l] = take(static_cast<long>(plan.rows) * plan.layers[l].pitch);
    for (float*& tangent : tile_.tangent) tangent = take(2L * plan.rows * plan.widest);
    tile_.output = take(2L * plan.rows);
}

FusedNetwork::FusedNetwork(const Architecture& architecture, unsigned long long seed, InstructionSet set, int threads)
    : architecture_(architecture), kernels_(kernels(set)), plan_(plan_for(architecture, kernels_.lanes)), parameters_(plan_.parameters), transposed_(plan_.transposed),
      average_(plan_.parameters), m_(plan_.parameters), v_(plan_.parameters), threads_(std::clamp(threads, 1, most_parts)), inference_(plan_) {
    start_from(initial_weights(architecture, seed).data());
}

void FusedNetwork::prepare_training() {
    if (!gradient_.empty()) return;
    for (int i = 0; i < most_parts; ++i) gradient_.emplace_back(plan_.parameters);
    for (int i = 0; i < threads_; ++i) scratch_.emplace_back(plan_);
    if (threads_ > 1) team_.emplace(threads_ - 1);
}

void FusedNetwork::pack(const float* values, Floats& to) const {
    each_weight(plan_, [&](long plain, long padded) { to.data()[padded] = values[plain]; });
}
void FusedNetwork::unpack(const Floats& from, float* values) const {
    each_weight(plan_, [&](long plain, long padded) { values[plain] = from.data()[padded]; });
}

void FusedNetwork::start_from(const float* values) {
    pack(values, parameters_);
    pack(values, average_);
    kernels_.transpose(plan_, parameters_.data(), transposed_.data());
    std::fill_n(m_.data(), m_.size(), 0.f);
    std::fill_n(v_.data(), v_.size(), 0.f);
    steps_ = 0;
}

Error FusedNetwork::get_weights(float* values, long n) const {
    return guarded([&] {
        expect(values && n == parameter_count(architecture_), "get_weights: wrong number of weights");
        unpack(parameters_, values);
    });
}
Error FusedNetwork::get_ema_weights(float* values, long n) const {
    return guarded([&] {
        expect(values && n == parameter_count(architecture_), "get_weights: wrong number of weights");
        unpack(average_, values);
    });
}
Error FusedNetwork::set_weights(const float* values, long n) {
    return guarded([&] {
        expect(values && n == parameter_count(architecture_), "set_weights: wrong number of weights");
        start_from(values);
    });
}

Error FusedNetwork::train_steps(BatchSource& source, const Hyperparameters* hyper, int steps, StepReport* reports) {
    return guarded([&] {
        expect(hyper && reports && steps >= 1, "train_steps: no steps");
        std::fill_n(reports, steps, StepReport{not_a_number, not_a_number});
        for (int i = 0; i < steps; ++i)
            if (const char* why = wrong_with(hyper[i])) expect(false, why);
        prepare_training();
        for (int i = 0; i < steps; ++i) {
            step(source, hyper[i], reports[i]);
            if (!finite(reports[i])) return;
        }
    });
}

void FusedNetwork::step(BatchSource& source, const Hyperparameters& hyper, StepReport& report) {
    const int n = hyper.batch, columns = input_features(architecture_);
    const auto rows = static_cast<std::size_t>(n);
    position_.resize(2 * rows), time_.resize(rows), target_.resize(2 * rows), weight_.resize(rows), label_.assign(rows, -1), features_.resize(rows * static_cast<std::size_t>(columns));
    source.next(n, position_.data(), time_.data(), label_.data(), target_.data(), weight_.data());
    float* row = features_.data();
    for (std::size_t i = 0; i < rows; ++i, row += columns) {
        row[0] = position_[2 * i], row[1] = position_[2 * i + 1];
        expect(has_label(architecture_, label_[i]), "train_step: this network has no such label");
        time_and_label_features(architecture_, time_[i], label_[i], row + 2);
    }

    const auto began = std::chrono::steady_clock::now();
    const Net net{&plan_, parameters_.data(), transposed_.data()};
    // Parts of at least so many rows, each with a gradient of its own, added in order: the sum is the same whoever worked out which.
    constexpr int least_rows = 128;
    const int wanted = std::clamp(n / least_rows, 1, most_parts), tile_rows = std::min(plan_.rows, (n + wanted - 1) / wanted);
    const int tiles = (n + tile_rows - 1) / tile_rows, parts = std::min(wanted, tiles);
    double losses[most_parts] = {};
    const auto part = [&](int p, int member) {
        const FlushToZero flush;
        Floats& gradient = gradient_[static_cast<std::size_t>(p)];
        double loss = 0;
        std::fill_n(gradient.data(), gradient.size(), 0.f);
        for (int tile = tiles * p / parts; tile < tiles * (p + 1) / parts; ++tile) {
            const int first = tile * tile_rows;
            kernels_.train(net, scratch_[static_cast<std::size_t>(member)].tile(), features_.data() + static_cast<long>(first) * columns, target_.data() + 2L * first, weight_.data() + first,
                           std::min(tile_rows, n - first), 1.f / static_cast<float>(n), gradient.data(), &loss);
        }
        losses[p] = loss;
    };
    if (team_ && parts > 1 && worth_.now()) {
        team_->run(parts, part);
    } else {
        for (int p = 0; p < parts; ++p) part(p, 0);
    }
    const FlushToZero flush;
    float* gradients[most_parts];
    for (int p = 0; p < parts; ++p) gradients[p] = gradient_[static_cast<std::size_t>(p)].data();
    const double square_norm = kernels_.add_up(gradients, parts, plan_.parameters), loss = std::accumulate(losses, losses + parts, 0.0);
    if (team_ && parts > 1) worth_.took(seconds_since(began));
    report = {static_cast<float>(loss / (2.0 * n)), static_cast<float>(std::sqrt(square_norm))};
    if (!finite(report)) return;

    ++steps_;
    const auto k = static_cast<double>(steps_);
    const double norm = static_cast<double>(report.gradient_norm), shorten = hyper.clip > 0 && norm > hyper.clip ? hyper.clip / norm : 1;
    const Kernels::AdamStep numbers{static_cast<float>(hyper.learning_rate / (1 - std::pow(0.9, k))), static_cast<float>(1 / std::sqrt(1 - std::pow(0.999, k))), static_cast<float>(shorten),
                                    static_cast<float>(1 - std::min(hyper.ema, (1 + k) / (10 + k)))};
    kernels_.adam(numbers, gradients[0], m_.data(), v_.data(), parameters_.data(), average_.data(), plan_.parameters);
    kernels_.transpose(plan_, parameters_.data(), transposed_.data());
}

void FusedNetwork::forward(const float* x, long n, double t, int label, float* out, float* divergence) const {
    // One t and one label for all rows: their features times their weights are a constant, added to the first bias.
    const Layer& first = plan_.layers[0];
    float features[2 * max_frequencies + max_labels + 1];
    time_and_label_features(architecture_, static_cast<float>(t), label, features);
    std::vector<float> bias(parameters_.data() + first.bias, parameters_.data() + first.bias + first.pitch);
    for (int i = 2; i < first.in; ++i)
        for (int o = 0; o < first.out; ++o) bias[static_cast<std::size_t>(o)] += features[i - 2] * parameters_.data()[first.weight + static_cast<long>(i) * first.pitch + o];
    const Net net{&plan_, parameters_.data(), transposed_.data()};
    for (long start = 0; start < n; start += plan_.rows)
        kernels_.evaluate(net, inference_.tile(), x + 2 * start, bias.data(), static_cast<int>(std::min<long>(plan_.rows, n - start)), out + 2 * start,
                          divergence ? divergence + start : nullptr);
}

Error FusedNetwork::evaluate(const float* x, long n, double t, int label, float* out, float* divergence) const {
    return guarded([&] {
        expect(n >= 0 && (n == 0 || (x && out)), "evaluate: no points");
        expect(has_label(architecture_, label), "evaluate: this network has no such label");
        forward(x, n, t, label, out, divergence);
    });
}

}  // namespace pf::nn::fused
