#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "app/panels/camera.h"
#include "app/panels/contour_room.h"
#include "app/panels/sheet.h"
#include "app/runtime/scene_file.h"
#include "app/runtime/share_line.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

namespace {

struct Bounds {
    float left = 1e9f, top = 1e9f, right = -1e9f, bottom = -1e9f;
    float area() const { return std::max(0.f, right - left) * std::max(0.f, bottom - top); }
};

Bounds bounds(const ImDrawList& draw) {
    Bounds b;
    for (const ImDrawVert& v : draw.VtxBuffer) {
        b.left = std::min(b.left, v.pos.x), b.right = std::max(b.right, v.pos.x);
        b.top = std::min(b.top, v.pos.y), b.bottom = std::max(b.bottom, v.pos.y);
    }
    return b;
}

// The legend of the first lanes in the layout of the last frame.
struct Drawn {
    Bounds bounds;
    int vertices = 0;
};
Drawn drawn_legend(const Driver& d, const Results& results, const HeatMapLegend& heat_map, int lanes) {
    ImDrawList draw(ImGui::GetDrawListSharedData());
    draw._ResetForNewFrame();
    draw.PushTextureID(ImGui::GetIO().Fonts->TexID);
    draw.PushClipRectFullScreen();
    std::vector<int> shown;
    for (int i = 0; i < lanes; ++i) shown.push_back(i);
    draw_legend(draw, {d.session.scene(), d.ui, results, heat_map}, d.last_layout, shown);
    return {bounds(draw), draw.VtxBuffer.Size};
}

Results with_fields(Results results) {
    auto field = std::make_shared<FieldMovie>();
    field->box = {-4, 4, -4, 4};
    field->width = field->height = 20;
    field->t = {0, 1};
    for (int i = 0; i < 2; ++i) field->velocity.push_back(Points::Constant(400, 2, 3)), field->score.push_back(Points::Constant(400, 2, 7));
    results.fields[0] = field;
    return results;
}

}  // namespace

TEST_CASE("the legend stands below the panes, covers nothing of them, and is never gone") {
    for (const ImVec2 size : {ImVec2{1280, 720}, {1600, 900}, {800, 600}})
        for (const int panes : {1, 2, 4})
            for (const float scale : {1.f, 2.f})
                for (const bool much : {false, true}) {
                    CAPTURE(size.x, panes, scale, much);
                    Scene scene = with_panes(two_lanes(), panes);
                    scene.view.layers = {"density", "particles"};
                    if (much) scene.view.layers = {"density", "contours", "particles", "trajectories", "streamlines", "velocity", "score"};
                    Driver d(scene, size);
                    d.ui.scale = scale;
                    apply_theme(d.ui);
                    d.frame();
                    const Drawn legend = drawn_legend(d, with_fields(some_results(scene)), HeatMapLegend{}, panes);
                    const Rect& strip = d.last_layout.legend;
                    CHECK(legend.bounds.area() > 0);
                    CHECK((legend.bounds.left >= strip.x && legend.bounds.right <= strip.x + strip.width && legend.bounds.bottom <= strip.y + strip.height));
                    CHECK(legend.bounds.top >= strip.y);
                    for (const Rect& pane : d.last_layout.panes) CHECK(pane.y + pane.height <= strip.y + 0.01f);
                }
}

