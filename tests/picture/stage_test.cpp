// Scene and results through composer, renderer and overlay into pixels, without a window.
#include "app/picture/stage.h"

#include <array>
#include <set>

#include "app/panels/edits.h"
#include "app/panels/notation.h"
#include "app/picture/sheet_legend.h"
#include "app/picture/sheet_svg.h"
#include "app/runtime/lane_movies.h"
#include "app/runtime/layers.h"
#include "app/runtime/scene_file.h"
#include "core/math/field/altered_field.h"
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

LayerResults layers_of(const Scene& scene, const Results& results) { return all_layers(scene, make_fields(scene, WeightSet(scene.models.size()), nullptr), results); }

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
    for (const char* layer : {"density", "lic", "grid", "particles", "trajectories", "streamlines", "velocity", "score", "denoiser"}) {
        INFO(layer);
        Scene scene = small_scene({layer});
        const LayerResults all = layers_of(scene, results);
        stage.draw(scene, results, 0.6, pixels, all);
        CHECK(differing_pixels(pixels, with_results) > 500);  // of 230,400
        Pixels away, back, faint;
        stage.draw(scene, results, 0.9, away, all);
        stage.draw(scene, results, 0.6, back, all);
        CHECK(pixels == back);
        scene.view.opacity[layer] = 0;
        stage.draw(scene, results, 0.6, back, all);
        CHECK(back == with_results);
        scene.view.opacity[layer] = 0.3;
        stage.draw(scene, results, 0.6, faint, all);
        CHECK(differing_pixels(faint, with_results) > 300);
        CHECK(differing_pixels(faint, pixels) > 300);
        scene.view.opacity.clear();
        stage.draw(scene, {}, 0.6, pixels);
        CHECK(differing_pixels(pixels, empty) < 4000);  // at most its line of the legend
    }
    // Trails are drawn behind particles.
    Pixels particles;
    stage.draw(small_scene({"particles"}), results, 0.6, particles);
    Scene trails = small_scene({"particles", "trails"});
    stage.draw(trails, results, 0.6, pixels);
    CHECK(differing_pixels(pixels, particles) > 300);
    trails.view.opacity["trails"] = 0;
    stage.draw(trails, results, 0.6, pixels);
    CHECK(pixels == particles);
}

TEST_CASE("the error map stands in place of the density of a network, and nothing else does of an exact field") {
    Scene scene = small_scene({"density", "error"});
    const Results results = results_of(scene);
    Stage stage(640, 360, panels::Theme::dark);
    Pixels exact, network, away;
    stage.draw(scene, results, 0.6, exact, layers_of(scene, results));
    FieldSet fields = make_fields(scene, WeightSet(scene.models.size()), nullptr);
    fields.fields[0] = std::make_shared<AlteredField>(fields.fields[0], Alteration{1.2, 1});
    scene.models[0].field = "network";
    const LayerResults layers = all_layers(scene, fields, results);
    REQUIRE(layers.errors[0]);
    stage.draw(scene, results, 0.6, network, layers);
    CHECK(differing_pixels(exact, network) > 20000);
    stage.draw(scene, results, 0.9, away, layers);
    CHECK(differing_pixels(away, network) > 5000);
    stage.draw(scene, results, 0.6, away, layers);
    CHECK(away == network);
}

