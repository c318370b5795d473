#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/camera.h"
#include "app/panels/edits.h"
#include "app/panels/palette.h"
#include "app/panels/plot.h"
#include "app/panels/sheet.h"
#include "app/panels/theme.h"
#include "core/math/dataset/datasets.h"
#include "tests/catch.h"

using namespace pf;
using namespace pf::panels;

TEST_CASE("contrast follows WCAG 2.1") {
    CHECK(contrast({0, 0, 0}, {1, 1, 1}) == Approx(21));
    CHECK(contrast({1, 1, 1}, {1, 1, 1}) == Approx(1));
    CHECK(contrast({0x77 / 255.f, 0x77 / 255.f, 0x77 / 255.f}, {1, 1, 1}) == Approx(4.48).margin(0.01));
}

TEST_CASE("every theme is legible") {
    for (const Theme theme : {Theme::dark, Theme::light, Theme::projector}) {
        CAPTURE(static_cast<int>(theme));
        const Palette& p = palette(theme);
        const double text = theme == Theme::projector ? 7 : 4.5;
        for (const Rgb ground : {p.canvas, p.panel, p.frame}) {
            CHECK(contrast(p.text, ground) >= text);
            CHECK(contrast(p.muted, ground) >= text);
        }
        for (const Rgb ground : {p.canvas, p.panel}) {
            for (const Rgb ink : {p.accent, p.warning, p.error}) CHECK(contrast(ink, ground) >= text);  // written words too
            for (const Rgb ink : p.lanes) CHECK(contrast(ink, ground) >= text);
            for (const Rgb ink : {p.velocity, p.score, p.drift, p.noise}) CHECK(contrast(ink, ground) >= 3);
        }
        CHECK(p.dark == (theme == Theme::dark));
    }
}

TEST_CASE("text across a filled bar is legible, and a slider's handle is told from its frame") {
    const auto mixed = [](Rgb over, Rgb ground, float a) { return Rgb{a * over.r + (1 - a) * ground.r, a * over.g + (1 - a) * ground.g, a * over.b + (1 - a) * ground.b}; };
    for (const Theme theme : {Theme::dark, Theme::light, Theme::projector}) {
        CAPTURE(static_cast<int>(theme));
        const Palette& p = palette(theme);
        const double text = theme == Theme::projector ? 7 : 4.5;
        CHECK(contrast(p.text, mixed(p.accent, p.frame, fill_alpha)) >= text);
        CHECK(contrast(p.text, mixed(p.accent, p.frame, 1 / 6.f)) >= text);  // a frame under the mouse
        CHECK(contrast(p.accent, p.frame) >= 3);
        CHECK(contrast(p.accent, mixed(p.accent, p.frame, 0.3f)) >= 3);  // also on a shaded part
    }
}

TEST_CASE("arrows of velocity, score, drift and noise are told apart by their colour in every theme") {
    // OKLab, Ottosson 2020; differences of 0.02 are just seen.
    const auto oklab = [](Rgb c) {
        const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        const double r = linear(static_cast<double>(c.r)), g = linear(static_cast<double>(c.g)), b = linear(static_cast<double>(c.b));
        const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b), m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b),
                     s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        return std::array{0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
    };
    for (const Theme theme : {Theme::dark, Theme::light, Theme::projector}) {
        const Palette& p = palette(theme);
        const Rgb inks[] = {p.velocity, p.score, p.drift, p.noise};
        for (int i = 0; i < 4; ++i)
            for (int k = 0; k < i; ++k) {
                CAPTURE(static_cast<int>(theme), i, k);
                const auto a = oklab(inks[i]), b = oklab(inks[k]);
                CHECK(std::sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2])) > 0.14);
            }
    }
}

TEST_CASE("a scale that does not fit is refused with the one that does, and the window that would take it") {
    const std::string said = scale_refused(2.5f, 1280, 720);
    for (const char* part : {"200 %", "1280×720", "250 %", "1600×900"}) CHECK(said.find(part) != std::string::npos);
    for (const float wanted : {0.9f, 1.75f, 3.f}) CHECK(largest_scale(std::ceil(wanted * 640), std::ceil(wanted * 360)) >= wanted);
    CHECK(largest_scale(4000, 3000) == 3);
}

