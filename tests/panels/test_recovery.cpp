// The offer of what an earlier run left unsaved, and what is said of a copied scene.
#include "app/runtime/user_data.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"

using namespace pf;
using namespace pf::panels;

TEST_CASE("a scene left behind is offered below the titles, by buttons, at every size; the rest of the program goes on") {
    for (const ImVec2 size : {ImVec2{1600, 900}, ImVec2{1280, 720}, ImVec2{640, 400}})
        for (const float scale : {1.f, 2.f}) {
            Driver d(two_lanes(), size);
            d.ui.scale = scale;
            apply_theme(d.ui);
            d.frame();
            CHECK(recovery_rect(d.ui, d.last_layout).height == 0);
            d.ui.leftovers = {{"/state/1.json", "Moons of my own", "24 Nov 14:05"}, {"/state/2.json", "Another", "14:04"}};
            for (int i = 0; i < 3; ++i) d.frame();
            const Rect rect = recovery_rect(d.ui, d.last_layout);
            const Rect& canvas = d.last_layout.canvas;
            CHECK((rect.x >= canvas.x && rect.x + rect.width <= canvas.x + canvas.width + 0.5f));
            CHECK((rect.y >= canvas.y && rect.y + rect.height <= canvas.y + canvas.height + 0.5f));
            for (const char* button : {"###recover", "###discard"}) {
                const ImVec2 at = d.find("recovery", {button}, {0.1f, 0.15f, 0.25f, 0.4f, 0.5f, 0.6f, 0.75f});
                REQUIRE(at.x >= 0);
                d.click(at);
            }
            CHECK(d.asked == std::vector<std::string>{"recover", "discard"});
            CHECK(d.press(key::space));
            CHECK(d.ui.playback.playing);
            d.press(key::f5);
            d.frame();
            CHECK(recovery_rect(d.ui, d.last_layout).height == 0);  // not in front of an audience
        }
}

TEST_CASE("copying says that weights stay behind, and refuses what is too large for a line") {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    Driver d(scene);
    Context context = d.make_context();
    copy_scene(context);
    auto said = d.session.take_notices();
    REQUIRE(said.size() == 1);
    CHECK(said[0].text.find("trained weights are not in it") != std::string::npos);

    Random random(1, "points");
    scene.data = {{"points", {}}, {}, make_point_set(random.normals(20'000)), {}};
    d.session.load(scene, "own points");
    ImGui::SetClipboardText("as before");
    copy_scene(context);
    said = d.session.take_notices();
    REQUIRE(!said.empty());
    CHECK(said.back().text.find("save a file instead") != std::string::npos);
    CHECK(std::string(ImGui::GetClipboardText()) == "as before");
}

TEST_CASE("quitting asks where something would be lost: by keys, by buttons that fit at every size, and nothing else gets a key meanwhile") {
    using State = Farewell::State;
    struct Case {
        State state;
        bool keepable;
        std::vector<const char*> buttons;
        std::vector<std::string> asked;
    };
    const Case cases[] = {{State::unsaved, true, {"Save (Enter)", "Keep (K)", "Discard (Shift+D)", "Stay (Esc)"}, {"quit save", "quit keep", "quit discard"}},
                          {State::unsaved, false, {"Save (Enter)", "Discard (Shift+D)", "Stay (Esc)"}, {"quit save", "quit discard"}},
                          {State::lecture, false, {"Save the lecture (Enter)", "Discard (Shift+D)", "Stay (Esc)"}, {"quit lecture", "quit leave"}},
                          {State::film, true, {"When it is done (Enter)", "Stop the film (Shift+X)", "Stay (Esc)"}, {"quit film", "quit stop"}}};
    for (const ImVec2 size : {ImVec2{1600, 900}, ImVec2{1280, 720}})
        for (const float scale : {1.f, 2.f})
            for (const Case& c : cases) {
                Driver d(two_lanes(), size);
                d.ui.scale = scale;
                apply_theme(d.ui);
                for (const char* button : c.buttons) {
                    d.ui.farewell = {c.state, "“A” has changes that are not saved.", c.keepable};
                    for (int i = 0; i < 3; ++i) d.frame();
                    const ImVec2 at = d.find("##farewell", {button}, {0.1f, 0.15f, 0.25f, 0.4f, 0.5f, 0.6f, 0.75f, 0.9f});
                    CAPTURE(button, scale, size.x);
                    REQUIRE(at.x >= 0);
                    d.click(at);
                    d.frame();
                    CHECK_FALSE(d.ui.farewell.asks());
                }
                CHECK(d.asked == c.asked);
            }
    Driver d;
    d.ui.playback.playing = false;
    const auto press = [&](State state, int key, int mods = 0) {
        d.asked.clear();
        d.ui.farewell = {state, "", true};
        CHECK(d.press(key, mods));
        return d.asked.empty() ? std::string() : d.asked.back();
    };
    CHECK(press(State::unsaved, key::enter) == "quit save");
    CHECK(press(State::unsaved, 'S') == "quit save");
    CHECK(press(State::unsaved, 'K') == "quit keep");
    CHECK(press(State::unsaved, 'D', key::shift) == "quit discard");
    CHECK(press(State::unsaved, 'D').empty());  // the key of the density: nothing is lost by it
    CHECK(press(State::unsaved, 'K', key::control).empty());
    CHECK(press(State::unsaved, key::enter, key::alt).empty());
    CHECK(press(State::lecture, key::enter) == "quit lecture");
    CHECK(press(State::lecture, 'D', key::shift) == "quit leave");
    CHECK(press(State::film, key::enter) == "quit film");
    CHECK(press(State::film, 'X', key::shift) == "quit stop");
    CHECK(press(State::film, 'X').empty());
    CHECK(press(State::film, 'D').empty());
    CHECK(press(State::unsaved, key::escape).empty());
    CHECK_FALSE(d.ui.farewell.asks());
    CHECK(press(State::unsaved, key::space).empty());
    CHECK(d.ui.farewell.asks());
    CHECK_FALSE(d.ui.playback.playing);
    CHECK(press(State::when_filmed, key::space).empty());
    CHECK(d.ui.playback.playing);  // it goes on while the film is written
}
