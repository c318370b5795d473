#include "app/runtime/fokker_planck.h"
#include "app/runtime/lane_problem.h"
#include "app/runtime/keys.h"

#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

TEST_CASE("The lanes of the reference scene end at the exact density, whatever their σ") {
    const Scene scene = builtin("fokker_planck_reference");
    const FieldSet fields = make_fields(scene, {}, nullptr);
    FokkerPlanckRequest request;
    request.grid = 96, request.slices = 5;
    for (int lane = 0; lane < 4; ++lane) {
        const auto result = run_fokker_planck(scene, lane, fields, request);
        INFO("lane " << lane << ": " << result.discrepancy.back().l1);
        REQUIRE(result.solution.p.size() == 5);
        REQUIRE(result.discrepancy.size() == 5);
        CHECK(result.exact_field);
        CHECK(result.solution.scheme == (lane == 0 ? "ppm_remap" : "equilibrium_splitting"));
        CHECK(result.solution.t.back() == Approx(0.99));
        CHECK(result.discrepancy.back().l1 < 3e-3);  // the coarse σ = 0 is the worst
        CHECK(result.solution.minimum >= 0);
        CHECK(result.solution.mass_drift < 1e-5);
        CHECK(result.solution.sentence.empty());
    }
}

TEST_CASE("A solution that ends where its cells no longer resolve the density says how far the lane goes") {
    Scene scene = builtin("fokker_planck_reference");
    const auto ends = [&](int grid) {
        FokkerPlanckRequest request;
        request.grid = grid, request.slices = 2, request.steps = 16;
        const auto result = run_fokker_planck(scene, 0, make_fields(scene, {}, nullptr), request);
        CHECK(result.until == Approx(0.99));
        return result.solution.t.back();
    };
    CHECK(ends(64) == Approx(0.99));
    scene.models[0].schedule = {"ve", {}};  // whose noise, 4.5 σ_max, makes the box wide and the cells with it
    const double coarse = ends(64), fine = ends(128);
    CHECK(coarse < fine);
    CHECK(fine < 0.99);
}

TEST_CASE("A box asked for wider is, about the same centre") {
    const Scene scene = builtin("broken_no_score");
    FokkerPlanckRequest request;
    request.grid = 64, request.slices = 2, request.steps = 16;
    const FieldSet fields = make_fields(scene, {}, nullptr);
    const auto narrow = run_fokker_planck(scene, 1, fields, request);
    request.grid = 128, request.box = 2;
    const auto wide = run_fokker_planck(scene, 1, fields, request);
    CHECK(wide.solution.grid.box.x_max == Approx(2 * narrow.solution.grid.box.x_max));
    CHECK(wide.solution.grid.box.y_min == Approx(2 * narrow.solution.grid.box.y_min));
    CHECK(wide.solution.grid.dx() == Approx(narrow.solution.grid.dx()));
    CHECK(wide.solution.left < 0.1 * narrow.solution.left);
}

TEST_CASE("A lane whose score belongs to another path is told apart from the exact density") {
    Scene scene = builtin("fokker_planck_reference");
    scene.models.push_back(scene.models[0]);
    scene.models[1].name = "other";
    scene.models[1].schedule = {"square_root", {}};
    scene.lanes[2].score_model = "other";
    FokkerPlanckRequest request;
    request.grid = 96, request.slices = 2;
    const auto result = run_fokker_planck(scene, 2, make_fields(scene, {}, nullptr), request);
    CHECK(result.discrepancy.back().l1 > 0.01);
    CHECK(result.solution.mass_drift < 1e-5);
}

TEST_CASE("A density that would leave its box gets a larger one where that is asked for, and lies where the lane's particles do") {
    const Scene scene = builtin("broken_no_score");
    const FieldSet fields = make_fields(scene, {}, nullptr);
    FokkerPlanckRequest request;
    request.grid = 128, request.slices = 5;
    const auto walled = run_fokker_planck(scene, 1, fields, request), right = run_fokker_planck(scene, 0, fields, request);
    request.enlarges = true;
    auto roomy = run_fokker_planck(scene, 1, fields, request);
    CHECK(walled.solution.left > 0.01);
    CHECK(roomy.solution.left < 1e-3);
    CHECK(roomy.solution.grid.box.x_max > 1.3 * walled.solution.grid.box.x_max);
    CHECK(roomy.solution.t == walled.solution.t);
    CHECK(roomy.exact.size() == roomy.solution.p.size());
    CHECK(run_fokker_planck(scene, 0, fields, request).solution.grid.box.x_max == right.solution.grid.box.x_max);
    CHECK(roomy.solution.edge < 0.1 * walled.solution.edge);
    const LaneResult lane = run_lane(scene, 1, fields);
    Points x;
    positions_at(lane, 1, x);
    const auto moment = [](const fokker_planck::Solution& s) {
        double sum = 0;
        for (int row = 0; row < s.grid.height; ++row)
            for (int column = 0; column < s.grid.width; ++column) sum += s.p.back()(row, column) * s.grid.area() * (s.grid.x(column) * s.grid.x(column) + s.grid.y(row) * s.grid.y(row));
        return sum;
    };
    const Eigen::ArrayXd squares = x.cast<double>().square().rowwise().sum();
    const double mean = squares.mean(), error = std::sqrt((squares - mean).square().mean() / static_cast<double>(x.rows()));
    CHECK(std::abs(moment(roomy.solution) - mean) < 4 * error);
}

