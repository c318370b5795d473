#pragma once
#include <functional>
#include <vector>

#include "core/math/dataset/dataset.h"
#include "core/math/field/field.h"
#include "core/math/schedule/schedule.h"

namespace pf {

// How far a field is from the exact one where the data's path is: √(E|f − f*|² / E|f*|²) with x ~ p_t, per time. 0: exact, 1: as far off as zero.
struct FieldError {
    std::vector<double> t, velocity, score, denoiser;
    // Means over t.
    double mean_velocity = 0, mean_score = 0, mean_denoiser = 0;
};
// n draws x = α_t z + β_t ε of the data per time, of the given key. Times must lie inside both fields' domains; what the field does not know stays
// empty, its mean 0. Fewer times when stopped.
FieldError field_error(const Field& field, const Field& exact, const Dataset& data, const Schedule& schedule, const std::vector<double>& times, Eigen::Index n,
                       std::uint64_t key, const std::function<bool()>& stop = {});

}  // namespace pf
