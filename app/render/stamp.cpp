#include "app/render/stamp.h"

#include <cmath>

namespace pf::render {
namespace {

// Share of pixel (column, row) within `radius` of (centre_x, centre_y).
float covered(int column, int row, float centre_x, float centre_y, float radius) {
    constexpr int samples = 16;
    int inside = 0;
    for (int j = 0; j < samples; ++j)
        for (int i = 0; i < samples; ++i) {
            const float dx = float(column) + (float(i) + 0.5f) / samples - centre_x;
            const float dy = float(row) + (float(j) + 0.5f) / samples - centre_y;
            inside += dx * dx + dy * dy <= radius * radius ? 1 : 0;
        }
    return float(inside) / (samples * samples);
}

}  // namespace

Stamp::Stamp(float radius, float rim, float rim_opacity)
    : reach_(radius + rim), height_(static_cast<int>(std::ceil(2 * reach_ + 1))), cells_((height_ + 1) / 2) {
    table_.reserve(static_cast<std::size_t>(phases * phases * height_ * cells_));
    for (int phase_y = 0; phase_y < phases; ++phase_y)
        for (int phase_x = 0; phase_x < phases; ++phase_x)
            for (int row = 0; row < height_; ++row)
                for (int cell = 0; cell < cells_; ++cell) {
                    Cell entry{};
                    for (int pixel = 0; pixel < 2; ++pixel) {
                        const float x = reach_ + (float(phase_x) + 0.5f) / phases, y = reach_ + (float(phase_y) + 0.5f) / phases;
                        const float disc = covered(2 * cell + pixel, row, x, y, radius);
                        const float dark = rim > 0 ? rim_opacity * (covered(2 * cell + pixel, row, x, y, reach_) - disc) : 0;
                        for (int channel = 0; channel < 4; ++channel) {
                            const int lane = 4 * pixel + channel;
                            entry.cover[lane] = static_cast<std::uint16_t>(std::lround(256 * (disc + dark)));
                            entry.ink[lane] = channel == 3 ? entry.cover[lane] : static_cast<std::uint16_t>(std::lround(256 * disc));
                        }
                    }
                    table_.push_back(entry);
                }
}

}  // namespace pf::render
