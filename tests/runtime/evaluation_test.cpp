#include "app/runtime/evaluation.h"

#include <Eigen/LU>
#include <cmath>
#include <numbers>

#include "core/math/dataset/datasets.h"
#include "core/math/field/mixture_field.h"
#include "core/math/field/stand_ins.h"
#include "app/runtime/kept.h"
#include "app/runtime/limits.h"
#include "app/runtime/study.h"
#include "app/runtime/user_data.h"
#include "core/math/metrics/mode_metrics.h"
#include "core/math/random.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

FieldSet fields_of(const Scene& scene) { return make_fields(scene, {}, nullptr); }

// eight_gaussians with few particles: lane 0 an ODE, lane 1 an SDE.
Scene small() {
    Scene scene = builtin("eight_gaussians");
    for (Lane& lane : scene.lanes) lane.particles = 800;
    return scene;
}

}  // namespace

TEST_CASE("An exact lane is at its floor in every metric, with intervals; its log p is the data's") {
    const Scene scene = small();
    const auto evaluation = evaluate_lane(scene, 0, fields_of(scene), {4});
    REQUIRE(evaluation.metrics.size() == metrics().size() + mode_metrics().size());
    for (const auto& metric : evaluation.metrics) {
        CAPTURE(metric.id, metric.value.mean, metric.floor.mean);
        CHECK(metric.value.draws == 4);
        CHECK(metric.floor.pairs == 20);
        if (metric.id == "modes_missed") {
            CHECK(metric.value.mean == 0);
            CHECK(metric.value.half_width == 0);
            CHECK(metric.floor.mean == 0);
            CHECK(std::isnan(metric.ratio.mean));  // 0 of 0
            continue;
        }
        CHECK(metric.ratio.half_width > 0);
        CHECK(metric.ratio.mean > 0.5);
        CHECK(metric.ratio.mean < 1.6);
    }
    CHECK(evaluation.evaluations == 100);  // Heun, 50 steps
    REQUIRE(evaluation.coverage);
    CHECK(evaluation.coverage->covered == 8);
    REQUIRE(evaluation.likelihood);
    const auto& likelihood = *evaluation.likelihood;
    CHECK(likelihood.nll.draws == 8000);
    CHECK(likelihood.lost == 0);
    // 50 steps of Heun: an error of the second order in a flow whose modes narrow to a tenth at the end; KL ≥ 0 but for that.
    CHECK(std::abs(likelihood.kl->mean) < 0.02);
    CHECK(likelihood.nll.mean - likelihood.floor->mean == Approx(likelihood.kl->mean).margin(1e-9));
    // Modes that hardly overlap: the entropy of a mode and of the choice among eight.
    const auto mixture = make_dataset(scene.data)->mixture();
    const double entropy = 1 + std::log(2 * std::numbers::pi) + 0.5 * std::log(mixture->components().front().covariance.determinant()) + std::log(8);
    CHECK(std::abs(likelihood.floor->mean - entropy) < 2 * likelihood.floor->half_width);
}

TEST_CASE("A Gaussian flow codes other data at the cross-entropy of the Gaussian with its moments, in closed form") {
    Scene scene = small();
    scene.models[0].field = "gaussian";
    scene.lanes[0].solver = {"rk4", {}};
    const auto data = make_dataset(scene.data);
    const Eigen::Matrix2d covariance = gaussian_like(*data, 1)->components().front().covariance;
    // −E log N(x; μ, Σ) with the data's own μ and Σ: the quadratic form has mean 2.
    const double exact = std::log(2 * std::numbers::pi) + 0.5 * std::log(covariance.determinant()) + 1;
    const auto evaluation = evaluate_lane(scene, 0, fields_of(scene), {5, find_metric("sliced_w2", "test")});
    REQUIRE(evaluation.likelihood);
    CHECK(evaluation.metrics.size() == 1 + mode_metrics().size());
    CHECK(evaluation.metrics[0].ratio.mean > 2);
    CHECK(std::abs(evaluation.likelihood->nll.mean - exact) < 2 * evaluation.likelihood->nll.half_width);
    CHECK(evaluation.likelihood->kl->mean > 0.5);
    CHECK(evaluation.likelihood->kl->half_width < 0.1);
}

TEST_CASE("A log p over too few steps is no log p and says so; a study leaves it out") {
    Scene scene = small();
    scene.lanes[0].solver = {"euler", {}};
    scene.lanes[0].steps = 8;
    const auto coarse = evaluate_lane(scene, 0, fields_of(scene), {1, live_metrics().first(1)});
    REQUIRE(coarse.likelihood);
    CHECK(coarse.likelihood->kl->mean < -0.1);  // below that of the data, which no density has
    CHECK(coarse.likelihood->too_coarse());
    CHECK(about_steps(*coarse.likelihood, 8).find("8 steps are too few for log p: it lies 0.") == 0);
    LikelihoodEstimate slow = *coarse.likelihood;  // and where another step count says the same, the data's density still decides
    slow.by_steps = 0;
    CHECK(slow.too_coarse());
    slow.kl.reset();
    CHECK_FALSE(slow.too_coarse());
    slow.by_steps = 0.5;
    CHECK(about_steps(slow, 8).find("8 steps are too few for log p: with 16 the NLL is ") == 0);
    scene.lanes[0].solver = {"rk4", {}};
    scene.lanes[0].steps = 100;
    const auto fine = evaluate_lane(scene, 0, fields_of(scene), {1, live_metrics().first(1)});
    CHECK_FALSE(fine.likelihood->too_coarse());
    CHECK(std::abs(fine.likelihood->by_steps) < 1e-3);

    scene.lanes[0].solver = {"euler", {}};
    const Study study = run_study(scene, fields_of(scene), {parse_variation("steps=8"), {0}, 1, find_measures("kl", "--metric")});
    REQUIRE(study.rows.size() == 1);
    CHECK(study.rows[0].evaluation.metrics.empty());
    CHECK(study.rows[0].reason.find("too few for log p") != std::string::npos);
}

