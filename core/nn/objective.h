#pragma once
#include <memory>

#include "core/math/dataset/dataset.h"
#include "core/math/path/loss_floor.h"
#include "core/nn/description.h"

namespace pf::nn {

// Loss weight w(t) ≥ 0 and density of training times: small tables, options declared once.
class Weighting : public Configurable {
public:
    // Of |prediction − target|²; finite at both ends, but where it has grown out of bounds there the end is not trained. `data_sd` as in conversion().
    virtual double at(double t, const Coefficients& c, Prediction prediction, double data_sd) const = 0;
};
class TimeSampling : public Configurable {
public:
    // Told before anything is drawn, and again when the path changes; only densities over σ = β/α mind.
    virtual void set_schedule(std::shared_ptr<const Schedule>) {}
    virtual double draw(Random& random) const = 0;       // in [0, 1]
    virtual double density(double t) const = 0;          // of draw(), at 0 < t < 1
    virtual TimeRange support() const { return {0, 1}; }
};
Table<Weighting> weightings();
Table<TimeSampling> time_samplings();

struct Objective {
    Prediction prediction = Prediction::velocity;
    Choice weighting{"usual", {}}, times{"uniform", {}};
    double label_dropout = 0.1;  // chance that a conditional network is not told the label (Ho & Salimans 2022)
};

// How z is paired with what it comes from. Anything but the default leaves the Gaussian path: u = α̇ D + β̇ E[x₀|x] still holds, s = −E[x₀|x]/β does not.
struct Coupling {
    std::shared_ptr<const Dataset> source;  // of x₀ in x = α z + β x₀; null: N(0, I)
    // Minibatch optimal transport (Tong et al. 2023, arXiv:2302.00482): within blocks of at most `largest_block` draws, the pairing with least Σ|z − x₀|², exactly.
    bool optimal_transport = false;
    static constexpr int largest_block = 512;
};

// Conditional flow / denoising score matching batches: z from the data, ε ~ N(0, I) (or from the coupling), t from the time sampling,
// x = α z + β ε, target by conditional_target() (math.md). A batch depends on the seed, its number, its size and the objective alone.
class GaussianPathBatches final : public BatchSource {
public:
    GaussianPathBatches(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const Schedule> schedule, const Objective& objective,
                        const Description& description, std::uint64_t seed, Coupling coupling = {});
    ~GaussianPathBatches();
    void next(int n, float* x, float* t, int* label, float* target, float* weight) override;
    // Objective may change while training runs (weighting, times, label dropout; not the prediction).
    void set_objective(const Objective& objective);
    // Batches to come are drawn by so many threads while one is used; 0: each when it is asked for. They are the same.
    void draw_ahead(int threads);
    // How many, where a GPU trains: all cores but two, which pack the batches and draw the window; 1 to 8.
    static int threads_beside_gpu();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// What the loss of these batches is made of, for loss_floor(): its weight, the density of its times, and the times at which target and weight are finite.
LossTerms loss_terms(const Objective& objective, const Description& description, std::shared_ptr<const Schedule> schedule);

// Per-axis standard deviation of the data (root mean square over the axes) from 65,536 seeded draws; for Description::data_sd.
double data_standard_deviation(const Dataset& dataset);

}  // namespace pf::nn
