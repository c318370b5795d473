#include "app/render/splat.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "app/render/trails.h"

namespace pf::render {
namespace {

constexpr float largest_radius = 32;    // pixels
constexpr std::uint64_t most_in_a_pixel = 1000;  // · 63 still fits a 16-bit lane

// A fast hash of memory: four independent lanes, eight bytes each.
std::uint64_t hash(const void* data, std::size_t bytes, std::uint64_t seed) {
    constexpr std::uint64_t factor = 0x9e3779b97f4a7c15u;
    std::array<std::uint64_t, 4> lanes{seed, seed ^ 1, seed ^ 2, seed ^ 3};
    const auto* from = static_cast<const unsigned char*>(data);
    std::array<std::uint64_t, 4> block;
    for (; bytes >= sizeof block; from += sizeof block, bytes -= sizeof block) {
        std::memcpy(block.data(), from, sizeof block);
        for (std::size_t i = 0; i < 4; ++i) {
            lanes[i] = (lanes[i] ^ block[i]) * factor;
            lanes[i] ^= lanes[i] >> 32;
        }
    }
    block = {bytes + 1, 0, 0, 0};
    if (bytes > 0) std::memcpy(block.data() + 1, from, std::min<std::size_t>(bytes, 24));
    if (bytes > 24) std::memcpy(block.data(), from + 24, bytes - 24);
    std::uint64_t result = seed;
    for (std::size_t i = 0; i < 4; ++i) result = ((result ^ lanes[i]) * factor ^ block[i]) * factor, result ^= result >> 29;
    return result;
}

std::uint64_t content_hash(const PaneFrame& frame) {
    const std::array<double, 10> view{double(frame.viewport.width), double(frame.viewport.height), frame.camera.x, frame.camera.y, frame.camera.units_per_pixel,
                                     frame.particle_radius, frame.stale ? 1.0 : 0.0, frame.trail_opacity, frame.trail_size, frame.particle_cover};
    std::uint64_t result = hash(view.data(), sizeof view, 1);
    const auto add = [&](const Points* points) {
        if (points != nullptr) result = hash(points->data(), static_cast<std::size_t>(points->size()) * sizeof(float), result + 1);
    };
    for (const Points* slice : frame.trail) add(slice);
    result ^= 0x55;
    add(frame.particles);
    return hash(frame.particle_colours.data(), frame.particle_colours.size_bytes(), result);
}

Colour colour_of(const PaneFrame& frame, Eigen::Index particle) {
    const auto& colours = frame.particle_colours;
    if (colours.empty()) return {255, 255, 255, 255};
    return colours.size() == 1 ? colours[0] : colours[std::min(static_cast<std::size_t>(particle), colours.size() - 1)];
}

// World to canvas pixels: x · scale + offset.
struct Map {
    float scale, x, y;
};
Map canvas_map(const PaneFrame& frame, int border, float shift) {
    const double scale = 1 / frame.camera.units_per_pixel;
    return {static_cast<float>(scale), static_cast<float>(0.5 * frame.viewport.width - frame.camera.x * scale + border - shift),
            static_cast<float>(0.5 * frame.viewport.height - frame.camera.y * scale + border - shift)};
}

// A particle's colour, premultiplied, for two pixels.
TwoPixels paint_of(const PaneFrame& frame, Eigen::Index particle) {
    const Colour colour = frame.stale ? faded(colour_of(frame, particle)) : colour_of(frame, particle);
    const int alpha = colour.a + (colour.a >> 7);
    const auto times_alpha = [&](std::uint8_t c) { return static_cast<std::uint16_t>(c * alpha >> 8); };
    const std::uint16_t r = times_alpha(colour.r), g = times_alpha(colour.g), b = times_alpha(colour.b), a = colour.a;
    return TwoPixels{b, g, r, a, b, g, r, a};
}

int count_non_finite(const Points& points) {
    int count = 0;
    for (Eigen::Index i = 0; i < points.rows(); ++i) count += std::isfinite(points(i, 0) + points(i, 1)) ? 0 : 1;
    return count;
}

PixelBox joined(PixelBox a, PixelBox b) {
    if (a.empty()) return b;
    if (b.empty()) return a;
    return {std::min(a.x0, b.x0), std::min(a.y0, b.y0), std::max(a.x1, b.x1), std::max(a.y1, b.y1)};
}

}  // namespace

Colour faded(Colour colour) {
    const double grey = 0.2126 * colour.r + 0.7152 * colour.g + 0.0722 * colour.b;
    const auto towards_grey = [&](std::uint8_t c) { return static_cast<std::uint8_t>(std::lround(c + stale_fade * (grey - c))); };
    return {towards_grey(colour.r), towards_grey(colour.g), towards_grey(colour.b), colour.a};
}

// Puts one stamp at world positions.
class SplatCanvas::Brush {
public:
    Brush(SplatCanvas& canvas, const PaneFrame& frame, const Stamp& stamp)
        : stamp_(&stamp), map_(canvas_map(frame, canvas.border_, stamp.reach())), pixels_(canvas.canvas_.data()), pitch_(canvas.pitch()), rows_(stamp.height()),
          cells_(stamp.cells()), border_(canvas.border_), width_(canvas.width_), height_(canvas.height_),
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
            note(x, y), note(x + last * dx, y + last * dy);
            for (int i = 0; i < dots; ++i) blend(x + float(i) * dx, y + float(i) * dy, colour);
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
        if (covers(x, y)) note(x, y), blend(x, y, colour);
    }
    bool covers(float x, float y) const { return x >= 0 && x < limit_x_ && y >= 0 && y < limit_y_; }
    void note(float x, float y) {
        const int column = static_cast<int>(x), row = static_cast<int>(y);
        x0_ = std::min(x0_, column), x1_ = std::max(x1_, column), y0_ = std::min(y0_, row), y1_ = std::max(y1_, row);
    }
    void blend(float x, float y, TwoPixels colour) {
        const auto quarter_x = static_cast<unsigned>(static_cast<int>(x * Stamp::phases)), quarter_y = static_cast<unsigned>(static_cast<int>(y * Stamp::phases));
        const Stamp::Cell* cell = stamp_->at(static_cast<int>(quarter_x % Stamp::phases), static_cast<int>(quarter_y % Stamp::phases));
        std::uint32_t* to = pixels_ + static_cast<std::ptrdiff_t>(quarter_y / Stamp::phases) * pitch_ + quarter_x / Stamp::phases;
        if (rows_ == 2) {  // the dots of trails
            blend_two(to, cell[0], colour, colour[3]);
            blend_two(to + pitch_, cell[1], colour, colour[3]);
            return;
        }
        for (int j = 0; j < rows_; ++j, to += pitch_)
            for (int k = 0; k < cells_; ++k) blend_two(to + 2 * k, *cell++, colour, colour[3]);
    }

