#include <cmath>
#include <numbers>

#include "app/runtime/discrepancy.h"
#include "app/runtime/keys.h"
#include "app/runtime/processes.h"
#include "core/math/field/mixture_field.h"
#include "core/math/schedule/schedules.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

Component round_mode(double weight, double x, double y, double sd) { return {weight, {x, y}, sd * sd * Eigen::Matrix2d::Identity(), 0}; }

// Two modes that overlap, so that Langevin dynamics mix.
Scene two_modes(const char* process, Choice sigma, const char* solver) {
    Scene scene;
    scene.data = {{"mixture", {}}, {round_mode(0.6, 1.1, 0.6, 0.6), round_mode(0.4, -0.9, -0.4, 0.5)}, nullptr, {}};
    scene.view.panes = 1;
    Lane& lane = scene.lanes[0];
    lane.process = process, lane.sigma = std::move(sigma), lane.solver = {solver, {}};
    lane.steps = 200, lane.particles = 20'000;
    return scene;
}

// Mean and covariance of particles against p_t = Σ w_k N(α μ_k, α² Σ_k + β² I), in standard errors of 20,000 draws and `bias` of the solver.
void check_moments(const Scene& scene, const Points& x, const Coefficients& c, double bias) {
    Eigen::Vector2d mean = Eigen::Vector2d::Zero();
    Eigen::Matrix2d second = Eigen::Matrix2d::Zero();
    for (const Component& k : scene.data.components) {
        const Eigen::Vector2d m = c.alpha * k.mean;
        mean += k.weight * m;
        second += k.weight * (c.alpha * c.alpha * k.covariance + c.beta * c.beta * Eigen::Matrix2d::Identity() + m * m.transpose());
    }
    const Eigen::Matrix2d covariance = second - mean * mean.transpose();
    const Eigen::MatrixX2d d = x.matrix().cast<double>();
    const Eigen::Vector2d found = d.colwise().mean().transpose();
    const Eigen::MatrixX2d centred = d.rowwise() - found.transpose();
    const Eigen::Matrix2d spread = centred.transpose() * centred / static_cast<double>(d.rows());
    const double n = static_cast<double>(d.rows());
    for (int i = 0; i < 2; ++i) {
        CHECK(std::abs(found[i] - mean[i]) < 5 * std::sqrt(covariance(i, i) / n) + bias);
        CHECK(std::abs(spread(i, i) - covariance(i, i)) < 5 * covariance(i, i) * std::sqrt(2 / n) + bias);
    }
}

double worst_l1(const FokkerPlanckResult& result) {
    double worst = 0;
    for (const auto& one : result.discrepancy) worst = std::max(worst, one.l1);
    return worst;
}

FokkerPlanckRequest coarse(int slices = 5) {
    FokkerPlanckRequest request;
    request.grid = 96, request.steps = 100, request.slices = slices;
    return request;
}

}  // namespace

TEST_CASE("Noising lanes have p_t at every t, with any noise, and their slices run from noise to data") {
    struct Way {
        Choice sigma;
        const char *solver, *grid;
        double l1;
    };
    for (const auto& way : {Way{{"zero", {}}, "heun", "uniform", 0.01}, Way{{"constant", {{"max", 1.0}}}, "stochastic_heun", "uniform", 0.003}, Way{{"reverse", {{"max", 100.0}}}, "euler_maruyama", "quadratic", 0.03}}) {
        CAPTURE(way.sigma.id);
        Scene scene = two_modes("noising", way.sigma, way.solver);
        scene.lanes[0].grid.id = way.grid;
        scene.lanes[0].steps = 400;
        validate(scene, "scene");
        const FieldSet fields = make_fields(scene, {}, nullptr);
        const LaneResult result = run_lane(scene, 0, fields);
        CHECK(result.backwards);
        CHECK(std::is_sorted(result.path.t.begin(), result.path.t.end()));
        CHECK(result.path.t.back() == 1);
        CHECK(result.path.t.front() < 0.002);
        CHECK((result.path.x.back() == result.start).all());
        const auto schedule = build(schedules(), scene.models[0].schedule, "schedule");
        for (const double t : {1.0, 0.6, 0.25, 0.05}) {
            CAPTURE(t);
            const auto k = static_cast<std::size_t>(slice_at(result.path.t, t));
            check_moments(scene, result.path.x[k], schedule->at(result.path.t[k]), 0.02);
        }
        const auto density = run_fokker_planck(scene, 0, fields, coarse());
        CHECK(std::is_sorted(density.solution.t.begin(), density.solution.t.end()));
        INFO("worst L1 " << worst_l1(density));
        CHECK(worst_l1(density) < way.l1);
        const LaneMetrics metrics = lane_metrics(scene, result);
        REQUIRE_FALSE(metrics.values.empty());
        for (const auto& value : metrics.values) CHECK(value.ratio() < 2);
    }
}

