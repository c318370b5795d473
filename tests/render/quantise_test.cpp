#include "app/runtime/media/quantise.h"

#include <cmath>
#include <set>

#include "tests/catch.h"

using namespace pf;

namespace {

double mean_square(const std::vector<std::uint8_t>& rgba, const IndexedImage& image) {
    double sum = 0;
    for (std::size_t i = 0; i < image.pixels.size(); ++i)
        for (std::size_t k = 0; k < 3; ++k) {
            const double d = static_cast<double>(rgba[4 * i + k]) - static_cast<double>(image.colours[image.pixels[i]] >> (16 - 8 * k) & 255);
            sum += d * d;
        }
    return sum / (3 * static_cast<double>(image.pixels.size()));
}

}  // namespace

TEST_CASE("up to 256 colours are kept as they are, whatever else was quantised before") {
    Quantiser quantiser;
    IndexedImage image;
    std::vector<std::uint8_t> other(4 * 5000);
    for (std::size_t i = 0; i < other.size(); ++i) other[i] = static_cast<std::uint8_t>(i * 37 + i / 256);
    for (const int colours : {1, 2, 200, 256}) {
        CAPTURE(colours);
        quantiser.quantise(other, image);
        std::vector<std::uint8_t> rgba;
        for (int i = 0; i < 4096; ++i)
            for (const int c : {i % colours, 255 - i % colours, (i % colours) * 7 % 256, 255}) rgba.push_back(static_cast<std::uint8_t>(c));
        quantiser.quantise(rgba, image);
        CHECK(mean_square(rgba, image) == 0);
    }
}

TEST_CASE("all of a square of colours has the error of equal squares, a cube that of equal boxes") {
    Quantiser quantiser;
    IndexedImage image;
    // Every pair (r, g) once: 256 cells of 16 × 16, whose variance is (16² − 1)/12 in each of two channels.
    std::vector<std::uint8_t> rgba;
    for (int r = 0; r < 256; ++r)
        for (int g = 0; g < 256; ++g)
            for (const int c : {r, g, 90, 255}) rgba.push_back(static_cast<std::uint8_t>(c));
    quantiser.quantise(rgba, image);
    CHECK(mean_square(rgba, image) <= 1.05 * 2 * (256 - 1) / 12.0 / 3);
    CHECK(std::set(image.colours.begin(), image.colours.end()).size() == 256);
    IndexedImage again;
    Quantiser().quantise(rgba, again);
    CHECK((image.pixels == again.pixels && image.colours == again.colours));

    // More colours than samples: 64 levels of each channel, twice shifted; the palette is found from their cubes.
    rgba.clear();
    for (int r = 0; r < 256; r += 4)
        for (int g = 0; g < 256; g += 4)
            for (int b = 0; b < 256; b += 4)
                for (const int c : {r, g, b, 255}) rgba.push_back(static_cast<std::uint8_t>(c));
    quantiser.quantise(rgba, image);
    // 8 × 8 × 4 boxes of sides 32, 32, 64.
    CHECK(mean_square(rgba, image) <= (2 * 32.0 * 32 + 64.0 * 64) / 12 / 3);
}
