#include "core/math/field/line_integral.h"

#include <algorithm>
#include <cmath>

#include "core/math/random.h"

namespace pf {

namespace {

// White noise, 16 texels of a row a block; rows and blocks are counted from the middle.
std::vector<std::uint8_t> white_noise(int width, int height, std::uint64_t key) {
    std::vector<std::uint8_t> out(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    std::uint8_t* texel = out.data();
    for (int row = -(height / 2); row < height - height / 2; ++row) {
        Philox4 block{};
        for (int column = -(width / 2); column < width - width / 2; ++column) {
            const int k = column & 15;
            if (k == 0 || column == -(width / 2)) block = philox(key, static_cast<std::uint64_t>(static_cast<std::uint32_t>(row)) << 32 | static_cast<std::uint32_t>(column >> 4));
            *texel++ = static_cast<std::uint8_t>(block.word[k / 4] >> 8 * (k % 4));
        }
    }
    return out;
}

}  // namespace

std::vector<std::uint8_t> line_integral_convolution(const VectorGrid& field, int width, int height, int half_length, std::uint64_t key) {
    const auto columns = static_cast<std::size_t>(width), n = columns * static_cast<std::size_t>(height);
    const std::vector<std::uint8_t> noise = white_noise(width, height, key);
    // Directions at texels, once: following them by the nearest one needs no interpolation.
    struct Direction {
        float x, y;
    };
    std::vector<Direction> direction(n);
    const double dx = (field.box.x_max - field.box.x_min) / width, dy = (field.box.y_max - field.box.y_min) / height;
    for (int row = 0; row < height; ++row)
        for (int column = 0; column < width; ++column) {
            const auto v = field.at(static_cast<float>(field.box.x_min + (column + 0.5) * dx), static_cast<float>(field.box.y_min + (row + 0.5) * dy));
            const float x = v[0] / static_cast<float>(dx), y = v[1] / static_cast<float>(dy), length = std::sqrt(x * x + y * y);
            direction[static_cast<std::size_t>(row) * columns + static_cast<std::size_t>(column)] =
                length > 0 && std::isfinite(length) ? Direction{x / length, y / length} : Direction{0, 0};
        }

    // A streamline serves every texel it passes, as in Stalling & Hege 1995: the mean over its neighbourhood is a difference of two sums.
    const int reach = 3 * half_length;  // to either side of the texel it starts in
    const auto limit_x = static_cast<float>(width), limit_y = static_cast<float>(height);
    std::vector<float> mean(n);
    std::vector<std::uint32_t> hits(n);
    std::vector<std::uint32_t> line;
    std::vector<int> sums;
    for (std::size_t seed = 0; seed < n; ++seed) {
        if (hits[seed] > 0) continue;
        line.assign(1, static_cast<std::uint32_t>(seed));
        std::size_t start = 0;
        for (const float sign : {-1.f, 1.f}) {
            float x = static_cast<float>(seed % columns) + 0.5f, y = static_cast<float>(seed / columns) + 0.5f;
            std::size_t at = seed;
            for (int k = 0; k < reach + half_length; ++k) {
                const Direction d = direction[at];
                x += sign * d.x, y += sign * d.y;
                if ((d.x == 0 && d.y == 0) || !(x >= 0 && x < limit_x && y >= 0 && y < limit_y)) break;
                at = static_cast<std::size_t>(y) * columns + static_cast<std::size_t>(x);
                line.push_back(static_cast<std::uint32_t>(at));
            }
            if (sign > 0) break;
            std::reverse(line.begin(), line.end());
            start = line.size() - 1;
        }
        sums.assign(1, 0);
        for (const std::uint32_t at : line) sums.push_back(sums.back() + noise[at]);
        const std::size_t half = static_cast<std::size_t>(half_length), far = static_cast<std::size_t>(reach);
        for (std::size_t i = start > far ? start - far : 0; i < std::min(line.size(), start + far + 1); ++i) {
            const std::size_t first = i > half ? i - half : 0, end = std::min(line.size(), i + half + 1);
            mean[line[i]] += static_cast<float>(sums[end] - sums[first]) / static_cast<float>(end - first);
            ++hits[line[i]];
        }
    }
    for (std::size_t i = 0; i < n; ++i) mean[i] /= static_cast<float>(hits[i]);
    double total = 0, squares = 0;
    for (const float value : mean) total += static_cast<double>(value), squares += static_cast<double>(value) * static_cast<double>(value);
    const double centre = total / static_cast<double>(n), sd = std::sqrt(std::max(1e-12, squares / static_cast<double>(n) - centre * centre));
    std::vector<std::uint8_t> out(n);
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::uint8_t>(std::lround(std::clamp(128 + 48 * (static_cast<double>(mean[i]) - centre) / sd, 0.0, 255.0)));
    return out;
}

float correlation(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    double product = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        const double x = a[i] - 128.0, y = b[i] - 128.0;
        product += x * y, aa += x * x, bb += y * y;
    }
    return static_cast<float>(product / std::sqrt(std::max(1.0, aa * bb)));
}

}  // namespace pf
