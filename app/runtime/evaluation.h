#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "app/runtime/compute.h"
#include "core/math/metrics/field_error.h"
#include "core/math/metrics/interval.h"

namespace pf {

// The quality of a lane over repeated draws. Everything here is pure: the same inputs give the same bits.

struct MetricEstimate {
    std::string id;
    Interval value, ratio;  // of the lane, and as a multiple of the floor
    NoiseFloor floor;
    int points = 0;         // compared per draw
};

// Of fresh draws of the data (of its label, where the lane is guided to one) under the flow, in nats per point; intervals over the points.
struct LikelihoodEstimate {
    Interval nll;                   // mean of −log p
    std::optional<Interval> floor;  // mean of −log p_data at the same points, where that density is known: no flow has less on average
    std::optional<Interval> kl;     // KL(p_data ‖ p) = nll − floor, point by point
    TimeRange range;                // integrated on: p is the density at range.max
    int lost = 0;                   // points whose log p is not finite, left out
    // ∇·u is integrated over the lane's own steps. With too few of them the sum is no log p of anything, and may lie above that of the data: nll less what it is with twice as many steps.
    double by_steps = 0;
    bool too_coarse() const { return std::abs(by_steps) > std::max(0.02, nll.half_width) || beyond_data(); }
    // More likely than under the data's own density, by more than chance: no density is.
    bool beyond_data() const { return kl && kl->mean + kl->half_width < 0 && kl->mean < -0.02; }
    // kl, uncertain by its steps too: from an error of order 1 in Δt or higher, twice as many remove half of it or more. Only that allows a value below 0.
    std::optional<Interval> kl_with_steps() const { return kl ? std::optional(Interval{kl->mean, kl->half_width + 2 * std::abs(by_steps), kl->draws}) : std::nullopt; }
};
// "16 steps are too few for log p: with 32 the NLL is 2.13, not 1.85", or that it lies above that of the data
std::string about_steps(const LikelihoodEstimate& likelihood, int steps);

struct LaneEvaluation {
    TimeRange range;                   // of the lane's times: what was asked for, or less where its fields end before
    int particles = 0, lost = 0;       // lost: the most of any draw
    double evaluations = 0;            // of the velocity field per particle, mean over draws
    std::vector<MetricEstimate> metrics;
    std::optional<Coverage> coverage;  // mixtures only: fewest modes of any draw, mean share of outliers
    std::optional<LikelihoodEstimate> likelihood;
    std::string no_likelihood;         // why there is none
};

struct EvaluationRequest {
    int repeats = 1;  // draws with seeds scene.seed, scene.seed + 1, …
    std::span<const Metric> metrics = pf::metrics();
    int likelihood_points = 2000;  // per repeat; 0: no likelihood
};
// progress(share of the work done). Incomplete when stopped.
LaneEvaluation evaluate_lane(const Scene& scene, int lane, const FieldSet& fields, const EvaluationRequest& request, const std::function<void(double)>& progress = {},
                             std::stop_token stop = {});

// How far a model's field is from the exact one, at the middles of 25 equal parts of the times where both are finite, over repeated draws. Nothing where
// the field is the exact one, or the data has none.
struct FieldErrorEstimate {
    struct Quantity {
        std::string id;                // velocity score denoiser
        Interval mean;                 // over t
        std::vector<Interval> over_t;  // one per t
    };
    std::vector<double> t;
    std::vector<Quantity> quantities;
};
std::optional<FieldErrorEstimate> evaluate_field(const Scene& scene, int model, const FieldSet& fields, int repeats, std::stop_token stop = {});

}  // namespace pf
