// Plots: their mathematics, and what the mouse does to them.
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "app/panels/plot.h"
#include "app/runtime/inspection.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"
#include "tests/panels/glyphs.h"

using namespace pf;
using namespace pf::panels;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// A scene with a network whose loss is known, so that the loss plot has curves.
Scene learned_scene() {
    Scene scene = two_lanes();
    scene.models[0].field = "network";
    return scene;
}

Results with_loss(const Scene& scene) {
    Results results = some_results(scene);
    auto training = std::make_shared<TrainingState>();
    for (int i = 1; i <= 200; ++i) training->loss_step.push_back(static_cast<float>(10 * i)), training->loss.push_back(i == 100 ? std::nanf("") : 1 + 5 / static_cast<float>(i));
    training->step = training->steps = 2000;
    training->changes = {{600, "learning_rate", 1e-4}};
    for (auto& state : results.training) state = training;
    return results;
}

PlotInk ink(const Driver& d, ImFont* font = small_font()) { return {*ImGui::GetForegroundDrawList(), font, font->FontSize, d.ui.theme}; }

struct LossPlot {
    Results results = with_loss(learned_scene());
    Driver d{learned_scene(), {1600, 1400}};
    PlotFrame frame{};

    LossPlot() {
        d.fixed_results = &results;
        d.frame();
        const ImVec2 found = d.find("numbers", {"Loss", "plot:loss", "##area"});
        REQUIRE(found.x >= 0);
        // `found` lies on the first of the lines, seven pixels apart, that meet the item.
        const ImGuiID id = GImGui->HoveredId;
        float top = found.y;
        while (hovered(found.x, top - 1) == id) --top;
        const ImGuiWindow* numbers = ImGui::FindWindowByName("numbers");
        frame = plot_frame(ink(d), {numbers->WorkRect.Min.x, top}, {numbers->WorkRect.Max.x, top + 11 * small_size}, "step");
        d.rest();
    }
    ImGuiID hovered(float x, float y) {
        d.move({x, y});
        return GImGui->HoveredId;
    }
    Figure figure() {
        Context now = d.make_context();
        return loss_figure(now);
    }
    PlotView& settings() { return d.ui.inspector.plots["loss"]; }
    FigureView view() { return view_of(figure(), settings()); }
    ImVec2 at(double fx, double fy) const { return frame.at(fx, fy); }
};

}  // namespace

TEST_CASE("the marks of the loss plot are in its legend, and go with a click on it") {
    LossPlot plot;
    const Figure figure = plot.figure();
    REQUIRE(figure.marks.size() == 1);
    const auto entries = legend_entries(figure);
    REQUIRE(std::count(entries.begin(), entries.end(), figure.mark_name) == 1);
    CHECK(visible(figure, {figure.mark_name}).marks.empty());
    CHECK(visible(figure, {"floor"}).marks.size() == 1);
    CHECK(seen_text(seen_glyphs()).find(figure.mark_name) != std::string::npos);
    Figure unmarked = figure;
    unmarked.marks.clear();
    const auto fewer = legend_entries(unmarked);
    CHECK(std::count(fewer.begin(), fewer.end(), figure.mark_name) == 0);
}

TEST_CASE("a mark is called a change of settings where more than the number of steps became another") {
    LossPlot plot;
    const auto called = [&](std::vector<nn::HyperparameterChange> changes) {
        auto state = std::make_shared<TrainingState>(*plot.results.training[0]);
        state->changes = std::move(changes);
        plot.results.training[0] = state;
        plot.d.frame();
        return plot.figure().mark_name;
    };
    CHECK(called({{600, "steps", 5000}}) == "number of steps");
    CHECK(called({{600, "learning_rate", 1e-4}}) == "settings changed");
    CHECK(called({{600, "steps", 5000}, {600, "learning_rate", 1e-4}}) == "settings changed, number of steps");
}

