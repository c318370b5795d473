#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <set>

#include "app/runtime/guidance.h"
#include "app/runtime/keys.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/layers.h"
#include "app/runtime/shown_density.h"
#include "core/math/dataset/labelled.h"
#include "core/math/field/mixture_field.h"

namespace pf {
namespace {

constexpr std::size_t most_values = 4'000'000;  // floats of one lane
constexpr std::size_t most_slices = 65;
constexpr Eigen::Index denoised_particles = 96;

// Indices of at most n slices, the first and the last among them.
std::vector<std::size_t> some_slices(std::size_t slices, std::size_t n) {
    std::vector<std::size_t> out;
    const std::size_t count = std::min(slices, std::max<std::size_t>(2, n));
    for (std::size_t i = 0; i < count; ++i) out.push_back(count > 1 ? i * (slices - 1) / (count - 1) : 0);
    return out;
}

// The lane's field and where in its path's t a slice stands, inside the field's domain.
struct FieldOnPath {
    std::shared_ptr<const Field> field;
    TimeRange domain;
    double frozen_t = -1;
    double at(double t) const { return std::clamp(frozen_t >= 0 ? frozen_t : t, domain.min, domain.max); }
};
FieldOnPath field_on_path(const Scene& scene, const Lane& lane, const FieldSet& fields, unsigned want) {
    auto field = guided_field(scene, lane, model_index(scene, lane.model), fields);
    if (!field) throw BadInput(fmt::format("model '{}' has no weights yet", lane.model));
    const TimeRange domain = field->domain(want);
    return {std::move(field), domain, lane.process == "langevin" ? lane.frozen_t : -1};
}

float quantile(std::vector<float> values, double share) {
    std::erase_if(values, [](float v) { return !std::isfinite(v); });
    if (values.empty()) return 0;
    const auto rank = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), rank, values.end());
    return *rank;
}

// arg max_c p_t(c|x) = arg max_c log p(c) + log p_t(x|c).
std::vector<int> by_posterior(const Mixture& mixture, const std::shared_ptr<const Schedule>& schedule, const std::vector<int>& labels, const Points& x, double t) {
    std::vector<int> out(static_cast<std::size_t>(x.rows()), labels.front());
    Column best = Column::Constant(x.rows(), -std::numeric_limits<float>::infinity());
    FieldValues<float> values;
    for (const int label : labels) {
        double prior = 0;
        for (const Component& c : mixture.components()) prior += c.label == label ? c.weight : 0;
        MixtureField(with_label(mixture, label), schedule).evaluate(x, t, want_log_density, values);
        const Column score = values.log_density + static_cast<float>(std::log(prior));
        for (Eigen::Index i = 0; i < x.rows(); ++i)
            if (score(i) > best(i)) best(i) = score(i), out[static_cast<std::size_t>(i)] = label;
    }
    return out;
}

std::vector<int> by_nearest(const Dataset& data, const Points& x) {
    const auto draws = static_cast<Eigen::Index>(std::clamp(4e8 / static_cast<double>(std::max<Eigen::Index>(1, x.rows())), 64.0, 4096.0));
    Random random(0, "labels");
    std::vector<int> labels, out(static_cast<std::size_t>(x.rows()));
    const Points known = data.sample(random, draws, &labels);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        Eigen::Index nearest = 0;
        ((known.col(0) - x(i, 0)).square() + (known.col(1) - x(i, 1)).square()).minCoeff(&nearest);
        out[static_cast<std::size_t>(i)] = labels[static_cast<std::size_t>(nearest)];
    }
    return out;
}