TEST_CASE("what the legend has no room for is behind its \"…\": all of it in full while the mouse rests there, and nothing where all is said") {
    for (const float scale : {1.f, 2.f})
        for (const bool much : {false, true}) {
            CAPTURE(scale, much);
            Scene scene = two_lanes();
            scene.view.layers = {"density"};
            if (much) scene.view.layers = {"density", "particles", "trajectories", "velocity", "score"};
            Driver d(scene, {1280, 720});
            d.ui.scale = scale;
            d.ui.numbers_open = scale == 1;
            apply_theme(d.ui);
            Results results = with_fields(some_results(scene));
            results.fields[1] = results.fields[0];
            d.fixed_results = &results;
            d.frame();
            const Rect& strip = d.last_layout.legend;
            const auto in_strip = [&](const SeenGlyph& glyph) { return glyph.min.y >= strip.y && glyph.max.y <= strip.y + strip.height && glyph.min.x >= strip.x && glyph.max.x <= strip.x + strip.width; };
            auto below = seen_glyphs();
            std::erase_if(below, [&](const SeenGlyph& glyph) { return !in_strip(glyph); });
            const bool cut = std::any_of(below.begin(), below.end(), [&](const SeenGlyph& glyph) { return glyph.code == U'…' && glyph.min.x > strip.x + strip.width - 40 * scale; });
            if (scale == 2) CHECK(cut == much);
            if (!much) CHECK_FALSE(cut);
            d.look({strip.x + strip.width - 12 * scale, strip.y + strip.height - 8 * scale});
            for (int i = 0; i < 60; ++i) d.frame();
            auto above = seen_glyphs();
            std::erase_if(above, in_strip);
            const std::string words = seen_text(above);
            for (const char* part : {"score s = ", "noise to data", "∫ p dx ="}) CHECK((words.find(part) != std::string::npos) == cut);

            // In a film nobody can: shorter words alone are no "…", what is not there at all is.
            if (!cut) continue;
            const auto marked = [&](float width, float rows, bool pointed) {
                Layout layout = d.last_layout;
                layout.legend.width = width, layout.legend.height = rows * legend_row * scale;
                ImGui::NewFrame();
                draw_legend(*ImGui::GetBackgroundDrawList(), {d.session.scene(), d.ui, results, {}, nullptr, pointed}, layout, {0, 1});
                ImGui::Render();
                const auto glyphs = seen_glyphs();
                return std::any_of(glyphs.begin(), glyphs.end(), [&](const SeenGlyph& glyph) { return glyph.code == U'…' && glyph.min.x > layout.legend.x + width - 40 * scale; });
            };
            CHECK(marked(strip.width, 3, true));
            CHECK_FALSE(marked(strip.width, 3, false));
            CHECK(marked(strip.width / 6, 1, false));
        }
}

TEST_CASE("a pane says how many particles it does not show; those that are lost are told elsewhere") {
    Driver d;
    d.ui.playback.t = 0.5;
    d.frame();
    Points x = Points::Zero(6, 2);
    HeatMapLegend heat_map;
    heat_map.lanes[0].particles = &x;
    const auto seen = [&] {
        ImGui::NewFrame();
        draw_pane_overlay({d.session.scene(), d.ui, {}, heat_map}, d.last_layout.panes[0], 0);
        ImGui::Render();
        std::string words = seen_text(seen_glyphs());
        std::erase(words, ' ');
        return words;
    };
    CHECK(seen().find("outside") == std::string::npos);
    x(0, 0) = 50, x(1, 1) = -50, x(2, 0) = std::numeric_limits<float>::quiet_NaN(), x(3, 1) = std::numeric_limits<float>::infinity();
    CHECK(seen().find("2of6outside") != std::string::npos);
    d.ui.centre_x = 50;
    CHECK(seen().find("3of6outside") != std::string::npos);
    d.ui.centre_x = 0;
    d.last_layout.panes[0].width = 8.5f * ImGui::GetFontSize();  // no room for all of it beside the numbers of the axis
    CHECK(seen().find("2outside") != std::string::npos);
    CHECK(seen().find("2of6") == std::string::npos);
}

TEST_CASE("of an SDE that leaves the picture it is said where to read why, unless the camera left it") {
    Driver d;
    d.ui.playback.t = 0.5;
    d.frame();
    Points x = Points::Zero(6, 2);
    x(0, 0) = 50;
    HeatMapLegend heat_map;
    heat_map.lanes[0].particles = heat_map.lanes[1].particles = &x;
    const auto says_why = [&](int lane) {
        ImGui::NewFrame();
        draw_pane_overlay({d.session.scene(), d.ui, {}, heat_map}, d.last_layout.panes[static_cast<std::size_t>(lane)], lane);
        ImGui::Render();
        std::string words = seen_text(seen_glyphs());
        std::erase(words, ' ');
        CHECK(words.find("of6outside") != std::string::npos);
        return words.find(fmt::format("why:Sampling,lane{}", lane + 1)) != std::string::npos;
    };
    CHECK(says_why(1));
    CHECK_FALSE(says_why(0));  // an ODE
    d.ui.centre_x = 2;
    CHECK_FALSE(says_why(1));
    d.ui.centre_x = 0, d.ui.zoom = 2;
    CHECK_FALSE(says_why(1));
}

