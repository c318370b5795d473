#include "core/math/errors.h"
#include "tests/catch.h"
#include "tests/nn/support.h"

using namespace pf;
using namespace pf::nn;
using namespace pf::nn::test;

namespace {

struct Batch {
    explicit Batch(GaussianPathBatches& source, int n) : x(2 * n), t(n), target(2 * n), weight(n) {
        source.next(n, x.data(), t.data(), target.data(), weight.data());
    }
    std::vector<float> x, t, target, weight;
};

Description describe(const std::string& id, Prediction prediction, bool normalise, double sd) {
    Description d;
    d.architecture = architecture({8});
    d.prediction = prediction;
    d.schedule = {id, {}};
    d.normalise = normalise;
    d.data_sd = sd;
    return d;
}

// Variance of values about their mean, per axis pooled.
double variance(const std::vector<float>& v) {
    const auto n = static_cast<Eigen::Index>(v.size() / 2);
    const Eigen::ArrayXXd a = Eigen::Map<const Eigen::Array<float, -1, 2, Eigen::RowMajor>>(v.data(), n, 2).cast<double>();
    return (a.rowwise() - a.colwise().mean()).square().mean();
}

}  // namespace

TEST_CASE("with one data point, every objective's target converts to that point", "[nn]") {
    const Eigen::Array2f z(0.7f, -1.3f);
    for (const bool normalise : {false, true})
        each_prediction([&](const std::string& id, Prediction prediction) {
            const auto path = schedule(id);
            const Description d = describe(id, prediction, normalise, 1.4);
            GaussianPathBatches source(std::make_shared<OnePoint>(z), path, {prediction, {"uniform", {}}, {"uniform", {{"t_min", 0.05}, {"t_max", 0.95}}}}, d, 3);
            const Batch batch(source, 200);
            double worst = 0;
            for (int i = 0; i < 200; ++i) {
                const Coefficients c = path->at(batch.t[i]);
                const Scaling scale = scaling(d, c);
                const Affine k = conversion(prediction, want_denoiser, c);
                for (int axis = 0; axis < 2; ++axis) {
                    const double x = batch.x[2 * i + axis] / scale.input, raw = batch.target[2 * i + axis] * scale.output;
                    // Where D is a small difference of large terms, float inputs allow an error of that size; t itself is rounded too.
                    const double size = 1 + std::abs(k.x * x) + std::abs(k.prediction * raw);
                    worst = std::max(worst, std::abs(k.x * x + k.prediction * raw - z[axis]) / size);
                }
                REQUIRE(batch.weight[i] == Approx(scale.output * scale.output).epsilon(1e-5));
            }
            INFO(id << " " << pf::id(prediction) << " normalise " << normalise);
            CHECK(worst < 5e-6);
        });
}

TEST_CASE("normalise gives the network unit variance in and out at every t", "[nn]") {
    const auto data = gaussian_data();
    const double sd = data_standard_deviation(*data);
    CHECK(sd == Approx(std::sqrt((1.2 + 0.6) / 2)).epsilon(0.01));
    each_prediction([&](const std::string& id, Prediction prediction) {
        for (const double t : {0.02, 0.3, 0.7, 0.98}) {
            GaussianPathBatches source(data, schedule(id), {prediction, {"uniform", {}}, {"uniform", {{"t_min", t}, {"t_max", t}}}},
                                       describe(id, prediction, true, sd), 5);
            const Batch batch(source, 16384);
            INFO(id << " " << pf::id(prediction) << " t " << t);
            // The variance of 32768 numbers has a standard error of about 1 %: 4.5 of them.
            CHECK(variance(batch.x) == Approx(1).epsilon(0.05));
            CHECK(variance(batch.target) == Approx(1).epsilon(0.05));
        }
    });
}

