#include "core/math/field/streamlines.h"

#include <algorithm>
#include <cmath>

namespace pf {
namespace {

constexpr double shortest = 2, longest = 14;  // of a line and of each of its two halves, in separations
constexpr double kept = 0.7;                  // a seed of the last field needs this much of the separation

float distance_squared(std::array<float, 2> a, std::array<float, 2> b) { return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]); }

}  // namespace

StreamlinePlacer::StreamlinePlacer(const Box& box, double separation, int first_seed)
    : box_(box), separation_(separation), columns_(std::max(1, static_cast<int>(std::ceil((box.x_max - box.x_min) / separation)))),
      rows_(std::max(1, static_cast<int>(std::ceil((box.y_max - box.y_min) / separation)))), next_(first_seed) {}

bool StreamlinePlacer::inside(Place p) const {
    const double x = static_cast<double>(p[0]), y = static_cast<double>(p[1]);
    return x >= box_.x_min && x < box_.x_max && y >= box_.y_min && y < box_.y_max;
}

bool StreamlinePlacer::has_room(Place p, double distance) const {
    const int column = static_cast<int>((static_cast<double>(p[0]) - box_.x_min) / separation_), row = static_cast<int>((static_cast<double>(p[1]) - box_.y_min) / separation_);
    const auto least = static_cast<float>(distance * distance);
    for (int r = std::max(0, row - 1); r <= std::min(rows_ - 1, row + 1); ++r)
        for (int c = std::max(0, column - 1); c <= std::min(columns_ - 1, column + 1); ++c)
            for (const Place& other : buckets_[static_cast<std::size_t>(r * columns_ + c)])
                if (distance_squared(p, other) < least) return false;
    return true;
}

void StreamlinePlacer::occupy(const Streamline& line) {
    for (const Place& p : line.points) {
        const int column = static_cast<int>((static_cast<double>(p[0]) - box_.x_min) / separation_), row = static_cast<int>((static_cast<double>(p[1]) - box_.y_min) / separation_);
        bucket(std::clamp(column, 0, columns_ - 1), std::clamp(row, 0, rows_ - 1)).push_back(p);
    }
}

// One half of a line by the midpoint rule on the field's direction; appends what follows `from`.
void StreamlinePlacer::run(const VectorGrid& field, Place from, float sign, Streamline& out) const {
    const auto h = sign * static_cast<float>(step());
    const auto own = static_cast<float>(test_distance() * test_distance());
    const auto direction = [&](Place p) {
        const Place v = field.at(p[0], p[1]);
        const float length = std::hypot(v[0], v[1]);
        return length > 0 && std::isfinite(length) ? Place{v[0] / length, v[1] / length} : Place{0, 0};
    };
    const auto recent = static_cast<std::size_t>(std::ceil(1.6 * test_distance() / step()));
    Place p = from;
    for (int i = 0; i < static_cast<int>(longest * separation_ / step()); ++i) {
        const Place a = direction(p), b = direction({p[0] + h / 2 * a[0], p[1] + h / 2 * a[1]});
        // Where the direction turns round within a step there is a zero or a sink.
        if ((a[0] == 0 && a[1] == 0) || a[0] * b[0] + a[1] * b[1] <= 0) return;
        p = {p[0] + h * b[0], p[1] + h * b[1]};
        if (!inside(p) || !has_room(p, test_distance())) return;
        for (std::size_t k = 0; k + recent < out.points.size(); ++k)
            if (distance_squared(p, out.points[k]) < own) return;
        const Place v = field.at(p[0], p[1]);
        out.points.push_back(p);
        out.speed.push_back(std::hypot(v[0], v[1]));
    }
}

bool StreamlinePlacer::trace(const VectorGrid& field, Seed seed, double distance, Streamline& out) const {
    if (!inside(seed.at) || !has_room(seed.at, distance)) return false;
    const Place v = field.at(seed.at[0], seed.at[1]);
    const float speed = std::hypot(v[0], v[1]);
    if (!(speed > 0) || !std::isfinite(speed)) return false;
    out = {seed.number, 0, {seed.at}, {speed}};
    run(field, seed.at, -1, out);
    std::reverse(out.points.begin(), out.points.end());
    std::reverse(out.speed.begin(), out.speed.end());
    out.start = static_cast<int>(out.points.size()) - 1;
    run(field, seed.at, 1, out);
    return static_cast<double>(out.points.size() - 1) * step() >= shortest * separation_;
}

std::vector<Streamline> StreamlinePlacer::place(const VectorGrid& field, const std::vector<Streamline>& within) {
    buckets_.assign(static_cast<std::size_t>(columns_ * rows_), {});
    std::vector<Streamline> lines;
    std::vector<Seed> seeds;
    const auto attempt = [&](Seed seed, double distance) {
        Streamline line;
        if (!trace(field, seed, distance, line)) return false;
        occupy(line);
        lines.push_back(std::move(line));
        seeds.push_back(seed);
        return true;
    };
    for (const Streamline& line : within) attempt({line.seed, line.points[static_cast<std::size_t>(line.start)]}, test_distance());
    seeds.clear();
    for (const Seed& seed : seeds_) attempt(seed, kept * separation_);
    // Beside the lines there are, one after the other; then wherever there is room, in rows.
    const auto beside = [&](std::size_t from) {
        for (std::size_t i = from; i < lines.size(); ++i)
            for (std::size_t k = 0; k < lines[i].points.size(); k += 4)
                for (const float side : {-1.f, 1.f}) {
                    const Place p = lines[i].points[k], v = field.at(p[0], p[1]);
                    const float length = std::hypot(v[0], v[1]), d = side * 1.001f * static_cast<float>(separation_);
                    if (length > 0 && attempt({next_, {p[0] - d * v[1] / length, p[1] + d * v[0] / length}}, separation_)) ++next_;
                }
    };
    beside(0);
    for (int r = 0; r < rows_; ++r)
        for (int c = 0; c < columns_; ++c) {
            const Place p{static_cast<float>(box_.x_min + (c + 0.5) * separation_), static_cast<float>(box_.y_min + (r + 0.5) * separation_)};
            const std::size_t before = lines.size();
            if (!attempt({next_, p}, separation_)) continue;
            ++next_;
            beside(before);
        }
    seeds_ = std::move(seeds);
    return lines;
}

}  // namespace pf
