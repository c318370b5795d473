#pragma once
#include <Eigen/Core>

namespace pf {

// Positions or vectors in the plane: one row per particle, columns x and y, each column contiguous.
template <class Scalar> using PointsOf = Eigen::Array<Scalar, Eigen::Dynamic, 2>;
// One number per particle.
template <class Scalar> using ColumnOf = Eigen::Array<Scalar, Eigen::Dynamic, 1>;

using Points = PointsOf<float>;    // what the screen uses
using PointsD = PointsOf<double>;  // what tests and references use
using Column = ColumnOf<float>;
using ColumnD = ColumnOf<double>;

}  // namespace pf
