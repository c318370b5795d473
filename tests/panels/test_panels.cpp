#include <algorithm>

#include "app/panels/camera.h"
#include "app/panels/data_edits.h"
#include "app/panels/widgets.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::panels;

TEST_CASE("every panel draws, with and without results, in every theme and scale") {
    Driver d(two_lanes());
    d.ui.help_open = true;
    d.notices = {{Notice::Level::error, "a long sentence that says what went wrong and what to do about it now"}};
    const Results results = some_results(d.session.scene());
    for (const Results* given : {static_cast<const Results*>(nullptr), &results})
        for (const Theme theme : {Theme::dark, Theme::light, Theme::projector})
            for (const float scale : {0.75f, 1.f, 3.f}) {
                d.fixed_results = given;
                d.ui.theme = theme;
                d.ui.scale = scale;
                d.ui.pinned_particle = 2;
                apply_theme(d.ui);
                d.frame();
                d.frame();
                CHECK(ImGui::GetDrawData()->TotalVtxCount > 1000);
            }
    for (const char* name : {"top", "controls", "time", "help"}) {
        CAPTURE(name);
        REQUIRE(ImGui::FindWindowByName(name));
        CHECK(ImGui::FindWindowByName(name)->Active);
    }
}

TEST_CASE("a zero-size or tiny display is survived") {
    Driver d(two_lanes());
    const Results results = some_results(d.session.scene());
    d.fixed_results = &results;
    for (const ImVec2 size : {ImVec2{0, 0}, {1, 1}, {40, 30}, {300, 10}, {10, 300}, {1600, 900}}) {
        ImGui::GetIO().DisplaySize = size;
        d.frame();
        d.frame();
    }
    CHECK(ImGui::GetDrawData()->TotalVtxCount > 1000);
}

TEST_CASE("in a narrow window the numbers start closed, and key and button open them") {
    Driver d(two_lanes(), {1280, 720});
    d.ui.scale = 2;
    apply_theme(d.ui);
    d.frame();
    CHECK(d.last_layout.numbers.width == 0);
    CHECK(d.press(key::f3));
    d.frame();
    CHECK(d.last_layout.numbers.width > 0);
    const ImVec2 button = d.find("top", {"numbers", "##icon"}, {0.97f, 0.975f, 0.98f});
    REQUIRE(button.x >= 0);
    d.click(button);
    CHECK(d.last_layout.numbers.width == 0);
    d.click(button);
    CHECK(d.last_layout.numbers.width > 0);
    ImGui::GetIO().DisplaySize = {2560, 1440};  // what was chosen of wide windows stays
    d.ui.numbers_open = false;
    d.frame();
    CHECK(d.last_layout.numbers.width == 0);
}

TEST_CASE("glyphs of every symbol are in the font") {
    Driver d;
    for (const unsigned code : {0x3c3u, 0x3b1u, 0x3b2u, 0x3c4u, 0x2207u, 0x2202u, 0x222bu, 0xb7u, 0xbdu, 0xb1u, 0x2212u, 0xd7u, 0x221du, 0x221au, 0xb2u, 0x209cu, 0x2080u, 0x2081u, 0x2192u,
                            0x2190u, 0x25b6u, 0x307u, 0x2026u, 0x2713u, 0x21b6u, 0x21b7u, 0x2630u, 0x2b7u, 0x1d62u, 0x2098u, 0x2090u, 0xe9u, 0x151u})
        for (const ImFont* font : {body_font(), small_font(), title_font()}) {
            CAPTURE(code);
            CHECK(font->FindGlyphNoFallback(static_cast<ImWchar>(code)) != nullptr);
        }
    CHECK(body_font()->FontSize == 15);
    d.ui.scale = 2;
    apply_theme(d.ui);
    CHECK(body_font()->FontSize == 30);
}

