// The axes of the surface, as they are drawn.
#include <cmath>

#include "app/panels/data_edits.h"
#include "app/panels/perspective.h"
#include "app/panels/sheet.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

namespace {

// Two panes of data as wide as `half`.
Scene wide_surface(float half) {
    Points x(4, 2);
    x << -half, -half, half, half, -half, half, half, -half;
    Scene scene = with_points(two_lanes(), x);
    scene.view.shape = "height";
    return scene;
}

void draw_panes(Driver& d, const HeatMapLegend& heat_map) {
    ImGui::NewFrame();
    for (int lane = 0; lane < 2; ++lane) draw_pane_overlay({d.session.scene(), d.ui, {}, heat_map}, d.last_layout.panes[static_cast<std::size_t>(lane)], lane);
    ImGui::Render();
}

// The width of the straight line of this colour between two places; 0: there is none. Dear ImGui writes two corners at either end, a pixel apart from the line's edge.
float line_width_between(ImVec2 a, ImVec2 b, ImU32 colour) {
    const ImDrawData& data = *ImGui::GetDrawData();
    for (int list = 0; list < data.CmdListsCount; ++list) {
        const auto& v = data.CmdLists[list]->VtxBuffer;
        for (int i = 0; i + 3 < v.Size; ++i) {
            const auto middle = [&](int k) { return ImVec2{(v[k].pos.x + v[k + 1].pos.x) / 2, (v[k].pos.y + v[k + 1].pos.y) / 2}; };
            const auto near = [](ImVec2 p, ImVec2 q) { return std::hypot(p.x - q.x, p.y - q.y) < 2; };
            if (v[i].col == colour && v[i + 3].col == colour && near(middle(i), a) && near(middle(i + 2), b)) return std::hypot(v[i].pos.x - v[i + 1].pos.x, v[i].pos.y - v[i + 1].pos.y) - 2;
        }
    }
    return 0;
}

}  // namespace

TEST_CASE("on a projector the axis of the surface's height is as thick as every line") {
    Driver d(wide_surface(3), {1600, 900});
    HeatMapLegend heat_map;
    for (DensityLegend& lane : heat_map.lanes) lane.maximum = 0.25;
    for (const Theme theme : {Theme::dark, Theme::projector}) {
        d.ui.theme = theme;
        apply_theme(d.ui);
        d.frame();
        draw_panes(d, heat_map);
        const Rect& pane = d.last_layout.panes[0];
        const Perspective view = perspective(d.ui, scene_box(d.session.scene()));
        const PaneCamera camera = pane_camera(d.ui, scene_box(d.session.scene()), pane);
        ImVec2 foot{1e9f, 0}, top;
        for (const double x1 : {view.x - view.half, view.x + view.half})
            for (const double x2 : {view.y - view.half, view.y + view.half})
                if (const Point low = to_screen(camera, pane, view(x1, x2, 0)), high = to_screen(camera, pane, view(x1, x2, 1)); low.x < static_cast<double>(foot.x))
                    foot = {static_cast<float>(low.x), static_cast<float>(low.y)}, top = {static_cast<float>(high.x), static_cast<float>(high.y)};
        CHECK(line_width_between(foot, top, rgba(palette(theme).text, 0.8f)) == Approx(theme == Theme::projector ? 3 : 1).margin(0.1));
    }
}

TEST_CASE("in four small panes both edges of the surface have their names, clear of the numbers") {
    Scene scene = with_panes(two_lanes(), 4);
    scene.view.shape = "height";
    Driver d(scene, {1280, 720});
    d.frame();
    HeatMapLegend heat_map;
    for (DensityLegend& lane : heat_map.lanes) lane.maximum = 0.25;
    ImGui::NewFrame();
    draw_pane_overlay({d.session.scene(), d.ui, {}, heat_map}, d.last_layout.panes[0], 0);
    ImGui::Render();
    int first = 0, second = 0;
    for (const SeenGlyph& glyph : seen_glyphs()) first += glyph.code == U'₁', second += glyph.code == U'₂';
    CHECK(first == 1);
    CHECK(second == 1);
}

TEST_CASE("numbers of the surface meet neither each other nor those of the next pane, however it is turned") {
    for (const float half : {3.f, 320.f, 4000.f}) {
        Driver d(wide_surface(half), {1280, 720});
        HeatMapLegend heat_map;
        for (DensityLegend& lane : heat_map.lanes) lane.maximum = 0.00014;
        for (double turn = -180; turn < 180; turn += 14)
            for (const double tilt : {10.0, 38.0, 70.0}) {
                CAPTURE(half, turn, tilt);
                d.ui.turn = turn, d.ui.tilt = tilt;
                d.frame();
                draw_panes(d, heat_map);
                std::vector<SeenGlyph> digits;
                for (const SeenGlyph& glyph : seen_glyphs())
                    if (glyph.min.y > d.last_layout.panes[0].y + title_room && (glyph.code == U'−' || (glyph.code >= U'0' && glyph.code <= U'9'))) digits.push_back(glyph);
                bool apart = true, inside = true;
                for (std::size_t i = 0; i < digits.size(); ++i) {
                    const ImVec2 a = digits[i].min, b = digits[i].max;
                    inside &= std::any_of(d.last_layout.panes.begin(), d.last_layout.panes.end(), [&](const Rect& pane) { return a.x >= pane.x + 4 && b.x <= pane.x + pane.width - 4; });
                    for (std::size_t k = i + 1; k < digits.size(); ++k)
                        apart &= !(std::min(b.x, digits[k].max.x) - std::max(a.x, digits[k].min.x) > 1.5f && std::min(b.y, digits[k].max.y) - std::max(a.y, digits[k].min.y) > 1.5f);
                }
                CHECK(digits.size() >= 6);
                CHECK(inside);
                CHECK(apart);
            }
    }
}
