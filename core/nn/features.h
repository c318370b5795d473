#pragma once
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/nn/front.h"

namespace pf::nn {

// A single one among label_features() numbers, at the last place for no label (−1); nothing for a network without labels.
inline void label_feature(const Architecture& a, int label, float* row) {
    if (a.labels == 0) return;
    std::fill_n(row, label_features(a), 0.0f);
    row[label < 0 ? a.labels : label] = 1;
}

// What follows the position in a row of features, input_features() − 2 numbers: time, then label (−1: none). The same for every engine.
inline void time_and_label_features(const Architecture& a, float t, int label, float* row) {
    if (a.time == TimeFeatures::raw) *row++ = t;
    for (int k = 1; a.time == TimeFeatures::fourier && k <= a.frequencies; ++k) {
        const float angle = 2 * std::numbers::pi_v<float> * static_cast<float>(k) * t;
        *row++ = std::sin(angle);
        *row++ = std::cos(angle);
    }
    label_feature(a, label, row);
}

}  // namespace pf::nn
