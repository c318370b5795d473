#include <algorithm>
#include <cmath>
#include <deque>
#include <future>
#include <optional>
#include <thread>

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
    std::uint64_t key;
    TimeRange trainable;
    std::unique_ptr<Weighting> weighting;
    std::unique_ptr<TimeSampling> times;
    double label_dropout;
    std::uint64_t given = 0;  // batches handed out

    // Where the rows of a batch go, as in next().
    struct Rows {
        float *x, *t;
        int* label;
        float *target, *weight;
    };
    // Consecutive batches of n rows, drawn together.
    struct Block {
        int n, batches, taken = 0;
        std::vector<float> x, t, target, weight;
        std::vector<int> label;
        Block(int rows, int count) : n(rows), batches(count), x(2 * all()), t(all()), target(2 * all()), weight(all()), label(all()) {}
        std::size_t all() const { return static_cast<std::size_t>(n) * static_cast<std::size_t>(batches); }
        Rows rows(int batch) {
            const auto first = static_cast<std::size_t>(n) * static_cast<std::size_t>(batch);
            return {x.data() + 2 * first, t.data() + first, label.data() + first, target.data() + 2 * first, weight.data() + first};
        }
    };
    int ahead = 0;
    std::uint64_t asked = 0;  // batches handed out or coming
    std::optional<Block> block = {};
    std::deque<std::future<Block>> coming = {};  // last: waits for its threads, which read the rest, before that goes away

    double draw_time(Random& random) const {
        for (int attempt = 0; attempt < 100; ++attempt)
            if (const double t = times->draw(random); t >= trainable.min && t <= trainable.max) return t;
        return std::clamp(times->draw(random), trainable.min, trainable.max);
    }

    // Batch `number`: the same whoever draws it and when.
    void draw(std::uint64_t number, int n, const Rows& out) const {
        Random random(key + number, "batch");
        const bool conditional = description.architecture.labels > 0;
        std::vector<int> labels;
        const Points data = dataset->sample(random, n, conditional ? &labels : nullptr);
        Points start = coupling.source ? coupling.source->sample(random, n) : random.normals(n);
        if (coupling.optimal_transport) pair_optimally(data, start);
        const double sd = description.data_sd;
        for (int i = 0; i < n; ++i) {
            const double time = draw_time(random);
            const Coefficients c = schedule->at(time);
            const Target k = conditional_target(description.prediction, c, sd);
            // What the network itself sees and is asked for: prediction = output · net(input · x, time).
            const Scaling scale = scaling(description, c, time);
            const Eigen::Array2d z = data.row(i).transpose().cast<double>(), epsilon = start.row(i).transpose().cast<double>();
            for (int axis = 0; axis < 2; ++axis) {
                out.x[2 * i + axis] = static_cast<float>(scale.input * (c.alpha * z[axis] + c.beta * epsilon[axis]));
                out.target[2 * i + axis] = static_cast<float>((k.z * z[axis] + k.noise * epsilon[axis]) / scale.output);
            }
            out.t[i] = static_cast<float>(scale.time);
            out.weight[i] = static_cast<float>(weighting->at(time, c, description.prediction, sd) * scale.output * scale.output);
        }
        for (int i = 0; i < n; ++i) out.label[i] = conditional && random.uniform() >= label_dropout ? labels[static_cast<std::size_t>(i)] : -1;
    }

    void ask(int n) {
        constexpr int rows = 1 << 13;  // a millisecond
        const int batches = coupling.optimal_transport ? 1 : std::max(1, rows / n);
        coming.push_back(std::async(std::launch::async, [this, n, batches, first = asked] {
            Block out(n, batches);
            for (int i = 0; i < batches; ++i) draw(first + static_cast<std::uint64_t>(i), n, out.rows(i));
            return out;
        }));
        asked += static_cast<std::uint64_t>(batches);
    }
    // What was drawn ahead holds no longer.
    void forget() {
        coming.clear();
        block.reset();
        asked = given;
    }
    // The next batch of n, drawn ahead.
    Rows take(int n) {
        if (block && block->n != n) forget();
        if (!block || block->taken == block->batches) {
            while (coming.size() < static_cast<std::size_t>(ahead)) ask(n);
            block = coming.front().get();
            coming.pop_front();
            ask(n);
        }
        return block->rows(block->taken++);
    }
};

GaussianPathBatches::GaussianPathBatches(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const Schedule> schedule, const Objective& objective,
                                         const Description& description, std::uint64_t seed, Coupling coupling) {
    if (objective.prediction == Prediction::v && !schedule->variance_preserving())
        throw BadInput("objective: v needs a schedule with α² + β² = 1 (known: trigonometric, vp)");
    impl_ = std::unique_ptr<Impl>(new Impl{std::move(dataset), std::move(schedule), description, std::move(coupling), stream_key(seed, "training"), {}, nullptr, nullptr, 0});
    impl_->description.prediction = objective.prediction;
    set_objective(objective);
}

GaussianPathBatches::~GaussianPathBatches() = default;

void GaussianPathBatches::set_objective(const Objective& objective) {
    check(objective.prediction == impl_->description.prediction, "the prediction of a network cannot change while it is trained");
    auto weighting = build(weightings(), objective.weighting, "objective.weighting");
    auto times = build_times(objective.times, impl_->schedule);
    impl_->forget();
    impl_->trainable = trainable_times(objective.prediction, *impl_->schedule, *weighting, impl_->description.data_sd);
    impl_->weighting = std::move(weighting);
    impl_->times = std::move(times);
    impl_->label_dropout = objective.label_dropout;
}

void GaussianPathBatches::draw_ahead(int threads) {
    impl_->forget();
    impl_->ahead = threads;
}

int GaussianPathBatches::threads_beside_gpu() { return std::clamp(static_cast<int>(std::thread::hardware_concurrency()) - 2, 1, 8); }

void GaussianPathBatches::next(int n, float* x, float* t, int* label, float* target, float* weight) {
    if (impl_->ahead > 0) {
        const Impl::Rows drawn = impl_->take(n);
        std::copy_n(drawn.x, 2 * n, x);
        std::copy_n(drawn.t, n, t);
        std::copy_n(drawn.label, n, label);
        std::copy_n(drawn.target, 2 * n, target);
        std::copy_n(drawn.weight, n, weight);
    } else {
        impl_->draw(impl_->given, n, {x, t, label, target, weight});
    }
    ++impl_->given;
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