TEST_CASE("every axis of a pane has two numbers or more, in the plane, of the surface and in space–time, wherever there is room for them") {
    for (const char* shape : {"flat", "height", "space_time"})
        for (const float scale : {1.f, 2.f})
            for (const double zoom : {1.0, 0.6, 1.7, 4.3}) {
                CAPTURE(shape, scale, zoom);
                Scene scene = with_panes(two_lanes(), scale == 1 || shape == std::string("flat") ? 4 : 2);
                scene.view.shape = shape;
                Driver d(scene, {1280, 720});
                d.ui.scale = scale;
                d.ui.zoom = zoom;
                d.ui.numbers_open = scale == 1;
                apply_theme(d.ui);
                d.frame();
                HeatMapLegend heat_map;
                heat_map.lanes[0].maximum = 0.25;
                const Rect& pane = d.last_layout.panes[0];
                ImGui::NewFrame();
                draw_pane_overlay({d.session.scene(), d.ui, {}, heat_map}, pane, 0);
                ImGui::Render();
                // Digits at the foot and at the left, a number each.
                const auto glyphs = seen_glyphs();
                const float size = small_font()->FontSize;
                int below = 0, aside = 0, all = 0;
                float end = -1e9f, foot = -1e9f;
                for (const SeenGlyph& glyph : glyphs) {
                    if (glyph.code < U'0' || glyph.code > U'9' || glyph.min.y < pane.y + 2.4f * size) continue;
                    ++all;
                    if (glyph.min.y > pane.y + pane.height - 2 * size) below += glyph.min.x > end + 0.6f * size, end = glyph.max.x;
                    else if (glyph.min.x < pane.x + 4 * size) aside += std::abs(glyph.min.y - foot) > 0.6f * size, foot = glyph.min.y;
                }
                if (std::string(shape) == "height") {
                    if (zoom == 1) CHECK(all >= 6);  // two at each of three edges
                } else {
                    CHECK(below >= 2);
                    CHECK(aside >= 2);
                }
            }
}

TEST_CASE("the legend says once what all lanes have in common, and tells them apart where they differ") {
    Scene scene = two_lanes();
    scene.view.layers = {"density", "particles"};
    Driver d(scene);
    d.frame();
    const Results results = some_results(scene);
    HeatMapLegend heat_map;
    for (DensityLegend& lane : heat_map.lanes) lane.maximum = 0.3, lane.integral = 1;
    const int one = drawn_legend(d, results, heat_map, 1).vertices, both = drawn_legend(d, results, heat_map, 2).vertices;
    CHECK(both - one < 40);  // a dot more in the key of the particles
    heat_map.lanes[1].integral = 0.991;
    const int integrals = drawn_legend(d, results, heat_map, 2).vertices;
    CHECK(integrals - both >= 4 * 5);  // "0.991"
    CHECK(integrals - both <= 4 * 8);
    heat_map.lanes[1].integral = 0.9;
    CHECK(drawn_legend(d, results, heat_map, 2).vertices - both >= 4 * 20);  // and that the rest lies outside, of lane 2
}

TEST_CASE("where a lane has no error map the legend does not give it the scale of its density") {
    Scene scene = two_lanes();
    scene.view.layers = {"density", "error"};
    Driver d(scene, {1600, 900});
    d.frame();
    Results with_density = some_results(scene), without = some_results(scene);
    without.densities = {};
    const Drawn legend = drawn_legend(d, with_density, HeatMapLegend{}, 2);
    CHECK(legend.vertices == drawn_legend(d, without, HeatMapLegend{}, 2).vertices);
    HeatMapLegend known;
    known.lanes[0].maximum = 0.5;
    CHECK(drawn_legend(d, with_density, known, 2).vertices > legend.vertices);
}

TEST_CASE("labels of contours leave each other's lines alone: where one would lie on another contour it stands elsewhere, or nowhere") {
    Driver d(with_panes(two_lanes(), 1), {1600, 900});
    d.frame();
    const auto ring = [](double x, double y, double radius, int n) {
        Polyline line;
        for (int i = 0; i <= n; ++i) line.push_back({static_cast<float>(x + radius * std::cos(2 * std::numbers::pi * i / n)), static_cast<float>(y + radius * std::sin(2 * std::numbers::pi * i / n))});
        return line;
    };
    const auto labels = [&](std::vector<Contour> contours) {
        d.legend.lanes[0].contours = std::move(contours);
        d.frame();
        std::vector<ImVec2> out;  // of "%" on the pane
        const Rect& pane = d.last_layout.panes[0];
        for (const SeenGlyph& glyph : seen_glyphs())
            if (glyph.code == '%' && pane.x < glyph.min.x && glyph.max.x < pane.x + pane.width && pane.y < glyph.min.y && glyph.max.y < pane.y + pane.height) out.push_back(glyph.min);
        return out;
    };
    const Contour wide{0.1f, "95 %", {ring(0, 0, 2, 400)}}, inner{0.2f, "80 %", {ring(0, 0, 1, 300)}};
    CHECK(labels({inner, wide}).size() == 2);
    // A second line through the top of the wide one: its label is not there.
    const auto alone = labels({wide}), crossed = labels({{0.2f, "80 %", {ring(0, 2.1, 0.12, 200)}}, wide});
    REQUIRE(alone.size() == 1);
    REQUIRE(crossed.size() == 1);
    CHECK(std::abs(alone[0].y - crossed[0].y) > 20);
    // Rings so near that every place hides another: only the outermost, whose outer half is free, might have one; none has two.
    const auto close = labels({{0.3f, "50 %", {ring(0, 0, 1.00, 300)}}, {0.2f, "80 %", {ring(0, 0, 1.06, 300)}}, {0.1f, "95 %", {ring(0, 0, 1.12, 300)}}});
    CHECK(close.empty());
}

