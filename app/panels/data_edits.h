#pragma once
#include "app/panels/edits.h"
#include "app/runtime/point_scale.h"
#include "app/runtime/session.h"
#include "app/runtime/user_data.h"

namespace pf::panels {

// What the tools and rows for the user's own data do to a scene: pure functions. As with every other data set, models that have no closed form for the
// new data become networks. None validates. Points have no width, so that a constant σ throws particles out near t = 1: where that begins with the new
// points, with_points() makes the lane's σ fade with β.

Scene with_data(Scene scene, DataSpec data);
Scene with_components(Scene scene, std::vector<Component> components);
Scene with_points(Scene scene, Points x);
// The scene's points moved by `map`, which its sentence then says; `stale`: the sentence it had speaks of something else.
Scene with_map(Scene scene, const PointMap& map, bool stale);
// Tells the user which lanes' σ fades in `next` and did not in the session's scene; nothing where none does.
void say_faded(Session& session, const Scene& next);
Scene with_formula(Scene scene, std::string formula);

// The components that can be edited by hand: those of the data's mixture, if it has at most 100 with an area. Empty otherwise.
inline constexpr std::size_t most_edited = 100;
std::vector<Component> editable_components(const DataSpec& data);

// A covariance as standard deviations along `angle` (radians) and across it, the longer first.
struct Axes {
    double along = 1, across = 1, angle = 0;
};
inline constexpr double least_deviation = 0.01;
Axes axes_of(const Eigen::Matrix2d& covariance);
Eigen::Matrix2d covariance_of(const Axes& axes);  // deviations kept at least_deviation or more

// Points after a stroke of the brush from a to b, round and of this radius: `density` new ones per unit of area swept, up to 20,000 in all. `room` says
// whether all of them fitted.
struct Stroke {
    std::array<double, 2> a, b;
    double radius = 0.3, density = 100;
};
struct Painted {
    Points x;
    bool room = true;
};
Painted painted(const PointSet* before, const Stroke& stroke, std::uint64_t seed);
// Those that a stroke of the eraser leaves.
std::vector<int> rows_outside(const PointSet& points, const Stroke& stroke);
std::vector<int> rows_inside(const PointSet& points, const Box& box);
// The rows named, in order.
Points only(const PointSet& points, const std::vector<int>& rows);

}  // namespace pf::panels