TEST_CASE("one drag of a slider is one undo entry") {
    Driver d(two_lanes());
    d.ui.selected_lane = 1;
    d.frame();
    const ImVec2 slider = d.find("controls", {"Sampling", "max", "##slider"});
    REQUIRE(slider.x >= 0);
    CHECK(d.session.undo_label().empty());
    const Scene before = d.session.scene();
    d.drag(slider, {slider.x + 60, slider.y});
    CHECK(d.session.scene().lanes[1].sigma.values.at("max") > 2);
    CHECK(d.session.undo_label() == "σ of lane 2");
    CHECK(d.session.undo());
    CHECK(d.session.scene() == before);
    CHECK(d.session.undo_label().empty());
    CHECK(d.session.redo());
}

TEST_CASE("a double click on the name resets") {
    Driver d([] {
        Scene scene = two_lanes();
        scene.lanes[1].sigma.values["max"] = 3;
        return scene;
    }());
    d.ui.selected_lane = 1;
    d.frame();
    const ImVec2 slider = d.find("controls", {"Sampling", "max", "##slider"});
    REQUIRE(slider.x >= 0);
    d.double_click({d.last_layout.controls.x + 30, slider.y});
    CHECK(d.session.scene().lanes[1].sigma.values.at("max") == 1);
    CHECK(d.session.undo());
    CHECK(d.session.scene().lanes[1].sigma.values.at("max") == 3);
    CHECK_FALSE(d.session.undo());
}

TEST_CASE("a typed number outside the domain says so, and the nearest is taken") {
    Driver d(two_lanes());
    d.ui.selected_lane = 1;
    d.frame();
    const auto says = [&](const char* words) { return seen_text(seen_glyphs()).find(words) != std::string::npos; };
    const auto type = [&](const char* number) {
        const ImVec2 slider = d.find("controls", {"Sampling", "max", "##slider"});
        REQUIRE(slider.x >= 0);
        compat::control_key(true);
        d.click(slider);
        compat::control_key(false);
        d.frame();
        d.type(number);
        d.tap(ImGuiKey_Enter);
        d.frame();
    };
    type("6");  // beyond the slider, within the domain
    CHECK(d.session.scene().lanes[1].sigma.values.at("max") == 6);
    CHECK_FALSE(says("outside"));
    type("500");
    CHECK(d.session.scene().lanes[1].sigma.values.at("max") == 100);
    CHECK(says("500 is outside 0 … 100"));
    d.wait();
    for (int i = 0; i < 6; ++i) d.wait();
    CHECK_FALSE(says("outside"));
    type("-1");
    CHECK(says("−1 is outside"));
    type("2");  // a good one takes the sentence away
    CHECK_FALSE(says("outside"));
    CHECK(d.session.scene().lanes[1].sigma.values.at("max") == 2);
}

TEST_CASE("buttons of a lane switch between ODE and SDE") {
    Driver d(two_lanes());
    const ImVec2 sde = d.find("controls", {"Sampling", "kind", "sde", "SDE"});
    REQUIRE(sde.x >= 0);
    d.click(sde);
    CHECK(is_stochastic(d.session.scene().lanes[0]));
    CHECK(d.session.scene().lanes[0].solver.id == "euler_maruyama");
    CHECK(d.session.undo());
    CHECK_FALSE(is_stochastic(d.session.scene().lanes[0]));
}

TEST_CASE("solvers that cannot follow an SDE are greyed with the reason") {
    const Scene scene = two_lanes();
    for (const auto& solver : solvers()) {
        CAPTURE(solver.id);
        Lane ode = scene.lanes[0], sde = scene.lanes[1];
        ode.solver.id = sde.solver.id = std::string(solver.id);
        CHECK(why_not(scene, ode).empty());
        CHECK(why_not(scene, sde).empty() == solver.stochastic);
    }
    // In the list itself: a click on a greyed line changes nothing, one on a legal line does.
    Driver d(scene, {1600, 1800});
    d.ui.selected_lane = 1;
    const ImVec2 more = d.find("controls", {"Sampling", "sampling", "more"});
    REQUIRE(more.x >= 0);
    d.click(more);
    const ImVec2 combo = d.find("controls", {"Sampling", "##solver"});
    REQUIRE(combo.x >= 0);
    d.click(combo);
    const ImVec2 heun = d.find("##Combo_00", {"heun", "Heun"});
    REQUIRE(heun.x >= 0);
    d.click(heun);
    CHECK(d.session.scene().lanes[1].solver.id == "euler_maruyama");
    CHECK(d.session.undo_label().empty());
    const ImVec2 stochastic = d.find("##Combo_00", {"stochastic_heun", "stochastic Heun"});
    REQUIRE(stochastic.x >= 0);
    d.click(stochastic);
    CHECK(d.session.scene().lanes[1].solver.id == "stochastic_heun");
    CHECK(d.session.undo_label() == "solver of lane 2");
}

