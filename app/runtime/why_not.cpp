#include <algorithm>
#include <map>
#include <mutex>

#include "app/runtime/formula/formula_field.h"
#include "app/runtime/guidance.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/scene.h"
#include "app/runtime/scene_json.h"
#include "app/runtime/sigma_shape.h"
#include "core/math/dataset/datasets.h"
#include "core/math/path/prediction.h"
#include "core/math/schedule/schedules.h"
#include "core/math/solver/solvers.h"
#include "core/nn/front.h"

namespace pf {
namespace {

const Model* model_or_null(const Scene& scene, const std::string& name) {
    const auto it = std::find_if(scene.models.begin(), scene.models.end(), [&](const Model& m) { return m.name == name; });
    return it == scene.models.end() ? nullptr : &*it;
}

std::string unknown_model(const Scene& scene, const std::string& name) {
    std::string known;
    for (const auto& m : scene.models) known += (known.empty() ? "" : ", ") + m.name;
    return fmt::format("no model is called '{}' (known: {})", name, known);
}

TimeRange learned_domain(const Model& model, unsigned want) {
    if (model.field == "memorising") return {0, build(schedules(), model.schedule, "schedule")->at(1).beta == 0 ? 1 - end_margin : 1};
    if (model.field != "network") return {0, 1};
    const auto schedule = build(schedules(), model.schedule, "schedule");
    return conversion_domain(prediction_from_id(model.objective.prediction, "objective.id"), want, *schedule);
}

// A formula may be anything; what the lane would meet must be a noise level.
std::string why_not_sigma(const Lane& lane, const Schedule& schedule) {
    if (lane.sigma.id != "formula") return {};
    const FormulaSigma formula(lane.sigma_expression, "sigma");
    for (int i = 0; i <= 256; ++i) {
        const double t = lane.process == "langevin" ? lane.frozen_t : lane.t_min + (lane.t_max - lane.t_min) * i / 256, value = formula.value(t, schedule);
        if (!(value >= 0 && value <= FormulaSigma::most))
            return fmt::format("the formula of σ is {:.4g} at t = {:.4g}; expected a number from 0 to {:g}", value, t, FormulaSigma::most);
    }
    return {};
}

// What the other processes and the wrong equations ask of a lane.
std::string why_not_process(const Lane& lane, const SolverInfo& solver, bool noisy, bool has_score) {
    const bool plain = !solver.uses_denoiser && !solver.uses_score && !solver.own_noise;
    if (!plain && lane.process != "sampling")
        return fmt::format("'{}' is made for sampling; process '{}' needs a solver that follows any drift, such as 'heun' or 'euler_maruyama'", solver.id, lane.process);
    if (!plain && lane.variant != "right")
        return fmt::format("'{}' steps with more than the drift; variant '{}' needs a solver that follows any drift, such as 'heun' or 'euler_maruyama'", solver.id, lane.variant);
    if (lane.process == "langevin" && !noisy) return fmt::format("Langevin dynamics live on noise, and σ is 0 at t = {:g}; choose sigma 'constant'", lane.frozen_t);
    if (lane.process == "langevin" && (lane.grid.id == "log_snr" || lane.grid.id == "edm"))
        return fmt::format("the grid '{}' follows the path, and Langevin dynamics have a clock of their own; choose grid 'uniform'", lane.grid.id);
    if (lane.variant == "wrong_noise" && !noisy) return "variant 'wrong_noise' changes nothing without noise; choose a sigma that is not zero";
    if ((lane.variant == "no_score" || lane.variant == "double_score") && !has_score)
        return fmt::format("variant '{}' changes the score term, and this lane has none; choose {}", lane.variant, noisy ? "process 'sampling'" : "a sigma that is not zero");
    return {};
}

// The times that `domain` of the fields leaves to a lane, in lane time.
TimeRange left_to(const Lane& lane, TimeRange domain) {
    if (lane.variant == "reversed_time") domain = {1 - domain.max, 1 - domain.min};
    if (lane.process != "langevin") return domain;
    return lane.frozen_t >= domain.min && lane.frozen_t <= domain.max ? TimeRange{0, 1} : TimeRange{0, 0};
}

std::string why_not_formula(const Model& drift, const Model& score, const SolverInfo& solver, bool asks_score) {
    if (drift.field == "formula" && solver.uses_denoiser) return fmt::format("'{}' steps with the denoiser, and the formulas of '{}' give none; choose heun or euler_maruyama", solver.id, drift.name);
    if (score.field == "formula" && asks_score && score.score.empty()) return fmt::format("'{}' has no formula for its score, which noise needs; give two, or choose sigma zero", score.name);
    return {};
}

std::string listed(const std::vector<int>& labels) { return fmt::format("{}", fmt::join(labels, ", ")); }

std::string unknown_label(const Scene& scene, int label) {
    const auto known = labels_of(scene.data);
    if (std::find(known.begin(), known.end(), label) != known.end()) return {};
    return fmt::format("the data '{}' have no label {} (known: {})", scene.data.choice.id, label, listed(known));
}

bool knows_labels(const Model& model) { return model.field == "exact" || (model.field == "network" && model.network.conditional); }

std::string why_no_guidance(const Scene& scene, const Lane& lane, const Model& drift, const Model& score) {
    const Guidance& g = lane.guidance;
    if (g.kind == "none") return {};
    const bool automatic = g.kind == "autoguidance";
    if (!(g.from < g.to)) return fmt::format("guidance from {} to {}: 'from' must be below 'to'", g.from, g.to);
    if (!automatic && g.label < 0) return fmt::format("guidance '{}' needs a label (known: {})", g.kind, listed(labels_of(scene.data)));
    for (const int label : {g.label, g.negative_label})
        if (const auto why = label < 0 ? std::string() : unknown_label(scene, label); !why.empty()) return why;
    if (g.kind == "classifier") {
        if (!has_mixture(scene.data.choice.id)) return fmt::format("guidance 'classifier' needs the exact posterior of a mixture, and '{}' is none", scene.data.choice.id);
        if (!on_gaussian_path(scene, drift)) return "guidance 'classifier' needs the Gaussian path, for the posterior; choose coupling 'independent' and source 'gaussian'";
        return {};
    }
    const Model* weaker = automatic ? model_or_null(scene, g.weaker_model) : &drift;
    if (!weaker) return "guidance.weaker_model: " + unknown_model(scene, g.weaker_model);
    if (weaker->schedule != drift.schedule) return fmt::format("the guiding model '{}' belongs to another path than '{}'; give both the same schedule", weaker->name, drift.name);
    if (g.label < 0) return {};
    for (const Model* model : {&drift, &score, weaker})
        if (!knows_labels(*model)) return fmt::format("model '{}' knows no labels; choose field 'exact', or a network with 'conditional'", model->name);
    return {};
}

constexpr const char* coupled_density = "pₜ of a coupled path is known at t = 0 and t = 1 only";

std::string guided_density(const Scene& scene, const Lane& lane) {
    if (lane.guidance.scale == 1) return fmt::format("pₜ(x|c) is known for mixtures only, and '{}' is none", scene.data.choice.id);
    return fmt::format("guided sampling with w = {:g} has no density in closed form", lane.guidance.scale);
}

}  // namespace

bool has_mixture(const std::string& id) {
    if (id == "mixture" || id == "points") return true;
    if (id == "formula") return false;
    static std::mutex mutex;
    static std::map<std::string, bool> known;
    const std::lock_guard lock(mutex);
    const auto it = known.find(id);
    if (it != known.end()) return it->second;
    return known[id] = find(datasets(), id, "data.id").make()->mixture() != nullptr;
}

bool on_gaussian_path(const Scene& scene, const Model& model) {
    return !scene.source && !(model.field == "network" && model.training.coupling != "independent");
}

std::vector<int> labels_of(const DataSpec& data) {
    static std::mutex mutex;
    static std::map<std::string, std::vector<int>> known;
    const auto key = data_to_json(data, true).dump();
    const std::lock_guard lock(mutex);
    if (const auto it = known.find(key); it != known.end()) return it->second;
    const auto dataset = make_dataset(data);
    std::vector<int> labels;
    if (const auto mixture = dataset->mixture()) {
        for (const Component& c : mixture->components()) labels.push_back(c.label);
    } else {
        Random random(0, "labels");
        dataset->sample(random, 4096, &labels);
    }
    std::sort(labels.begin(), labels.end());
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    if (known.size() > 64) known.clear();
    return known[key] = labels;
}

std::string why_no_exact(const Scene& scene, const Lane& lane) {
    const Model& model = model_named(scene, lane.model);
    for (const Model* one : {&model, &model_named(scene, lane.score_model.empty() ? lane.model : lane.score_model)})
        if (one->field == "formula") return "the exact density of a formula is not known";
    if (!on_gaussian_path(scene, model)) return coupled_density;
    return exact_label(scene, lane) ? "" : guided_density(scene, lane);
}

std::string why_no_density(const Scene& scene, const Lane& lane) {
    const std::string& shown = scene.view.density;
    if (shown == "histogram") return {};
    if (shown == "fokker_planck" || shown == "likelihood") return scene.source ? "the Fokker–Planck equation is solved from N(0, β₀² I) on, and this scene has another source" : "";
    if (!on_gaussian_path(scene, model_named(scene, lane.model))) return coupled_density;
    if (shown == "exact") return exact_label(scene, lane) ? "" : guided_density(scene, lane);
    if (lane.guidance.kind == "none" || lane.guidance.label < 0) return "this lane has no label";
    return has_mixture(scene.data.choice.id) ? std::string() : fmt::format("p(c|x) is known for mixtures only, and '{}' is none", scene.data.choice.id);
}

bool is_stochastic(const Lane& lane) { return lane.sigma.id != "zero"; }

bool has_noise(const Lane& lane) {
    const auto& solver = find_solver(lane.solver.id, "solver");
    return is_stochastic(lane) || solver.own_noise || solver.uses_score;
}

std::string why_not(const Scene& scene, const Model& model) {
    if (scene.source) {
        if (model.field != "network") return fmt::format("the field '{}' is that of a Gaussian source; with source '{}' choose field 'network'", model.field, scene.source->choice.id);
        if (model.schedule.id != "linear") return fmt::format("from a data set to a data set only the schedule 'linear' leads, not '{}'", model.schedule.id);
    }
    if (model.field == "network" && model.objective.prediction == "score" && !on_gaussian_path(scene, model))
        return "the score is no regression target on a coupled path (s ≠ −E[ε|x]/β); choose another prediction, or coupling 'independent' and source 'gaussian'";
    if (model.field == "network" && model.network.conditional) {
        const auto labels = labels_of(scene.data);
        if (labels.size() < 2 || labels.back() >= nn::max_labels)
            return fmt::format("a conditional network needs data with 2 to {} labels below {}, and '{}' has {}", nn::max_labels, nn::max_labels, scene.data.choice.id, listed(labels));
    }
    if (model.field == "exact" && !has_mixture(scene.data.choice.id))
        return fmt::format("the exact field needs a Gaussian mixture, and '{}' is none; choose field 'network' or other data", scene.data.choice.id);
    if (model.field == "network" && model.objective.prediction == "v" &&
        !build(schedules(), model.schedule, "schedule")->variance_preserving())
        return fmt::format("v-prediction needs a path with α² + β² = 1, and '{}' is none; choose schedule 'vp' or 'trigonometric'", model.schedule.id);
    return {};
}

std::string why_not(const View& view) {
    const bool differs = std::find(view.layers.begin(), view.layers.end(), "difference") != view.layers.end();
    if (differs && view.density == "exact") return "the layer 'difference' compares with the exact density; choose another density than 'exact', such as 'histogram'";
    return {};
}

std::string why_not(const Scene& scene, const Lane& lane) {
    const Model* drift = model_or_null(scene, lane.model);
    if (!drift) return unknown_model(scene, lane.model);
    const Model* score = lane.score_model.empty() ? drift : model_or_null(scene, lane.score_model);
    if (!score) return unknown_model(scene, lane.score_model);
    if (score->schedule != drift->schedule)
        return fmt::format("the velocity of '{}' and the score of '{}' belong to different paths; give both models the same schedule", drift->name,
                           score->name);
    const auto schedule = build(schedules(), drift->schedule, "schedule");
    if (const auto why = why_not_sigma(lane, *schedule); !why.empty()) return why;
    const auto sigma = make_sigma(lane, "sigma");
    const bool frozen = lane.process == "langevin", forward = is_noising_sde(lane, *schedule);
    const bool noisy = frozen ? sigma->at(lane.frozen_t, *schedule) > 0 : !vanishes(*sigma, *schedule);
    const auto& solver = find_solver(lane.solver.id, "solver.id");
    if (const auto why = why_not_process(lane, solver, noisy, noisy && !forward); !why.empty()) return why;
    if (noisy && solver.own_noise) return fmt::format("'{}' brings its own noise; choose sigma zero", solver.id);
    if (noisy && !solver.stochastic)
        return fmt::format("'{}' follows an ODE; choose sigma zero or the solver '{}'", solver.id,
                           solver.id == "euler" ? "euler_maruyama" : "stochastic_heun");
    if ((noisy || solver.uses_score || solver.own_noise) && !on_gaussian_path(scene, *score))
        return fmt::format("'{}' was trained on a coupled path and has no score; {}", score->name,
                           noisy && !scene.source ? "choose sigma zero, or a score_model with coupling 'independent'" : "choose sigma zero and a solver of the ODE");
    if (lane.start == "teleport" && lane.process != "sampling")
        return fmt::format("a lane teleports from the noise on, and process '{}' does not begin there; choose process 'sampling' or start 'noise'", lane.process);
    if (lane.start == "teleport" && lane.variant != "right")
        return fmt::format("a teleport follows the right equations, and variant '{}' does not; choose variant 'right' or start 'noise'", lane.variant);
    if (lane.start == "teleport" && scene.source)
        return fmt::format("a teleport moves N(0, β₀² I), and this scene starts from '{}'; choose source 'gaussian' or start 'noise'", scene.source->choice.id);
    if (scene.source && lane.process != "sampling") return fmt::format("process '{}' needs the Gaussian path; with a source choose 'sampling'", lane.process);
    if (const auto why = why_no_guidance(scene, lane, *drift, noisy ? *score : *drift); !why.empty()) return why;
    if (!(lane.t_min < lane.t_max)) return fmt::format("t_min {} must be below t_max {}", lane.t_min, lane.t_max);
    if (forward) return {};
    if (const auto why = why_not_formula(*drift, *score, solver, noisy || solver.uses_score); !why.empty()) return why;
    TimeRange domain = frozen ? TimeRange{0, 1} : learned_domain(*drift, solver.uses_denoiser ? want_denoiser : want_velocity);
    if (noisy || solver.uses_score) {
        const TimeRange other = learned_domain(*score, want_score);
        domain = {std::max(domain.min, other.min), std::min(domain.max, other.max)};
    }
    const TimeRange left = left_to(lane, domain);
    if (frozen && left.max == 0) return fmt::format("the score is finite for t from {} to {} only, which frozen_t {} misses", domain.min, domain.max, lane.frozen_t);
    const double first = std::max(left.min, lane.t_min), last = std::min(left.max, lane.t_max);
    if (!(first < last)) return fmt::format("the field is finite for t from {} to {} only, which {} to {} misses", left.min, left.max, lane.t_min, lane.t_max);
    if (lane.start == "teleport" && !(lane.teleport_to > first && lane.teleport_to < last))
        return fmt::format("teleport_to {} must lie between {} and {}, where this lane runs", lane.teleport_to, first, last);
    return {};
}

std::string why_no_log_p(const Scene& scene, const Lane& lane) {
    if (scene.source) return "log p starts from that of N(0, β₀² I); choose source 'gaussian'";
    if (lane.process != "sampling") return "log p is followed from the noise on; choose the process sampling";
    const auto schedule = build(schedules(), model_named(scene, lane.model).schedule, "schedule");
    if (!vanishes(*make_sigma(lane, "sigma"), *schedule)) return "log p follows an ODE; choose sigma zero";
    if (find_solver(lane.solver.id, "solver.id").carries_log_p) return {};
    std::string known;
    for (const auto& solver : solvers())
        if (solver.carries_log_p) known += (known.empty() ? "" : ", ") + std::string(solver.id);
    return fmt::format("'{}' does not carry log p along; choose a solver that follows the velocity alone ({})", lane.solver.id, known);
}

}  // namespace pf
