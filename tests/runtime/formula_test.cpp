#include <clocale>
#include <locale>
#include <thread>

#include "app/runtime/formula/formula_field.h"
#include "app/runtime/fokker_planck.h"
#include "core/math/field/mixture_field.h"
#include "core/math/schedule/schedules.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

double value(const std::string& expression, double x, double y) { return Formula(expression, {"x", "y"})(std::array{x, y}); }
std::string error(const std::string& expression) {
    return refusal([&] { Formula(expression, {"x", "y"}); });
}

struct Commas : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
};

// N(μ, s² I) on the linear path, written out: u = ((t s² − (1 − t)) (x − t μ))/(t² s² + (1 − t)²) + μ.
Scene gaussian_by_formula(bool with_score) {
    Scene scene;
    scene.data = {{"mixture", {}}, {{1, {0.7, -0.4}, 0.25 * Eigen::Matrix2d::Identity(), 0}}, nullptr, {}};
    Model& m = scene.models[0];
    m.field = "formula";
    m.velocity = {"0.7 + (alpha*0.25 - beta)*(x - alpha*0.7)/(alpha^2*0.25 + beta^2)", "-0.4 + (t*0.25 - (1-t))*(y + t*0.4)/(t^2*0.25 + (1-t)^2)"};
    if (with_score) m.score = {"-(x - t*0.7)/(t^2*0.25 + (1-t)^2)", "-(y + t*0.4)/(t^2*0.25 + (1-t)^2)"};
    scene.view.panes = 1;
    return scene;
}

}  // namespace

TEST_CASE("Formulas are evaluated as they read, in every locale and on many threads") {
    CHECK(value("-x + 2*sin(pi*y)", 0.5, 0.5) == Approx(1.5));
    CHECK(value("x^2 - y^3/4", 3, 2) == Approx(7));
    CHECK(value("x < y ? 1.5 : max(x, 2*y)", 1, 0) == 1);
    CHECK(std::isnan(value("log(x)", -1, 0)));
    const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Commas));
    const double there = value("1.5*x", 2, 0);
    std::locale::global(before);
    CHECK(there == 3);
    const Formula shared("x*y + 1", {"x", "y"});
    std::array<int, 4> wrong{};
    std::vector<std::thread> threads;
    for (std::size_t k = 0; k < wrong.size(); ++k)
        threads.emplace_back([&, k] {
            for (int i = 0; i < 2000; ++i) wrong[k] += shared(std::array{static_cast<double>(i), static_cast<double>(k)}) != i * static_cast<double>(k) + 1;
        });
    for (auto& thread : threads) thread.join();
    for (const int count : wrong) CHECK(count == 0);
}

TEST_CASE("A formula that cannot be read is refused with its column") {
    CHECK(error("1 + 2*z").starts_with("column 7: unknown name 'z' (known: x, y, pi; functions: "));
    for (const char* function : {"exp", "sin", "sqrt", "abs", "max"}) CHECK(error("1 + 2*z").find(function) != std::string::npos);
    CHECK(error("x +") == "column 4: the formula ends too early");
    CHECK(error("(x") .find("a closing parenthesis is missing") != std::string::npos);
    CHECK(error("x y").find("column 3: ") == 0);
    CHECK(error("").find("expected a formula") != std::string::npos);
    CHECK(error("x, y").find("column ") == 0);
    CHECK(error("x = 3").find("column 3: '=' assigns") == 0);
    CHECK(error("σ").find("column 1: a character that no formula has") == 0);
    CHECK(error("sin(x, y)").find("column ") == 0);
    CHECK(error("max()").find("column ") == 0);
    CHECK(error(std::string(300, '(')).find("column ") == 0);
    // Whatever is typed: a formula or a sentence.
    Random random(3, "formulas");
    const std::string letters = "xy019.+-*/^()?:<>=!&|,esincoplg ";
    for (int i = 0; i < 3000; ++i) {
        std::string text;
        for (int k = 0; k <= random.below(12); ++k) text += letters[static_cast<std::size_t>(random.below(static_cast<int>(letters.size())))];
        INFO(text);
        const std::string says = error(text);
        REQUIRE((says.empty() || says.find("column ") == 0));
    }
}

