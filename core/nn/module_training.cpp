#include "core/nn/module_training.h"

#include <torch/version.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "core/nn/features.h"
#include "core/nn/module_guard.h"

namespace pf::nn {

using at::Tensor;

Training::Training(Mlp& mlp) : mlp_(mlp), m_(at::zeros_like(mlp.parameters())), v_(at::zeros_like(m_)), average_(at::zeros_like(m_)) {}

void Training::reset() {
    average_.copy_(mlp_.parameters());
    m_.zero_();
    v_.zero_();
    steps_ = 0;
}

Training::Rates Training::rates(const Hyperparameters& hyper, long k) {
    const auto n = static_cast<double>(k);
    const double correction1 = 1 - std::pow(beta1, n), correction2 = 1 - std::pow(beta2, n);
    return {hyper.learning_rate / correction1, 1 / std::sqrt(correction2), 1 - std::min(hyper.ema, (1 + n) / (10 + n))};
}

StepByStep::StepByStep(Mlp& mlp, const Architecture& architecture) : Training(mlp), architecture_(architecture), root_(at::zeros_like(m_)) {}

void StepByStep::train(BatchSource& source, const Hyperparameters* hyper, int steps, StepReport* reports) {
    for (int i = 0; i < steps; ++i) {
        step(source, hyper[i], reports[i]);
        if (!finite(reports[i])) return;
    }
}

void StepByStep::step(BatchSource& source, const Hyperparameters& hyper, StepReport& report) {
    fill_batch(source, hyper.batch);
    Tensor &parameters = mlp_.parameters(), &gradient = mlp_.gradient();
    const Tensor loss = mlp_.loss(input_, target_, weight_);
    const Tensor numbers = at::stack({loss, gradient.norm()});
    report = {numbers.data_ptr<float>()[0], numbers.data_ptr<float>()[1]};
    if (!finite(report)) return;
    const double norm = static_cast<double>(report.gradient_norm);
    if (hyper.clip > 0 && norm > hyper.clip) gradient.mul_(hyper.clip / norm);
    const Rates rate = rates(hyper, ++steps_);
    m_.mul_(beta1).add_(gradient, 1 - beta1);
    v_.mul_(beta2).addcmul_(gradient, gradient, 1 - beta2);
    at::sqrt_out(root_, v_).mul_(rate.root).add_(epsilon);
    parameters.addcdiv_(m_, root_, -rate.learning_rate);
    average_.lerp_(parameters, rate.average);
}

void StepByStep::fill_batch(BatchSource& source, int n) {
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

Blocks::Blocks(Mlp& mlp, const Architecture& architecture, const Queue& queue)
    : Training(mlp), architecture_(architecture), queue_(queue), bad_(at::zeros({}, m_.options())), broken_(at::zeros_like(bad_)),
      intact_(at::zeros_like(bad_)), shorten_(at::zeros_like(bad_)), root_(at::zeros_like(m_)) {
    if (architecture.time != TimeFeatures::fourier) return;
    std::vector<float> angle;  // at t = 1, as time_and_label_features() has it
    for (int k = 1; k <= architecture.frequencies; ++k) angle.push_back(2 * std::numbers::pi_v<float> * static_cast<float>(k));
    frequencies_ = queue.upload(angle.data(), {1, architecture.frequencies}).clone();
}

Blocks::~Blocks() {
    try {
        queue_.finish();  // before the memory goes that graphs work on
    } catch (const std::exception&) {
    }
}

void Blocks::train(BatchSource& source, const Hyperparameters* hyper, int steps, StepReport* reports) {
    submitted_ = 0;
    over_ = false;
    bad_.zero_();
    const auto collect_all = [&] {
        collect(buffers_[next_]);  // the older
        collect(buffers_[1 - next_]);
    };
    try {
        for (int first = 0; first < steps && !over_;) {
            int same = first;
            while (same < steps && hyper[same].batch == hyper[first].batch) ++same;
            if (batch_ != hyper[first].batch) {
                collect_all();
                resize(hyper[first].batch);
            }
            const int count = same - first >= block_ ? block_ : 1;
            submit(source, hyper + first, count, reports + first);
            first += count;
        }
    } catch (...) {
        try {
            collect_all();
        } catch (...) {
            for (Buffer& buffer : buffers_) buffer.to = nullptr;
        }
        throw;
    }
    collect_all();
}

void Blocks::resize(int batch) {
    constexpr int64_t largest = 16 << 20;  // numbers in a block
    queue_.finish();
    graphs_.clear();
    batch_ = 0;  // until all of it is there
    const int64_t n = batch, columns = 3 + label_features(architecture_), used = n * (columns + 3) + numbers, size = (used + 63) / 64 * 64;
    block_ = static_cast<int>(std::clamp<int64_t>(largest / size, 1, most));
    for (Buffer& buffer : buffers_) {
        buffer.slots = queue_.host({block_, size});
        buffer.reports = queue_.host({block_, 2});
    }
    slots_ = at::zeros({block_, size}, m_.options());
    reports_ = at::zeros({block_, 2}, m_.options());
    slot_.clear();
    for (int i = 0; i < block_; ++i) {
        const Tensor all = slots_[i];
        Slot slot{all.narrow(0, 0, n * columns).view({n, columns}), all.narrow(0, n * columns, 2 * n).view({n, 2}), all.narrow(0, n * (columns + 2), n).view({n, 1}), {}, reports_[i]};
        for (int k = 0; k < numbers; ++k) slot.rate[static_cast<std::size_t>(k)] = all[n * (columns + 3) + k];
        slot_.push_back(std::move(slot));
    }
    const auto rows = static_cast<std::size_t>(n);
    position_.resize(2 * rows), time_.resize(rows), label_.assign(rows, -1);
    if (frequencies_.defined()) {
        input_ = at::empty({n, input_features(architecture_)}, m_.options());
        angles_ = at::empty({n, architecture_.frequencies}, m_.options());
    }
    batch_ = batch;
}

void Blocks::pack(BatchSource& source, const Hyperparameters& hyper, long k, float* slot) {
    const int n = batch_, columns = 3 + label_features(architecture_);
    float *target = slot + static_cast<long>(n) * columns, *weight = target + 2L * n, *rate = weight + n;
    source.next(n, position_.data(), time_.data(), label_.data(), target, weight);
    float* row = slot;
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i, row += columns) {
        expect(has_label(architecture_, label_[i]), "train_step: this network has no such label");
        row[0] = position_[2 * i], row[1] = position_[2 * i + 1], row[2] = time_[i];
        label_feature(architecture_, label_[i], row + 3);
    }
    const Rates r = rates(hyper, k);
    const double values[numbers] = {static_cast<double>(k), hyper.learning_rate, hyper.clip > 0 ? 1 / hyper.clip : 0, r.average, 1 - beta1, 1 - beta2, r.learning_rate, r.root};
    std::copy_n(values, static_cast<int>(numbers), rate);
}

void Blocks::submit(BatchSource& source, const Hyperparameters* hyper, int steps, StepReport* reports) {
    Buffer& buffer = buffers_[next_];
    collect(buffer);
    if (over_) return;
    for (int i = 0; i < steps; ++i) pack(source, hyper[i], steps_ + submitted_ + i + 1, buffer.slots[i].data_ptr<float>());
    slots_.narrow(0, 0, steps).copy_(buffer.slots.narrow(0, 0, steps), true);
    graph(steps).launch();
    buffer.reports.narrow(0, 0, steps).copy_(reports_.narrow(0, 0, steps), true);
    buffer.done.set(queue_);
    buffer.to = reports;
    buffer.steps = steps;
    submitted_ += steps;
    next_ = 1 - next_;
}

void Blocks::collect(Buffer& buffer) {
    if (!buffer.to) return;
    StepReport* to = std::exchange(buffer.to, nullptr);
    buffer.done.wait();
    const float* report = buffer.reports.data_ptr<float>();
    for (int i = 0; i < buffer.steps; ++i) {
        --submitted_;
        if (over_) continue;
        to[i] = {report[2 * i], report[2 * i + 1]};
        over_ = !finite(to[i]);
        steps_ += !over_;
    }
}

Graph& Blocks::graph(int steps) {
    if (const auto it = graphs_.find(steps); it != graphs_.end()) return it->second;
    // Broken steps change nothing, so a graph can be tried out.
    const Tensor before = bad_.clone();
    bad_.fill_(std::numeric_limits<float>::quiet_NaN());
    Graph& made = graphs_.try_emplace(steps, queue_, [this, steps] {
        for (int i = 0; i < steps; ++i) step(slot_[static_cast<std::size_t>(i)]);
    }).first->second;
    bad_.copy_(before);
    return made;
}

const Tensor& Blocks::input(const Slot& slot) {
    if (!frequencies_.defined()) return slot.seen;
    const int64_t end = 2 + 2 * static_cast<int64_t>(architecture_.frequencies);
    input_.narrow(1, 0, 2).copy_(slot.seen.narrow(1, 0, 2));
    at::mul_out(angles_, frequencies_, slot.seen.narrow(1, 2, 1));
    Tensor sine = input_.slice(1, 2, end, 2), cosine = input_.slice(1, 3, end, 2);
    at::sin_out(sine, angles_);
    at::cos_out(cosine, angles_);
    if (const int labels = label_features(architecture_)) input_.narrow(1, end, labels).copy_(slot.seen.narrow(1, 3, labels));
    return input_;
}

void Blocks::step(const Slot& slot) {
    const Tensor loss = mlp_.loss(input(slot), slot.target, slot.weight), norm = mlp_.gradient().norm();
    Tensor report = slot.report;
    at::stack_out(report, {loss, norm});
    bad_.add_(at::mul(report, 0).sum());  // 0, or NaN for ever
    at::ne_out(broken_, bad_, 0);
    at::eq_out(intact_, bad_, 0);
    // A gradient longer than the clip is divided by this.
    at::clamp_min_out(shorten_, at::mul(norm, slot.rate[inverse_clip]), 1);
    update(slot);
    average_.lerp_(mlp_.parameters(), at::mul(slot.rate[average_share], intact_));
}

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)

