#pragma once
#include <cstdint>
#include <vector>

#include "core/math/field/vector_grid.h"

namespace pf {

// Line-integral convolution (Cabral & Leedom 1993): the mean of white noise along `half_length` texels of the streamline to either side of each
// texel, by shared streamlines (Stalling & Hege 1995), as a grey texture [height · width] over the field's box, row 0 the lowest y. Stretched to mean 128 and standard deviation 48, so that
// fields differ in direction only; where the field vanishes the noise remains. The noise is a function of `key` and of the place from the middle, so that a larger texture continues a smaller one.
std::vector<std::uint8_t> line_integral_convolution(const VectorGrid& field, int width, int height, int half_length, std::uint64_t key);

// Correlation of two such textures, −1 … 1.
float correlation(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b);

}  // namespace pf
