#include <cmath>

#include "app/panels/data_edits.h"
#include "app/panels/thumbnails.h"
#include "app/runtime/scene_sentence.h"
#include "core/math/dataset/datasets.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

namespace {

// The tiles lie side by side: look along every column of the panel.
ImVec2 find_tile(Driver& d, const char* grid, const char* id) { return d.find("controls", {"Data", grid, id}, {0.14f, 0.38f, 0.62f, 0.86f, 0.26f, 0.5f, 0.74f}); }

}  // namespace

TEST_CASE("a thumbnail shows draws of its set, filling its frame") {
    for (const auto& entry : datasets()) {
        CAPTURE(entry.id);
        const Points x = thumbnail({{std::string(entry.id), {}}, {}, nullptr, {}});
        CHECK(x.rows() > 100);
        CHECK(x.abs().maxCoeff() <= 1);
        CHECK(x.col(0).abs().maxCoeff() + x.col(1).abs().maxCoeff() > 1.2f);
    }
    // One point has no width.
    const Scene one = with_points(two_lanes(), Points::Constant(1, 2, 3.f));
    CHECK((thumbnail(one.data) == 0).all());
}

TEST_CASE("a thumbnail stays where it is while it is asked for, whatever else is") {
    const DataSpec moons{{"moons", {}}, {}, nullptr, {}};
    const Points& kept = thumbnail(moons);
    const float* there = kept.data();
    for (std::size_t k = 0; k < 2 * most_thumbnails; ++k) {
        thumbnail(with_points(two_lanes(), Points::Constant(1, 2, static_cast<float>(k))).data);
        REQUIRE(thumbnail(moons).data() == there);
    }
}

TEST_CASE("every tile chooses its data set, one undo entry each") {
    Driver d(two_lanes(), {1600, 900});
    for (const auto& entry : datasets()) {
        if (!entry.make()->mixture()) continue;  // needs a network, and there is none
        CAPTURE(entry.id);
        d.session.commit("mixture", with_components(two_lanes(), {Component{}}));
        const ImVec2 at = find_tile(d, "data", std::string(entry.id).c_str());
        REQUIRE(at.x >= 0);
        d.click(at);
        CHECK(d.session.scene().data.choice.id == entry.id);
        CHECK(d.session.undo_label() == "data");
    }
    const auto before = d.session.scene().data;
    d.click(find_tile(d, "data", "checkerboard"));
    CHECK(d.session.scene().data == before);
}

TEST_CASE("data of one's own: the tiles turn on what edits them") {
    Driver d(two_lanes(), {1600, 900});
    d.click(find_tile(d, "data", "mixture"));
    CHECK(d.session.scene().data.components.size() == 8);  // those of the eight Gaussians
    CHECK(d.ui.tool == Tool::components);
    d.click(find_tile(d, "data", "points"));
    CHECK(d.ui.tool == Tool::brush);
    CHECK(d.session.scene().data.choice.id == "mixture");  // until something is painted
    const ImVec2 eraser = d.find("controls", {"Data", "tool", "eraser", "Eraser"}, {0.5f});
    REQUIRE(eraser.x >= 0);
    d.click(eraser);
    CHECK(d.ui.tool == Tool::eraser);
    d.click(find_tile(d, "data", "moons"));
    CHECK(d.ui.tool == Tool::none);
}

TEST_CASE("what was painted comes back from its tile after other data were chosen") {
    Driver d(two_lanes(), {1600, 900});
    const Scene painted = with_points(two_lanes(), Points::Random(40, 2));
    d.session.commit("painted", painted);
    d.click(find_tile(d, "data", "eight_gaussians"));
    const DataSpec other = d.session.scene().data;
    REQUIRE(other.choice.id == "eight_gaussians");
    d.click(find_tile(d, "data", "points"));
    CHECK(d.session.scene().data == painted.data);
    CHECK(d.ui.tool == Tool::brush);
    d.session.undo();
    CHECK(d.session.scene().data == other);
}