TEST_CASE("A drift typed as formulas is the closed form it spells: values, divergence, particles, density") {
    Scene scene = gaussian_by_formula(true);
    const std::shared_ptr<const Schedule> schedule = build(schedules(), {"linear", {}}, "schedule");
    const FormulaField typed(scene.models[0].velocity, scene.models[0].score, schedule, "models[0]");
    const MixtureField exact(std::make_shared<const Mixture>(scene.data.components), schedule);
    Random random(5, "points");
    const PointsD x = 2 * random.normals(50).cast<double>();
    FieldValues<double> a, b;
    constexpr unsigned all = want_velocity | want_score | want_divergence;
    for (const double t : {0.0, 0.3, 0.8, 1.0}) {
        typed.evaluate(x, t, all, a);
        exact.evaluate(x, t, all, b);
        CHECK((a.velocity - b.velocity).abs().maxCoeff() < 1e-12);
        CHECK((a.score - b.score).abs().maxCoeff() < 1e-12);
        CHECK((a.divergence - b.divergence).abs().maxCoeff() < 1e-6);
    }
    scene.lanes[0].sigma = {"formula", {}};
    scene.lanes[0].sigma_expression = "1 + 0.5*t";
    scene.lanes[0].solver.id = "euler_maruyama";
    validate(scene, "scene");
    CHECK(scene_from_json(scene_to_json(scene), "x") == completed(scene));
    const FieldSet fields = make_fields(scene, {}, nullptr);
    FokkerPlanckRequest request;
    request.grid = 64, request.slices = 3;
    auto result = run_fokker_planck(scene, 0, fields, request);
    CHECK(result.exact.empty());
    const auto reference = fokker_planck::start_from(std::make_shared<const Mixture>(scene.data.components)).averages(result.solution.grid);
    CHECK(fokker_planck::discrepancy(result.solution.p.back(), reference, result.solution.grid).l1 < 0.02);
    const LaneResult particles = run_lane(scene, 0, fields);
    const FokkerPlanckMovie movie = fokker_planck_movie(std::move(result), &particles);
    CHECK(movie.to_particles);
    CHECK(movie.distance.back().l1 < 0.5);  // of 2000 particles on 32² bins
    CHECK(movie.exact.t.empty());
}

TEST_CASE("Formulas that a scene cannot use are refused with the place and the column") {
    const auto says = [](const std::string& rest) { return refusal([&] { scene_from_json(R"({"probflow":1,)" + rest + "}", "x.json"); }); };
    const auto model = [&](const std::string& rest) { return says(R"("models":[{"name":"truth","field":"formula",)" + rest + "}]"); };
    CHECK(model(R"("velocity":["x","1 + 2*z"])").starts_with("x.json: models[0].velocity[1]: column 7: unknown name 'z' (known: x, y, t, alpha, beta, pi; functions: "));
    CHECK(model(R"("velocity":["x"])") == "x.json: models[0].velocity: expected two formulas, got 1");
    CHECK(model(R"("velocity":["x","y"],"score":["-x","-y +"])").find("models[0].score[1]: column 5: the formula ends too early") != std::string::npos);
    CHECK(says(R"("models":[{"name":"truth","velocity":["x","y"]}])").find("models[0].velocity: belongs to the field 'formula' only") != std::string::npos);
    const auto lane = [&](const std::string& sigma) { return says(R"("lanes":[{"model":"truth","solver":{"id":"euler_maruyama"},"sigma":{"id":"formula",)" + sigma + "}}]"); };
    CHECK(lane(R"("expression":"1 - t")").empty());
    CHECK(lane(R"("expression":"x")").find("lanes[0].sigma.expression: column 1: unknown name 'x' (known: t, alpha, beta, pi; functions: ") != std::string::npos);
    CHECK(lane(R"("expression":"t - 0.5")").find("the formula of σ is -0.5 at t = 0") != std::string::npos);
    CHECK(lane(R"("expression":"1/t")").find("the formula of σ is inf at t = 0") != std::string::npos);
    Scene scene = gaussian_by_formula(false);
    CHECK(why_not(scene, scene.lanes[0]).empty());
    scene.lanes[0].sigma = {"constant", {{"max", 1.0}}}, scene.lanes[0].solver.id = "euler_maruyama";
    CHECK(why_not(scene, scene.lanes[0]).find("'truth' has no formula for its score") == 0);
    scene.lanes[0].sigma = {"zero", {}}, scene.lanes[0].solver.id = "ddim";
    CHECK(why_not(scene, scene.lanes[0]).find("steps with the denoiser") != std::string::npos);
}
