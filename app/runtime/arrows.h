#pragma once
#include <vector>

#include "app/runtime/results.h"

namespace pf {

enum class ArrowField { velocity, score };

// The arrows of a field at one t, and the magnitude that a legend states: an arrow of `reference` is as long as a grid cell.
struct Arrows {
    Points at, vector;     // [W·H, 2]
    double reference = 0;  // 95th percentile of |vector|: near the data a few scores are enormous
    double cell = 0;       // grid spacing, the length of an arrow of magnitude `reference`
    bool valid = false;    // false: the field is not defined at this t
};
Arrows arrows_at(const FieldMovie& movie, ArrowField field, double t);

}  // namespace pf
