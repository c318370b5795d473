// What stands in a file beside the scene: trained weights and how it was looked at.
#include "app/runtime/scene_document.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/runtime/compute.h"
#include "app/runtime/files/npz.h"
#include "app/runtime/lane_numbers.h"
#include "app/runtime/media/png.h"
#include "app/runtime/scene_picture.h"
#include "app/runtime/session.h"
#include "app/runtime/share_line.h"
#include "core/nn/engine.h"
#include "tests/catch.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::testing;

namespace {

Scene small(std::vector<int> hidden = {8}) {
    Scene scene = builtin("moons");
    scene.models[0].network.hidden = std::move(hidden);
    scene.models[0].training.steps = 20;
    return scene;
}

std::shared_ptr<const nn::Weights> trained(const Scene& scene) { return train_model(scene, 0, nn::open_engine(), {}, {}); }

Document whole() {
    const Scene scene = small();
    return {scene, {trained(scene)}, Viewpoint{0.625, false, 0.5, -1, 2.5, -40, 20}};
}

void check_same(const Document& a, const Document& b) {
    CHECK(a.scene == b.scene);
    CHECK(a.viewpoint == b.viewpoint);
    REQUIRE(b.weights.size() >= 1);
    REQUIRE(b.weights[0]);
    CHECK((a.weights[0]->values == b.weights[0]->values));
    CHECK(b.weights[0]->description.steps == a.weights[0]->description.steps);
}

}  // namespace

TEST_CASE("a file and a picture bring weights and viewpoint back to the bit; a line of text the viewpoint") {
    const Document document = whole();
    const Folder folder;
    save_document(folder.file("scene.json"), document);
    check_same(document, load_document(folder.file("scene.json")));
    CHECK(load_scene(folder.file("scene.json")) == document.scene);
    write_png(folder.file("scene.png"), Image{2, 2, std::vector<std::uint8_t>(16, 255)}, {{scene_keyword, document_to_json(document, true)}});
    check_same(document, load_document(folder.file("scene.png")));
    const Document line = document_from_line(share_line(document.scene, document.viewpoint), "a line");
    CHECK(line.scene == document.scene);
    CHECK(line.viewpoint == document.viewpoint);
    CHECK(line.weights.empty());
    // Without them nothing stands there.
    CHECK(document_to_json({document.scene}) == scene_to_json(document.scene));
    CHECK_FALSE(load_document("moons").viewpoint);
    // What is pinned too: a particle, a point, a point that follows the time.
    for (const Pin& pin : {Pin{12}, Pin{-1, 0.5, -2, 0.25}, Pin{-1, 0.5, -2, std::nullopt}}) {
        Document pinned = document;
        pinned.viewpoint->pin = pin;
        if (pin.particle < 0) pinned.viewpoint->fan = false;
        CHECK(document_from_json(document_to_json(pinned), "pinned").viewpoint == pinned.viewpoint);
        CHECK(document_from_line(share_line(pinned.scene, pinned.viewpoint), "a line").viewpoint == pinned.viewpoint);
    }
}

TEST_CASE("weights and viewpoints that do not belong to the scene are refused by name") {
    const Document document = whole();
    const auto text = nlohmann::ordered_json::parse(document_to_json(document));
    const std::string name = document.scene.models[0].name;
    const auto says = [&](const std::function<void(nlohmann::ordered_json&)>& change) {
        auto changed = text;
        change(changed);
        return refusal([&] { document_from_json(changed.dump(), "x.json"); });
    };
    CHECK(says([](auto&) {}).empty());
    CHECK(says([&](auto& j) { j["models"][0]["network"]["hidden"] = {16}; }).find("x.json: weights." + name + ": the weights belong to a network of another shape") == 0);
    CHECK(says([&](auto& j) { j["weights"]["nobody"] = j["weights"][name]; }).find("weights.nobody: expected the name of a model") != std::string::npos);
    CHECK(says([&](auto& j) { j["weights"][name] = "####"; }).find("expected base64") != std::string::npos);
    CHECK(says([&](auto& j) { j["weights"][name] = "AAAAAAAAAAAAAAAA"; }).find("weights." + name) != std::string::npos);
    CHECK(says([&](auto& j) { j["weights"][name] = 3; }).find("expected a text") != std::string::npos);
    CHECK(says([](auto& j) { j["viewpoint"]["t"] = 1.5; }).find("viewpoint.t: expected a number from 0 to 1, got 1.5") != std::string::npos);
    CHECK(says([](auto& j) { j["viewpoint"]["zoom"] = 0; }).find("viewpoint.zoom") != std::string::npos);
    CHECK(says([](auto& j) { j["viewpoint"]["speed"] = 1; }).find("viewpoint") != std::string::npos);
    CHECK(says([](auto& j) { j["viewpoint"]["pin"] = {{"x", 1}}; }).find("viewpoint.pin") != std::string::npos);
    CHECK(says([](auto& j) { j["viewpoint"]["pin"] = {{"particle", -3}}; }).find("viewpoint.pin.particle") != std::string::npos);
    CHECK(says([](auto& j) { j["viewpoint"]["pin"] = {{"particle", 3}, {"x", 1}}; }).find("viewpoint.pin") != std::string::npos);
    CHECK(says([](auto& j) { j.erase("viewpoint"), j.erase("weights"); }).empty());
}

