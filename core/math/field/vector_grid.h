#pragma once
#include <algorithm>
#include <array>
#include <cmath>

#include "core/math/field/density_grid.h"

namespace pf {

// A view of vectors at the centres of the cells of a box, [height · width, 2] with x fastest, row 0 the lowest y, as evaluate_on_cells() gives
// them: bilinear between centres, constant beyond the outermost ones. The vectors must outlive it.
struct VectorGrid {
    Box box;
    int width, height;
    const Points& vectors;

    std::array<float, 2> at(float x, float y) const {
        const auto cell = [](double value, double low, double high, int cells) {
            return static_cast<float>(std::clamp((value - low) / (high - low) * cells - 0.5, 0.0, static_cast<double>(cells - 1)));
        };
        const float column = cell(static_cast<double>(x), box.x_min, box.x_max, width), row = cell(static_cast<double>(y), box.y_min, box.y_max, height);
        const int c = std::min(static_cast<int>(column), std::max(0, width - 2)), r = std::min(static_cast<int>(row), std::max(0, height - 2));
        const float u = column - static_cast<float>(c), v = row - static_cast<float>(r);
        const Eigen::Index i = static_cast<Eigen::Index>(r) * width + c, right = width > 1 ? 1 : 0, above = height > 1 ? width : 0;
        std::array<float, 2> out;
        for (Eigen::Index k = 0; k < 2; ++k) {
            const float low = (1 - u) * vectors(i, k) + u * vectors(i + right, k), high = (1 - u) * vectors(i + above, k) + u * vectors(i + above + right, k);
            out[static_cast<std::size_t>(k)] = (1 - v) * low + v * high;
        }
        return out;
    }
};

}  // namespace pf