TEST_CASE("batches are finite at all times and reproducible", "[nn]") {
    for (const bool normalise : {false, true})
        each_prediction([&](const std::string& id, Prediction prediction) {
            for (const double t : {0.0, 1.0}) {
                const auto make = [&](std::uint64_t seed) {
                    GaussianPathBatches source(gaussian_data(), schedule(id), {prediction, {"usual", {}}, {"uniform", {{"t_min", t}, {"t_max", t}}}},
                                               describe(id, prediction, normalise, 1), seed);
                    return Batch(source, 64);
                };
                const Batch batch = make(1);
                INFO(id << " " << pf::id(prediction) << " t " << t);
                for (const auto* values : {&batch.x, &batch.t, &batch.target, &batch.weight})
                    for (const float v : *values) REQUIRE(std::isfinite(v));
                CHECK(batch.x == make(1).x);
                CHECK(batch.x != make(2).x);
            }
        });
}

TEST_CASE("every weighting is finite and not negative; min-SNR weighs the denoiser's error", "[nn]") {
    each_prediction([&](const std::string& id, Prediction prediction) {
        const auto path = schedule(id);
        for (const auto& entry : weightings())
            for (const double t : {0.0, 1e-9, 0.25, 0.5, 0.75, 1 - 1e-9}) {
                const double w = entry.make()->at(t, path->at(t), prediction);
                INFO(id << " " << pf::id(prediction) << " " << entry.id << " t " << t);
                CHECK((std::isfinite(w) && w >= 0));
            }
        const auto weighting = build(weightings(), {"min_snr", {{"gamma", 2.0}}}, "test");
        for (const double t : {0.25, 0.5, 0.75}) {
            const Coefficients c = path->at(t);
            const double k = conversion(prediction, want_denoiser, c).prediction, snr = c.alpha * c.alpha / (c.beta * c.beta);
            CHECK(weighting->at(t, c, prediction) / (k * k) == Approx(std::min(snr, 2.0)));
        }
    });
    const Coefficients c = schedule("linear")->at(0.6);
    CHECK(build(weightings(), {"usual", {}}, "test")->at(0.6, c, Prediction::score) == Approx(0.16));
    CHECK(build(weightings(), {"usual", {}}, "test")->at(0.6, c, Prediction::velocity) == 1);
}

TEST_CASE("training times have the density their option says", "[nn]") {
    Random random(9, "times");
    const auto uniform = build(time_samplings(), {"uniform", {{"t_min", 0.2}, {"t_max", 0.6}}}, "test");
    const auto logit = build(time_samplings(), {"logit_normal", {{"mean", 0.5}, {"sd", 0.8}}}, "test");
    double sum = 0, logit_sum = 0, logit_square = 0;
    constexpr int n = 20000;
    for (int i = 0; i < n; ++i) {
        const double t = uniform->draw(random), l = logit->draw(random);
        REQUIRE((t >= 0.2 && t <= 0.6 && l > 0 && l < 1));
        sum += t / n;
        const double z = std::log(l / (1 - l));
        logit_sum += z / n;
        logit_square += z * z / n;
    }
    CHECK(sum == Approx(0.4).margin(4 * 0.4 / std::sqrt(12.0 * n)));
    CHECK(logit_sum == Approx(0.5).margin(4 * 0.8 / std::sqrt(n)));
    CHECK(std::sqrt(logit_square - logit_sum * logit_sum) == Approx(0.8).epsilon(4 / std::sqrt(2.0 * n)));
}

TEST_CASE("objectives that cannot be are refused", "[nn]") {
    const Description d = describe("linear", Prediction::v, false, 1);
    CHECK_THROWS_AS(GaussianPathBatches(gaussian_data(), schedule("linear"), {Prediction::v, {"usual", {}}, {"uniform", {}}}, d, 1), BadInput);
    CHECK_THROWS_AS(GaussianPathBatches(gaussian_data(), schedule("linear"), {Prediction::noise, {"none", {}}, {"uniform", {}}}, d, 1), BadInput);
    GaussianPathBatches source(gaussian_data(), schedule("linear"), {}, d, 1);
    CHECK_THROWS_AS(source.set_objective({Prediction::velocity, {"usual", {}}, {"uniform", {{"t_min", 2.0}}}}), BadInput);
    CHECK_THROWS_AS(source.set_objective({Prediction::score, {"usual", {}}, {"uniform", {}}}), std::logic_error);
}
