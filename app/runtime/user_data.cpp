#include "app/runtime/user_data.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <string_view>

namespace pf {
namespace {

constexpr double smallest_extent = 3.5;  // N(0, I) needs that much room

double extent_of(const Mixture& mixture) {
    double extent = smallest_extent;
    for (const auto& c : mixture.components())
        for (int axis = 0; axis < 2; ++axis)
            extent = std::max(extent, 1.1 * (std::abs(c.mean[axis]) + 3 * std::sqrt(c.covariance(axis, axis))));
    return extent;
}

class MixtureData final : public Dataset {
public:
    explicit MixtureData(std::vector<Component> components)
        : mixture_(std::make_shared<const Mixture>(std::move(components))), extent_(extent_of(*mixture_)) {}

    Points sample(Random& random, Eigen::Index n, std::vector<int>* labels) const override { return mixture_->sample(random, n, labels); }
    std::shared_ptr<const Mixture> mixture() const override { return mixture_; }
    double extent() const override { return extent_; }

private:
    std::shared_ptr<const Mixture> mixture_;
    double extent_;
};

std::vector<Component> point_masses(const Points& x) {
    std::vector<Component> masses(static_cast<std::size_t>(x.rows()));
    for (std::size_t i = 0; i < masses.size(); ++i) {
        masses[i].mean = x.row(static_cast<Eigen::Index>(i)).matrix().transpose().cast<double>();
        masses[i].covariance.setZero();
    }
    return masses;
}

class PointsData final : public Dataset {
public:
    explicit PointsData(std::shared_ptr<const PointSet> points) : points_(std::move(points)) {}

    Points sample(Random& random, Eigen::Index n, std::vector<int>* labels) const override {
        Points out(n, 2);
        if (labels) labels->assign(static_cast<std::size_t>(n), 0);
        for (Eigen::Index i = 0; i < n; ++i) out.row(i) = points_->x.row(random.below(static_cast<int>(points_->x.rows())));
        return out;
    }
    std::shared_ptr<const Mixture> mixture() const override {
        std::call_once(once_, [this] { mixture_ = std::make_shared<const Mixture>(point_masses(points_->x)); });
        return mixture_;
    }
    double extent() const override { return std::max(smallest_extent, 1.1 * static_cast<double>(points_->x.abs().maxCoeff())); }

private:
    std::shared_ptr<const PointSet> points_;
    mutable std::once_flag once_;
    mutable std::shared_ptr<const Mixture> mixture_;
};

}  // namespace

std::shared_ptr<const Dataset> make_mixture_data(std::vector<Component> components) {
    return std::make_shared<MixtureData>(std::move(components));
}

std::shared_ptr<const Dataset> make_points_data(std::shared_ptr<const PointSet> points) {
    return std::make_shared<PointsData>(std::move(points));
}

std::shared_ptr<const PointSet> make_point_set(Points x) {
    auto set = std::make_shared<PointSet>();
    const auto bytes = static_cast<std::size_t>(x.size()) * sizeof(float);
    set->hash = stream_key(static_cast<std::uint64_t>(x.rows()), {reinterpret_cast<const char*>(x.data()), bytes});
    set->x = std::move(x);
    return set;
}

}  // namespace pf
