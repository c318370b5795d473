#pragma once
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "app/runtime/results.h"

namespace pf {

enum class ArrowField { velocity, score };

// The arrows of a field at one t, and the magnitude that sets their scale: one of `reference` is drawn arrow_cells grid cells long.
struct Arrows {
    Points at, vector;     // [W·H, 2]
    double reference = 0;  // 95th percentile of |vector|: near the data a few scores are enormous
    double cell = 0;       // grid spacing
    bool valid = false;    // false: the field is not defined at this t
};
inline constexpr double arrow_cells = 0.9;
Arrows arrows_at(const FieldMovie& movie, ArrowField field, double t);
// Panes share their scale, so that equal arrows are equal fields: the reference is the median of the lanes (of two the smaller), since one that runs away, as near a
// pole, would leave dots of the others. Of cells smaller than `least_cell`, in units of x, only every second, third, … row and column has an arrow, so much longer.
// `shared`: the other field has arrows in the same pane, and each has them where the other has none, as on a chessboard: at one point they would hide each other.
Arrows arrows_at(std::span<const std::shared_ptr<const FieldMovie>> lanes, std::size_t lane, ArrowField field, double t, double least_cell = 0, bool shared = false);
inline constexpr double least_arrow_cell = 18;  // pixels before scale: nearer they are a thicket

// For legends: the arrow of the largest 1, 2 or 5 times a power of ten that is at most `room` long, both in units of x. Nothing where there are no arrows.
struct RoundArrow {
    double magnitude = 0, length = 0;
};
std::optional<RoundArrow> round_arrow(const Arrows& arrows, double room);

}  // namespace pf