TEST_CASE("the tile of one's own mixture promises what it does: edits the Gaussians of the data, or begins with some of its own") {
    Driver d(two_lanes(), {1600, 900});
    const auto says_edit = [&] {
        d.frame();
        return seen_text(seen_glyphs()).find("edit") != std::string::npos;
    };
    CHECK(says_edit());
    d.session.commit("points", with_points(two_lanes(), Points::Random(20, 2)));
    CHECK_FALSE(says_edit());
    d.session.commit("mixture", with_components(two_lanes(), {Component{}}));
    CHECK_FALSE(says_edit());
}

TEST_CASE("the numbers of the selected component are edited in the panel") {
    Driver d(with_components(two_lanes(), {Component{}, Component{2, {1, 1}, Eigen::Matrix2d::Identity(), 0}}), {1600, 1400});
    d.press('M');
    d.ui.data.component = 1;
    d.frame();
    ImGuiWindow* window = ImGui::FindWindowByName("controls");
    REQUIRE(window);
    CHECK(seen_text(seen_glyphs()).find("\n66.7 % of") != std::string::npos);  // as beside its handle
    // The slider of the long axis: a drag along it changes one component's covariance, in one entry.
    ImGuiID id = window->ID;
    id = ImHashStr("Data", 0, id);
    const int index = 1;
    id = ImHashData(&index, sizeof index, id);
    for (const char* part : {"long axis", "##slider"}) id = ImHashStr(part, 0, id);
    ImVec2 at{-1, -1};
    for (float y = window->Pos.y; y < window->Pos.y + window->Size.y && at.x < 0; y += 7) {
        d.move({window->Pos.x + 0.7f * window->Size.x, y});
        if (GImGui->HoveredId == id) at = {window->Pos.x + 0.7f * window->Size.x, y};
    }
    REQUIRE(at.x >= 0);
    d.drag(at, {at.x - 40, at.y});
    CHECK(d.session.undo_label() == "long axis of a component");
    CHECK(d.session.scene().data.components[0] == Component{});
    CHECK(d.session.scene().data.components[1].covariance != Eigen::Matrix2d::Identity());
    CHECK(d.session.undo());
    CHECK(d.session.undo_label().empty());
}

TEST_CASE("points far from the noise have a button that centres and scales them: one undo entry, and the scene's sentence keeps the numbers that lead back") {
    Points x(2000, 2);
    Random random(1, "far points");
    for (Eigen::Index i = 0; i < x.rows(); ++i) x.row(i) << static_cast<float>(100 + 80 * random.normal()), static_cast<float>(100 + 80 * random.normal());
    for (const bool own : {true, false}) {
        CAPTURE(own);
        Scene scene = two_lanes();
        scene.sentence = "Two lanes.";
        Driver d(own ? with_points(scene, x) : scene, {1600, 1200});
        if (!own) d.session.commit("data from a file", with_points(scene, x));  // the sentence speaks of other data
        d.ui.centre_x = 5;
        const ImVec2 at = d.find("controls", {"Data", "Centre and scale"}, {0.5f});
        REQUIRE(at.x >= 0);
        d.session.take_notices();
        d.click(at);
        const Scene& now = d.session.scene();
        REQUIRE(now.data.points);
        const Points& y = now.data.points->x;
        for (const int axis : {0, 1}) {
            CHECK(std::abs(y.col(axis).mean()) < 0.05f);
            CHECK(std::sqrt((y.col(axis) - y.col(axis).mean()).square().mean()) == Approx(1).margin(0.05));
        }
        const auto map = map_into_reach(x);
        REQUIRE(map);
        CHECK(now.sentence == (own ? "Two lanes. " : "") + ("Points centred and scaled: " + map->text() + "."));
        CHECK((y * static_cast<float>(map->scale) + static_cast<float>(map->centre[0]) - x).col(0).abs().maxCoeff() < 1e-3f);
        CHECK_FALSE(outdated(now, d.session.preset()));
        CHECK(d.session.undo_label() == "points centred and scaled");
        CHECK(d.ui.centre_x == 0);
        const auto said = d.session.take_notices();
        REQUIRE(!said.empty());
        CHECK(said.back().text.find(map->text()) != std::string::npos);
        CHECK(d.find("controls", {"Data", "Centre and scale"}, {0.5f}).x < 0);  // they are there
        d.session.commit("data", with_data(d.session.scene(), {{"moons", {}}, {}, nullptr, {}}));
        CHECK(outdated(d.session.scene(), d.session.preset()));
        CHECK(d.session.undo());
        CHECK(d.session.undo());
        CHECK(d.session.scene().data.points->x.isApprox(x));
        CHECK(d.session.scene().sentence == "Two lanes.");
    }
}