TEST_CASE("the time bar scrubs and pauses") {
    Driver d(two_lanes());
    d.ui.playback.playing = true;
    const ImVec2 track = d.find("time", {"##time"}, {0.5f});
    REQUIRE(track.x >= 0);
    const float t0 = static_cast<float>(d.ui.playback.t);
    d.drag(track, {d.last_layout.time_bar.x + d.last_layout.time_bar.width + 500, track.y});
    CHECK(d.ui.playback.t == 1);
    CHECK(t0 == 0);
    CHECK_FALSE(d.ui.playback.playing);
    d.drag(track, {0, track.y});
    CHECK(d.ui.playback.t == 0);
    d.click(track);
    CHECK((d.ui.playback.t > 0.2 && d.ui.playback.t < 0.8));
    CHECK(d.session.undo_label().empty());
}

TEST_CASE("the mouse on the canvas zooms, pans, picks and pins") {
    Driver d(two_lanes());
    const Results results = some_results(d.session.scene());
    d.fixed_results = &results;
    d.ui.playback.t = 0.5;
    d.frame();
    const Rect pane = d.last_layout.panes[1];
    const Box box = scene_box(d.session.scene());
    const auto screen = [&](double x, double y) {
        const Point p = to_screen(pane_camera(d.ui, box, pane), pane, {x, y});
        return ImVec2{static_cast<float>(p.x), static_cast<float>(p.y)};
    };
    d.move(screen(2, 0.5));
    CHECK(d.ui.hovered_particle == 2);
    d.move(screen(-2, -2));
    CHECK(d.ui.hovered_particle == -1);
    d.click(screen(1, 0.5));
    CHECK(d.ui.pinned_particle == 1);
    CHECK(d.ui.selected_lane == 1);

    const ImVec2 before = screen(1, 0.5);
    d.wheel(before, 2);
    CHECK(d.ui.zoom > 1.2);
    const ImVec2 after = screen(1, 0.5);
    CHECK(after.x == Approx(before.x).margin(0.5));
    CHECK(after.y == Approx(before.y).margin(0.5));

    const ImVec2 empty = screen(-2, -2);
    d.drag(empty, {empty.x + 40, empty.y + 25});
    const ImVec2 dragged = screen(-2, -2);
    CHECK(dragged.x == Approx(empty.x + 40).margin(0.5));
    CHECK(dragged.y == Approx(empty.y + 25).margin(0.5));
    CHECK(d.ui.pinned_particle == 1);  // a drag is no click
}

TEST_CASE("pointing at a particle shows its values beside the mouse, a click brings the panel into view") {
    Driver d(two_lanes(), {1280, 720});
    const Results results = some_results(d.session.scene());
    d.fixed_results = &results;
    d.ui.playback.t = 0.5;
    d.frame();
    const Rect pane = d.last_layout.panes[1];
    const Point p = to_screen(pane_camera(d.ui, scene_box(d.session.scene()), pane), pane, {2, 0.5});
    const auto tooltip_shown = [] {
        const ImGuiWindow* w = ImGui::FindWindowByName("##Tooltip_00");
        return w && w->Active;
    };
    CHECK_FALSE(tooltip_shown());
    d.move({static_cast<float>(p.x), static_cast<float>(p.y)});
    CHECK(tooltip_shown());
    // x, u, s, D, log p below the headline, once the worker has answered.
    CHECK(testing::eventually([&] { d.frame(); return ImGui::FindWindowByName("##Tooltip_00")->Size.y > 6 * small_font()->FontSize; }));
    CHECK(ImGui::FindWindowByName("numbers")->Scroll.y == 0);
    d.click({static_cast<float>(p.x), static_cast<float>(p.y)});
    d.rest();
    CHECK(d.ui.pinned_particle == 2);
    CHECK_FALSE(tooltip_shown());
    CHECK(ImGui::FindWindowByName("numbers")->Scroll.y > 0);
}

