#pragma once
#include <Eigen/Core>

#include "core/math/dataset/dataset.h"

namespace pf {

// The probability of each cell of a grid over the data's extent, and of all that lies outside. Row 0 is the lowest y.
struct CellMasses {
    static constexpr int cells = 32;  // a side
    double half = 0;                  // the grid covers [−half, half]²
    Eigen::Array<double, cells, cells, Eigen::RowMajor> inside = Eigen::Array<double, cells, cells, Eigen::RowMajor>::Zero();
    double outside = 0;
};

// Of p_data: by error functions for mixtures (Gauss–Legendre where a covariance is not diagonal), otherwise from 16 × 16 values of the density a
// cell, or from 2²⁰ seeded draws where no density is known. inside and outside sum to 1.
CellMasses exact_masses(const Dataset& data);

// The share of the points in each cell.
CellMasses shares(const Points& x, double half);

}  // namespace pf
