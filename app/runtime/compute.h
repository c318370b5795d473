#pragma once
#include <functional>
#include <limits>
#include <span>
#include <stop_token>

#include "app/runtime/results.h"
#include "core/math/schedule/prior_mismatch.h"
#include "core/nn/engine.h"
#include "core/nn/network_field.h"

namespace pf {

// The synchronous pieces that the workers, the command line and the tests share. Pure: the same inputs give the same bits.

// Weights per model index; null where the model is exact or untrained.
using WeightSet = std::vector<std::shared_ptr<const nn::Weights>>;

// One Field per model of the scene; null where a network has no weights. Networks need `engine`.
struct FieldSet {
    std::vector<std::shared_ptr<const Field>> fields;
    std::vector<std::shared_ptr<const Schedule>> schedules;
};
FieldSet make_fields(const Scene& scene, const WeightSet& weights, nn::Engine* engine, nn::Device device = nn::Device::cpu);

struct NoiseMemory;  // lane_noise.h

struct LaneRequest {
    int particles = 0, steps = 0;  // 0: as the lane says
    bool log_p = false;            // fill path.log_p where the lane has it (why_no_log_p), from the start's density
    std::size_t bytes = std::size_t{256} << 20;  // of one path; a longer one is run in pieces and keeps at most 32 slices
    NoiseMemory* noise = nullptr;  // kept from run to run; null: made anew
    int depth = 0;                 // of the Brownian path, at least: that of another run to be compared with
};
// Whether the picture asks for log p along this lane, and the lane has it.
bool wants_log_p(const Scene& scene, int lane);
// Starting points depend on the seed alone, so lanes share it, as they share the Brownian path. Throws BadInput when a field is missing.
LaneResult run_lane(const Scene& scene, int lane, const FieldSet& fields, LaneRequest request = {}, std::stop_token stop = {});

DensityMovie density_movie(const Scene& scene, int model, int cells, int slices, std::stop_token stop = {});
// What view.density "class" shows, p_t(x|c), and "product", p_t(x) p_t(c|x)^w with integral 1 over the box; c and w from the lane's guidance.
DensityMovie lane_density_movie(const Scene& scene, int lane, int cells, int slices, std::stop_token stop = {});
// Samples of the lane's end against fresh draws of the data and its exact density, of p(x|label) where the lane is guided to a label, or of the p_t that a noising or Langevin lane should end at.
// The first `draws` of them at most.
LaneMetrics lane_metrics(const Scene& scene, const LaneResult& result, std::stop_token stop = {}, std::span<const Metric> which = live_metrics(), int draws = std::numeric_limits<int>::max());

// The start N(0, β_0² I) of a lane against the p_t of its t_min, by the mean and covariance of the data (65,536 seeded draws where they are not known). None where a lane does not
// sample from noise.
std::optional<PriorMismatch> mismatch_of_prior(const Scene& scene, int lane);

// The floor of a network's loss with the scene's objective. Takes up to a second for data not met before. Never throws for lack of a floor: says why.
ModelFloor model_floor(const Scene& scene, int model, std::stop_token stop = {});
// Loss and floor in equal bins of the trained times, for a set of weights: 16 times per bin, 512 draws at each.
struct LossBin {
    double from, to, loss, floor;  // floor NaN where it is not known
};
std::vector<LossBin> loss_by_time(const Scene& scene, int model, const nn::Weights& weights, nn::Engine& engine, int bins = 10);

// The view box of a scene: a square around the data set's extent.
Box view_box(const Scene& scene);

// Trains model `index` to the end. `progress(step, loss)` about ten times a second. Throws std::runtime_error when it diverges.
struct TrainOptions {
    long steps = 0;  // 0: as the model says
    nn::Device device = nn::Device::automatic;
    // The weights as they are (averaged, if there is an average) after every tenth of the run and at its end; may be empty.
    std::function<void(const nn::Weights&)> tenth = {};
    // What happened that the user should know (TrainingRun::take_notice()); may be empty.
    std::function<void(const std::string&)> notice = {};
    const nn::Description* replay = nullptr;  // of weights whose training is done again (TrainingRun::replay), instead of `steps`
};
std::shared_ptr<const nn::Weights> train_model(const Scene& scene, int index, nn::Engine& engine, TrainOptions options,
                                               const std::function<void(long, double)>& progress, std::stop_token stop = {});

// Keys of results: hashes of everything they depend on.
Key lane_key(const Scene& scene, int lane, const WeightSet& weights);
Key training_key(const Scene& scene, int model);

}  // namespace pf
