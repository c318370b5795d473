#include "app/runtime/probe.h"

#include <cmath>

#include "app/runtime/session.h"
#include "app/runtime/user_data.h"
#include "core/math/field/gaussian_flow.h"
#include "core/math/schedule/schedules.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

Scene one_gaussian(const std::string& schedule = "linear") {
    Scene scene;
    scene.data.choice = {"mixture", {}};
    scene.data.components = {{1, {0.8, -0.5}, (Eigen::Matrix2d() << 0.6, 0.2, 0.2, 0.3).finished(), 0}};
    scene.models[0].schedule = {schedule, {}};
    scene.lanes.push_back(scene.lanes[0]);
    scene.lanes[1].sigma = {"constant", {{"max", 0.8}}};
    scene.lanes[1].solver = {"euler_maruyama", {}};
    validate(scene, "scene");
    return scene;
}

Probe probe_of(const Scene& scene, const WeightSet& weights = {}, nn::Engine* engine = nullptr) {
    return {std::make_shared<const Scene>(scene), make_fields(scene, weights, engine)};
}

ProbeRequest everything(double t, std::array<double, 2> x, int lane = 0) {
    ProbeRequest request;
    request.t = t;
    request.at = {{lane, x}};
    request.trajectory = request.fan = request.posterior = request.log_p = true;
    return request;
}

Eigen::Vector2d at_slice(const ProbeCurves& curves, std::size_t i, Eigen::Index k = 0) { return curves.x[i].row(k).cast<double>().matrix().transpose(); }

}  // namespace

TEST_CASE("Through a point of one Gaussian the ODE is the closed form, in both directions, on every schedule") {
    for (const auto& entry : schedules()) {
        CAPTURE(entry.id);
        const Scene scene = one_gaussian(std::string(entry.id));
        const auto schedule = entry.make();
        const Component& data = scene.data.components[0];
        for (const double t : {0.3, 0.7}) {
            const Eigen::Vector2d x(0.4, 0.9);
            const ProbeLane lane = probe_of(scene)(everything(t, {x.x(), x.y()})).lanes.at(0);
            REQUIRE(lane.ode.t.size() > 20);
            CHECK(lane.ode.t.front() < 0.02);
            CHECK(lane.ode.t.back() > 0.98);
            CHECK(std::is_sorted(lane.ode.t.begin(), lane.ode.t.end()));
            double worst = 0;
            for (std::size_t i = 0; i < lane.ode.t.size(); ++i) {
                const AffineMap map = gaussian_flow(*schedule, data.mean, data.covariance, t, lane.ode.t[i]);
                const Eigen::Vector2d expected = map.shift + map.matrix * x;
                worst = std::max(worst, (at_slice(lane.ode, i) - expected).norm() / (1 + expected.norm()));
            }
            // Runge–Kutta 4 with about 96 steps per unit of t; results are kept as float.
            CHECK(worst < 2e-4);
        }
    }
}

TEST_CASE("From where the ODE leads, the ODE leads back") {
    const Scene scene = builtin("eight_gaussians");
    const Probe probe = probe_of(scene);
    const ProbeLane there = probe(everything(0.4, {0.3, 0.5})).lanes.at(0);
    const std::size_t last = there.ode.t.size() - 1;
    const Eigen::Vector2d end = at_slice(there.ode, last);
    const ProbeLane back = probe(everything(there.ode.t[last], {end.x(), end.y()})).lanes.at(0);
    const Eigen::Vector2d start = at_slice(back.ode, 0), expected = at_slice(there.ode, 0);
    CHECK(back.ode.t.front() == Approx(there.ode.t.front()).margin(1e-12));
    CHECK((start - expected).norm() < 1e-3 * (1 + expected.norm()));
}