TEST_CASE("The noising SDE needs no field: it runs where a network has no weights and data have no mixture") {
    Scene scene = two_modes("noising", {"reverse", {{"max", 100.0}}}, "euler_maruyama");
    scene.data = {{"checkerboard", {}}, {}, nullptr, {}};
    scene.models[0].field = "network";
    scene.lanes[0].particles = 200;
    validate(scene, "scene");
    CHECK(run_lane(scene, 0, make_fields(scene, {}, nullptr)).path.lost == 0);
    scene.lanes[0].sigma = {"constant", {{"max", 1.0}}};
    CHECK(refusal([&] { run_lane(scene, 0, make_fields(scene, {}, nullptr)); }).find("has no weights yet") != std::string::npos);
}

TEST_CASE("p_t is stationary under Langevin dynamics at frozen t, for particles and on the grid") {
    Scene scene = two_modes("langevin", {"constant", {{"max", 1.0}}}, "stochastic_heun");
    scene.lanes[0].frozen_t = 0.5;
    scene.lanes[0].duration = 12;
    validate(scene, "scene");
    const FieldSet fields = make_fields(scene, {}, nullptr);
    const LaneResult result = run_lane(scene, 0, fields);
    const auto schedule = build(schedules(), scene.models[0].schedule, "schedule");
    check_moments(scene, result.path.x.back(), schedule->at(0.5), 0.02);
    for (const auto& value : lane_metrics(scene, result).values) CHECK(value.ratio() < 2);
    const auto density = run_fokker_planck(scene, 0, fields, coarse());
    CHECK(density.discrepancy.front().l1 > 0.1);  // N(0, I) is not p_½
    CHECK(density.discrepancy.back().l1 < 2e-3);
    // What has arrived stays.
    CHECK(std::abs(density.discrepancy[3].l1 - density.discrepancy[4].l1) < 2e-3);
}