void label(const Scene& scene, const Lane& lane, const FieldSet& fields, const LaneResult& result, ParticleValues& out) {
    const auto data = make_dataset(scene.data);
    const auto mixture = data->mixture();
    const auto& schedule = fields.schedules[static_cast<std::size_t>(model_index(scene, lane.model))];
    const Points& end = result.path.x.back();
    const double t = lane.process == "langevin" ? lane.frozen_t : result.path.t.back();
    out.posterior = mixture && mixture->smallest_variance() > 0;
    const std::vector<int> labels = out.posterior ? by_posterior(*mixture, schedule, labels_of(scene.data), end, t) : by_nearest(*data, end);
    const std::set<int> all(labels.begin(), labels.end());
    out.labels.assign(all.begin(), all.end());
    for (const int one : labels) out.label_of.push_back(static_cast<std::uint16_t>(std::lower_bound(out.labels.begin(), out.labels.end(), one) - out.labels.begin()));
}

}  // namespace

ParticleValues particle_values(const Scene& scene, int lane, const FieldSet& fields, const LaneResult& result, std::stop_token stop) {
    const Lane& l = scene.lanes.at(static_cast<std::size_t>(lane));
    ParticleValues out;
    out.colour = scene.view.colour;
    out.key = result_key(result, out.colour);
    if (result.path.x.empty()) return out;
    if (out.colour == "label") {
        label(scene, l, fields, result, out);
        return out;
    }
    const bool divergence = out.colour == "divergence";
    const unsigned want = divergence ? want_divergence : want_velocity;
    const FieldOnPath path = field_on_path(scene, l, fields, want);
    if (!(path.field->knows() & want)) throw BadInput(fmt::format("the field of model '{}' has no divergence", l.model));
    FieldValues<float> values;
    const auto budget = most_values / static_cast<std::size_t>(std::max<Eigen::Index>(1, result.start.rows()));
    std::vector<float> all;
    for (const std::size_t i : some_slices(result.path.x.size(), std::min(most_slices, budget))) {
        if (stop.stop_requested()) return out;
        path.field->evaluate(result.path.x[i], path.at(result.path.t[i]), want, values);
        Column column = divergence ? values.divergence : Column(values.velocity.matrix().rowwise().norm().array());
        const Column sizes = column.abs();
        const std::vector<float> first(sizes.data(), sizes.data() + std::min<Eigen::Index>(2000, sizes.size()));
        const float end = quantile(first, 0.95);
        out.t.push_back(result.path.t[i]);
        out.low.push_back(divergence ? -end : 0);
        out.high.push_back(end);
        if (!divergence) all.insert(all.end(), first.begin(), first.end());
        out.values.push_back(std::move(column));
    }
    // Speeds of all times are comparable; divergences grow without bound towards the data.
    if (!divergence) std::fill(out.high.begin(), out.high.end(), quantile(std::move(all), 0.95));
    return out;
}

Marginals particle_marginals(const Scene& scene, const LaneResult& result, std::stop_token stop) {
    if (result.path.x.empty()) return {};
    const Box plane = view_box(scene);
    return marginals(result, plane.x_min, plane.x_max, histogram_cells, time_columns, stop);
}

DenoiserMovie denoiser_movie(const Scene& scene, int lane, const FieldSet& fields, const LaneResult& result, std::stop_token stop) {
    const FieldOnPath path = field_on_path(scene, scene.lanes.at(static_cast<std::size_t>(lane)), fields, want_denoiser);
    DenoiserMovie out;
    FieldValues<float> values;
    if (result.path.x.empty()) return out;
    const Eigen::Index n = std::min(denoised_particles, result.path.x.front().rows());
    for (const std::size_t i : some_slices(result.path.x.size(), 4 * most_slices)) {
        if (stop.stop_requested()) break;
        out.x.push_back(result.path.x[i].topRows(n));
        path.field->evaluate(out.x.back(), path.at(result.path.t[i]), want_denoiser, values);
        out.denoised.push_back(values.denoiser);
        out.t.push_back(result.path.t[i]);
    }
    return out;
}