TEST_CASE("of contours those are drawn that stay clear of each other, the outermost first, the same in all panes") {
    const auto circle = [](float radius, float x = 0) {
        Polyline out;
        for (int i = 0; i <= 64; ++i) out.push_back({x + radius * std::cos(0.1f * static_cast<float>(i)), radius * std::sin(0.1f * static_cast<float>(i))});
        return out;
    };
    const auto pane = [](std::vector<std::vector<Polyline>> lines) {
        DensityLegend out;
        for (std::size_t k = 0; k < lines.size(); ++k) out.contours.push_back({static_cast<float>(lines.size() - k), "", lines[k]});
        measure_gaps(out.contours);
        return out;
    };
    using Kept = std::vector<std::size_t>;
    const auto kept = [](const std::vector<DensityLegend>& panes, double pixel, Theme theme) { return roomy_contours(panes, 0, pixel, theme); };
    const DensityLegend roomy = pane({{circle(12)}, {circle(21)}, {circle(30)}}), tight = pane({{circle(6)}, {circle(11.5f)}, {circle(16)}}), tiny = pane({{circle(3)}, {circle(4)}, {circle(5)}});
    CHECK(half_extent(tight.contours[1].lines[0]) == Approx(11.5).epsilon(0.01));
    CHECK(tight.contours[1].apart[2] == Approx(4.5).epsilon(0.01));
    CHECK(kept({roomy}, 1, Theme::projector) == Kept{0, 1, 2});
    CHECK(kept({tight}, 1, Theme::projector) == Kept{0, 2});
    CHECK(kept({tight}, 1, Theme::dark) == Kept{0, 1, 2});
    CHECK(kept({tight}, 2, Theme::dark) == Kept{0, 2});
    CHECK(kept({tiny}, 1, Theme::dark) == Kept{2});
    // Both edges of a ring, whose sizes are the same in the mean at every level.
    CHECK(kept({pane({{circle(27), circle(33)}, {circle(22), circle(38)}, {circle(17), circle(43)}})}, 1, Theme::dark) == Kept{0, 1, 2});
    // Many small modes, and one large: no mean size tells that the small ones close up.
    CHECK(kept({pane({{circle(1, 50), circle(1, 60), circle(1, 70), circle(20)}, {circle(1.5f, 50), circle(1.5f, 60), circle(1.5f, 70), circle(30)}})}, 1, Theme::dark) == Kept{1});
    CHECK(kept({roomy, tiny}, 1, Theme::dark) == Kept{2});  // as in the pane beside it
    CHECK(kept({roomy, pane({{circle(3)}, {circle(4)}})}, 1, Theme::dark) == Kept{0, 1, 2});  // which has others
    DensityLegend difference;
    difference.contours = {{0.5f, "", {circle(5)}}, {-0.5f, "", {circle(5)}}};
    CHECK(kept({difference}, 1, Theme::projector) == Kept{0, 1});
    CHECK(kept({DensityLegend{}}, 1, Theme::dark).empty());
}

TEST_CASE("where lanes differ in much, the legend says what there is room for") {
    Scene scene = with_panes(two_lanes(), 4);
    scene.view.layers = {"grid", "streamlines"};
    Driver d(scene, {1280, 720});
    LayerResults layers;
    for (std::size_t i = 0; i < 4; ++i) {
        auto movie = std::make_shared<StreamlineMovie>();
        movie->fastest = static_cast<float>(i + 1);
        layers.streamlines[i] = movie;
        auto grid = std::make_shared<GridMovie>();
        grid->circles = static_cast<int>(i % 2);
        layers.grids[i] = grid;
    }
    d.frame();
    ImDrawList draw(ImGui::GetDrawListSharedData());
    draw._ResetForNewFrame();
    draw.PushTextureID(ImGui::GetIO().Fonts->TexID);
    draw.PushClipRectFullScreen();
    draw_legend(draw, {d.session.scene(), d.ui, some_results(scene), HeatMapLegend{}, &layers}, d.last_layout, {0, 1, 2, 3});
    CHECK(draw.VtxBuffer.Size > 100);
    CHECK(bounds(draw).right <= d.last_layout.legend.x + d.last_layout.legend.width);
}

