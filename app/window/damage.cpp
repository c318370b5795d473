#include "app/window/damage.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace pf {
namespace {

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    std::uint64_t h = (a ^ (b * 0x9e3779b97f4a7c15u)) * 0xff51afd7ed558ccdu;
    return h ^ h >> 32;
}

std::uint64_t hash_of(const ImDrawVert& vertex) {
    std::uint64_t at, texel;
    static_assert(sizeof vertex.pos == sizeof at && sizeof vertex.uv == sizeof texel);
    std::memcpy(&at, &vertex.pos, sizeof at);
    std::memcpy(&texel, &vertex.uv, sizeof texel);
    return mixed(mixed(at, texel), vertex.col);
}

std::uint64_t pair(float a, float b) { return std::bit_cast<std::uint32_t>(a) | static_cast<std::uint64_t>(std::bit_cast<std::uint32_t>(b)) << 32; }

PixelRect joined(const PixelRect& a, const PixelRect& b) { return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)}; }
long area(const PixelRect& r) { return r.empty() ? 0 : static_cast<long>(r.x1 - r.x0) * (r.y1 - r.y0); }

// ImGui's coordinates to pixels.
struct Pixels {
    ImVec2 origin, scale;
    explicit Pixels(const ImDrawData& frame) : origin(frame.DisplayPos), scale(frame.FramebufferScale) {}
    float x(float v) const { return (v - origin.x) * scale.x; }
    float y(float v) const { return (v - origin.y) * scale.y; }
    float back_x(int v) const { return static_cast<float>(v) / scale.x + origin.x; }
    float back_y(int v) const { return static_cast<float>(v) / scale.y + origin.y; }
};

}  // namespace

PixelRect common(const PixelRect& a, const PixelRect& b) { return {std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)}; }

void Damage::hash_tiles(const ImDrawData& frame) {
    const Pixels pixels(frame);
    tiles_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_), 0);
    const auto tile = [](float v, int size, int count) { return std::clamp(static_cast<int>(std::floor(std::clamp(v, -1e6f, 1e6f) / static_cast<float>(size))), 0, count - 1); };
    for (int l = 0; l < frame.CmdListsCount; ++l) {
        const ImDrawList& list = *frame.CmdLists[l];
        vertices_.resize(static_cast<std::size_t>(list.VtxBuffer.Size));
        for (int i = 0; i < list.VtxBuffer.Size; ++i) vertices_[static_cast<std::size_t>(i)] = hash_of(list.VtxBuffer[i]);
        for (const ImDrawCmd& command : list.CmdBuffer) {
            if (command.UserCallback) everything();  // may draw anything anywhere
            const ImVec4& c = command.ClipRect;
            const float left = pixels.x(c.x), top = pixels.y(c.y), right = pixels.x(c.z), bottom = pixels.y(c.w);
            if (!(right > left && bottom > top)) continue;
            const auto texture = (std::uint64_t)command.GetTexID();  // a pointer or an integer, as the version has it
            for (unsigned int e = 0; e + 2 < command.ElemCount; e += 3) {
                float x0 = std::numeric_limits<float>::max(), y0 = x0, x1 = -x0, y1 = -x0;
                std::uint64_t triangle = texture;
                for (unsigned int k = 0; k < 3; ++k) {
                    const auto index = command.VtxOffset + list.IdxBuffer[static_cast<int>(command.IdxOffset + e + k)];
                    const ImVec2& at = list.VtxBuffer[static_cast<int>(index)].pos;
                    const float x = pixels.x(at.x), y = pixels.y(at.y);
                    x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y);
                    triangle = mixed(triangle, vertices_[index]);
                }
                x0 = std::max(x0, left), y0 = std::max(y0, top), x1 = std::min(x1, right), y1 = std::min(y1, bottom);
                if (!(x1 >= x0 && y1 >= y0)) continue;
                const int first = tile(x0 - 1, tile_width, columns_), last = tile(x1 + 1, tile_width, columns_);
                const int highest = tile(y0 - 1, tile_height, rows_), lowest = tile(y1 + 1, tile_height, rows_);
                for (int row = highest; row <= lowest; ++row)
                    for (int column = first; column <= last; ++column) {
                        std::uint64_t& hash = tiles_[static_cast<std::size_t>(row * columns_ + column)];
                        hash = mixed(hash, triangle);
                        // As much of the clip rectangle as there is in the tile: that it moves elsewhere makes no difference here.
                        const float tile_x = static_cast<float>(column * tile_width), tile_y = static_cast<float>(row * tile_height);
                        if (left <= tile_x && top <= tile_y && right >= tile_x + tile_width && bottom >= tile_y + tile_height) continue;
                        hash = mixed(mixed(hash, pair(std::max(left, tile_x), std::max(top, tile_y))), pair(std::min(right, tile_x + tile_width), std::min(bottom, tile_y + tile_height)));
                    }
            }
        }
    }
}