TEST_CASE("particles by label, divergence and speed have colours of their own; streamlines and texture move without jumps") {
    Scene scene = small_scene({"particles"});
    const Results results = results_of(scene);
    Stage stage(640, 360, panels::Theme::dark);
    Pixels single, coloured, other;
    scene.view.colour = "single";
    stage.draw(scene, results, 0.7, single);
    for (const char* colour : {"label", "divergence", "speed"}) {
        CAPTURE(colour);
        scene.view.colour = colour;
        stage.draw(scene, results, 0.7, other);  // not there yet
        CHECK(differing_pixels(single, other) < 20);
        const LayerResults all = layers_of(scene, results);
        stage.draw(scene, results, 0.7, coloured, all);
        CHECK(differing_pixels(single, coloured) > 1000);
        stage.draw(scene, results, 0.3, other, all);
        stage.draw(scene, results, 0.7, other, all);
        CHECK(coloured == other);
    }
    for (const char* layer : {"streamlines", "lic"}) {
        CAPTURE(layer);
        const Scene shown = small_scene({layer});
        const LayerResults all = layers_of(shown, results);
        Pixels without, here, next;
        stage.draw(small_scene({}), results, 0.5, without, all);
        const auto difference = [](const Pixels& a, const Pixels& b) {
            double sum = 0;
            for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(static_cast<int>(a[i]) - static_cast<int>(b[i]));
            return sum;
        };
        // Across a slice, a hundredth of a slice changes little of what is drawn.
        constexpr double slice = 0.5;  // of both
        stage.draw(shown, results, slice - 1e-4, here, all);
        stage.draw(shown, results, slice + 1e-4, next, all);
        CHECK(difference(here, without) > 1e5);
        CHECK(difference(here, next) < 0.03 * difference(here, without));
    }
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
            const LayerResults layers = layers_of(scenes[i], results);
            CAPTURE(i, static_cast<int>(theme));
            validate(scenes[i], "test");
            stage.draw(scenes[i], results, 0.6, first, layers);
            CHECK(differing_pixels(first, without) > 500);
            stage.draw(scenes[i], results, 0.9, between, layers);
            CHECK(differing_pixels(first, between) > 300);
            stage.draw(scenes[i], results, 0.6, again, layers);
            CHECK(first == again);
            // Without the counts the density is empty.
            stage.draw(scenes[i], results, 0.6, again);
            CHECK((differing_pixels(first, again) > 5000) == (i + 1 == scenes.size()));
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

TEST_CASE("a sheet says what the colours of particles are: a scale with its ends in words, patches for labels, nothing where they have the lane's") {
    Scene scene = small_scene({"density", "particles"});
    const FieldSet fields = make_fields(scene, WeightSet(scene.models.size()), nullptr);
    Results results = results_of(scene);
    results.lanes[0] = std::make_shared<const LaneResult>(run_lane(scene, 0, fields, {0, 0, true}));
    const std::array times{0.2, 0.9};
    struct Said {
        const char *colour, *words;
        int scales, patches;
    };
    for (const Said said : {Said{"single", "particles:", 0, 0}, {"start", "particles: hue by the angle", 1, 0}, {"label", "particles: by their label", 0, 8}, {"log_p", "particles: log p, in nats", 2, 0},
                            {"divergence", "particles: ∇·u, per t", 2, 0}, {"speed", "particles: |u|, per t", 2, 0}}) {
        CAPTURE(said.colour);
        scene.view.colour = said.colour;
        const LayerResults layers = layers_of(scene, results);
        panels::UiState ui;
        const SheetPage page = sheet_page(scene, ui, results, times, 900);
        const std::string svg = sheet_svg(page, scene, ui, results, layers);
        const auto count = [&](const std::string& what) {
            int n = 0;
            for (auto at = svg.find(what); at != std::string::npos; at = svg.find(what, at + 1)) ++n;
            return n;
        };
        CHECK(count("<linearGradient id=\"hues") == said.scales);
        CHECK(count("<linearGradient id=\"scale") == 2);
        const bool single = said.colour == std::string("single");
        CHECK((svg.find(said.words) == std::string::npos) == single);
        CHECK(count(">7</text>") == (said.patches ? 1 : 0));
        // As drawn by the renderer: the strip of the scale, or the first patch, is there.
        const auto drawn = [&](const SheetPage& sheet) {
            Pixels pixels;
            Stage(static_cast<int>(sheet.width), static_cast<int>(sheet.height), panels::Theme::dark).draw(sheet, scene, results, pixels, layers);
            return pixels;
        };
        SheetPage bare = page;
        for (auto& column : bare.columns) column.hues = {};
        CHECK((differing_pixels(drawn(page), drawn(bare)) > 100) == !single);
    }
}

TEST_CASE("the legend of a page names every layer of lines and what goes through the pinned point, and none that is not there") {
    panels::write_in(panels::Convention::flow);
    const std::array times{0.4};
    const auto says = [&](const Scene& scene, const panels::UiState& ui, const char* words) {
        const auto lines = sheet_legend(scene, ui, {}, times);
        return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) { return line.find(words) != std::string::npos; });
    };
    panels::UiState ui;
    const Scene bare = small_scene({});
    CHECK(sheet_legend(bare, ui, {}, times).empty());
    for (const auto& [layer, words] : {std::pair{"lic", "texture: along u"}, {"grid", "circles: 1 and 2 sd"}, {"streamlines", "streamlines of u"}, {"denoiser", "their denoiser D"}, {"trajectories", "paths: dashed with noise"}}) {
        CAPTURE(layer);
        CHECK(says(small_scene({layer}), ui, words));
        CHECK_FALSE(says(bare, ui, words));
    }
    const Scene trailing = small_scene({"particles", "trails"});
    CHECK(says(trailing, ui, "lines behind particles: where they were over Δt = 0.1"));
    CHECK_FALSE(says(small_scene({"particles"}), ui, "lines behind"));
    Scene many = trailing;
    for (Lane& lane : many.lanes) lane.particles = most_with_trails + 1;
    CHECK_FALSE(says(many, ui, "lines behind"));
    Scene coloured = panels::with_stochastic(panels::with_stochastic(small_scene({"particles"}), 0, false), 1, true);
    coloured.view.colour = "log_p";
    CHECK(says(coloured, ui, "particles: log p, in nats; lane 2: one colour"));
    CHECK(says(panels::with_stochastic(coloured, 1, false), ui, "particles: log p, in nats"));
    CHECK_FALSE(says(panels::with_stochastic(coloured, 1, false), ui, "one colour"));
    ui.pinned_point = panels::PinnedPoint{0.5, -1.25, 0.4};
    CHECK(sheet_legend(bare, ui, {}, times).empty());  // nothing is known of it yet
    ProbeResult result;
    result.lanes.resize(2);
    for (ProbeLane& lane : result.lanes) lane.at.lane = static_cast<int>(&lane - result.lanes.data()), lane.ode.t = lane.fan_on.t = {0.4, 1}, lane.fan_on_noise = "σ = 1", lane.posterior.emplace();
    ui.probes.pinned = std::make_shared<const ProbeResult>(result);
    CHECK(says(bare, ui, "the ODE through x = (0.50, −1.25) at t = 0.40"));
    CHECK(says(bare, ui, "48 draws of p(z|x)"));
    CHECK(says(bare, ui, "dashed: 32 SDE from it to the data, σ = 1"));
    CHECK(sheet_legend(bare, ui, {}, times).size() == 3);  // both lanes have the same
    result.lanes[1].fan_on_noise = "its own σₜ";
    ui.probes.pinned = std::make_shared<const ProbeResult>(result);
    CHECK(says(bare, ui, "dashed: 32 SDE from it to the data, σ = 1 (lane 1)"));
    CHECK(says(bare, ui, "dashed: 32 SDE from it to the data, its own σₜ (lane 2)"));
    ui.probe_fan = ui.probe_posterior = false;
    CHECK(sheet_legend(bare, ui, {}, times).size() == 1);
}

