// Lectures as values and files: reading, refusing, writing, blending, and the ones that are shipped.
#include "app/runtime/lecture.h"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include "app/runtime/blend.h"
#include "app/runtime/json/strict.h"
#include "app/runtime/scene_changes.h"
#include "app/runtime/scene_file.h"
#include "core/math/errors.h"
#include "tests/catch.h"

using namespace pf;

namespace {

std::string lecture_with(const std::string& stops, const std::string& head = R"("probflow_lecture": 1, "title": "L")") { return "{" + head + R"(, "stops": [)" + stops + "]}"; }

std::string refusal(const std::string& text) {
    try {
        lecture_from_json(text, "talk.json");
    } catch (const BadInput& error) {
        return error.what();
    }
    return "accepted";
}

const char* const first = R"({"scene": "eight_gaussians", "title": "one"})";

}  // namespace

TEST_CASE("a stop is a scene, or changes to the one before, with title and caption of its own") {
    const Lecture lecture = lecture_from_json(lecture_with(R"(
        {"scene": "same_marginals", "caption": "c", "watch": "w", "notes": "n", "minutes": 2.5},
        {"title": "two", "changes": {"lanes[1].sigma.max": 3, "view.layers": ["trails", "density"]}, "transition": 4, "play": {"t": 0.5, "playing": false}},
        {"title": "three", "changes": {"lanes[1]": {"model": "truth"}, "lanes[1].steps": 7, "lanes[3].sigma": {"id": "beta"}}, "train": true},
        {"title": "four", "scene": {"probflow": 1, "title": "own", "lanes": [{"steps": 3}]}, "changes": {"lanes[1]": {"steps": 4}}})"), "talk.json");
    REQUIRE(lecture.stops.size() == 4);
    const auto& stops = lecture.stops;
    Scene expected = load_scene("same_marginals");
    CHECK(stops[0].scene.title == expected.title);
    CHECK(stops[0].scene.sentence == "c");
    CHECK(stops[0].watch == "w");
    CHECK(stops[0].notes == "n");
    CHECK(planned_minutes(lecture) == 2.5 + 3);
    expected.title = "two";
    expected.sentence = "c";
    expected.lanes[1].sigma.values["max"] = 3;
    expected.view.layers = {"density", "trails"};
    CHECK(stops[1].scene == expected);
    CHECK(stops[1].transition == 4);
    CHECK(stops[1].t == 0.5);
    CHECK_FALSE(stops[1].playing);
    CHECK(stops[2].scene.lanes[1].steps == 7);  // the longer place after the shorter
    CHECK(stops[2].scene.lanes[1].sigma.id == "zero");
    CHECK(stops[2].scene.lanes[3].sigma == Choice{"beta", {{"max", 1.0}}});
    CHECK(stops[2].train);
    REQUIRE(stops[3].scene.lanes.size() == 2);
    CHECK(stops[3].scene.lanes[1].steps == 4);
}

TEST_CASE("what a lecture may not hold is refused with file, key and expectation") {
    const std::string f = first;
    const struct {
        std::string text;
        std::vector<std::string> says;
    } cases[] = {
        {R"({"stops": []})", {"talk.json: the key 'probflow_lecture' is missing"}},
        {lecture_with(f, R"("probflow_lecture": 2)"), {"talk.json: probflow_lecture: ", "version 2", "newer probflow"}},
        {lecture_with(f, R"("probflow_lecture": 1, "tittle": "x")"), {"talk.json: unknown key 'tittle' (known: ", "title"}},
        {R"({"probflow_lecture": 1})", {"talk.json: the key 'stops' is missing"}},
        {lecture_with(""), {"talk.json: stops: expected 1 to 100 entries, got 0"}},
        {lecture_with(R"({"title": "one"})"), {"talk.json: stops[0]: the first stop needs a 'scene'"}},
        {lecture_with(R"({"scene": "eight_gausians"})"), {"talk.json: stops[0].scene: ", "eight_gausians: neither a readable scene file nor a built-in scene"}},
        {lecture_with(R"({"scene": 3})"), {"talk.json: stops[0]", "expected an object, got 3"}},
        {lecture_with(R"({"scene": {"probflow": 1, "lanes": [{"steps": 0}]}})"), {"talk.json: stops[0].scene: lanes[0].steps: expected a whole number from 1 to 4096, got 0"}},
        {lecture_with(f + R"(, {"title": "two", "changes": {"lanes[1].sigma.mx": 1}})"), {"talk.json: stops[1]: lanes[1].sigma: unknown key 'mx' (known: id, max)"}},
        {lecture_with(f + R"(, {"title": "two", "changes": {"lanes[1].sgma.max": 1}})"), {"talk.json: stops[1].changes.lanes[1].sgma.max: the scene has no such place"}},
        {lecture_with(f + R"(, {"title": "two", "changes": {"lanes.0": 1}})"), {"talk.json: stops[1].changes.lanes.0: the scene has no such place"}},
        {lecture_with(f + R"(, {"title": "two", "changes": {"lanes[3]": {}}})"), {"talk.json: stops[1].changes.lanes[3]: the scene has no such place"}},
        {lecture_with(f + R"(, {"title": "two", "changes": {"lanes[99999999999999999999]": {}}})"), {"the scene has no such place"}},
        {lecture_with(f + R"(, {"title": "two", "changes": {"": 1}})"), {"the scene has no such place", "stops[1].changes"}},
        {lecture_with(f + R"(, {"title": "two", "changes": {"lanes[0].steps": 0.5}})"), {"talk.json: stops[1]: lanes[0].steps: expected a whole number"}},
        {lecture_with(f + R"(, {"title": "two", "changes": {"lanes[0].solver.id": "rk5"}})"), {"talk.json: stops[1]: lanes[0].solver", "unknown solver 'rk5'"}},
        {lecture_with(f + R"(, {"title": "two", "changes": {"lanes[0].sigma": {"id": "constant"}}})"), {"talk.json: stops[1]: lanes[0]"}},  // Heun takes no noise
        {lecture_with(f + "," + f), {"talk.json: stops[1]: expected a title that no other stop has; stops[0] is called 'one' too"}},
        {lecture_with(R"({"scene": "moons", "minutes": -1})"), {"talk.json: stops[0].minutes: expected a number from 0 to 600, got -1"}},
        {lecture_with(R"({"scene": "moons", "transition": 31})"), {"talk.json: stops[0].transition: expected a number from 0 to 30"}},
        {lecture_with(R"({"scene": "moons", "play": {"t": 1.5}})"), {"talk.json: stops[0].play.t: expected a number from 0 to 1, got 1.5"}},
        {lecture_with(R"({"scene": "moons", "play": {"speed": 0}})"), {"talk.json: stops[0].play.speed: expected"}},
        {lecture_with(R"({"scene": "moons", "play": {"until": 1}})"), {"talk.json: stops[0].play: unknown key 'until'"}},
        {lecture_with(R"({"scene": "moons", "watch": 3})"), {"talk.json: stops[0].watch: expected a text, got 3"}},
        {lecture_with(R"({"scene": "moons", "watch": "a\u0007b"})"), {"talk.json: stops[0].watch: expected at most", "without control characters"}},
        {lecture_with(R"({"scene": "moons", "notes": ")" + std::string(8001, 'x') + R"("})"), {"talk.json: stops[0].notes: expected at most 8000 bytes"}},
        {lecture_with(R"({"scene": "moons", "title": ")" + std::string(201, 'x') + R"("})"), {"talk.json: stops[0].title: expected at most 200 bytes"}},
        {lecture_with(R"({"scene": "moons", "caption": ")" + std::string(1001, 'x') + R"("})"), {"talk.json: stops[0].caption: expected at most 1000 bytes"}},
        {lecture_with(R"({"scene": "moons", "train": 1})"), {"talk.json: stops[0].train: expected true or false, got 1"}},
        {lecture_with(R"({"scene": "moons", "note": "x"})"), {"talk.json: stops[0]: unknown key 'note' (known: "}},
        {lecture_with(R"({"scene": "moons", "scene": "moons"})"), {"talk.json: stops[0]: the key 'scene' stands there twice"}},
        {lecture_with(R"({"scene": "moons", "minutes": 1e999})"), {"talk.json: stops[0].minutes: the number is too large"}},
        {std::string(200000, '['), {"talk.json: ", "nested deeper than 64 levels"}},
        {lecture_with(f) + std::string(max_json_bytes, ' '), {"talk.json: ", "bytes, expected at most"}},
        {"{", {"talk.json: line 1, column 2: not JSON"}},
    };
    for (const auto& c : cases) {
        const std::string said = refusal(c.text);
        CAPTURE(c.text.substr(0, 120), said);
        for (const auto& fragment : c.says) CHECK(said.find(fragment) != std::string::npos);
        CHECK(said.find('\n') == std::string::npos);
    }
    CHECK(refusal(lecture_with(f)) == "accepted");
}

TEST_CASE("a lecture that is written reads back as it was, in few changes") {
    for (const auto& builtin : builtin_lectures()) {
        CAPTURE(builtin.id);
        const std::string text = lecture_to_json(builtin.lecture);
        CHECK(lecture_from_json(text, "again") == builtin.lecture);
        CHECK(lecture_to_json(lecture_from_json(text, "again")) == text);
    }
    Lecture lecture = lecture_from_json(lecture_with(std::string(first) + R"(, {"title": "two", "changes": {"lanes[1].sigma.max": 2}}, {"title": "three", "scene": "moons"})"), "talk");
    CHECK(changes_between(lecture.stops[0].scene, [&] { Scene s = lecture.stops[1].scene; s.title = "one"; return s; }()).dump() == R"({"lanes[1].sigma.max":2.0})");
    // Edited, as by a lecturer: another entry of a table, a list that grew, a scene that has little to do with the one before.
    lecture.stops[1].scene.lanes[1].sigma = {"beta", {{"max", 0.5}}};
    lecture.stops[1].scene.lanes.push_back(lecture.stops[1].scene.lanes[0]);
    lecture.stops[2].from.clear();
    CHECK(lecture_from_json(lecture_to_json(lecture), "again") == lecture);
}

TEST_CASE("files: scenes beside the lecture, saving in one go, and telling lectures from scenes") {
    const auto folder = std::filesystem::temp_directory_path() / "probflow lecture test";
    std::filesystem::create_directories(folder);
    Scene own = load_scene("moons");
    own.title = "beside";
    save_scene((folder / "own.json").string(), own);
    const std::string path = (folder / "talk.json").string();
    std::ofstream(path) << lecture_with(R"({"scene": "own.json"})");
    CHECK(is_lecture(path));
    CHECK_FALSE(is_lecture((folder / "own.json").string()));
    CHECK_FALSE(is_lecture((folder / "nothing.json").string()));
    CHECK_FALSE(is_lecture(folder.string()));
    CHECK_FALSE(is_lecture("moons"));
    CHECK(is_lecture(builtin_lectures().front().id));
    Lecture lecture = load_lecture(path);
    CHECK(lecture.stops[0].scene == own);
    CHECK(lecture.stops[0].from == "own.json");
    save_lecture(path, lecture);
    lecture.stops[0].from.clear();
    CHECK(load_lecture(path) == lecture);  // written out: it no longer needs the file beside it
    CHECK_THROWS_AS(load_lecture((folder / "nothing.json").string()), BadInput);
    std::filesystem::remove_all(folder);
}

TEST_CASE("between two stops the real options of equal entries move on a straight line, and nothing else") {
    const Scene from = load_scene("same_marginals");
    Scene to = from;
    to.lanes[1].sigma.values["max"] = 1.5;
    to.lanes[2].sigma = {"beta", {{"max", 4.0}}};
    to.lanes[3].steps = 800;
    CHECK(blends(from, to));
    const Scene middle = blend(from, to, 0.25);
    CHECK(middle.lanes[1].sigma.values.at("max") == 0.75);
    Scene expected = to;
    expected.lanes[1].sigma.values["max"] = 0.75;
    CHECK(middle == expected);  // another entry, and whole numbers, are those of `to` at once
    CHECK(blend(from, to, 1) == to);
    CHECK(blend(from, to, 2) == to);
    CHECK(blend(from, to, -1).lanes[1].sigma.values.at("max") == 0.5);
    CHECK_FALSE(blends(from, from));
    Scene other = from;
    other.title = "cut";
    CHECK_FALSE(blends(from, other));

    Scene vp = load_scene("there_and_back"), faster = vp;
    faster.models[0].schedule.values["b_max"] = 10;
    CHECK(blend(vp, faster, 0.5).models[0].schedule.values.at("b_max") == 15);
    // What a network learned belongs to one schedule.
    vp.models[0].field = faster.models[0].field = "network";
    CHECK_FALSE(blends(vp, faster));
}

TEST_CASE("every shipped lecture and each of its scenes is valid, and says something at every stop") {
    CHECK(builtin_lectures().size() >= 3);
    std::set<std::string> titles;
    for (const auto& builtin : builtin_lectures()) {
        CAPTURE(builtin.id);
        CHECK(titles.insert(builtin.lecture.title).second);
        CHECK(!builtin.lecture.sentence.empty());
        CHECK(builtin.lecture.sentence.size() < 180);
        CHECK(builtin.lecture.stops.size() >= 6);
        for (const Stop& stop : builtin.lecture.stops) {
            CAPTURE(stop.scene.title);
            CHECK_NOTHROW(validate(stop.scene, builtin.id));
            CHECK(completed(stop.scene) == stop.scene);
            CHECK(!stop.scene.sentence.empty());
            CHECK(!stop.watch.empty());
            CHECK(!stop.notes.empty());
            CHECK(stop.minutes > 0);
            bool learns = false;
            for (const Model& model : stop.scene.models) learns = learns || model.field == "network";
            CHECK(stop.train == learns);  // works with a clicker only
        }
    }
    CHECK(planned_minutes(load_lecture("noise_to_data")) == 10);
}

TEST_CASE("built-in words speak of layers that are shown") {
    const auto missing = [](const std::string& text, const View& view) {
        for (const auto& [word, layer] : {std::pair{"ontour", "contours"}, {"rajector", "trajectories"}, {"treamline", "streamlines"}, {"texture", "lic"}, {"trails", "trails"}, {"particles", "particles"}})
            if (text.find(word) != std::string::npos && std::find(view.layers.begin(), view.layers.end(), layer) == view.layers.end()) return std::string(layer);
        return std::string();
    };
    CHECK(missing("Contours hold 50 %", View{}) == "contours");
    for (const auto& builtin : builtin_lectures())
        for (const Stop& stop : builtin.lecture.stops) {
            CAPTURE(builtin.id, stop.scene.title);
            CHECK(missing(stop.watch, stop.scene.view).empty());
        }
}

TEST_CASE("built-in words name lanes, not sides: panes stand beside each other or above, and some are not shown") {
    const std::regex side("\\b(left|right|right-hand|upper|lower|top|bottom|pane|panes|grey|gray)\\b", std::regex::icase);
    const auto side_in = [&](std::string text) {
        // Where on the plane, in the picture of time, or in the window.
        for (const char* fine : {"the right mode", "the right distribution", "runs to the right", "right-hand panel"})
            if (const auto at = text.find(fine); at != std::string::npos) text.erase(at, std::string(fine).size());
        std::smatch found;
        return std::regex_search(text, found, side) ? found.str() : std::string();
    };
    CHECK(side_in("ODE (left)") == "left");
    for (const BuiltinScene& builtin : builtin_scenes()) {
        CAPTURE(builtin.id);
        CHECK(side_in(builtin.scene.sentence).empty());
    }
    for (const auto& builtin : builtin_lectures())
        for (const Stop& stop : builtin.lecture.stops) {
            CAPTURE(builtin.id, stop.scene.title);
            for (const std::string& text : {stop.scene.sentence, stop.watch, stop.notes}) CHECK(side_in(text).empty());
        }
}
