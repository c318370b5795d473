#include "app/runtime/lane_problem.h"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "app/runtime/guidance.h"
#include "app/runtime/keys.h"
#include "app/runtime/options.h"
#include "app/runtime/sigma_shape.h"
#include "core/math/dataset/labelled.h"
#include "core/math/field/altered_field.h"
#include "core/math/field/mixture_field.h"
#include "core/math/field/stand_ins.h"
#include "core/math/fokker_planck/problem.h"
#include "core/math/schedule/schedules.h"
#include "core/math/solver/likelihood.h"

namespace pf {
namespace {

// ½σ'² s' and σ' with s' = factor s: what is wrong with a variant's score or noise, told by two numbers.
struct Wrong {
    double score = 1, sigma = 1;
};
Wrong wrong(const std::string& variant) {
    if (variant == "no_score") return {0, 1};
    if (variant == "double_score") return {2, 1};
    if (variant == "wrong_noise") return {0.5, std::sqrt(2.0)};  // the drift stays ½σ² s = ½(√2 σ)² ½s
    return {};
}

std::shared_ptr<const Field> altered(const std::shared_ptr<const Field>& field, const Alteration& alteration) {
    return !field || alteration == Alteration{} ? field : std::make_shared<AlteredField>(field, alteration);
}

// The noising process's own drift, in 1 − t; without a score.
void follow_noising_sde(LaneProblem& out, bool reversed_time) {
    const auto forward = fokker_planck::noising(out.schedule, {});
    Alteration alteration{1, 0};
    if (reversed_time) alteration.times = Alteration::Times::mirrored;
    out.velocity = out.score = altered(forward.velocity, alteration);
    out.sigma = forward.sigma;
    out.domain.max = forward.velocity->domain(want_velocity).max;
}

}  // namespace

double solver_option(const Lane& lane, std::string_view id) {
    if (const auto chosen = lane.solver.values.find(std::string(id)); chosen != lane.solver.values.end()) return chosen->second;
    const auto all = options(ChoiceTable::solver, lane.solver.id, "solver");
    return std::find_if(all.begin(), all.end(), [&](const Option& one) { return one.id == id; })->value;
}

bool is_noising_sde(const Lane& lane, const Schedule& schedule) {
    if (lane.process != "noising") return false;
    const auto sigma = make_sigma(lane, "sigma");
    const double from = std::max(lane.t_min, schedule.at(0).alpha > 0 ? 0 : end_margin);
    for (int i = 0; i <= 32; ++i) {
        const double t = from + (lane.t_max - from) * i / 32, g = std::sqrt(schedule.at(t).g_squared());
        if (std::abs(sigma->at(t, schedule) - g) > 1e-9 * g) return false;
    }
    return true;
}

double own_noise(const Lane& lane) {
    if (lane.solver.id == "ddpm_ancestral" || lane.solver.id == "sde_dpm_solver_2m") return 1;
    return lane.solver.id == "ddim_eta" ? solver_option(lane, "eta") : 0;
}

std::string_view noise_beside(const Lane& lane) {
    if (lane.solver.id == "edm_churn") return solver_option(lane, "churn") > 0 ? "churn" : "";
    return lane.solver.id == "predictor_corrector" && solver_option(lane, "corrections") > 0 && solver_option(lane, "ratio") > 0 ? "corrector" : "";
}

std::string noise_in_words(const Lane& lane) {
    if (const double share = own_noise(lane); share > 0) return share == 1 ? "g of its solver" : fmt::format("{:g} g of its solver", share);
    const std::string_view beside = noise_beside(lane);
    return beside.empty() ? lane.sigma.id : fmt::format("{} and {}", lane.sigma.id, beside);
}

bool lacks_weights(const Scene& scene, int lane, const WeightSet& weights) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const auto lacks = [&](const std::string& name) {
        const auto i = static_cast<std::size_t>(model_index(scene, name));
        return scene.models[i].field == "network" && (i >= weights.size() || !weights[i]);
    };
    if (!lacks(l.model) && (l.score_model.empty() || !lacks(l.score_model))) return false;
    return !is_noising_sde(l, *build(schedules(), model_named(scene, l.model).schedule, "schedule"));
}

bool has_likelihood(const Scene& scene, int lane) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    return l.process != "langevin" && !is_noising_sde(l, *build(schedules(), model_named(scene, l.model).schedule, "schedule"));
}

