#include "app/pane_colours.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "core/math/random.h"
#include "tests/catch.h"

namespace pf {
namespace {

// OKLCH to sRGB as published (Ottosson 2020; IEC 61966-2-1).
render::Colour published(double x, double y, bool dark) {
    const double hue = std::atan2(y, x), lightness = dark ? 0.80 : 0.55, chroma = 0.15 * (1 - std::exp(-std::hypot(x, y))), a = chroma * std::cos(hue), b = chroma * std::sin(hue);
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3), m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3),
                 s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    const auto channel = [](double linear) {
        linear = std::clamp(linear, 0.0, 1.0);
        return static_cast<std::uint8_t>(std::lround(255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055)));
    };
    return {channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s), channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s), 255};
}

TEST_CASE("the colour of a start is that of OKLCH in sRGB, to the byte") {
    const Points starts = 1.5f * Random(3, "colours").normals(50'000);
    int apart = 0;
    for (const bool dark : {true, false})
        for (Eigen::Index i = 0; i < starts.rows(); ++i) {
            const float x = starts(i, 0), y = starts(i, 1);
            const render::Colour is = start_colour(x, y, dark), ought = published(static_cast<double>(x), static_cast<double>(y), dark);
            apart = std::max({apart, std::abs(is.r - ought.r), std::abs(is.g - ought.g), std::abs(is.b - ought.b)});
        }
    CHECK(apart == 0);
    CHECK(start_colour(0, 0, true) == published(0, 0, true));
    for (const float odd : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) CHECK(start_colour(odd, 1, true) == published(0, 0, true));
}

TEST_CASE("colours of starts are kept where a start begins as the last one did, and new where it does not") {
    StartColours kept;
    const auto right = [&](const Points& start, bool dark) {
        const std::span<const render::Colour> colours = kept.of(start, dark);
        if (colours.size() != static_cast<std::size_t>(start.rows())) return false;
        for (Eigen::Index i = 0; i < start.rows(); ++i)
            if (colours[static_cast<std::size_t>(i)] != start_colour(start(i, 0), start(i, 1), dark)) return false;
        return true;
    };
    const Points noise = Random(1, "starts").normals(300);
    CHECK(right(noise.topRows(100), true));
    CHECK(right(noise, true));
    CHECK(right(noise.topRows(50), true));
    CHECK(right(noise.topRows(50), false));
    CHECK(right(noise, false));
    CHECK(right(noise.topRows(7), false));
    CHECK(right(noise, false));
    Points moved = noise;
    moved(20, 1) += 1;
    CHECK(right(moved, false));
    CHECK(right(Points(0, 2), false));
    CHECK(right(Random(2, "starts").normals(400), true));
}

}  // namespace
}  // namespace pf
