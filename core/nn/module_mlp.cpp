#include "core/nn/module_mlp.h"

#include <algorithm>
#include <cmath>

#include "core/nn/features.h"

namespace pf::nn {

using at::Tensor;

Mlp::Mlp(const Architecture& architecture, const Queue& queue)
    // Activations of 4096 rows stay in the CPU's cache; a GPU wants many.
    : architecture_(architecture), queue_(queue), chunk_(queue.device().is_cpu() ? 4096 : 1 << 17) {
    const auto options = at::TensorOptions().dtype(at::kFloat).device(queue.device());
    parameters_ = at::zeros({parameter_count(architecture)}, options);
    gradient_ = at::zeros_like(parameters_);
    int64_t offset = 0, in = input_features(architecture);
    for (int layer = 0; layer <= architecture.depth; ++layer) {
        const int64_t out = layer < architecture.depth ? architecture.hidden[layer] : 2;
        weight_.push_back(parameters_.narrow(0, offset, out * in).view({out, in}));
        weight_gradient_.push_back(gradient_.narrow(0, offset, out * in).view({out, in}));
        offset += out * in;
        bias_.push_back(parameters_.narrow(0, offset, out));
        bias_gradient_.push_back(gradient_.narrow(0, offset, out));
        offset += out;
        in = out;
    }
}

void Mlp::activate(Tensor& out, const Tensor& z) const {
    switch (architecture_.activation) {
        case Activation::silu: at::silu_out(out, z); break;
        case Activation::tanh: at::tanh_out(out, z); break;
        case Activation::relu: at::clamp_min_out(out, z, 0); break;
        case Activation::gelu: at::gelu_out(out, z); break;
    }
}

void Mlp::times_slope(Tensor& g, const Tensor& z, const Tensor& h) const {
    switch (architecture_.activation) {
        case Activation::silu: at::silu_backward_out(g, g, z); break;
        case Activation::tanh: at::tanh_backward_out(g, g, h); break;
        case Activation::relu: at::threshold_backward_out(g, g, z, 0); break;
        case Activation::gelu: at::gelu_backward_out(g, g, z); break;
    }
}

void Mlp::resize(int64_t rows) {
    if (!z_.empty() && z_[0].size(0) == rows) return;
    z_.clear(), h_.clear(), g_.clear();
    for (const Tensor& bias : bias_) {
        z_.push_back(at::empty({rows, bias.size(0)}, bias.options()));
        h_.push_back(at::empty_like(z_.back()));
        g_.push_back(at::empty_like(z_.back()));
    }
}

Tensor Mlp::loss(const Tensor& input, const Tensor& target, const Tensor& weight) {
    constexpr int64_t rows = 0;
    const int last = architecture_.depth;
    resize(input.size(0));
    for (int l = 0; l <= last; ++l) {
        at::addmm_out(z_[l], bias_[l], l ? h_[l - 1] : input, weight_[l].t());
        if (l < last) activate(h_[l], z_[l]);
    }
    // L = Σ w (out − target)² / 2n, so dL/dout = w (out − target) / n.
    Tensor& difference = h_[last];
    at::sub_out(difference, z_[last], target);
    at::mul_out(g_[last], difference, weight);
    const auto n = static_cast<double>(input.size(0));
    const Tensor loss = at::dot(difference.view({-1}), g_[last].view({-1})).div_(2 * n);
    g_[last].mul_(1 / n);
    for (int l = last; l >= 0; --l) {
        at::mm_out(weight_gradient_[l], g_[l].t(), l ? h_[l - 1] : input);
        at::sum_out(bias_gradient_[l], g_[l], rows);
        if (l) {
            at::mm_out(g_[l - 1], g_[l], weight_[l]);
            times_slope(g_[l - 1], z_[l - 1], h_[l - 1]);
        }
    }
    return loss;
}

void Mlp::evaluate(const Tensor& x, double t, int label, const Tensor& out, const Tensor& divergence) const {
    // One t and one label for all rows: their features times their weights are a constant, added to the first bias.
    std::vector<float> row(static_cast<std::size_t>(input_features(architecture_)) - 2);
    time_and_label_features(architecture_, static_cast<float>(t), label, row.data());
    const auto times = static_cast<int64_t>(row.size());
    const Tensor time = queue_.upload(row.data(), {times});
    const Tensor first_bias = at::addmv(bias_[0], weight_[0].narrow(1, 2, times), time);
    for (int64_t start = 0; start < x.size(0); start += chunk_) {
        const int64_t n = std::min(chunk_, x.size(0) - start);
        if (divergence.defined())
            forward_with_divergence(x.narrow(0, start, n), first_bias, out.narrow(0, start, n), divergence.narrow(0, start, n));
        else
            forward(x.narrow(0, start, n), first_bias, out.narrow(0, start, n));
    }
}

void Mlp::forward(const Tensor& x, const Tensor& first_bias, Tensor out) const {
    const int64_t n = x.size(0);
    if (scratch_.empty() || scratch_[0].size(0) < n) {
        scratch_.clear();
        for (int l = 0; l < architecture_.depth; ++l) scratch_.push_back(at::empty({n, architecture_.hidden[l]}, x.options()));
    }
    Tensor h = x;
    for (int l = 0; l < architecture_.depth; ++l) {
        Tensor z = scratch_[l].narrow(0, 0, n);
        at::addmm_out(z, l ? bias_[l] : first_bias, h, (l ? weight_[l] : weight_[0].narrow(1, 0, 2)).t());
        activate(z, z);
        h = z;
    }
    at::addmm_out(out, bias_.back(), h, weight_.back().t());
}

void Mlp::forward_with_divergence(const Tensor& x, const Tensor& first_bias, Tensor out, Tensor divergence) const {
    const Tensor position_weight = weight_[0].narrow(1, 0, 2);  // [width, 2]
    Tensor h = x, tangents;                                     // tangents [2, n, width]: ∂h/∂x and ∂h/∂y
    for (int l = 0; l < architecture_.depth; ++l) {
        const Tensor z = l ? at::addmm(bias_[l], h, weight_[l].t()) : at::addmm(first_bias, h, position_weight.t());
        h = at::empty_like(z);
        activate(h, z);
        Tensor slope = at::ones_like(z);
        times_slope(slope, z, h);
        tangents = (l ? at::matmul(tangents, weight_[l].t()) : position_weight.t().unsqueeze(1)) * slope;
    }
    at::addmm_out(out, bias_.back(), h, weight_.back().t());
    at::add_out(divergence, at::mv(tangents[0], weight_.back()[0]), at::mv(tangents[1], weight_.back()[1]));
}

}  // namespace pf::nn