TEST_CASE("the framing holds data and noise, and not much else") {
    for (const auto& entry : datasets()) {
        CAPTURE(entry.id);
        const DataSpec data{{std::string(entry.id), {}}, {}, nullptr, {}};
        const Box box = framing(data);
        const auto half = static_cast<float>(box.x_max);
        CHECK((box.x_min == -box.x_max && box.y_min == -box.y_max && box.y_max == box.x_max));
        Random random(3, "framing test");
        const Points x = make_dataset(data)->sample(random, 10000), noise = random.normals(10000);
        const auto beyond = [](const Points& points, float limit) { return (points.abs().rowwise().maxCoeff() > limit).count(); };
        // Expected at most 0.2 % of either; three standard deviations of that count.
        CHECK(beyond(x, half) <= 34);
        CHECK(beyond(noise, half) <= 34);
        CHECK(beyond(x, 0.9f * half) + beyond(noise, 0.9f * half) > 0);
        CHECK(half <= make_dataset(data)->extent());
    }
}

TEST_CASE("text grows no larger than its window has room for") {
    CHECK(largest_scale(1280, 720) == 2);
    CHECK(largest_scale(3840, 2160) == 3);
    CHECK(largest_scale(640, 400) == 1);
    CHECK(largest_scale(1920, 400) == Approx(400 / 360.0));
    CHECK(largest_scale(0, 0) == 0.75f);
}

TEST_CASE("the layout keeps its promises at every size and scale") {
    struct Size {
        float w, h;
    };
    for (const Size size : {Size{1280, 720}, {1600, 900}, {1920, 1080}, {2560, 1440}, {800, 600}})
        for (float scale = 0.75f; scale <= 3; scale += 0.25f)
            for (const int panes : {1, 2, 4})
                for (const bool presenting : {false, true}) {
                    CAPTURE(size.w, size.h, scale, panes, presenting);
                    UiState ui;
                    ui.scale = scale;
                    ui.presenting = presenting;
                    View view;
                    view.panes = panes;
                    const float one = layout(ui, view, size.w, size.h).legend.height;
                    for (const auto& layer : layer_labels) view.layers.push_back(layer.id);
                    const Layout l = layout(ui, view, size.w, size.h);
                    CHECK((l.legend.height >= one && l.legend.height <= std::max(one, 0.16f * (l.canvas.height + l.legend.height))));
                    CHECK(l.legend.height > 0);
                    CHECK(l.legend.y >= l.canvas.y + l.canvas.height - 0.01f);
                    CHECK(l.legend.y + l.legend.height <= l.time_bar.y + 0.01f);
                    for (const Rect& r : {l.top, l.controls, l.numbers, l.time_bar, l.canvas, l.legend}) {
                        CHECK(r.x >= 0);
                        CHECK(r.y >= 0);
                        CHECK(r.x + r.width <= size.w);
                        CHECK(r.y + r.height <= size.h);
                    }
                    CHECK(l.controls.width <= 0.28f * size.w);
                    CHECK(l.numbers.width <= 0.28f * size.w);
                    CHECK(l.canvas.width >= 0.45f * size.w);
                    CHECK((l.numbers.width == 0) == (presenting || size.w / scale < 900));
                    ui.numbers_open_narrow = true;  // opened by hand
                    const Layout opened = layout(ui, view, size.w, size.h);
                    CHECK((opened.numbers.width > 0) == !presenting);
                    CHECK(opened.numbers.width <= 0.28f * size.w);
                    CHECK(opened.canvas.width >= 0.45f * size.w);
                    ui.numbers_open_narrow = false;
                    CHECK(l.time_bar.height > 0);
                    REQUIRE(l.panes.size() == static_cast<std::size_t>(panes));
                    for (const Rect& pane : l.panes) {
                        CHECK(pane.x >= l.canvas.x);
                        CHECK(pane.x + pane.width <= l.canvas.x + l.canvas.width + 0.01f);
                        CHECK(pane.y + pane.height <= l.canvas.y + l.canvas.height + 0.01f);
                        CHECK(pane.width > 0);
                    }
                    if (panes > 1) CHECK((l.panes[1].x >= l.panes[0].x + l.panes[0].width || l.panes[1].y >= l.panes[0].y + l.panes[0].height));
                }
}

