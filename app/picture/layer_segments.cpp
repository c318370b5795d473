#include "app/picture/layer_segments.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace pf {
namespace {

using render::Colour;
using render::Segment;
using Place = std::array<float, 2>;

// Slices around t, and the share of the second.
struct Around {
    std::size_t low = 0, high = 0;
    float share = 0;
};
Around around(const std::vector<double>& times, double t) {
    const auto low = static_cast<std::size_t>(slice_at(times, t)), high = std::min(low + 1, times.size() - 1);
    const double span = times[high] - times[low];
    return {low, high, static_cast<float>(span > 0 ? std::clamp((t - times[low]) / span, 0.0, 1.0) : 0.0)};
}

Colour with_alpha(Colour c, float share) {
    c.a = static_cast<std::uint8_t>(std::lround(static_cast<float>(c.a) * std::clamp(share, 0.f, 1.f)));
    return c;
}

bool seen(const Box& box, Place p) {
    const double x = static_cast<double>(p[0]), y = static_cast<double>(p[1]);
    return x >= box.x_min && x <= box.x_max && y >= box.y_min && y <= box.y_max;
}

bool crosses(const Box& box, const Segment& s) {
    return std::max(s.x0, s.x1) >= static_cast<float>(box.x_min) && std::min(s.x0, s.x1) <= static_cast<float>(box.x_max) && std::max(s.y0, s.y1) >= static_cast<float>(box.y_min) && std::min(s.y0, s.y1) <= static_cast<float>(box.y_max);
}

void stroke(Place a, Place b, const Ink& ink, Colour c, std::vector<Segment>& out) {
    if (c.a > 0 && (seen(ink.visible, a) || seen(ink.visible, b))) out.push_back({a[0], a[1], b[0], b[1], ink.half_width, c});
}

// Two strokes back from `tip`, `length` long, in the direction (ux, uy).
void head(Place tip, float ux, float uy, float length, const Ink& ink, Colour c, std::vector<Segment>& out) {
    for (const float side : {-1.f, 1.f}) stroke(tip, {tip[0] - length * (ux + side * 0.5f * uy), tip[1] - length * (uy - side * 0.5f * ux)}, ink, c, out);
}

void arrow(Place from, Place to, const Ink& ink, std::vector<Segment>& out) {
    const float dx = to[0] - from[0], dy = to[1] - from[1], length = std::hypot(dx, dy), pixel = static_cast<float>(ink.units_per_pixel);
    if (!(length > 0) || !std::isfinite(length)) return;
    stroke(from, to, ink, ink.colour, out);
    head(to, dx / length, dy / length, std::min(0.45f * length, (4 + 3 * ink.half_width) * pixel), ink, ink.colour, out);
}

// A line between its two selves.
struct Blended {
    const Streamline *a, *b;  // either may be null
    float share;
    // k steps along from the seed.
    static const Place* at(const Streamline* line, int k) {
        return line && line->start + k >= 0 && line->start + k < static_cast<int>(line->points.size()) ? &line->points[static_cast<std::size_t>(line->start + k)] : nullptr;
    }
    static float speed(const Streamline* line, int k) { return line->speed[static_cast<std::size_t>(line->start + k)]; }
    static int before(const Streamline* line) { return line ? line->start : -1; }
    static int after(const Streamline* line) { return line ? static_cast<int>(line->points.size()) - 1 - line->start : -1; }
    int first() const { return -std::max(before(a), before(b)); }
    int last() const { return std::max(after(a), after(b)); }

