#pragma once
#include <memory>
#include <vector>

#include "app/runtime/scene.h"

namespace pf {

// p_data as the components the user gave.
std::shared_ptr<const Dataset> make_mixture_data(std::vector<Component> components);

// The empirical distribution of points: draws repeat them, and its mixture() is one point mass each, whose exact field memorises. Cheap: the mixture
// is made when it is first asked for.
std::shared_ptr<const Dataset> make_points_data(std::shared_ptr<const PointSet> points);

// A PointSet with its content hash.
std::shared_ptr<const PointSet> make_point_set(Points x);

}  // namespace pf
