#pragma once
#include <cmath>
#include <functional>
#include <memory>
#include <vector>

#include "core/math/dataset/dataset.h"
#include "core/math/schedule/schedules.h"
#include "core/nn/engine.h"
#include "core/nn/network_field.h"
#include "core/nn/objective.h"

namespace pf::nn::test {

inline Architecture architecture(std::initializer_list<int> hidden, Activation activation = Activation::silu, int frequencies = 0) {
    Architecture a{};
    for (const int width : hidden) a.hidden[a.depth++] = width;
    a.activation = activation;
    a.time = frequencies ? TimeFeatures::fourier : TimeFeatures::raw;
    a.frequencies = frequencies;
    return a;
}

inline Architecture conditional(Architecture a, int labels) {
    a.labels = labels;
    return a;
}

// The network of front.h in double, by its definition: what LibTorch's answer is compared with.
class ReferenceNet {
public:
    ReferenceNet(const Architecture& a, const std::vector<float>& weights) : architecture(a), values(weights.begin(), weights.end()) {}

    Eigen::Array2d operator()(const Eigen::Array2d& x, double t, int label = -1) const {
        Eigen::VectorXd h = Eigen::VectorXd::Zero(input_features(architecture));
        if (architecture.labels > 0) h[h.size() - 1 - (label < 0 ? 0 : architecture.labels - label)] = 1;
        h.head(2) = x.matrix();
        if (architecture.time == TimeFeatures::raw) h[2] = t;
        for (int k = 1; k <= architecture.frequencies; ++k) {
            h[2 * k] = std::sin(2 * M_PI * k * t);
            h[2 * k + 1] = std::cos(2 * M_PI * k * t);
        }
        const double* next = values.data();
        for (int layer = 0; layer <= architecture.depth; ++layer) {
            const bool last = layer == architecture.depth;
            const Eigen::Index in = h.size(), out = last ? 2 : architecture.hidden[layer];
            const Eigen::Map<const Eigen::Matrix<double, -1, -1, Eigen::RowMajor>> weight(next, out, in);
            const Eigen::Map<const Eigen::VectorXd> bias(next + out * in, out);
            h = (weight * h + bias).eval();
            next += out * (in + 1);
            if (!last) h = h.unaryExpr([this](double z) { return activate(z); }).eval();
        }
        return h.array();
    }

    Architecture architecture;
    std::vector<double> values;

private:
    double activate(double z) const {
        switch (architecture.activation) {
            case Activation::silu: return z / (1 + std::exp(-z));
            case Activation::tanh: return std::tanh(z);
            case Activation::relu: return std::max(z, 0.0);
            case Activation::gelu: return z * std::erfc(-z / std::sqrt(2.0)) / 2;
        }
        return 0;
    }
};

inline std::vector<float> weights_of(const Network& network, const Architecture& a, bool average = false) {
    std::vector<float> values(static_cast<std::size_t>(parameter_count(a)));
    const Error error = average ? network.get_ema_weights(values.data(), parameter_count(a)) : network.get_weights(values.data(), parameter_count(a));
    if (error != Error::none) throw std::runtime_error("get_weights failed");
    return values;
}

// A batch that never changes.
struct FixedBatch final : BatchSource {
    std::vector<float> x, t, target, weight;
    explicit FixedBatch(int n, std::uint64_t seed = 1, float w = 1) {
        Random random(seed, "fixed batch");
        for (int i = 0; i < n; ++i) {
            for (int axis = 0; axis < 2; ++axis) {
                x.push_back(static_cast<float>(random.normal()));
                target.push_back(static_cast<float>(random.normal()));
            }
            t.push_back(static_cast<float>(random.uniform()));
            weight.push_back(w * static_cast<float>(0.5 + random.uniform()));
        }
    }
    void next(int n, float* xs, float* ts, int* labels, float* targets, float* weights) override {
        std::fill_n(labels, n, -1);
        std::copy_n(x.begin(), 2 * n, xs);
        std::copy_n(t.begin(), n, ts);
        std::copy_n(target.begin(), 2 * n, targets);
        std::copy_n(weight.begin(), n, weights);
    }
};

// A mixture, and a single point, as data sets.
class MixtureData final : public Dataset {
public:
    explicit MixtureData(std::vector<Component> components) : mixture_(std::make_shared<Mixture>(std::move(components))) {}
    Points sample(Random& random, Eigen::Index n, std::vector<int>* labels) const override { return mixture_->sample(random, n, labels); }
    std::shared_ptr<const Mixture> mixture() const override { return mixture_; }
    double extent() const override { return 4; }

private:
    std::shared_ptr<const Mixture> mixture_;
};

class OnePoint final : public Dataset {
public:
    explicit OnePoint(Eigen::Array2f z) : z_(z) {}
    Points sample(Random&, Eigen::Index n, std::vector<int>*) const override { return z_.transpose().replicate(n, 1); }
    double extent() const override { return 4; }

private:
    Eigen::Array2f z_;
};

inline std::shared_ptr<const Dataset> gaussian_data() {
    Component c;
    c.mean = {0.5, -0.3};
    c.covariance << 1.2, 0.5, 0.5, 0.6;
    return std::make_shared<MixtureData>(std::vector{c});
}

inline std::shared_ptr<const Schedule> schedule(std::string_view id) { return build(schedules(), {std::string(id), {}}, "test"); }

// Every prediction a schedule allows.
inline void each_prediction(const std::function<void(const std::string& schedule_id, Prediction)>& body) {
    for (const auto& entry : schedules())
        for (const Prediction prediction : all_predictions)
            if (prediction != Prediction::v || schedule(entry.id)->variance_preserving()) body(std::string(entry.id), prediction);
}

struct Never final : Stop {
    bool requested() const override { return false; }
};

}  // namespace pf::nn::test