TEST_CASE("a model and a lane are selected together") {
    Scene scene = with_panes(two_lanes(), 4);
    scene.models.push_back(scene.models[0]);
    scene.models[1].name = "other";
    scene.lanes[2].model = "other";
    Driver d(scene);
    Context context = d.make_context();
    select_lane(context, 2);
    CHECK((d.ui.selected_lane == 2 && d.ui.selected_model == 1));
    select_model(context, 0);
    CHECK((d.ui.selected_lane == 0 && d.ui.selected_model == 0));
    select_lane(context, 3);
    select_model(context, 0);  // which lane 4 follows
    CHECK((d.ui.selected_lane == 3 && d.ui.selected_model == 0));
    select_model(context, 1);
    CHECK(d.ui.selected_lane == 2);
    d.session.commit("panes", with_panes(d.session.scene(), 1));
    select_model(context, 0);
    select_lane(context, 0);
    select_model(context, 1);  // no lane on screen follows it
    CHECK(d.ui.selected_lane == 0);
}

TEST_CASE("notices keep clear of titles, legends and time") {
    for (const int panes : {1, 2, 4})
        for (const ImVec2 size : {ImVec2{1280, 720}, {1600, 900}}) {
            CAPTURE(panes, size.x);
            Driver d(with_panes(two_lanes(), panes), size);
            for (int i = 0; i < 9; ++i) d.notices.push_back({Notice::Level::error, "a long sentence that says what went wrong and what to do about it now, so that it takes two lines"});
            d.frame();
            const Bounds b = bounds(*ImGui::GetForegroundDrawList());
            const Rect& pane = d.last_layout.panes.front();
            CHECK(b.area() > 0);
            CHECK(b.top >= pane.y + title_room - 1);
            CHECK(b.bottom <= pane.y + 0.7f * pane.height);
            CHECK((b.left >= d.last_layout.canvas.x && b.right <= d.last_layout.canvas.x + d.last_layout.canvas.width));
        }
}

TEST_CASE("of many notices the three newest are shown, and how many more there are") {
    const auto said = [](int count) {
        Driver d(two_lanes(), {1600, 900});
        for (int i = 0; i < count; ++i) d.notices.push_back({i == 0 ? Notice::Level::error : Notice::Level::info, fmt::format("Qq{}", i)});
        d.frame();
        return seen_text(seen_glyphs());
    };
    for (const int count : {1, 3, 4, 9}) {
        CAPTURE(count);
        const std::string all = said(count);
        for (int i = 0; i < count; ++i) CHECK((all.find(fmt::format("Qq{}", i)) != std::string::npos) == (i >= count - 3));
        CHECK((all.find(fmt::format("{} earlier", count - 3)) != std::string::npos) == (count > 3));
    }
}

TEST_CASE("notices stand below what a tool says that it does") {
    Driver d(two_lanes(), {1600, 900});
    d.ui.tool = Tool::brush;
    d.notices.push_back({Notice::Level::info, "something was done"});
    d.frame();
    const float top = bounds(*ImGui::GetForegroundDrawList()).top;
    int of_hint = 0;
    for (const SeenGlyph& glyph : seen_glyphs()) {
        const Rect& pane = d.last_layout.panes.front();
        if (glyph.min.x < pane.x || glyph.min.y < pane.y + title_room || glyph.max.y > pane.y + 2 * title_room || glyph.min.x > pane.x + pane.width / 2) continue;
        ++of_hint;
        CHECK(glyph.max.y <= top);
    }
    CHECK(of_hint > 10);
}

TEST_CASE("notices stand beside a dialog, or wait where it leaves no room") {
    for (const bool film : {true, false})
        for (const ImVec2 size : {ImVec2{1280, 720}, {1600, 900}, {900, 600}}) {
            CAPTURE(film, size.x);
            Driver d(two_lanes(), size);
            d.ui.film.open = film, d.ui.files.open = !film;
            for (int i = 0; i < 3; ++i) d.notices.push_back({Notice::Level::info, fmt::format("plot saved: /somewhere/few_steps_many_solvers_quality_against_evaluations-{}.png", i)});
            for (int i = 0; i < 3; ++i) d.frame();
            const ImGuiWindow* dialog = ImGui::FindWindowByName(film ? "##film" : "##files");
            REQUIRE((dialog && dialog->Active));
            const Bounds b = bounds(*ImGui::GetForegroundDrawList());
            CHECK((b.area() > 0) == (size.x > 1000));
            if (b.area() > 0) CHECK((b.left >= dialog->Pos.x + dialog->Size.x && b.right <= size.x));
        }
}

