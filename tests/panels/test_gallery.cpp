// The gallery of built-in scenes: opened, searched, walked through and left, by keys and by mouse.
#include <algorithm>

#include "app/runtime/lecture.h"
#include "app/runtime/scene_file.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

namespace {

const BuiltinScene& scene_at(int index) { return builtin_scenes().at(static_cast<std::size_t>(index)); }
int count() { return static_cast<int>(builtin_scenes().size() + builtin_lectures().size()); }
std::string id_at(int index) {
    const int scenes = static_cast<int>(builtin_scenes().size());
    return index < scenes ? scene_at(index).id : builtin_lectures().at(static_cast<std::size_t>(index - scenes)).id;
}

void type(Driver& d, const char* letters) {
    for (const char* c = letters; *c; ++c) {
        CHECK(d.press(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c));  // GLFW sends the key and the letter
        ImGui::GetIO().AddInputCharacter(static_cast<unsigned>(*c));
        d.frame();
        d.frame();
    }
}

Driver& opened(Driver& d) {
    d.press(key::f7);
    for (int i = 0; i < 4; ++i) d.frame();
    return d;
}

const ImGuiWindow* cards() {
    for (const ImGuiWindow* window : GImGui->Windows)
        if (window->Active && std::string(window->Name).find("gallery/cards") == 0) return window;
    return nullptr;
}

}  // namespace

TEST_CASE("the title opens the gallery on the scene that is shown, Esc closes it and nothing has changed") {
    Driver d(scene_at(2).scene, {1280, 720});
    const ImVec2 title = d.find("top", {"###scene"}, {0.06f});
    REQUIRE(title.x >= 0);
    d.click(title);
    d.rest();
    CHECK(d.ui.gallery.open);
    CHECK(d.ui.gallery.choice == 2);
    REQUIRE(ImGui::FindWindowByName("gallery"));
    CHECK(ImGui::FindWindowByName("gallery")->Active);
    d.press(key::escape);
    d.frame();
    CHECK_FALSE(d.ui.gallery.open);
    CHECK(d.session.scene().title == scene_at(2).scene.title);
    CHECK(d.session.undo_label().empty());
}

TEST_CASE("arrows walk through the gallery, Enter opens, undo brings the earlier scene back") {
    Driver d(scene_at(0).scene);
    const Scene before = d.session.scene();
    opened(d);
    REQUIRE(d.ui.gallery.columns > 1);
    d.press(key::left);
    CHECK(d.ui.gallery.choice == 0);
    d.press(key::right);
    CHECK(d.ui.gallery.choice == 1);
    d.press(key::end);
    CHECK(d.ui.gallery.choice == count() - 1);
    d.press(key::right);
    CHECK(d.ui.gallery.choice == count() - 1);
    d.press(key::home);
    CHECK(d.ui.gallery.choice == 0);
    d.ui.playback = {.t = 0.7, .playing = false, .reversed = true};
    d.press(key::right);
    d.press(key::enter);
    d.frame();
    CHECK_FALSE(d.ui.gallery.open);
    CHECK(d.session.scene().title == scene_at(1).scene.title);
    CHECK(d.session.undo_label() == "open " + scene_at(1).scene.title);
    // From its first moment, and moving.
    CHECK(d.ui.playback.t == 0);
    CHECK(d.ui.playback.playing);
    CHECK_FALSE(d.ui.playback.reversed);
    CHECK(d.session.undo());
    CHECK(d.session.scene() == before);
}

TEST_CASE("up and down reach every row, within the column, and back") {
    Driver d(scene_at(0).scene);
    opened(d);
    std::vector<int> way{d.ui.gallery.choice};
    for (int i = 0; i < count(); ++i) {
        d.press(key::down);
        d.frame();
        if (d.ui.gallery.choice == way.back()) break;
        way.push_back(d.ui.gallery.choice);
    }
    CHECK(std::is_sorted(way.begin(), way.end()));
    CHECK(way.back() >= static_cast<int>(builtin_scenes().size()));  // a lecture
    for (std::size_t i = way.size() - 1; i-- > 0;) {
        d.press(key::up);
        CHECK(d.ui.gallery.choice == way[i]);
    }
}

TEST_CASE("PageDown and PageUp turn the pages of the open gallery and leave the scene alone") {
    Driver d(scene_at(0).scene, {1280, 720});
    opened(d);
    for (int i = 0; i < 3; ++i) CHECK(d.press(key::page_down));
    CHECK(d.ui.gallery.open);
    CHECK(d.ui.gallery.choice > 0);
    CHECK(d.session.scene().title == scene_at(0).scene.title);
    for (int i = 0; i < 3; ++i) CHECK(d.press(key::page_up));
    CHECK(d.ui.gallery.choice == 0);
    CHECK(d.session.undo_label().empty());
}

TEST_CASE("what is marked is scrolled into sight, at every scale, and no card leaves the window") {
    for (const float scale : {1.f, 2.f, 3.f}) {
        CAPTURE(scale);
        Driver d(scene_at(0).scene, {1280, 720});
        d.ui.scale = scale;
        apply_theme(d.ui);
        opened(d);
        REQUIRE(cards());
        CHECK(cards()->ScrollMax.x == 0);
        CHECK(cards()->ScrollMax.y > 0);
        for (const int pressed : {key::end, key::home, key::down}) {
            d.press(pressed);
            for (int i = 0; i < 4; ++i) d.frame();
            // Enough of it to be recognised: its picture and title.
            ImGuiID id = cards()->ID;
            for (const std::string& part : {id_at(d.ui.gallery.choice), std::string("card")}) id = ImHashStr(part.c_str(), 0, id);
            bool seen = false;
            const ImGuiWindow* w = cards();
            for (float y = w->Pos.y + 5; y < w->Pos.y + w->Size.y - 5 && !seen; y += 20)
                for (float x = w->Pos.x + 30; x < w->Pos.x + w->Size.x && !seen; x += 120) {
                    d.move({x, y});
                    seen = GImGui->HoveredId == id;
                }
            CHECK(seen);
        }
    }
}

