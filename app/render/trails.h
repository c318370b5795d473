#pragma once
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
    // `border`: pixels of the canvas around the pane.
    explicit Trails(const PaneFrame& frame, int border = 0);

    struct Slice {
        const Points *points, *next;  // the line goes on to the same row of the next, if there is one
        float opacity;                // of the line, which grows towards the particle
        float width;                  // of the line, pixels
    };
    const std::vector<Slice>& slices() const { return slices_; }
    Eigen::Index count() const { return count_; }  // of particles that have one
    // What of the way from a slice on lies on the canvas.
    Way way(const Slice& slice, Eigen::Index particle) const;
    double length() const { return length_; }  // of all on the canvas, pixels, from a part of them where there are many
    // By what opacities are to be multiplied so that all trails together, of which `drawn` pixels are drawn, leave what is behind them in sight, 0 … 1.
    double share(double drawn) const;

private:
    void measure();
    std::vector<Slice> slices_;
    Eigen::Index count_ = 0;
    float scale_, x_, y_, width_, height_;  // pixels = x · scale + offset; of the canvas
    double length_ = 0, area_;              // where most of them lie, square pixels
};

}  // namespace pf::render
