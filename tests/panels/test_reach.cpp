// Everything by keyboard: what the mouse can press is reached by F6 and the arrows, or has a key that does the same.
#include <map>
#include <tuple>

#include "tests/catch.h"
#include "tests/panels/walk.h"

using namespace pf;
using namespace pf::panels;

namespace {

Scene learned() {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    return scene;
}

void enter(Driver& d, int panel) {
    for (int i = 0; i < 4 && d.ui.panel_focus != panel; ++i) d.press(key::f6);
    REQUIRE(d.ui.panel_focus == panel);
    for (int i = 0; i < 3; ++i) d.frame();
}

}  // namespace

TEST_CASE("the arrows reach everything in a panel that the mouse reaches, every fold open") {
    for (const Scene& scene : {two_lanes(), learned()}) {
        // Tall enough to show all at once.
        Driver d(scene, {1600, 6000});
        const Results results = some_results(scene);
        d.fixed_results = &results;
        // Something to undo and something to redo: greyed buttons are under the mouse, but not under the arrows.
        d.press('4');
        d.press('1');
        d.session.undo();
        for (const auto& [panel, name] : std::map<int, const char*>{{1, "controls"}, {2, "numbers"}, {3, "top"}}) {
            CAPTURE(name);
            enter(d, panel);
            const auto arrows = under_the_arrows(d);
            const auto mouse = under_the_mouse(d, name);
            CHECK(mouse.size() >= 4);
            int missed = 0;
            for (const ImGuiID id : mouse) missed += arrows.count(id) == 0;
            CHECK(missed == 0);
        }
    }
}

TEST_CASE("F6 marks where it leads to, before an arrow is pressed; its frame does not lie on a dialog") {
    Driver d(two_lanes());
    for (const auto& [panel, name] : std::map<int, const char*>{{1, "controls"}, {2, "numbers"}, {3, "top"}}) {
        CAPTURE(name);
        enter(d, panel);
        REQUIRE(GImGui->NavWindow);
        CHECK(GImGui->NavWindow->Name == std::string(name));
        CHECK(GImGui->NavId != 0);
        CHECK(compat::nav_marked());
    }
    const auto framed = [&] {
        d.frame();
        return ImGui::GetForegroundDrawList()->VtxBuffer.Size > 0;
    };
    CHECK(framed());
    d.ui.film.open = true;
    CHECK_FALSE(framed());
}

TEST_CASE("Space and Enter press what the arrows stand on, arrows move a slider, in one undo entry") {
    for (const ImGuiKey press : {ImGuiKey_Space, ImGuiKey_Enter}) {
        Driver d(two_lanes());
        const ImVec2 sde = d.find("controls", {"Sampling", "kind", "sde", "SDE"});
        REQUIRE(sde.x >= 0);
        const ImGuiID button = GImGui->HoveredId;
        d.rest();
        enter(d, 1);
        d.tap(ImGuiKey_DownArrow);
        for (int i = 0; i < 100 && GImGui->NavId != button; ++i) d.tap(i % 2 ? ImGuiKey_RightArrow : ImGuiKey_DownArrow);
        REQUIRE(GImGui->NavId == button);
        d.tap(press);
        d.frame();
        CHECK(is_stochastic(d.session.scene().lanes[0]));
        CHECK(d.session.undo());
        CHECK_FALSE(d.session.undo());
    }
    Driver d(two_lanes());
    d.ui.selected_lane = 1;
    d.frame();
    REQUIRE(d.find("controls", {"Sampling", "max", "##slider"}).x >= 0);
    const ImGuiID slider = GImGui->HoveredId;
    d.rest();
    enter(d, 1);
    d.tap(ImGuiKey_DownArrow);
    for (int i = 0; i < 100 && GImGui->NavId != slider; ++i) d.tap(ImGuiKey_DownArrow);
    REQUIRE(GImGui->NavId == slider);
    d.tap(ImGuiKey_Space);
    for (int i = 0; i < 5; ++i) d.tap(ImGuiKey_RightArrow);
    d.tap(ImGuiKey_Space);
    d.frame();
    CHECK(d.session.scene().lanes[1].sigma.values.at("max") > 1);
    CHECK(d.session.undo_label() == "σ of lane 2");
    CHECK(d.session.undo());
    CHECK_FALSE(d.session.undo());
}

TEST_CASE("every button of the time bar has a key that does the same") {
    const struct {
        std::vector<std::string> path;
        int key;
    } buttons[] = {{{"start", "##icon"}, key::home}, {{"back", "##icon"}, key::left}, {{"play", "##icon"}, key::space}, {{"forward", "##icon"}, key::right},
                   {{"end", "##icon"}, key::end}, {{"reverse", "##icon"}, 'R'}};
    const auto state = [](const Driver& d) { return std::tuple{d.ui.playback.t, d.ui.playback.playing, d.ui.playback.reversed, d.ui.playback.speed}; };
    std::set<ImGuiID> known;
    for (const auto& button : buttons) {
        CAPTURE(button.path[0]);
        Driver clicked(two_lanes());
        clicked.ui.playback.t = 0.4;
        ImVec2 at{-1, -1};
        for (float x = 0.01f; at.x < 0 && x < 0.3f; x += 0.02f) at = clicked.find("time", button.path, {x});
        REQUIRE(at.x >= 0);
        known.insert(GImGui->HoveredId);
        clicked.click(at);
        const auto by_mouse = state(clicked);
        // One Dear ImGui context at a time.
        clicked.ui.playback = {};
        clicked.ui.playback.playing = false;
        clicked.ui.playback.t = 0.4;
        CHECK(clicked.press(button.key));
        CHECK(state(clicked) == by_mouse);
    }
    Driver d(two_lanes());
    const auto all = under_the_mouse(d, "time", 4);
    std::size_t others = 0;  // speed: J and L; the track: the arrows
    for (const ImGuiID id : all) others += known.count(id) == 0;
    CHECK(all.size() == known.size() + others);
    CHECK(others == 2);
}