TEST_CASE("help lies above everything, inside the window, and scrolls where it does not fit") {
    for (const float scale : {0.75f, 1.f, 2.f, 3.f}) {
        CAPTURE(scale);
        Driver d(two_lanes(), {1280, 720});
        d.ui.scale = scale;
        apply_theme(d.ui);
        d.frame();
        d.press(key::f1);
        for (int i = 0; i < 4; ++i) d.frame();
        const ImGuiWindow* help = ImGui::FindWindowByName("help");
        REQUIRE(help);
        CHECK(GImGui->Windows.back() == help);
        CHECK((help->Pos.x >= 0 && help->Pos.y >= 0 && help->Pos.x + help->Size.x <= 1280 && help->Pos.y + help->Size.y <= 720));
        CHECK(help->Pos.x + help->Size.x / 2 == Approx(640).margin(1));
        CHECK(help->Pos.y + help->Size.y / 2 == Approx(360).margin(1));
        CHECK(help->ScrollMax.x == 0);
        CHECK((help->ScrollMax.y > 0) == (scale > 1.5f));
        d.press(key::down);
        for (int i = 0; i < 4; ++i) d.frame();
        CHECK((help->Scroll.y > 0) == (scale > 1.5f));
        d.press(key::escape);
        d.frame();
        CHECK_FALSE(help->Active);
    }
}

TEST_CASE("the button of the scene is as wide as the longest title of a built-in scene, and its sentence fits below") {
    for (const BuiltinScene& builtin : builtin_scenes()) {
        CAPTURE(builtin.id);
        Driver d(builtin.scene, {1280, 720});
        const ImVec2 at = d.find("top", {"###scene"}, {0.06f});
        REQUIRE(at.x >= 0);
        // The triangle that follows the title belongs to the button too.
        d.move({ImGui::GetStyle().WindowPadding.x + 36 + ImGui::CalcTextSize(builtin.scene.title.c_str()).x + 24, at.y});
        CHECK(GImGui->HoveredId == ImHashStr("###scene", 0, ImGui::FindWindowByName("top")->ID));
        const float room = d.last_layout.top.height - at.y - ImGui::GetFrameHeight() / 2, width = 1280 - 2 * ImGui::GetStyle().WindowPadding.x;
        CHECK(small_font()->CalcTextSizeA(small_font()->FontSize, 1e6f, width, builtin.scene.sentence.c_str()).y < room);
    }
}

TEST_CASE("the mark of a lane says what to do or what is going on") {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    Results results;
    CHECK(lane_mark(scene, results, 0) == "train the network (T)");
    auto training = std::make_shared<TrainingState>();
    results.training[0] = training;
    CHECK(lane_mark(scene, results, 0) == "train the network (T)");
    training->status = TrainingStatus::running;
    training->steps = 200;
    CHECK(lane_mark(scene, results, 0) == "training 0 %");
    training->status = TrainingStatus::paused;
    training->revision = 3;
    CHECK(lane_mark(scene, results, 0) == "computing …");
    auto lane = std::make_shared<LaneResult>();
    results.lanes[0] = lane;
    CHECK(lane_mark(scene, results, 0) == "updating …");
    results.lane_current[0] = true;
    CHECK(lane_mark(scene, results, 0).empty());
    lane->coarse = true;
    CHECK(lane_mark(scene, results, 0) == "coarse, refining …");
    training->status = TrainingStatus::running;
    training->step = 71;
    CHECK(lane_mark(scene, results, 0) == "training 35 %");
    lane->coarse = false;
    CHECK(lane_mark(scene, results, 0) == "training 35 %");
    lane->path.lost = 4;
    CHECK(lane_mark(scene, results, 0) == "training 35 % · 4 particles lost");
    training->status = TrainingStatus::finished;
    CHECK(lane_mark(scene, results, 0) == "4 particles lost");
    lane->path.lost = 0;
    auto solution = std::make_shared<FokkerPlanckMovie>();
    solution->coarse = true;
    results.fokker_planck[0] = solution;
    CHECK(lane_mark(scene, results, 0).empty());  // it is not shown
    scene.view.density = "fokker_planck";
    CHECK(lane_mark(scene, results, 0) == "coarse, refining …");
    scene.view.layers = {"particles"};
    CHECK(lane_mark(scene, results, 0).empty());
    scene.view.layers = {"density"};
    solution->coarse = false;
    CHECK(lane_mark(scene, results, 0).empty());
    lane->path.lost = 4;
    scene.models[0].field = "exact";
    CHECK(lane_mark(scene, Results{}, 0) == "computing …");
}