TEST_CASE("The fan on has the law of the lane's SDE, the fan back that of the noising process") {
    // One Gaussian per axis: dX = [A X + b] dt + σ dW is Gaussian with m' = A m + b and v' = 2 A v + σ².
    Scene scene = one_gaussian();
    scene.data.components[0].covariance = 0.4 * Eigen::Matrix2d::Identity();
    const double t = 0.35, kappa = 0.4, sigma = 0.8;
    const Eigen::Vector2d x(0.2, 1.1), mu = scene.data.components[0].mean;
    Eigen::Vector2d mean = x;
    double variance = 0;
    constexpr int fine = 20000;
    for (int i = 0; i < fine; ++i) {  // the midpoint of each step
        const double h = (1 - t) / fine, s = t + (i + 0.5) * h, alpha = s, beta = 1 - s, C = alpha * alpha * kappa + beta * beta;
        const double A = (alpha * kappa - beta - 0.5 * sigma * sigma) / C;
        mean += h * (A * (mean - alpha * mu) + mu);
        variance += h * (2 * A * variance + sigma * sigma);
    }
    Eigen::Vector2d sum = Eigen::Vector2d::Zero(), sum_back = sum;
    double squares = 0, squares_back = 0;
    double r = 0;
    constexpr int seeds = 60;
    const double n = seeds * fan_curves;
    const Coefficients to = [&] {
        const auto schedule = build(schedules(), scene.models[0].schedule, "schedule");
        r = 0.5 * t;
        return schedule->at(r);
    }();
    const double scale = to.alpha / t, variance_back = to.beta * to.beta - scale * scale * (1 - t) * (1 - t);
    for (int seed = 1; seed <= seeds; ++seed) {
        scene.seed = static_cast<std::uint64_t>(seed);
        const ProbeLane lane = probe_of(scene)(everything(t, {x.x(), x.y()}, 1)).lanes.at(0);
        CHECK(lane.fan_on_noise == "its own σₜ");
        REQUIRE((lane.fan_on.x.size() > 1 && lane.fan_back.x.size() == 65));
        CHECK(lane.fan_on.t.front() == Approx(t));
        CHECK(lane.fan_on.t.back() == Approx(1));
        CHECK(lane.fan_back.t.back() == Approx(t));
        CHECK(lane.fan_back.t[32] == Approx(r));
        for (Eigen::Index k = 0; k < fan_curves; ++k) {
            CHECK((at_slice(lane.fan_on, 0, k) - x).norm() < 1e-6);
            CHECK((at_slice(lane.fan_back, 64, k) - x).norm() < 1e-6);
            const Eigen::Vector2d end = at_slice(lane.fan_on, lane.fan_on.x.size() - 1, k), middle = at_slice(lane.fan_back, 32, k);
            sum += end, squares += (end - mean).squaredNorm();
            sum_back += middle, squares_back += (middle - scale * x).squaredNorm();
        }
    }
    // Four standard errors; Euler–Maruyama with 240 steps is nearer than that.
    CHECK((sum / n - mean).cwiseAbs().maxCoeff() < 4 * std::sqrt(variance / n));
    CHECK(squares / (2 * n) == Approx(variance).epsilon(4 * std::sqrt(2 / (2 * n))));
    CHECK((sum_back / n - scale * x).cwiseAbs().maxCoeff() < 4 * std::sqrt(variance_back / n));
    CHECK(squares_back / (2 * n) == Approx(variance_back).epsilon(4 * std::sqrt(2 / (2 * n))));
}

TEST_CASE("An ODE lane borrows the noise of the first SDE lane, or takes σ = 1, and says so; a coupled path has no fan and no posterior") {
    Scene scene = one_gaussian();
    CHECK(probe_of(scene)(everything(0.4, {0, 0})).lanes[0].fan_on_noise == "σₜ of lane 2");
    scene.lanes.pop_back();
    const ProbeLane alone = probe_of(scene)(everything(0.4, {0, 0})).lanes[0];
    CHECK(alone.fan_on_noise == "σ = 1");
    CHECK(alone.fan_on.x.size() > 1);
    CHECK(alone.sentence.empty());
    scene.models[0].field = "network";
    const ProbeLane untrained = probe_of(scene)(everything(0.4, {0, 0})).lanes[0];
    CHECK(untrained.sentence == "model 'truth' has no weights yet");
    CHECK(untrained.ode.t.empty());
    CHECK_FALSE(untrained.field.velocity);
    CHECK(untrained.exact.velocity);
    CHECK(untrained.posterior);
    scene.models[0].training.coupling = "ot";
    const ProbeLane coupled = probe_of(scene)(everything(0.4, {0, 0})).lanes[0];
    CHECK_FALSE(coupled.posterior);
    CHECK_FALSE(coupled.exact.velocity);
}

TEST_CASE("Beyond the times at which a field is finite the probe says so") {
    Scene points = one_gaussian();
    points.data = {{"points", {}}, {}, make_point_set(Points::Random(20, 2)), {}};
    const Probe probe = probe_of(points);
    CHECK(probe(everything(0.99, {0.1, 0.2})).lanes.at(0).sentence.empty());
    const ProbeLane beyond = probe(everything(1, {0.1, 0.2})).lanes.at(0);
    CHECK_FALSE(beyond.field.velocity);
    CHECK(beyond.sentence == "the lane's field is finite for t from 0 to 0.999 only");
}

