#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/math/field/field.h"
#include "core/math/field/mixture.h"
#include "core/math/path/prediction.h"

namespace pf {

// E tr Cov(z | z + σ ε) / 2, per axis, as a function of σ = β/α alone: the part of z that no network can know. By quadrature over the plane (error
// < 1e-4) at 12 values of σ per decade, interpolated between them. With `label_known` > 0 the label is known as well with that chance: the floor of a
// conditional network trained with dropout 1 − label_known. Thread-safe.
class PosteriorVariance {
public:
    // Takes up to a second; stops early when asked. Throws BadInput, with the reason, where quadrature does not reach: point masses, thousands of parts.
    explicit PosteriorVariance(const Mixture& mixture, double label_known = 0, const std::function<bool()>& stop = {});
    double at(double sigma) const { return sigma * sigma * ratio(sigma); }  // → the data's variance per axis as σ → ∞
    double ratio(double sigma) const;                                       // at(σ)/σ², which tends to 1 as σ → 0

private:
    std::vector<double> values_;  // at(σ) (1/σ² + 1/v): 1 for one Gaussian of variance v, so nearly constant
    double data_variance_ = 1;
};

// The floor at one t, per axis, without weight: E|target − E[target|x]|²/2 = (k_z − k_ε α/β)² E tr Cov(z|x)/2 for target = k_z z + k_ε ε.
double pointwise_floor(const PosteriorVariance& data, Prediction prediction, const Coefficients& c, double data_sd);

// What a loss E_t w(t) |prediction − target|²/2 is made of.
struct LossTerms {
    Prediction prediction = Prediction::velocity;
    double data_sd = 1;
    std::shared_ptr<const Schedule> schedule;
    std::function<double(double t, const Coefficients&)> weight;
    std::function<double(double t)> density;  // of training times; normalised over `range` here
    TimeRange range, wanted;                  // the times trained; those asked for, which may include an end where the target is infinite
};

// The least that any function of (x, t) can reach.
struct LossFloor {
    double total = 0;                 // over range
    TimeRange range;
    std::vector<double> edges;        // of equal bins of range
    std::vector<double> floor;        // per bin: mean over its training times
    std::vector<double> probability;  // per bin: share of training times; Σ probability · floor = total
    std::string infinite;             // why the floor over all times asked for is infinite; empty: it is not
};
LossFloor loss_floor(const PosteriorVariance& data, const LossTerms& terms, int bins = 10);

}  // namespace pf