TEST_CASE("Each wrong equation is solved as it is wrong: Fokker-Planck and particles agree with each other, and not with p_t") {
    for (const auto& variant : variants()) {
        CAPTURE(variant.id);
        Scene scene = two_modes("sampling", {"constant", {{"max", 1.0}}}, "stochastic_heun");
        scene.lanes[0].variant = std::string(variant.id);
        scene.lanes[0].t_max = 0.95;
        validate(scene, "scene");
        const FieldSet fields = make_fields(scene, {}, nullptr);
        const auto density = run_fokker_planck(scene, 0, fields, coarse(2));
        const LaneResult particles = run_lane(scene, 0, fields);
        const fokker_planck::Grid bins{density.solution.grid.box, 32, 32};
        const auto p = binned(density.solution.p.back(), 32);
        const double floor = expected_l1(p, bins.area(), 20'000), found = (counted(particles.path.x.back(), bins) - p).abs().sum() * bins.area();
        INFO("L1 to p_t " << density.discrepancy.back().l1 << ", particles to Fokker-Planck " << found << ", expected " << floor);
        CHECK(found < 1.3 * floor);
        if (variant.id == "right") {
            CHECK(density.discrepancy.back().l1 < 1e-3);
            CHECK(what_is_wrong(variant.id).empty());
        } else {
            CHECK(density.discrepancy.back().l1 > 0.1);
            CHECK(what_is_wrong(variant.id) == variant.meaning);
        }
    }
}

TEST_CASE("The scene of equal marginals has them to a thousandth, and the broken scenes do not") {
    const auto solved = [](const char* id, int lane) {
        const Scene scene = builtin(id);
        return run_fokker_planck(scene, lane, make_fields(scene, {}, nullptr));
    };
    const auto first = solved("same_marginals", 0);
    for (const int lane : {1, 3}) {
        const auto other = solved("same_marginals", lane);
        for (const std::size_t k : {0, 8, 16, 24, 32}) CHECK((first.solution.p[k] - other.solution.p[k]).abs().cast<double>().sum() * first.solution.grid.area() < 1e-3);
    }
    for (const char* id : {"broken_no_score", "broken_double_score", "broken_wrong_noise", "broken_reversed_time"}) {
        CAPTURE(id);
        CHECK(solved(id, 1).discrepancy.back().l1 > 0.3);
    }
}

TEST_CASE("What cannot run backwards, frozen or wrong is refused with a reason") {
    const auto says = [](auto change) {
        Scene scene = two_modes("sampling", {"constant", {{"max", 1.0}}}, "euler_maruyama");
        change(scene.lanes[0]);
        return why_not(scene, scene.lanes[0]);
    };
    CHECK(says([](Lane&) {}).empty());
    CHECK(says([](Lane& l) { l.process = "noising", l.sigma = {"zero", {}}, l.solver.id = "ddim"; }).find("'ddim' is made for sampling") == 0);
    CHECK(says([](Lane& l) { l.process = "langevin", l.sigma = {"zero", {}}, l.solver.id = "heun"; }).find("Langevin dynamics live on noise") == 0);
    CHECK(says([](Lane& l) { l.process = "langevin", l.grid.id = "log_snr"; }).find("a clock of their own") != std::string::npos);
    CHECK(says([](Lane& l) { l.variant = "no_score", l.sigma = {"zero", {}}, l.solver.id = "heun"; }).find("this lane has none") != std::string::npos);
    CHECK(says([](Lane& l) { l.variant = "wrong_noise", l.sigma = {"zero", {}}, l.solver.id = "heun"; }).find("changes nothing without noise") != std::string::npos);
    CHECK(says([](Lane& l) { l.variant = "no_score", l.process = "noising", l.sigma = {"reverse", {{"max", 100.0}}}; }).find("this lane has none") != std::string::npos);
    CHECK(says([](Lane& l) { l.variant = "reversed_time", l.sigma = {"zero", {}}, l.solver.id = "unipc"; }).find("steps with more than the drift") != std::string::npos);
}

TEST_CASE("Keys tell processes, variants and formulas apart, and Fokker-Planck's ignores the particles") {
    Scene scene = two_modes("sampling", {"constant", {{"max", 1.0}}}, "euler_maruyama");
    const auto lane = lane_key(scene, 0, {}), density = fokker_planck_key(scene, 0, {});
    Scene other = scene;
    other.lanes[0].particles = 7, other.lanes[0].solver.id = "sra1", other.lanes[0].steps = 9;
    CHECK(lane_key(other, 0, {}) != lane);
    CHECK(fokker_planck_key(other, 0, {}) == density);
    for (const auto change : {+[](Scene& s) { s.lanes[0].variant = "no_score"; }, +[](Scene& s) { s.lanes[0].process = "noising"; }, +[](Scene& s) { s.lanes[0].frozen_t = 0.2; },
                              +[](Scene& s) { s.lanes[0].sigma = {"formula", {}}, s.lanes[0].sigma_expression = "1"; },
                              +[](Scene& s) { s.models[0].field = "formula", s.models[0].velocity = {"x", "y"}; }}) {
        other = scene;
        change(other);
        CHECK(lane_key(other, 0, {}) != lane);
        CHECK(fokker_planck_key(other, 0, {}) != density);
    }
}

TEST_CASE("The table of discrepancies: Poisson formula, time stepping of Euler in closed form, and the sum bounds what is observed") {
    // E|X − λ| by the sum itself.
    for (const double lambda : {0.3, 1.0, 4.7, 60.0, 150.0}) {
        double direct = 0;
        for (int k = 0; k < 600; ++k) direct += std::abs(k - lambda) * std::exp(k * std::log(lambda) - lambda - std::lgamma(k + 1.0));
        CHECK(expected_l1(fokker_planck::Cells::Constant(1, 1, lambda), 1, 1) == Approx(direct).epsilon(1e-4));
    }
    // One Gaussian of variance v: u = c_t x, so Euler of n steps ends at a Gaussian of deviation Π(1 + h c), here against that of 4 n steps.
    Scene scene = two_modes("sampling", {"zero", {}}, "euler");
    scene.data.components = {round_mode(1, 0, 0, 0.5)};
    scene.lanes[0].steps = 8;
    const auto deviation = [](int n) {
        double s = 1;
        for (int k = 0; k < n; ++k) {
            const double t = static_cast<double>(k) / n, v = 0.25;
            s *= 1 + (t * v - (1 - t)) / (t * t * v + (1 - t) * (1 - t)) / n;
        }
        return s;
    };
    const FieldSet fields = make_fields(scene, {}, nullptr);
    const LaneResult particles = run_lane(scene, 0, fields);
    const auto table = discrepancy_table(scene, 0, fields, particles);
    REQUIRE(table.rows.size() >= 4);
    const auto& end = table.rows.back();
    REQUIRE(end.t == Approx(1));
    const fokker_planck::Grid bins{fokker_planck_box(scene, *fields.schedules[0]), table.bins, table.bins};
    const auto gaussian = [&](int n) { return fokker_planck::standard_normal(deviation(n)).averages(bins); };
    const double exact = (gaussian(8) - gaussian(32)).abs().sum() * bins.area();
    INFO("time stepping " << end.time_stepping << " ± " << end.time_stepping_noise << ", exact " << exact << ", model " << end.model << ", observed " << end.observed);
    CHECK(exact > 0.03);
    CHECK(end.time_stepping == Approx(exact).margin(end.time_stepping_noise + 0.1 * exact));
    CHECK(end.model < 2e-3);
    for (const auto& row : table.rows) CHECK(row.observed < row.model + row.grid + 1.5 * row.time_stepping + 1.3 * row.finite_n);
    // A wrong equation is the model's error, whatever the solver.
    Scene broken = two_modes("sampling", {"constant", {{"max", 1.0}}}, "stochastic_heun");
    broken.lanes[0].variant = "no_score";
    const FieldSet same = make_fields(broken, {}, nullptr);
    const auto wrong = discrepancy_table(broken, 0, same, run_lane(broken, 0, same)).rows.back();
    CHECK(wrong.model > 0.1);
    CHECK(wrong.model > 5 * wrong.time_stepping);
}