LaneProblem lane_problem(const Scene& scene, int lane, const FieldSet& fields) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    const auto drift = static_cast<std::size_t>(model_index(scene, l.model));
    const auto score = l.score_model.empty() ? drift : static_cast<std::size_t>(model_index(scene, l.score_model));
    const auto schedule = fields.schedules.at(drift);
    const std::shared_ptr<const Sigma> sigma = make_sigma(l, fmt::format("lanes[{}].sigma", lane));
    const bool reversed_time = l.variant == "reversed_time";
    const Wrong w = wrong(l.variant);

    LaneProblem out;
    out.schedule = schedule;
    out.noise_key = stream_key(scene.seed, "solver");
    out.backwards = l.process == "noising";
    out.frozen = l.process == "langevin";
    out.frozen_t = l.frozen_t;
    if (out.backwards) {
        const int label = exact_label(scene, l).value_or(l.guidance.label);
        out.noised = make_dataset(scene.data);
        if (label >= 0) out.noised = with_label(out.noised, label);
    }
    if (is_noising_sde(l, *schedule)) {
        follow_noising_sde(out, reversed_time);
        if (w.sigma != 1) out.sigma = [g = out.sigma, factor = w.sigma](double tau) { return factor * g(tau); };
        return out;
    }

    const auto base = guided_field(scene, l, static_cast<int>(drift), fields), base_score = score == drift ? base : guided_field(scene, l, static_cast<int>(score), fields);
    const double held = sigma->at(l.frozen_t, *schedule) * std::sqrt(l.duration);
    const bool noisy = out.frozen ? held > 0 : !vanishes(*sigma, *schedule);
    if ((!out.frozen && !base) || (noisy && !base_score))
        throw BadInput(fmt::format("lanes[{}]: model '{}' has no weights yet", lane, base || out.frozen ? (l.score_model.empty() ? l.model : l.score_model) : l.model));

    Alteration alteration{1, w.score};
    if (out.frozen) {
        alteration.velocity = 0;
        alteration.times = Alteration::Times::frozen;
        alteration.frozen = reversed_time ? 1 - l.frozen_t : l.frozen_t;
    } else if (out.backwards) {
        alteration.velocity = -1;
    }
    if (!out.frozen && out.backwards != reversed_time) alteration.times = Alteration::Times::mirrored;
    out.velocity = altered(out.frozen ? base_score : base, alteration);
    if (noisy) {
        out.score = out.frozen || base == base_score ? out.velocity : altered(base_score, alteration);
        if (out.frozen)
            out.sigma = [value = w.sigma * held](double) { return value; };
        else
            out.sigma = [sigma, schedule, factor = w.sigma, backwards = out.backwards](double t) { return factor * sigma->at(backwards ? 1 - t : t, *schedule); };
    }
    const bool exact_model = scene.models[drift].field == "exact";
    out.exact_score = l.variant == "right" && !out.frozen && base == base_score && dynamic_cast<const MixtureField*>(base.get()) && (!out.backwards || exact_model);
    return out;
}

TimeRange lane_range(const Scene& scene, int lane, const LaneProblem& problem, TimeRange range) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    range = problem.turned(TimeRange{std::max(range.min, problem.domain.min), std::min(range.max, problem.domain.max)});
    const TimeRange out{std::max(range.min, l.t_min), std::min(range.max, l.t_max)};
    if (!(out.min < out.max))
        throw BadInput(fmt::format("lanes[{}]: the field is finite for t from {} to {} only, which {} to {} misses", lane, range.min, range.max, l.t_min, l.t_max));
    return out;
}

Points starting_points(const Scene& scene, const LaneProblem& problem, TimeRange range, int n) {
    if (scene.source && !problem.backwards) {
        Random random(scene.seed, "start");
        return static_cast<float>(problem.schedule->at(0).beta) * make_dataset(*scene.source)->sample(random, n);
    }
    Points start(n, 2);
    keyed_normals(stream_key(scene.seed, "start"), 0, 0, start);
    const Coefficients c = problem.schedule->at(problem.backwards ? range.max : 0);
    start *= static_cast<float>(c.beta);
    if (!problem.backwards) return start;
    Random random(scene.seed, "noised data");
    start += static_cast<float>(c.alpha) * problem.noised->sample(random, n);
    return start;
}

LaneStart lane_start(const Scene& scene, int lane, const LaneProblem& problem, TimeRange range) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    if (l.start != "teleport") return {range, {Eigen::Matrix2d::Identity(), Eigen::Vector2d::Zero()}};
    check(!problem.backwards && !problem.frozen, "lanes[{}] teleports in process '{}'", lane, l.process);
    if (!(l.teleport_to > range.min && l.teleport_to < range.max))
        throw BadInput(fmt::format("lanes[{}].teleport_to: {} must lie between {:.4g} and {:.4g}, where this lane runs", lane, l.teleport_to, range.min, range.max));
    const auto gaussian = gaussian_like(*make_dataset(scene.data), stream_key(scene.seed, "moments"));
    const Component& one = gaussian->components().front();
    return {{l.teleport_to, range.max}, gaussian_flow(*problem.schedule, one.mean, one.covariance, range.min, l.teleport_to)};
}

std::shared_ptr<const Mixture> start_density(const LaneProblem& problem, const LaneStart& start) {
    const double beta = problem.schedule->at(0).beta;
    Eigen::Matrix2d covariance = beta * beta * start.map.matrix * start.map.matrix.transpose();
    covariance(1, 0) = covariance(0, 1);
    return std::make_shared<const Mixture>(std::vector<Component>{{1, start.map.shift, covariance, 0}});
}

ColumnD log_start_density(const LaneProblem& problem, const LaneStart& start, const PointsD& x) {
    const PointsD noise = ((x.matrix().rowwise() - start.map.shift.transpose()) * start.map.matrix.inverse().transpose()).array();
    return log_normal_density<double>(noise, problem.schedule->at(0).beta) - std::log(std::abs(start.map.matrix.determinant()));
}

}  // namespace pf