TEST_CASE("a mouse on a pinned point is at no particle beside it, whose numbers would stand on the point") {
    Driver d(two_lanes(), {1280, 720});
    const Results results = some_results(d.session.scene());
    d.fixed_results = &results;
    d.ui.playback.t = 0.5;
    d.frame();
    const Rect pane = d.last_layout.panes[1];
    const auto at = [&](double x, double y) {
        const Point p = to_screen(pane_camera(d.ui, scene_box(d.session.scene()), pane), pane, {x, y});
        return ImVec2{static_cast<float>(p.x), static_cast<float>(p.y)};
    };
    d.ui.pinned_point = PinnedPoint{2.02, 0.5, 0.5};
    d.move(at(2, 0.5));
    CHECK(d.ui.hovered_particle == -1);
    d.move(at(3, 0.5));
    CHECK(d.ui.hovered_particle == 3);
}

TEST_CASE("the edges of a box are numbers too, which keep their order") {
    Driver d(two_lanes(), {1600, 2000});
    d.press('B'), d.press('B');
    d.frame();
    const ImVec2 fold = d.find("numbers", {"Box", "edges", "more"}, {0.05f, 0.1f, 0.15f, 0.02f});
    REQUIRE(fold.x >= 0);
    d.click(fold);
    const ImVec2 slider = d.find("numbers", {"Box", "left", "##slider"});
    REQUIRE(slider.x >= 0);
    const double right = d.session.scene().view.box->x_max, before = d.session.scene().view.box->x_min;
    d.drag(slider, {slider.x - 30, slider.y});
    const Box moved = *d.session.scene().view.box;
    CHECK(moved.x_min != before);
    CHECK(moved.x_max == right);
    CHECK(d.session.undo_label() == "box");
    d.drag(d.find("numbers", {"Box", "left", "##slider"}), {1600, slider.y});
    CHECK(d.session.scene().view.box->x_min < right);
    d.session.undo(), d.session.undo();
    CHECK(d.session.scene().view.box->x_min == before);
}

TEST_CASE("quality of what is learned says after which step it was measured, once where lanes agree") {
    Driver d(two_lanes(), {1600, 900});
    Results results = some_results(d.session.scene());
    d.fixed_results = &results;
    const auto seen = [&] {
        d.rest();
        return seen_text(seen_glyphs());
    };
    CHECK(seen().find("after step") == std::string::npos);
    for (const long step : {240L, 250L}) {
        LaneMetrics measured = *results.metrics[0];
        measured.step = step;
        results.metrics[step == 240 ? 0 : 1] = std::make_shared<const LaneMetrics>(measured);
        CHECK(seen().find(step == 240 ? "2000 draws · after step 240 ·" : "2000 draws · after step 240 and 250 ·") != std::string::npos);
    }
    results.metrics[1] = results.metrics[0];
    CHECK(seen().find("2000 draws · after step 240 ·") != std::string::npos);
}

