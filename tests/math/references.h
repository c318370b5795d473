#pragma once
#include <memory>
#include <string>
#include <vector>

#include "core/math/field/mixture_field.h"
#include "core/math/schedule/schedules.h"

namespace pf::testing {

// Four broad, rotated, unequal components: nothing is symmetric, so nothing cancels by luck.
inline std::shared_ptr<const Mixture> four_components() {
    const auto covariance = [](double a, double b, double c) { return (Eigen::Matrix2d() << a, b, b, c).finished(); };
    return std::make_shared<Mixture>(std::vector<Component>{{0.35, {1.5, 1.2}, covariance(0.5, 0.2, 0.3), 0},
                                                            {0.15, {-1.4, 0.8}, covariance(0.2, -0.05, 0.6), 1},
                                                            {0.30, {0.7, -1.6}, covariance(0.4, 0.1, 0.2), 2},
                                                            {0.20, {-1.0, -1.1}, covariance(0.3, 0.0, 0.3), 3}});
}

inline std::vector<std::shared_ptr<const Schedule>> every_schedule() {
    std::vector<std::shared_ptr<const Schedule>> all;
    for (const auto& entry : schedules()) all.push_back(entry.make());
    return all;
}

inline PointsD some_points(Eigen::Index n, double spread, std::uint64_t seed = 1) { return Random(seed, "points").normals(n).cast<double>() * spread; }

}  // namespace pf::testing