TEST_CASE("the scene on screen is shown from its top, under its headline, where a card is higher than the window") {
    Driver d(scene_at(5).scene, {1280, 720});
    d.ui.scale = 2;
    apply_theme(d.ui);
    opened(d);
    for (int i = 0; i < 4; ++i) d.frame();
    REQUIRE(cards());
    int marks = 0;
    for (const SeenGlyph& glyph : seen_glyphs()) marks += glyph.code == U'n' && glyph.min.y >= cards()->Pos.y && glyph.colour == rgba(palette(d.ui.theme).canvas);
    CHECK(marks == 2);  // "on screen"
}

TEST_CASE("typing searches titles, headlines and sentences; Esc first clears the search") {
    Driver d(scene_at(0).scene);
    opened(d);
    type(d, "ddim");
    CHECK(d.ui.gallery.search == "ddim");
    const auto found = gallery_matches("ddim");
    REQUIRE(found.size() >= 1);
    CHECK(static_cast<int>(found.size()) < count());
    CHECK(d.ui.gallery.choice == found.front());
    // Letters that are keys elsewhere stay letters here.
    CHECK(has_layer(d.session.scene(), "density"));
    CHECK(d.session.undo_label().empty());
    d.press(key::backspace);
    CHECK(d.ui.gallery.search == "ddi");
    type(d, "zzz");
    CHECK(gallery_matches(d.ui.gallery.search).empty());
    d.press(key::enter);
    CHECK(d.ui.gallery.open);
    d.press(key::escape);
    CHECK(d.ui.gallery.open);
    CHECK(d.ui.gallery.search.empty());
    d.press(key::escape);
    CHECK_FALSE(d.ui.gallery.open);
    CHECK(gallery_matches("").size() == static_cast<std::size_t>(count()));
    CHECK(gallery_matches("  FOKKER particles").size() >= 1);
    // Names before sentences, and only where a word begins; Greek letters by their names.
    const auto moons = gallery_matches("moon");
    const auto named = [](int i) { return (scene_at(i).scene.title + scene_at(i).id).find("oon") != std::string::npos; };
    REQUIRE(moons.size() > 2);
    CHECK(named(moons.front()));
    CHECK_FALSE(named(moons.back()));
    CHECK(gallery_matches("oons").empty());
    CHECK(!gallery_matches("watch").empty());  // only in sentences
    const auto epsilon = gallery_matches("epsilon");
    CHECK(std::any_of(epsilon.begin(), epsilon.end(), [](int i) { return id_at(i) == "four_predictions"; }));
}

TEST_CASE("a click on a card opens its scene, and the panels below get none of it") {
    Driver d(scene_at(0).scene);
    opened(d);
    const ImGuiWindow* w = cards();
    REQUIRE(w);
    ImGuiID id = w->ID;
    for (const std::string& part : {scene_at(1).id, std::string("card")}) id = ImHashStr(part.c_str(), 0, id);
    ImVec2 at{-1, -1};
    for (float x = w->Pos.x + 20; x < w->Pos.x + w->Size.x && at.x < 0; x += 40) {
        d.move({x, w->Pos.y + 80});
        if (GImGui->HoveredId == id) at = {x, w->Pos.y + 80};
    }
    REQUIRE(at.x >= 0);
    d.click(at);
    CHECK(d.session.scene().title == scene_at(1).scene.title);
    CHECK_FALSE(d.ui.gallery.open);
}

TEST_CASE("opening a scene forgets the file that another one was saved to") {
    Driver d(scene_at(0).scene);
    d.session.set_file("/tmp/mine.json");
    d.press(key::page_down);
    CHECK(d.session.file().empty());
    CHECK(d.session.scene().title == scene_at(1).scene.title);
    d.session.undo();
    CHECK(d.session.file() == "/tmp/mine.json");  // which it was, again
}

TEST_CASE("a scene whose network was trained before says so") {
    Results results;
    auto state = std::make_shared<TrainingState>();
    state->model = "flow";
    results.training[1] = state;
    CHECK(still_trained(results) == "");
    state->step = 3000, state->status = TrainingStatus::running;
    CHECK(still_trained(results) == "");
    state->status = TrainingStatus::finished;
    CHECK(still_trained(results) == "'flow' is as it was trained before, 3000 steps. Restart begins anew.");
    CHECK(still_trained({}) == "");
    // Nothing is said of a scene that was not.
    Driver d;
    open_builtin(*std::make_unique<Context>(Context{d.session, d.ui, d.results, {}, {}, {}, {}}), 0);
    for (const Notice& notice : d.session.take_notices()) CHECK(notice.text.find("trained before") == std::string::npos);
}

TEST_CASE("where motion is reduced a scene opens still") {
    Driver d(scene_at(0).scene);
    d.ui.reduced_motion = true;
    d.press(key::page_down);
    CHECK_FALSE(d.ui.playback.playing);
}

TEST_CASE("cards ask for their pictures by id, only while the gallery is open") {
    Driver d(scene_at(0).scene);
    std::vector<std::string> wanted;
    d.thumbnail = [&](std::string_view id) { return wanted.emplace_back(id), std::uintptr_t{1}; };
    d.frame();
    CHECK(wanted.empty());
    opened(d);
    REQUIRE_FALSE(wanted.empty());
    CHECK(wanted.front() == scene_at(0).id);
}
