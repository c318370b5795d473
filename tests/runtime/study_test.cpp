#include "app/runtime/study.h"

#include <cmath>

#include "app/runtime/figure/study_figure.h"
#include "app/runtime/files/csv.h"
#include "app/runtime/user_data.h"
#include "core/math/metrics/mode_metrics.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

TEST_CASE("A variation is numbers, and '...' goes on by factors where they fit, else by steps") {
    const auto values = [](const char* text) { return parse_variation(text).values; };
    using Values = std::vector<double>;
    CHECK(parse_variation("sigma.max=0,0.5,1").path == "sigma.max");
    CHECK(values("sigma.max=0,0.5,1") == Values{0, 0.5, 1});
    CHECK(values("steps=4,8,...,256") == Values{4, 8, 16, 32, 64, 128, 256});
    CHECK(values("steps=10,20,...,50") == Values{10, 20, 30, 40, 50});
    CHECK(values("steps=10,20,30,...,60") == Values{10, 20, 30, 40, 50, 60});
    CHECK(values("steps=2,4,6,8,...,16") == Values{2, 4, 6, 8, 10, 12, 14, 16});  // 2, 4 doubled, but 6 did not
    CHECK(values("steps=64,32,...,4") == Values{64, 32, 16, 8, 4});
    CHECK(values("x=0,0.1,...,0.5").size() == 6);
    CHECK(values("x=0,0.1,...,0.5").back() == 0.5);
    CHECK(values("x=-1,-0.5,...,1") == Values{-1, -0.5, 0, 0.5, 1});
    for (const char* bad : {"steps", "=1", "steps=", "steps=4,,8", "steps=4,eight", "steps=4,...,16", "steps=...,16", "steps=4,8,...", "steps=4,8,...,101", "steps=4,8,...,...,16",
                            "steps=8,4,...,16", "steps=1,2,...,1000", "steps=4,nan", "steps=5,5,...,5"})
        CHECK(refusal([&] { parse_variation(bad); }).starts_with("--vary: "));
}

TEST_CASE("Numbers of a lane are set by name; what is none says so") {
    Lane lane;
    CHECK(set_number(lane, "steps", 12).empty());
    CHECK(lane.steps == 12);
    CHECK(set_number(lane, "t_max", 0.9).empty());
    CHECK(lane.t_max == 0.9);
    CHECK(set_number(lane, "sigma.max", 1).find("sigma 'zero' has no option 'max'") != std::string::npos);
    lane.sigma = {"constant", {}};
    CHECK(set_number(lane, "sigma.max", 1.5).empty());
    CHECK(lane.sigma.values.at("max") == 1.5);
    CHECK(set_number(lane, "teleport_to", 0.3).find("starts from 'noise'") != std::string::npos);
    lane.start = "teleport";
    CHECK(set_number(lane, "teleport_to", 0.3).empty());
    CHECK(lane.teleport_to == 0.3);
    CHECK(set_number(lane, "guidance.scale", 3).find("not guided") != std::string::npos);
    CHECK(set_number(lane, "frozen_t", 0.5).find("'sampling'") != std::string::npos);
    CHECK(set_number(lane, "steps", 1.5).find("whole") != std::string::npos);
    CHECK(set_number(lane, "speed", 1).find("known: steps") != std::string::npos);
    CHECK(set_number(lane, "model.steps", 1).find("known: steps") != std::string::npos);
}

