#include "app/panels/palette.h"

#include <algorithm>
#include <cmath>

namespace pf::panels {
namespace {

constexpr Rgb hex(unsigned value) {
    return {static_cast<float>(value >> 16 & 255u) / 255.f, static_cast<float>(value >> 8 & 255u) / 255.f, static_cast<float>(value & 255u) / 255.f};
}

constexpr Palette dark{.canvas = hex(0x0e1016), .panel = hex(0x161922), .frame = hex(0x242937), .border = hex(0x333a4b), .text = hex(0xe8ebf2),
                       .muted = hex(0xa3abbc), .accent = hex(0x6cb2ff), .warning = hex(0xf5b94e), .error = hex(0xff7b72),
                       .lanes = {hex(0x6cb2ff), hex(0xf5a54a), hex(0x4cc9a0), hex(0xe092c8)},
                       .velocity = hex(0xf0e442), .score = hex(0xff8fa3), .drift = hex(0x5ce6f0), .noise = hex(0xb9a4ff),
                       .labels = {hex(0x4ea8ff), hex(0xff9f40), hex(0x3ddc97), hex(0xff5f7e), hex(0xf2e14c), hex(0xb07cff), hex(0x5ce6f0), hex(0xc98a5e), hex(0xff8ae6), hex(0x9bc53d),
                                  hex(0xd5dbe6), hex(0x6f7dff)},
                       .dark = true};

constexpr Palette light{.canvas = hex(0xfcfcfd), .panel = hex(0xf3f5f8), .frame = hex(0xe2e6ed), .border = hex(0xc3cad5), .text = hex(0x171a21),
                        .muted = hex(0x4f5766), .accent = hex(0x0b5fb0), .warning = hex(0x8a5a00), .error = hex(0xb3261e),
                        .lanes = {hex(0x0b5fb0), hex(0xa85200), hex(0x00704f), hex(0x93307a)},
                        .velocity = hex(0x7a5c00), .score = hex(0xb0254a), .drift = hex(0x006d77), .noise = hex(0x5b3fb5),
                        .labels = {hex(0x0b5fb0), hex(0xc25a00), hex(0x00804f), hex(0xc4123f), hex(0x8f7000), hex(0x7a3fd0), hex(0x00808f), hex(0x6e4326), hex(0xc2189b), hex(0x4f7d00),
                                   hex(0x5a6270), hex(0x2f2f9e)},
                        .dark = false};

constexpr Palette projector{.canvas = hex(0xffffff), .panel = hex(0xffffff), .frame = hex(0xe9edf3), .border = hex(0x8a93a3), .text = hex(0x000000),
                            .muted = hex(0x363c47), .accent = hex(0x003f88), .warning = hex(0x633f00), .error = hex(0x8c1410),
                            .lanes = {hex(0x003f88), hex(0x843c00), hex(0x00543b), hex(0x721a5c)},
                            .velocity = hex(0x5a4300), .score = hex(0x8c1238), .drift = hex(0x006070), .noise = hex(0x5a30c0),
                            .labels = {hex(0x0b5fb0), hex(0xc25a00), hex(0x00804f), hex(0xc4123f), hex(0x8f7000), hex(0x7a3fd0), hex(0x00808f), hex(0x6e4326), hex(0xc2189b), hex(0x4f7d00),
                                       hex(0x5a6270), hex(0x2f2f9e)},
                            .dark = false};

double luminance(Rgb c) {
    const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

}  // namespace

const Palette& palette(Theme theme) {
    switch (theme) {
        case Theme::light: return light;
        case Theme::projector: return projector;
        case Theme::dark: break;
    }
    return dark;
}

double contrast(Rgb a, Rgb b) {
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

}  // namespace pf::panels