    struct Point {
        Place at;
        float opacity, speed;
    };
    // Beyond the end of the shorter one the longer goes on, moved so that no gap opens, and fades.
    Point point(int k) const {
        const Place *p = at(a, k), *q = at(b, k);
        if (p && q) return {{(1 - share) * (*p)[0] + share * (*q)[0], (1 - share) * (*p)[1] + share * (*q)[1]}, 1, (1 - share) * speed(a, k) + share * speed(b, k)};
        const Streamline* only = p ? a : b;
        const float opacity = p ? 1 - share : share, other = p ? share : 1 - share;
        Place here = p ? *p : *q;
        if (a && b) {
            const int joint = k < 0 ? -std::min(before(a), before(b)) : std::min(after(a), after(b));
            const Place &mine = *at(only, joint), &its = *at(p ? b : a, joint);
            here = {here[0] + other * (its[0] - mine[0]), here[1] + other * (its[1] - mine[1])};
        }
        return {here, opacity, speed(only, k)};
    }
};

constexpr int stride = 2, head_every = 56;  // in steps
constexpr float most_dashed = 20'000;       // pixels, of one segment: a longer one stays whole

void draw(const Blended& line, float fastest, double separation, const Ink& ink, std::vector<Segment>& out) {
    const auto shade = [&](const Blended::Point& p) { return with_alpha(ink.colour, p.opacity * (0.3f + 0.7f * std::min(1.f, p.speed / std::max(1e-9f, fastest)))); };
    const auto size = static_cast<float>(std::clamp(0.26 * separation, 4 * ink.units_per_pixel, 11 * ink.units_per_pixel) + 3 * static_cast<double>(ink.half_width) * ink.units_per_pixel);
    const int first = line.first(), last = line.last();
    // Counted from the seed, so that points stay where they are when the line grows.
    const int begin = first + (first % stride != 0 ? stride + first % stride : 0);
    Blended::Point p = line.point(first);
    const auto go_to = [&](int k) {
        const Blended::Point q = line.point(k);
        stroke(p.at, q.at, ink, shade(q), out);
        p = q;
    };
    for (int k = begin > first ? begin : first + stride; k <= last; k += stride) go_to(k);
    for (int k = first - first % head_every; k <= last; k += head_every) {
        if (k - 4 < first || k + 2 > last) continue;
        const Blended::Point tip = line.point(k + 2), tail = line.point(k - 2);
        const float dx = tip.at[0] - tail.at[0], dy = tip.at[1] - tail.at[1], length = std::hypot(dx, dy);
        if (length > 0) head(tip.at, dx / length, dy / length, size, ink, shade(tip), out);
    }
}

}  // namespace

void dash(std::vector<Segment>& segments, std::size_t first, double units_per_pixel, const Box& visible) {
    const std::vector<Segment> whole(segments.begin() + static_cast<std::ptrdiff_t>(first), segments.end());
    segments.resize(first);
    float travelled = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const Segment& s = whole[i];
        if (i == 0 || s.x0 != whole[i - 1].x1 || s.y0 != whole[i - 1].y1) travelled = 0;
        // Long enough that the eye follows a rough path across the gaps; round ends take a width from each.
        const float width = 2 * s.half_width, stroke = 18 + 4 * width, period = stroke + 4 + 2 * width;
        const float dx = s.x1 - s.x0, dy = s.y1 - s.y0, length = std::hypot(dx, dy) / static_cast<float>(units_per_pixel);
        if (length > most_dashed) segments.push_back(s);
        for (float done = 0; done < length && length <= most_dashed && crosses(visible, s);) {
            const float phase = std::fmod(travelled + done, period), part = std::min(length - done, (phase < stroke ? stroke : period) - phase + 0.01f);
            const float f0 = done / length, f1 = (done + part) / length;
            if (phase < stroke) segments.push_back({s.x0 + f0 * dx, s.y0 + f0 * dy, s.x0 + f1 * dx, s.y0 + f1 * dy, s.half_width, s.colour});
            done += part;
        }
        travelled = std::fmod(travelled + length, period);
    }
}

void source_mark(float x, float y, float radius, double units_per_pixel, Colour colour, std::vector<Segment>& out) {
    constexpr int sides = 10;
    const float r = radius * static_cast<float>(units_per_pixel), half_width = 0.3f * radius;
    const auto corner = [&](int k) { return Place{x + r * std::cos(0.6283185f * static_cast<float>(k % sides)), y + r * std::sin(0.6283185f * static_cast<float>(k % sides))}; };
    for (int k = 0; k < sides; ++k) {
        const Place a = corner(k), b = corner(k + 1);
        out.push_back({a[0], a[1], b[0], b[1], half_width, colour});
    }
}

// One stroke as wide as it is long. An opaque one would end round.
void data_mark(float x, float y, float radius, double units_per_pixel, Colour colour, std::vector<Segment>& out) {
    const float r = radius * static_cast<float>(units_per_pixel);
    colour.a = std::min<std::uint8_t>(colour.a, 254);
    out.push_back({x - r, y, x + r, y, radius, colour});
}