TEST_CASE("A study: more steps, better; what cannot run is a row with its reason") {
    Scene scene = builtin("eight_gaussians");
    for (Lane& lane : scene.lanes) lane.particles = 500;
    const auto fields = make_fields(scene, {}, nullptr);
    StudyRequest request{parse_variation("steps=0,1,8,32"), {0, 1}, 3, find_measures("energy_distance", "test")};
    double shown = 0;
    const Study study = run_study(scene, fields, request, [&](double share) {
        CHECK(share >= shown);
        shown = share;
    });
    REQUIRE(study.rows.size() == 8);
    for (const int lane : {0, 1}) {
        const StudyRow* rows = &study.rows[static_cast<std::size_t>(4 * lane)];
        CHECK(rows[0].lane == lane);
        CHECK(rows[0].reason.find("steps") != std::string::npos);
        CHECK(rows[0].evaluation.metrics.empty());
        for (int k = 1; k < 4; ++k) {
            CHECK(rows[k].reason.empty());
            CHECK(rows[k].settings.steps == static_cast<int>(rows[k].value));
            CHECK(rows[k].evaluation.evaluations == rows[k].value * (lane == 0 ? 2 : 1));
            CHECK(rows[k].evaluation.metrics.at(0).value.draws == 3);
        }
        CHECK(rows[1].evaluation.metrics[0].ratio.mean > 2 * rows[3].evaluation.metrics[0].ratio.mean);
    }
    const Figure figure = study_figure(scene, study, request.measures.front());
    CHECK(figure.notes == std::vector<std::string>{"mean and 95 % interval of 3 draws"});
    const std::string svg = figure_svg(figure, fitted_as_given(figure));
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("noise floor") != std::string::npos);
    CHECK(svg.find("evaluations of the field") != std::string::npos);
    for (const char* solver : {"Heun", "Euler–Maruyama"}) CHECK(svg.find(solver) != std::string::npos);

    // Lane 0 has no noise to vary: a row that says so. A name that no lane knows is refused.
    request.vary = parse_variation("sigma.max=0.5,1");
    const Study sigma = run_study(scene, fields, request);
    REQUIRE(sigma.rows.size() == 4);
    CHECK(sigma.rows[0].reason.find("no option 'max'") != std::string::npos);
    CHECK(sigma.rows[2].reason.empty());
    request.vary.path = "sigma.tail";
    CHECK(refusal([&] { run_study(scene, fields, request); }).find("tail") != std::string::npos);
    request.lanes = {0};
    Scene points = scene;  // whose exact field ends before the data
    points.data = {{"points", {}}, {}, make_point_set(Points::Random(20, 2)), {}};
    request.vary = parse_variation("t_max=0.9,0.9995");
    const Study ends = run_study(points, make_fields(points, {}, nullptr), request);
    REQUIRE(ends.rows.size() == 2);
    CHECK(ends.rows[0].reason.empty());
    CHECK(ends.rows[1].reason == "the lane's fields are finite for t from 0 to 0.999 only");
    CHECK(ends.rows[1].evaluation.metrics.empty());
    request.vary = parse_variation("steps=0");
    const Figure empty = study_figure(scene, run_study(scene, fields, request), request.measures.front());
    CHECK(empty.curves.empty());
    CHECK(empty.nothing.find("nothing to draw") != std::string::npos);
    std::stop_source stopped;
    stopped.request_stop();
    CHECK(run_study(scene, fields, request, {}, stopped.get_token()).rows.empty());
}

TEST_CASE("A study of a teleport's time, by likelihood: the farther the Gaussian is trusted, the worse") {
    Scene scene = builtin("teleportation");
    for (Lane& lane : scene.lanes) lane.steps = 60;
    const auto fields = make_fields(scene, {}, nullptr);
    std::vector<int> lanes;
    for (std::size_t i = 0; i < scene.lanes.size(); ++i)
        if (scene.lanes[i].start == "teleport" && why_no_log_p(scene, scene.lanes[i]).empty()) lanes.push_back(static_cast<int>(i));
    REQUIRE_FALSE(lanes.empty());
    StudyRequest request{parse_variation("teleport_to=0.2,0.8"), {lanes.front()}, 1, find_measures("kl", "test")};
    const Study study = run_study(scene, fields, request);
    REQUIRE(study.rows.size() == 2);
    for (const StudyRow& row : study.rows) {
        REQUIRE(row.evaluation.metrics.size() == 1);
        CHECK(row.evaluation.metrics[0].id == "kl");
        CHECK(row.evaluation.metrics[0].floor.mean == 0);
        CHECK(row.evaluation.metrics[0].value.half_width > 0);
    }
    CHECK(study.rows[1].evaluation.metrics[0].value.mean > study.rows[0].evaluation.metrics[0].value.mean + 0.02);
    request.measures = find_measures("nll", "test");
    const Study nll = run_study(scene, fields, request);
    for (std::size_t k = 0; k < 2; ++k)
        CHECK(nll.rows[k].evaluation.metrics.at(0).value.mean - nll.rows[k].evaluation.metrics[0].floor.mean == Approx(study.rows[k].evaluation.metrics[0].value.mean).margin(1e-9));
    const Figure likelihood = study_figure(scene, nll, request.measures.front());
    CHECK(figure_svg(likelihood, fitted_as_given(likelihood)).find("under the data's own density") != std::string::npos);
    CHECK(find_measures("all", "test").size() == metrics().size() + mode_metrics().size() + 2);
    CHECK(refusal([] { find_measures("beauty", "--metric"); }).starts_with("--metric: unknown metric 'beauty' (known: all, sliced_w2"));

    // A lane with noise has no likelihood: a row that says why.
    Scene noisy = builtin("eight_gaussians");
    for (Lane& lane : noisy.lanes) lane.particles = 200;
    const Study none = run_study(noisy, make_fields(noisy, {}, nullptr), {parse_variation("steps=8"), {1}, 1, find_measures("nll", "test")});
    CHECK(none.rows.at(0).reason == "log p follows an ODE; choose sigma zero");
}

TEST_CASE("CSV cells with commas and quotes are quoted, numbers that are none are empty") {
    Csv csv({"a", "b"});
    csv.row(std::vector<std::string>{"x, \"y\"", Csv::cell(0.1)});
    csv.row(std::vector<std::string>{"plain", Csv::cell(NAN)});
    CHECK(csv.text() == "a,b\n\"x, \"\"y\"\"\",0.1\nplain,\n");
}
