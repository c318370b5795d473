#include "app/runtime/probe.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/runtime/guidance.h"
#include "app/runtime/keys.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/lane_stability.h"
#include "app/runtime/probe_curves.h"
#include "app/runtime/sigma_shape.h"
#include "core/math/field/altered_field.h"
#include "core/math/field/mixture_field.h"
#include "core/math/field/stand_ins.h"
#include "core/math/solver/likelihood.h"

namespace pf {
namespace {

constexpr double least_beta = 1e-6;

bool within(double t, TimeRange range) { return t >= range.min - 1e-12 && t <= range.max + 1e-12; }

// What `field` knows of `want` at (x, t), into `out`.
void fill(const Field& field, const Eigen::Vector2d& x, double t, unsigned want, ProbeValues& out) {
    unsigned can = 0;
    for (unsigned bit = want_velocity; bit <= want_log_density; bit *= 2)
        if ((want & field.knows() & bit) && within(t, field.domain(bit))) can |= bit;
    if (!can) return;
    FieldValues<double> values;
    field.evaluate(PointsD(x.transpose().array()), t, can, values);
    const auto vector = [&](unsigned bit, const PointsD& from, std::optional<Eigen::Vector2d>& to) {
        if ((can & bit) && from.isFinite().all()) to = from.row(0).matrix().transpose();
    };
    vector(want_velocity, values.velocity, out.velocity);
    vector(want_score, values.score, out.score);
    vector(want_denoiser, values.denoiser, out.denoiser);
    vector(want_noise, values.noise, out.noise);
    if ((can & want_divergence) && std::isfinite(values.divergence(0))) out.divergence = values.divergence(0);
    if ((can & want_log_density) && std::isfinite(values.log_density(0))) out.log_p = values.log_density(0);
}

// log p_t(x) of the density that the ODE carries from N(0, β_0² I).
std::optional<double> log_p_along(const Field& field, const Schedule& schedule, const Eigen::Vector2d& x, double t, int steps, std::stop_token stop) {
    if (!(field.knows() & want_divergence)) return {};
    const TimeRange range = field.domain(want_velocity | want_divergence);
    const double beta = schedule.at(0).beta;
    const PointsD at = x.transpose().array();
    if (!within(t, range) && t > range.max) return {};
    double value = 0;
    if (t <= range.min) {
        value = log_normal_density<double>(at, beta)(0);
    } else {
        Dynamics dynamics;
        dynamics.velocity = &field;
        value = log_likelihood(dynamics, {"rk4", {}}, uniform_grid({range.min, t}, std::max(4, static_cast<int>(std::ceil(steps * (t - range.min))))), at, beta, stop).log_p(0);
    }
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// The first lane whose σ_t an ODE can borrow; −1 if there is none.
int first_sde(const Scene& scene, const FieldSet& fields) {
    for (std::size_t i = 0; i < scene.lanes.size(); ++i) {
        const Lane& l = scene.lanes[i];
        if (l.process == "sampling" && !vanishes(*make_sigma(l, "sigma"), *fields.schedules[static_cast<std::size_t>(model_index(scene, l.model))])) return static_cast<int>(i);
    }
    return -1;
}

}  // namespace

// What one lane follows.
struct Probe::LaneFields {
    std::shared_ptr<const Field> velocity, score, exact_velocity, exact_score;  // guided; null where not known
    std::shared_ptr<const Schedule> schedule;
    std::shared_ptr<const Mixture> data;
    bool is_exact = false, gaussian_path = true, drawn = false;
};

Probe::Probe(std::shared_ptr<const Scene> scene, FieldSet fields) : scene_(std::move(scene)), fields_(std::move(fields)) {
    const auto dataset = make_dataset(scene_->data);
    auto data = dataset->mixture();
    FieldSet exact;
    exact.schedules = fields_.schedules;
    for (std::size_t i = 0; i < scene_->models.size(); ++i)
        exact.fields.push_back(data && on_gaussian_path(*scene_, scene_->models[i]) ? std::make_shared<MixtureField>(data, fields_.schedules[i]) : nullptr);
    const bool drawn = !data;
    if (drawn) {
        Random random(scene_->seed, "probe");
        data = masses_at(dataset->sample(random, posterior_draws));
    }
    for (const Lane& l : scene_->lanes) {
        const int drift = model_index(*scene_, l.model), score = l.score_model.empty() ? drift : model_index(*scene_, l.score_model);
        const auto i = static_cast<std::size_t>(drift), j = static_cast<std::size_t>(score);
        LaneFields lane;
        lane.schedule = fields_.schedules[i];
        lane.gaussian_path = on_gaussian_path(*scene_, scene_->models[i]) && on_gaussian_path(*scene_, scene_->models[j]);
        lane.velocity = guided_field(*scene_, l, drift, fields_);
        lane.score = score == drift ? lane.velocity : guided_field(*scene_, l, score, fields_);
        lane.is_exact = scene_->models[i].field == "exact" && scene_->models[j].field == "exact";
        if (!lane.is_exact && exact.fields[i]) lane.exact_velocity = guided_field(*scene_, l, drift, exact);
        if (!lane.is_exact && exact.fields[j]) lane.exact_score = guided_field(*scene_, l, score, exact);
        const auto* own = dynamic_cast<const MixtureField*>(lane.velocity.get());
        // The field keeps its mixture alive.
        lane.data = own ? std::shared_ptr<const Mixture>(lane.velocity, &own->mixture()) : data;
        lane.drawn = !own && drawn;
        lanes_.push_back(std::move(lane));
    }
}

Probe::Probe(Probe&&) noexcept = default;
Probe::~Probe() = default;

void Probe::values(const LaneFields& lane, const Lane& l, const ProbeRequest& request, ProbeLane& out, std::stop_token stop) const {
    const Eigen::Vector2d x(out.at.x[0], out.at.x[1]);
    constexpr unsigned of_drift = want_velocity | want_denoiser | want_noise | want_divergence | want_log_density;
    const unsigned of_score = lane.gaussian_path ? want_score : 0u;  // elsewhere the conversion does not hold
    if (lane.velocity) fill(*lane.velocity, x, out.t, of_drift, out.field);
    if (lane.score) fill(*lane.score, x, out.t, of_score, out.field);
    if (lane.exact_velocity) fill(*lane.exact_velocity, x, out.t, of_drift, out.exact);
    if (lane.exact_score) fill(*lane.exact_score, x, out.t, of_score, out.exact);
    if (out.field.log_p || !request.log_p || !lane.velocity || scene_->source || l.process == "langevin") return;
    out.field.log_p = log_p_along(*lane.velocity, *lane.schedule, x, out.t, request.coarse ? 16 : 48, stop);
    out.log_p_by_ode = out.field.log_p.has_value();
}

void Probe::fan(const LaneFields& lane, const Lane& l, const ProbeRequest& request, ProbeLane& out, std::stop_token stop) const {
    const Eigen::Vector2d x(out.at.x[0], out.at.x[1]);
    const int steps = request.coarse ? 64 : 240;
    const Choice euler{"euler_maruyama", {}};
    const auto key = stream_key(scene_->seed, "probe fan"), back_key = stream_key(scene_->seed, "probe noising");
    const bool noising = l.process == "noising";
    const LaneProblem problem = lane_problem(*scene_, out.at.lane, fields_);
    const SolverInfo& info = find_solver(l.solver.id, "solver");
    // In the lane's clock, from where it is to its end.
    const auto follow = [&](const Dynamics& dynamics, const Choice& solver, double from, double to, std::uint64_t noise_key) {
        return to - from < 1e-6 ? ProbeCurves{} : fan_of(dynamics, solver, stable_times(dynamics, *lane.schedule, smallest_variance(*scene_, out.at.lane), from, to, steps), x, noise_key, stop);
    };
    Dynamics own = problem.dynamics();
    const TimeRange range = problem.sigma || info.own_noise ? lane_range(*scene_, out.at.lane, problem, valid_times(own, find_solver(info.own_noise ? l.solver.id : euler.id, "solver"))) : TimeRange{l.t_min, l.t_max};
    if (problem.frozen) {
        if (problem.sigma) out.fan_on = follow(own, euler, request.t, 1, key), out.fan_on_noise = "its own σ";
        return;
    }
    if (noising && problem.sigma && !(is_noising_sde(l, *lane.schedule) && l.variant == "right")) {
        out.fan_back = follow(own, euler, 1 - std::min(request.t, range.max), 1 - range.min, back_key);
        for (double& t : out.fan_back.t) t = 1 - t;
        std::reverse(out.fan_back.t.begin(), out.fan_back.t.end());
        std::reverse(out.fan_back.x.begin(), out.fan_back.x.end());
        out.fan_back_noise = "its own σₜ";
    } else if (lane.gaussian_path && request.t > 1e-6) {
        out.fan_back = noising_fan(*lane.schedule, request.t, x, back_key);
        out.fan_back_noise = "the noising SDE";
    }
    if (!noising && (problem.sigma || info.own_noise)) {
        out.fan_on = follow(own, info.own_noise ? l.solver : euler, std::max(request.t, range.min), range.max, key);
        out.fan_on_noise = info.own_noise ? "its solver's own noise" : "its own σₜ";
        return;
    }
    if (!lane.velocity) return;
    if (!lane.gaussian_path || !lane.score || !(lane.score->knows() & want_score)) {
        out.sentence = lane.gaussian_path ? "no SDE fan: this lane's field has no score" : "no SDE fan and no posterior: on a coupled path s ≠ −E[ε|x]/β";
        return;
    }
    const int lender = noising ? out.at.lane : first_sde(*scene_, fields_);
    Dynamics sde;
    sde.velocity = lane.velocity.get(), sde.score = lane.score.get(), sde.schedule = lane.schedule.get();
    sde.sigma = [](double) { return 1.0; };
    if (lender >= 0)
        sde.sigma = [sigma = std::shared_ptr<const Sigma>(make_sigma(scene_->lanes[static_cast<std::size_t>(lender)], "sigma")), schedule = lane.schedule](double t) { return sigma->at(t, *schedule); };
    out.fan_on_noise = noising ? "its own σₜ" : lender >= 0 ? fmt::format("σₜ of lane {}", lender + 1) : "σ = 1";
    const TimeRange valid = valid_times(sde, find_solver(euler.id, "solver"));
    out.fan_on = follow(sde, euler, std::max({request.t, valid.min, l.t_min}), std::min(valid.max, l.t_max), key);
}

ProbeLane Probe::lane(const ProbeRequest& request, const ProbePoint& at, std::stop_token stop) const {
    const auto index = static_cast<std::size_t>(at.lane);
    const Lane& l = scene_->lanes.at(index);
    const LaneFields& lane = lanes_[index];
    const Eigen::Vector2d x(at.x[0], at.x[1]);
    const bool frozen = l.process == "langevin";
    ProbeLane out;
    out.at = at;
    out.t = frozen ? l.frozen_t : request.t;
    out.field_is_exact = lane.is_exact;
    values(lane, l, request, out, stop);
    if (request.trajectory && !frozen && lane.velocity) {
        const auto velocity = l.variant == "reversed_time" ? std::make_shared<AlteredField>(lane.velocity, Alteration{1, 0, Alteration::Times::mirrored, 0}) : lane.velocity;
        const TimeRange range = velocity->domain(want_velocity);
        const double low = std::max(range.min, std::min(l.t_min, request.t)), high = std::min(range.max, std::max(l.t_max, request.t));
        if (within(request.t, {low, high})) out.ode = ode_curve(velocity, {low, high}, request.t, x, request.coarse ? 32 : 96, stop);
    }
    if (request.fan) {
        try {
            fan(lane, l, request, out, stop);
        } catch (const BadInput& error) {
            out.sentence = error.what();
        }
    }
    if (lane.velocity)
        if (const TimeRange known = lane.velocity->domain(want_velocity); !within(out.t, known)) out.sentence = fmt::format("the lane's field is finite for t from {:g} to {:g} only", known.min, known.max);
    if (!lane.velocity) out.sentence = fmt::format("model '{}' has no weights yet", l.model);
    if (request.posterior && lane.gaussian_path && lane.schedule->at(out.t).beta > least_beta) {
        out.posterior = posterior_through(*lane.data, *lane.schedule, out.t, x, stream_key(scene_->seed, "probe posterior"), !frozen);
        if (!lane.drawn) out.posterior->effective_draws = 0, out.posterior->velocity_error.setZero();
    }
    return out;
}

ProbeResult Probe::operator()(const ProbeRequest& request, std::stop_token stop) const {
    const auto began = std::chrono::steady_clock::now();
    ProbeResult out;
    out.request = request;
    for (const ProbePoint& at : request.at) {
        if (stop.stop_requested()) break;
        if (at.lane < 0 || at.lane >= static_cast<int>(lanes_.size()) || !std::isfinite(at.x[0]) || !std::isfinite(at.x[1])) continue;
        out.lanes.push_back(lane(request, at, stop));
    }
    out.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
    return out;
}

}  // namespace pf
