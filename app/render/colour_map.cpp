#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "app/render/renderer.h"

namespace pf::render {
namespace {

struct Knot {
    int index;
    unsigned rgb;
};

// Straight lines between these stay within 2/255 of the published tables of viridis and magma (van der Walt & Smith 2015) and
// cividis (Nuñez, Anderton & Renslow 2018).
constexpr std::array viridis{Knot{0, 0x440154},   Knot{29, 0x482979},  Knot{58, 0x3e4c8a},  Knot{119, 0x23888e}, Knot{147, 0x1fa287}, Knot{166, 0x2fb47c},
                             Knot{188, 0x56c667}, Knot{216, 0x98d83e}, Knot{239, 0xd5e21a}, Knot{247, 0xeae51a}, Knot{255, 0xfde725}};
constexpr std::array cividis{Knot{0, 0x00224e},   Knot{21, 0x003170},  Knot{24, 0x053371},  Knot{32, 0x1a386f},  Knot{55, 0x3a486c},  Knot{110, 0x6d6f72},
                             Knot{138, 0x868379}, Knot{188, 0xb8aa6e}, Knot{225, 0xdfca57}, Knot{247, 0xf8df3c}, Knot{252, 0xfee434}, Knot{255, 0xfee838}};
constexpr std::array magma{Knot{0, 0x000004},   Knot{15, 0x090720},  Knot{38, 0x251255},  Knot{52, 0x3d0f71},  Knot{69, 0x59157e},  Knot{105, 0x912b81},
                           Knot{139, 0xc83e73}, Knot{159, 0xe55064}, Knot{177, 0xf66c5c}, Knot{194, 0xfc8c63}, Knot{220, 0xfebd82}, Knot{255, 0xfcfdbf}};

std::uint8_t byte(double value) { return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0, 255.0))); }

Colour mix(Colour a, Colour b, double s) {
    return {byte(a.r + s * (b.r - a.r)), byte(a.g + s * (b.g - a.g)), byte(a.b + s * (b.b - a.b)), 255};
}

Colour unpack(unsigned rgb) { return {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8 & 255), static_cast<std::uint8_t>(rgb & 255), 255}; }

Colour between(std::span<const Knot> knots, int index) {
    std::size_t k = 1;
    while (knots[k].index < index) ++k;
    const double s = double(index - knots[k - 1].index) / (knots[k].index - knots[k - 1].index);
    return mix(unpack(knots[k - 1].rgb), unpack(knots[k].rgb), s);
}

// CIE L*a*b* (D65) to sRGB.
Colour from_lab(double lightness, double a, double b) {
    const auto cube = [](double f) { return f > 6.0 / 29 ? f * f * f : 3 * (6.0 / 29) * (6.0 / 29) * (f - 4.0 / 29); };
    const auto encode = [](double c) { return byte(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(std::max(c, 0.0), 1 / 2.4) - 0.055)); };
    const double fy = (lightness + 16) / 116;
    const double x = 0.95047 * cube(fy + a / 500), y = cube(fy), z = 1.08883 * cube(fy - b / 200);
    return {encode(3.2406 * x - 1.5372 * y - 0.4986 * z), encode(-0.9689 * x + 1.8758 * y + 0.0415 * z), encode(0.0557 * x - 0.2040 * y + 1.0570 * z), 255};
}

// Two hues of equal lightness at equal distance from a neutral middle: blue below, orange-red above.
Colour diverging(int index) {
    const double s = (index - 127.5) / 127.5, distance = std::abs(s);
    const double lightness = 95 - 52 * distance, chroma = 45 * std::pow(distance, 0.8);  // inside sRGB
    const double hue = (s < 0 ? 268 : 42) * std::numbers::pi / 180;
    return from_lab(lightness, chroma * std::cos(hue), chroma * std::sin(hue));
}

}  // namespace

std::array<Colour, 256> colour_table(ColourMap map) {
    std::array<Colour, 256> table;
    for (int i = 0; i < 256; ++i) {
        Colour& entry = table[static_cast<std::size_t>(i)];
        switch (map) {
            case ColourMap::viridis: entry = between(viridis, i); break;
            case ColourMap::cividis: entry = between(cividis, i); break;
            case ColourMap::magma: entry = between(magma, i); break;
            case ColourMap::diverging: entry = diverging(i); break;
        }
    }
    return table;
}

std::array<Colour, 256> heat_table(const CanvasStyle& style) {
    std::array<Colour, 256> table = colour_table(style.map);
    if (style.map == ColourMap::diverging) return table;
    if (!style.dark) std::reverse(table.begin(), table.end());
    // A curve from the ground, towards the colour at 32, into the colour at 64. It leaves the ground slowly: a first step that is seen would be an edge of the density.
    const Colour towards = table[32], into = table[64];
    for (std::size_t i = 0; i < 64; ++i) {
        const double slow = 12 * (1 - double(i) / 64), s = i == 0 ? 0 : double(i) * double(i) / (double(i) + slow) / 64;
        table[i] = mix(mix(style.background, towards, s), mix(towards, into, s), s);
    }
    return table;
}

std::array<Colour, 256> particle_table(const CanvasStyle& style, bool diverging) {
    std::array<Colour, 256> table;
    const auto heat = heat_table(style);
    for (int i = 0; i < 256; ++i) {
        Colour& entry = table[static_cast<std::size_t>(i)];
        if (!diverging) {
            const double at = 64 + 191.0 * i / 255;
            const auto k = std::min<std::size_t>(254, static_cast<std::size_t>(at));
            entry = mix(heat[k], heat[k + 1], at - static_cast<double>(k));
            continue;
        }
        const double s = (i - 127.5) / 127.5, distance = std::abs(s), chroma = 52 * std::pow(distance, 0.8), hue = (s < 0 ? 268 : 48) * std::numbers::pi / 180;
        entry = from_lab(style.dark ? 92 - 32 * distance : 30 + 24 * distance, chroma * std::cos(hue), chroma * std::sin(hue));
    }
    return table;
}

std::array<Colour, 256> difference_table(const CanvasStyle& style) {
    std::array<Colour, 256> table;
    for (int i = 0; i < 256; ++i) {
        const double distance = (std::abs(i - 127.5) - 0.5) / 127, lightness = style.dark ? 72 : 45, hue = (i < 128 ? 268 : 48) * std::numbers::pi / 180;
        const double chroma = style.dark ? 40 : 48;
        table[static_cast<std::size_t>(i)] = mix(style.background, from_lab(lightness, chroma * std::cos(hue), chroma * std::sin(hue)), std::pow(distance, 0.8));
    }
    return table;
}

}  // namespace pf::render