void Blocks::update(const Slot& slot) {
    // One kernel for all; it gives a tensor of the list one multiprocessor per 65,536 elements, and takes 36 tensors at a time.
    constexpr int64_t least = 4096, at_a_time = 36;
    const int64_t count = m_.size(0), piece = std::max(least, (count / at_a_time + 4) / 4 * 4);
    const auto pieces = [&](const Tensor& flat) { return flat.split(piece); };
    const std::vector<Tensor> parameters = pieces(mlp_.parameters());
    at::_fused_adam_(parameters, pieces(mlp_.gradient()), pieces(m_), pieces(v_), {}, std::vector<Tensor>(parameters.size(), slot.rate[number]), slot.rate[learning_rate], beta1,
                     beta2, 0, epsilon, false, false, shorten_, broken_);
}

#else  // without a step of Adam that reads its rates from the device

void Blocks::update(const Slot& slot) {
    Tensor& gradient = mlp_.gradient();
    gradient.div_(shorten_).masked_fill_(broken_.to(at::kBool), 0);
    m_.lerp_(gradient, at::mul(slot.rate[m_share], intact_));
    v_.lerp_(at::mul_out(root_, gradient, gradient), at::mul(slot.rate[v_share], intact_));
    at::sqrt_out(root_, v_).mul_(slot.rate[root_factor]).add_(epsilon);
    at::div_out(root_, m_, root_).mul_(at::mul(slot.rate[corrected_rate], intact_));
    mlp_.parameters().sub_(root_);
}

#endif

}  // namespace pf::nn