TEST_CASE("playback is immune to odd clocks and stops at both ends") {
    Playback p;
    advance(p, 0.05);
    CHECK(p.t == Approx(0.05 / seconds_per_run));
    p.t = 0.5;
    advance(p, 100);
    CHECK(p.t == Approx(0.5 + 0.1 / seconds_per_run));
    p.t = 0.5;
    for (const double odd : {-5.0, std::nan(""), 0.0}) {
        advance(p, odd);
        CHECK(p.t == 0.5);
    }
    p.speed = 2;
    advance(p, 0.1);
    CHECK(p.t == Approx(0.5 + 0.2 / seconds_per_run));
    p.t = 0.999;
    advance(p, 0.1);
    CHECK(p.t == 1);
    advance(p, 0.1);
    CHECK(p.t == 1);  // holds
    for (int i = 0; i < 20 && p.t == 1; ++i) advance(p, 0.1);
    CHECK(p.t == 0);
    p.reversed = true;
    p.t = 0.01;
    advance(p, 0.1);
    CHECK(p.t == 0);
    for (int i = 0; i < 20 && p.t == 0; ++i) advance(p, 0.1);
    CHECK(p.t == 1);
    p.playing = false;
    advance(p, 0.1);
    CHECK(p.t == 1);
}

TEST_CASE("zoom and pan keep the point under the cursor") {
    const Box box{-4, 4, -4, 4};
    const Rect pane{100, 50, 640, 480};
    UiState ui;
    const Point mouse{333, 111};
    const Point before = to_world(pane_camera(ui, box, pane), pane, mouse);
    zoom_at(ui, box, pane, mouse, 3.7);
    const Point zoomed = to_world(pane_camera(ui, box, pane), pane, mouse);
    CHECK(ui.zoom == Approx(3.7));
    CHECK(zoomed.x == Approx(before.x));
    CHECK(zoomed.y == Approx(before.y));
    pan(ui, box, pane, 30, -20);
    const Point moved = to_world(pane_camera(ui, box, pane), pane, {mouse.x + 30, mouse.y - 20});
    CHECK(moved.x == Approx(before.x));
    CHECK(moved.y == Approx(before.y));
    const Point back = to_screen(pane_camera(ui, box, pane), pane, moved);
    CHECK(back.x == Approx(mouse.x + 30));
    CHECK(back.y == Approx(mouse.y - 20));
}

TEST_CASE("zoom 1 shows the whole view box, y up") {
    const Box box{-4, 4, -4, 4};
    const Rect pane{0, 0, 400, 200};
    UiState ui;
    const PaneCamera camera = pane_camera(ui, box, pane);
    CHECK(to_screen(camera, pane, {0, 4}).y == Approx(200 / 6.0));  // below the title
    CHECK(to_screen(camera, pane, {0, -4}).y == Approx(200 - 200 / 10.0));  // above the numbers of the axis
    CHECK(to_screen(camera, pane, {0, 0}).x == Approx(200));
    ui.titled = false;
    CHECK(to_screen(pane_camera(ui, box, pane), pane, {0, 4}).y == Approx(0));
    CHECK(to_screen(pane_camera(ui, box, pane), pane, {0, -4}).y == Approx(200));
}

TEST_CASE("where a pane is high enough the data stand in its middle, else just below the title") {
    const Box box{-4, 4, -4, 4};
    const UiState ui;
    const auto span = [&](float height) {
        const Rect pane{0, 0, 400, height};
        const PaneCamera camera = pane_camera(ui, box, pane);
        return std::array{to_screen(camera, pane, {0, 4}).y, to_screen(camera, pane, {0, -4}).y};
    };
    const double room = static_cast<double>(title_room);
    CHECK(span(600)[0] == Approx(100));
    CHECK(span(600)[1] == Approx(500));
    CHECK(span(470)[0] == Approx(room));
    CHECK(span(470)[1] == Approx(room + 400));
    CHECK(span(420)[0] == Approx(room));
    CHECK(span(420)[1] == Approx(420 - static_cast<double>(numbers_room)));
}

