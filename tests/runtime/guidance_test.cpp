// Guided lanes, coupled paths and what follows from them in the runtime.
#include "app/runtime/guidance.h"

#include <cmath>

#include "app/runtime/discrepancy.h"
#include "app/runtime/keys.h"
#include "app/runtime/lane_movies.h"
#include "app/runtime/lane_problem.h"
#include "core/math/dataset/labelled.h"
#include "core/nn/objective.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

LaneResult run(const Scene& scene, int lane) { return run_lane(scene, lane, make_fields(scene, {}, nullptr)); }

struct Moments {
    double mean, sd;
};
Moments moments(const Points& x) {
    const ColumnD first = x.col(0).cast<double>();
    return {first.mean(), std::sqrt((first - first.mean()).square().mean())};
}

Scene coupled(const std::string& coupling, bool source) {
    Scene scene;
    scene.data.choice = {"moons", {}};
    if (source) scene.source = DataSpec{{"eight_gaussians", {}}, {}, nullptr, {}};
    scene.models[0] = {};
    scene.models[0].field = "network";
    scene.models[0].network.hidden = {32, 32};
    scene.models[0].training.coupling = coupling;
    scene.models[0].training.steps = 400;
    scene.models[0].training.batch = 256;
    scene.models[0].training.learning_rate = 4e-3;
    scene.models[0].training.ema = 0.9;
    scene.view.panes = 1;
    return scene;
}

}  // namespace

TEST_CASE("The scene 'guidance': w = 1 draws p(x|c), w = 3 overshoots as math.md says") {
    Scene scene = builtin("guidance");
    for (auto& lane : scene.lanes) lane.particles = 20000;
    const LaneResult plain = run(scene, 0), strong = run(scene, 1);
    // 20,000 draws: standard errors 0.0035 and 0.0022; Heun with 50 steps is nearer than that.
    CHECK(moments(plain.path.x.back()).mean == Approx(1).margin(0.015));
    CHECK(moments(plain.path.x.back()).sd == Approx(0.5).margin(0.012));
    CHECK(moments(strong.path.x.back()).mean == Approx(1.5249).margin(0.012));
    CHECK(moments(strong.path.x.back()).sd == Approx(0.3154).margin(0.008));
    // Compared with draws of p(x|c), w = 1 lies at the noise floor and w = 3 does not.
    for (const auto& value : lane_metrics(scene, plain).values) CHECK(value.ratio() < 2);
    for (const auto& value : lane_metrics(scene, strong).values)
        if (value.id == "sliced_w2") CHECK(value.ratio() > 5);
    // The same law with noise, for the conditional field.
    scene.lanes[0].sigma = {"constant", {{"max", 0.7}}};
    scene.lanes[0].solver = {"stochastic_heun", {}};
    CHECK(moments(run(scene, 0).path.x.back()).mean == Approx(1).margin(0.02));
}

TEST_CASE("The densities beside guidance: p(x|c), and the product, which is another one") {
    Scene scene = builtin("guidance");
    const auto shown = [&](const char* density, int lane) {
        scene.view.density = density;
        const DensityMovie movie = lane_density_movie(scene, lane, 120, 5);
        REQUIRE(movie.p.size() == 5);
        for (const double integral : movie.integral) CHECK(integral == Approx(1).margin(2e-3));
        const DensityGrid& p = movie.p.back();
        double mass = 0, mean = 0, square = 0;
        for (Eigen::Index c = 0; c < p.cols(); ++c) {
            const double x = movie.box.x_min + (static_cast<double>(c) + 0.5) * (movie.box.x_max - movie.box.x_min) / 120, column = p.col(c).cast<double>().sum();
            mass += column, mean += column * x, square += column * x * x;
        }
        mean /= mass;
        return Moments{mean, std::sqrt(square / mass - mean * mean)};
    };
    const Moments given = shown("class", 1), product = shown("product", 1), unit = shown("product", 0);
    CHECK(given.mean == Approx(1).margin(0.01));
    CHECK(given.sd == Approx(0.5).margin(0.01));
    CHECK(product.mean == Approx(1.0511).margin(0.01));
    CHECK(product.sd == Approx(0.4567).margin(0.01));
    CHECK(unit.mean == Approx(1).margin(0.01));  // w = 1 is Bayes' rule
    scene.view.density = "class";
    const Key key = lane_density_key(scene, 1);
    scene.lanes[1].guidance.label = 0;
    CHECK(lane_density_key(scene, 1) != key);
    CHECK(why_no_density(scene, scene.lanes[1]).empty());
    scene.lanes[1].guidance = {};
    CHECK(why_no_density(scene, scene.lanes[1]) == "this lane has no label");
}

