#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/math/dataset/dataset.h"
#include "core/math/field/density_grid.h"
#include "core/math/parameters.h"

namespace pf {

// Points the user gave, at most 20,000; compared by content hash.
struct PointSet {
    Points x;
    std::uint64_t hash = 0;
};

// p_data: a table entry; "mixture" with its components; "points" (the empirical distribution, smoothed by nothing); or "formula".
struct DataSpec {
    Choice choice{"eight_gaussians", {}};
    std::vector<Component> components;
    std::shared_ptr<const PointSet> points;
    std::string formula;  // an unnormalised density: an expression in x and y
    bool operator==(const DataSpec& other) const;
};

struct NetworkSpec {
    std::vector<int> hidden{64, 64, 64};
    std::string activation = "silu";  // silu tanh relu gelu
    std::string time = "raw";         // raw fourier
    int frequencies = 4;              // fourier only
    bool normalise = false;           // unit variance in and out (core/nn/description.h)
    bool conditional = false;         // told the label of the data, or none
    bool operator==(const NetworkSpec&) const = default;
};

struct ObjectiveSpec {
    std::string prediction = "velocity";  // the "id" of the objective: velocity score noise data v edm_f
    Choice weighting{"usual", {}}, times{"uniform", {}};
    bool operator==(const ObjectiveSpec&) const = default;
};

struct TrainingSpec {
    int steps = 5000, batch = 512;  // the defaults take moons to 1.5 × the noise floor in a second (probflow bench quality)
    double learning_rate = 3e-3;
    std::string decay = "cosine";  // constant cosine
    double ema = 0.995;            // 0: none
    double clip = 0;               // longest gradient, 0: any
    double label_dropout = 0.1;    // conditional networks: chance of not being told the label
    std::string coupling = "independent";  // independent ot (minibatch optimal transport)
    bool operator==(const TrainingSpec&) const = default;
};

// Where a field comes from.
struct Model {
    std::string name = "truth";
    std::string field = "exact";  // exact memorising gaussian network formula
    Choice schedule{"linear", {}};
    ObjectiveSpec objective;  // network only, likewise below
    NetworkSpec network;
    TrainingSpec training;
    std::vector<std::string> velocity, score;  // formula only: two expressions in x, y, t, alpha, beta each; score may be empty
    bool operator==(const Model&) const = default;
};

// The field a lane follows instead of its model's: base + w (towards − base), outside [from, to] with w = 1 (core/math/field/guided.h).
struct Guidance {
    // none
    // classifier_free: towards the field given `label`, from that given `negative_label` or none
    // autoguidance: towards the model's field, from that of `weaker_model`, both given `label` if there is one
    // classifier: the model's field without a label plus w ∇log p_t(label|x), with the exact posterior
    std::string kind = "none";
    int label = -1, negative_label = -1;  // −1: none
    double scale = 1;                     // w, −1 … 10
    double from = 0, to = 1;              // t
    std::string weaker_model;
    bool operator==(const Guidance&) const = default;
};

// One way from noise to data, or back (process noising), or to p at one t (process langevin).
struct Lane {
    std::string model = "truth", score_model;  // names; an empty score_model means the same as model
    Choice sigma{"zero", {}}, solver{"heun", {}}, grid{"uniform", {}};
    std::string sigma_expression;  // of the sigma shape "formula": an expression in t, alpha, beta
    int steps = 50, particles = 2000;
    double t_min = 0, t_max = 1;  // intersected with what the fields allow (valid_times)
    std::string process = "sampling";   // sampling noising langevin
    double frozen_t = 0.9, duration = 4;  // langevin only: the t whose p_t it holds, and how long it runs
    std::string variant = "right";      // right no_score double_score wrong_noise reversed_time
    Guidance guidance;
    std::string start = "noise";  // noise | teleport: moved in closed form to t = teleport_to, as if the data were one Gaussian
    double teleport_to = 0.5;     // in (t_min, t_max); only with start teleport
    bool operator==(const Lane&) const = default;
};

// Layer ids, in drawing order; the table with labels is app/panels/edits.h.
//   density difference error lic contours grid particles trails trajectories streamlines velocity score denoiser
struct View {
    int panes = 2;                                                 // 1, 2 or 4; pane i shows lane i
    std::vector<std::string> layers{"density", "particles", "trails"};  // sorted in drawing order, no duplicates
    std::map<std::string, double> opacity;                         // of layers, 0 … 1; those not named: 1
    std::string density = "exact";                                 // exact | fokker_planck | histogram | likelihood | class: p_t(x|c) |
                                                                   // product: p_t(x) p_t(c|x)^w, of guided lanes
    std::string colour = "start";                                  // particles by: start | single | log_p | label | divergence | speed
    std::string shape = "flat";                                    // flat | height (p_t as a surface) | space_time (p_t(x₁) over t)
    std::optional<Box> box;                                        // a region V whose mass and outflow are shown
    bool operator==(const View&) const = default;
};

// Everything the user chose: a value, a JSON file, the unit of undo. 1–4 models with distinct names, 1–4 lanes.
struct Scene {
    std::string title = "Untitled", sentence;
    std::uint64_t seed = 7;  // < 2^53, exact in JSON
    DataSpec data;
    std::optional<DataSpec> source;  // what data is made from; none: N(0, β_0² I)
    std::vector<Model> models{Model{}};
    std::vector<Lane> lanes{Lane{}};
    View view;
    bool operator==(const Scene&) const = default;
};

// Throws BadInput, "<where>: lanes[1].solver: unknown id 'rk5' (known: …)", unless every id, name and number is legal and every
// combination runs (no σ > 0 with an ODE solver, no v on a path with α² + β² ≠ 1, exact only where the data has a mixture, …).
void validate(const Scene& scene, const std::string& where);

// Why this combination cannot run, as a sentence; empty if it can. What the panels grey out, and validate() refuses.
std::string why_not(const Scene& scene, const Lane& lane);
std::string why_not(const Scene& scene, const Model& model);
std::string why_not(const View& view);
bool is_stochastic(const Lane& lane);  // σ is not zero
bool has_noise(const Lane& lane);      // σ, or the solver's own

// Why a lane has no log p along its trajectories, as a sentence; empty if it has.
std::string why_no_log_p(const Scene& scene, const Lane& lane);

// Whether a model's path is the Gaussian one, x = α z + β ε with ε ~ N(0, I) independent of z. Otherwise its p_t is known at the ends only, and only the
// ODE follows from its velocity (math.md, "For couplings other than independent").
bool on_gaussian_path(const Scene& scene, const Model& model);

// Labels that the data have, increasing. Where there is no mixture, those among 4,096 draws. Kept, so that panels may ask every frame.
std::vector<int> labels_of(const DataSpec& data);

// Why view.density cannot be shown for a lane, whose histogram is shown then; empty if it can.
std::string why_no_density(const Scene& scene, const Lane& lane);

const Model& model_named(const Scene& scene, const std::string& name);  // throws std::logic_error; validated scenes only

// The data set a scene names, with its options set.
std::shared_ptr<const Dataset> make_dataset(const DataSpec& data);

}  // namespace pf