TEST_CASE("the source has tiles where the scene has one; none leads back to the Gaussian") {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    scene.lanes.resize(1);
    scene.view.panes = 1;
    Driver without(scene, {1600, 1000});
    CHECK(find_tile(without, "source", "moons").x < 0);
    scene.source = DataSpec{{"rings", {}}, {}, nullptr, {}};
    scene.view.density = "histogram";
    Driver d(scene, {1600, 1000});
    const ImVec2 moons = find_tile(d, "source", "moons");
    REQUIRE(moons.x >= 0);
    d.click(moons);
    REQUIRE(d.session.scene().source);
    CHECK(d.session.scene().source->choice.id == "moons");
    CHECK(d.session.undo_label() == "source");
    d.click(find_tile(d, "source", "gaussian noise"));
    CHECK_FALSE(d.session.scene().source);
}

TEST_CASE("tiles fit their panel at every scale") {
    for (const float scale : {0.75f, 1.f, 2.f}) {
        CAPTURE(scale);
        Driver d(two_lanes(), {1280, 720});
        d.ui.scale = scale;
        apply_theme(d.ui);
        for (const Tool tool : {Tool::components, Tool::brush, Tool::select}) {
            d.ui.tool = tool;
            for (int i = 0; i < 4; ++i) d.frame();  // sizes are measured, then used
            const ImGuiWindow* window = ImGui::FindWindowByName("controls");
            REQUIRE(window);
            CHECK(window->ScrollMax.x == 0);
            CHECK(window->ContentSize.x <= window->Size.x);
        }
    }
}

TEST_CASE("a formula that is none is marked and not taken; one that is becomes the data") {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    Driver d(with_formula(scene, "exp(-x^2-y^2)"), {1600, 900});
    const ImVec2 at = d.find("controls", {"Data", "##density"});
    REQUIRE(at.x >= 0);
    const auto type = [&](const char* letters) {
        d.click(at);  // to the right of the text: the cursor stands at its end
        ImGui::GetIO().AddInputCharactersUTF8(letters);
        d.frame();
        d.frame();
        d.click({d.last_layout.panes[0].x + 300, d.last_layout.panes[0].y + 300});
    };
    const auto vertices = [&] {
        d.frame();
        return ImGui::FindWindowByName("controls")->DrawList->VtxBuffer.Size;
    };
    d.frame();
    const int before = vertices();
    type("*q");
    CHECK(d.session.scene().data.formula == "exp(-x^2-y^2)");
    CHECK(d.session.undo_label().empty());
    CHECK(vertices() > before + 4 * 30);  // the sentence, and the mark
    type("*0+exp(-(x-1)^2-y^2)");         // completes nothing: q stays unknown
    CHECK(d.session.undo_label().empty());

    Driver fresh(with_formula(scene, "exp(-x^2-y^4)"), {1600, 900});
    const ImVec2 there = fresh.find("controls", {"Data", "##density"});
    fresh.click(there);
    ImGui::GetIO().AddInputCharactersUTF8("*2");
    fresh.frame();
    fresh.frame();
    fresh.click({fresh.last_layout.panes[0].x + 300, fresh.last_layout.panes[0].y + 300});
    CHECK(fresh.session.scene().data.formula == "exp(-x^2-y^4)*2");
    CHECK(fresh.session.undo_label() == "formula of the data");
}

TEST_CASE("Enter on a formula that is none keeps the keyboard in its field: the letters that follow are typed") {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    Driver typing(with_formula(scene, "exp(-x^2-y^2)"), {1600, 900});
    typing.click(typing.find("controls", {"Data", "##density"}));
    typing.type("*q");
    typing.frame();
    typing.tap(ImGuiKey_Enter);
    typing.frame();
    CHECK(ImGui::GetIO().WantTextInput);
    typing.type("1");  // over what was selected
    typing.frame();
    typing.frame();
    CHECK(ImGui::GetIO().WantTextInput);
    CHECK_FALSE(typing.press('Y'));
    CHECK(typing.session.scene().data.formula == "exp(-x^2-y^2)");
}
