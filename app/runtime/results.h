#pragma once
#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/runtime/scene.h"
#include "core/math/field/density_grid.h"
#include "core/math/fokker_planck/discrepancy.h"
#include "core/math/metrics/metrics.h"
#include "core/math/path/loss_floor.h"
#include "core/math/solver/integrate.h"
#include "core/nn/description.h"

namespace pf {

// Results are built completely on a worker, published as shared_ptr<const T>, never changed. `key` is a hash of all inputs they answer
// (relevant part of the scene, weights): a result whose key differs from the wanted one is old and drawn marked.
using Key = std::uint64_t;

struct LaneResult {
    Key key = 0;
    std::string solver;
    bool stochastic = false;
    TimeRange range;                 // integrated on
    bool backwards = false;          // noising: integrated from the last slice to the first, which is the lane's end
    std::string unit_of_time = "1";  // of `range` and `path`: t, or of Langevin dynamics "r/6 at t = 0.6", shares of its own duration
    std::optional<Coefficients> end; // the α, β of the p_t that a noising or Langevin lane ends at; none: the data
    Trajectories<float> path;        // slices at the lane's own times
    Points start;                    // where the particles start, before any teleport (noising: the last slice), the colour key
    int label = -1;                  // what the lane is guided to: compared with p(x|label); −1 with all data
    int particles_wanted = 0;        // fewer were run when coarse
    bool coarse = false;             // a quick answer; the full one follows
    bool refinable = true;           // noise from the shared Brownian path
    int depth = 0;                   // of that path (brownian.h): lanes of one depth share it; of two, at multiples of 1/4096 alone. 0: no noise from it
    double milliseconds = 0;
};

// State at any t by the scheme's continuous extension: linear between slices; clamped to the range. out [N, 2].
void positions_at(const LaneResult& lane, double t, Points& out);
// log p of each particle in the same way; empty where the lane carries none.
void log_p_at(const LaneResult& lane, double t, Column& out);
// Index of the last slice at or before t.
int slice_at(const std::vector<double>& times, double t);

struct DensityMovie {
    Key key = 0;
    Box box{};
    std::vector<double> t;
    std::vector<DensityGrid> p;      // one per t
    std::vector<float> maximum;      // per slice, 1/area
    std::vector<double> integral;    // per slice, over the box
    std::vector<float> between;      // per slice: the greatest found among finer cells about the greatest one; empty: not looked for
};
// Linear in t between slices.
void density_at(const DensityMovie& movie, double t, DensityGrid& out, float* maximum, double* integral);

// The density that a lane's drift and noise really produce, on a grid, beside the one they should.
struct FokkerPlanckMovie {
    Key key = 0;
    DensityMovie p;                  // averages over cells; t increases, as in the lane
    DensityMovie exact;              // p_t on the same cells and times (Langevin: that of the frozen t); no slices where nothing exact is known
    std::string scheme;
    int cells = 0, steps = 0;        // a side; in time
    double mass_drift = 0;           // largest |mass − mass at the start|
    double minimum = 0;              // over all times after the first, 1/area
    double edge = 0, left = 0;       // largest share of mass in the outermost cells; mass that would have crossed the edge
    std::vector<fokker_planck::Discrepancy> distance;  // per t, of p to exact, or to the particles' histogram; empty where there is neither
    bool to_particles = false;
    double milliseconds = 0;
    bool coarse = false;             // a quick answer; a finer one follows
    std::string sentence;            // a warning (mass at the edge); empty if there is nothing to say
};

// What separates a lane's particles from p_t at one t: distances ∫|p − q| between densities counted on the same square bins, so that by the
// triangle inequality `observed` is at most about the sum of the others. NaN where a part is not known.
struct DiscrepancyRow {
    double t = 0;
    double model = 0;                // Fokker–Planck of the lane to the exact density
    double time_stepping = 0;        // the lane's particles to the same with a quarter of the step on the same noise (of order k: 1 − 4⁻ᵏ of the error)
    double time_stepping_noise = 0;  // what that would be if the particles that change bins did so at random
    double grid = 0;                 // Fokker–Planck on this grid to that on half of it
    double finite_n = 0;             // expected distance of N independent draws from their own density
    double observed = 0;             // the lane's particles to the exact density
};
struct DiscrepancyTable {
    Key key = 0;
    int bins = 0, cells = 0, particles = 0;  // a side, a side, N
    std::vector<DiscrepancyRow> rows;
    std::string sentence;            // why a part is not known; empty if all are
};

// Velocity and score that a lane follows, on a coarse grid for arrows, per slice [W·H, 2], row by row from the lowest y.
struct FieldMovie {
    Key key = 0;
    Box box{};
    Box counted{};  // whose arrows set the scale of all; empty: all do
    int width = 0, height = 0;
    std::vector<double> t;
    std::vector<Points> velocity, score;
};

struct MetricValue {
    std::string id;
    double value = 0;
    NoiseFloor floor;
    int points = 0;                  // compared
    // Of the floor; where that is 0: 1 for a value of 0, else infinite.
    double ratio() const { return floor.mean > 0 ? value / floor.mean : value > 0 ? std::numeric_limits<double>::infinity() : 1; }
    // Exact draws differ as much: their mean by at most 40 % or three standard deviations. Only where there is a floor.
    bool within_noise() const { return floor.pairs > 0 && value <= std::max(1.4 * floor.mean, floor.mean + 3 * floor.standard_deviation); }
};
struct LaneMetrics {
    Key key = 0;
    Key data = 0;  // what they are measured against: truth_key()
    std::vector<MetricValue> values;
    std::optional<Coverage> coverage;  // mixtures only
    int lost = 0;
    long step = 0;                     // of training that the lane's network had, the later of two; 0: none is learned
};

enum class TrainingStatus { idle, running, paused, finished, failed };

// One run of one model, as published about ten times a second.
struct TrainingState {
    std::string model;
    TrainingStatus status = TrainingStatus::idle;
    long step = 0, steps = 0;
    double steps_per_second = 0;
    std::string device;              // "CPU" or the GPU's name
    std::vector<float> loss_step, loss;      // decimated history, at most 2,000 entries, mean over each stretch
    std::vector<nn::HyperparameterChange> changes;  // made live, at most one of a number per step, and what became of the run ("diverged, loss")
    std::string sentence;            // why it failed
    std::shared_ptr<const nn::Weights> weights;  // newest (EMA if there is one)
    std::uint64_t revision = 0;      // of the weights; 0: none yet
};

// The least loss that a model's network can reach, or why that is not known.
struct ModelFloor {
    Key key = 0;
    LossFloor floor;
    std::string why_not;
};

// What the inspector shows besides (inspection.h).
struct LossOverTime;
struct MetricsHistory;
struct MetricOverTime;
struct FieldErrorOverTime;
struct StudyState;

// What is on offer at one moment: cheap to copy. Index = lane or model index of the scene.
struct Results {
    std::array<std::shared_ptr<const LaneResult>, 4> lanes;
    std::array<std::shared_ptr<const LaneMetrics>, 4> metrics;
    std::array<std::shared_ptr<const FieldMovie>, 4> fields;      // per lane; lanes with the same fields share one
    std::array<std::shared_ptr<const DensityMovie>, 4> densities;  // per lane, the exact p_t it should have (exact_data in guidance.h); null where none is known
    std::array<std::shared_ptr<const FokkerPlanckMovie>, 4> fokker_planck;   // per lane, while asked for (view.density, discrepancies)
    std::array<std::shared_ptr<const FokkerPlanckMovie>, 4> likelihood;      // per lane, while view.density is "likelihood": by backward characteristics
    std::array<std::shared_ptr<const DiscrepancyTable>, 4> discrepancies;    // per lane, while the table is open
    std::array<std::shared_ptr<const DensityMovie>, 4> lane_densities;  // view.density "class" or "product", per lane
    std::array<std::shared_ptr<const ModelFloor>, 4> floors;      // per model
    std::array<std::shared_ptr<const TrainingState>, 4> training;  // per model
    std::array<std::shared_ptr<const LossOverTime>, 4> losses_over_time;      // per model, while asked for
    std::array<std::shared_ptr<const FieldErrorOverTime>, 4> field_errors;    // per model, while asked for
    std::array<std::shared_ptr<const MetricsHistory>, 4> histories;           // per lane that follows a network
    std::array<std::shared_ptr<const MetricOverTime>, 4> metrics_over_time;   // per lane, while asked for
    std::shared_ptr<const StudyState> study;                       // the last one asked for
    bool study_current = false;                                    // the same would come out now
    std::array<bool, 4> lane_current{}, metrics_current{};         // key matches what is wanted; while a network learns, by any of its weights
};

}  // namespace pf
