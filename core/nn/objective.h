#pragma once
#include <memory>

#include "core/math/dataset/dataset.h"
#include "core/nn/description.h"

namespace pf::nn {

// Loss weight w(t) ≥ 0 and density of training times: small tables, options declared once.
class Weighting : public Configurable {
public:
    virtual double at(double t, const Coefficients& c, Prediction prediction) const = 0;
};
class TimeSampling : public Configurable {
public:
    virtual double draw(Random& random) const = 0;  // in [0, 1]
};
Table<Weighting> weightings();       // uniform; usual (1, but β² for the score, as in Song 2020); snr-like shapes
Table<TimeSampling> time_samplings();  // uniform on [t_min, t_max]; logit_normal(mean, sd)

struct Objective {
    Prediction prediction = Prediction::velocity;
    Choice weighting{"usual", {}}, times{"uniform", {}};
};

// Conditional flow / denoising score matching batches: z from the data, ε ~ N(0, I), t from the time sampling,
// x = α z + β ε, target by conditional_target() (math.md). Draws from a pool of data, refreshed as it is used up.
class GaussianPathBatches final : public BatchSource {
public:
    GaussianPathBatches(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const Schedule> schedule, const Objective& objective,
                        const Description& description, std::uint64_t seed);
    ~GaussianPathBatches();
    void next(int n, float* x, float* t, float* target, float* weight) override;
    // Objective may change while training runs (weighting and times; not the prediction).
    void set_objective(const Objective& objective);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Per-axis standard deviation of the data (root mean square over the axes) from 65,536 seeded draws; for Description::data_sd.
double data_standard_deviation(const Dataset& dataset);

}  // namespace pf::nn
