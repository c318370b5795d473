// The edge of the picture of a density that goes on beyond it.
#include <cmath>

#include "app/panels/camera.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

namespace {

// Whether a line of this colour has a corner there.
bool corner_at(ImVec2 at, ImU32 colour) {
    const ImDrawData& data = *ImGui::GetDrawData();
    for (int list = 0; list < data.CmdListsCount; ++list)
        for (const ImDrawVert& v : data.CmdLists[list]->VtxBuffer)
            if (v.col == colour && std::hypot(v.pos.x - at.x, v.pos.y - at.y) < 4) return true;
    return false;
}

}  // namespace

TEST_CASE("where p goes on beyond the box that it is drawn in, the box has a frame, which the legend names; elsewhere it has none") {
    Scene scene = with_panes(two_lanes(), 1);
    for (const char* shown : {"density", "difference"})
        for (const double integral : {0.5, 0.985, 0.995})
            for (const Theme theme : {Theme::dark, Theme::light, Theme::projector}) {
                CAPTURE(shown, integral, static_cast<int>(theme));
                scene.view.layers = {shown};
                scene.view.density = "histogram";
                Driver d(scene, {1600, 900});
                d.ui.theme = theme;
                d.ui.zoom = 0.5;
                apply_theme(d.ui);
                d.frame();
                HeatMapLegend heat_map;
                heat_map.lanes[0].maximum = 0.3, heat_map.lanes[0].integral = integral;
                const Rect& pane = d.last_layout.panes[0];
                const PaneView view{d.session.scene(), d.ui, {}, heat_map};
                ImGui::NewFrame();
                draw_pane_overlay(view, pane, 0);
                draw_legend(*ImGui::GetBackgroundDrawList(), view, d.last_layout, {0});
                ImGui::Render();
                const Box& box = scene_box(d.session.scene());
                const PaneCamera camera = pane_camera(d.ui, box, pane);
                const bool framed = std::string(shown) == "density" && integral < 0.99;
                for (const double x : {box.x_min, box.x_max})
                    for (const double y : {box.y_min, box.y_max}) {
                        const Point at = to_screen(camera, pane, {x, y});
                        CHECK(corner_at({static_cast<float>(at.x), static_cast<float>(at.y)}, rgba(palette(theme).muted)) == framed);
                    }
                CHECK((seen_text(seen_glyphs()).find("part of p lies outside the frame") != std::string::npos) == framed);
            }
}