TEST_CASE("a page says at which of its times cells are wider than the density") {
    panels::write_in(panels::Convention::flow);
    Scene scene = small_scene({"density"});
    scene.data = {};
    scene.data.choice = {"mixture", {}};
    scene.data.components = {{1, {1, 0}, Eigen::Matrix2d::Zero(), 0}};
    Results results;
    for (std::size_t lane = 0; lane < 2; ++lane) results.densities[lane] = std::make_shared<const DensityMovie>(exact_density_movie(scene, static_cast<int>(lane), 64, 5));
    const auto svg_words = [&](std::vector<double> times, const Results& known) {
        std::string out;
        for (const auto& word : sheet_page(scene, {}, known, times, 900).words) out += word.text + "\n";
        return out;
    };
    const std::string words = "cells of the picture are wider than pₜ";
    CHECK(svg_words({0}, results).find(words) == std::string::npos);
    CHECK(svg_words({1}, {}).find(words) == std::string::npos);
    CHECK(svg_words({1}, results).find(words + "\n") != std::string::npos);
    CHECK(svg_words({0, 0.5, 1}, results).find(words + " at t = 1.00\n") != std::string::npos);
    scene.view.layers = {"particles"};
    CHECK(svg_words({1}, results).find(words) == std::string::npos);
}

TEST_CASE("sentences below a page end within it: they are broken at spaces") {
    CHECK(wrapped("one two three", 7) == std::vector<std::string>{"one two", "three"});
    CHECK(wrapped("αβγδε ζ", 7) == std::vector<std::string>{"αβγδε ζ"});
    CHECK(wrapped("unbreakable a b", 4) == std::vector<std::string>{"unbreakable", "a b"});
    Scene scene = small_scene({"density", "particles", "trajectories", "grid"});
    const std::array times{0.4};
    for (const int panes : {1, 2}) {
        scene.view.panes = panes;
        const SheetPage page = sheet_page(scene, {}, {}, times, 900);
        std::size_t longest = 0;
        float lowest = 0;
        for (const auto& word : page.words)
            if (word.muted) longest = std::max(longest, word.text.size()), lowest = std::max(lowest, word.middle + 0.5f * page.size);
        CHECK(0.5f * page.size * static_cast<float>(longest) < page.width - 44 * page.ui_scale);
        CHECK(longest > 25);
        CHECK(lowest <= page.height);
    }
}

