// What the legend says in words, and what its keys show.
#include "app/panels/camera.h"
#include "app/runtime/layers.h"
#include "app/runtime/scene_file.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

namespace {

HeatMapLegend solved() {
    HeatMapLegend out;
    for (DensityLegend& lane : out.lanes) lane.maximum = 0.32, lane.integral = 1;
    return out;
}

// Without spaces.
std::string in_legend(Driver& d, const Results& results, const HeatMapLegend& heat_map, const std::vector<int>& lanes, ImDrawList** drawn = nullptr) {
    d.frame();
    ImGui::NewFrame();
    draw_legend(*ImGui::GetBackgroundDrawList(), {d.session.scene(), d.ui, results, heat_map}, d.last_layout, lanes);
    ImGui::Render();
    if (drawn) *drawn = ImGui::GetBackgroundDrawList();
    std::string words = seen_text(seen_glyphs());
    std::erase(words, ' ');
    return words;
}

bool has_colour(const ImDrawList& draw, std::uint32_t colour) {
    return std::any_of(draw.VtxBuffer.begin(), draw.VtxBuffer.end(), [&](const ImDrawVert& v) { return v.col == colour; });
}

}  // namespace

TEST_CASE("the legend says which density it is and in which units, in the window of the first start and in a small one") {
    for (const char* density : {"exact", "fokker_planck", "histogram"})
        for (const ImVec2 size : {ImVec2{1600, 900}, {1280, 720}}) {
            CAPTURE(density, size.x);
            Scene scene = two_lanes();
            scene.view.density = density;
            Driver d(scene, size);
            const std::string words = in_legend(d, some_results(scene), solved(), {0, 1}), name = density == std::string("exact") ? "exactpₜ" : density == std::string("histogram") ? "particles" : "Fokker–Planck";
            INFO(words);
            CHECK(words.find(name + "0…0.32perunitarea") != std::string::npos);
            CHECK(words.find("∫pdx=1.000") != std::string::npos);
            CHECK(words.find("trailsoverΔt=0.1") != std::string::npos);
        }
    // In a small window a second row is there for it, whatever else is shown.
    {
        Scene few = two_lanes();
        few.view.layers = {"density", "particles"};
        Driver d(few, {1280, 720});
        const std::array<std::uint32_t, 256> table{};
        HeatMapLegend heat_map = solved();
        heat_map.colours = &table;  // with a key for the particles
        for (DensityLegend& lane : heat_map.lanes) lane.maximum = 12345;
        CHECK(in_legend(d, some_results(few), heat_map, {0, 1}).find("exactpₜ0…12345perunitarea") != std::string::npos);
    }
    // However little room there is, it keeps its name.
    Scene scene = two_lanes();
    Driver d(scene, {640, 400});
    const std::string words = in_legend(d, some_results(scene), solved(), {0, 1});
    INFO(words);
    CHECK(words.find("exactpₜ0…0.32") != std::string::npos);
}

TEST_CASE("what is not sampled is said in a small window too, with the units of its scale") {
    Scene scene = load_scene("guidance");
    Driver d(scene, {1280, 720});
    const std::array<std::uint32_t, 256> table{};
    HeatMapLegend heat_map = solved();
    heat_map.colours = &table;  // with a key for the particles
    for (DensityLegend& lane : heat_map.lanes) lane.maximum = 12345;
    const std::string words = in_legend(d, some_results(scene), heat_map, {0, 1});
    INFO(words);
    CHECK(words.find("withw=3thelanedoesnotsampleit") != std::string::npos);
    CHECK(words.find("0…12345perunitarea") != std::string::npos);
}

TEST_CASE("what has no room for its many words keeps few, and the room that is left goes to the others") {
    Scene scene = two_lanes();
    scene.view.layers = {"density", "difference", "contours", "particles", "trails", "trajectories"};
    scene.view.density = "histogram";
    scene.view.colour = "log_p";
    bool between = false;
    std::string all;
    for (float width = 500; width < 1900; width += 20) {
        Driver d(scene, {width, 720});
        const std::string words = in_legend(d, some_results(scene), solved(), {0, 1});
        between |= words.find("perunitarea") != std::string::npos && words.find("noisetodata") == std::string::npos;
        all += words + "\n";
    }
    INFO(all);
    CHECK(between);
}

TEST_CASE("a density and its integral stand in one row") {
    Scene scene = two_lanes();
    Driver d(scene, {1280, 720});
    in_legend(d, some_results(scene), solved(), {0, 1});
    float density = 0, integral = 0;
    for (const SeenGlyph& glyph : seen_glyphs()) {
        if (glyph.min.y < d.last_layout.legend.y || glyph.max.y > d.last_layout.legend.y + d.last_layout.legend.height) continue;
        if (glyph.code == U'…') density = glyph.max.y;
        if (glyph.code == U'∫') integral = glyph.max.y;
    }
    CHECK(density > 0);
    CHECK(std::abs(integral - density) < 10);
}

