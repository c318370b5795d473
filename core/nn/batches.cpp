#include <algorithm>
#include <cmath>

#include "core/math/schedule/schedules.h"
#include "core/nn/objective.h"

namespace pf::nn {

struct GaussianPathBatches::Impl {
    std::shared_ptr<const Dataset> dataset;
    std::shared_ptr<const Schedule> schedule;
    Description description;
    TimeRange finite;  // where the target is
    std::unique_ptr<Weighting> weighting;
    std::unique_ptr<TimeSampling> times;
    Random data_random, noise_random, time_random;
    Points pool;
    Eigen::Index used = 0;

    double draw_time() {
        for (int attempt = 0; attempt < 100; ++attempt)
            if (const double t = times->draw(time_random); t >= finite.min && t <= finite.max) return t;
        return std::clamp(times->draw(time_random), finite.min, finite.max);
    }
    Eigen::Array2d draw_data() {
        if (used == pool.rows()) {
            pool = dataset->sample(data_random, 1 << 15);
            used = 0;
        }
        return pool.row(used++).transpose().cast<double>();
    }
};

namespace {

bool is_finite(Prediction prediction, const Coefficients& c) {
    const Target target = conditional_target(prediction, c);
    return std::isfinite(target.z) && std::isfinite(target.noise);
}

}  // namespace

GaussianPathBatches::GaussianPathBatches(std::shared_ptr<const Dataset> dataset, std::shared_ptr<const Schedule> schedule, const Objective& objective,
                                         const Description& description, std::uint64_t seed) {
    if (objective.prediction == Prediction::v && !schedule->variance_preserving())
        throw BadInput("objective: v needs a schedule with α² + β² = 1 (known: trigonometric, vp)");
    TimeRange finite;
    if (!is_finite(objective.prediction, schedule->at(0))) finite.min = end_margin;
    if (!is_finite(objective.prediction, schedule->at(1))) finite.max = 1 - end_margin;
    impl_ = std::unique_ptr<Impl>(new Impl{std::move(dataset), std::move(schedule), description, finite, nullptr, nullptr, Random(seed, "training data"),
                                           Random(seed, "training noise"), Random(seed, "training times"), Points(), 0});
    impl_->description.prediction = objective.prediction;
    set_objective(objective);
}

GaussianPathBatches::~GaussianPathBatches() = default;

void GaussianPathBatches::set_objective(const Objective& objective) {
    check(objective.prediction == impl_->description.prediction, "the prediction of a network cannot change while it is trained");
    auto weighting = build(weightings(), objective.weighting, "objective.weighting");
    auto times = build(time_samplings(), objective.times, "objective.times");
    impl_->weighting = std::move(weighting);
    impl_->times = std::move(times);
}

void GaussianPathBatches::next(int n, float* x, float* t, float* target, float* weight) {
    Impl& b = *impl_;
    const Prediction prediction = b.description.prediction;
    const Points noise = b.noise_random.normals(n);
    for (int i = 0; i < n; ++i) {
        const double time = b.draw_time();
        const Coefficients c = b.schedule->at(time);
        const Target k = conditional_target(prediction, c);
        // What the network itself sees and is asked for: prediction = output · net(input · x, t).
        const Scaling scale = scaling(b.description, c);
        const Eigen::Array2d z = b.draw_data(), epsilon = noise.row(i).transpose().cast<double>();
        for (int axis = 0; axis < 2; ++axis) {
            x[2 * i + axis] = static_cast<float>(scale.input * (c.alpha * z[axis] + c.beta * epsilon[axis]));
            target[2 * i + axis] = static_cast<float>((k.z * z[axis] + k.noise * epsilon[axis]) / scale.output);
        }
        t[i] = static_cast<float>(time);
        weight[i] = static_cast<float>(b.weighting->at(time, c, prediction) * scale.output * scale.output);
    }
}

double data_standard_deviation(const Dataset& dataset) {
    Random random(0, "data standard deviation");
    const PointsD x = dataset.sample(random, 65536).cast<double>();
    return std::sqrt((x.rowwise() - x.colwise().mean()).square().mean());
}

}  // namespace pf::nn
