#pragma once
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "app/render/offscreen.h"
#include "app/render/renderer.h"
#include "tests/catch.h"

namespace pf::render {

inline const Colour white{255, 255, 255, 255};

inline Points points(std::initializer_list<std::pair<float, float>> list) {
    Points result(static_cast<Eigen::Index>(list.size()), 2);
    Eigen::Index i = 0;
    for (const auto& [x, y] : list) result.row(i++) << x, y;
    return result;
}

// Uniform on [−1, 1]², the same on every machine.
inline Points scattered(Eigen::Index count, std::uint64_t state) {
    Points result(count, 2);
    for (Eigen::Index i = 0; i < result.size(); ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        result.data()[i] = float(state >> 40) / float(1 << 23) - 1;
    }
    return result;
}

// One context for all tests of the program.
inline const OffscreenContext& context() {
    static const OffscreenContext made;
    return made;
}

// A pane of its own framebuffer, 100 pixels a unit, looking at the origin.
struct Stage {
    explicit Stage(int width_ = 200, int height_ = 160, bool by_card = false) : width(width_), height(height_), framebuffer((context(), width_), height_), renderer(by_card) {
        frame.viewport = {0, 0, width, height};
        frame.camera = {0, 0, 0.01};
        style.background = {0, 0, 0, 255};
    }
    std::vector<std::uint8_t> draw() {
        framebuffer.bind();
        renderer.draw(0, frame, style);
        std::vector<std::uint8_t> pixels;
        framebuffer.read(pixels);
        return pixels;
    }
    // Column from the left, row from the bottom.
    Colour at(const std::vector<std::uint8_t>& pixels, int column, int row) const {
        const auto i = 4 * (static_cast<std::size_t>(height - 1 - row) * static_cast<std::size_t>(width) + static_cast<std::size_t>(column));
        return {pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]};
    }
    int width, height;
    Framebuffer framebuffer;
    Renderer renderer;
    PaneFrame frame;
    CanvasStyle style;
};

// Sum, and centre from the lower left, of one channel in units of 255.
struct Blob {
    double area = 0, x = 0, y = 0;
};
inline Blob blob(const Stage& stage, const std::vector<std::uint8_t>& pixels) {
    Blob blob;
    for (int row = 0; row < stage.height; ++row)
        for (int column = 0; column < stage.width; ++column) {
            const double share = stage.at(pixels, column, row).r / 255.0;
            blob.area += share, blob.x += share * (column + 0.5), blob.y += share * (row + 0.5);
        }
    blob.x /= blob.area, blob.y /= blob.area;
    return blob;
}

}  // namespace pf::render