TEST_CASE("loss over t: each of several networks keeps its ink, and what is measured is said once") {
    Scene scene = learned_scene();
    scene.models.push_back(scene.models[0]);
    scene.models[1].name = "other";
    Driver d(scene);
    Results results = with_loss(scene);
    for (std::size_t i = 0; i < 2; ++i) {
        auto measured = std::make_shared<LossOverTime>();
        measured->step = 2000;
        for (int k = 0; k < 10; ++k) measured->bins.push_back({0.1 * k, 0.1 * (k + 1), 2 + 0.1 * k, k == 4 ? 3.0 : 1.0});
        results.losses_over_time[i] = measured;
    }
    d.fixed_results = &results;
    d.frame();
    Context context = d.make_context();
    const Figure figure = loss_over_time_figure(context);
    REQUIRE(figure.curves.size() == 6);
    for (std::size_t i = 0; i < 6; ++i) CHECK(figure.curves[i].ink == static_cast<int>(i / 3));
    CHECK(figure.notes.size() == 1);
    CHECK(figure.notes[0].find("other after 2000 steps") != std::string::npos);
    CHECK(figure.notes[0].find("gaps") != std::string::npos);
}

TEST_CASE("decimation keeps spikes, gaps, and the neighbours of what is shown") {
    std::vector<double> x(100000), y(100000, 1);
    std::iota(x.begin(), x.end(), 0);
    y[54321] = 99;
    y[12345] = -7;
    y[70000] = y[70001] = none;
    const auto points = decimate(x, y, {0, 99999, false, ""}, 200);
    CHECK(points.size() <= 201 * 4 + 8);
    double least = 0, greatest = 0;
    int gaps = 0;
    for (const auto& p : points) {
        if (std::isnan(p.y)) ++gaps;
        else least = std::min(least, p.y), greatest = std::max(greatest, p.y);
    }
    CHECK(least == -7);
    CHECK(greatest == 99);
    CHECK(gaps == 1);  // two in a row are one
    // Zoomed in between two samples, the line still crosses the frame.
    const auto between = decimate(x, y, {500.2, 500.8, false, ""}, 100);
    REQUIRE(between.size() == 2);
    CHECK((between[0].x < 0 && between[1].x > 100));
    // On a logarithmic axis, what it does not have is left out.
    const std::vector<double> few{0, 1, 10, 100};
    const auto logarithmic = decimate(few, few, {1, 100, true, ""}, 100);
    REQUIRE(logarithmic.size() == 3);
    CHECK(logarithmic[1].x == Approx(50));
}

TEST_CASE("zoom and pan keep what is under the mouse, on both kinds of axes") {
    for (const bool logarithmic : {false, true}) {
        const Axis axis{0.02, 300, logarithmic, ""};
        for (const double f : {0.0, 0.3, 1.0})
            for (const double factor : {0.25, 1.2, 7.0}) {
                CAPTURE(logarithmic, f, factor);
                const Axis near = zoomed(axis, f, factor);
                CHECK(near.value(f) == Approx(axis.value(f)));
                const Axis moved = panned(axis, 0.2);
                CHECK(moved.value(f + 0.2) == Approx(axis.value(f)));
                if (!logarithmic) CHECK(near.max - near.min == Approx((axis.max - axis.min) / factor));
                else CHECK(std::log(near.max / near.min) == Approx(std::log(axis.max / axis.min) / factor));
            }
        const Axis part = cut(axis, 0.75, 0.25);
        CHECK(part.min == Approx(axis.value(0.25)));
        CHECK(part.max == Approx(axis.value(0.75)));
        Axis far = axis, near = axis;
        for (int i = 0; i < 400; ++i) far = zoomed(far, 0.5, 0.2), near = zoomed(near, 0.37, 5);
        CHECK((std::isfinite(far.max - far.min) && far.max > far.min));
        CHECK(near.max > near.min);
        CHECK(ticks(far, 5).size() < 101);
        CHECK(ticks(near, 5).size() < 101);
    }
}

