#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace pf {

// A picture in at most 256 colours.
struct IndexedImage {
    std::vector<std::uint8_t> pixels;           // which colour each has
    std::array<std::uint32_t, 256> colours{};   // 0xffRRGGBB
};

// Finds the 256 colours that leave a picture the least squared error: boxes of colours are split where they spread most, at their mean, then each colour moves to
// the mean of what is nearest to it (Lloyd 1982), eight times. The same picture gives the same colours. Keeps its buffers (64 MB) between pictures. One thread.
class Quantiser {
public:
    Quantiser();
    // RGBA, whose opacity is ignored.
    void quantise(std::span<const std::uint8_t> rgba, IndexedImage& out);

private:
    struct Colour {
        std::array<float, 3> at;
        float weight;
    };
    struct Box {
        std::size_t begin, end;
        std::array<double, 3> mean;
        double spread;  // along `axis`: weight times variance
        std::size_t axis;
    };
    using Palette = std::array<std::array<float, 256>, 3>;
    void count(std::span<const std::uint8_t> rgba);
    void gather();
    Box box(std::size_t begin, std::size_t end) const;
    void split(Palette& palette);
    void settle(Palette& palette);
    static void nearest(std::span<const Colour> colours, const Palette& palette, std::vector<std::uint8_t>& out);

    std::vector<std::uint32_t> place_;   // by colour: 1 + its place among those that occur; 0: does not
    std::vector<std::uint32_t> codes_;   // of those that occur
    std::vector<Colour> occurring_, samples_;
    std::vector<std::uint8_t> chosen_;
};

}  // namespace pf
