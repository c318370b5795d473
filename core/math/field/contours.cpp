#include "core/math/field/contours.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

namespace pf {
namespace {

enum Side : std::uint8_t { bottom, right, top, left, none };
struct Cut {
    Side from, to;
};
// By which corners are inside: 1 lower left, 2 lower right, 4 upper right, 8 upper left. Saddles (5, 10) stand here with a low middle.
constexpr Cut cuts[16][2] = {{{none, none}, {none, none}}, {{bottom, left}, {none, none}}, {{right, bottom}, {none, none}}, {{right, left}, {none, none}},
                             {{top, right}, {none, none}}, {{bottom, left}, {top, right}}, {{top, bottom}, {none, none}},   {{top, left}, {none, none}},
                             {{left, top}, {none, none}},  {{bottom, top}, {none, none}},  {{right, bottom}, {left, top}},  {{right, top}, {none, none}},
                             {{left, right}, {none, none}}, {{bottom, right}, {none, none}}, {{left, bottom}, {none, none}}, {{none, none}, {none, none}}};
constexpr Cut high_saddle_5[2] = {{bottom, right}, {top, left}}, high_saddle_10[2] = {{left, bottom}, {right, top}};

// The crossings of one level: every grid edge is crossed at most once, and joins at most two squares.
class Tracer {
public:
    Tracer(const DensityGrid& p, const Box& box, float level)
        : p_(p), level_(level), columns_(static_cast<int>(p.cols())), rows_(static_cast<int>(p.rows())), dx_((box.x_max - box.x_min) / columns_), dy_((box.y_max - box.y_min) / rows_),
          x_(box.x_min + dx_ / 2), y_(box.y_min + dy_ / 2), next_(2 * static_cast<std::size_t>(p.size()), -1), entered_(next_.size(), 0) {}

    std::vector<Polyline> run() {
        for (int r = 0; r + 1 < rows_; ++r) {
            unsigned low = inside(r, 0), high = inside(r + 1, 0);
            for (int c = 0; c + 1 < columns_; ++c) {
                const unsigned low_next = inside(r, c + 1), high_next = inside(r + 1, c + 1), kind = low | low_next << 1 | high_next << 2 | high << 3;
                if (kind != 0 && kind != 15) square(r, c, kind);
                low = low_next, high = high_next;
            }
        }
        std::vector<Polyline> out;
        for (const bool closed : {false, true})
            for (const int start : starts_)
                if (next_[static_cast<std::size_t>(start)] >= 0 && (closed || !entered_[static_cast<std::size_t>(start)])) out.push_back(follow(start));
        return out;
    }

private:
    unsigned inside(int r, int c) const { return p_(r, c) >= level_ ? 1 : 0; }
    // Horizontal edges first, each by its lower or left node.
    int edge(int r, int c, Side side) const {
        const int horizontal = columns_ * rows_;
        switch (side) {
            case bottom: return r * columns_ + c;
            case top: return (r + 1) * columns_ + c;
            case left: return horizontal + r * columns_ + c;
            default: return horizontal + r * columns_ + c + 1;
        }
    }
    void square(int r, int c, unsigned kind) {
        const Cut* pair = cuts[kind];
        if (kind == 5 || kind == 10) {
            const float middle = (p_(r, c) + p_(r, c + 1) + p_(r + 1, c) + p_(r + 1, c + 1)) / 4;
            if (middle >= level_) pair = kind == 5 ? high_saddle_5 : high_saddle_10;
        }
        for (int i = 0; i < 2 && pair[i].from != none; ++i) {
            const int from = edge(r, c, pair[i].from), to = edge(r, c, pair[i].to);
            next_[static_cast<std::size_t>(from)] = to;
            entered_[static_cast<std::size_t>(to)] = 1;
            starts_.push_back(from);
        }
    }
    std::array<float, 2> point(int edge) const {
        const bool vertical = edge >= columns_ * rows_;
        const int node = vertical ? edge - columns_ * rows_ : edge, r = node / columns_, c = node % columns_;
        const double a = p_(r, c), b = vertical ? p_(r + 1, c) : p_(r, c + 1), share = (level_ - a) / (b - a), f = share >= 0 && share <= 1 ? share : 0.5;
        return {static_cast<float>(x_ + (c + (vertical ? 0 : f)) * dx_), static_cast<float>(y_ + (r + (vertical ? f : 0)) * dy_)};
    }
    Polyline follow(int at) {
        Polyline line{point(at)};
        while (next_[static_cast<std::size_t>(at)] >= 0) {
            at = std::exchange(next_[static_cast<std::size_t>(at)], -1);
            line.push_back(point(at));
        }
        return line;
    }

    const DensityGrid& p_;
    float level_;
    int columns_, rows_;
    double dx_, dy_, x_, y_;
    std::vector<int> next_, starts_;  // edge → edge
    std::vector<std::uint8_t> entered_;
};

}  // namespace

std::vector<Polyline> contours(const DensityGrid& p, const Box& box, float level) {
    if (p.rows() < 2 || p.cols() < 2) return {};
    return Tracer(p, box, level).run();
}

std::vector<float> levels_of_mass(const DensityGrid& p, std::span<const double> shares) {
    // The bits of a positive float grow with it: 2^16 apart they are 1/128 of an octave's start.
    constexpr int step = 16;
    const float most = p.size() > 0 ? p.maxCoeff<Eigen::PropagateNumbers>() : 0;
    std::vector<float> out(shares.size(), 0.0f);
    if (!(most > 0) || !std::isfinite(most)) return out;
    const std::uint32_t highest = std::bit_cast<std::uint32_t>(most) >> step;
    std::vector<double> mass(highest + 1, 0.0);
    double total = 0;
    for (Eigen::Index i = 0; i < p.size(); ++i) {
        const float value = p.data()[i];
        if (!(value > 0)) continue;
        mass[std::bit_cast<std::uint32_t>(value) >> step] += static_cast<double>(value);
        total += static_cast<double>(value);
    }
    for (std::size_t k = 0; k < shares.size(); ++k) {
        double above = 0;
        std::uint32_t bin = highest;
        while (bin > 0 && above + mass[bin] < shares[k] * total) above += mass[bin--];
        const double f = mass[bin] > 0 ? (shares[k] * total - above) / mass[bin] : 0;
        const auto low = std::bit_cast<float>(bin << step), high = std::min(most, std::bit_cast<float>((bin + 1) << step));
        out[k] = high + static_cast<float>(std::clamp(f, 0.0, 1.0)) * (low - high);
    }
    return out;
}

}  // namespace pf
