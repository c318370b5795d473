#pragma once
#include <algorithm>
#include <cstdint>

#include "app/render/renderer.h"
#include "app/render/stamp.h"
#include "app/render/trails.h"

namespace pf::render {

// Pixels [x0, x1) × [y0, y1) of a pane.
struct PixelBox {
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    bool empty() const { return x0 >= x1 || y0 >= y1; }
};
inline PixelBox joined(PixelBox a, PixelBox b) {
    if (a.empty()) return b;
    if (b.empty()) return a;
    return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}

// Premultiplied pixels of a pane with a border around them, bottom row first.
struct Canvas {
    std::uint32_t* pixels;
    int width, height, border;  // of the pane; pixels around it
    int pitch() const { return width + 2 * border; }
};

// World to canvas pixels: x · scale + offset.
struct Map {
    float scale, x, y;
};
inline Map canvas_map(const PaneFrame& frame, int border, float shift) {
    const double scale = 1 / frame.camera.units_per_pixel;
    return {static_cast<float>(scale), static_cast<float>(0.5 * frame.viewport.width - frame.camera.x * scale + border - shift),
            static_cast<float>(0.5 * frame.viewport.height - frame.camera.y * scale + border - shift)};
}

// The rows [first, first + count) of the canvas, those of one of several threads.
class Rows {
public:
    Rows(unsigned first, unsigned end) : first_(first), count_(end - first) {}
    bool own(unsigned row) const { return row - first_ < count_; }
    // Any of the rows from `low` to `high`.
    bool own_any(unsigned low, unsigned high) const { return low < first_ + count_ && high >= first_; }
    bool own_all(unsigned low, unsigned high) const { return low >= first_ && high < first_ + count_; }

private:
    unsigned first_, count_;
};

struct AllRows {
    static constexpr bool own(unsigned) { return true; }
    static constexpr bool own_any(unsigned, unsigned) { return true; }
    static constexpr bool own_all(unsigned, unsigned) { return true; }
};

// Puts one stamp at world positions, in rows of its own.
template <class Mine>
class Brush {
public:
    Brush(const Canvas& canvas, const PaneFrame& frame, const Stamp& stamp, Mine mine)
        : mine_(mine), stamp_(&stamp), map_(canvas_map(frame, canvas.border, stamp.reach())), pixels_(canvas.pixels), pitch_(canvas.pitch()), rows_(stamp.height()),
          cells_(stamp.cells()), border_(canvas.border), width_(canvas.width), height_(canvas.height),
          limit_x_(float(pitch_ - 2 * cells_)), limit_y_(float(height_ + 2 * border_ - rows_)), x0_(pitch_), y0_(height_ + 2 * border_) {}

    // opacity in 1/256.
    void put(float world_x, float world_y, TwoPixels paint, std::uint16_t opacity) { stamp(world_x * map_.scale + map_.x, world_y * map_.scale + map_.y, paint * opacity >> 8); }
    // Dots along a way on the canvas, `per_pixel` or more a pixel, the first after this share (0 … 1) of the distance between two.
    void put(const Way& way, float per_pixel, float first, TwoPixels paint, std::uint16_t opacity) {
        const int dots = 1 + static_cast<int>(way.length * per_pixel);
        const float share = 1 / float(dots), dx = way.dx * share, dy = way.dy * share;
        const float x = way.x - stamp_->reach() + first * dx, y = way.y - stamp_->reach() + first * dy, last = float(dots - 1);
        const TwoPixels colour = paint * opacity >> 8;
        if (covers(x, y) && covers(x + last * dx, y + last * dy)) {
            const auto from = static_cast<unsigned>(y), to = static_cast<unsigned>(y + last * dy), low = std::min(from, to), high = std::max(from, to) + static_cast<unsigned>(rows_);
            if (!mine_.own_any(low, high)) return;
            note(x, y), note(x + last * dx, y + last * dy);
            const auto lay = [&](auto rows) {
                for (int i = 0; i < dots; ++i) blend(x + float(i) * dx, y + float(i) * dy, colour, rows);
            };
            if (mine_.own_all(low, high)) lay(AllRows());
            else lay(mine_);
        } else {
            for (int i = 0; i < dots; ++i) stamp(x + float(i) * dx, y + float(i) * dy, colour);
        }
    }

    PixelBox touched() const {
        if (x0_ > x1_) return {};
        return {std::max(0, x0_ - border_), std::max(0, y0_ - border_), std::min(width_, x1_ + 2 * cells_ - border_), std::min(height_, y1_ + rows_ - border_)};
    }

private:
    // x, y: of the stamp's lower left corner.
    void stamp(float x, float y, TwoPixels colour) {
        if (!covers(x, y)) return;
        const auto row = static_cast<unsigned>(y), end = row + static_cast<unsigned>(rows_);
        if (!mine_.own_any(row, end)) return;
        note(x, y);
        if (mine_.own_all(row, end)) blend(x, y, colour, AllRows());
        else blend(x, y, colour, mine_);
    }
    bool covers(float x, float y) const { return x >= 0 && x < limit_x_ && y >= 0 && y < limit_y_; }
    void note(float x, float y) {
        const int column = static_cast<int>(x), row = static_cast<int>(y);
        x0_ = std::min(x0_, column), x1_ = std::max(x1_, column), y0_ = std::min(y0_, row), y1_ = std::max(y1_, row);
    }
    void blend(float x, float y, TwoPixels colour, auto mine) {
        const auto quarter_x = static_cast<unsigned>(static_cast<int>(x * Stamp::phases)), quarter_y = static_cast<unsigned>(static_cast<int>(y * Stamp::phases));
        const Stamp::Cell* cell = stamp_->at(static_cast<int>(quarter_x % Stamp::phases), static_cast<int>(quarter_y % Stamp::phases));
        const unsigned row = quarter_y / Stamp::phases;
        std::uint32_t* to = pixels_ + static_cast<std::ptrdiff_t>(row) * pitch_ + quarter_x / Stamp::phases;
        if (rows_ == 2) {  // the dots of trails
            if (mine.own(row)) blend_two(to, cell[0], colour, colour[3]);
            if (mine.own(row + 1)) blend_two(to + pitch_, cell[1], colour, colour[3]);
            return;
        }
        for (unsigned j = 0; j < static_cast<unsigned>(rows_); ++j, to += pitch_, cell += cells_)
            if (mine.own(row + j))
                for (int k = 0; k < cells_; ++k) blend_two(to + 2 * k, cell[k], colour, colour[3]);
    }

    [[no_unique_address]] Mine mine_;
    const Stamp* stamp_;
    Map map_;
    std::uint32_t* pixels_;
    int pitch_, rows_, cells_, border_, width_, height_;
    float limit_x_, limit_y_;
    int x0_, y0_, x1_ = -1, y1_ = -1;
};

}  // namespace pf::render
