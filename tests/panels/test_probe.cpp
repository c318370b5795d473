#include <algorithm>
#include <cmath>
#include <utility>

#include "app/panels/camera.h"
#include "app/panels/pinned_point.h"
#include "app/panels/plot.h"
#include "app/panels/probe_numbers.h"
#include "app/runtime/scene_file.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"
#include "tests/runtime/helpers.h"

using namespace pf;
using namespace pf::panels;
using pf::testing::eventually;

namespace {

// A place of pane `pane`, in data units and on the screen.
ImVec2 place(Driver& d, std::size_t pane, double x, double y) {
    const Rect& rect = d.last_layout.panes[pane];
    const Point at = to_screen(pane_camera(d.ui, scene_box(d.session.scene()), rect), rect, {x, y});
    return {static_cast<float>(at.x), static_cast<float>(at.y)};
}

bool answered(Driver& d, double x) {
    return eventually([&] {
        d.frame();
        return d.ui.probes.pinned && d.ui.probes.pinned->request.at[0].x[0] == x && !d.ui.probes.pinned->request.coarse;
    });
}

}  // namespace

TEST_CASE("what is pinned is part of how a scene is looked at") {
    UiState ui;
    ui.pinned_point = PinnedPoint{0.5, -1, 0.25};
    ui.probe_fan = false;
    UiState there;
    there.pinned_particle = 4;
    look_from(there, viewpoint(ui));
    CHECK(there.pinned_particle == -1);
    REQUIRE(there.pinned_point);
    CHECK((there.pinned_point->x == 0.5 && there.pinned_point->y == -1 && there.pinned_point->t == 0.25 && !there.pinned_point->follows_time));
    CHECK((!there.probe_fan && there.probe_posterior));
    ui.pinned_point->follows_time = true;
    ui.playback.t = 0.75;
    look_from(there, viewpoint(ui));
    CHECK((there.pinned_point->follows_time && there.pinned_point->t == 0.75));
    ui.pinned_point.reset();
    ui.pinned_particle = 7;
    look_from(there, viewpoint(ui));
    CHECK((there.pinned_particle == 7 && !there.pinned_point));
}

TEST_CASE("a click beside the particles pins a point in every lane; a click on it, or Esc, lets go; nothing of it is an undo entry") {
    Driver d;
    const Results results = some_results(d.session.scene());
    d.fixed_results = &results;  // particles at (0 … 4, t)
    d.ui.playback.t = 0.5;
    const auto at = place(d, 1, -1.5, 1.25);
    d.click(at);
    REQUIRE(d.ui.pinned_point);
    CHECK(d.ui.pinned_point->x == Approx(-1.5).margin(0.02));
    CHECK(d.ui.pinned_point->y == Approx(1.25).margin(0.02));
    CHECK(d.ui.pinned_point->t == 0.5);
    CHECK(d.ui.selected_lane == 1);
    CHECK(d.ui.pinned_particle == -1);
    d.ui.playback.t = 0.75;  // a pinned point keeps its own t
    d.frame();
    CHECK(d.ui.pinned_point->t == 0.5);
    d.click(at);
    CHECK_FALSE(d.ui.pinned_point);
    d.click(at);
    CHECK(d.ui.pinned_point);
    d.click(place(d, 0, 1, 0.75));  // a particle takes its place
    CHECK(d.ui.pinned_particle == 1);
    CHECK_FALSE(d.ui.pinned_point);
    d.click(at);
    CHECK(d.ui.pinned_particle == -1);
    CHECK(d.ui.pinned_point);
    d.press(key::escape);
    CHECK_FALSE(d.ui.pinned_point);
    CHECK(d.session.undo_label().empty());
}

