#include "app/runtime/arrows.h"

#include <algorithm>
#include <cmath>

#include "app/runtime/lane_movies.h"

namespace pf {
namespace {

// Every so many rows and columns; of those all, or the chessboard's white or black squares.
enum class Squares { all, white, black };
void thin_out(Arrows& arrows, const FieldMovie& movie, int every, Squares squares) {
    Eigen::Index kept = 0;
    for (int row = every / 2; row < movie.height; row += every)
        for (int column = every / 2; column < movie.width; column += every) {
            if (squares != Squares::all && ((row / every + column / every) % 2 == 0) != (squares == Squares::white)) continue;
            const Eigen::Index i = static_cast<Eigen::Index>(row) * movie.width + column;
            arrows.at.row(kept) = arrows.at.row(i);
            arrows.vector.row(kept++) = arrows.vector.row(i);
        }
    arrows.at.conservativeResize(kept, 2);
    arrows.vector.conservativeResize(kept, 2);
    arrows.cell *= every;
}

}  // namespace

Arrows arrows_at(const FieldMovie& movie, ArrowField field, double t) {
    Arrows out;
    const auto& slices = field == ArrowField::velocity ? movie.velocity : movie.score;
    if (movie.t.empty() || slices.size() != movie.t.size()) return out;
    const auto low = static_cast<std::size_t>(slice_at(movie.t, t)), high = std::min(low + 1, movie.t.size() - 1);
    const double span = movie.t[high] - movie.t[low];
    const auto share = static_cast<float>(span > 0 ? std::clamp((t - movie.t[low]) / span, 0.0, 1.0) : 0.0);
    // At a pole one neighbour is missing; the other one stands in.
    const bool low_known = slices[low].rows() > 0, high_known = slices[high].rows() > 0;
    if (!low_known && !high_known) return out;
    if (low_known && high_known)
        out.vector = (1 - share) * slices[low] + share * slices[high];
    else
        out.vector = low_known ? slices[low] : slices[high];

    const double dx = (movie.box.x_max - movie.box.x_min) / movie.width, dy = (movie.box.y_max - movie.box.y_min) / movie.height;
    const Box& counted = movie.counted.x_max > movie.counted.x_min ? movie.counted : movie.box;
    out.at.resize(out.vector.rows(), 2);
    std::vector<float> magnitudes;
    for (int row = 0; row < movie.height; ++row)
        for (int column = 0; column < movie.width; ++column) {
            const Eigen::Index i = static_cast<Eigen::Index>(row) * movie.width + column;
            out.at(i, 0) = static_cast<float>(movie.box.x_min + (column + 0.5) * dx);
            out.at(i, 1) = static_cast<float>(movie.box.y_min + (row + 0.5) * dy);
            // Far out fields are long, and would make the others short.
            const auto far_out = [](float v, double min, double max) { return static_cast<double>(v) < min || static_cast<double>(v) > max; };
            if (far_out(out.at(i, 0), counted.x_min, counted.x_max) || far_out(out.at(i, 1), counted.y_min, counted.y_max)) continue;
            const float magnitude = std::hypot(out.vector(i, 0), out.vector(i, 1));
            if (std::isfinite(magnitude)) magnitudes.push_back(magnitude);
        }
    if (magnitudes.empty()) return out;
    const auto rank = magnitudes.begin() + static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(magnitudes.size() - 1));
    std::nth_element(magnitudes.begin(), rank, magnitudes.end());
    out.reference = *rank;
    out.cell = std::min(dx, dy);
    out.valid = out.reference > 0;
    return out;
}

Arrows arrows_at(std::span<const std::shared_ptr<const FieldMovie>> lanes, std::size_t lane, ArrowField field, double t, double least_cell, bool shared) {
    if (lane >= lanes.size() || !lanes[lane]) return {};
    Arrows out = arrows_at(*lanes[lane], field, t);
    if (!out.valid) return out;
    // The lower middle one: of a lane that runs away, as near a pole, the arrows are cut, and the others stay what they are.
    std::vector<double> references;
    for (const auto& one : lanes) {
        if (!one) continue;
        if (one == lanes[lane]) references.push_back(out.reference);
        else if (const Arrows other = arrows_at(*one, field, t); other.valid) references.push_back(other.reference);
    }
    std::sort(references.begin(), references.end());
    out.reference = references[(references.size() - 1) / 2];
    const int every = static_cast<int>(std::clamp(std::ceil(least_cell / out.cell - 1e-6), 1.0, 100.0));
    if (every > 1 || shared) thin_out(out, *lanes[lane], every, !shared ? Squares::all : field == ArrowField::velocity ? Squares::white : Squares::black);
    return out;
}

std::optional<RoundArrow> round_arrow(const Arrows& arrows, double room) {
    if (!arrows.valid) return {};
    const double scale = arrow_cells * arrows.cell / arrows.reference, most = room / scale, power = std::pow(10.0, std::floor(std::log10(most)));
    const double magnitude = power * (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1);
    if (!std::isfinite(magnitude) || !(magnitude > 0)) return {};
    return RoundArrow{magnitude, magnitude * scale};
}

}  // namespace pf