TEST_CASE("The density of a lane whose solver brings its own noise is that of the SDE it comes to") {
    // Guided with w = 3, where ODE and SDE end apart.
    Scene scene = builtin("guidance");
    scene.models[0].schedule = {"vp", {}};
    scene.lanes.resize(2);
    Lane& lane = scene.lanes[1];
    lane.sigma = {"zero", {}};
    lane.steps = 400, lane.particles = 20'000, lane.t_max = 0.999;
    FokkerPlanckRequest request;
    request.grid = 128, request.slices = 3;
    const FieldSet fields = make_fields(scene, {}, nullptr);
    const auto mean_and_sd = [&](const Choice& solver) {
        lane.solver = solver;
        const auto result = run_fokker_planck(scene, 1, fields, request);
        const auto& grid = result.solution.grid;
        double mean = 0, square = 0;
        for (int row = 0; row < grid.height; ++row)
            for (int column = 0; column < grid.width; ++column) {
                const double mass = static_cast<double>(result.solution.p.back()(row, column)) * grid.area();
                mean += mass * grid.x(column), square += mass * grid.x(column) * grid.x(column);
            }
        return std::pair{mean, std::sqrt(square - mean * mean)};
    };
    const Key ode_key = fokker_planck_key(scene, 1, {});
    const auto ode = mean_and_sd({"heun", {}}), none = mean_and_sd({"ddim_eta", {{"eta", 0}}}), half = mean_and_sd({"ddim_eta", {}}), whole = mean_and_sd({"ddim_eta", {{"eta", 1}}}), ddpm = mean_and_sd({"ddpm_ancestral", {}});
    CHECK(none == ode);
    CHECK(whole == ddpm);
    CHECK(half.first < ode.first - 0.05);
    CHECK(half.first > ddpm.first + 0.05);
    CHECK(ode_key != fokker_planck_key(scene, 1, {}));
    const LaneResult result = run_lane(scene, 1, fields);
    Points x;
    positions_at(result, result.path.t.back(), x);
    const Eigen::ArrayXd first = x.col(0).cast<double>();
    CHECK(ddpm.first == Approx(first.mean()).margin(0.015));
    CHECK(ddpm.second == Approx(std::sqrt((first - first.mean()).square().mean())).margin(0.015));
    CHECK(std::abs(ode.first - first.mean()) > 0.2);
}

TEST_CASE("A lane's noise has a name, that of its solver too, and what no density has of it") {
    Lane lane;
    const auto named = [&](const Choice& solver, const char* sigma = "zero") {
        lane.solver = solver, lane.sigma = {sigma, {}};
        return std::pair{noise_in_words(lane), std::string(noise_beside(lane))};
    };
    using Pair = std::pair<std::string, std::string>;
    CHECK(named({"heun", {}}) == Pair{"zero", ""});
    CHECK(named({"euler_maruyama", {}}, "constant") == Pair{"constant", ""});
    CHECK(named({"ddpm_ancestral", {}}) == Pair{"g of its solver", ""});
    CHECK(named({"ddim_eta", {}}) == Pair{"0.5 g of its solver", ""});
    CHECK(named({"ddim_eta", {{"eta", 0}}}) == Pair{"zero", ""});
    CHECK(named({"edm_churn", {}}) == Pair{"zero and churn", "churn"});
    CHECK(named({"edm_churn", {{"churn", 0}}}) == Pair{"zero", ""});
    CHECK(named({"predictor_corrector", {}}, "reverse") == Pair{"reverse and corrector", "corrector"});
    CHECK(named({"predictor_corrector", {{"corrections", 0}}}) == Pair{"zero", ""});
    CHECK(named({"predictor_corrector", {{"ratio", 0}}}) == Pair{"zero", ""});
}

TEST_CASE("As many steps are taken as were asked for, whatever the number of densities") {
    const Scene scene = builtin("fokker_planck_reference");
    const FieldSet fields = make_fields(scene, {}, nullptr);
    for (const char* scheme : {"ppm_remap", "characteristics"})
        for (const auto& [steps, slices] : {std::pair{50, 33}, {49, 33}, {32, 33}, {100, 7}, {10, 33}}) {
            FokkerPlanckRequest request;
            request.grid = 16, request.scheme = scheme, request.steps = steps, request.slices = slices;
            const auto result = run_fokker_planck(scene, 0, fields, request);
            CAPTURE(scheme, steps, slices);
            CHECK(result.solution.steps == steps);
            CHECK(result.solution.t.size() == static_cast<std::size_t>(std::min(slices, steps + 1)));
        }
}

TEST_CASE("Fokker-Planck refuses what it cannot solve with a sentence") {
    const Scene scene = builtin("fokker_planck_reference");
    const FieldSet fields = make_fields(scene, {}, nullptr);
    const auto refused = [&](FokkerPlanckRequest request, int lane) { return refusal([&] { run_fokker_planck(scene, lane, fields, request); }); };
    FokkerPlanckRequest request;
    request.grid = 1;
    CHECK(refused(request, 0).find("grid") != std::string::npos);
    request.grid = 64, request.scheme = "characteristics";
    CHECK(refused(request, 1).find("for σ = 0") != std::string::npos);
    request.scheme = "none";
    CHECK(refused(request, 1).find("unknown scheme 'none'") != std::string::npos);
    FieldSet empty = fields;
    empty.fields[0] = nullptr;
    CHECK(refusal([&] { run_fokker_planck(scene, 0, empty, {}); }).find("no weights yet") != std::string::npos);
}