TEST_CASE("the key of the particles has their colours: of their starts, of their values, or of their lane") {
    Scene scene = two_lanes();
    scene.view.layers = {"particles"};
    const Results results = some_results(scene);
    HeatMapLegend heat_map;
    std::array<std::uint32_t, 256> table{};
    constexpr std::uint32_t of_value = 0xff112233u;
    table.fill(0xff445566u);
    table[160] = of_value;  // which the bar of the scale does not hold: it has 64 parts
    heat_map.colours = heat_map.particle_colours = &table;
    heat_map.start_colours = {0xff000001u, 0xff000002u, 0xff000003u, 0xff000004u};
    Driver d(scene);
    ImDrawList* draw = nullptr;
    const auto lane = rgba(palette(d.ui.theme).lanes[1]);
    in_legend(d, results, heat_map, {0, 1}, &draw);
    for (const std::uint32_t colour : heat_map.start_colours) CHECK(has_colour(*draw, colour));
    CHECK_FALSE(has_colour(*draw, lane));
    scene.view.colour = "single";
    d.session.commit("colour", scene);
    in_legend(d, results, heat_map, {0, 1}, &draw);
    CHECK(has_colour(*draw, lane));
    // Lane 1 carries log p; lane 2 does not, and says why.
    scene.view.colour = "log_p";
    scene.lanes[0].solver = {"rk4", {}};
    d.session.commit("colour", scene);
    heat_map.lanes[0].particles_low = -5, heat_map.lanes[0].particles_high = -1;
    const std::string words = in_legend(d, results, heat_map, {0, 1}, &draw);
    INFO(words);
    CHECK(has_colour(*draw, of_value));
    CHECK(has_colour(*draw, lane));
    CHECK(words.find("notcoloured:logpfollowsanODE") != std::string::npos);
}

TEST_CASE("where the reason is too long for the legend, a lane that is not coloured still says that it is not") {
    Scene scene = with_panes(two_lanes(), 4);
    scene.view.colour = "log_p";
    Driver d(scene, {1280, 720});
    HeatMapLegend heat_map = solved();
    heat_map.lanes[0].particles_low = -5, heat_map.lanes[0].particles_high = -1;
    const std::string words = in_legend(d, some_results(scene), heat_map, {0, 1, 2, 3});
    INFO(words);
    CHECK(words.find("notcoloured:logpneedsanODE") != std::string::npos);
}

TEST_CASE("trails are in the legend where there are any, and the layer says why there are none") {
    Scene scene = two_lanes();
    CHECK(why_no_layer(scene, "trails").empty());
    for (Lane& lane : scene.lanes) lane.particles = most_with_trails + 1;
    CHECK(why_no_layer(scene, "trails") == "more than 50000 particles leave no trails");
    {
        Driver d(two_lanes());
        d.session.preview(scene);
        CHECK(in_legend(d, some_results(scene), solved(), {0, 1}).find("trails") == std::string::npos);
    }
    scene = two_lanes();
    scene.view.layers = {"density", "trails"};
    CHECK(why_no_layer(scene, "trails").find("show particles") != std::string::npos);
    Driver d(scene);
    CHECK(in_legend(d, some_results(scene), solved(), {0, 1}).find("trails") == std::string::npos);
}

TEST_CASE("trails of Langevin dynamics are as long as they are in their own time") {
    Scene scene = with_process(with_stochastic(two_lanes(), 0, true), 0, "langevin");
    scene.lanes[0].duration = 6;
    Driver d(scene);
    const std::string words = in_legend(d, some_results(scene), solved(), {0});
    INFO(words);
    CHECK(words.find("trailsoverΔr=0.6") != std::string::npos);
}

TEST_CASE("steps are enlarged alike however many pixels a pane has, and less where it is zoomed in") {
    UiState ui;
    const Box box{-3, 3, -3, 3};
    CHECK(shown_side(ui, box) == 6);
    for (const Rect& pane : {Rect{0, 0, 640, 480}, Rect{0, 0, 310, 220}, Rect{0, 0, 220, 600}}) {
        const PaneCamera camera = pane_camera(ui, box, pane);
        CHECK(static_cast<double>(std::min(pane.width, pane.height)) * camera.units_per_pixel >= shown_side(ui, box) - 1e-9);
    }
    ui.zoom = 3;
    CHECK(shown_side(ui, box) == 2);
}

TEST_CASE("the difference to the exact density has a number of every lane, by the lane's number") {
    Scene scene = two_lanes();
    scene.view.density = "histogram";
    scene.view.layers = {"difference"};
    Driver d(scene, {1600, 900});
    HeatMapLegend heat_map = solved();
    for (const double other : {0.3, 0.25}) {
        heat_map.lanes[0].l1 = 0.25, heat_map.lanes[1].l1 = other;
        const std::string words = in_legend(d, some_results(scene), heat_map, {0, 1});
        INFO(words);
        CHECK(words.find(fmt::format("L1oflane1:0.25·2:{}", other)) != std::string::npos);
    }
    scene = with_panes(scene, 1);
    Driver alone(scene, {1600, 900});
    CHECK(in_legend(alone, some_results(scene), heat_map, {0}).find("L10.25") != std::string::npos);
}