TEST_CASE("Negative labels, autoguidance and classifier guidance are what their formulas say") {
    Scene scene;
    scene.models = {Model{}, Model{}};
    scene.models[0].name = "strong";
    scene.models[1].name = "weak";
    scene.models[1].field = "gaussian";
    scene.view.panes = 1;
    Lane& lane = scene.lanes[0];
    lane.model = "strong";
    const FieldSet fields = make_fields(scene, {}, nullptr);
    const auto velocity = [&](const Field& field) {
        FieldValues<float> values;
        field.evaluate(Random(2, "points").normals(40), 0.6, want_velocity, values);
        return values.velocity;
    };
    const auto given = [&](int label) {
        Lane one = lane;
        one.guidance = {"classifier_free", label, -1, 1, 0, 1, ""};
        return velocity(*guided_field(scene, one, 0, fields));
    };
    const Points strong = velocity(*fields.fields[0]), weak = velocity(*fields.fields[1]);
    const auto check_is = [&](Guidance guidance, const Points& expected) {
        lane.guidance = std::move(guidance);
        validate(scene, "scene");
        const Points got = velocity(*guided_field(scene, lane, 0, fields));
        CHECK((got - expected).abs().maxCoeff() < 2e-4f * (1 + expected.abs().maxCoeff()));
    };
    check_is({"classifier_free", 3, 5, 2, 0, 1, ""}, given(5) + 2 * (given(3) - given(5)));
    check_is({"classifier", 3, -1, 2, 0, 1, ""}, strong + 2 * (given(3) - strong));
    check_is({"autoguidance", -1, -1, 2.5, 0, 1, "weak"}, weak + 2.5f * (strong - weak));
    check_is({"autoguidance", -1, -1, 2.5, 0, 0.5, "weak"}, strong);
    lane.guidance.label = 3;
    CHECK(why_not(scene, lane).find("model 'weak' knows no labels") == 0);
}

TEST_CASE("A guided lane is compared with the density that is right for it: p_t(x|c) with w = 1, otherwise its particles, never the unguided p_t") {
    Scene scene = builtin("guidance");
    scene.lanes[1].particles = 20000;
    const FieldSet fields = make_fields(scene, {}, nullptr);
    FokkerPlanckRequest request;
    request.grid = 128, request.slices = 5;
    const FokkerPlanckResult plain = run_fokker_planck(scene, 0, fields, request), strong = run_fokker_planck(scene, 1, fields, request);
    REQUIRE(plain.discrepancy.size() == 5);
    for (const auto& one : plain.discrepancy) CHECK(one.l1 < 0.01);  // the unguided p_1 is at 1 from it
    CHECK(strong.exact.empty());
    CHECK(strong.discrepancy.empty());
    CHECK(why_no_exact(scene, scene.lanes[1]) == "guided sampling with w = 3 has no density in closed form");
    const LaneResult particles = run(scene, 1);
    const FokkerPlanckMovie movie = fokker_planck_movie(strong, &particles);
    CHECK(movie.to_particles);
    REQUIRE(movie.distance.size() == 5);
    CHECK(movie.distance.back().l1 < 0.1);  // 20,000 particles on 32 × 32 bins: about 0.05 of counting
    const DiscrepancyTable table = discrepancy_table(scene, 1, fields, particles);
    REQUIRE_FALSE(table.rows.empty());
    CHECK(std::isnan(table.rows.back().observed));
    CHECK(table.sentence.find("w = 3") != std::string::npos);

    // The window's exact density of a lane is the same one.
    const DensityMovie exact = exact_density_movie(scene, 0, 48, 3);
    scene.view.density = "class";
    const DensityMovie given = lane_density_movie(scene, 0, 48, 3);
    for (std::size_t k = 0; k < 3; ++k) CHECK((exact.p[k] - given.p[k]).abs().maxCoeff() < 1e-6f);
    scene.view.density = "exact";
    CHECK(why_no_density(scene, scene.lanes[0]).empty());
    CHECK(why_no_density(scene, scene.lanes[1]) == why_no_exact(scene, scene.lanes[1]));
    const Key key = exact_density_key(scene, 0);
    scene.lanes[0].guidance = {};
    CHECK(exact_density_key(scene, 0) != key);
}

