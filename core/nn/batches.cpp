#include <algorithm>
#include <cmath>
#include <future>

#include "core/math/metrics/assignment.h"
#include "core/math/schedule/schedules.h"
#include "core/nn/objective.h"

namespace pf::nn {

namespace {

// Where the target is finite, and the weight bounded: one draw of weight 10¹² would undo all that was learnt before.
TimeRange trainable_times(Prediction prediction, const Schedule& schedule, const Weighting& weighting, double data_sd) {
    const auto weight = [&](double t) { return weighting.at(t, schedule.at(t), prediction, data_sd); };
    const auto good = [&](double end, double inside) {
        const Target target = conditional_target(prediction, schedule.at(end));
        bool bounded = std::isfinite(target.z) && std::isfinite(target.noise);
        for (double share = 1; share > 1e-7; share /= 10) bounded = bounded && !(weight(end + share * (inside - end)) > 100 * weight(inside));
        return bounded && !(weight(end) > 100 * weight(inside));
    };
    return {good(0, end_margin) ? 0 : end_margin, good(1, 1 - end_margin) ? 1 : 1 - end_margin};
}

std::unique_ptr<TimeSampling> build_times(const Choice& choice, std::shared_ptr<const Schedule> schedule) {
    auto times = build(time_samplings(), choice, "objective.times");
    times->set_schedule(std::move(schedule));
    return times;
}

// Reorders `start` so that row i belongs to row i of z.
void pair_optimally(const Points& z, Points& start) {
    const Eigen::Index n = z.rows(), blocks = (n + Coupling::largest_block - 1) / Coupling::largest_block;
    for (Eigen::Index block = 0; block < blocks; ++block) {
        const Eigen::Index first = block * n / blocks, size = (block + 1) * n / blocks - first;
        const Points there = start.middleRows(first, size);
        const auto partner = optimal_assignment(z.middleRows(first, size), there);
        for (Eigen::Index i = 0; i < size; ++i) start.row(first + i) = there.row(partner[static_cast<std::size_t>(i)]);
    }
}

}  // namespace

struct GaussianPathBatches::Impl {
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<const Schedule> schedule;
    Description description;
    Coupling coupling;
    TimeRange trainable;
    std::unique_ptr<Weighting> weighting;
    std::unique_ptr<TimeSampling> times;
    double label_dropout;
    Random data_random, noise_random, time_random, label_random;
    struct Pool {
        Points x;
        std::vector<int> labels;
    };
    Pool pool = {};
    Eigen::Index used = 0;
    bool ahead = false;
    std::future<Pool> next_pool = {};  // last: waits for its thread, which draws from data_random, before the rest goes away

    bool conditional() const { return description.architecture.labels > 0; }
    Pool draw_pool() {
        Pool out;
        out.x = dataset->sample(data_random, 1 << 15, conditional() ? &out.labels : nullptr);
        return out;
    }
    void take_pool() {
        pool = next_pool.valid() ? next_pool.get() : draw_pool();
        used = 0;
        if (ahead) next_pool = std::async(std::launch::async, [this] { return draw_pool(); });
    }

