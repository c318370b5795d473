#pragma once
#include "core/math/points.h"

namespace pf {

// What evaluate() shall fill; combine with |.
enum Want : unsigned {
    want_velocity = 1,
    want_score = 2,
    want_denoiser = 4,
    want_noise = 8,
    want_divergence = 16,   // ∇·u, of the velocity
    want_log_density = 32,  // log p_t(x)
};

// One row per point. Only what was wanted is filled; the rest keeps its old size and content.
template <class Scalar>
struct FieldValues {
    PointsOf<Scalar> velocity, score, denoiser, noise;
    ColumnOf<Scalar> divergence, log_density;
};

// Closed interval of times.
struct TimeRange {
    double min = 0, max = 1;
};

// Where a field has a pole at an end of the path (a score from a velocity at β = 0, a velocity from a noise prediction at α = 0),
// its domain stops this far before it. Shown wherever a time range is shown.
inline constexpr double end_margin = 1e-3;

// A marginal vector field of a Gaussian path and what follows from it: everything is affine in the denoiser
// D_t(x) = E[z | X_t = x] (math.md). Exact, or learned. Thread-safe: evaluate() may be called from any thread at once.
class Field {
public:
    virtual ~Field() = default;
    // x [N, 2] at one time t inside domain(want). Not defined outside.
    virtual void evaluate(const Points& x, double t, unsigned want, FieldValues<float>& out) const = 0;
    virtual void evaluate(const PointsD& x, double t, unsigned want, FieldValues<double>& out) const = 0;
    // The times at which everything wanted is finite.
    virtual TimeRange domain(unsigned want) const = 0;
    // The Want bits this field can fill (a network knows no log-density).
    virtual unsigned knows() const = 0;
};

}  // namespace pf