    const Stamp* stamp_;
    Map map_;
    std::uint32_t* pixels_;
    int pitch_, rows_, cells_, border_, width_, height_;
    float limit_x_, limit_y_;
    int x0_, y0_, x1_ = -1, y1_ = -1;
};

bool SplatCanvas::draw(const PaneFrame& frame) {
    const std::uint64_t content = content_hash(frame);
    changed_ = {};
    if (content == content_) return false;
    if (stamps_.size() > 64) stamps_.clear();  // here only: brushes point into it
    const PixelBox before = painted_;
    const float radius = std::clamp(frame.particle_radius, 0.25f, largest_radius);
    const bool dense = frame.particles != nullptr && frame.particles->rows() > most_discs;
    const Stamp& disc = stamp(radius, true);
    const int border = 2 * disc.cells() + 2;
    const bool resized = frame.viewport.width != width_ || frame.viewport.height != height_ || border != border_;
    if (resized)
        resize(frame.viewport.width, frame.viewport.height, border);
    else
        clear();
    content_ = content;
    culled_ = frame.particles != nullptr && !dense ? count_non_finite(*frame.particles) : 0;

    draw_trails(frame);
    if (dense)
        draw_density(frame, *frame.particles);
    else if (frame.particles != nullptr)
        draw_discs(frame, disc);
    if (frame.particle_cover < 1) thin(frame.particle_cover);
    changed_ = resized ? PixelBox{0, 0, width_, height_} : joined(before, painted_);
    return true;
}

void SplatCanvas::resize(int width, int height, int border) {
    width_ = width, height_ = height, border_ = border;
    painted_ = {};
    const auto size = static_cast<std::size_t>(pitch()) * static_cast<std::size_t>(height_ + 2 * border_);
    canvas_.assign(size, 0);
    sums_.clear();
}

void SplatCanvas::clear() {
    for (int y = painted_.y0; y < painted_.y1; ++y) {
        std::uint32_t* row = canvas_.data() + origin() + static_cast<std::ptrdiff_t>(y) * pitch();
        std::fill(row + painted_.x0, row + painted_.x1, 0u);
    }
    painted_ = {};
}