TEST_CASE("neighbouring ticks have different labels, however near the zoom") {
    for (const double span : {1.0, 1e-3, 1e-6, 1e3})
        for (const double at : {0.0, 0.5, 12345.678, -3e6}) {
            CAPTURE(span, at);
            const auto where = ticks({at, at + span, false, ""}, 6);
            const auto labels = tick_labels(where);
            REQUIRE(where.size() >= 2);
            CHECK(std::set<std::string>(labels.begin(), labels.end()).size() == labels.size());
        }
    CHECK(tick_labels({1e-5, 1e-4, 1e-3}) == std::vector<std::string>{"10⁻⁵", "10⁻⁴", "0.001"});
    CHECK(tick_labels({0, 1000, 2000}) == std::vector<std::string>{"0", "1000", "2000"});
}

TEST_CASE("an axis keeps two numbers or more beside a name of any length") {
    Driver d;
    d.frame();
    for (const bool logarithmic : {false, true})
        for (const char* name : {"t", "evaluations", "evaluations of the field per particle"}) {
            CAPTURE(logarithmic, name);
            Figure figure;
            figure.x = {name, "1", logarithmic};
            figure.y = {"y", "1"};
            figure.curves.push_back({"c", {4, 16, 256}, {1, 2, 3}});
            const float size = small_font()->FontSize;
            ImGui::NewFrame();
            const PlotFrame frame = plot_frame({*ImGui::GetForegroundDrawList(), small_font(), size, d.ui.theme}, {100, 100}, {390, 240}, name);
            draw_figure({*ImGui::GetForegroundDrawList(), small_font(), size, d.ui.theme}, frame, figure, fitted_as_given(figure));
            ImGui::Render();
            int numbers = 0;
            float end = -1e9f;
            for (const SeenGlyph& glyph : seen_glyphs()) {
                if (glyph.code < U'0' || glyph.code > U'9' || glyph.min.y < frame.max.y + 1) continue;
                numbers += glyph.min.x > end + 0.6f * size;
                end = glyph.max.x;
            }
            CHECK(numbers >= 2);
            std::string words = seen_text(seen_glyphs()), whole = name;
            std::erase(words, ' '), std::erase(whole, ' ');
            CHECK(words.find(whole) != std::string::npos);
            if (std::string_view(name).size() < 12) continue;
            // A long name takes the place of no number, and lies over no curve.
            CHECK(end > frame.min.x + 0.75f * (frame.max.x - frame.min.x));
            for (const SeenGlyph& glyph : seen_glyphs()) CHECK((glyph.max.x <= frame.min.x || glyph.min.y >= frame.max.y || glyph.max.y <= frame.min.y));
        }
}

TEST_CASE("a figure is fitted to what is shown of it") {
    Figure figure;
    figure.curves = {{"a", {0, 1, 2}, {-1, 0.01, 10}}, {"b", {0, 1, 2}, {5, 500, 5}}};
    const FigureView all = fitted(figure);
    CHECK((all.x.min == 0 && all.x.max == 2));
    CHECK((all.y.min < -1 && all.y.max > 500));
    const FigureView without = fitted(figure, {"b"});
    CHECK(without.y.max < 20);
    // A logarithmic axis: positive values only. And y follows what is left of x.
    const FigureView logarithmic = fitted(figure, {"b"}, false, true);
    CHECK((logarithmic.y.min > 0 && logarithmic.y.min < 0.01 && logarithmic.y.max > 10));
    const FigureView part = fitted(figure, {}, false, false, Range{-0.5, 0.5});
    CHECK(part.y.max < 6);
    const FigureView empty = fitted(Figure{}, {}, true, true);
    CHECK((empty.y.min > 0 && empty.y.max > empty.y.min && empty.x.min > 0));
    // A range chosen on a straight axis that a logarithmic one does not have is dropped.
    CHECK(fitted(figure, {}, true, true, Range{-1, 2}, Range{-1, 2}).y.min > 0);
}