TEST_CASE("tooltips wait for the mouse to rest, and say when they will come") {
    Driver d(two_lanes(), {1280, 720});
    d.frame();
    const auto shown = [] {
        const ImGuiWindow* w = ImGui::FindWindowByName("##Tooltip_00");
        return w && w->Active;
    };
    CHECK(std::isinf(tooltip_due()));
    const ImVec2 at = d.find("controls", {"Sampling", "kind", "sde", "SDE"});
    REQUIRE(at.x > 0);
    CHECK_FALSE(shown());
    CHECK(tooltip_due() > 0.2);
    CHECK(tooltip_due() < 0.5);
    for (int i = 0; i < 60 && !shown(); ++i) {
        d.look({at.x + static_cast<float>(i % 2), at.y});  // trembles
        CHECK_FALSE(shown());
    }
    int frames = 0;
    for (; frames < 60 && !shown(); ++frames) d.look(at);
    CHECK(frames > 10);
    CHECK(shown());
    CHECK(std::isinf(tooltip_due()));
    d.look({at.x + 2, at.y});  // stays on the item
    CHECK(shown());
    // A click ends it, until the mouse moves and rests again.
    d.click({at.x + 2, at.y});
    for (int i = 0; i < 60; ++i) d.look({at.x + 2, at.y});
    CHECK_FALSE(shown());
    for (int i = 0; i < 60; ++i) d.look(at);
    CHECK(shown());
    // It does not stay for ever.
    for (int i = 0; i < 20; ++i) d.wait();
    CHECK_FALSE(shown());
    d.rest();
    CHECK_FALSE(shown());
}

TEST_CASE("no tooltip stays or comes when presenting begins, until the mouse moves on to what has one") {
    Driver d(two_lanes(), {1280, 720});
    const auto shown = [] {
        const ImGuiWindow* w = ImGui::FindWindowByName("##Tooltip_00");
        return w && w->Active;
    };
    const auto rest_at = [&](ImVec2 at) {
        for (int i = 0; i < 60; ++i) d.look(at);
    };
    d.frame();
    const ImVec2 at = d.find("time", {"play", "##icon"}, {0.02f, 0.04f, 0.06f, 0.08f, 0.1f});
    REQUIRE(at.x >= 0);
    rest_at(at);
    REQUIRE(shown());
    d.press(key::f5);
    REQUIRE(d.ui.presenting);
    d.look(at);
    d.look(at);
    CHECK_FALSE(shown());
    rest_at(at);
    CHECK_FALSE(shown());
    rest_at({at.x + 1, at.y});
    CHECK(shown());
    // Beside a particle likewise.
    const Results results = some_results(d.session.scene());
    d.fixed_results = &results;
    d.press(key::escape);
    d.ui.playback.t = 0.5;
    d.frame();
    const auto over_particle = [&] {
        d.frame();
        const Rect& pane = d.last_layout.panes[0];
        const Point on = to_screen(pane_camera(d.ui, scene_box(d.session.scene()), pane), pane, {0, 0.5});
        return ImVec2{static_cast<float>(on.x), static_cast<float>(on.y)};
    };
    d.press(key::f5);
    const ImVec2 there = over_particle();
    d.press(key::escape);
    rest_at(there);
    d.press(key::f5);
    rest_at(there);
    CHECK(d.ui.hovered_particle == -1);  // nor does its path light up
    CHECK_FALSE(shown());
    d.look({there.x + 1, there.y});
    d.look({there.x + 1, there.y});
    CHECK(d.ui.hovered_particle >= 0);
    CHECK(shown());
    // A clicker goes on: what happens to lie under the mouse then is not asked about.
    Scene next = d.session.scene();
    next.title = "the next one";
    d.session.load(next, "next");
    rest_at({there.x + 1, there.y});
    CHECK(d.ui.hovered_particle == -1);
    CHECK_FALSE(shown());
    d.look(there);
    d.look(there);
    CHECK(shown());
}

TEST_CASE("in narrow panes the numbers of a particle stand beside them, in wide ones beside the mouse") {
    for (const bool narrow : {true, false}) {
        CAPTURE(narrow);
        Driver d(two_lanes(), narrow ? ImVec2{760, 560} : ImVec2{1600, 900});
        const Results results = some_results(d.session.scene());
        d.fixed_results = &results;
        d.ui.playback.t = 0.5;
        d.frame();
        const Rect pane = d.last_layout.panes[1];
        const Point on = to_screen(pane_camera(d.ui, scene_box(d.session.scene()), pane), pane, {0, 0.5});
        const ImVec2 there{static_cast<float>(on.x), static_cast<float>(on.y)};
        for (int i = 0; i < 4; ++i) d.look({there.x + static_cast<float>(i % 2), there.y});
        REQUIRE(d.ui.hovered_particle >= 0);
        ImGuiWindow* card = nullptr;
        for (ImGuiWindow* window : ImGui::GetCurrentContext()->Windows)
            if (window->Active && (window->Flags & ImGuiWindowFlags_Tooltip)) card = window;
        REQUIRE(card);
        CHECK(card->Pos.x >= 0);
        CHECK((card->Pos.x + card->Size.x < pane.x) == narrow);
    }
}

