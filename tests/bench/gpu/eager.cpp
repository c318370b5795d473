// LibTorch the usual way: modules, autograd, torch::optim::Adam, one batch that stays on the device. A library of its own with a C front, because torch may use
// the other std::string; bench_nn opens it.
#include <ATen/core/ivalue.h>
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {

using Clock = std::chrono::steady_clock;

double median_seconds(const std::function<double(int)>& seconds_of) {
    seconds_of(10);
    const int n = std::clamp(static_cast<int>(0.1 / (seconds_of(5) / 5)), 2, 1000);
    std::vector<double> runs;
    for (int i = 0; i < 5; ++i) runs.push_back(seconds_of(n) / n);
    std::sort(runs.begin(), runs.end());
    return runs[2];
}

}  // namespace

// Of a 3-hidden-2 network with SiLU; 0 where it failed, with a line on stderr.
EXPORT double eager_steps_per_second(const int* hidden, int depth, int batch, int cuda) {
    try {
        const auto options = torch::TensorOptions().device(cuda ? at::kCUDA : at::kCPU);
        torch::manual_seed(1);
        torch::nn::Sequential net;
        int before = 3;
        for (int i = 0; i < depth; ++i) {
            net->push_back(torch::nn::Linear(before, hidden[i]));
            net->push_back(torch::nn::SiLU());
            before = hidden[i];
        }
        net->push_back(torch::nn::Linear(before, 2));
        net->to(options.device());
        const auto x = torch::randn({batch, 3}, options), target = torch::randn({batch, 2}, options);
        torch::optim::Adam adam(net->parameters(), torch::optim::AdamOptions(1e-3));
        return 1 / median_seconds([&](int n) {
            const auto start = Clock::now();
            torch::Tensor loss;
            for (int i = 0; i < n; ++i) {
                adam.zero_grad();
                loss = torch::mse_loss(net->forward(x), target);
                loss.backward();
                adam.step();
            }
            loss.item<float>();  // waits for the device once
            net->parameters()[0].cpu();
            return std::chrono::duration<double>(Clock::now() - start).count();
        });
    } catch (const std::exception& error) {
        std::fprintf(stderr, "eager: %s\n", error.what());
        return 0;
    }
}

// Matrix products of the whole process in TF32 (10 bits of mantissa) from now on, or not; returns whether they were.
EXPORT int set_tf32(int on) {
    const bool was = at::globalContext().allowTF32CuBLAS();
    at::globalContext().setAllowTF32CuBLAS(on != 0);
    return was;
}