TEST_CASE("before training a pane shows the noise and the data that the network shall connect") {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    Driver d(scene);
    Results results;
    const auto drawn = [&](const Results& now) {
        d.fixed_results = &now;
        d.frame();
        ImGui::NewFrame();
        ImDrawList& draw = *ImGui::GetBackgroundDrawList();
        const int before = draw.VtxBuffer.Size;
        draw_pane_overlay({d.session.scene(), d.ui, now, {}}, d.last_layout.panes[0], 0);
        const int vertices = draw.VtxBuffer.Size - before;
        ImGui::Render();
        return std::pair(vertices, seen_text(seen_glyphs()));
    };
    const auto [untrained, words] = drawn(results);
    CHECK(words.find("noise, t = 0") != std::string::npos);
    CHECK(words.find("data, t = 1") != std::string::npos);
    CHECK(untrained > 4 * 1400);
    auto training = std::make_shared<TrainingState>();
    training->status = TrainingStatus::running;
    results.training[0] = training;
    const auto [running, other_words] = drawn(results);
    CHECK(other_words.find("noise, t = 0") == std::string::npos);
    CHECK(running < 4 * 1000);
}

TEST_CASE("the coordinates of a pinned particle stay inside its pane") {
    Driver d;
    Results results;
    auto lane = std::make_shared<LaneResult>();
    lane->path.t = {0, 1};
    lane->start = Points::Zero(1, 2);
    d.frame();
    const Rect pane = d.last_layout.panes[0];
    const PaneCamera camera = pane_camera(d.ui, scene_box(d.session.scene()), pane);
    for (const float inset : {3.f, 30.f, 200.f}) {
        const Point at = to_world(camera, pane, {pane.x + pane.width - inset, pane.y + pane.height / 2});
        lane->path.x.assign(2, (Points(1, 2) << static_cast<float>(at.x), static_cast<float>(at.y)).finished());
        results.lanes[0] = lane;
        d.ui.pinned_particle = 0;
        ImGui::NewFrame();
        draw_pane_overlay({d.session.scene(), d.ui, results, {}}, pane, 0);
        ImGui::Render();
        const auto glyphs = seen_glyphs();
        int digits = 0;
        for (const SeenGlyph& glyph : glyphs) {
            if (std::abs(glyph.min.y - (pane.y + pane.height / 2)) > 20 || glyph.min.x < pane.x + 60) continue;
            ++digits;
            CHECK(glyph.max.x <= pane.x + pane.width);
        }
        INFO(inset);
        CHECK(digits >= 10);
    }
}

TEST_CASE("the sentence of a scene says that it is old once a lane has noise that had none, or data are others") {
    Scene scene = two_lanes();
    scene.sentence = "No noise on the left.";
    const auto seen = [](Driver& d) {
        for (int i = 0; i < 3; ++i) d.frame();
        return seen_text(seen_glyphs());
    };
    Driver d(scene);
    CHECK(seen(d).find("No noise on the left.") != std::string::npos);
    CHECK(seen(d).find("Changed since") == std::string::npos);
    Scene more = d.session.scene();
    more.lanes[0].steps = 33;
    more.lanes[1].sigma.values["max"] = 2;
    d.session.commit("steps", more);
    CHECK(seen(d).find("Changed since") == std::string::npos);
    d.press('S');
    CHECK(seen(d).find("Changed since") != std::string::npos);
    // A line of text takes that with it.
    d.press('C', key::control);
    const Scene shared = scene_from_line(ImGui::GetClipboardText(), "line");
    CHECK(shared.sentence == "Changed since. It was: No noise on the left.");
    d.press('S');
    CHECK(seen(d).find("Changed since") == std::string::npos);
    d.session.load(shared, "pasted");
    CHECK(seen(d).find("Changed since. It was: No noise") != std::string::npos);
    CHECK(seen(d).find("Changed since. It was: Changed") == std::string::npos);
}

TEST_CASE("a path drawn so that it begins with data in the noise says so") {
    Scene scene = two_lanes();
    scene.models[0].schedule = {"custom", {}};
    Driver d(scene, {1600, 900});
    const auto seen = [&] {
        for (int i = 0; i < 3; ++i) d.frame();
        return seen_text(seen_glyphs());
    };
    CHECK(seen().find("begins with data") == std::string::npos);
    Scene next = d.session.scene();
    next.models[0].schedule.curves["alpha"] = {{0, 0.3}, {1, 1}};
    d.session.commit("path", next);
    CHECK(seen().find("begins with data") != std::string::npos);
}

