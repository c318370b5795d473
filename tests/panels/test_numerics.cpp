// Where a lane starts, whether it is stable, pairs of particles, and curves that are drawn.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "app/panels/log_snr.h"
#include "app/panels/sheet.h"
#include "app/runtime/lane_stability.h"
#include "core/math/schedule/schedules.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

namespace {

Scene unstable_scene() {
    Scene scene = two_lanes();
    scene.lanes[1].sigma = {"constant", {{"max", 4}}};
    scene.lanes[1].steps = 8;
    return scene;
}

// The last places in the four directions at which what is under the mouse still is.
struct Borders {
    float left, right, top, bottom;
};
Borders borders(Driver& d, ImVec2 inside) {
    d.move(inside);
    const ImGuiID id = GImGui->HoveredId;
    const auto edge = [&](float dx, float dy) {
        ImVec2 at = inside;
        for (d.move(at); GImGui->HoveredId == id; d.move(at)) at = {at.x + dx, at.y + dy};
        return ImVec2{at.x - dx, at.y - dy};
    };
    return {edge(-1, 0).x, edge(1, 0).x, edge(0, -1).y, edge(0, 1).y};
}

int vertices(Driver& d, const Results& results) {
    d.fixed_results = &results;
    d.frame();
    d.frame();
    return ImGui::GetDrawData()->TotalVtxCount;
}

}  // namespace

TEST_CASE("a lane beyond its limit offers the noise that is stable, one within it does not") {
    const std::vector<std::string> button{"Sampling", "Take σₜ = βₜ###sigma_beta"};
    Driver d(unstable_scene(), {1600, 1400});
    d.ui.selected_lane = 1;
    REQUIRE_FALSE(lane_stability(d.session.scene(), 1)->stable());
    const ImVec2 at = d.find("controls", button);
    REQUIRE(at.x >= 0);
    d.click(at);
    CHECK(d.session.scene().lanes[1].sigma.id == "beta");
    CHECK(d.session.undo_label() == "σₜ = βₜ of lane 2");
    CHECK(lane_stability(d.session.scene(), 1)->stable());
    CHECK(d.find("controls", button).x < 0);
}

TEST_CASE("a lane that follows a prediction of the noise or the score says why it may be odd where α = 0") {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    const auto said = [&](const char* prediction, const char* schedule, double from) {
        scene.models[0].objective.prediction = prediction;
        scene.models[0].schedule.id = schedule;
        scene.lanes[0].t_min = from;
        return division_at_noise(scene, scene.lanes[0]);
    };
    CHECK(said("noise", "linear", 0).find("divided by αₜ") != std::string::npos);
    CHECK_FALSE(said("score", "linear", 0).empty());
    CHECK(said("velocity", "linear", 0).empty());
    CHECK(said("data", "linear", 0).empty());
    CHECK(said("noise", "linear", 0.1).empty());
    CHECK(said("noise", "vp", 0).empty());  // α₀ > 0
    said("noise", "linear", 0);
    Driver d(scene, {1600, 1400});
    const auto on_screen = [&] {
        d.frame();
        std::string words = seen_text(seen_glyphs());
        std::replace(words.begin(), words.end(), '\n', ' ');
        return words.find("divided by") != std::string::npos;
    };
    CHECK(on_screen());
    scene.models[0].field = "exact";
    d.session.commit("field", scene);
    CHECK_FALSE(on_screen());
}

TEST_CASE("a lane that runs to less than its times, because its fields end before, says so below them") {
    Driver d(two_lanes(), {1600, 2400});
    Results results = some_results(d.session.scene());
    results.lane_current.fill(true);
    d.fixed_results = &results;
    const ImVec2 more = d.find("controls", {"Sampling", "sampling", "more"});
    REQUIRE(more.x >= 0);
    d.click(more);
    const auto says = [&](double end) {
        auto lane = std::make_shared<LaneResult>(*results.lanes[0]);
        lane->range = {0, end};
        results.lanes[0] = lane;
        d.frame();
        std::string words = seen_text(seen_glyphs());
        std::erase_if(words, [](char c) { return c == ' ' || c == '\n'; });
        return words.find("runsovertfrom0to0.999:itsfieldsarenotfinitebeyond") != std::string::npos;
    };
    CHECK(says(0.999));
    CHECK_FALSE(says(1));
}