TEST_CASE("Conditional paths pass through the point, and their velocities average to u") {
    for (const char* id : {"eight_gaussians", "moons", "checkerboard"}) {
        CAPTURE(id);
        Scene scene;
        scene.data.choice = {id, {}};
        const bool mixture = make_dataset(scene.data)->mixture() != nullptr;
        if (!mixture) scene.models[0].field = "memorising";
        for (const double t : {0.0, 0.5, 0.9}) {
            CAPTURE(t);
            const Eigen::Vector2d x(0.4, 0.2);
            ProbeRequest request = everything(t, {x.x(), x.y()});
            const ProbeLane lane = probe_of(scene)(request).lanes.at(0);
            REQUIRE(lane.posterior);
            const ProbePosterior& p = *lane.posterior;
            const auto here = std::find_if(p.paths.t.begin(), p.paths.t.end(), [&](double s) { return std::abs(s - t) < 1e-12; });
            REQUIRE(here != p.paths.t.end());
            const Points& through = p.paths.x[static_cast<std::size_t>(here - p.paths.t.begin())];
            CHECK((through.rowwise() - x.transpose().cast<float>().array()).abs().maxCoeff() < 1e-5f);
            // β_1 = 0: they end at the data drawn.
            CHECK((p.paths.x.back().cast<double>() - p.z).abs().maxCoeff() < 1e-5);
            CHECK((p.denoiser - *lane.field.denoiser).norm() < 1e-9);
            CHECK((p.velocity - *lane.field.velocity).norm() < 1e-8 * (1 + p.velocity.norm()));
            CHECK(((p.mean_velocity - p.velocity).array().abs() < 4 * p.standard_error.array() + 1e-9).all());
            CHECK(p.effective_draws == 0);
            CHECK(p.velocity_error.norm() == 0);
        }
        if (mixture) continue;
        scene.models[0].field = "network";
        const ProbeLane drawn = probe_of(scene)(everything(0.5, {0.4, 0.2})).lanes.at(0);
        REQUIRE(drawn.posterior);
        CHECK(drawn.posterior->effective_draws > 50);
        CHECK(drawn.posterior->effective_draws < posterior_draws);
        // What the weighted mean of that many draws is worth: other draws scatter by so much.
        Eigen::Array2d sum = Eigen::Array2d::Zero(), squares = sum, errors = sum;
        constexpr int runs = 40;
        for (int run = 0; run < runs; ++run) {
            scene.seed = static_cast<std::uint64_t>(100 + run);
            const ProbePosterior p = *probe_of(scene)(everything(0.5, {0.4, 0.2})).lanes.at(0).posterior;
            sum += p.velocity.array(), squares += p.velocity.array().square(), errors += p.velocity_error.array();
        }
        const Eigen::Array2d scatter = ((squares - sum.square() / runs) / (runs - 1.0)).sqrt();
        CHECK((errors / runs > 0.6 * scatter).all());
        CHECK((errors / runs < 1.6 * scatter).all());
        CHECK_FALSE(drawn.exact.velocity);
    }
}