LaneSteps lane_steps(const Scene& scene, int lane, const FieldSet& fields, const LaneResult& result, std::vector<int> particles, std::stop_token stop) {
    const LaneProblem problem = lane_problem(scene, lane, fields);
    LaneSteps out;
    std::erase_if(particles, [&](int p) { return p < 0 || p >= result.start.rows(); });
    out.particles = std::move(particles);
    out.euler = scene.lanes[static_cast<std::size_t>(lane)].solver.id == "euler_maruyama";
    const auto n = static_cast<Eigen::Index>(out.particles.size());
    const std::size_t slices = result.path.x.size();
    const auto picked = [&](std::size_t slice) {
        Points x(n, 2);
        for (Eigen::Index k = 0; k < n; ++k) x.row(k) = result.path.x[slice].row(out.particles[static_cast<std::size_t>(k)]);
        return x;
    };
    const TimeRange velocities = problem.velocity->domain(want_velocity), scores = problem.score ? problem.score->domain(want_score) : TimeRange{0, 1};
    FieldValues<float> values;
    for (std::size_t i = 0; i < slices && !stop.stop_requested(); ++i) {
        const bool last = result.backwards ? i == 0 : i + 1 == slices;
        out.t.push_back(result.path.t[i]);
        out.x.push_back(picked(i));
        out.drift.push_back(Points::Zero(n, 2));
        out.noise.push_back(Points::Zero(n, 2));
        if (last || n == 0) continue;
        const std::size_t next = result.backwards ? i - 1 : i + 1;
        const double clock = problem.turned(result.path.t[i]), dt = std::abs(result.path.t[next] - result.path.t[i]);
        problem.velocity->evaluate(out.x.back(), std::clamp(clock, velocities.min, velocities.max), want_velocity, values);
        out.drift.back() = static_cast<float>(dt) * values.velocity;
        if (problem.sigma && problem.score) {
            const double sigma = problem.sigma(clock);
            problem.score->evaluate(out.x.back(), std::clamp(clock, scores.min, scores.max), want_score, values);
            out.drift.back() += static_cast<float>(dt * sigma * sigma / 2) * values.score;
        }
        out.noise.back() = picked(next) - out.x.back() - out.drift.back();
    }
    return out;
}

namespace {

constexpr double long_drift = 0.027, long_noise = 0.15;  // of the side

double magnification(const LayerResults& layers, double t, double side) {
    std::vector<float> drifts, noises;
    for (const auto& steps : layers.steps) {
        if (!steps || steps->t.empty()) continue;
        const auto i = static_cast<std::size_t>(slice_at(steps->t, t));
        for (Eigen::Index k = 0; k < steps->x[i].rows(); ++k) drifts.push_back(steps->drift[i].row(k).matrix().norm()), noises.push_back(steps->noise[i].row(k).matrix().norm());
    }
    if (drifts.empty()) return 1;
    const double drift = static_cast<double>(quantile(drifts, 0.5)) / side, noise = static_cast<double>(quantile(noises, 0.5)) / side;
    double out = 1;
    for (const double times : {2.0, 5.0, 10.0, 20.0, 50.0, 100.0})
        if (drift * out < long_drift && noise * times <= long_noise) out = times;
    return out;
}

}  // namespace

double step_magnification(const LayerResults& layers, double t, double side) {
    // Panes and their legend ask in every frame; it stands still with the program.
    struct Known {
        std::array<std::weak_ptr<const LaneSteps>, 4> steps;
        double t = 0, side = 0, out = 0;  // out 0: nothing is known
    };
    thread_local Known known;
    bool same = known.out > 0 && known.t == t && known.side == side;
    for (std::size_t i = 0; i < layers.steps.size(); ++i) same = same && !known.steps[i].owner_before(layers.steps[i]) && !layers.steps[i].owner_before(known.steps[i]);
    if (!same) known = {{layers.steps[0], layers.steps[1], layers.steps[2], layers.steps[3]}, t, side, magnification(layers, t, side)};
    return known.out;
}

}  // namespace pf