TEST_CASE("a curve that is drawn has numbers to read its scale by") {
    Scene scene = two_lanes();
    scene.models[0].schedule.id = "custom";
    Driver d(scene, {1600, 1800});
    for (const auto& [row, most] : {std::pair{"log-SNR", "10"}, {"alpha", "1"}}) {
        CAPTURE(row);
        const ImVec2 inside = d.find("controls", {"Path", row, "##curve"});
        REQUIRE(inside.x >= 0);
        const Borders b = borders(d, inside);
        d.rest();
        const auto between = [&](float left, float right, float top, float bottom) {
            auto glyphs = seen_glyphs();
            std::erase_if(glyphs, [&](const SeenGlyph& g) { return g.min.x < left || g.max.x > right || g.min.y < top || g.max.y > bottom; });
            return seen_text(glyphs);
        };
        const float size = small_font()->FontSize;
        const std::string beside = between(b.left - 2.2f * size, b.left + 1, b.top - size, b.bottom + 0.6f * size), below = between(b.left - size, b.right + 2, b.bottom, b.bottom + 1.5f * size);
        CHECK(beside.find(most) != std::string::npos);
        CHECK(beside.find(row == std::string("alpha") ? "0" : "−10") != std::string::npos);
        for (const char* words : {"0", "0.5", "t", "1"}) CHECK(below.find(words) != std::string::npos);
        CHECK(between(b.left, b.right, b.top, b.bottom).empty());  // nothing under the curve
    }
}

TEST_CASE("the rows of a drawn path say data and noise, with the letters of the notation") {
    Scene scene = two_lanes();
    scene.models[0].schedule.id = "custom";
    Driver d(scene, {1600, 1800});
    for (const Convention convention : {Convention::flow, Convention::diffusion}) {
        d.ui.convention = convention;
        d.frame();
        auto glyphs = seen_glyphs();
        std::erase_if(glyphs, [&](const SeenGlyph& g) { return g.max.x > d.last_layout.controls.width; });
        const std::string words = seen_text(glyphs);
        CHECK(words.find(convention == Convention::flow ? "noise β" : "noise σ") != std::string::npos);
        CHECK(words.find("beta") == std::string::npos);
        CHECK(words.find("alpha") == std::string::npos);
    }
}

TEST_CASE("the noise slider is shaded up to where the lane is stable") {
    Driver d(unstable_scene(), {1600, 1400});
    d.ui.selected_lane = 1;
    const std::vector<std::string> path{"Sampling", "max", "##slider"};
    const auto shade_ends_at = [&] {
        d.frame();
        ImVec4 tint = ImGui::GetStyleColorVec4(ImGuiCol_CheckMark);
        tint.w = 0.3f;
        const ImU32 colour = ImGui::ColorConvertFloat4ToU32(tint);
        float right = -1;
        for (int i = 0; i < ImGui::GetDrawData()->CmdListsCount; ++i)
            for (const ImDrawVert& v : ImGui::GetDrawData()->CmdLists[i]->VtxBuffer)
                if (v.col == colour) right = std::max(right, v.pos.x);
        return right;
    };
    const ImVec2 inside = d.find("controls", path);
    REQUIRE(inside.x >= 0);
    const ImGuiID id = GImGui->HoveredId;
    const auto edge = [&](float dx) {
        ImVec2 at = inside;
        for (d.move(at); GImGui->HoveredId == id; d.move(at)) at.x += dx;
        return at.x - dx;
    };
    const float left = edge(-1), right = edge(1), inset = 2 + ImGui::GetStyle().GrabMinSize / 2;
    const double limit = *stable_noise(d.session.scene(), 1);
    REQUIRE(limit < 4);
    CHECK(std::abs(shade_ends_at() - (left + inset + static_cast<float>(limit) / 4 * (right - left - 2 * inset))) < 4);
    Scene more = d.session.scene();
    more.lanes[1].steps = 4096;  // stable over the whole slider
    d.session.commit("steps", more);
    CHECK(std::abs(shade_ends_at() - right) < 3);
    more.lanes[1].guidance = {"classifier_free", 1, -1, 2, 0, 1, ""};  // no limit is known
    d.session.commit("guidance", more);
    CHECK(shade_ends_at() == -1);
}

