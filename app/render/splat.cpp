#include "app/render/splat.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>
#include <utility>

#include "app/render/trails.h"

namespace pf::render {
namespace {

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

// A particle's colour, premultiplied, for two pixels.
TwoPixels paint_of(const PaneFrame& frame, Eigen::Index particle) {
    const Colour colour = frame.stale ? faded(colour_of(frame, particle)) : colour_of(frame, particle);
    const int alpha = colour.a + (colour.a >> 7);
    const auto times_alpha = [&](std::uint8_t c) { return static_cast<std::uint16_t>(c * alpha >> 8); };
    const std::uint16_t r = times_alpha(colour.r), g = times_alpha(colour.g), b = times_alpha(colour.b), a = colour.a;
    return TwoPixels{b, g, r, a, b, g, r, a};
}

// From which row to which each particle goes with its trail and what is drawn there.
struct Extents {
    Eigen::ArrayXf low, high;
    Extents(const PaneFrame& frame, const Trails& trails, int border, float margin) {
        const Map map = canvas_map(frame, border, 0);
        const Eigen::Index count = std::max(trails.count(), frame.particles != nullptr ? frame.particles->rows() : 0);
        low = Eigen::ArrayXf::Constant(count, std::numeric_limits<float>::infinity());
        high = -low;
        const auto cover = [&](const Points& points) {
            for (Eigen::Index i = 0; i < points.rows(); ++i) {
                const float row = points(i, 1) * map.scale + map.y;
                low[i] = std::min(low[i], row), high[i] = std::max(high[i], row);  // NaN changes neither
            }
        };
        for (const Trails::Slice& slice : trails.slices()) cover(*slice.points);
        if (frame.particles != nullptr) cover(*frame.particles);
        low -= margin, high += margin;
    }
    // Row 0, rows between as many parts as there are threads, each with as many particles, and the row after the last.
    std::vector<unsigned> parts(unsigned threads, int rows) const {
        std::vector<float> middles;
        for (Eigen::Index i = 0; i < low.size(); i += 8)
            if (const float middle = (low[i] + high[i]) / 2; middle >= 0 && middle < static_cast<float>(rows)) middles.push_back(middle);
        std::sort(middles.begin(), middles.end());
        std::vector<unsigned> out{0};
        for (unsigned k = 1; k < threads; ++k) out.push_back(middles.empty() ? 0 : static_cast<unsigned>(middles[middles.size() * k / threads]));
        out.push_back(static_cast<unsigned>(rows));
        return out;
    }
};

}  // namespace

unsigned threads_to_spare() {
    static const unsigned spare = std::clamp(std::thread::hardware_concurrency() / 4, 1u, 4u);
    return spare;
}

Colour faded(Colour colour) {
    const double grey = 0.2126 * colour.r + 0.7152 * colour.g + 0.0722 * colour.b;
    const auto towards_grey = [&](std::uint8_t c) { return static_cast<std::uint8_t>(std::lround(c + stale_fade * (grey - c))); };
    return {towards_grey(colour.r), towards_grey(colour.g), towards_grey(colour.b), colour.a};
}

int count_non_finite(const Points& points) {
    int count = 0;
    for (Eigen::Index i = 0; i < points.rows(); ++i) count += std::isfinite(points(i, 0) + points(i, 1)) ? 0 : 1;
    return count;
}

void SplatCanvas::draw(const PaneFrame& frame, unsigned threads) {
    const std::uint64_t content = content_hash(frame);
    if (content == content_) return;
    if (stamps_.size() > 64) stamps_.clear();  // here only: brushes point into it
    const PixelBox before = painted_;
    const float radius = disc_radius(frame);
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

    draw_particles(frame, dense ? nullptr : &disc, threads);
    if (dense) draw_density(frame, *frame.particles);
    if (frame.particle_cover < 1) thin(frame.particle_cover);
    changed_ = resized ? PixelBox{0, 0, width_, height_} : joined(changed_, joined(before, painted_));
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

const Stamp& SplatCanvas::stamp(float radius, bool rimmed) {
    const int eighths = std::max(2, static_cast<int>(std::lround(8 * radius)));
    const auto found = stamps_.find(rimmed ? eighths : -eighths);
    if (found != stamps_.end()) return found->second;
    const float exact = float(eighths) / 8;
    return stamps_.emplace(rimmed ? eighths : -eighths, Stamp(exact, rimmed ? rim(exact) : 0, rim_opacity)).first->second;
}

// One slice of all trails.
struct SplatCanvas::Pen {
    const Trails::Slice& slice;
    const Stamp& dot;
    std::uint16_t opacity;  // of a dot, in 1/256
};

std::vector<SplatCanvas::Pen> SplatCanvas::pens(const Trails& trails) {
    std::vector<Pen> out;
    for (const Trails::Slice& slice : trails.slices()) out.push_back({slice, stamp(slice.width / 2, false), static_cast<std::uint16_t>(std::lround(256 * trails.dot_opacity(slice)))});
    return out;
}

// Trails, and over them the discs, unless `disc` is null.
void SplatCanvas::draw_particles(const PaneFrame& frame, const Stamp* disc, unsigned threads) {
    const Trails trails(frame, border_);
    const float spacing = trails.spacing();
    const std::vector<Pen> pens = this->pens(trails);
    const Points* points = disc != nullptr ? frame.particles : nullptr;
    const Eigen::Index discs = points != nullptr ? points->rows() : 0;
    const Canvas canvas{canvas_.data(), width_, height_, border_};
    const auto draw = [&](auto mine, const auto& passes) {
        using Own = Brush<decltype(mine)>;
        PixelBox touched;
        std::vector<Own> brushes;
        for (const Pen& pen : pens) brushes.emplace_back(canvas, frame, pen.dot, mine);
        // Particle by particle: its trail is one neighbourhood of the canvas.
        for (Eigen::Index i = 0; i < trails.count(); i += trails.stride()) {
            if (!passes(i)) continue;
            const TwoPixels paint = paint_of(frame, i);
            const float first = spacing > 1 ? static_cast<float>(i * 0x9e37 & 0xffff) / 0x10000 : 0;  // apart, dots of many trails would show patterns
            for (std::size_t k = 0; k < pens.size(); ++k)
                if (const Way way = trails.way(pens[k].slice, i); way.length >= 0) brushes[k].put(way, 1 / spacing, first, paint, pens[k].opacity);
        }
        if (discs > 0) {
            Own brush(canvas, frame, *disc, mine);
            for (Eigen::Index i = 0; i < discs; ++i)
                if (passes(i)) brush.put((*points)(i, 0), (*points)(i, 1), paint_of(frame, i), 256);
            touched = brush.touched();
        }
        for (const Own& brush : brushes) touched = joined(touched, brush.touched());
        return touched;
    };
    constexpr double worth_threads = 10'000;  // dots and discs
    if (threads < 2 || trails.length() + static_cast<double>(discs) < worth_threads) {
        painted_ = joined(painted_, draw(AllRows(), [](Eigen::Index) { return true; }));
        return;
    }
    int tallest = disc != nullptr ? disc->height() : 0;
    for (const Pen& pen : pens) tallest = std::max(tallest, pen.dot.height());
    const Extents extents(frame, trails, border_, static_cast<float>(tallest + 1));
    const std::vector<unsigned> rows = extents.parts(threads, height_ + 2 * border_);
    std::vector<PixelBox> touched(threads);
    const auto part = [&](unsigned k) {
        const auto low = static_cast<float>(rows[k]), high = static_cast<float>(rows[k + 1]);
        touched[k] = draw(Rows(rows[k], rows[k + 1]), [&](Eigen::Index i) { return extents.low[i] < high && extents.high[i] >= low; });
    };
    {
        std::vector<std::jthread> others;
        for (unsigned k = 1; k < threads; ++k) others.emplace_back(part, k);
        part(0);
    }
    for (const PixelBox& box : touched) painted_ = joined(painted_, box);
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