TEST_CASE("the wheel zooms about the mouse: both axes, or that whose numbers it is over") {
    LossPlot plot;
    const FigureView before = plot.view();
    const ImVec2 mouse = plot.at(0.3, 0.6);
    plot.d.wheel(mouse, 2);  // is the panel's
    CHECK(plot.view().x.max == before.x.max);
    compat::control_key(true);
    plot.d.wheel(mouse, 2);
    const FigureView after = plot.view();
    CHECK(after.x.max - after.x.min < 0.8 * (before.x.max - before.x.min));
    CHECK(after.x.value(0.3) == Approx(before.x.value(0.3)).epsilon(0.01));
    CHECK(after.y.value(0.6) == Approx(before.y.value(0.6)).epsilon(0.01));
    plot.d.wheel({mouse.x, plot.frame.max.y + 6}, 2);
    const FigureView x_only = plot.view();
    CHECK(x_only.x.max - x_only.x.min < 0.8 * (after.x.max - after.x.min));
    CHECK(x_only.y.max == after.y.max);
    plot.d.wheel({plot.frame.min.x - 10, mouse.y}, 2);
    CHECK(plot.view().x.max == x_only.x.max);
    CHECK(plot.view().y.max < x_only.y.max);
    compat::control_key(false);
    plot.d.double_click(mouse);
    CHECK(plot.view().x.max == before.x.max);
    CHECK(plot.view().y.max == before.y.max);
}

TEST_CASE("a list scrolls on when a plot comes under the mouse") {
    LossPlot plot;
    ImGui::GetIO().DisplaySize = {1600, 700};
    plot.d.frame();
    const FigureView before = plot.view();
    ImGuiWindow* numbers = ImGui::FindWindowByName("numbers");
    REQUIRE(numbers->ScrollMax.y > 100);
    // The mouse rests where the plot will come to lie.
    plot.d.move({plot.frame.min.x + 40, numbers->Pos.y + 8});
    for (int i = 0; i < 12; ++i) {
        compat::mouse_wheel(-1);
        plot.d.frame();
        plot.d.frame();
    }
    CHECK(numbers->Scroll.y > 100);
    CHECK(plot.view().x.max == before.x.max);
}

TEST_CASE("a drag takes the curve along; a click alone changes nothing") {
    LossPlot plot;
    const FigureView before = plot.view();
    plot.d.click(plot.at(0.5, 0.5));
    CHECK_FALSE(plot.settings().x);
    plot.d.wait();
    plot.d.drag(plot.at(0.5, 0.5), plot.at(0.7, 0.4));
    const FigureView after = plot.view();
    CHECK(after.x.value(0.7) == Approx(before.x.value(0.5)).epsilon(0.01));
    CHECK(after.y.value(0.4) == Approx(before.y.value(0.5)).epsilon(0.01));
    plot.d.wait();
    plot.d.drag({plot.at(0.5, 0).x, plot.frame.max.y + 6}, {plot.at(0.8, 0).x, plot.frame.max.y + 6});
    CHECK(plot.view().y.max == after.y.max);
    CHECK(plot.view().x.max < after.x.max);
}

TEST_CASE("a right drag cuts out what it spans, a right click opens the menu") {
    LossPlot plot;
    const FigureView before = plot.view();
    plot.d.drag(plot.at(0.2, 0.3), plot.at(0.6, 0.8), 1);
    const FigureView after = plot.view();
    CHECK(after.x.min == Approx(before.x.value(0.2)).epsilon(0.02));
    CHECK(after.x.max == Approx(before.x.value(0.6)).epsilon(0.02));
    CHECK(after.y.max == Approx(before.y.value(0.8)).epsilon(0.02));
    CHECK_FALSE(list_open());
    plot.d.drag(plot.at(0.5, 0.5), plot.at(0.5, 0.5), 1);
    CHECK(list_open());
}

