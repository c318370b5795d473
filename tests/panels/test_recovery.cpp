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
