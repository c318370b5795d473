// Guidance and loss floors in the interface.
#include <algorithm>
#include <memory>
#include <string>

#include "app/panels/notation.h"
#include "app/panels/sheet.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

namespace {

Scene guided_scene() {
    Scene scene = two_lanes();
    scene.lanes[0].guidance = {"classifier_free", 1, -1, 3, 0, 1, ""};
    return scene;
}

int vertices(Driver& d, const Results& results) {
    d.fixed_results = &results;
    d.frame();
    d.frame();
    return ImGui::GetDrawData()->TotalVtxCount;
}

}  // namespace

TEST_CASE("a guided lane says its w, and its guidance can be chosen and changed") {
    CHECK(lane_title(guided_scene(), 0).find("w = 3") != std::string::npos);
    CHECK(lane_title(guided_scene(), 1).find("w = ") == std::string::npos);
    // What is typed is a function of t in both notations.
    Scene typed = guided_scene();
    typed.lanes[1].sigma = {"formula", {}}, typed.lanes[1].sigma_expression = "2*(1 - t)";
    CHECK(in_convention(Convention::diffusion, lane_title(typed, 1)).find("g = 2*(1 - t)") != std::string::npos);
    Driver d(two_lanes(), {1600, 1800});
    const ImVec2 more = d.find("controls", {"Sampling", "sampling", "more"});
    REQUIRE(more.x >= 0);
    d.click(more);
    const ImVec2 combo = d.find("controls", {"Sampling", "##guidance"});
    REQUIRE(combo.x >= 0);
    d.click(combo);
    const ImVec2 chosen = d.find("##Combo_00", {"classifier_free", "classifier-free"});
    REQUIRE(chosen.x >= 0);
    d.click(chosen);
    CHECK(d.session.scene().lanes[0].guidance.kind == "classifier_free");
    CHECK(d.session.scene().lanes[0].guidance.label == 0);
    CHECK(d.session.undo_label() == "guidance of lane 1");
    CHECK(d.find("controls", {"Sampling", "##label"}).x >= 0);
}

TEST_CASE("a short title keeps what tells lanes apart: the equation, or else the solver") {
    Scene scene = with_panes(two_lanes(), 2);
    CHECK(lane_title(scene, 0, TitleLength::equation) == "lane 1 · ODE");
    scene.lanes[1] = scene.lanes[0];
    scene.lanes[1].solver = {"rk4", {}};
    CHECK(lane_title(scene, 0).starts_with("lane 1 · ODE · Heun · "));
    CHECK(lane_title(scene, 0, TitleLength::steps).starts_with("lane 1 · Heun · "));
    CHECK(lane_title(scene, 1, TitleLength::equation) == "lane 2 · Runge–Kutta 4");
    CHECK(lane_title(scene, 1, TitleLength::model) == "2 · Runge–Kutta 4");
    CHECK(lane_title(scene, 1, TitleLength::number) == "2");
    scene.lanes[1].solver = scene.lanes[0].solver;
    CHECK(lane_title(scene, 1, TitleLength::equation) == "lane 2 · ODE");
}

TEST_CASE("the floor of the loss is drawn beside it; where there is none, the reason is") {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    Driver d(scene, {1600, 1400});
    Results results = some_results(scene);
    const int without = vertices(d, results);
    auto floor = std::make_shared<ModelFloor>();
    floor->floor.total = 0.7;
    results.floors[0] = floor;
    const int with_floor = vertices(d, results);
    CHECK(with_floor > without);
    auto none = std::make_shared<ModelFloor>();
    none->why_not = "no floor: it is known for mixtures only, and 'checkerboard' is none";
    results.floors[0] = none;
    CHECK(vertices(d, results) > without);
}

TEST_CASE("of a floor that is not known nothing is said to lie below it; of more steps than are asked for, both numbers") {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    Driver d(scene, {1600, 1400});
    Results results = some_results(scene);
    d.fixed_results = &results;
    const auto words = [&] {
        d.frame();
        d.frame();
        std::string out = seen_text(seen_glyphs());
        std::erase_if(out, [](char c) { return c == ' ' || c == '\n'; });  // kerning hides some
        return out;
    };
    auto floor = std::make_shared<ModelFloor>();
    floor->floor.total = 0.7;
    results.floors[0] = floor;
    CHECK(words().find("batchesscatter,alsobelowitsfloor.") != std::string::npos);
    floor = std::make_shared<ModelFloor>();
    floor->why_not = "no floor: it is known for mixtures only";
    results.floors[0] = floor;
    CHECK(words().find("batchesscatter.") != std::string::npos);

    auto training = std::make_shared<TrainingState>(*results.training[0]);
    training->step = 300, training->steps = 500;
    results.training[0] = training;
    CHECK(words().find("step300of500") != std::string::npos);
    training = std::make_shared<TrainingState>(*training);
    training->step = 1000;
    results.training[0] = training;
    CHECK(words().find("step1000,500askedfor") != std::string::npos);
}

TEST_CASE("densities that need a label are greyed with the reason where no lane has one") {
    Scene scene = two_lanes();
    scene.view.density = "class";
    CHECK(why_no_density(scene, scene.lanes[0]) == "this lane has no label");
    scene.lanes = guided_scene().lanes;
    CHECK(why_no_density(scene, scene.lanes[0]).empty());
}
