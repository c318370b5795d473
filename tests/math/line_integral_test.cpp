#include "core/math/field/line_integral.h"

#include <cmath>

#include "tests/catch.h"

using namespace pf;

namespace {

constexpr int size = 96;

Points constant(float x, float y) {
    Points v(16, 2);
    v.col(0) = x, v.col(1) = y;
    return v;
}

// Mean squared difference of texels (dx, dy) apart, over that of unrelated ones (2 sd²).
double variogram(const std::vector<std::uint8_t>& texels, int dx, int dy) {
    double sum = 0, squares = 0;
    for (int r = 16; r < size - 16; ++r)
        for (int c = 16; c < size - 16; ++c) {
            const double a = texels[static_cast<std::size_t>(r * size + c)], b = texels[static_cast<std::size_t>((r + dy) * size + c + dx)];
            sum += (a - b) * (a - b), squares += (a - 128) * (a - 128);
        }
    return sum / (2 * squares);
}

}  // namespace

TEST_CASE("line-integral convolution is smooth along the flow and rough across it") {
    const Box box{-1, 1, -1, 1};
    const Points right = constant(3, 0), up = constant(0, 0.1f);
    const auto along_x = line_integral_convolution({box, 4, 4, right}, size, size, 12, 1), along_y = line_integral_convolution({box, 4, 4, up}, size, size, 12, 1);
    // Neighbours along the flow share 24 of 25 texels: their squared difference is 1/25 of that of unrelated ones.
    CHECK(variogram(along_x, 1, 0) == Approx(0.04).margin(0.02));
    CHECK(variogram(along_x, 0, 1) == Approx(1).margin(0.15));
    CHECK(variogram(along_y, 0, 1) == Approx(0.04).margin(0.02));
    CHECK(variogram(along_y, 1, 0) == Approx(1).margin(0.15));
    CHECK(line_integral_convolution({box, 4, 4, right}, size, size, 12, 1) == along_x);
    CHECK(line_integral_convolution({box, 4, 4, right}, size, size, 12, 2) != along_x);
    CHECK(std::abs(correlation(along_x, along_y)) < 0.2f);
    CHECK(correlation(along_x, along_x) == Approx(1).margin(1e-4));
}

TEST_CASE("line-integral convolution of no flow is plain noise") {
    const Box box{-1, 1, -1, 1};
    const Points none = constant(0, 0), undefined = constant(NAN, 1);
    const auto noise = line_integral_convolution({box, 4, 4, none}, size, size, 12, 1);
    CHECK(variogram(noise, 1, 0) == Approx(1).margin(0.1));
    CHECK(variogram(noise, 0, 1) == Approx(1).margin(0.1));
    double mean = 0;
    for (const auto texel : noise) mean += static_cast<double>(texel) / static_cast<double>(noise.size());
    CHECK(mean == Approx(128).margin(1));
    CHECK(line_integral_convolution({box, 4, 4, undefined}, size, size, 12, 1) == noise);
}
