#include <algorithm>
#include <cmath>

#include "app/render/renderer.h"
#include "tests/catch.h"

namespace pf::render {
namespace {

double lightness(Colour c) {  // CIE L*
    const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    const double y = 0.2126 * linear(c.r / 255.0) + 0.7152 * linear(c.g / 255.0) + 0.0722 * linear(c.b / 255.0);
    return y > 0.008856 ? 116 * std::cbrt(y) - 16 : 903.3 * y;
}

int difference(Colour a, Colour b) { return std::max({std::abs(a.r - b.r), std::abs(a.g - b.g), std::abs(a.b - b.b)}); }

struct Sample {
    std::size_t index;
    Colour colour;
};

TEST_CASE("colour maps agree with the published tables") {
    const auto agree = [](ColourMap map, std::initializer_list<Sample> samples) {
        const auto table = colour_table(map);
        for (const Sample& sample : samples) {
            INFO("entry " << sample.index);
            CHECK(difference(table[sample.index], sample.colour) <= 2);
        }
    };
    // Entries of matplotlib 3's tables.
    agree(ColourMap::viridis, {{0, {68, 1, 84}}, {32, {71, 45, 123}}, {64, {59, 82, 139}}, {100, {42, 118, 142}}, {128, {33, 145, 140}}, {160, {40, 174, 128}},
                               {200, {112, 207, 87}}, {224, {173, 220, 48}}, {255, {253, 231, 37}}});
    agree(ColourMap::cividis, {{0, {0, 34, 78}}, {32, {26, 56, 111}}, {64, {67, 78, 108}}, {100, {101, 104, 112}}, {128, {125, 124, 120}}, {160, {155, 148, 118}},
                               {200, {196, 180, 104}}, {224, {222, 201, 88}}, {255, {254, 232, 56}}});
    agree(ColourMap::magma, {{0, {0, 0, 4}}, {32, {29, 17, 71}}, {64, {81, 18, 124}}, {100, {137, 40, 129}}, {128, {183, 55, 121}}, {160, {231, 82, 99}},
                             {200, {253, 152, 105}}, {224, {254, 196, 136}}, {255, {252, 253, 191}}});
}

TEST_CASE("lightness rises through the sequential maps and mirrors in the diverging one") {
    for (const ColourMap map : {ColourMap::viridis, ColourMap::cividis, ColourMap::magma}) {
        const auto table = colour_table(map);
        // Steps of 8 entries: between neighbours rounding to 8 bits may lower L* by a few tenths.
        for (std::size_t i = 8; i < 256; i += 8) CHECK(lightness(table[i]) > lightness(table[i - 8]));
        CHECK(lightness(table[255]) - lightness(table[0]) > 60);
    }
    const auto table = colour_table(ColourMap::diverging);
    for (std::size_t i = 0; i < 128; ++i) CHECK(lightness(table[i]) == Approx(lightness(table[255 - i])).margin(1));
    CHECK(difference(table[0], table[255]) > 80);
    CHECK(lightness(table[127]) > 90);
}

TEST_CASE("the heat map's low end is the ground, dark or light") {
    for (const ColourMap map : {ColourMap::viridis, ColourMap::cividis, ColourMap::magma})
        for (const bool dark : {true, false}) {
            CanvasStyle style{dark ? Colour{16, 18, 24, 255} : Colour{255, 255, 255, 255}, dark, map};
            const auto table = heat_table(style);
            CHECK(difference(table[0], style.background) == 0);
            // No step that shows as an edge, and none that is much larger than those that follow.
            CHECK(difference(table[1], table[0]) <= 1);
            for (std::size_t i = 2; i < 64; ++i) CHECK(difference(table[i], table[i - 1]) <= 7);
            CHECK(difference(table[2], table[1]) <= 3);
            for (std::size_t i = 16; i < 256; i += 16) CHECK((lightness(table[i]) > lightness(table[i - 16])) == dark);
        }
}

TEST_CASE("differences: the ground in the middle, two hues of equal lightness at both ends, ever further from the ground") {
    for (const bool dark : {true, false}) {
        const CanvasStyle style{dark ? Colour{16, 18, 24, 255} : Colour{255, 255, 255, 255}, dark, ColourMap::viridis};
        const auto table = difference_table(style);
        CHECK((table[127] == style.background && table[128] == style.background));
        CHECK(lightness(table[0]) == Approx(lightness(table[255])).margin(3));
        CHECK(difference(table[0], table[255]) > 50);
        for (std::size_t i = 16; i < 128; i += 16) CHECK(difference(table[128 - i], style.background) > difference(table[144 - i], style.background));
        CHECK(std::abs(lightness(table[0]) - lightness(table[128])) > 45);
    }
}

TEST_CASE("colours of particles by value: clear of the ground everywhere, about a neutral middle where they diverge") {
    for (const bool dark : {true, false}) {
        const CanvasStyle style{dark ? Colour{14, 16, 22, 255} : Colour{255, 255, 255, 255}, dark, dark ? ColourMap::viridis : ColourMap::cividis};
        for (const bool diverging : {false, true}) {
            const auto table = particle_table(style, diverging);
            for (std::size_t i = 0; i < 256; i += 15) CHECK(std::abs(lightness(table[i]) - lightness(style.background)) > (diverging ? 42 : 20));
            const double first = lightness(table[0]), middle = lightness(table[128]), last = lightness(table[255]);
            if (diverging) CHECK(((first - middle) * (dark ? -1 : 1) > 15 && (last - middle) * (dark ? -1 : 1) > 15));
            else CHECK((last - first) * (dark ? 1 : -1) > 30);
        }
        const auto table = particle_table(style, true);
        CHECK(std::abs(table[127].r - table[127].b) < 12);
        CHECK(table[0].b > table[0].r + 40);
        CHECK(table[255].r > table[255].b + 40);
    }
}

}  // namespace
}  // namespace pf::render
