#pragma once
#include "core/math/schedule/schedule.h"

namespace pf {

// σ_t of dX = [u + ½σ_t² s] dt + σ_t dW: any σ_t ≥ 0 leaves the marginals p_t as they are. Thread-safe.
class Sigma : public Configurable {
public:
    // Finite for t in [0, 1], ≥ 0.
    virtual double at(double t, const Schedule& schedule) const = 0;
};

}  // namespace pf
