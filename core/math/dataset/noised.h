#pragma once
#include "core/math/dataset/dataset.h"
#include "core/math/schedule/schedule.h"

namespace pf {

// p_t = law of α z + β ε with z from another data set, as a data set of its own: the reference for lanes that do not end at the data.
class Noised final : public Dataset {
public:
    Noised(std::shared_ptr<const Dataset> data, const Coefficients& c) : data_(std::move(data)), c_(c) {
        const auto clean = data_->mixture();
        if (!clean) return;
        std::vector<Component> parts = clean->components();
        for (Component& k : parts) {
            k.mean *= c.alpha;
            k.covariance = (c.alpha * c.alpha * k.covariance + c.beta * c.beta * Eigen::Matrix2d::Identity()).eval();
        }
        mixture_ = std::make_shared<const Mixture>(std::move(parts));
    }

    Points sample(Random& random, Eigen::Index n, std::vector<int>* labels) const override {
        const Points z = data_->sample(random, n, labels);
        return static_cast<float>(c_.alpha) * z + static_cast<float>(c_.beta) * random.normals(n);
    }
    std::shared_ptr<const Mixture> mixture() const override { return mixture_; }
    double extent() const override { return data_->extent(); }

private:
    std::shared_ptr<const Dataset> data_;
    Coefficients c_;
    std::shared_ptr<const Mixture> mixture_;
};

}  // namespace pf
