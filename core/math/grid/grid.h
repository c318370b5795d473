#pragma once
#include <vector>

#include "core/math/field/field.h"
#include "core/math/schedule/schedule.h"

namespace pf {

// Where the steps of an integration lie.
class Grid : public Configurable {
public:
    // steps + 1 increasing times from range.min to range.max, each computed from its index.
    virtual std::vector<double> times(const Schedule& schedule, TimeRange range, int steps) const = 0;
};

}  // namespace pf