void SplatCanvas::thin(float cover) {
    const auto share = static_cast<std::uint32_t>(std::lround(256 * cover));
    for (int y = painted_.y0; y < painted_.y1; ++y) {
        std::uint32_t* row = canvas_.data() + origin() + static_cast<std::ptrdiff_t>(y) * pitch();
        for (int x = painted_.x0; x < painted_.x1; ++x)
            row[x] = ((row[x] & 0xff00ff) * share >> 8 & 0xff00ff) | ((row[x] >> 8 & 0xff00ff) * share & 0xff00ff00);
    }
}

const Stamp& SplatCanvas::stamp(float radius, bool rim) {
    const int eighths = std::max(2, static_cast<int>(std::lround(8 * radius)));
    const auto found = stamps_.find(rim ? eighths : -eighths);
    if (found != stamps_.end()) return found->second;
    const float exact = float(eighths) / 8;
    return stamps_.emplace(rim ? eighths : -eighths, Stamp(exact, rim ? 0.35f * std::min(1.f, exact) + 0.15f * exact : 0, 0.5f)).first->second;
}

void SplatCanvas::draw_discs(const PaneFrame& frame, const Stamp& disc) {
    Brush brush(*this, frame, disc);
    const Points& points = *frame.particles;
    for (Eigen::Index i = 0; i < points.rows(); ++i) brush.put(points(i, 0), points(i, 1), paint_of(frame, i), 256);
    painted_ = joined(painted_, brush.touched());
}

void SplatCanvas::draw_trails(const PaneFrame& frame) {
    const Trails trails(frame, border_);
    const float spacing = std::max(1.f, static_cast<float>(trails.length() / most_line_dots));
    const auto share = static_cast<float>(trails.share(std::min(trails.length(), 3.0 * most_line_dots)));  // dots that are apart cover less than lines
    struct Pen {
        const Trails::Slice& slice;
        Brush brush;
        std::uint16_t opacity;  // of a dot, in 1/256
    };
    std::vector<Pen> pens;
    for (const Trails::Slice& slice : trails.slices()) {
        const float apart = std::min(1.f, spacing / slice.width);  // in dots: closer ones lie over each other and are paler
        const auto opacity = static_cast<std::uint16_t>(std::lround(256 * (1 - std::pow(1 - share * slice.opacity, apart))));
        pens.push_back({slice, Brush(*this, frame, stamp(slice.width / 2, false)), opacity});
    }
    // Particle by particle: its trail is one neighbourhood of the canvas.
    const Eigen::Index stride = 1 + trails.count() * static_cast<Eigen::Index>(pens.size()) / (most_trail_dots + 1);
    for (Eigen::Index i = 0; i < trails.count(); i += stride) {
        const TwoPixels paint = paint_of(frame, i);
        const float first = spacing > 1 ? static_cast<float>(i * 0x9e37 & 0xffff) / 0x10000 : 0;  // apart, dots of many trails would show patterns
        for (Pen& pen : pens)
            if (const Way way = trails.way(pen.slice, i); way.length >= 0) pen.brush.put(way, 1 / spacing, first, paint, pen.opacity);
    }
    for (const Pen& pen : pens) painted_ = joined(painted_, pen.brush.touched());
}

