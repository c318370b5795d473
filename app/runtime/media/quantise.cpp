#include "app/runtime/media/quantise.h"

#include <algorithm>
#include <cmath>

namespace pf {
namespace {

constexpr std::size_t most_samples = 1u << 16;
constexpr int rounds = 8;

std::uint32_t code_of(const std::uint8_t* pixel) { return static_cast<std::uint32_t>(pixel[0] << 16 | pixel[1] << 8 | pixel[2]); }

}  // namespace

Quantiser::Quantiser() : place_(std::size_t{1} << 24) {}

// Which colours occur, and how often.
void Quantiser::count(std::span<const std::uint8_t> rgba) {
    for (const std::uint32_t code : codes_) place_[code] = 0;
    codes_.clear();
    occurring_.clear();
    for (std::size_t i = 0; i < rgba.size(); i += 4) {
        const std::uint32_t code = code_of(&rgba[i]);
        std::uint32_t& place = place_[code];
        if (place == 0) {
            codes_.push_back(code);
            occurring_.push_back({{static_cast<float>(rgba[i]), static_cast<float>(rgba[i + 1]), static_cast<float>(rgba[i + 2])}, 0});
            place = static_cast<std::uint32_t>(codes_.size());
        }
        occurring_[place - 1].weight += 1;
    }
}

// What the palette is found from: the colours themselves, or their means in cubes of four levels a side where they are very many.
void Quantiser::gather() {
    samples_ = occurring_;
    if (samples_.size() <= most_samples) return;
    std::vector<std::array<double, 4>> cubes(std::size_t{1} << 18);
    for (std::size_t i = 0; i < codes_.size(); ++i) {
        const std::uint32_t c = codes_[i];
        auto& cube = cubes[(c >> 18 & 63) << 12 | (c >> 10 & 63) << 6 | (c >> 2 & 63)];
        for (std::size_t k = 0; k < 3; ++k) cube[k] += static_cast<double>(occurring_[i].at[k] * occurring_[i].weight);
        cube[3] += static_cast<double>(occurring_[i].weight);
    }
    samples_.clear();
    for (const auto& cube : cubes)
        if (cube[3] > 0) samples_.push_back({{static_cast<float>(cube[0] / cube[3]), static_cast<float>(cube[1] / cube[3]), static_cast<float>(cube[2] / cube[3])}, static_cast<float>(cube[3])});
}

Quantiser::Box Quantiser::box(std::size_t begin, std::size_t end) const {
    Box out{begin, end, {}, 0, 0};
    std::array<double, 3> squares{};
    double weight = 0;
    for (std::size_t i = begin; i < end; ++i) {
        const double w = static_cast<double>(samples_[i].weight);
        weight += w;
        for (std::size_t k = 0; k < 3; ++k) {
            const double x = static_cast<double>(samples_[i].at[k]);
            out.mean[k] += w * x;
            squares[k] += w * x * x;
        }
    }
    for (std::size_t k = 0; k < 3; ++k) {
        out.mean[k] /= weight;
        const double spread = squares[k] - weight * out.mean[k] * out.mean[k];
        if (spread > out.spread) out.spread = spread, out.axis = k;
    }
    if (end - begin < 2) out.spread = 0;
    return out;
}

void Quantiser::split(Palette& palette) {
    std::vector<Box> boxes{box(0, samples_.size())};
    while (boxes.size() < 256) {
        const auto widest = std::max_element(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) { return a.spread < b.spread; });
        if (widest->spread < 1e-6) break;
        const Box whole = *widest;
        const auto from = samples_.begin() + static_cast<std::ptrdiff_t>(whole.begin), to = samples_.begin() + static_cast<std::ptrdiff_t>(whole.end);
        const auto middle = static_cast<std::size_t>(std::partition(from, to, [&](const Colour& c) { return static_cast<double>(c.at[whole.axis]) <= whole.mean[whole.axis]; }) - samples_.begin());
        if (middle == whole.begin || middle == whole.end) {
            widest->spread = 0;
            continue;
        }
        *widest = box(whole.begin, middle);
        boxes.push_back(box(middle, whole.end));
    }
    for (std::size_t i = 0; i < 256; ++i)
        for (std::size_t k = 0; k < 3; ++k) palette[k][i] = static_cast<float>(boxes[std::min(i, boxes.size() - 1)].mean[k]);
}

// Eight colours side by side, so that the processor compares them at once.
void Quantiser::nearest(std::span<const Colour> colours, const Palette& palette, std::vector<std::uint8_t>& out) {
    constexpr std::size_t lanes = 8;
    out.resize(colours.size());
    for (std::size_t first = 0; first < colours.size(); first += lanes) {
        std::array<float, lanes> r{}, g{}, b{}, best;
        std::array<std::int32_t, lanes> which{};
        const std::size_t n = std::min(lanes, colours.size() - first);
        for (std::size_t i = 0; i < n; ++i) r[i] = colours[first + i].at[0], g[i] = colours[first + i].at[1], b[i] = colours[first + i].at[2];
        best.fill(1e9f);
        for (std::size_t p = 0; p < 256; ++p) {
            const float pr = palette[0][p], pg = palette[1][p], pb = palette[2][p];
            for (std::size_t i = 0; i < lanes; ++i) {
                const float dr = r[i] - pr, dg = g[i] - pg, db = b[i] - pb, distance = dr * dr + dg * dg + db * db;
                which[i] = distance < best[i] ? static_cast<std::int32_t>(p) : which[i];
                best[i] = distance < best[i] ? distance : best[i];
            }
        }
        for (std::size_t i = 0; i < n; ++i) out[first + i] = static_cast<std::uint8_t>(which[i]);
    }
}

void Quantiser::settle(Palette& palette) {
    for (int round = 0; round < rounds; ++round) {
        nearest(samples_, palette, chosen_);
        std::array<std::array<double, 4>, 256> sums{};
        for (std::size_t i = 0; i < samples_.size(); ++i) {
            auto& sum = sums[chosen_[i]];
            const double w = static_cast<double>(samples_[i].weight);
            for (std::size_t k = 0; k < 3; ++k) sum[k] += w * static_cast<double>(samples_[i].at[k]);
            sum[3] += w;
        }
        for (std::size_t p = 0; p < 256; ++p)
            for (std::size_t k = 0; k < 3 && sums[p][3] > 0; ++k) palette[k][p] = static_cast<float>(sums[p][k] / sums[p][3]);
    }
}

void Quantiser::quantise(std::span<const std::uint8_t> rgba, IndexedImage& out) {
    count(rgba);
    gather();
    Palette palette{};
    split(palette);
    settle(palette);
    for (std::size_t p = 0; p < 256; ++p) {
        out.colours[p] = 0xff;
        for (std::size_t k = 0; k < 3; ++k) {
            palette[k][p] = std::round(palette[k][p]);
            out.colours[p] = out.colours[p] << 8 | static_cast<std::uint32_t>(palette[k][p]);
        }
    }
    nearest(occurring_, palette, chosen_);
    out.pixels.resize(rgba.size() / 4);
    for (std::size_t i = 0; i < out.pixels.size(); ++i) out.pixels[i] = chosen_[place_[code_of(&rgba[4 * i])] - 1];
}

}  // namespace pf
