#pragma once
#include <cstdint>
#include <vector>

namespace pf::render {

// Two pixels of four channels, 16 bits each.
using TwoPixels = std::uint16_t __attribute__((vector_size(16)));
// The same with 8 bits.
using TwoPixels8 = std::uint8_t __attribute__((vector_size(8)));

// An antialiased disc with a thin dark rim, precomputed for 4 × 4 positions within a pixel. Coverage is the exact area up to sampling
// with 16 × 16 points a pixel, in 1/256.
class Stamp {
public:
    static constexpr int phases = 4;
    struct Cell {
        TwoPixels ink;    // how much of the colour each channel gets; alpha: disc and rim
        TwoPixels cover;  // alpha of the above in every channel
    };

    // Radius in pixels; the rim adds `rim` pixels of black with opacity `rim_opacity`.
    Stamp(float radius, float rim, float rim_opacity);
    float reach() const { return reach_; }    // from the centre to the stamp's lower left corner at phase 0
    int height() const { return height_; }    // rows
    int cells() const { return cells_; }      // pairs of pixels in a row
    const Cell* at(int phase_x, int phase_y) const {
        return table_.data() + static_cast<std::ptrdiff_t>(phase_y * phases + phase_x) * height_ * cells_;
    }

private:
    float reach_;
    int height_, cells_;
    std::vector<Cell> table_;
};

// colour: premultiplied, twice. pixels ← colour · ink over pixels.
inline void blend_two(std::uint32_t* pixels, const Stamp::Cell& cell, TwoPixels colour, std::uint16_t alpha) {
    TwoPixels8 old;
    __builtin_memcpy(&old, pixels, sizeof old);
    const TwoPixels keep = 256 - (cell.cover * alpha >> 8);
    const TwoPixels sum = (colour * cell.ink >> 8) + (__builtin_convertvector(old, TwoPixels) * keep >> 8);
    const TwoPixels8 result = __builtin_convertvector(sum, TwoPixels8);
    __builtin_memcpy(pixels, &result, sizeof result);
}

}  // namespace pf::render