TEST_CASE("a drag moves the pinned point, pans nothing, and the numbers follow; a dragged particle becomes a point") {
    Driver d;
    d.ui.playback.t = 0.5;
    d.frame();
    d.click(place(d, 0, -1.5, 1.25));
    REQUIRE(d.ui.pinned_point);
    REQUIRE(answered(d, d.ui.pinned_point->x));
    const ProbeResult before = *d.ui.probes.pinned;
    REQUIRE(before.lanes.size() == 2);
    CHECK(before.lanes[0].field.velocity);
    CHECK(before.lanes[0].ode.x.size() > 2);
    CHECK(before.lanes[1].fan_on.x.size() > 2);
    CHECK(before.lanes[0].posterior);
    d.drag(place(d, 0, -1.5, 1.25), place(d, 0, 0.5, -1));
    REQUIRE(d.ui.pinned_point);
    CHECK(d.ui.pinned_point->x == Approx(0.5).margin(0.02));
    CHECK(d.ui.pinned_point->y == Approx(-1).margin(0.02));
    CHECK_FALSE(d.ui.pinned_point->held);
    CHECK((d.ui.centre_x == 0 && d.ui.centre_y == 0));
    REQUIRE(answered(d, d.ui.pinned_point->x));
    CHECK(*d.ui.probes.pinned->lanes[0].field.velocity != *before.lanes[0].field.velocity);
    CHECK(d.session.undo_label().empty());

    REQUIRE(eventually([&] { d.frame(); return d.results.lanes[0] && !d.session.busy(); }));
    d.press(key::escape);
    const auto particle = particle_position(d.results.lanes[0].get(), 3, 0.5);
    REQUIRE(particle);
    d.ui.pinned_particle = 3;
    CHECK(d.session.take_notices().empty());
    d.drag(place(d, 0, particle->x, particle->y), place(d, 0, particle->x + 1, particle->y));
    const auto said = d.session.take_notices();
    CHECK((said.size() == 1 && said[0].text.find("a point of its own now") != std::string::npos));
    CHECK(d.ui.pinned_particle == -1);
    REQUIRE(d.ui.pinned_point);
    CHECK(d.ui.pinned_point->x == Approx(particle->x + 1).margin(0.02));
}

TEST_CASE("F and Q turn what is drawn through the pinned point off, and it is then not computed") {
    Driver d;
    d.ui.pinned_point = PinnedPoint{0.5, 0.5, 0.5};
    REQUIRE(answered(d, 0.5));
    REQUIRE((d.ui.probes.pinned->lanes[0].fan_back.t.size() > 1 && d.ui.probes.pinned->lanes[0].posterior));
    d.press('F');
    d.press('Q');
    REQUIRE(eventually([&] { d.frame(); return d.ui.probes.pinned->lanes[0].fan_back.t.empty(); }));
    CHECK_FALSE(d.ui.probes.pinned->lanes[0].posterior);
    CHECK(d.ui.probes.pinned->lanes[0].ode.t.size() > 1);
    d.ui.pinned_point->follows_time = true;
    d.ui.playback.t = 0.25;
    d.frame();
    CHECK(d.ui.pinned_point->t == 0.25);
}

TEST_CASE("F and Q on a pinned particle draw paths from where it is: it becomes a point of its own there, which is said") {
    for (const char key : {'F', 'Q'})
        for (const bool were_off : {false, true}) {
            CAPTURE(key, were_off);
            Driver d;
            const Results results = some_results(d.session.scene());
            d.fixed_results = &results;  // particle 2 at (2, t)
            d.ui.playback.t = 0.5;
            d.ui.pinned_particle = 2;
            if (were_off) d.ui.probe_fan = d.ui.probe_posterior = false;
            d.press(key);
            CHECK(d.ui.pinned_particle == -1);
            REQUIRE(d.ui.pinned_point);
            CHECK((d.ui.pinned_point->x == 2 && d.ui.pinned_point->y == 0.5 && d.ui.pinned_point->t == 0.5));
            CHECK((key == 'F' ? d.ui.probe_fan : d.ui.probe_posterior));
            const auto said = d.session.take_notices();
            REQUIRE(said.size() == 1);
            CHECK(said[0].text.find("particle 2") != std::string::npos);
            d.press(key);  // and off again
            CHECK_FALSE((key == 'F' ? d.ui.probe_fan : d.ui.probe_posterior));
            CHECK(d.ui.pinned_point);
            CHECK(d.session.take_notices().empty());
        }
    Driver d;
    d.press('F');
    CHECK_FALSE(d.ui.pinned_point);
    CHECK(d.session.take_notices().size() == 1);  // nothing is pinned: how to
}