TEST_CASE("a lane can be told to teleport, and where to") {
    Driver d(two_lanes(), {1600, 1800});
    const ImVec2 more = d.find("controls", {"Sampling", "sampling", "more"});
    REQUIRE(more.x >= 0);
    d.click(more);
    CHECK(d.find("controls", {"Sampling", "teleport to", "##slider"}).x < 0);
    const ImVec2 combo = d.find("controls", {"Sampling", "##start"});
    REQUIRE(combo.x >= 0);
    d.click(combo);
    const ImVec2 chosen = d.find("##Combo_00", {"teleport", "teleport"});
    REQUIRE(chosen.x >= 0);
    d.click(chosen);
    CHECK(d.session.scene().lanes[0].start == "teleport");
    CHECK(d.session.scene().lanes[0].teleport_to == 0.5);
    CHECK(d.session.undo_label() == "start of lane 1");
    const ImVec2 slider = d.find("controls", {"Sampling", "teleport to", "##slider"});
    REQUIRE(slider.x >= 0);
    d.drag(slider, {slider.x + 30, slider.y});
    CHECK(d.session.scene().lanes[0].teleport_to != 0.5);
    CHECK(d.session.undo_label() == "teleport of lane 1");
}

TEST_CASE("the quality panel says how far apart the particles of a pair are, where both lanes are") {
    Driver d(two_lanes(), {1600, 1400});
    d.ui.playback.t = 0.25;
    Results results = some_results(d.session.scene());
    const int with_pair = vertices(d, results);
    auto late = std::make_shared<LaneResult>(*results.lanes[1]);
    late->path.t = {0.5, 0.6, 0.7, 0.8, 1};
    results.lanes[1] = late;
    CHECK(vertices(d, results) < with_pair);
}

TEST_CASE("a curve gets a point by a double click, loses it by a right click, and is dragged; each is one step of undo") {
    Scene scene = two_lanes();
    scene.models[0].schedule.id = "custom";
    Driver d(scene, {1600, 1800});
    const auto curves = [&] { return d.session.scene().models[0].schedule.curves; };
    const auto before = curves();
    const ImVec2 more = d.find("controls", {"Path", "path", "more"});
    REQUIRE(more.x >= 0);
    d.click(more);
    const ImVec2 inside = d.find("controls", {"Path", "alpha", "##curve"});
    REQUIRE(inside.x >= 0);
    const auto [left, right, top, bottom] = borders(d, inside);

    d.double_click({0.5f * (left + right), 0.5f * (top + bottom)});  // between the points at 0.35 and 0.7
    REQUIRE(curves().at("alpha").size() == 5);
    const auto added = curves().at("alpha")[2];
    CHECK(added[0] == Approx(0.5).margin(0.02));
    CHECK(added[1] == Approx(0.5).margin(0.05));
    CHECK(d.session.undo_label() == "alpha of the path");
    d.session.undo();
    CHECK(curves() == before);
    d.session.redo();

    d.move({0.5f * (left + right), 0.5f * (top + bottom)});
    compat::mouse_button(1, true);
    d.frame();
    compat::mouse_button(1, false);
    d.frame();
    REQUIRE(curves().at("alpha").size() == 4);

    // α₀ lies in the lower left corner.
    d.drag({left + 4, bottom - 4}, {left + 4, bottom - 14});
    CHECK(curves().at("alpha").front()[0] == 0);
    CHECK(curves().at("alpha").front()[1] > 0.05);
    CHECK(curves().at("alpha").front()[1] <= curves().at("alpha")[1][1]);
    d.session.undo();
    CHECK(curves().at("alpha").front()[1] == 0);
    CHECK(curves().at("alpha").size() == 4);
}

