#pragma once
#include <vector>

#include "app/render/offscreen.h"
#include "app/render/renderer.h"
#include "tests/catch.h"

namespace pf::render {

// One context for all tests of the program.
inline const OffscreenContext& context() {
    static const OffscreenContext made;
    return made;
}

// A pane of its own framebuffer, 100 pixels a unit, looking at the origin.
struct Stage {
    explicit Stage(int width_ = 200, int height_ = 160) : width(width_), height(height_), framebuffer((context(), width_), height_) {
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