TEST_CASE("one frame has one time: a probed particle is where and when the panes show it, however old its numbers are") {
    Driver d(two_lanes(), {1600, 2000});
    const Results results = some_results(d.session.scene());
    d.fixed_results = &results;  // particles at (0 … 4, t)
    const auto read = [&] {
        std::string words = seen_text(seen_glyphs());
        std::erase_if(words, [](char c) { return c == ' ' || c == '\n'; });
        return words;
    };
    d.ui.pinned_particle = 2;
    for (const double t : {0.5, 0.75, 0.25, 0.6, 0.3}) {
        d.ui.playback.t = t;
        d.frame();
        const std::string now = fmt::format("{:.3f}", t);
        if (d.ui.probes.pinned) CHECK(read().find("particle2t=" + now) != std::string::npos);
        if (d.ui.probes.pinned) CHECK(read().find("x=(2.000," + now + ")") != std::string::npos);
        // What is still of the time before says so, and of where.
        if (const auto& old = d.ui.probes.pinned; old && old->request.t != t) CHECK(read().find(fmt::format("oft={0:.3f},x=(2.000,{0:.3f})", old->request.t)) != std::string::npos);
        REQUIRE(eventually([&] { d.frame(); return d.ui.probes.pinned && d.ui.probes.pinned->request.t == t; }));
        CHECK(read().find("particle2t=" + now) != std::string::npos);
        CHECK(read().find("oft=") == std::string::npos);
        // While time runs the line is there in every frame, or what is below would jump.
        d.ui.playback.playing = true;
        d.frame();
        CHECK(read().find(fmt::format("oft={0:.3f},x=(2.000,{0:.3f})", d.ui.probes.pinned->request.t)) != std::string::npos);
        d.ui.playback.playing = false;
    }
}

TEST_CASE("what is pinned brings its numbers into sight, not its heading alone") {
    Driver d(two_lanes(), {1280, 720});
    const Results results = some_results(d.session.scene());
    d.fixed_results = &results;
    d.ui.playback.t = 0.5;
    for (int i = 0; i < 3; ++i) d.frame();
    d.ui.pinned_particle = 2;
    REQUIRE(eventually([&] { d.frame(); return d.ui.probes.pinned != nullptr; }));
    for (int i = 0; i < 6; ++i) d.frame();
    const Rect& panel = d.last_layout.numbers;
    std::string words;
    for (const SeenGlyph& glyph : seen_glyphs())
        if (glyph.min.x >= panel.x && glyph.min.y >= panel.y && glyph.max.y <= panel.y + panel.height) words += utf8(glyph.code);
    INFO(words);
    CHECK(words.find("particle2") != std::string::npos);
    CHECK(words.find("lanes1,2") != std::string::npos);
    CHECK(words.find("logp") != std::string::npos);
}

TEST_CASE("where t stands still nothing speaks of a t that runs") {
    Scene scene = load_scene("langevin");
    for (Lane& lane : scene.lanes) lane.duration = 6;
    Driver d(scene, {1600, 2000});
    const Results results = some_results(scene);
    d.fixed_results = &results;
    d.ui.playback.t = 0.81;
    d.ui.pinned_point = PinnedPoint{0.5, 0.5, 0.81};
    for (const Convention convention : {Convention::flow, Convention::diffusion}) {
        const bool flow = convention == Convention::flow;
        CAPTURE(flow);
        d.ui.convention = convention;
        REQUIRE(answered(d, 0.5));
        d.frame();
        std::string words = seen_text(seen_glyphs());
        std::erase_if(words, [](char c) { return c == ' ' || c == '\n'; });
        INFO(words);
        const std::string first = flow ? "t=0.6" : "τ=0.4", second = flow ? "t=0.9" : "τ=0.1";
        for (const std::string& said : {"Langevinat" + first + ",", "Langevinat" + second + ",", "(0.50,0.50)," + first, "(0.50,0.50)," + second, "lane1at" + first, "lane2at" + second,
                                        std::string("apartatr=4.86,"), std::string("pointatr=4.860"), std::string("32Langevinpathsonfromx"), std::string("Qualityoverr")}) {
            CAPTURE(said);
            CHECK(words.find(said) != std::string::npos);
        }
        for (const char* not_said : {"=0.81", "=0.19", "SDEtodata", "pathstoz", "Qualityovert", "Qualityoverτ"}) CHECK(words.find(not_said) == std::string::npos);
    }
    Context context = d.make_context();
    CHECK(schedule_figure(context).now == 0.6);
    select_lane(context, 1);
    CHECK(log_snr_figure(context).now == 0.9);
    const Figure quality = quality_over_time_figure(context);
    CHECK((quality.x.label == "r" && quality.x.max == 6 && !quality.x.time));
    CHECK(quality.now.value_or(0) == Approx(4.86));
    Driver other;
    Context plain = other.make_context();
    CHECK_FALSE(schedule_figure(plain).now);
    CHECK(quality_over_time_figure(plain).x.time);
}

