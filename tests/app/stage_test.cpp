// Scene and results through composer, renderer and overlay into pixels, without a window.
#include "app/stage.h"

#include <array>
#include <set>

#include "app/runtime/lane_movies.h"
#include "app/runtime/scene_file.h"
#include "tests/catch.h"

using namespace pf;

namespace {

using Pixels = std::vector<std::uint8_t>;

Scene small_scene(std::vector<std::string> layers) {
    Scene scene = load_scene("eight_gaussians");
    for (Lane& lane : scene.lanes) lane.particles = 400, lane.steps = 40;
    scene.view.layers = std::move(layers);
    return scene;
}

Results results_of(const Scene& scene) {
    const FieldSet fields = make_fields(scene, WeightSet(scene.models.size()), nullptr);
    Results out;
    for (std::size_t i = 0; i < scene.lanes.size(); ++i) {
        out.lanes[i] = std::make_shared<const LaneResult>(run_lane(scene, static_cast<int>(i), fields));
        out.lane_current[i] = true;
    }
    for (std::size_t i = 0; i < scene.lanes.size(); ++i) {
        out.densities[i] = std::make_shared<const DensityMovie>(exact_density_movie(scene, static_cast<int>(i), 64, 17));
        out.fields[i] = std::make_shared<const FieldMovie>(lane_field_movie(scene, static_cast<int>(i), fields, 16, 17));
    }
    return out;
}

std::size_t differing_pixels(const Pixels& a, const Pixels& b) {
    std::size_t count = 0;
    for (std::size_t i = 0; i + 3 < a.size(); i += 4) count += a[i] != b[i] || a[i + 1] != b[i + 1] || a[i + 2] != b[i + 2];
    return count;
}

}  // namespace

TEST_CASE("every layer draws with results, and changes nothing without them") {
    Stage stage(640, 360, panels::Theme::dark);
    const Scene bare = small_scene({});
    const Results results = results_of(bare);
    Pixels empty, pixels;
    stage.draw(bare, {}, 0.6, empty);
    Pixels with_results;
    stage.draw(bare, results, 0.6, with_results);
    for (const char* layer : {"density", "particles", "trajectories", "velocity", "score"}) {
        INFO(layer);
        const Scene scene = small_scene({layer});
        stage.draw(scene, results, 0.6, pixels);
        CHECK(differing_pixels(pixels, with_results) > 500);  // of 230,400
        stage.draw(scene, {}, 0.6, pixels);
        CHECK(differing_pixels(pixels, empty) < 4000);  // at most its line of the legend
    }
    // Trails are drawn behind particles.
    Pixels particles;
    stage.draw(small_scene({"particles"}), results, 0.6, particles);
    stage.draw(small_scene({"particles", "trails"}), results, 0.6, pixels);
    CHECK(differing_pixels(pixels, particles) > 300);
}

TEST_CASE("a frame is a function of scene, results and t: scrubbing away and back gives the same bytes") {
    const Scene scene = small_scene({"density", "particles", "trails", "velocity"});
    const Results results = results_of(scene);
    Pixels first, away, back;
    {
        Stage stage(480, 270, panels::Theme::dark);
        stage.draw(scene, results, 0.3, first);
        stage.draw(scene, results, 0.9, away);
        stage.draw(scene, results, 0.3, back);
    }
    CHECK(differing_pixels(first, away) > 1000);
    CHECK(first == back);
    Stage another(480, 270, panels::Theme::dark);
    another.draw(scene, results, 0.3, back);
    CHECK(first == back);
}

TEST_CASE("contours, differences, a box and space–time draw, in every theme, and the same twice") {
    const Scene bare = small_scene({"density", "particles"});
    const Results results = results_of(bare);
    std::vector<Scene> scenes;
    scenes.push_back(small_scene({"density", "contours", "particles"}));
    scenes.push_back(small_scene({"difference", "contours"}));
    scenes.back().view.density = "histogram";
    scenes.push_back(bare);
    scenes.back().view.box = Box{-1, 2, -0.5, 3};
    scenes.push_back(bare);
    scenes.back().view.shape = "space_time";
    scenes.push_back(scenes.back());
    scenes.back().view.density = "histogram";
    for (const auto theme : {panels::Theme::dark, panels::Theme::light, panels::Theme::projector}) {
        Stage stage(640, 360, theme);
        Pixels without, first, between, again;
        stage.draw(bare, results, 0.6, without);
        for (std::size_t i = 0; i < scenes.size(); ++i) {
            CAPTURE(i, static_cast<int>(theme));
            validate(scenes[i], "test");
            stage.draw(scenes[i], results, 0.6, first);
            CHECK(differing_pixels(first, without) > 500);
            stage.draw(scenes[i], results, 0.9, between);
            CHECK(differing_pixels(first, between) > 300);
            stage.draw(scenes[i], results, 0.6, again);
            CHECK(first == again);
            stage.draw(scenes[i], {}, 0.6, again);
        }
    }
}

TEST_CASE("themes, particle histogram, colours and pane counts all draw") {
    Scene scene = small_scene({"density", "particles"});
    const Results results = results_of(scene);
    Pixels pixels;
    for (const auto theme : {panels::Theme::dark, panels::Theme::light, panels::Theme::projector}) {
        Stage stage(480, 270, theme);
        for (const char* density : {"exact", "histogram"})
            for (const char* colour : {"start", "single", "log_p"})
                for (const int panes : {1, 2}) {
                    scene.view.density = density;
                    scene.view.colour = colour;
                    scene.view.panes = panes;
                    stage.draw(scene, results, 0.8, pixels);
                    std::set<std::uint32_t> colours;
                    for (std::size_t i = 0; i + 3 < pixels.size(); i += 4) colours.insert(pixels[i] | static_cast<std::uint32_t>(pixels[i + 1]) << 8 | static_cast<std::uint32_t>(pixels[i + 2]) << 16);
                    INFO(density << " " << colour << " " << panes);
                    CHECK(colours.size() > 300);
                }
    }
}

TEST_CASE("particles by log p: other colours than by start on the ODE, which change with t; a lane with noise keeps one colour") {
    Scene scene = small_scene({"particles"});
    scene.view.colour = "log_p";
    const FieldSet fields = make_fields(scene, WeightSet(scene.models.size()), nullptr);
    Results results;
    for (std::size_t i = 0; i < 2; ++i) {
        const int lane = static_cast<int>(i);
        CHECK(wants_log_p(scene, lane) == (i == 0));
        results.lanes[i] = std::make_shared<const LaneResult>(run_lane(scene, lane, fields, {0, 0, wants_log_p(scene, lane)}));
        results.lane_current[i] = true;
    }
    CHECK_FALSE(results.lanes[0]->path.log_p.empty());
    CHECK(results.lanes[1]->path.log_p.empty());
    Stage stage(640, 360, panels::Theme::dark);
    Pixels by_log_p, single;
    const auto left_and_right = [&](const Pixels& a, const Pixels& b) {
        std::array<std::size_t, 2> differing{};
        for (std::size_t i = 0; i + 3 < a.size(); i += 4) differing[(i / 4) % 640 >= 320] += a[i] != b[i] || a[i + 1] != b[i + 1] || a[i + 2] != b[i + 2];
        return differing;
    };
    stage.draw(scene, results, 0.9, by_log_p);
    scene.view.colour = "single";
    stage.draw(scene, results, 0.9, single);
    CHECK(left_and_right(by_log_p, single)[0] > 500);
    CHECK(left_and_right(by_log_p, single)[1] < 20);
}
