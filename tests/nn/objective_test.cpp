#include <algorithm>
#include <numeric>

#include "core/math/errors.h"
#include "core/math/field/mixture_field.h"
#include "core/math/metrics/assignment.h"
#include "core/math/schedule/time_of.h"
#include "tests/catch.h"
#include "tests/nn/support.h"

using namespace pf;
using namespace pf::nn;
using namespace pf::nn::test;

namespace {

struct Batch {
    explicit Batch(GaussianPathBatches& source, int n) : x(2 * n), t(n), target(2 * n), weight(n), label(n) {
        source.next(n, x.data(), t.data(), label.data(), target.data(), weight.data());
    }
    std::vector<float> x, t, target, weight;
    std::vector<int> label;
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

// t from what the network is told: itself, or c_noise = ¼ log(β/α).
double true_time(const Schedule& path, const Description& d, float told) {
    return d.prediction == Prediction::edm_f ? time_of(path, -4 * static_cast<double>(told)) : static_cast<double>(told);
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
                const double t = true_time(*path, d, batch.t[i]);
                const Coefficients c = path->at(t);
                const Scaling scale = scaling(d, c, t);
                const Affine k = conversion(prediction, want_denoiser, c, d.data_sd);
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

TEST_CASE("batches drawn ahead by other threads are the same, whatever changes between them", "[nn]") {
    const auto data = std::make_shared<MixtureData>(std::vector<Component>{{0.3, {-3, 0}, Eigen::Matrix2d::Identity(), 0}, {0.7, {3, 0}, Eigen::Matrix2d::Identity(), 2}});
    Description d = describe("linear", Prediction::velocity, false, 1);
    d.architecture.labels = 3;
    for (const bool transport : {false, true}) {
        GaussianPathBatches plain(data, schedule("linear"), {}, d, 8, {nullptr, transport}), ahead(data, schedule("linear"), {}, d, 8, {nullptr, transport});
        for (int k = 0; k < 40; ++k) {
            if (k % 7 == 0) ahead.draw_ahead(k % 3);
            if (k % 10 == 0)
                for (auto* batches : {&plain, &ahead}) batches->set_objective({Prediction::velocity, {"usual", {}}, {"uniform", {{"t_max", 1 - 0.01 * k}}}});
            const int n = k < 30 ? 1500 : k == 33 ? 9000 : 40;  // several in a block, one larger than a block
            const Batch a(plain, transport ? n / 10 : n), b(ahead, transport ? n / 10 : n);
            INFO("batch " << k << (transport ? ", optimal transport" : ""));
            REQUIRE((a.x == b.x && a.t == b.t && a.label == b.label && a.target == b.target && a.weight == b.weight));
        }
    }
}

TEST_CASE("no two batches share their draws", "[nn]") {
    GaussianPathBatches one(gaussian_data(), schedule("linear"), {}, describe("linear", Prediction::velocity, false, 1), 8),
        other(gaussian_data(), schedule("linear"), {}, describe("linear", Prediction::velocity, false, 1), 9);
    std::vector<float> seen;
    for (int k = 0; k < 50; ++k)
        for (auto* source : {&one, &other}) {
            const Batch batch(*source, 20);
            seen.insert(seen.end(), batch.target.begin(), batch.target.end());
        }
    std::sort(seen.begin(), seen.end());
    CHECK(std::unique(seen.begin(), seen.end()) - seen.begin() > 3990);  // of 4000; floats may meet
}

TEST_CASE("every weighting is finite, not negative, and what its definition says", "[nn]") {
    each_prediction([&](const std::string& id, Prediction prediction) {
        const auto path = schedule(id);
        for (const auto& entry : weightings())
            for (const double t : {0.0, 1e-9, 0.25, 0.5, 0.75, 1 - 1e-9}) {
                const double w = entry.make()->at(t, path->at(t), prediction, 1.3);
                INFO(id << " " << pf::id(prediction) << " " << entry.id << " t " << t);
                CHECK((std::isfinite(w) && w >= 0));
            }
        const auto weighting = build(weightings(), {"min_snr", {{"gamma", 2.0}}}, "test"), snr_weighting = build(weightings(), {"snr", {}}, "test"),
                   likelihood = build(weightings(), {"likelihood", {}}, "test");
        for (const double t : {0.25, 0.5, 0.75}) {
            const Coefficients c = path->at(t);
            const double k = conversion(prediction, want_denoiser, c, 1.3).prediction, snr = c.alpha * c.alpha / (c.beta * c.beta);
            CHECK(weighting->at(t, c, prediction, 1.3) / (k * k) == Approx(std::min(snr, 2.0)));
            CHECK(snr_weighting->at(t, c, prediction, 1.3) / (k * k) == Approx(snr));
            const double to_score = conversion(prediction, want_score, c, 1.3).prediction;
            CHECK(likelihood->at(t, c, prediction, 1.3) / (to_score * to_score) == Approx(c.g_squared()));
        }
    });
    const Coefficients c = schedule("linear")->at(0.6);
    CHECK(build(weightings(), {"usual", {}}, "test")->at(0.6, c, Prediction::score, 1) == Approx(0.16));
    CHECK(build(weightings(), {"usual", {}}, "test")->at(0.6, c, Prediction::velocity, 1) == 1);
}

TEST_CASE("no draw weighs as much as a tenth of all", "[nn]") {
    constexpr int draws = 100'000;
    each_prediction([&](const std::string& id, Prediction prediction) {
        for (const auto& entry : weightings()) {
            const Description d = describe(id, prediction, false, 1);
            GaussianPathBatches source(std::make_shared<OnePoint>(Eigen::Array2f(0.7f, -1.3f)), schedule(id), {prediction, {std::string(entry.id), {}}}, d, 3);
            const Batch batch(source, draws);
            const double all = std::accumulate(batch.weight.begin(), batch.weight.end(), 0.0), most = *std::max_element(batch.weight.begin(), batch.weight.end());
            INFO(id << " " << pf::id(prediction) << " " << entry.id);
            CHECK(most < 0.1 * all);
        }
    });
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

TEST_CASE("draws of every time sampling follow the density it declares, on every schedule", "[nn]") {
    constexpr int n = 20000, cells = 20000;
    for (const auto& entry : schedules())
        for (const auto& sampling : time_samplings()) {
            const auto times = sampling.make();
            times->set_schedule(schedule(entry.id));
            Random random(4, "times");
            std::vector<double> t(n);
            for (double& value : t) value = times->draw(random);
            std::sort(t.begin(), t.end());
            std::vector<double> mass(cells + 1, 0);
            for (int i = 0; i < cells; ++i) mass[i + 1] = mass[i] + times->density((i + 0.5) / cells) / cells;
            double worst = 0;
            for (int i = 0; i < n; ++i) worst = std::max(worst, std::abs(mass[static_cast<std::size_t>(t[i] * cells)] / mass.back() - (i + 0.5) / n));
            INFO(entry.id << " " << sampling.id);
            // EDM's log σ ~ N(−1.2, 1.2²) loses what lies beyond the σ of the path.
            const auto below = [](const Coefficients& c) { return 0.5 * std::erfc((-1.2 - std::log(c.beta / c.alpha)) / 1.2 / std::sqrt(2.0)); };
            const double expected = sampling.id != "edm_log_normal" ? 1 : below(schedule(entry.id)->at(0)) - below(schedule(entry.id)->at(1));
            CHECK(mass.back() == Approx(expected).epsilon(2e-3));
            CHECK(worst < 1.95 / std::sqrt(n) + 1e-3);      // Kolmogorov's distance, once in a thousand
            CHECK((t.front() >= 0 && t.back() <= 1));
        }
}

TEST_CASE("EDM's log-normal: log σ has its mean and standard deviation", "[nn]") {
    const auto path = schedule("edm");
    const auto times = build(time_samplings(), {"edm_log_normal", {{"mean", -0.4}, {"sd", 0.9}}}, "test");
    times->set_schedule(path);
    Random random(5, "times");
    constexpr int n = 20000;
    double sum = 0, square = 0;
    for (int i = 0; i < n; ++i) {
        const double log_sigma = -path->at(times->draw(random)).half_log_snr();
        sum += log_sigma / n;
        square += log_sigma * log_sigma / n;
    }
    CHECK(sum == Approx(-0.4).margin(4 * 0.9 / std::sqrt(n)));
    CHECK(std::sqrt(square - sum * sum) == Approx(0.9).epsilon(4 / std::sqrt(2.0 * n)));
}

namespace {

// z and x₀ of a velocity batch on the linear path: x = t z + (1 − t) x₀, target = z − x₀.
struct Pairs {
    Points z, start;
};
Pairs pairs(const Batch& b) {
    const auto n = static_cast<Eigen::Index>(b.t.size());
    Pairs out{Points(n, 2), Points(n, 2)};
    for (Eigen::Index i = 0; i < n; ++i)
        for (int axis = 0; axis < 2; ++axis) {
            const auto k = static_cast<std::size_t>(2 * i + axis);
            const float t = b.t[static_cast<std::size_t>(i)];
            out.z(i, axis) = b.x[k] + (1 - t) * b.target[k];
            out.start(i, axis) = b.x[k] - t * b.target[k];
        }
    return out;
}
double cost(const Points& a, const Points& b) { return (a - b).cast<double>().square().sum(); }
Pairs paired(int n, Coupling coupling) {
    GaussianPathBatches source(gaussian_data(), schedule("linear"), {}, describe("linear", Prediction::velocity, false, 1), 6, std::move(coupling));
    return pairs(Batch(source, n));
}

}  // namespace

TEST_CASE("optimal transport pairs a batch as the best of all permutations does", "[nn]") {
    const Pairs any = paired(7, {}), best = paired(7, {nullptr, true});
    CHECK((any.z - best.z).abs().maxCoeff() < 1e-5f);  // the same draws, paired otherwise
    std::vector<Eigen::Index> p(7);
    std::iota(p.begin(), p.end(), 0);
    double least = cost(any.z, any.start);
    const double independent = least;
    do {
        double sum = 0;
        for (Eigen::Index i = 0; i < 7; ++i) sum += cost(any.z.row(i), any.start.row(p[static_cast<std::size_t>(i)]));
        least = std::min(least, sum);
    } while (std::next_permutation(p.begin(), p.end()));
    CHECK(cost(best.z, best.start) == Approx(least).epsilon(1e-4));
    CHECK(least < 0.9 * independent);
}

TEST_CASE("batches beyond 512 are paired in equal blocks", "[nn]") {
    const Pairs any = paired(601, {}), best = paired(601, {nullptr, true});
    for (const auto& [first, size] : {std::pair<Eigen::Index, Eigen::Index>{0, 300}, {300, 301}}) {
        const Points z = any.z.middleRows(first, size), start = any.start.middleRows(first, size);
        const auto p = optimal_assignment(z, start);
        double least = 0;
        for (Eigen::Index i = 0; i < size; ++i) least += cost(z.row(i), start.row(p[static_cast<std::size_t>(i)]));
        CHECK(cost(best.z.middleRows(first, size), best.start.middleRows(first, size)) == Approx(least).epsilon(1e-4));
    }
}

TEST_CASE("with a source, x at t = 0 is a draw of it", "[nn]") {
    const auto source = std::make_shared<OnePoint>(Eigen::Array2f(2.5f, -1));
    CHECK((paired(50, {source, false}).start.rowwise() - Eigen::Array2f(2.5f, -1).transpose()).abs().maxCoeff() < 1e-5f);
    CHECK((paired(50, {}).z - paired(50, {source, false}).z).abs().maxCoeff() < 1e-5f);
}

TEST_CASE("labels belong to their draws, and are dropped as often as asked", "[nn]") {
    const Eigen::Matrix2d covariance = 0.01 * Eigen::Matrix2d::Identity();
    const auto data = std::make_shared<MixtureData>(std::vector<Component>{{0.3, {-3, 0}, covariance, 0}, {0.7, {3, 0}, covariance, 2}});
    Description d = describe("linear", Prediction::velocity, false, 1);
    d.architecture.labels = 3;
    Objective objective;
    objective.label_dropout = 0.25;
    GaussianPathBatches source(data, schedule("linear"), objective, d, 8);
    constexpr int n = 20000;
    const Batch batch(source, n);
    const Pairs p = pairs(batch);
    int none = 0, right = 0;
    for (int i = 0; i < n; ++i) {
        none += batch.label[i] < 0;
        right += batch.label[i] == (p.z(i, 0) < 0 ? 0 : 2);
    }
    CHECK(right + none == n);
    CHECK(none == Approx(0.25 * n).margin(4 * std::sqrt(n * 0.25 * 0.75)));
    GaussianPathBatches plain(data, schedule("linear"), {}, describe("linear", Prediction::velocity, false, 1), 8);
    const Batch unlabelled(plain, n);
    CHECK(std::all_of(unlabelled.label.begin(), unlabelled.label.end(), [](int label) { return label == -1; }));
    CHECK(unlabelled.x == batch.x);  // labels take nothing from the other streams
}

TEST_CASE("the floor of every objective is the loss of the exact predictor", "[nn]") {
    const auto covariance = [](double a, double b, double c) { return (Eigen::Matrix2d() << a, b, b, c).finished(); };
    const auto data = std::make_shared<MixtureData>(std::vector<Component>{{0.6, {1.2, 0.4}, covariance(0.3, 0.1, 0.2), 0}, {0.4, {-1, -0.5}, covariance(0.1, 0, 0.4), 1}});
    const PosteriorVariance known(*data->mixture());
    const double sd = data_standard_deviation(*data);
    constexpr int n = 3000;
    each_prediction([&](const std::string& id, Prediction prediction) {
        const auto path = schedule(id);
        const MixtureField exact(data->mixture(), path);
        const Description d = describe(id, prediction, false, sd);
        for (const auto& weighting : weightings())
            for (const Choice& times : {Choice{"uniform", {{"t_min", 0.1}, {"t_max", 0.9}}}, Choice{"logit_normal", {{"sd", 0.7}}}, Choice{"edm_log_normal", {{"sd", 0.7}}}}) {
                const Objective objective{prediction, {std::string(weighting.id), {}}, times};
                GaussianPathBatches source(data, path, objective, d, 12);
                const Batch batch(source, n);
                double sum = 0, square = 0;
                FieldValues<double> v;
                for (int i = 0; i < n; ++i) {
                    const double t = true_time(*path, d, batch.t[i]);
                    const Coefficients c = path->at(t);
                    const Scaling scale = scaling(d, c, t);
                    const Target k = conditional_target(prediction, c, sd);
                    const PointsD x = PointsD((Eigen::Array<double, 1, 2>() << batch.x[2 * i], batch.x[2 * i + 1]).finished()) / scale.input;
                    exact.evaluate(x, t, want_denoiser | want_noise, v);
                    double loss = 0;
                    for (int axis = 0; axis < 2; ++axis) {
                        const double miss = batch.target[2 * i + axis] - (k.z * v.denoiser(0, axis) + k.noise * v.noise(0, axis));
                        loss += batch.weight[i] * miss * miss / 2;
                    }
                    sum += loss / n;
                    square += loss * loss / n;
                }
                const LossFloor floor = loss_floor(known, loss_terms(objective, d, path));
                INFO(id << " " << pf::id(prediction) << " " << weighting.id << " " << times.id << ": loss " << sum << " floor " << floor.total);
                const double error = std::sqrt((square - sum * sum) / n);
                CHECK(std::abs(sum - floor.total) < 5 * error);
                CHECK(floor.total > 0);
            }
    });
}

TEST_CASE("a floor is infinite where weight times floor is, and not where the weight makes up for it", "[nn]") {
    const auto data = std::make_shared<MixtureData>(std::vector<Component>{{0.6, {1.2, 0.4}, 0.09 * Eigen::Matrix2d::Identity(), 0}, {0.4, {-1, -0.5}, 0.25 * Eigen::Matrix2d::Identity(), 1}});
    const PosteriorVariance known(*data->mixture());
    const auto infinite = [&](const std::string& path, Prediction prediction, const std::string& weighting) {
        const Description d = describe(path, prediction, false, data_standard_deviation(*data));
        return !loss_floor(known, loss_terms({prediction, {weighting, {}}, {"uniform", {}}}, d, schedule(path))).infinite.empty();
    };
    for (const std::string path : {"linear", "trigonometric"}) {
        INFO(path);
        // SNR |D − z|² has the finite limit α²·2 near the data; g² |s − s*|² grows like 1/(1 − t).
        for (const Prediction prediction : {Prediction::velocity, Prediction::score})
            for (const std::string weighting : {"snr", "min_snr"}) CHECK(!infinite(path, prediction, weighting));
        for (const Prediction prediction : {Prediction::noise, Prediction::data}) CHECK(infinite(path, prediction, "likelihood"));
    }
}

TEST_CASE("weights by SNR stay what they are up to the data's end, where β is held", "[nn]") {
    // SNR |D − z|² of the velocity: (α/β)² (β²/(β Δ))², Δ = α̇ β − α β̇; on the linear path Δ = 1, so it is α² everywhere.
    for (const std::string weighting : {"snr", "min_snr"}) {
        const auto weight = build(weightings(), {weighting, {}}, "test");
        const auto linear = schedule("linear");
        for (const double t : {0.5, 0.9, 0.9999, 1.0}) {
            CAPTURE(weighting, t);
            const double beta = std::max(1 - t, 1e-6), most = weighting == "snr" ? t * t : std::min(t * t / (beta * beta), 5.0) * beta * beta;
            CHECK(weight->at(t, linear->at(t), Prediction::velocity, 1) == Approx(most));
        }
        const Description d = describe("linear", Prediction::velocity, false, 1);
        CHECK(loss_terms({Prediction::velocity, {weighting, {}}, {"uniform", {}}}, d, linear).range.max == 1);
    }
}

TEST_CASE("objectives that cannot be are refused", "[nn]") {
    const Description d = describe("linear", Prediction::v, false, 1);
    CHECK_THROWS_AS(GaussianPathBatches(gaussian_data(), schedule("linear"), {Prediction::v, {"usual", {}}, {"uniform", {}}}, d, 1), BadInput);
    CHECK_THROWS_AS(GaussianPathBatches(gaussian_data(), schedule("linear"), {Prediction::noise, {"none", {}}, {"uniform", {}}}, d, 1), BadInput);
    GaussianPathBatches source(gaussian_data(), schedule("linear"), {}, d, 1);
    CHECK_THROWS_AS(source.set_objective({Prediction::velocity, {"usual", {}}, {"uniform", {{"t_min", 2.0}}}}), BadInput);
    CHECK_THROWS_AS(source.set_objective({Prediction::score, {"usual", {}}, {"uniform", {}}}), std::logic_error);
}