TEST_CASE("space–time says what the lines through the pinned point are too") {
    for (const char* shape : {"space_time", "height"}) {
        CAPTURE(shape);
        Scene scene = two_lanes();
        scene.view.shape = shape;
        Driver d(scene, {1600, 900});
        d.ui.pinned_point = PinnedPoint{0.5, 0.5, 0.5};
        REQUIRE(answered(d, 0.5));
        d.frame();
        ImGui::NewFrame();
        draw_pane_overlay({d.session.scene(), d.ui, d.results, {}}, d.last_layout.panes[0], 0);
        ImGui::Render();
        std::string words = seen_text(seen_glyphs());
        std::erase_if(words, [](char c) { return c == ' ' || c == '\n'; });
        for (const char* expected : {"ODEthroughx", "pathstoz", "SDEtonoise"}) CHECK((words.find(expected) != std::string::npos) == (shape == std::string("space_time")));
    }
}

TEST_CASE("the pane shows point, D and a legend of the curves; nothing where nothing is pinned") {
    Driver d;
    d.ui.pinned_point = PinnedPoint{0.5, 0.5, 0.5};
    REQUIRE(answered(d, 0.5));
    const auto vertices = [&](Rect pane) {
        ImDrawList draw(ImGui::GetDrawListSharedData());
        draw._ResetForNewFrame();
        draw.PushTextureID(ImGui::GetIO().Fonts->TexID);
        draw.PushClipRectFullScreen();
        const HeatMapLegend heat_map;
        const Sheet sheet{draw, pane, pane_camera(d.ui, {-4, 4, -4, 4}, pane), palette(d.ui.theme), 1, small_font(), small_font()->FontSize};
        draw_pinned_point(sheet, {d.session.scene(), d.ui, d.results, heat_map}, 0);
        return draw.VtxBuffer.Size;
    };
    const int all = vertices({320, 74, 639, 550});
    CHECK(all > 0);
    CHECK(vertices({320, 74, 230, 190}) < all);  // no room for the legend
    d.ui.probes.pinned = nullptr;
    const int bare = vertices({320, 74, 639, 550});
    CHECK((bare > 0 && bare < all));
    d.ui.pinned_point.reset();
    CHECK(vertices({320, 74, 639, 550}) == 0);
}

TEST_CASE("in the legend the lines of a pinned point end as they do in the pane: in the source round, in the data square") {
    Driver d;
    d.ui.pinned_point = PinnedPoint{0.5, 0.5, 0.5};
    REQUIRE(answered(d, 0.5));
    d.ui.zoom = 0.2;  // the lines themselves are far from the legend
    d.frame();
    ImGui::NewFrame();
    draw_pane_overlay({d.session.scene(), d.ui, d.results, {}}, d.last_layout.panes[0], 0);
    ImGui::Render();
    const auto glyphs = seen_glyphs();
    const auto first_of = [&](const std::string& word) {  // where it is written
        const auto found = std::search(glyphs.begin(), glyphs.end(), word.begin(), word.end(), [](const SeenGlyph& glyph, char c) { return glyph.code == static_cast<char32_t>(c); });
        REQUIRE(found != glyphs.end());
        return *found;
    };
    // Whether what is drawn in the lane's colour at either end of the line beside the word is taller than any line: a mark is 6 pixels tall.
    const auto ends = [&](const std::string& word) {
        const SeenGlyph at = first_of(word);
        const float middle = (at.min.y + at.max.y) / 2, length = std::max(22.f, two_dashes(1)), centre = at.min.x - 7 - length / 2;
        float top[2] = {1e9f, 1e9f}, foot[2] = {0, 0};
        const ImU32 own = rgba(palette(d.ui.theme).lanes[0]) & ~IM_COL32_A_MASK;
        const ImDrawData& data = *ImGui::GetDrawData();
        for (int list = 0; list < data.CmdListsCount; ++list)
            for (const ImDrawVert& v : data.CmdLists[list]->VtxBuffer) {
                if ((v.col & ~IM_COL32_A_MASK) != own || std::abs(v.pos.y - middle) > 6 || std::abs(v.pos.x - centre) > length) continue;
                const int end = v.pos.x < centre ? 0 : 1;
                top[end] = std::min(top[end], v.pos.y), foot[end] = std::max(foot[end], v.pos.y);
            }
        CHECK((foot[0] > 0 && foot[1] > 0));
        return std::pair(foot[0] - top[0] > 5, foot[1] - top[1] > 5);
    };
    CHECK(ends("ODE") == std::pair(true, true));
    CHECK(ends("32SDEtodata") == std::pair(false, true));
    CHECK(ends("32SDEtonoise") == std::pair(true, false));
}