TEST_CASE("weights that a file may not hold are left out and named; what is written can be read") {
    const Scene scene = small({1024, 1024});
    nn::Weights large = *trained(scene);
    std::vector<std::string> left_out;
    const std::string text = document_to_json({scene, {std::make_shared<const nn::Weights>(large)}}, false, &left_out);
    CHECK(left_out == std::vector<std::string>{scene.models[0].name});
    const Document back = document_from_json(text, "x");
    CHECK(back.scene == scene);
    CHECK((back.weights.empty() || !back.weights[0]));
}

TEST_CASE("a document of a running program holds the weights that belong to its scene") {
    Scene scene = small();
    Session session(scene);
    session.set_weights(WeightSet{trained(scene)});
    REQUIRE(eventually([&] { return session.results().training[0] && session.results().training[0]->weights; }));
    const Document now = document(session.scene(), session.results(), Viewpoint{0.5});
    REQUIRE(now.weights[0]);
    CHECK(now.viewpoint->t == 0.5);
    scene.models[0].network.hidden = {12};
    CHECK_FALSE(document(scene, session.results()).weights[0]);
}

TEST_CASE("what a lane's trajectories cost and leave out is said, where it is worth a word") {
    Lane settings;
    settings.steps = 10;
    LaneResult lane;
    for (int i = 0; i <= 10; ++i) lane.path.t.push_back(0.1 * i), lane.path.x.push_back(Points::Zero(1000, 2));
    lane.start = lane.path.x.front();
    CHECK(about_size(settings, lane).empty());
    lane.stochastic = true;
    CHECK(about_size(settings, lane).empty());
    settings.steps = 100;
    CHECK(about_size(settings, lane) == "11 of 101 times are kept");
    lane.refinable = false;
    CHECK(about_size(settings, lane) == "11 of 101 times are kept; the noise is not refinable: other steps take other paths");
    lane.refinable = true;
    for (Points& x : lane.path.x) x = Points::Zero(1'000'000, 2);
    CHECK(about_size(settings, lane) == "trajectories: 83 of 256 MB; 11 of 101 times are kept");
}

TEST_CASE("the numbers of a Langevin lane hold the density it is to have, at its t alone, and its own time") {
    Scene scene = builtin("langevin");
    for (Lane& lane : scene.lanes) lane.particles = 50, lane.steps = 20;
    REQUIRE(scene.lanes[0].process == "langevin");
    const Folder folder;
    Results results;
    results.lanes[0] = std::make_shared<const LaneResult>(run_lane(scene, 0, make_fields(scene, WeightSet(scene.models.size()), nullptr), {}));
    results.densities[0] = std::make_shared<const DensityMovie>(density_movie(scene, 0, 32, 21));
    save_lane(folder.file("l.npz"), scene, 0, results);
    const auto file = read_npz(folder.file("l.npz"), 10'000'000);
    const Lane& lane = scene.lanes[0];
    CHECK(file.at("lane1_exact_p_t").values == std::vector<double>{lane.frozen_t});
    REQUIRE(file.at("lane1_exact_p").shape == std::vector<std::size_t>{1, 32, 32});
    DensityGrid p;
    density_at(*results.densities[0], lane.frozen_t, p, nullptr, nullptr);
    CHECK(file.at("lane1_exact_p").values[32 * 10 + 7] == Approx(static_cast<double>(p(10, 7))));
    REQUIRE(file.at("lane1_r").values.size() == file.at("lane1_t").values.size());
    CHECK(file.at("lane1_r").values.back() == Approx(lane.duration));
    scene.lanes[0].process = "sampling";
    save_lane(folder.file("s.npz"), scene, 0, results);
    const auto sampled = read_npz(folder.file("s.npz"), 10'000'000);
    CHECK(sampled.at("lane1_exact_p_t").values.size() == 21);
    CHECK(sampled.count("lane1_r") == 0);
}