TEST_CASE("Shift and drag, or the tool and drag, draw a box: one undo entry; a click draws none, a drag alone pans") {
    for (const bool tool : {false, true}) {
        CAPTURE(tool);
        Driver d(two_lanes());
        const Rect pane = d.last_layout.panes[1];
        const ImVec2 from{pane.x + 200, pane.y + 300}, to{pane.x + 100, pane.y + 180};
        const PaneCamera camera = pane_camera(d.ui, scene_box(d.session.scene()), pane);
        const Point a = to_world(camera, pane, {from.x, from.y}), b = to_world(camera, pane, {to.x, to.y});
        const auto draw = [&](ImVec2 start, ImVec2 end) {
            if (tool) d.press('B'), d.drag(start, end);
            else d.drag_with_shift(start, end);
        };
        draw(from, to);
        REQUIRE(d.session.scene().view.box);
        const Box box = *d.session.scene().view.box;
        CHECK(box.x_min == Approx(b.x));
        CHECK(box.x_max == Approx(a.x));
        CHECK(box.y_min == Approx(a.y));
        CHECK(box.y_max == Approx(b.y));
        CHECK((d.ui.centre_x == 0 && d.ui.centre_y == 0));
        CHECK(d.session.undo_label() == "box");
        CHECK(d.ui.tool == Tool::none);
        d.wait();
        draw(from, {from.x + 2, from.y + 50});  // too thin
        CHECK(*d.session.scene().view.box == box);
        CHECK(d.session.undo());
        CHECK_FALSE(d.session.scene().view.box);
        CHECK(d.session.undo_label().empty());
        d.drag(from, to);
        CHECK_FALSE(d.session.scene().view.box);
        CHECK(d.ui.centre_x != 0);
    }
}

TEST_CASE("a drag turns the surface, the wheel comes nearer, 0 turns it back") {
    Scene scene = two_lanes();
    scene.view.shape = "height";
    Driver d(scene);
    const Rect pane = d.last_layout.panes[0];
    const UiState before = d.ui;
    d.drag({pane.x + 100, pane.y + 200}, {pane.x + 200, pane.y + 150});
    CHECK(d.ui.turn == Approx(before.turn + 50).margin(2));
    CHECK(d.ui.tilt == Approx(before.tilt - 20).margin(1));
    CHECK(d.ui.centre_x == before.centre_x);
    for (int i = 0; i < 5; ++i) d.drag({pane.x + 100, pane.y + 100}, {pane.x + 100, pane.y + 300});
    CHECK(d.ui.tilt == 90);
    d.press('0');
    CHECK(d.ui.turn == before.turn);
    CHECK(d.ui.tilt == before.tilt);
}

TEST_CASE("the surface has an axis for its height, which is not there seen from above") {
    Scene scene = two_lanes();
    scene.view.shape = "height";
    Driver d(scene);
    Results results;
    HeatMapLegend heat_map;
    heat_map.lanes[0].maximum = 0.2468;
    d.fixed_results = &results;
    const auto seen = [&] {
        d.frame();
        ImGui::NewFrame();
        draw_pane_overlay({d.session.scene(), d.ui, results, heat_map}, d.last_layout.panes[0], 0);
        ImGui::Render();
        return seen_text(seen_glyphs());
    };
    const std::string words = seen();
    CHECK(words.find("p = 0.25") != std::string::npos);
    CHECK(words.find("\n0\n", words.find("p = 0.25")) != std::string::npos);  // and its foot
    for (const double turn : {40.0, 130.0, 260.0}) {
        d.ui.turn = turn;
        CHECK(seen().find("p = 0.25") != std::string::npos);
        for (const SeenGlyph& glyph : seen_glyphs()) CHECK(glyph.min.x >= -1);
    }
    d.ui.tilt = 90;
    CHECK(seen().find("p = 0.25") == std::string::npos);
}

TEST_CASE("in space–time a drag is a hand on the line of now") {
    Scene scene = two_lanes();
    scene.view.shape = "space_time";
    Driver d(scene);
    const Rect pane = d.last_layout.panes[0];
    const SpaceTime line = space_time(d.ui, scene_box(scene), pane);
    const auto column = [&](double t) { return static_cast<float>(to_screen(line.camera, pane, {line.x(t), 0}).x); };
    CHECK((column(0) > pane.x && column(1) < pane.x + pane.width && column(0) < column(1)));
    const auto row = [&](double x1) { return static_cast<float>(to_screen(line.camera, pane, {0, x1}).y); };
    CHECK(row(scene_box(scene).y_max) == Approx(pane.y + title_room).margin(0.01));
    CHECK(row(scene_box(scene).y_min) == Approx(pane.y + pane.height).margin(0.01));
    d.ui.playback.playing = true;
    d.drag({column(0.2), pane.y + 200}, {column(0.7), pane.y + 250});
    CHECK(d.ui.playback.t == Approx(0.7).margin(2e-3));
    CHECK_FALSE(d.ui.playback.playing);
    CHECK(d.ui.centre_x == 0);
}