TEST_CASE("edits are what the controls say") {
    Scene scene;
    const Scene four = with_panes(scene, 4);
    CHECK(four.lanes.size() == 4);
    CHECK(with_panes(four, 1).lanes.size() == 4);
    const Scene sde = with_stochastic(four, 2, true);
    CHECK(sde.lanes[2].solver.id == "euler_maruyama");
    CHECK(sde.lanes[2].sigma == Choice{"constant", {{"max", 1.0}}});
    CHECK(with_stochastic(sde, 2, false).lanes[2] == scene.lanes[0]);
    for (const Scene& s : {four, sde}) CHECK_NOTHROW(validate(s, "test"));

    const Scene arrows = with_layer(with_layer(scene, "velocity", true), "density", false);
    CHECK(arrows.view.layers == std::vector<std::string>{"particles", "trails", "velocity"});
    CHECK(with_layer(arrows, "density", true).view.layers == std::vector<std::string>{"density", "particles", "trails", "velocity"});

    CHECK(with_data(scene, "moons").models[0].field == "exact");
    CHECK(with_data(scene, "checkerboard").models[0].field == "network");

    // What is no longer the truth is not called so, wherever it is named; a name of one's own stays.
    Scene pair = with_panes(scene, 2);
    pair.models.push_back(pair.models[0]);
    pair.models[1].name = "flow";
    pair.lanes[1].score_model = "truth";
    const Scene learned = with_field(pair, 0, "network");
    CHECK(learned.models[0].name == "flow 2");
    CHECK(learned.lanes[0].model == "flow 2");
    CHECK(learned.lanes[1].score_model == "flow 2");
    CHECK_NOTHROW(validate(learned, "test"));
    CHECK(with_field(learned, 0, "exact").models[0].name == "truth");
    CHECK(with_field(learned, 0, "exact").lanes[0].model == "truth");
    CHECK(with_data(pair, "checkerboard").models[0].name == "flow 2");
    pair.models[0].name = pair.lanes[0].model = pair.lanes[1].model = pair.lanes[1].score_model = "mine";
    CHECK(with_field(pair, 0, "network").models[0].name == "mine");
    const Scene typed = with_field(scene, 0, "formula");
    CHECK(typed.models[0].velocity == std::vector<std::string>{"-y", "x"});
    CHECK(with_field(typed, 0, "exact").models[0].velocity.empty());

    scene.models.push_back(scene.models[0]);
    scene.models[1].name = "other";
    const Scene both = with_schedule(scene, 0, {"vp", {}});
    CHECK(both.models[1].schedule.id == "vp");
    Scene split = both;
    split.models[1].schedule.id = "linear";
    CHECK(with_schedule(split, 0, {"trigonometric", {}}).models[1].schedule.id == "linear");
}

TEST_CASE("ticks are round numbers inside the axis") {
    const auto linear = ticks({-3.7, 4.2, false, ""}, 5);
    CHECK(linear == std::vector<double>{-2, 0, 2, 4});
    const auto logarithmic = ticks({0.02, 300, true, ""}, 6);
    REQUIRE(logarithmic.size() == 4);
    CHECK(logarithmic.front() == Approx(0.1));
    CHECK(logarithmic.back() == Approx(100));
    for (const double least : {0.013, 0.2, 1.15, 1.9})
        for (const double ratio : {1.05, 1.3, 2.0, 3.4, 9.0, 30.0, 900.0}) {
            CAPTURE(least, ratio);
            const auto some = ticks({least, least * ratio, true, "loss"}, 6);
            CHECK(some.size() >= 3);
            CHECK(some.size() <= 9);
            CHECK(std::is_sorted(some.begin(), some.end()));
            CHECK((some.front() >= least * (1 - 1e-6) && some.back() <= least * ratio * (1 + 1e-6)));
        }
    for (int i = 0; i < 400; ++i)
        for (const int count : {1, 2, 3, 5}) {
            const double least = -9 + 0.047 * i, range = std::pow(10.0, i % 40 / 10.0 - 2);
            CAPTURE(least, range, count);
            const auto some = ticks({least, least + range, false, ""}, count);
            CHECK(some.size() >= 2);
            CHECK(some.size() <= 12);
        }
    CHECK(ticks({-7.3, 7.3, false, ""}, 2).size() >= 2);  // of a log-SNR
    CHECK(ticks({1, 1, false, ""}, 5).empty());
    CHECK(ticks({-1, 1, true, ""}, 5).empty());
    CHECK(tick_label(-0.5) == "−0.5");
    CHECK(tick_label(1e-17) == "0");
    CHECK(tick_label(20000) == "20k");
}