TEST_CASE("the log-SNR of a drawn path is shown as it is between its points too, and a double click on a label takes back what was drawn") {
    Scene scene = two_lanes();
    scene.models[0].schedule.id = "custom";
    Driver d(scene, {1600, 1800});
    const auto inside = [&](const char* row) { return borders(d, d.find("controls", {"Path", row, "##curve"})); };
    const Borders b = inside("log-SNR");
    const float radius = 0.3f * ImGui::GetFontSize();
    const auto path = build(schedules(), scene.models[0].schedule, "schedule");
    for (const double t : {0.15, 0.25, 0.93}) {
        d.move({b.left + radius + static_cast<float>(t) * (b.right - b.left - 2 * radius), (b.top + b.bottom) / 2});
        for (int i = 0; i < 40; ++i) d.frame();  // the tooltip waits for the mouse to rest
        std::string words = seen_text(seen_glyphs());
        std::erase_if(words, [](char c) { return c == ' ' || c == '\n'; });
        const std::string before = "β²t=";  // ends the sentence that comes first
        const auto at = words.find(before);
        CAPTURE(t, words);
        REQUIRE(at != std::string::npos);
        char* end = nullptr;
        const double said = std::strtod(words.c_str() + at + before.size(), &end);
        CHECK(said == Approx(t).margin(0.015));
        std::string number = end;
        REQUIRE(number.starts_with(":"));
        const bool below = number.starts_with(":−");
        const double value = std::strtod(number.c_str() + (below ? 1 + std::string("−").size() : 1), nullptr);
        CHECK((below ? -value : value) == Approx(2 * path->at(said).half_log_snr()).margin(0.005 * 40));  // t has two decimals
    }
    const auto curves = [&] { return d.session.scene().models[0].schedule.curves; };
    const auto label = [](const Borders& row) { return ImVec2{40, row.top + 8}; };
    const auto drawn_first = log_snr_points(d.session.scene().models[0].schedule);
    d.drag({b.left + radius + 0.7f * (b.right - b.left - 2 * radius), b.bottom - radius - static_cast<float>((drawn_first[2][1] + most_log_snr) / (2 * most_log_snr)) * (b.bottom - b.top - 2 * radius)}, {b.left + 0.7f * (b.right - b.left), b.top + 14});
    REQUIRE(log_snr_points(d.session.scene().models[0].schedule) != drawn_first);
    d.double_click(label(b));
    CHECK(log_snr_points(d.session.scene().models[0].schedule) == drawn_first);
    CHECK(d.session.undo_label() == "log-SNR of the path");
    const Borders a = inside("alpha");
    const auto alpha = curves()["alpha"];
    d.double_click({0.5f * (a.left + a.right), 0.5f * (a.top + a.bottom)});
    REQUIRE(curves()["alpha"].size() == alpha.size() + 1);
    d.double_click(label(a));
    CHECK(curves()["alpha"] == alpha);
    CHECK(d.session.undo_label() == "alpha of the path");
}

TEST_CASE("a drawn path is drawn by its log-SNR too: α² + β² stays, the ratio follows, what is no path is not taken") {
    const Choice drawn{"custom", {}};
    const CurvePoints points = log_snr_points(drawn);
    REQUIRE(points.size() == 4);
    CHECK(points.front() == std::array{0.0, -most_log_snr});
    CHECK(points.back() == std::array{1.0, most_log_snr});
    CHECK(points[1][1] == Approx(2 * std::log(0.2 / 0.9)));
    const auto same = with_log_snr(drawn, points);
    REQUIRE(same);
    CHECK(same->curves.at("alpha")[1][1] == Approx(0.2));
    CHECK(same->curves.at("beta")[2][1] == Approx(0.45));
    CHECK(same->curves.at("beta").back()[1] == 0);

    CurvePoints raised = points;
    raised[1][1] += 1;
    const auto next = with_log_snr(drawn, raised);
    REQUIRE(next);
    const double alpha = next->curves.at("alpha")[1][1], beta = next->curves.at("beta")[1][1];
    CHECK(alpha * alpha + beta * beta == Approx(0.2 * 0.2 + 0.9 * 0.9));
    CHECK(2 * std::log(alpha / beta) == Approx(raised[1][1]));
    CHECK(next->curves.at("alpha")[2] == same->curves.at("alpha")[2]);
    raised[1][1] = raised[2][1];  // a ratio that stands still
    raised[1][0] = 0.69;
    raised[2][1] = raised[1][1];
    CHECK_FALSE(with_log_snr(drawn, raised));
    raised = points;
    raised.back()[1] = 2;  // noise left at the data's end: α stays 1
    CHECK(with_log_snr(drawn, raised)->curves.at("beta").back()[1] == Approx(std::exp(-1.0)));

    Scene scene = two_lanes();
    scene.models[0].schedule.id = "custom";
    Driver d(scene, {1600, 1800});
    const ImVec2 inside = d.find("controls", {"Path", "log-SNR", "##curve"});
    REQUIRE(inside.x >= 0);
    const Borders b = borders(d, inside);
    const ImVec2 point{b.left + 4 + 0.7f * (b.right - b.left - 8), b.bottom - 4 - static_cast<float>((points[2][1] + most_log_snr) / (2 * most_log_snr)) * (b.bottom - b.top - 8)};
    d.drag(point, {point.x, point.y - 8});
    CHECK(d.session.undo_label() == "log-SNR of the path");
    const CurvePoints after = log_snr_points(d.session.scene().models[0].schedule);
    REQUIRE(after.size() == 4);
    CHECK(after[2][1] > points[2][1] + 0.5);
    CHECK(after[1][1] == Approx(points[1][1]));
    CHECK(d.session.undo());
    CHECK(d.session.scene().models[0].schedule.curves.at("alpha")[2][1] == Approx(0.75));
}