TEST_CASE("legend entries switch their curves; both curves of one entry go together") {
    LossPlot plot;
    const std::string name = plot.d.session.scene().models[0].name + ": thin raw, bold smoothed";
    const ImVec2 entry = plot.d.find("numbers", {"Loss", "plot:loss", "legend:" + name}, {0.2f, 0.12f, 0.3f});
    REQUIRE(entry.x >= 0);
    plot.d.click(entry);
    CHECK(plot.settings().hidden == std::set<std::string>{name});
    CHECK(visible(plot.figure(), plot.settings().hidden).curves.empty());
    plot.d.click(entry);
    CHECK(plot.settings().hidden.empty());
}

TEST_CASE("a plot opens large over the canvas and closes by Esc and by its button") {
    LossPlot plot;
    const ImVec2 button = plot.d.find("numbers", {"Loss", "plot:loss", "size", "##icon"}, {0.94f, 0.92f, 0.9f, 0.96f});
    REQUIRE(button.x >= 0);
    plot.d.click(button);
    CHECK(plot.d.ui.inspector.large == "loss");
    ImGuiWindow* large = ImGui::FindWindowByName("large plot");
    REQUIRE((large && large->Active));
    const Rect& canvas = plot.d.last_layout.canvas;
    CHECK((large->Pos.x >= canvas.x && large->Pos.y >= canvas.y && large->Pos.x + large->Size.x <= canvas.x + canvas.width && large->Pos.y + large->Size.y <= canvas.y + canvas.height));
    // It stays when the panel it came from is closed.
    plot.d.press(key::f3);
    plot.d.frame();
    CHECK(ImGui::FindWindowByName("large plot")->Active);
    plot.d.press(key::escape);
    plot.d.frame();
    CHECK(plot.d.ui.inspector.large.empty());
    CHECK_FALSE(ImGui::FindWindowByName("large plot")->Active);
    plot.d.ui.inspector.large = "loss";
    plot.d.frame();
    const ImVec2 close = plot.d.find("large plot", {"plot:loss", "size", "##icon"}, {0.97f, 0.96f, 0.98f, 0.95f});
    REQUIRE(close.x >= 0);
    plot.d.click(close);
    CHECK(plot.d.ui.inspector.large.empty());
}

TEST_CASE("the menu sends a plot to a file, as it is shown") {
    LossPlot plot;
    plot.settings().x = Range{100, 500};
    plot.settings().hidden = {"something"};
    plot.d.drag(plot.at(0.5, 0.5), plot.at(0.5, 0.5), 1);
    REQUIRE(list_open());
    const ImGuiID id = ImHashStr("Save as SVG", 0, GImGui->OpenPopupStack.back().Window->ID);
    ImGuiWindow* menu = GImGui->OpenPopupStack.back().Window;
    ImVec2 item{-1, -1};
    for (float y = menu->Pos.y; y < menu->Pos.y + menu->Size.y; y += 4)
        if (plot.hovered(menu->Pos.x + 30, y) == id) item = {menu->Pos.x + 30, y};
    REQUIRE(item.x >= 0);
    plot.d.click(item);
    CHECK(plot.d.asked == std::vector<std::string>{"export-plot"});
    REQUIRE(plot.d.ui.inspector.exported);
    CHECK(plot.d.ui.inspector.exported->format == "svg");
    CHECK(plot.d.ui.inspector.exported->view.x.max == 500);
    CHECK(plot.d.ui.inspector.exported->figure.curves.size() == plot.figure().curves.size());
}

TEST_CASE("the line of now is dragged where x is t, and stops what plays") {
    Driver d(two_lanes(), {1600, 900});
    d.ui.inspector.large = "schedule";
    d.ui.playback.t = 0.5;
    d.ui.playback.playing = true;
    d.frame();
    const ImVec2 inside = d.find("large plot", {"plot:schedule", "##area"}, {0.5f});
    REQUIRE(inside.x >= 0);
    ImGuiWindow* large = ImGui::FindWindowByName("large plot");
    const float left = large->Pos.x + ImGui::GetStyle().WindowPadding.x, width = large->Size.x - 2 * ImGui::GetStyle().WindowPadding.x;
    const PlotFrame frame = plot_frame(ink(d, body_font()), {left, inside.y}, {left + width, inside.y + 300}, "t");
    d.drag({frame.at(0.5, 0).x, inside.y + 60}, {frame.at(0.8, 0).x, inside.y + 60});
    CHECK(d.ui.playback.t == Approx(0.8).margin(0.01));
    CHECK_FALSE(d.ui.playback.playing);
    CHECK_FALSE(d.ui.inspector.plots["schedule"].x);
}