TEST_CASE("lanes that stand in no pane are marked, and one click shows or removes them") {
    for (const bool show : {false, true}) {
        CAPTURE(show);
        Scene scene = with_panes(with_panes(two_lanes(), 4), 2);
        Driver d(scene, {1600, 1400});
        d.ui.selected_lane = 3;
        d.frame();
        CHECK(d.find("controls", {"Sampling", "lane", "3", "(lane 4)"}).x >= 0);
        CHECK(d.find("controls", {"Sampling", "lane", "1", "lane 2"}).x >= 0);
        d.rest();
        CHECK(seen_text(seen_glyphs()).find("lanes 3 and 4 are in no pane") != std::string::npos);
        const ImVec2 button = d.find("controls", {"Sampling", show ? "Show##unseen" : "Remove##unseen"});
        REQUIRE(button.x >= 0);
        d.click(button);
        CHECK(d.session.scene().lanes.size() == (show ? 4u : 2u));
        CHECK(pane_count(d.session.scene()) == (show ? 4 : 2));
        CHECK(d.session.undo_label() == (show ? "panes" : "lanes removed"));
        d.rest();
        CHECK(seen_text(seen_glyphs()).find("no pane") == std::string::npos);
        CHECK(d.session.undo());
        CHECK((d.session.scene().lanes.size() == 4 && d.session.scene().view.panes == 2));
    }
}

TEST_CASE("T where there is no network says what to do") {
    Driver d(two_lanes());
    d.press('T');
    const auto notices = d.session.take_notices();
    REQUIRE(notices.size() == 1);
    CHECK(notices[0].text.find("nothing to train") != std::string::npos);
}

TEST_CASE("T where the points are one's own makes a network of them and trains, undoable") {
    Scene scene = two_lanes();
    Points own(3, 2);
    own << 0.f, 1.f, 1.f, 0.f, -1.f, -1.f;
    scene = with_points(scene, own);
    Session networked(scene);
    const Scene given = networked.scene();
    REQUIRE(testing::eventually([&] { return networked.networks_available(); }));
    UiState ui;
    const Results results = networked.results();
    Context context{.session = networked, .ui = ui, .results = results, .status = {16, 60}, .notices = {}, .ask = [](std::string_view) {}, .heat_map = {}};
    toggle_training(context);
    CHECK(networked.scene().models[0].field == "network");
    CHECK(testing::eventually([&] { return networked.results().training[0] && networked.results().training[0]->step > 0; }));
    CHECK(networked.undo());
    CHECK(networked.scene() == given);
}

TEST_CASE("after divergence a button takes half the learning rate and goes on") {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    scene.models[0].training.learning_rate = 4;
    Driver d(scene, {1600, 2400});
    Results fixed = d.session.results();
    auto state = std::make_shared<TrainingState>();
    state->status = TrainingStatus::failed;
    state->steps = 100, state->step = 10;
    state->sentence = "diverged";
    fixed.training[0] = state;
    d.fixed_results = &fixed;
    d.frame();
    const ImVec2 button = d.find("controls", {"Model", "train", "###slower"}, {0.5f});
    const ImVec2 plain = d.find("controls", {"Model", "###slower"}, {0.5f});
    REQUIRE((button.x >= 0 || plain.x >= 0));
    d.click(button.x >= 0 ? button : plain);
    CHECK(d.session.scene().models[0].training.learning_rate == 2);
    CHECK(d.session.undo_label() == "learning rate of " + scene.models[0].name);
    state->status = TrainingStatus::running;
    d.frame();
    CHECK(d.find("controls", {"Model", "###slower"}, {0.5f}).x < 0);
}