TEST_CASE("Which label a guided lane's exact density has") {
    Scene scene = builtin("guidance");
    Lane& lane = scene.lanes[0];
    const auto label = [&](Guidance guidance) {
        lane.guidance = std::move(guidance);
        return exact_label(scene, lane);
    };
    CHECK(label({}) == -1);
    CHECK(label({"classifier_free", 1, 0, 1, 0, 1, ""}) == 1);
    CHECK(label({"classifier_free", 1, 0, 0, 0, 1, ""}) == 0);
    CHECK_FALSE(label({"classifier_free", 1, 0, 0, 0.2, 1, ""}));  // w = 0, then 1
    CHECK_FALSE(label({"classifier_free", 1, 0, 3, 0, 1, ""}));
    CHECK(label({"classifier", 1, -1, 0, 0, 1, ""}) == -1);
    CHECK(label({"autoguidance", -1, -1, 1, 0, 1, "truth"}) == -1);
    // The noising process needs no field: whatever w is, it starts from the data of the label and is their p_t.
    lane.process = "noising";
    lane.sigma = {"reverse", {{"max", 100.0}}};
    lane.steps = 400;
    lane.solver = {"euler_maruyama", {}};
    CHECK(label({"classifier_free", 1, -1, 3, 0, 1, ""}) == 1);
    validate(scene, "scene");
    const LaneResult result = run_lane(scene, 0, make_fields(scene, {}, nullptr));
    CHECK(moments(result.path.x.back()).mean == Approx(1).margin(0.06));
}

TEST_CASE("Arrows of a guided lane are those of the field it follows") {
    Scene scene = builtin("guidance");
    const FieldSet fields = make_fields(scene, {}, nullptr);
    const FieldMovie plain = lane_field_movie(scene, 0, fields, 8, 3), strong = lane_field_movie(scene, 1, fields, 8, 3);
    CHECK(lane_field_key(scene, 0, {}) != lane_field_key(scene, 1, {}));
    Points x(1, 2);
    const double cell = (strong.box.x_max - strong.box.x_min) / strong.width;
    const Eigen::Index row = 5 * strong.width + 2;
    x << static_cast<float>(strong.box.x_min + 2.5 * cell), static_cast<float>(strong.box.y_min + 5.5 * cell);
    FieldValues<float> guided;
    guided_field(scene, scene.lanes[1], 0, fields)->evaluate(x, strong.t[1], want_velocity | want_score, guided);
    CHECK((strong.velocity[1].row(row) - guided.velocity.row(0)).abs().maxCoeff() < 1e-4f);
    CHECK((strong.score[1].row(row) - guided.score.row(0)).abs().maxCoeff() < 1e-4f);
    CHECK((strong.velocity[1].row(row) - plain.velocity[1].row(row)).abs().maxCoeff() > 0.1f);
    // With a score of another model, both are in the lane's movie.
    scene.models.push_back(scene.models[0]);
    scene.models[1].name = "blob";
    scene.models[1].field = "gaussian";
    scene.lanes[0].guidance = {};
    scene.lanes[0].score_model = "blob";
    const FieldSet two = make_fields(scene, {}, nullptr);
    const FieldMovie mixed = lane_field_movie(scene, 0, two, 8, 3);
    two.fields[1]->evaluate(x, mixed.t[1], want_score, guided);
    CHECK((mixed.score[1].row(row) - guided.score.row(0)).abs().maxCoeff() < 1e-4f);
}

TEST_CASE("What a lane's result depends on is in its key") {
    Scene scene = builtin("guidance");
    const Key key = lane_key(scene, 1, {});
    const auto other = [&](auto change) {
        Scene changed = scene;
        change(changed);
        return lane_key(changed, 1, {});
    };
    CHECK(other([](Scene& s) { s.lanes[1].guidance.scale = 2; }) != key);
    CHECK(other([](Scene& s) { s.lanes[1].guidance.label = 0; }) != key);
    CHECK(other([](Scene& s) { s.lanes[1].guidance.to = 0.5; }) != key);
    CHECK(other([](Scene& s) { s.source = DataSpec{}; }) != key);
    CHECK(other([](Scene& s) { s.view.density = "class"; }) == key);
    const Scene moons = coupled("independent", false), ot = coupled("ot", false), from_data = coupled("independent", true);
    CHECK(training_key(moons, 0) != training_key(ot, 0));
    CHECK(training_key(moons, 0) != training_key(from_data, 0));
}

