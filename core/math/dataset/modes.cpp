#include "core/math/dataset/modes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pf {

Points ModesDataset::sample(Random& random, Eigen::Index n, std::vector<int>* labels) const { return Mixture(components()).sample(random, n, labels); }

std::shared_ptr<const Mixture> ModesDataset::mixture() const { return std::make_shared<const Mixture>(components()); }

double ModesDataset::extent() const {
    double reach = 4;
    for (const Component& c : components())
        for (int axis = 0; axis < 2; ++axis) reach = std::max(reach, std::abs(c.mean[axis]) + 5 * std::sqrt(c.covariance(axis, axis)));
    return reach;
}

std::vector<Component> circle_of_modes(int count, double radius, double standard_deviation) {
    std::vector<Component> components;
    for (int k = 0; k < count; ++k) {
        const double angle = 2 * std::numbers::pi * k / count;
        components.push_back({1.0 / count, {radius * std::cos(angle), radius * std::sin(angle)},
                              standard_deviation * standard_deviation * Eigen::Matrix2d::Identity(), k});
    }
    return components;
}

}  // namespace pf