TEST_CASE("in a figure paths of an ODE are solid and those with noise dashed, trails too") {
    const auto strokes = [](const std::string& svg, const std::string& what) {  // of each pane
        std::vector<std::string> out;
        for (auto at = svg.find("<g class=\"" + what); at != std::string::npos; at = svg.find("<g class=\"" + what, at + 1)) out.push_back(svg.substr(at, svg.find("</g>", at) - at));
        return out;
    };
    const auto pieces = [](const std::string& paths) { return std::count(paths.begin(), paths.end(), 'M'); };
    const std::array times{0.9};
    const Scene trails = small_scene({"particles", "trails"}), whole = small_scene({"trajectories"});
    const Results results = results_of(trails);
    panels::UiState ui;
    const auto trail = strokes(sheet_svg(sheet_page(trails, ui, results, times, 900), trails, ui, results, {}), "trails");
    REQUIRE(trail.size() == 2);
    CHECK(trail[0].find("stroke-dasharray") == std::string::npos);
    CHECK(trail[1].find("stroke-dasharray") != std::string::npos);
    const auto path = strokes(sheet_svg(sheet_page(whole, ui, results, times, 900), whole, ui, results, {}), "lines");
    REQUIRE(path.size() == 2);
    CHECK(pieces(path[1]) > 3 * pieces(path[0]));
}

TEST_CASE("in a figure trails that would cover the picture are pale") {
    Scene scene = load_scene("blow_up");
    scene.view.layers = {"density", "particles", "trails"};
    const Results results = results_of(scene);
    const std::array times{0.97};
    const std::string svg = sheet_svg(sheet_page(scene, {}, results, times, 900), scene, {}, results, {});
    std::vector<double> opacity;
    const std::string key = "stroke-opacity=\"";
    for (auto at = svg.find("<g class=\"trails"); at != std::string::npos; at = svg.find("<g class=\"trails", at + 1)) opacity.push_back(std::stod(svg.substr(svg.find(key, at) + key.size())));
    REQUIRE(opacity.size() == 2);
    CHECK((opacity[0] > 0.001 && opacity[0] < 0.05));
    CHECK(opacity[1] > 0.15);
}

TEST_CASE("a page says at which end of its scale the maximum is, what a density holds beside it, and how long an arrow is") {
    Scene scene = small_scene({"density", "velocity", "contours"});
    const Results results = results_of(scene);
    const std::array times{0.2, 0.9};
    panels::UiState ui;
    const SheetPage page = sheet_page(scene, ui, results, times, 900);
    panels::DensityLegend shown;
    shown.maximum = 0.0882, shown.integral = 1;
    CHECK(scale_ends(scene, shown) == std::vector<std::string>{"0", "0.0882", "p,  ∫ p dx = 1.000"});
    scene.view.layers = {"difference"};
    CHECK(scale_ends(scene, shown) == std::vector<std::string>{"−0.0882", "0.0882", "p − pₜ"});
    scene.view.layers = {"density", "velocity", "contours"};
    const std::string svg = sheet_svg(page, scene, ui, results, {});
    CHECK(svg.find(">velocity u = ") != svg.rfind(">velocity u = "));
    CHECK(svg.find(">contours: hold 50, 80 and 95 % of the mass;") != std::string::npos);
    for (const auto& column : page.columns) {
        REQUIRE(column.arrows.size() == 1);
        const auto arrow = key_arrow(column, column.arrows[0], scene, ui, results);
        REQUIRE(arrow);
        // Longer than 2/5 of its room: of 1, 2 and 5 one always is.
        CHECK(arrow->line.x1 - arrow->line.x0 <= column.arrows[0].room * 1.0001f);
        CHECK(arrow->line.x1 - arrow->line.x0 >= column.arrows[0].room * 0.3999f);
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
        constexpr std::size_t panes = 4 * 640 * 280;  // above the legend, which says what is coloured
        for (std::size_t i = 0; i + 3 < std::min(a.size(), panes); i += 4) differing[(i / 4) % 640 >= 320] += a[i] != b[i] || a[i + 1] != b[i + 1] || a[i + 2] != b[i + 2];
        return differing;
    };
    stage.draw(scene, results, 0.9, by_log_p);
    scene.view.colour = "single";
    stage.draw(scene, results, 0.9, single);
    CHECK(left_and_right(by_log_p, single)[0] > 500);
    CHECK(left_and_right(by_log_p, single)[1] < 20);
}

TEST_CASE("what a density holds stands clear of the next column's scale") {
    const Scene scene = small_scene({"density"});
    for (const float width : {900.f, 1600.f}) {
        const SheetPage page = sheet_page(scene, {}, {}, std::array{0.0, 0.25, 0.5, 0.75, 1.0}, width);
        for (std::size_t k = 0; k + 1 < page.columns.size(); ++k) {
            const panels::Rect& scale = page.columns[k].scale;
            CHECK(scale.x + scale.width + (0.8f + 7.2f + 1) * page.size < page.columns[k + 1].scale.x);  // "∫ p dx = 1.000" is 7.2 letters' sizes wide
        }
    }
}
