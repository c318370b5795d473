// Steps per second of the fused engine beside LibTorch the usual way: modules, autograd, torch::optim::Adam, with the settings that serve it best (one thread,
// memory not given back between steps). `probflow bench training` compares with the module instead, whose backward pass is written out.
#include <ATen/core/ivalue.h>
#include <torch/torch.h>

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "core/math/random.h"
#include "core/nn/engine.h"
#include "core/nn/fused/engine.h"

namespace {

// Inputs x₁, x₂, t; the same batch again and again.
struct Batch final : pf::nn::BatchSource {
    std::vector<float> x, t, target;
    explicit Batch(int n) {
        pf::Random random(1, "bench");
        for (int i = 0; i < 2 * n; ++i) x.push_back(static_cast<float>(random.normal())), target.push_back(static_cast<float>(random.normal()));
        for (int i = 0; i < n; ++i) t.push_back(static_cast<float>(random.uniform()));
    }
    void next(int n, float* to_x, float* to_t, int* label, float* to_target, float* weight) override {
        std::copy(x.begin(), x.end(), to_x);
        std::copy(t.begin(), t.end(), to_t);
        std::copy(target.begin(), target.end(), to_target);
        std::fill_n(label, n, -1);
        std::fill_n(weight, n, 1.f);
    }
};

template <class Step>
double steps_per_second(const Step& step) {
    using Clock = std::chrono::steady_clock;
    const auto seconds_of = [&](int n) {
        const auto start = Clock::now();
        for (int i = 0; i < n; ++i) step();
        return std::chrono::duration<double>(Clock::now() - start).count();
    };
    seconds_of(10);
    const int n = std::clamp(static_cast<int>(0.05 / (seconds_of(5) / 5)), 2, 500);
    std::vector<double> runs;
    for (int i = 0; i < 5; ++i) runs.push_back(seconds_of(n) / n);
    std::sort(runs.begin(), runs.end());
    return 1 / runs[2];  // the median
}

double eager(const std::vector<int>& hidden, Batch& batch, int n) {
    torch::nn::Sequential net;
    int before = 3;
    for (const int width : hidden) {
        net->push_back(torch::nn::Linear(before, width));
        net->push_back(torch::nn::SiLU());
        before = width;
    }
    net->push_back(torch::nn::Linear(before, 2));
    const auto x = torch::cat({torch::from_blob(batch.x.data(), {n, 2}), torch::from_blob(batch.t.data(), {n, 1})}, 1), target = torch::from_blob(batch.target.data(), {n, 2}).clone();
    torch::optim::Adam adam(net->parameters(), torch::optim::AdamOptions(1e-3));
    return steps_per_second([&] {
        adam.zero_grad();
        torch::mse_loss(net->forward(x), target).backward();
        adam.step();
    });
}

double fused(const std::vector<int>& hidden, Batch& batch, int n) {
    pf::nn::Architecture a{};
    for (const int width : hidden) a.hidden[a.depth++] = width;
    auto& engine = pf::nn::fused::engine();
    const auto network = pf::nn::make_network(engine, a, 1, pf::nn::Device::cpu);
    pf::nn::StepReport report{};
    return steps_per_second([&] { pf::nn::require(network->train_step(batch, {n, 1e-3, 0.999}, report), engine, "training"); });
}

}  // namespace

int main() try {
    mallopt(M_MMAP_THRESHOLD, 1 << 30), mallopt(M_TRIM_THRESHOLD, 1 << 30);
    at::set_num_threads(1);
    struct Net {
        const char* name;
        std::vector<int> hidden;
        double targets[3];  // with AVX-512
    };
    const Net nets[] = {{"3-64x3-2", {64, 64, 64}, {3.0, 1.8, 1.5}}, {"3-128x3-2", {128, 128, 128}, {1.7, 1.35, 1.4}}, {"3-256x3-2", {256, 256, 256}, {1.25, 1.15, 1.3}}, {"3-1024-16-2", {1024, 16}, {2.2, 2.2, 3.0}}};
    std::printf("%s against LibTorch %s eager, one thread each, median of five; targets are for AVX-512\n", pf::nn::fused::engine().description(), TORCH_VERSION);
    for (const Net& net : nets)
        for (int k = 0; k < 3; ++k) {
            const int n = 256 << 2 * k;
            Batch batch(n);
            const double ours = fused(net.hidden, batch, n), theirs = eager(net.hidden, batch, n);
            std::printf("%-12s batch %4d %9.0f steps/s %9.0f eager %6.2f x   target %.2f\n", net.name, n, ours, theirs, ours / theirs, net.targets[k]);
        }
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 3;
}
