// Films of lectures: what each frame shows, and the picture for the audience.
#include "app/picture/lecture_film.h"

#include <imgui.h>

#include <cmath>
#include <set>

#include "app/panels/camera.h"
#include "app/picture/presentation.h"
#include "app/render/offscreen.h"
#include "app/render/screen.h"
#include "app/runtime/scene_file.h"
#include "app/runtime/shown_results.h"
#include "tests/catch.h"

using namespace pf;

namespace {

Lecture talk() {
    Lecture lecture;
    for (const char* title : {"first", "second"}) {
        Stop stop;
        stop.scene = load_scene("eight_gaussians");
        for (Lane& lane : stop.scene.lanes) lane.particles = 300, lane.steps = 30;
        stop.scene.title = title;
        stop.scene.sentence = "A caption.";
        lecture.stops.push_back(stop);
    }
    lecture.stops[1].transition = 2;
    lecture.stops[1].t = 0.5;
    lecture.stops[1].playing = false;
    return lecture;
}

}  // namespace

TEST_CASE("a film shows each stop from its own t to the end, and leads t from one to the next") {
    const Lecture lecture = talk();
    const LecturePlan plan(lecture, 10, 8);
    REQUIRE(plan.frames() == 80 + 20 + 80);
    CHECK(plan.at(0).t == 0);
    CHECK(plan.at(10).t == 0);  // a second to look
    CHECK(plan.at(35).t == Approx(0.5));  // then 5 seconds a run, as in the window
    CHECK(plan.at(60).t == 1);
    CHECK(plan.at(79).stop == 0);
    CHECK(plan.at(79).t == 1);
    CHECK(plan.at(80).stop == 1);
    CHECK(plan.at(80).share == 0);
    CHECK(plan.at(80).t == 1);
    CHECK(plan.at(90).share == Approx(0.5));
    CHECK(plan.at(90).t == Approx(0.75));
    for (const int frame : {100, 140, 179}) {
        CHECK(plan.at(frame).share == 1);
        CHECK(plan.at(frame).t == 0.5);
    }
    for (int k = 1; k < plan.frames(); ++k) CHECK(std::abs(plan.at(k).t - plan.at(k - 1).t) < 0.05);
}

TEST_CASE("without a length each stop takes the time to read it and to see time run once") {
    Stop stop = talk().stops[0];
    CHECK(film_seconds(stop) == 1 + 5 + 1.5);
    stop.speed = 0.5;
    CHECK(film_seconds(stop) == 1 + 10 + 1.5);
    stop.reversed = true;
    stop.t = 0.25;
    CHECK(film_seconds(stop) == 1 + 2.5 + 1.5);
    CHECK(film_time(stop, 1) == 0.25);
    CHECK(film_time(stop, 2.25) == 0.125);
    CHECK(film_time(stop, 99) == 0);
    stop.scene.sentence = std::string(320, 'x');
    CHECK(film_seconds(stop) > 20);  // reading
    stop.film_seconds = 3;
    CHECK(film_seconds(stop) == 3);
    const Lecture lecture = talk();
    CHECK(LecturePlan(lecture, 50).frames() == 375 + std::lround(50 * (2 + film_seconds(lecture.stops[1]))));
}

TEST_CASE("for the audience fields reach as far as its own panes show, no coarser than that asks") {
    Scene scene = talk().stops[0].scene;
    panels::UiState ui;
    REQUIRE(scene.view.panes == 2);
    const Box box = view_box(scene);
    CHECK(flow_grid(box, 24, presentation_reach(ui, scene, 1920, 1080)).coarser == 1);
    const auto wide = [&](int width, int height) { return presentation_reach(ui, scene, width, height).x / box.x_max; };
    CHECK(wide(1920, 1080) > 1.15);
    CHECK(wide(1920, 1080) < 2);
    CHECK(wide(3840, 1080) > 2.3);
    // What the audience has counts beside the first window, and only then.
    ui.audience = Reach{7, 90};
    const Reach both = panels::shown_reach(ui, box, {});
    CHECK((both.x >= 7 && both.x < 7 * 1.3 && both.y >= 90 && both.y < 90 * 1.3));
    CHECK(presentation_reach(ui, scene, 1920, 1080).y < 30);
    ui.audience.reset();
    CHECK(panels::shown_reach(ui, box, {}) == Reach{});
}

TEST_CASE("the audience's picture holds the words, is the same again after others, and leaves Dear ImGui's context alone") {
    const render::OffscreenContext context;
    ImGuiContext* own = ImGui::CreateContext();
    {
        Presentation presentation;
        const Scene scene = talk().stops[0].scene;
        const FieldSet fields = make_fields(scene, WeightSet(1), nullptr);
        const ShownResults shown = shown_results(scene, WeightSet(1), fields);
        panels::UiState ui;
        const auto draw = [&](const Scene& drawn, double t, const Presentation::Words& words, int width, int height) {
            const render::Framebuffer framebuffer(width, height);
            ui.playback.t = t;
            presentation.draw(ui, drawn, shown.results, shown.layers, words, width, height);
            std::vector<std::uint8_t> pixels;
            render::read_opaque(width, height, pixels);
            return pixels;
        };
        const auto rows_that_differ = [](const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b, int width) {
            std::set<int> rows;
            for (std::size_t i = 0; i < a.size(); ++i)
                if (a[i] != b[i]) rows.insert(static_cast<int>(i) / (4 * width));
            return rows;
        };
        const Presentation::Words words{"what to watch", "1 / 2"};
        const auto first = draw(scene, 0.5, words, 960, 540);
        CHECK((draw(scene, 0.9, words, 960, 540) != first));
        CHECK(draw(scene, 0.9, words, 321, 181).size() == 4u * 321 * 181);  // as while it is resized
        CHECK((draw(scene, 0.5, words, 960, 540) == first));
        // Words stand above the panes, which they do not touch; scale 0.75 here.
        for (const auto& other : {draw(scene, 0.5, {}, 960, 540), draw([&] { Scene s = scene; s.title = "third"; return s; }(), 0.5, words, 960, 540),
                                  draw([&] { Scene s = scene; s.sentence = "Another caption."; return s; }(), 0.5, words, 960, 540)}) {
            const auto rows = rows_that_differ(first, other, 960);
            CHECK(rows.size() > 5);
            CHECK(*rows.rbegin() < 90);
        }
        // How a tool is used is for the one who holds it.
        ui.tool = panels::Tool::brush;
        CHECK((draw(scene, 0.5, words, 960, 540) == first));
        ui.tool = panels::Tool::none;
        ui.theme = panels::Theme::light;
        CHECK(rows_that_differ(first, draw(scene, 0.5, words, 960, 540), 960).size() == 540);
        CHECK(ImGui::GetCurrentContext() == own);
    }
    CHECK(ImGui::GetCurrentContext() == own);
    ImGui::DestroyContext(own);
}