TEST_CASE("reset to preset and reset all are two things, both undoable") {
    Driver d(two_lanes());
    const Scene preset = d.session.preset();
    d.press('C');
    d.ui.zoom = 3;
    const Scene edited = d.session.scene();
    CHECK(d.press('R', key::control));
    CHECK(d.session.scene() == preset);
    CHECK(d.ui.zoom == 3);  // of the scene alone
    CHECK(d.session.undo());
    CHECK(d.session.scene() == edited);
    d.ui.numbers_open = false;
    d.ui.theme = Theme::light;
    d.ui.selected_lane = 1;
    CHECK(d.press('R', key::control | key::shift));
    CHECK(d.session.scene() == builtin_scenes().front().scene);
    CHECK(d.ui.zoom == 1);
    CHECK(d.ui.numbers_open);
    CHECK(d.ui.selected_lane == 0);
    CHECK(d.ui.theme == Theme::light);
    CHECK(d.session.undo());
    CHECK(d.session.scene() == edited);
}

TEST_CASE("the button that trains says what pressing it does, of one network or of all") {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    scene.models.push_back(scene.models[0]);
    scene.models[1].name = "other";
    scene.models.push_back({});
    scene.models[2].name = "third";
    Driver d(scene);
    Results fixed = d.session.results();
    d.fixed_results = &fixed;
    const auto says = [&](std::optional<TrainingStatus> first, std::optional<TrainingStatus> second) {
        int i = 0;
        for (const auto& status : {first, second}) {
            auto state = std::make_shared<TrainingState>();
            if (status) state->status = *status;
            fixed.training[static_cast<std::size_t>(i++)] = status ? state : nullptr;
        }
        d.frame();
        return std::string(training_label(d.make_context()));
    };
    using enum TrainingStatus;
    CHECK(says({}, {}) == "Train");
    CHECK(says(finished, {}) == "Train");
    CHECK(says(finished, idle) == "Train");
    CHECK(says(paused, {}) == "Train");
    CHECK(says(paused, finished) == "Resume");
    CHECK(says(finished, paused) == "Resume");
    CHECK(says(paused, running) == "Pause");
    CHECK(says(finished, finished) == "Train on");
    CHECK(says(finished, failed) == "Resume");
}

TEST_CASE("a low window keeps what is said elsewhere behind \"more\", so that the kind of every lane is in sight") {
    for (const float height : {720.f, 900.f}) {
        Driver d(two_lanes(), {1280, height});
        d.frame();
        CHECK(short_window() == (height < 800));
        d.find("controls", {"Sampling", "kind", "sde", "SDE"});
        CHECK(ImGui::FindWindowByName("controls")->Scroll.y == 0);
    }
    Driver d(two_lanes(), {1280, 720});
    d.frame();
    const ImVec2 at = d.find("controls", {"Sampling", "kind", "sde", "SDE"});
    CHECK(at.y > 0);
    CHECK(at.y < d.last_layout.time_bar.y);
}

TEST_CASE("an open list owns the keys of playback, and Esc closes only the list") {
    Driver d(two_lanes());
    d.press(key::f6);
    d.frame();
    const ImVec2 combo = d.find("controls", {"Path", "##schedule"});
    REQUIRE(combo.x >= 0);
    d.click(combo);
    REQUIRE(list_open());
    CHECK_FALSE(d.press(key::space));
    d.press(key::escape);
    CHECK(d.ui.panel_focus == 1);
    d.ui.panel_focus = 0;
    d.frame();
    CHECK((ImGui::GetIO().ConfigFlags & ImGuiConfigFlags_NavEnableKeyboard) != 0);  // so that Dear ImGui closes it
    CHECK_FALSE(d.press(key::space));
}