    double draw_time() {
        for (int attempt = 0; attempt < 100; ++attempt)
            if (const double t = times->draw(time_random); t >= trainable.min && t <= trainable.max) return t;
        return std::clamp(times->draw(time_random), trainable.min, trainable.max);
    }
    Points draw_data(int n, int* label) {
        const bool labelled = conditional();
        Points z(n, 2);
        for (int i = 0; i < n; ++i) {
            if (used == pool.x.rows()) take_pool();
            label[i] = labelled && label_random.uniform() >= label_dropout ? pool.labels[static_cast<std::size_t>(used)] : -1;
            z.row(i) = pool.x.row(used++);
        }
        return z;
    }
    Points draw_start(int n) { return coupling.source ? coupling.source->sample(noise_random, n) : noise_random.normals(n); }
};

GaussianPathBatches::GaussianPathBatches(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const Schedule> schedule, const Objective& objective,
                                         const Description& description, std::uint64_t seed, Coupling coupling) {
    if (objective.prediction == Prediction::v && !schedule->variance_preserving())
        throw BadInput("objective: v needs a schedule with α² + β² = 1 (known: trigonometric, vp)");
    impl_ = std::unique_ptr<Impl>(new Impl{std::move(dataset), std::move(schedule), description, std::move(coupling), {}, nullptr, nullptr, 0,
                                           Random(seed, "training data"), Random(seed, "training noise"), Random(seed, "training times"),
                                           Random(seed, "training labels")});
    impl_->description.prediction = objective.prediction;
    set_objective(objective);
}

GaussianPathBatches::~GaussianPathBatches() = default;

void GaussianPathBatches::set_objective(const Objective& objective) {
    check(objective.prediction == impl_->description.prediction, "the prediction of a network cannot change while it is trained");
    auto weighting = build(weightings(), objective.weighting, "objective.weighting");
    auto times = build_times(objective.times, impl_->schedule);
    impl_->trainable = trainable_times(objective.prediction, *impl_->schedule, *weighting, impl_->description.data_sd);
    impl_->weighting = std::move(weighting);
    impl_->times = std::move(times);
    impl_->label_dropout = objective.label_dropout;
}

void GaussianPathBatches::draw_ahead(bool on) { impl_->ahead = on; }

void GaussianPathBatches::next(int n, float* x, float* t, int* label, float* target, float* weight) {
    Impl& b = *impl_;
    const Prediction prediction = b.description.prediction;
    const double sd = b.description.data_sd;
    Points start = b.draw_start(n);
    const Points data = b.draw_data(n, label);
    if (b.coupling.optimal_transport) pair_optimally(data, start);
    for (int i = 0; i < n; ++i) {
        const double time = b.draw_time();
        const Coefficients c = b.schedule->at(time);
        const Target k = conditional_target(prediction, c, sd);
        // What the network itself sees and is asked for: prediction = output · net(input · x, time).
        const Scaling scale = scaling(b.description, c, time);
        const Eigen::Array2d z = data.row(i).transpose().cast<double>(), epsilon = start.row(i).transpose().cast<double>();
        for (int axis = 0; axis < 2; ++axis) {
            x[2 * i + axis] = static_cast<float>(scale.input * (c.alpha * z[axis] + c.beta * epsilon[axis]));
            target[2 * i + axis] = static_cast<float>((k.z * z[axis] + k.noise * epsilon[axis]) / scale.output);
        }
        t[i] = static_cast<float>(scale.time);
        weight[i] = static_cast<float>(b.weighting->at(time, c, prediction, sd) * scale.output * scale.output);
    }
}

LossTerms loss_terms(const Objective& objective, const Description& description, std::shared_ptr<const Schedule> schedule) {
    const std::shared_ptr<const Weighting> weighting = build(weightings(), objective.weighting, "objective.weighting");
    const std::shared_ptr<const TimeSampling> times = build_times(objective.times, schedule);
    const TimeRange trainable = trainable_times(objective.prediction, *schedule, *weighting, description.data_sd), drawn = times->support();
    LossTerms out;
    out.prediction = objective.prediction;
    out.data_sd = description.data_sd;
    out.schedule = std::move(schedule);
    out.range = {std::max(trainable.min, drawn.min), std::min(trainable.max, drawn.max)};
    out.wanted = drawn;
    out.weight = [weighting, p = objective.prediction, sd = description.data_sd](double t, const Coefficients& c) { return weighting->at(t, c, p, sd); };
    out.density = [times](double t) { return times->density(t); };
    return out;
}

double data_standard_deviation(const Dataset& dataset) {
    Random random(0, "data standard deviation");
    const PointsD x = dataset.sample(random, 65536).cast<double>();
    return std::sqrt((x.rowwise() - x.colwise().mean()).square().mean());
}

}  // namespace pf::nn
