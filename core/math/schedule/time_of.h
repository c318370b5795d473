#pragma once
#include "core/math/schedule/schedule.h"

namespace pf {

// The t in [0, 1] where ℓ_t = log(α/β) is `half_log_snr`, by bisection to the last bit (ℓ increases); the nearer end where it is out of reach.
double time_of(const Schedule& schedule, double half_log_snr);

}  // namespace pf