TEST_CASE("The KL of an exact flow lies below 0 only within what its steps leave open") {
    Scene scene = builtin("guidance");
    for (const char* id : {"heun", "euler", "rk4"})
        for (const int steps : {50, 200}) {
            CAPTURE(id, steps);
            scene.lanes[0].solver = {id, {}};
            scene.lanes[0].steps = steps;
            scene.lanes[0].particles = 100;
            const auto evaluation = evaluate_lane(scene, 0, fields_of(scene), {1, live_metrics().first(1)});
            REQUIRE(evaluation.likelihood);
            const auto kl = evaluation.likelihood->kl_with_steps();
            REQUIRE(kl);
            CHECK(kl->mean + kl->half_width >= 0);
            CHECK(kl->half_width >= evaluation.likelihood->kl->half_width);
        }
}

TEST_CASE("Lanes without log p say why; a single draw has no interval; a stop ends it") {
    Scene scene = small();
    const auto sde = evaluate_lane(scene, 1, fields_of(scene), {1, live_metrics().first(1)});
    CHECK_FALSE(sde.likelihood);
    CHECK(sde.no_likelihood.find("sigma zero") != std::string::npos);
    CHECK(std::isnan(sde.metrics[0].value.half_width));
    scene.lanes[0].solver = {"ddim", {}};
    CHECK(evaluate_lane(scene, 0, fields_of(scene), {1, live_metrics().first(1)}).no_likelihood.find("rk4") != std::string::npos);
    std::stop_source stopped;
    stopped.request_stop();
    CHECK(evaluate_lane(scene, 0, fields_of(scene), {}, {}, stopped.get_token()).metrics.empty());
}

TEST_CASE("Fields are measured against the exact one where the data has it") {
    Scene scene = small();
    CHECK_FALSE(evaluate_field(scene, 0, fields_of(scene), 2));  // it is the exact one
    scene.models[0].field = "gaussian";
    const auto wrong = evaluate_field(scene, 0, fields_of(scene), 3);
    REQUIRE(wrong);
    REQUIRE(wrong->t.size() == 25);
    REQUIRE(wrong->quantities.size() == 3);
    const auto& velocity = wrong->quantities[0].over_t;
    CHECK(velocity.front().mean < 0.1);  // near the noise only the mean counts, and that is right
    CHECK(velocity[20].mean > 0.2);      // near the data the modes do
    CHECK(wrong->quantities[0].mean.half_width > 0);
    scene.data.choice = {"gaussian", {}};
    const auto right = evaluate_field(scene, 0, fields_of(scene), 1);
    REQUIRE(right);
    for (const auto& quantity : right->quantities) CHECK(quantity.mean.mean < 1e-12);
    scene.data.choice = {"checkerboard", {}};
    CHECK_FALSE(evaluate_field(scene, 0, fields_of(scene), 1));  // no exact field
}

TEST_CASE("A lane carries log p when asked, to the exact density of where it ends, also in pieces") {
    Scene scene = small();
    scene.data.choice = {"gaussian", {}};
    Lane& lane = scene.lanes[0];
    lane.solver = {"rk4", {}};
    const auto fields = fields_of(scene);
    CHECK(run_lane(scene, 0, fields).path.log_p.empty());
    const auto small_lane = run_lane(scene, 0, fields, {0, 0, true});
    REQUIRE(small_lane.path.log_p.size() == small_lane.path.t.size());
    FieldValues<float> values;
    fields.fields[0]->evaluate(small_lane.path.x.back(), 1, want_log_density, values);
    CHECK((small_lane.path.log_p.back() - values.log_density).abs().maxCoeff() < 1e-3f);  // float sums of 50 steps

    lane.solver = {"euler", {}};
    lane.particles = 200'000;
    lane.steps = 120;  // 290 MB with log p, 192 MB without: pieces because of log p
    const auto large = run_lane(scene, 0, fields, {0, 0, true}), few = run_lane(scene, 0, fields, {500, 0, true});
    CHECK(large.path.x.size() <= 33);
    REQUIRE(large.path.log_p.size() == large.path.x.size());
    CHECK((large.path.log_p.back().head(500) - few.path.log_p.back()).abs().maxCoeff() < 1e-4f);

    CHECK(run_lane(small(), 1, fields_of(small()), {0, 0, true}).path.log_p.empty());  // an SDE
}

TEST_CASE("What is kept under a name of its data does not hold the data: 20,000 points, and one that differs") {
    Scene scene = small();
    Points x = Random(5, "points").normals(limits::points.max);
    scene.data = {{"points", {}}, {}, make_point_set(x), {}};
    const std::string name = data_key(scene, -1, std::nullopt);
    CHECK(name.size() < 64);
    CHECK(data_key(scene, -1, std::nullopt) == name);
    CHECK(data_key(scene, 0, std::nullopt) != name);
    CHECK(data_key(scene, -1, Coefficients{0.5, 0.5, 1, -1, -0.5}) != name);
    x(7, 1) += 0.01f;
    scene.data.points = make_point_set(x);
    CHECK(data_key(scene, -1, std::nullopt) != name);
}
