#include "core/math/dataset/datasets.h"
#include "core/math/field/mixture_field.h"
#include "tests/catch.h"
#include "tests/nn/support.h"

using namespace pf;
using namespace pf::nn;
using namespace pf::nn::test;

namespace {

struct Trained {
    std::shared_ptr<Weights> weights;
    double tail_loss = 0;  // mean over the last fifth
};

Trained train(std::shared_ptr<const Dataset> data, const std::string& id, Prediction prediction, Architecture a, bool normalise, ParameterValues times, int steps,
              int batch) {
    Description d;
    d.architecture = a;
    d.prediction = prediction;
    d.schedule = {id, {}};
    d.normalise = normalise;
    d.data_sd = data_standard_deviation(*data);
    GaussianPathBatches batches(data, schedule(id), {prediction, {"usual", {}}, {"uniform", std::move(times)}}, d, 17);
    const NetworkPtr network = make_network(Module::open(), a, 17, Device::cpu);
    Trained result;
    StepReport report{};
    for (int step = 0; step < steps; ++step) {
        const double rate = 4e-3 * 0.5 * (1 + std::cos(M_PI * step / steps));
        REQUIRE(network->train_step(batches, {batch, rate, 0.99}, report) == Error::none);
        REQUIRE(std::isfinite(report.loss));
        if (step >= steps - steps / 5) result.tail_loss += static_cast<double>(report.loss) / (steps / 5);
    }
    d.steps = steps;
    result.weights = std::make_shared<Weights>(Weights{d, weights_of(*network, a, true)});
    return result;
}

// What a network is asked to output, from a field that knows everything.
PointsD prediction_of(const Field& field, const Description& d, const PointsD& x, const Coefficients& c, double t) {
    FieldValues<double> v;
    field.evaluate(x, t, want_velocity | want_score | want_denoiser | want_noise, v);
    switch (d.prediction) {
        case Prediction::velocity: return v.velocity;
        case Prediction::score: return v.score;
        case Prediction::noise: return v.noise;
        case Prediction::data: return v.denoiser;
        case Prediction::v: return c.alpha * v.noise - c.beta * v.denoiser;
        case Prediction::edm_f: {
            const Target k = conditional_target(d.prediction, c, d.data_sd);
            return k.z * v.denoiser + k.noise * v.noise;
        }
    }
    return {};
}

// How far the loss is from its floor, as a share of the loss of an answer of zero: Σ_t w E|net − exact|² / Σ_t w E|target|², x ~ p_t.
double excess_loss(const Field& net, const Field& exact, const Dataset& data, const Schedule& path, const Description& d) {
    const auto weighting = build(weightings(), {"usual", {}}, "test");
    Random random(23, "evaluation");
    double excess = 0, zero = 0;
    for (const double t : {0.1, 0.3, 0.5, 0.7, 0.9}) {
        const Coefficients c = path.at(t);
        const PointsD x = c.alpha * data.sample(random, 2000).cast<double>() + c.beta * random.normals(2000).cast<double>();
        const double w = weighting->at(t, c, d.prediction, d.data_sd), target_sd = scaling(d, c, t).output;
        excess += w * (prediction_of(net, d, x, c, t) - prediction_of(exact, d, x, c, t)).square().mean();
        zero += w * target_sd * target_sd;
    }
    return excess / zero;
}

}  // namespace

TEST_CASE("every prediction on every schedule learns the field of a Gaussian", "[nn]") {
    const auto data = gaussian_data();
    each_prediction([&](const std::string& id, Prediction prediction) {
        // Times that keep every target's variance finite: then the same few steps do for all of them.
        const Trained trained = train(data, id, prediction, architecture({32, 32}), true, {{"t_min", 0.05}, {"t_max", 0.95}}, 1500, 256);
        const NetworkField net(Module::open(), trained.weights, Device::cpu);
        const MixtureField exact(data->mixture(), schedule(id));
        INFO(id << " " << pf::id(prediction));
        CHECK(excess_loss(net, exact, *data, *schedule(id), trained.weights->description) < 0.03);
    });
}

TEST_CASE("the loss on two moons falls to its floor, and not below", "[nn]") {
    const std::shared_ptr<const Dataset> data = build(datasets(), {"moons", {}}, "test");
    const auto path = schedule("linear");
    // E|target − E[target|x]|² = (α̇ − α β̇/β)² tr Cov(z|x); tr Cov from the exact divergence (math.md). β is 1 − t.
    const MixtureField exact(data->mixture(), path);
    Random random(31, "floor");
    constexpr int times = 400, points = 200;
    double floor = 0;
    FieldValues<double> values;
    for (int k = 0; k < times; ++k) {
        const double t = (k + 0.5) / times, beta = 1 - t;
        const PointsD x = t * data->sample(random, points).cast<double>() + beta * random.normals(points).cast<double>();
        exact.evaluate(x, t, want_divergence, values);
        // ∇·u = (1/β)(t/β²) tr Cov − 2/β on the linear path; the factor of the loss is 1/β².
        floor += ((values.divergence + 2 / beta) * beta / (t * 2)).mean() / times;
    }
    const Trained trained = train(data, "linear", Prediction::velocity, architecture({64, 64, 64}), false, {}, 1500, 512);
    INFO("floor " << floor << ", loss " << trained.tail_loss);
    // 300 batches of 512 know their mean to about 1 %, the floor's own 80,000 points likewise.
    CHECK(trained.tail_loss > 0.96 * floor);
    CHECK(trained.tail_loss < 1.08 * floor);
}