TEST_CASE("every plot draws small and large, in every theme and scale, with and without results") {
    const Results results = with_loss(learned_scene());
    for (const auto& [scale, size] : {std::pair{1.f, ImVec2{1280, 720}}, {2.f, ImVec2{1280, 720}}, {3.f, ImVec2{900, 500}}, {1.f, ImVec2{300, 200}}})
        for (const Results* given : {static_cast<const Results*>(nullptr), &results})
            for (const Theme theme : {Theme::dark, Theme::projector}) {
                Driver d(learned_scene(), size);
                d.fixed_results = given;
                d.ui.scale = scale;
                d.ui.theme = theme;
                apply_theme(d.ui);
                for (const PlotEntry& entry : plots()) {
                    CAPTURE(scale, entry.id);
                    d.ui.inspector.large = entry.id;
                    d.frame();
                    d.frame();
                    const ImGuiWindow* large = ImGui::FindWindowByName("large plot");
                    REQUIRE(large);
                    CHECK(large->ContentSize.x <= large->Size.x);
                    CHECK(large->ContentSize.y <= large->Size.y);
                }
            }
}

TEST_CASE("the picture of a plot has its notes below the legend, in rows that fit") {
    Driver d;
    Figure figure;
    figure.title = "Quality";
    figure.curves = {{"a", {1, 2}, {1, 2}}};
    figure.notes = {"mean and 95 % interval of 3 draws", "a note of many words that goes on for longer than the picture is wide, so that it ends below"};
    d.frame();
    ImGui::NewFrame();
    ImDrawList& draw = *ImGui::GetForegroundDrawList();
    draw_plot_picture({draw, body_font(), body_font()->FontSize, d.ui.theme, true}, {0, 0}, {400, 300}, figure, fitted_as_given(figure));
    ImGui::Render();
    const auto glyphs = seen_glyphs();
    const std::string words = seen_text(glyphs);
    INFO(words);
    CHECK(words.find("95 % interval of 3 draws") != std::string::npos);
    CHECK(words.find("ends below") != std::string::npos);
    for (const SeenGlyph& glyph : glyphs) CHECK((glyph.max.x <= 400 && glyph.max.y <= 300));
}

TEST_CASE("bars of two curves at one place stand on their marks") {
    Driver d;
    Figure figure;
    figure.curves = {{"a", {1, 2, 3}, {1, 2, 3}, {0.5, 0.5, 0.5}, 0, false, false, true}, {"b", {1, 2, 3}, {2, 3, 4}, {0.5, 0.5, 0.5}, 3, false, false, true}};
    const FigureView view = fitted_as_given(figure);
    d.frame();
    ImGui::NewFrame();
    ImDrawList& draw = *ImGui::GetForegroundDrawList();
    const PlotInk ink{draw, body_font(), body_font()->FontSize, d.ui.theme};
    const PlotFrame frame = plot_frame(ink, {0, 0}, {400, 300}, "x");
    draw_figure(ink, frame, figure, view);
    for (const auto& curve : figure.curves) {
        const ImU32 bar = rgba(palette(d.ui.theme).lanes[static_cast<std::size_t>(curve.ink)], 0.75f);
        double sum = 0, count = 0;
        for (const ImDrawVert& v : draw.VtxBuffer)
            if (v.col == bar) sum += static_cast<double>(v.pos.x), ++count;
        REQUIRE(count > 0);
        CHECK(sum / count == Approx(frame.at(0.5, 0).x).margin(0.6));  // three bars about the middle
    }
    ImGui::Render();
}
