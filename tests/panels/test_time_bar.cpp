// What is drawn beneath the time: α_t, β_t, and σ_t of the lanes on screen.
#include "app/runtime/scene_file.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

namespace {

std::string words(Driver& d) {
    d.frame();
    std::string out;
    for (const SeenGlyph& glyph : seen_glyphs())
        if (glyph.min.y >= d.last_layout.time_bar.y) out += utf8(glyph.code);
    return out;
}

// The height of the right end of what is drawn there in this colour.
float right_end(Driver& d, ImU32 colour) {
    d.frame();
    const ImDrawData& data = *ImGui::GetDrawData();
    std::vector<ImVec2> seen;
    for (int list = 0; list < data.CmdListsCount; ++list)
        for (const ImDrawVert& v : data.CmdLists[list]->VtxBuffer)
            if (v.col == colour && v.pos.y >= d.last_layout.time_bar.y) seen.push_back(v.pos);
    const auto right = std::max_element(seen.begin(), seen.end(), [](ImVec2 a, ImVec2 b) { return a.x < b.x; });
    float low = 1e6f, high = -1;  // the edges of the line
    for (const ImVec2 at : seen)
        if (at.x > right->x - 2) low = std::min(low, at.y), high = std::max(high, at.y);
    return (low + high) / 2;
}

}  // namespace

TEST_CASE("the time bar says whose noise it draws, and how far it reaches") {
    {
        Driver d(load_scene("same_marginals"));  // σ = 0, ½, 1, 2
        CHECK(words(d).find("σₜoflanes2,3,4,upto2") != std::string::npos);
        d.ui.selected_lane = 3;
        CHECK(words(d).find("σₜoflanes2,3,4,upto2") != std::string::npos);
    }
    Scene scene = with_panes(two_lanes(), 2);
    {
        Driver d(scene);
        CHECK(words(d).find("σₜoflane2,reaches1") != std::string::npos);
    }
    {
        Driver d(with_stochastic(scene, 0, true));
        CHECK(words(d).find("σₜ,reaches1") != std::string::npos);  // of both
    }
    {
        Driver d(with_stochastic(scene, 1, false));
        CHECK(words(d).find("βₜ") != std::string::npos);
        CHECK(words(d).find("σₜ") == std::string::npos);
    }
}

TEST_CASE("noise that a solver brings is drawn beneath the time too, and said to be unbounded where it is") {
    Scene scene = with_panes(two_lanes(), 2);
    scene.lanes[1].sigma = {"zero", {}};
    scene.lanes[1].solver = {"ddpm_ancestral", {}};
    {
        Driver d(scene);
        CHECK(words(d).find("σₜoflane2→∞") != std::string::npos);  // α₀ = 0
    }
    for (Model& model : scene.models) model.schedule = {"vp", {}};
    Driver d(scene);
    const std::string seen = words(d);
    INFO(seen);
    CHECK(seen.find("σₜoflane2,reaches") != std::string::npos);
    CHECK(seen.find("∞") == std::string::npos);
}

TEST_CASE("where lanes have paths of their own the time bar says whose α and β it names, and the tooltip has all") {
    Driver d(load_scene("schedules"));
    REQUIRE(pane_count(d.session.scene()) == 4);
    CHECK(words(d).find("αₜ--βₜoflane1") != std::string::npos);
    d.ui.selected_lane = 2;
    CHECK(words(d).find("αₜ--βₜoflane3") != std::string::npos);
    Scene alike = d.session.scene();
    for (Model& model : alike.models) model.schedule = {"linear", {}};
    d.session.commit("one path", alike);
    CHECK(words(d).find("βₜof") == std::string::npos);
    d.session.undo();
    const Rect& bar = d.last_layout.time_bar;
    d.move({bar.x + 0.6f * bar.width, bar.y + 0.4f * bar.height});
    for (int i = 0; i < 60; ++i) d.frame();
    std::string seen = seen_text(seen_glyphs());
    std::erase_if(seen, [](char c) { return c == ' ' || c == '\n'; });
    INFO(seen);
    std::string alphas;
    const Scene& scene = d.session.scene();
    const auto tip = seen.find("τ=1−t=");
    REQUIRE(tip != std::string::npos);
    const double t = 1 - std::stod(seen.substr(tip + std::string("τ=1−t=").size(), 5));
    for (int lane = 0; lane < 4; ++lane) alphas += fmt::format("{}{:.1f}", lane == 0 ? "αₜ=" : "·", lane_functions(scene, lane).schedule->at(t).alpha);
    // One digit: the time is rounded.
    std::string rounded;
    for (std::size_t i = seen.find("αₜ=", tip), end = seen.find("βₜ=", i); i < end;) {
        const bool number = std::isdigit(static_cast<unsigned char>(seen[i])) && seen[i + 1] == '.';
        rounded += number ? fmt::format("{:.1f}", std::stod(seen.substr(i, 5))) : std::string(1, seen[i]);
        i += number ? 5 : 1;
    }
    CHECK(rounded == alphas);
}

TEST_CASE("beside the mouse is the noise of every lane") {
    Driver d(load_scene("same_marginals"));
    d.frame();
    const Rect& bar = d.last_layout.time_bar;
    d.move({bar.x + 0.6f * bar.width, bar.y + 0.4f * bar.height});
    for (int i = 0; i < 60; ++i) d.frame();
    std::string seen = seen_text(seen_glyphs());
    std::erase_if(seen, [](char c) { return c == ' ' || c == '\n'; });
    INFO(seen);
    CHECK(seen.find("σₜ=0·0.500·1·2") != std::string::npos);
}

TEST_CASE("α and β of all lanes are on one scale, and how far it reaches is said where it is not 1") {
    Driver d(load_scene("ve_vp"));  // VE beside VP: α₁ = 1 in both
    const Rgb alpha = palette(d.ui.theme).lanes[0];
    const float selected = right_end(d, rgba(alpha, 0.9f)), other = right_end(d, rgba(alpha, 0.5f));
    REQUIRE(selected > 0);
    CHECK(other == Approx(selected).margin(2));
    CHECK(words(d).find("βₜoflane1,upto5") != std::string::npos);
    d.ui.selected_lane = 1;
    CHECK(words(d).find("βₜoflane2,oflane1upto5") != std::string::npos);
    Driver plain;
    CHECK(words(plain).find("upto") == std::string::npos);
}

TEST_CASE("several curves of noise bear the numbers of their lanes; one that all share bears none") {
    // Numbers of lanes above the names of the curves.
    const auto numbers = [](Driver& d) {
        d.frame();
        const Palette& p = palette(d.ui.theme);
        const Rect& bar = d.last_layout.time_bar;
        std::string out;
        for (const SeenGlyph& glyph : seen_glyphs())
            for (std::size_t lane = 0; lane < 4; ++lane)
                if (glyph.code == U'1' + lane && glyph.colour == rgba(p.lanes[lane]) && glyph.min.y >= bar.y && glyph.max.y < bar.y + 0.72f * bar.height) out += utf8(glyph.code);
        std::sort(out.begin(), out.end());
        return out;
    };
    for (const float width : {1280.f, 1600.f}) {
        Driver d(load_scene("same_marginals"), {width, 0.5625f * width});  // σ = 0, ½, 1, 2
        CHECK(numbers(d) == "234");
        Scene scene = d.session.scene();
        scene.lanes[2].sigma = scene.lanes[1].sigma;
        d.session.commit("two alike", scene);
        CHECK(numbers(d) == "234");
        scene.lanes[3].sigma = scene.lanes[1].sigma;
        d.session.commit("three alike", scene);
        CHECK(numbers(d).empty());
    }
}