void SplatCanvas::draw_density(const PaneFrame& frame, const Points& points) {
    const auto count = points.rows();
    const int block = std::clamp(static_cast<int>(std::lround(frame.particle_radius / (count <= 250'000 ? 0.75f : 1.5f))), 1, 4);
    const Map map = canvas_map(frame, 0, 0.5f * float(block - 1));
    const float last_x = std::nextafter(float(width_ - block + 1), 0.f), last_y = std::nextafter(float(height_ - block + 1), 0.f), wide = float(width_);
    const auto outside = static_cast<int>(width_ * height_);  // a place for all that is not on the pane
    sums_.resize(static_cast<std::size_t>(outside) + 1);
    const auto spread_alive = [](Colour c) { return std::uint64_t(c.b >> 2) | std::uint64_t(c.g >> 2) << 16 | std::uint64_t(c.r >> 2) << 32 | std::uint64_t(1) << 48; };
    const auto spread = [&](Colour c) { return spread_alive(frame.stale ? faded(c) : c); };
    const auto& colours = frame.particle_colours;
    const bool each = colours.size() > 1;
    const std::uint64_t same = spread(colour_of(frame, 0));
    const auto add = [&](std::uint64_t& sum, std::uint64_t paint) {
        if (sum >> 48 < most_in_a_pixel) sum += paint;
    };
    // First where a few hundred lie and what they add, without a branch, so that it is vectorised; then the adding, which waits for memory and not for that.
    std::array<int, 512> place;
    std::array<float, place.size()> moved;
    std::array<std::uint64_t, place.size()> paint;
    paint.fill(same);
    int lost = 0;
    for (Eigen::Index first = 0; first < count; first += static_cast<Eigen::Index>(place.size())) {
        const auto n = static_cast<std::size_t>(std::min(count - first, static_cast<Eigen::Index>(place.size())));
        const float *px = points.data() + first, *py = px + count;
        for (std::size_t i = 0; i < n; ++i) {
            const float column = px[i] * map.scale + map.x, row = py[i] * map.scale + map.y;
            const float on_x = std::min(std::max(0.f, column), last_x), on_y = std::min(std::max(0.f, row), last_y);
            // Rows times width in floating point, exact below 2²⁴ pixels: the baseline has no such product of integers.
            place[i] = static_cast<int>(float(static_cast<int>(on_y)) * wide) + static_cast<int>(on_x);
            moved[i] = std::abs(on_x - column) + std::abs(on_y - row);
        }
        // A loop of its own: the compiler would not compute a place that may not be needed.
        for (std::size_t i = 0; i < n; ++i) {
            const float sum = px[i] + py[i];
            place[i] = moved[i] == 0 ? place[i] : outside;  // NaN is outside too
            lost += sum - sum == 0 ? 0 : 1;
        }
        if (each && !frame.stale && static_cast<std::size_t>(first) + n <= colours.size())
            for (std::size_t i = 0; i < n; ++i) paint[i] = spread_alive(colours[static_cast<std::size_t>(first) + i]);
        else if (each)
            for (std::size_t i = 0; i < n; ++i) paint[i] = spread(colours[std::min(static_cast<std::size_t>(first) + i, colours.size() - 1)]);
        for (std::size_t i = 0; i < n; ++i) {
            __builtin_prefetch(sums_.data() + place[std::min(i + 16, n - 1)], 1);
            std::uint64_t* to = sums_.data() + place[i];
            if (block == 1) {
                add(*to, paint[i]);
                continue;
            }
            if (place[i] == outside) continue;
            for (int j = 0; j < block; ++j, to += width_)
                for (int k = 0; k < block; ++k) add(to[k], paint[i]);
        }
    }
    culled_ = lost;
    sums_.back() = 0;
    // Opacity of n particles in a pixel: 1 − (1 − a)ⁿ.
    const double single = 0.9 * std::sqrt(double(most_discs) / double(count)) * colour_of(frame, 0).a / 255.0;
    std::vector<float> opacity(most_in_a_pixel + 1);
    for (std::size_t n = 0; n < opacity.size(); ++n) opacity[n] = static_cast<float>(1 - std::pow(1 - single, double(n)));
    resolve(opacity);
}

void SplatCanvas::resolve(const std::vector<float>& opacity) {
    PixelBox box{width_, height_, 0, 0};
    for (int y = 0; y < height_; ++y) {
        std::uint64_t* sum = sums_.data() + static_cast<std::ptrdiff_t>(y) * width_;
        auto* pixel = reinterpret_cast<std::uint8_t*>(canvas_.data() + origin() + static_cast<std::ptrdiff_t>(y) * pitch());
        for (int x = 0; x < width_; ++x) {
            if (sum[x] == 0) continue;
            box = {std::min(box.x0, x), std::min(box.y0, y), std::max(box.x1, x + 1), y + 1};
            const std::uint64_t lanes = std::exchange(sum[x], 0u), n = lanes >> 48;
            const float alpha = opacity[n], share = alpha * (255.0f / 63.0f) / float(n);
            const std::array<float, 4> paint{share * float(lanes & 0xffff), share * float(lanes >> 16 & 0xffff), share * float(lanes >> 32 & 0xffff), 255 * alpha};
            for (int c = 0; c < 4; ++c) {
                std::uint8_t& channel = pixel[4 * x + c];
                channel = static_cast<std::uint8_t>(paint[static_cast<std::size_t>(c)] + (1 - alpha) * float(channel) + 0.5f);
            }
        }
    }
    painted_ = joined(painted_, box);
}

}  // namespace pf::render
