#pragma once
// <ATen/core/ivalue.h> first: without it clang cannot compile LibTorch 1.13 as C++20.
#include <ATen/core/ivalue.h>
#include <ATen/ATen.h>

#include <vector>

#include "core/nn/front.h"
#include "core/nn/module_queue.h"

namespace pf::nn {

// The multilayer perceptron of an Architecture on flat parameter and gradient buffers; every matrix is a view into them. The backward
// pass is written out instead of recorded: 1.7 times faster than autograd at these sizes. Only for the files of the module.
class Mlp {
public:
    Mlp(const Architecture& architecture, const Queue& queue);

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
    Queue queue_;
    at::Tensor parameters_, gradient_;
    std::vector<at::Tensor> weight_, bias_, weight_gradient_, bias_gradient_;  // per layer, views
    std::vector<at::Tensor> z_, h_, g_;                                        // per layer, [rows, width], of loss()
    mutable std::vector<at::Tensor> scratch_;                                  // per hidden layer, [chunk, width], of forward()
    int64_t chunk_;                                                            // rows at a time in evaluate()
};

}  // namespace pf::nn
