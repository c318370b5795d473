#pragma once
#include <Eigen/Core>
#include <memory>

#include "core/math/dataset/dataset.h"
#include "core/math/schedule/schedule.h"

namespace pf {

struct Box {
    double x_min, x_max, y_min, y_max;
    bool operator==(const Box&) const = default;
    bool contains(float x, float y) const { return static_cast<double>(x) >= x_min && static_cast<double>(x) < x_max && static_cast<double>(y) >= y_min && static_cast<double>(y) < y_max; }
};

// A density at cell centres: p(row, column) at (x_min + (column + ½) dx, y_min + (row + ½) dy). Row 0 is the lowest y.
using DensityGrid = Eigen::Array<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// p_t on `box` with height × width cells, for any data set: the closed form for mixtures, otherwise
// p_t = (α⁻² p_data(·/α)) ∗ N(0, β² I) with p_data as averages over a fine grid of squares, integrated exactly (math.md); at β = 0
// p_data itself at the cell centres. Always finite: no component is drawn narrower than a standard deviation of a quarter of a cell, a
// point mass than half a cell, so that they stay visible at β = 0; their integral over the grid is then not exactly 1. at() is thread-safe.
class DensityReference {
public:
    DensityReference(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const Schedule> schedule);
    ~DensityReference();
    DensityGrid at(double t, const Box& box, int width, int height) const;
    // Averages over the cells instead, of a data set without a mixture (of one: fokker_planck/averages.h): where p_t has edges narrower than a cell, only these integrate to 1.
    DensityGrid averages(double t, const Box& box, int width, int height) const;

private:
    struct Grid;
    std::shared_ptr<const Dataset> dataset_;
    std::shared_ptr<const Schedule> schedule_;
    std::shared_ptr<const Mixture> mixture_;
    std::unique_ptr<const Grid> grid_;  // only without a mixture
};

}  // namespace pf