TEST_CASE("no more than seven controls at first sight") {
    Driver d(two_lanes());
    // Distinct ids that react, on three vertical lines through the controls; headings and folds are not controls.
    std::vector<ImGuiID> seen;
    ImGuiWindow* w = ImGui::FindWindowByName("controls");
    REQUIRE(w);
    std::vector<ImGuiID> folds;
    for (const char* s : {"Data", "Path", "Model", "Sampling", "View"}) folds.push_back(ImHashStr(s, 0, w->ID));
    for (const auto& [section, more] : {std::pair{"Data", "data"}, {"Path", "path"}, {"Model", "model"}, {"Sampling", "sampling"}})
        folds.push_back(ImHashStr("more", 0, ImHashStr(more, 0, ImHashStr(section, 0, w->ID))));
    folds.push_back(ImHashStr("##schedule", 0, ImHashStr("Path", 0, w->ID)));
    int controls = 0;
    float last = -100;
    for (float y = w->Pos.y + 3; y < w->Pos.y + w->Size.y; y += 4) {
        d.move({w->Pos.x + 0.75f * w->Size.x, y});
        const ImGuiID id = GImGui->HoveredId;
        if (!id || std::find(folds.begin(), folds.end(), id) != folds.end() || std::find(seen.begin(), seen.end(), id) != seen.end()) continue;
        seen.push_back(id);
        ++controls;
        last = y;
    }
    CHECK(controls >= 3);
    CHECK(controls <= 7);
    CHECK(last > 0);
}

TEST_CASE("random mouse and keys never break the interface") {
    Driver d(two_lanes());
    const Results results = some_results(d.session.scene());
    d.fixed_results = &results;
    Random random(7, "panels fuzz");
    for (int i = 0; i < 400; ++i) {
        const ImVec2 a{static_cast<float>(random.uniform(0, 1600)), static_cast<float>(random.uniform(0, 900))};
        const ImVec2 b{static_cast<float>(random.uniform(0, 1600)), static_cast<float>(random.uniform(0, 900))};
        const int what = random.below(8);
        if (what < 4) d.click(a);
        else if (what < 6) d.drag(a, b);
        else if (what < 7) d.wheel(a, static_cast<float>(random.uniform(-3, 3)));
        else d.press(random.below(340), random.below(3));
        if (d.ui.scale != 1) d.ui.scale = 1;
        CHECK_NOTHROW(validate(d.session.scene(), "after fuzzing"));
    }
}

TEST_CASE("why particles and truth differ: headers say what they are, and an exact field has no part in it") {
    Driver d(two_lanes(), {1600, 2600});
    Results results = some_results(d.session.scene());
    auto table = std::make_shared<DiscrepancyTable>();
    table->bins = 32, table->particles = 2000;
    table->rows = {{1, 0.0019, 0.004, 0.003, 0.032, 0.235, 0.229}};  // less than what the grid is off by itself
    results.discrepancies.fill(table);
    d.fixed_results = &results;
    d.frame();
    ImGuiWindow* numbers = ImGui::FindWindowByName("numbers");
    numbers->StateStorage.SetInt(numbers->GetID("Why particles and truth differ"), 1);
    d.frame();
    d.frame();
    const auto seen = [&] {
        d.frame();
        std::string words = seen_text(seen_glyphs());
        std::erase_if(words, [](char c) { return c == ' ' || c == '\n'; });
        return words;
    };
    CHECK(seen().find("0.229") != std::string::npos);
    CHECK(seen().find("0.002") == std::string::npos);
    CHECK(seen().find("donotaddup") != std::string::npos);
    for (const auto& [name, words] : {std::pair("model", "ownfields"), {"steps", "aquarterofthestep"}, {"grid", "onhalfofit"}}) {
        CAPTURE(name);
        const ImVec2 at = d.find("numbers", {"Discrepancies", "##discrepancies", name}, {0.2f, 0.35f, 0.5f, 0.65f});
        REQUIRE(at.x >= 0);
        CHECK(seen().find(words) == std::string::npos);
        for (int i = 0; i < 60; ++i) d.frame();
        CHECK(seen().find(words) != std::string::npos);
        d.rest();
    }
    auto learned = std::make_shared<DiscrepancyTable>(*table);
    learned->rows[0].model = 0.087;
    results.discrepancies.fill(learned);
    CHECK(seen().find("0.087") != std::string::npos);
}