// Runs of a row, with the same run of the rows below; then, while they are too many, the two whose common box adds least.
void Damage::join_tiles() {
    const auto at = [&](int column, int row) { return static_cast<std::size_t>(row * columns_ + column); };
    for (int row = 0; row < rows_; ++row)
        for (int column = 0; column < columns_; ++column) {
            if (!dirty_[at(column, row)]) continue;
            int end = column;
            while (end < columns_ && dirty_[at(end, row)]) ++end;
            const auto whole = [&](int r) {
                for (int c = column; c < end; ++c)
                    if (!dirty_[at(c, r)]) return false;
                return true;
            };
            int below = row;
            for (; below < rows_ && whole(below); ++below)
                for (int c = column; c < end; ++c) dirty_[at(c, below)] = false;
            rects_.push_back(common({column * tile_width, row * tile_height, end * tile_width, below * tile_height}, {0, 0, width_, height_}));
        }
    const auto join = [&](std::size_t first, std::size_t second) {
        rects_[first] = joined(rects_[first], rects_[second]);
        rects_.erase(rects_.begin() + static_cast<std::ptrdiff_t>(second));
    };
    while (rects_.size() > most_rects) {
        std::size_t first = 0, second = 1;
        long least = std::numeric_limits<long>::max();
        for (std::size_t i = 0; i < rects_.size(); ++i)
            for (std::size_t j = i + 1; j < rects_.size(); ++j) {
                const long added = area(joined(rects_[i], rects_[j])) - area(rects_[i]) - area(rects_[j]);
                if (added < least) least = added, first = i, second = j;
            }
        join(first, second);
    }
    // What is drawn twice is blended twice.
    for (std::size_t i = 0; i < rects_.size(); ++i)
        for (std::size_t j = i + 1; j < rects_.size(); ++j)
            if (!common(rects_[i], rects_[j]).empty()) join(i, j), i = 0, j = 0;
}

const std::vector<PixelRect>& Damage::of(const ImDrawData& frame, std::span<const PixelRect> always) {
    const int width = static_cast<int>(frame.DisplaySize.x * frame.FramebufferScale.x), height = static_cast<int>(frame.DisplaySize.y * frame.FramebufferScale.y);
    if (width != width_ || height != height_) {
        width_ = width, height_ = height;
        columns_ = std::max(1, (width + tile_width - 1) / tile_width), rows_ = std::max(1, (height + tile_height - 1) / tile_height);
        everything(frames_of_another_size);
    }
    before_.swap(tiles_);
    hash_tiles(frame);
    rects_.clear();
    if (whole_ > 0 || before_.size() != tiles_.size()) {
        whole_ = std::max(0, whole_ - 1);
        rects_.push_back({0, 0, width, height});
        return rects_;
    }
    dirty_.resize(tiles_.size());
    for (std::size_t i = 0; i < tiles_.size(); ++i) dirty_[i] = tiles_[i] != before_[i];
    for (const PixelRect& rect : always) {
        const PixelRect r = common(rect, {0, 0, width, height});
        if (r.empty()) continue;
        for (int row = r.y0 / tile_height; row <= (r.y1 - 1) / tile_height; ++row)
            for (int column = r.x0 / tile_width; column <= (r.x1 - 1) / tile_width; ++column) dirty_[static_cast<std::size_t>(row * columns_ + column)] = true;
    }
    join_tiles();
    return rects_;
}

void with_clip(ImDrawData& frame, const PixelRect& rect, const std::function<void()>& draw) {
    const Pixels pixels(frame);
    const float height = frame.DisplaySize.y * pixels.scale.y;
    // The pixels that the backend takes a clip rectangle for: it cuts off the fractions of corner and size, seen from below.
    const auto scissor = [&](const ImVec4& c) {
        const float left = pixels.x(c.x), top = pixels.y(c.y), right = pixels.x(c.z), bottom = pixels.y(c.w);
        const int x = static_cast<int>(left), y = static_cast<int>(height - bottom), wide = static_cast<int>(right - left), high = static_cast<int>(bottom - top);
        return PixelRect{x, static_cast<int>(height) - y - high, x + wide, static_cast<int>(height) - y};
    };
    std::vector<ImVec4> before;
    for (int l = 0; l < frame.CmdListsCount; ++l)
        for (ImDrawCmd& command : frame.CmdLists[l]->CmdBuffer) {
            before.push_back(command.ClipRect);
            const PixelRect r = common(scissor(command.ClipRect), rect);
            command.ClipRect = {pixels.back_x(r.x0), pixels.back_y(r.y0), pixels.back_x(r.x1), pixels.back_y(r.y1)};
        }
    draw();
    std::size_t next = 0;
    for (int l = 0; l < frame.CmdListsCount; ++l)
        for (ImDrawCmd& command : frame.CmdLists[l]->CmdBuffer) command.ClipRect = before[next++];
}

}  // namespace pf
