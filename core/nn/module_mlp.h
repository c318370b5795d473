#pragma once
// <ATen/core/ivalue.h> first: without it clang cannot compile LibTorch 1.13 as C++20.
#include <ATen/core/ivalue.h>
#include <ATen/ATen.h>

#include <cmath>
#include <vector>

#include "core/nn/front.h"

namespace pf::nn {

// The multilayer perceptron of an Architecture on flat parameter and gradient buffers; every matrix is a view into them. The backward
// pass is written out instead of recorded: 1.7 times faster than autograd at these sizes. Only for the files of the module.
class Mlp {
public:
    Mlp(const Architecture& architecture, at::Device device);

    at::Tensor& parameters() { return parameters_; }              // [parameter_count]
    const at::Tensor& parameters() const { return parameters_; }
    at::Tensor& gradient() { return gradient_; }                  // of the last loss(), [parameter_count]

    // input [n, features], target [n, 2], weight [n, 1]. Returns mean over rows and both axes of weight · (out − target)², a scalar
    // tensor on the device, and fills gradient().
    at::Tensor loss(const at::Tensor& input, const at::Tensor& target, const at::Tensor& weight);

    // out [n, 2] = net(x, t, label); divergence [n] if defined: two forward-mode derivatives that share the forward pass.
    void evaluate(const at::Tensor& x, double t, int label, const at::Tensor& out, const at::Tensor& divergence = {}) const;

private:
    void resize(int64_t rows);
    void activate(at::Tensor& out, const at::Tensor& z) const;
    // g ← g · activation'(z), where h = activation(z).
    void times_slope(at::Tensor& g, const at::Tensor& z, const at::Tensor& h) const;
    void forward(const at::Tensor& x, const at::Tensor& first_bias, at::Tensor out) const;
    void forward_with_divergence(const at::Tensor& x, const at::Tensor& first_bias, at::Tensor out, at::Tensor divergence) const;

    Architecture architecture_;
    at::Tensor parameters_, gradient_;
    std::vector<at::Tensor> weight_, bias_, weight_gradient_, bias_gradient_;  // per layer, views
    std::vector<at::Tensor> z_, h_, g_;                                        // per layer, [rows, width], of loss()
    mutable std::vector<at::Tensor> scratch_;                                  // per hidden layer, [chunk, width], of forward()
    int64_t chunk_;                                                            // rows at a time in evaluate()
};

// Kingma & Ba 2014 (arXiv:1412.6980), algorithm 1, on one flat buffer.
class Adam {
public:
    explicit Adam(const at::Tensor& parameters) : m_(at::zeros_like(parameters)), v_(at::zeros_like(parameters)), root_(at::zeros_like(parameters)) {}

    void step(at::Tensor& parameters, const at::Tensor& gradient, double learning_rate) {
        constexpr double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
        ++steps_;
        const double correction1 = 1 - std::pow(beta1, steps_), correction2 = 1 - std::pow(beta2, steps_);
        m_.mul_(beta1).add_(gradient, 1 - beta1);
        v_.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
        at::sqrt_out(root_, v_).mul_(1 / std::sqrt(correction2)).add_(epsilon);
        parameters.addcdiv_(m_, root_, -learning_rate / correction1);
    }
    long steps() const { return steps_; }

private:
    at::Tensor m_, v_, root_;
    long steps_ = 0;
};

}  // namespace pf::nn
