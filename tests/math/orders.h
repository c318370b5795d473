#pragma once
#include <cmath>
#include <vector>

#include "core/math/solver/integrate.h"

namespace pf::testing {

// Least-squares slope of log2(error) against log2(h).
inline double slope(const std::vector<int>& steps, const std::vector<double>& errors) {
    double sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const double x = -std::log2(steps[i]), y = std::log2(errors[i]);
        sx += x, sy += y, sxx += x * x, sxy += x * y;
    }
    const double n = static_cast<double>(steps.size());
    return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

inline Increments<double> shared_path(BrownianPath& path) {
    return [&path](double t0, double t1) {
        const Increment<float> step = path.increment(t0, t1);
        return Increment<double>{step.dW.cast<double>(), step.dZ.cast<double>()};
    };
}

// The solver at fixed steps: what its order is about.
inline Choice fixed(const SolverInfo& solver) { return {std::string(solver.id), solver.adaptive ? ParameterValues{{"adaptive", 0}} : ParameterValues{}}; }

}  // namespace pf::testing
