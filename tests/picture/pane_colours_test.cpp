#include "app/picture/pane_colours.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "app/panels/box_view.h"
#include "app/panels/palette.h"
#include "app/picture/compose.h"
#include "app/runtime/layers.h"
#include "app/runtime/scene_file.h"
#include "core/math/random.h"
#include "tests/catch.h"

namespace pf {
namespace {

// OKLCH to sRGB as published (Ottosson 2020; IEC 61966-2-1).
render::Colour published(double x, double y, bool dark) {
    const double hue = std::atan2(y, x), lightness = dark ? 0.80 : 0.55, chroma = 0.15 * (1 - std::exp(-std::hypot(x, y))), a = chroma * std::cos(hue), b = chroma * std::sin(hue);
    const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3), m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3),
                 s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
    const auto channel = [](double linear) {
        linear = std::clamp(linear, 0.0, 1.0);
        return static_cast<std::uint8_t>(std::lround(255 * (linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055)));
    };
    return {channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s), channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s), 255};
}

TEST_CASE("the colour of a start is that of OKLCH in sRGB, to the byte") {
    const Points starts = 1.5f * Random(3, "colours").normals(50'000);
    int apart = 0;
    for (const bool dark : {true, false})
        for (Eigen::Index i = 0; i < starts.rows(); ++i) {
            const float x = starts(i, 0), y = starts(i, 1);
            const render::Colour is = start_colour(x, y, dark), ought = published(static_cast<double>(x), static_cast<double>(y), dark);
            apart = std::max({apart, std::abs(is.r - ought.r), std::abs(is.g - ought.g), std::abs(is.b - ought.b)});
        }
    CHECK(apart == 0);
    CHECK(start_colour(0, 0, true) == published(0, 0, true));
    for (const float odd : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) CHECK(start_colour(odd, 1, true) == published(0, 0, true));
}

TEST_CASE("colours of starts are kept where a start begins as the last one did, and new where it does not") {
    StartColours kept;
    const auto right = [&](const Points& start, bool dark) {
        const std::span<const render::Colour> colours = kept.of(start, dark);
        if (colours.size() != static_cast<std::size_t>(start.rows())) return false;
        for (Eigen::Index i = 0; i < start.rows(); ++i)
            if (colours[static_cast<std::size_t>(i)] != start_colour(start(i, 0), start(i, 1), dark)) return false;
        return true;
    };
    const Points noise = Random(1, "starts").normals(300);
    CHECK(right(noise.topRows(100), true));
    CHECK(right(noise, true));
    CHECK(right(noise.topRows(50), true));
    CHECK(right(noise.topRows(50), false));
    CHECK(right(noise, false));
    CHECK(right(noise.topRows(7), false));
    CHECK(right(noise, false));
    Points moved = noise;
    moved(20, 1) += 1;
    CHECK(right(moved, false));
    CHECK(right(Points(0, 2), false));
    CHECK(right(Random(2, "starts").normals(400), true));
}

// Five particles that stand still, the last of them nowhere, at t = 0.5 in the panes of one lane.
struct Standing {
    Scene scene = load_scene("eight_gaussians");
    Results results;
    LayerResults layers;
    Composer composer;

    Standing(const char* colour) {
        auto lane = std::make_shared<LaneResult>();
        Points x(5, 2);
        x << 0, 1, 2, 3, 4, 5, -2, 1, 0, std::numeric_limits<float>::quiet_NaN();
        lane->path.t = {0, 1}, lane->path.x = {x, x}, lane->start = x;
        results.lanes[0] = lane;
        scene.view.colour = colour;
        scene.view.layers = {"particles"};
        scene.view.opacity["particles"] = 0.5;
    }
    std::vector<render::Colour> colours() {
        panels::UiState ui;
        ui.playback.t = 0.5;
        panels::Layout layout;
        layout.panes = {{0, 0, 400, 400}};
        composer.prepare(scene, ui, results, layers);
        std::vector<render::Colour> out;
        composer.draw([&](int, const render::PaneFrame& frame, const render::CanvasStyle&) { out.assign(frame.particle_colours.begin(), frame.particle_colours.end()); }, scene, ui, results, layers, layout, 1, 400);
        return out;
    }
};

TEST_CASE("particles by label have the colour of theirs, as opaque as their layer; a label stands in the middle of those that are somewhere") {
    Standing pane("label");
    auto values = std::make_shared<ParticleValues>();
    values->colour = "label", values->key = result_key(*pane.results.lanes[0], "label");
    values->labels = {2, 7}, values->label_of = {0, 1, 0, 1, 1};
    pane.layers.values[0] = values;
    const auto colours = pane.colours();
    const auto& palette = panels::palette(panels::UiState{}.theme).labels;
    const std::vector<render::Colour> two{colour(palette[0], 0.5), colour(palette[1], 0.5)};
    CHECK(two[0].a == 128);
    CHECK((colours == std::vector{two[0], two[1], two[0], two[1], two[1]}));
    const auto& marks = pane.composer.legend()[0].labels;
    REQUIRE(marks.size() == 2);
    CHECK((marks[0].label == 2 && marks[0].place == 0 && marks[0].x == 2 && marks[0].y == 3));
    CHECK((marks[1].label == 7 && marks[1].place == 1 && marks[1].x == 0 && marks[1].y == 2));
    // Of another result: not these particles'.
    auto other = std::make_shared<ParticleValues>(*values);
    other->label_of.pop_back();
    pane.layers.values[0] = other;
    CHECK(pane.colours() == std::vector{colour(panels::palette(panels::UiState{}.theme).lanes[0], 0.5)});
    CHECK(pane.composer.legend()[0].labels.empty());
}

TEST_CASE("what an earlier scene's particles left is not shown for a lane without a result") {
    Standing pane("single");
    pane.scene.view.layers = {"density"};
    pane.scene.view.density = "histogram", pane.scene.view.shape = "space_time";
    auto marginals = std::make_shared<Marginals>();
    marginals->p = DensityGrid::Constant(4, 5, 0.5f), marginals->low = -1, marginals->high = 1;
    pane.layers.marginals[0] = marginals;
    auto flow = std::make_shared<BoxFlow>();
    flow->t = flow->mass = flow->outflow = {0, 1};
    pane.layers.box_flows[0] = flow;
    pane.scene.view.box = Box{-1, 1, -1, 1};
    pane.colours();
    CHECK(pane.composer.legend()[0].maximum == 0.5);
    CHECK(panels::lane_box_flow(pane.scene, pane.results, pane.layers, 0) == flow);
    pane.results.lanes[0] = nullptr;
    pane.colours();
    CHECK(pane.composer.legend()[0].maximum == 0);
    CHECK_FALSE(panels::lane_box_flow(pane.scene, pane.results, pane.layers, 0));
}

TEST_CASE("particles by a number have its place on the scale, the ends beyond it, the lowest without one") {
    Standing pane("speed");
    auto values = std::make_shared<ParticleValues>();
    values->colour = "speed", values->key = result_key(*pane.results.lanes[0], "speed");
    Column speed(5);
    speed << 1, 0, 2, 30, std::numeric_limits<float>::quiet_NaN();
    values->t = {0}, values->values = {speed}, values->low = {0}, values->high = {2};
    pane.layers.values[0] = values;
    auto table = render::particle_table(canvas_style(panels::UiState{}.theme), false);
    for (render::Colour& c : table) c.a = 128;
    CHECK((pane.colours() == std::vector{table[127], table[0], table[255], table[255], table[0]}));
}

}  // namespace
}  // namespace pf
