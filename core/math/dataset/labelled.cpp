#include "core/math/dataset/labelled.h"

#include <algorithm>

namespace pf {
namespace {

class Labelled final : public Dataset {
public:
    Labelled(std::shared_ptr<const Dataset> data, int label) : data_(std::move(data)), label_(label) {
        if (const auto all = data_->mixture()) mixture_ = with_label(*all, label);
    }

    // Rejection: the share of the label bounds the work, and a label that never comes is an error.
    Points sample(Random& random, Eigen::Index n, std::vector<int>* labels) const override {
        Points out(n, 2);
        std::vector<int> drawn;
        Eigen::Index have = 0, tried = 0;
        while (have < n) {
            const Points x = data_->sample(random, std::max<Eigen::Index>(64, n - have), &drawn);
            for (Eigen::Index i = 0; i < x.rows() && have < n; ++i)
                if (drawn[static_cast<std::size_t>(i)] == label_) out.row(have++) = x.row(i);
            tried += x.rows();
            if (have == 0 && tried > 1'000'000) throw BadInput(fmt::format("no draw of the data has label {}", label_));
        }
        if (labels) labels->assign(static_cast<std::size_t>(n), label_);
        return out;
    }
    std::shared_ptr<const Mixture> mixture() const override { return mixture_; }
    double extent() const override { return data_->extent(); }

private:
    std::shared_ptr<const Dataset> data_;
    std::shared_ptr<const Mixture> mixture_;
    int label_;
};

}  // namespace

std::shared_ptr<const Mixture> with_label(const Mixture& mixture, int label) {
    std::vector<Component> parts;
    std::copy_if(mixture.components().begin(), mixture.components().end(), std::back_inserter(parts), [&](const Component& c) { return c.label == label; });
    if (parts.empty()) throw BadInput(fmt::format("no part of the mixture has label {}", label));
    return std::make_shared<const Mixture>(std::move(parts));
}

std::shared_ptr<const Dataset> with_label(std::shared_ptr<const Dataset> data, int label) { return std::make_shared<Labelled>(std::move(data), label); }

}  // namespace pf