void streamline_segments(const StreamlineMovie& movie, double t, const Ink& ink, std::vector<Segment>& out) {
    if (movie.t.empty()) return;
    const Around s = around(movie.t, t);
    std::unordered_map<int, const Streamline*> next;
    if (s.high != s.low && s.share > 0)
        for (const Streamline& line : movie.lines[s.high]) next.emplace(line.seed, &line);
    for (const Streamline& line : movie.lines[s.low]) {
        const auto other = next.find(line.seed);
        const bool both = other != next.end();
        draw({&line, both ? other->second : nullptr, s.share}, movie.fastest, movie.separation, ink, out);
        if (both) next.erase(other);
    }
    if (next.empty()) return;
    for (const Streamline& line : movie.lines[s.high])
        if (next.contains(line.seed)) draw({nullptr, &line, s.share}, movie.fastest, movie.separation, ink, out);
}

void grid_segments(const GridMovie& movie, double t, const Ink& ink, const Ink& circle_ink, std::vector<Segment>& out) {
    if (movie.t.empty()) return;
    const Around s = around(movie.t, t);
    const Points &a = movie.x[s.low], &b = movie.x[s.high];
    const auto at = [&](Eigen::Index i) { return Place{(1 - s.share) * a(i, 0) + s.share * b(i, 0), (1 - s.share) * a(i, 1) + s.share * b(i, 1)}; };
    Eigen::Index i = 0;
    for (int curve = 0; curve < movie.lines + movie.circles; ++curve) {
        const bool circle = curve >= movie.lines;
        const int points = circle ? movie.points_a_circle : movie.points_a_line;
        const Ink& used = circle ? circle_ink : ink;
        Place p = at(i);
        for (int k = 1; k < points; ++k) {
            const Place q = at(i + k);
            if (std::isfinite(p[0] + p[1] + q[0] + q[1])) stroke(p, q, used, used.colour, out);
            p = q;
        }
        i += points;
    }
}

void denoiser_segments(const DenoiserMovie& movie, double t, const Ink& ink, std::vector<Segment>& out) {
    if (movie.t.empty()) return;
    const Around s = around(movie.t, t);
    const Points x = (1 - s.share) * movie.x[s.low] + s.share * movie.x[s.high], d = (1 - s.share) * movie.denoised[s.low] + s.share * movie.denoised[s.high];
    for (Eigen::Index i = 0; i < x.rows(); ++i) arrow({x(i, 0), x(i, 1)}, {d(i, 0), d(i, 1)}, ink, out);
}

void step_segments(const LaneSteps& steps, double t, double times, const Ink& drift, const Ink& noise, std::vector<Segment>& out) {
    if (steps.t.empty()) return;
    const auto by = static_cast<float>(times);
    const auto i = static_cast<std::size_t>(slice_at(steps.t, t));
    for (Eigen::Index k = 0; k < steps.x[i].rows(); ++k) {
        const Place from{steps.x[i](k, 0), steps.x[i](k, 1)}, turn{from[0] + by * steps.drift[i](k, 0), from[1] + by * steps.drift[i](k, 1)};
        arrow(from, turn, drift, out);
        arrow(turn, {turn[0] + by * steps.noise[i](k, 0), turn[1] + by * steps.noise[i](k, 1)}, noise, out);
    }
}

bool texture_at(const TextureMovie& movie, double t, std::vector<std::uint8_t>& out) {
    if (movie.t.empty()) return false;
    const Around s = around(movie.t, t);
    if (s.high == s.low || s.share == 0) {
        out = movie.texels[s.low];
        return true;
    }
    // Of two textures with correlation ρ: standard deviation √((1 − f)² + f² + 2 f (1 − f) ρ) of either one's.
    const float f = s.share, spread = std::sqrt(std::max(0.1f, (1 - f) * (1 - f) + f * f + 2 * f * (1 - f) * movie.likeness[s.low]));
    const int a = static_cast<int>(std::lround(256 * (1 - f) / spread)), b = static_cast<int>(std::lround(256 * f / spread));
    const auto &low = movie.texels[s.low], &high = movie.texels[s.high];
    out.resize(low.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(std::clamp(128 + (((low[i] - 128) * a + (high[i] - 128) * b) >> 8), 0, 255));
    return true;
}

}  // namespace pf
