#pragma once
#include <imgui.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace pf {

// Pixels [x0, x1) × [y0, y1) of a framebuffer, y down.
struct PixelRect {
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    bool empty() const { return x0 >= x1 || y0 >= y1; }
    bool operator==(const PixelRect&) const = default;
};
PixelRect common(const PixelRect& a, const PixelRect& b);

// Where a frame of Dear ImGui differs from the frame before. Where OpenGL is computed by the processor, drawing a panel of text takes as long as a
// pane of ten thousand particles, although hardly any of it changes from frame to frame; so a picture of the window is kept and only this is drawn anew.
//
// The frame is cut into tiles. Each has a hash of the triangles that touch it, in their order, with clip rectangle and texture: equal hashes mean equal
// pixels as long as the ground under them and the textures' contents are the same, for which the caller answers. Main thread; as long as there is one ImGui context.
class Damage {
public:
    static constexpr int tile_width = 64, tile_height = 16;  // pixels
    static constexpr std::size_t most_rects = 6;             // each is a pass over the interface

    // Mesa may take over another size of the window a frame or two after the desktop told it, and its new picture is black.
    static constexpr int frames_of_another_size = 4;

    // The next frames differ everywhere: another ground, another texture under an old name; or what was drawn may be lost.
    void everything(int frames = 1) { whole_ = std::max(whole_, frames); }

    // Rectangles that hold all that differs and all of `always`, clipped to the frame, none over another. Everything in the first frames of another size.
    const std::vector<PixelRect>& of(const ImDrawData& frame, std::span<const PixelRect> always);

private:
    void hash_tiles(const ImDrawData& frame);
    void join_tiles();

    int whole_ = 1;  // frames to come
    int width_ = 0, height_ = 0, columns_ = 0, rows_ = 0;
    std::vector<std::uint64_t> tiles_, before_, vertices_;
    std::vector<bool> dirty_;
    std::vector<PixelRect> rects_;
};

// Calls `draw` while the frame's commands are cut to a rectangle, as if nothing were outside; afterwards they are as before.
void with_clip(ImDrawData& frame, const PixelRect& rect, const std::function<void()>& draw);

}  // namespace pf
