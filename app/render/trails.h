#pragma once
#include <algorithm>
#include <vector>

#include "app/render/renderer.h"

namespace pf::render {

// A straight way across a canvas: from (x, y) by (dx, dy), pixels, y upwards. None: negative length.
struct Way {
    float x, y, dx, dy, length;
};

// The trails of a frame as lines: from slice to slice, oldest first, and on to the particle. The frame must outlive them.
class Trails {
public:
    static constexpr Eigen::Index most_ways = 250'000;  // slices times particles; beyond, every n-th particle has a trail
    static constexpr double most_dots = 150'000;        // one a pixel joins them to lines; beyond, they are further apart
    // `border`: pixels of the canvas around the pane.
    explicit Trails(const PaneFrame& frame, int border = 0);

    struct Slice {
        const Points *points, *next;  // the line goes on to the same row of the next, if there is one
        float opacity;                // of the line, which grows towards the particle
        float width;                  // of the line, pixels
    };
    const std::vector<Slice>& slices() const { return slices_; }
    Eigen::Index count() const { return count_; }    // of particles that may have one
    Eigen::Index stride() const { return 1 + count_ * static_cast<Eigen::Index>(slices_.size()) / (most_ways + 1); }  // every how many-th has one
    // What of the way from a slice on lies on the canvas.
    Way way(const Slice& slice, Eigen::Index particle) const;
    double length() const { return length_; }  // of all on the canvas, pixels, from a part of them where there are many
    // Lines are laid as dots this far from each other, pixels.
    float spacing() const { return std::max(1.f, static_cast<float>(length_ / most_dots)); }
    // By what opacities are to be multiplied so that all trails together, of which `drawn` pixels are drawn, leave what is behind them in sight, 0 … 1.
    double share(double drawn) const;
    // Of a dot in a line of such.
    float dot_opacity(const Slice& slice) const;

private:
    void measure();
    std::vector<Slice> slices_;
    Eigen::Index count_ = 0;
    float scale_, x_, y_, width_, height_;  // pixels = x · scale + offset; of the canvas
    double length_ = 0, area_;              // where most of them lie, square pixels
};

}  // namespace pf::render
