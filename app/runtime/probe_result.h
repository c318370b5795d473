#pragma once
#include <Eigen/Core>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/math/path/posterior.h"
#include "core/math/points.h"

namespace pf {

// A place in one lane whose numbers are wanted.
struct ProbePoint {
    int lane = 0;
    std::array<double, 2> x{};
    bool operator==(const ProbePoint&) const = default;
};
struct ProbeRequest {
    double t = 0;                 // lane time
    std::vector<ProbePoint> at;   // at most one per lane
    bool trajectory = false, fan = false, posterior = false;
    bool log_p = false;           // of fields that have none in closed form too, along their own ODE
    bool coarse = false;          // fewer steps: the answer while a point is being dragged
    bool operator==(const ProbeRequest&) const = default;
};

// Numbers of a field at one point; empty where it does not know them, or not at this t.
struct ProbeValues {
    std::optional<Eigen::Vector2d> velocity, score, denoiser, noise;
    std::optional<double> divergence, log_p;  // per unit of t; nats
    bool operator==(const ProbeValues&) const = default;
};

// Curves over common lane times, which increase: slices [curves, 2].
struct ProbeCurves {
    std::vector<double> t;
    std::vector<Points> x;
};

inline constexpr int fan_curves = 32, posterior_curves = 48, posterior_draws = 4096;

// The data that may have led to x: draws of p(z | X_t = x), and the conditional paths X_s = α_s z + β_s ε through (x, t).
struct ProbePosterior {
    PointsD z;                              // [posterior_curves, 2]
    ProbeCurves paths;
    Eigen::Vector2d mean_velocity;          // of these conditional velocities at (x, t)
    Eigen::Vector2d standard_error;         // of that mean, if the draws were independent; at least what it really is
    Eigen::Vector2d denoiser, velocity;     // what the means over all of the posterior are: D and u of the data it was taken from
    Eigen::Vector2d velocity_error = Eigen::Vector2d::Zero();  // standard error of `velocity` where it is of weighted draws; 0: exact
    std::vector<PosteriorPart> parts;       // where there are few enough to be drawn one by one; else empty
    double effective_draws = 0;             // of posterior_draws, where p(z|x) is known by importance weights only; 0: exact
};

struct ProbeLane {
    ProbePoint at;
    double t = 0;                           // of the field: lane time, or the frozen t of a Langevin lane
    ProbeValues field;                      // what the lane follows, guidance included
    ProbeValues exact;                      // what it should follow; all empty where the field is exact itself or the truth is not known
    bool field_is_exact = false;
    bool log_p_by_ode = false;              // field.log_p comes from integrating ∇·u along the ODE, from N(0, β_0² I)
    ProbeCurves ode;                        // one curve, through (x, t)
    ProbeCurves fan_on, fan_back;           // from (x, t) towards the data, and towards the noise; both with increasing times
    std::string fan_on_noise, fan_back_noise;  // whose noise that is: "its own σ_t"
    std::optional<ProbePosterior> posterior;
    std::string sentence;                   // why something is missing; empty: nothing is
};

struct ProbeResult {
    ProbeRequest request;
    std::vector<ProbeLane> lanes;           // those asked for that can be answered
    double milliseconds = 0;
};

// The newest answers; those of a moment ago while something moves, null while nothing is asked.
struct Probes {
    std::shared_ptr<const ProbeResult> pinned, hovered;
};

}  // namespace pf
