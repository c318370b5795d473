#include "core/math/metrics/cell_masses.h"

#include <algorithm>
#include <cmath>

#include "core/math/fokker_planck/averages.h"

namespace pf {

CellMasses exact_masses(const Dataset& data) {
    CellMasses out;
    out.half = data.extent();
    constexpr int n = CellMasses::cells;
    const fokker_planck::Grid grid{{-out.half, out.half, -out.half, out.half}, n, n};
    if (const auto mixture = data.mixture()) {
        const Coefficients at_data{1, 0, 0, 0, 0};
        out.inside = fokker_planck::mixture_averages(*mixture, at_data, grid) * grid.area();
        out.outside = std::max(0.0, 1 - out.inside.sum());
        return out;
    }
    constexpr int parts = 16;
    const fokker_planck::Grid fine{grid.box, n * parts, n * parts};
    for (int row = 0; row < fine.height; ++row)
        for (int column = 0; column < fine.width; ++column) out.inside(row / parts, column / parts) += data.density(fine.x(column), fine.y(row)) * fine.area();
    if (!(out.inside.sum() > 0)) {
        Random random(0, "cell masses");
        return shares(data.sample(random, 1 << 20), out.half);
    }
    out.inside /= out.inside.sum();
    return out;
}

CellMasses shares(const Points& x, double half) {
    CellMasses out;
    out.half = half;
    constexpr int n = CellMasses::cells;
    const double each = 1 / static_cast<double>(x.rows()), scale = n / (2 * half);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const double column = (static_cast<double>(x(i, 0)) + half) * scale, row = (static_cast<double>(x(i, 1)) + half) * scale;
        if (column >= 0 && column < n && row >= 0 && row < n)
            out.inside(static_cast<int>(row), static_cast<int>(column)) += each;
        else
            out.outside += each;
    }
    return out;
}

}  // namespace pf