TEST_CASE("The numbers are those of the field that the lane follows: learned, guided") {
    Scene scene = builtin("guidance");
    const ProbeRequest request = everything(0.6, {0.3, 0.1}, 1);
    const ProbeLane lane = probe_of(scene)(request).lanes.at(0);
    CHECK(lane.field_is_exact);
    CHECK_FALSE(lane.exact.velocity);
    Scene plain = scene;
    plain.lanes[1].guidance = {};
    const ProbeLane unguided = probe_of(plain)(request).lanes.at(0);
    Scene towards = scene;
    towards.lanes[1].guidance.scale = 1;
    const ProbeLane given = probe_of(towards)(request).lanes.at(0);
    const double w = scene.lanes[1].guidance.scale;
    REQUIRE(w > 1);
    for (const auto number : {&ProbeValues::velocity, &ProbeValues::score, &ProbeValues::denoiser}) {
        const Eigen::Vector2d expected = *(unguided.field.*number) + w * (*(given.field.*number) - *(unguided.field.*number));
        CHECK((*(lane.field.*number) - expected).norm() < 1e-9 * (1 + expected.norm()));
    }
    CHECK(unguided.field.log_p);
    CHECK_FALSE(unguided.log_p_by_ode);
    CHECK(lane.log_p_by_ode);

    nn::Engine& engine = nn::open_engine(nn::EngineChoice::fused);
    Scene learned = builtin("eight_gaussians");
    learned.models[0].field = "network";
    learned.models[0].training.steps = 60;
    const auto weights = train_model(learned, 0, engine, {}, [](long, double) {});
    const ProbeLane of_network = probe_of(learned, {weights}, &engine)(everything(0.6, {0.3, 0.1})).lanes.at(0);
    const nn::NetworkField network(engine, weights, nn::Device::cpu);
    FieldValues<double> values;
    network.evaluate(PointsD(Eigen::RowVector2d(0.3, 0.1).array()), 0.6, network.knows(), values);
    CHECK(*of_network.field.velocity == Eigen::Vector2d(values.velocity(0, 0), values.velocity(0, 1)));
    CHECK(*of_network.field.score == Eigen::Vector2d(values.score(0, 0), values.score(0, 1)));
    CHECK(*of_network.field.denoiser == Eigen::Vector2d(values.denoiser(0, 0), values.denoiser(0, 1)));
    CHECK(*of_network.field.divergence == values.divergence(0));
    CHECK(of_network.log_p_by_ode);
    CHECK_FALSE(of_network.field_is_exact);
    // At the data, on the linear path: D = x, ε = x − u.
    const ProbeValues end = probe_of(learned, {weights}, &engine)(everything(1, {0.3, 0.1})).lanes.at(0).field;
    REQUIRE((end.velocity && end.denoiser && end.noise));
    CHECK_FALSE(end.score);
    CHECK((*end.denoiser - Eigen::Vector2d(0.3, 0.1)).norm() < 1e-6);
    CHECK((*end.noise - (Eigen::Vector2d(0.3, 0.1) - *end.velocity)).norm() < 1e-6);
    Scene truth = learned;
    truth.models[0].field = "exact";
    const ProbeLane exact = probe_of(truth)(everything(0.6, {0.3, 0.1})).lanes.at(0);
    CHECK(*of_network.exact.velocity == *exact.field.velocity);
    CHECK(*of_network.exact.log_p == *exact.field.log_p);
}

TEST_CASE("log p along the ODE of an exact field is log p in closed form") {
    // Guidance with w = 1 towards no label: the exact field, without a density of its own.
    Scene scene = builtin("guidance");
    scene.lanes[1].guidance.scale = 0;
    scene.lanes[1].guidance.negative_label = -1;
    for (const double t : {0.0, 0.5, 0.95}) {
        CAPTURE(t);
        const ProbeLane by_ode = probe_of(scene)(everything(t, {0.3, 0.1}, 1)).lanes.at(0);
        Scene plain = scene;
        plain.lanes[1].guidance = {};
        const ProbeLane closed = probe_of(plain)(everything(t, {0.3, 0.1}, 1)).lanes.at(0);
        REQUIRE((by_ode.log_p_by_ode && closed.field.log_p && !closed.log_p_by_ode));
        CHECK(*by_ode.field.log_p == Approx(*closed.field.log_p).margin(1e-4));
    }
}

TEST_CASE("A session answers what is probed, follows the scene, and forgets when asked to") {
    Session session(builtin("eight_gaussians"), false);
    ProbeRequest request = everything(0.5, {0.2, 0.3});
    const auto answered = [&](double x) { return [&session, x] {
        const auto result = session.probes().pinned;
        return result && result->request.at[0].x[0] == x && !session.busy();
    }; };
    session.probe(request, {});
    REQUIRE(eventually(answered(0.2)));
    CHECK_FALSE(session.probes().hovered);
    const double before = session.probes().pinned->lanes[0].field.velocity->x();
    for (int i = 0; i < 20; ++i) {
        request.at[0].x[0] = 0.2 + 0.01 * i;
        request.coarse = i < 19;
        session.probe(request, ProbeRequest{0.1, {{1, {0, 0}}}});
    }
    REQUIRE(eventually(answered(request.at[0].x[0])));
    CHECK_FALSE(session.probes().pinned->request.coarse);
    REQUIRE(session.probes().hovered);
    CHECK(session.probes().hovered->lanes[0].ode.t.empty());
    const double moved = session.probes().pinned->lanes[0].field.velocity->x();
    CHECK(moved != before);
    Scene next = session.scene();
    next.models[0].schedule = {"trigonometric", {}};
    session.commit("path", next);
    REQUIRE(eventually([&] { return session.probes().pinned->lanes[0].field.velocity->x() != moved; }));
    session.probe({}, {});
    CHECK_FALSE(session.probes().pinned);
    CHECK_FALSE(session.probes().hovered);
    CHECK(session.take_notices().empty());
}