TEST_CASE("From a data set to a data set: the lane starts at the source, ends at the data, and knows no density between") {
    auto& engine = nn::open_engine();
    for (const char* coupling : {"independent", "ot"}) {
        const Scene scene = coupled(coupling, true);
        validate(scene, "scene");
        const auto weights = train_model(scene, 0, engine, {0, nn::Device::cpu}, {});
        const FieldSet fields = make_fields(scene, {weights}, &engine);
        const LaneResult result = run_lane(scene, 0, fields);
        const auto source = make_dataset(*scene.source), data = make_dataset(scene.data);
        Random random(3, "reference");
        const Eigen::Index n = 1000;
        const auto& metric = *std::find_if(metrics().begin(), metrics().end(), [](const Metric& m) { return m.id == "sliced_w2"; });
        CHECK(metric.distance(result.start.topRows(n), source->sample(random, n)) < 0.35);
        const double start = metric.distance(result.start.topRows(n), data->sample(random, n)), end = metric.distance(result.path.x.back().topRows(n), data->sample(random, n));
        INFO(coupling << ": " << start << " before, " << end << " after");
        CHECK(end < start / 3);
        CHECK_FALSE(why_no_density(scene, scene.lanes[0]).empty());
        CHECK(model_floor(scene, 0).why_not == "no floor: it is known where the path starts from Gaussian noise");
        CHECK(lane_field_movie(scene, 0, fields, 4, 3).score.empty());
        CHECK_THROWS_AS(validate([&] { Scene s = scene; s.lanes[0].sigma = {"constant", {}}; s.lanes[0].solver.id = "euler_maruyama"; return s; }(), "scene"), BadInput);
    }
}

TEST_CASE("Optimal transport straightens the paths") {
    auto& engine = nn::open_engine();
    // ∫E|Ẋ − (X_1 − X_0)|² dt along the lane's own trajectories, from the slices.
    const auto bend = [&](const char* coupling) {
        const Scene scene = coupled(coupling, false);
        const auto weights = train_model(scene, 0, engine, {0, nn::Device::cpu}, {});
        const LaneResult r = run_lane(scene, 0, make_fields(scene, {weights}, &engine));
        double sum = 0;
        const Points chord = r.path.x.back() - r.path.x.front();
        for (std::size_t i = 0; i + 1 < r.path.x.size(); ++i) {
            const double dt = r.path.t[i + 1] - r.path.t[i];
            const Points slope = (r.path.x[i + 1] - r.path.x[i]) / static_cast<float>(dt);
            sum += dt * static_cast<double>((slope - chord).square().rowwise().sum().mean());
        }
        return sum;
    };
    const double independent = bend("independent"), transport = bend("ot");
    INFO(independent << " and " << transport);
    CHECK(transport < independent / 2);
}

TEST_CASE("A network's loss by time lies above its floor, near it where it has learned") {
    auto& engine = nn::open_engine();
    Scene scene = coupled("independent", false);
    scene.data.choice = {"eight_gaussians", {}};
    for (const char* prediction : {"velocity", "edm_f"}) {
        scene.models[0].objective.prediction = prediction;
        int asked = 0;
        TrainOptions options{0, nn::Device::cpu, [&](const nn::Weights& now) {
            ++asked;
            CHECK(now.description.steps > 0);
        }};
        const auto weights = train_model(scene, 0, engine, options, {});
        CHECK(asked >= 1);
        const ModelFloor floor = model_floor(scene, 0);
        REQUIRE(floor.why_not.empty());
        double loss = 0, least = 0;
        for (const LossBin& bin : loss_by_time(scene, 0, *weights, engine)) {
            INFO(prediction << " t " << bin.from << " loss " << bin.loss << " floor " << bin.floor);
            CHECK(bin.loss > 0.93 * bin.floor);  // 8192 draws with unequal losses: 2 % standard error
            loss += bin.loss / 10;
            least += bin.floor / 10;
        }
        CHECK(least == Approx(floor.floor.total).epsilon(0.02));
        CHECK(loss > least);
        CHECK(loss < 2.5 * least);
    }
    scene.data.choice.id = "checkerboard";
    CHECK(model_floor(scene, 0).why_not.find("known for mixtures only") != std::string::npos);
    CHECK(std::isnan(loss_by_time(scene, 0, *train_model(scene, 0, engine, {20, nn::Device::cpu}, {}), engine).front().floor));
}