TEST_CASE("the probe panel keeps inside its window at every scale, with and without an exact field beside the lane's") {
    for (const bool compared : {false, true})
        for (const float scale : {1.f, 2.f}) {
            CAPTURE(compared, scale);
            Scene scene = two_lanes();
            if (compared) scene.models[0].field = "gaussian";
            Driver d(scene, {1280, 720});
            d.ui.scale = scale;
            apply_theme(d.ui);
            // Only the probe: its window would otherwise have to be scrolled.
            d.ui.pinned_point = PinnedPoint{-1.25, -1.25, 0.5};
            REQUIRE(eventually([&] { d.frame(); return d.ui.probes.pinned && !d.session.busy(); }));
            CHECK(d.ui.probes.pinned->lanes[0].exact.velocity.has_value() == compared);
            ImGui::NewFrame();
            Context context = d.make_context();
            ImGui::SetNextWindowPos({0, 0});
            ImGui::SetNextWindowSize({std::min(320 * scale, 0.275f * 1280), 4000});
            ImGui::Begin("probe alone", nullptr, ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoSavedSettings);
            draw_probe_panel(context);
            const ImGuiWindow* window = ImGui::GetCurrentWindow();
            CHECK(window->DC.CursorMaxPos.x <= window->Pos.x + window->Size.x - ImGui::GetStyle().WindowPadding.x + 1);
            CHECK(window->DC.CursorMaxPos.y > 200 * scale);
            const float right = window->Pos.x + window->Size.x - ImGui::GetStyle().WindowPadding.x;
            ImGui::End();
            ImGui::Render();
            for (const SeenGlyph& glyph : seen_glyphs()) CHECK(glyph.max.x <= right + 1);  // no number is cut
        }
}

TEST_CASE("the numbers of a probe as text: rows with difference and size, and a line to copy") {
    ProbeLane lane;
    lane.at = {1, {0.5, -0.25}};
    lane.t = 0.75;
    lane.field.velocity = Eigen::Vector2d(3, 4);
    lane.exact.velocity = Eigen::Vector2d(0, 0);
    lane.field.log_p = -1.5;
    const auto rows = probe_rows(lane, 2);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].field == "(3.00, 4.00)");
    CHECK(rows[0].exact == "(0.00, 0.00)");
    CHECK(rows[0].difference == "(3.00, 4.00)");
    CHECK(rows[0].size == "5.00");
    CHECK(rows[1].field == "-1.50");
    lane.field.log_p = -0.0004;
    CHECK(probe_rows(lane, 2)[1].field == "0.00");
    CHECK(probe_rows(lane, 4)[1].field == "-0.0004");
    lane.field.log_p = -1.5;
    CHECK(rows[1].size.empty());
    CHECK(probe_line(lane) == "lane 2: x = (0.500000, -0.250000), t = 0.750000, u = (3.000000, 4.000000), exact u = (0.000000, 0.000000), |difference| = 5.000000, log p = -1.500000");
    CHECK(same_numbers(lane, lane));
    ProbeLane other = lane;
    other.field.log_p = -1.4;
    CHECK_FALSE(same_numbers(lane, other));
}

TEST_CASE("the legend of a pinned point stands below what is wrong with the lane") {
    Scene scene = with_panes(two_lanes(), 4);
    for (Lane& lane : scene.lanes) lane = with_stochastic(two_lanes(), 0, true).lanes[0], lane.variant = "no_score", lane.steps = 20, lane.particles = 100;
    Driver d(scene, {1280, 720});
    d.ui.pinned_point = PinnedPoint{0.5, 0.5, 0.5};
    d.ui.probe_posterior = false;
    REQUIRE(answered(d, 0.5));
    d.frame();
    const std::vector<SeenGlyph> glyphs = seen_glyphs();
    int legends = 0;
    for (const Rect& pane : d.last_layout.panes) {
        float wrong_ends = 0, legend_begins = 0;
        std::string words;
        std::vector<float> tops;
        for (const SeenGlyph& glyph : glyphs) {
            if (glyph.min.x < pane.x || glyph.min.y < pane.y || glyph.max.x > pane.x + pane.width || glyph.max.y > pane.y + pane.height || glyph.code > 126) continue;
            if (glyph.colour == rgba(palette(d.ui.theme).warning)) wrong_ends = std::max(wrong_ends, glyph.max.y);
            words += static_cast<char>(glyph.code);
            tops.push_back(glyph.min.y);
        }
        if (const auto at = words.find("ODEthrough"); at != std::string::npos) legend_begins = tops[at], ++legends;
        CHECK(wrong_ends > 0);
        CHECK((legend_begins == 0 || legend_begins > wrong_ends));
    }
    CHECK(legends == 4);
}