TEST_CASE("a network field's divergence, conversions and domain are those of its velocity", "[nn]") {
    each_prediction([&](const std::string& id, Prediction prediction) {
        for (const bool normalise : {false, true}) {
            auto weights = std::make_shared<Weights>();
            weights->description.architecture = architecture({16, 16});
            weights->description.prediction = prediction;
            weights->description.schedule = {id, {}};
            weights->description.normalise = normalise;
            weights->description.data_sd = 1.7;
            weights->values = weights_of(*make_network(Module::open(), weights->description.architecture, 3, Device::cpu), weights->description.architecture);
            const NetworkField field(Module::open(), weights, Device::cpu);
            INFO(id << " " << pf::id(prediction) << " normalise " << normalise);

            const PointsD x = Random(5, "points").normals(50).cast<double>();
            constexpr unsigned all = want_velocity | want_score | want_denoiser | want_noise | want_divergence;
            const double t = 0.45, h = 2e-3;
            FieldValues<double> at, east, west, north, south;
            field.evaluate(x, t, all, at);
            PointsD shift = PointsD::Zero(50, 2);
            shift.col(0).setConstant(h);
            field.evaluate(x + shift, t, want_velocity, east);
            field.evaluate(x - shift, t, want_velocity, west);
            shift.setZero();
            shift.col(1).setConstant(h);
            field.evaluate(x + shift, t, want_velocity, north);
            field.evaluate(x - shift, t, want_velocity, south);
            const ColumnD divergence = (east.velocity.col(0) - west.velocity.col(0) + north.velocity.col(1) - south.velocity.col(1)) / (2 * h);
            // Differences of float velocities of size ~10: 1e-6 of it over 2h, two axes.
            CHECK((divergence - at.divergence).abs().maxCoeff() < 6e-3);

            const Coefficients c = field.schedule().at(t);
            CHECK((c.alpha * at.denoiser + c.beta * at.noise - x).abs().maxCoeff() < 2e-5);
            CHECK((c.d_alpha * at.denoiser + c.d_beta * at.noise - at.velocity).abs().maxCoeff() < 2e-5);
            CHECK((at.score * c.beta + at.noise).abs().maxCoeff() < 2e-5);

            for (const Want want : {want_velocity, want_score, want_denoiser, want_noise}) {
                const TimeRange range = field.domain(want);
                for (const double end : {range.min, range.max}) {
                    FieldValues<double> v;
                    field.evaluate(x, end, want, v);
                    const auto& got = want == want_velocity ? v.velocity : want == want_score ? v.score : want == want_denoiser ? v.denoiser : v.noise;
                    CHECK(got.isFinite().all());
                }
            }
        }
    });
}

TEST_CASE("a conditional network learns the field of each label, and from dropped labels that of all", "[nn]") {
    const Eigen::Matrix2d covariance = 0.16 * Eigen::Matrix2d::Identity();
    const auto data = std::make_shared<MixtureData>(std::vector<Component>{{0.5, {-1.2, 0}, covariance, 0}, {0.5, {1.2, 0}, covariance, 1}});
    Architecture a = architecture({48, 48});
    a.labels = 2;
    const Trained trained = train(data, "linear", Prediction::velocity, a, true, {{"t_min", 0.05}, {"t_max", 0.95}}, 8000, 512);
    const NetworkField all(Module::open(), trained.weights, Device::cpu);
    const auto path = schedule("linear");
    double conditional = 0, unconditional = 0, apart = 0;
    for (int label = -1; label < 2; ++label) {
        const auto learned = all.with_label(label);
        const auto part = label < 0 ? data->mixture() : std::make_shared<const Mixture>(std::vector{data->mixture()->components()[static_cast<std::size_t>(label)]});
        const MixtureField exact(part, path);
        (label < 0 ? unconditional : conditional) += excess_loss(*learned, exact, MixtureData(part->components()), *path, trained.weights->description);
        if (label >= 0) apart += excess_loss(all, exact, MixtureData(part->components()), *path, trained.weights->description);
    }
    INFO(conditional / 2 << " " << unconditional << " " << apart / 2);
    CHECK(conditional / 2 < 0.01);
    CHECK(unconditional < 0.02);
    CHECK(apart / 2 > 0.1);  // the label matters
}
