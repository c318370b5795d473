#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/panels/camera.h"
#include "app/panels/data_edits.h"
#include "app/panels/keys.h"
#include "app/panels/tools/tools.h"
#include "app/runtime/lane_stability.h"
#include "app/runtime/limits.h"
#include "app/runtime/scene_file.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"

using namespace pf;
using namespace pf::panels;

namespace {

Component component(double x, double y, double along, double across, double angle, double weight = 1) {
    return {weight, {x, y}, covariance_of({along, across, angle}), 0};
}

Scene two_components() { return with_components(two_lanes(), {component(-1.5, 0, 0.5, 0.25, 0), component(1.5, 0.5, 0.4, 0.4, 0, 3)}); }

Scene some_points(int n) {
    Points x(n, 2);
    for (int i = 0; i < n; ++i) x.row(i) << static_cast<float>(i % 10) * 0.2f - 1, static_cast<float>(i / 10) * 0.2f - 1;
    return with_points(two_lanes(), std::move(x));
}

// The driver with a tool on; places in data units of the first pane.
struct Tools : Driver {
    explicit Tools(Scene scene, Tool tool) : Driver(std::move(scene)) {
        Context context = make_context();
        choose_tool(context, tool);
        frame();
    }
    ImVec2 at(double x, double y, std::size_t pane = 0) {
        const Rect& rect = last_layout.panes[pane];
        const Point on = to_screen(pane_camera(ui, scene_box(session.scene()), rect), rect, {x, y});
        return {static_cast<float>(on.x), static_cast<float>(on.y)};
    }
    double pixel() { return pane_camera(ui, scene_box(session.scene()), last_layout.panes[0]).units_per_pixel; }
    const std::vector<Component>& components() const { return session.scene().data.components; }
    const PointSet& points() const { return *session.scene().data.points; }
    std::string said() {
        std::string out;
        for (const Notice& notice : session.take_notices()) out += notice.text + "\n";
        return out;
    }
};

}  // namespace

TEST_CASE("noise that points of no width cannot bear fades with β instead; what is bearable stays as it is") {
    Scene scene = two_lanes();
    scene.lanes[1].sigma = {"constant", {{"max", 2}}};
    REQUIRE(lane_stability(scene, 1)->stable());
    Points x(3, 2);
    x << -1, 0, 1, 0, 0, 1;
    const Scene own = with_points(scene, x);
    CHECK(own.lanes[0] == scene.lanes[0]);
    CHECK(own.lanes[1].sigma == Choice{"beta", {{"max", 2}}});
    CHECK(lane_stability(own, 1)->stable());
    CHECK_NOTHROW(validate(own, "points"));
    // A choice made while the data are points is the user's.
    Scene chosen = own;
    chosen.lanes[1].sigma = scene.lanes[1].sigma;
    CHECK(with_points(chosen, Points(x * 2)).lanes[1].sigma == scene.lanes[1].sigma);
}

TEST_CASE("points that make a lane's noise fade say so once; those that do not say nothing") {
    Scene scene = two_lanes();
    scene.lanes[1].sigma = {"constant", {{"max", 2}}};
    Tools d(scene, Tool::brush);
    d.drag(d.at(-1, 0), d.at(1, 0));
    REQUIRE(d.session.scene().lanes[1].sigma.id == "beta");
    const std::string said = d.said();
    CHECK(said.find("the σₜ of lane 2 bears") != std::string::npos);
    CHECK(std::count(said.begin(), said.end(), '\n') == 1);
    d.drag(d.at(-1, 1), d.at(1, 1));
    CHECK(d.said().empty());
}

TEST_CASE("a component's centre is dragged: its mean follows, one undo entry") {
    for (const std::size_t pane : {std::size_t{0}, std::size_t{1}}) {
        CAPTURE(pane);
        Tools d(two_components(), Tool::components);
        const double margin = 1.5 * d.pixel();
        d.drag(d.at(-1.5, 0, pane), d.at(-0.5, 1, pane));
        CHECK(d.components()[0].mean.x() == Approx(-0.5).margin(margin));
        CHECK(d.components()[0].mean.y() == Approx(1).margin(margin));
        CHECK(d.components()[0].covariance.isApprox(two_components().data.components[0].covariance));
        CHECK(d.components()[1] == two_components().data.components[1]);
        CHECK(d.session.undo_label() == "mean of a component");
        CHECK(d.session.undo());
        CHECK(d.components()[0].mean.x() == -1.5);
        CHECK(d.session.undo_label().empty());
    }
}

TEST_CASE("a handle of an axis changes its length and both directions, the other length stays") {
    Tools d(two_components(), Tool::components);
    d.click(d.at(-1.5, 0));
    CHECK(d.ui.data.component == 0);
    // The end of the long axis, two deviations out, to one up and to the right of the centre: 45°, length √2 = 2 · 0.707.
    d.drag(d.at(-0.5, 0), d.at(-0.5, 1));
    Axes axes = axes_of(d.components()[0].covariance);
    CHECK(axes.along == Approx(std::sqrt(0.5)).epsilon(0.02));
    CHECK(axes.across == Approx(0.25).epsilon(1e-6));
    CHECK(axes.angle == Approx(std::numbers::pi / 4).margin(0.02));
    CHECK(d.components()[0].mean.x() == -1.5);
    CHECK(d.session.undo_label() == "axes of a component");
    // The back end of the short axis, straight out to twice its length.
    const double c = std::sqrt(0.5);
    d.drag(d.at(-1.5 + 0.5 * c, -0.5 * c), d.at(-1.5 + c, -c));
    axes = axes_of(d.components()[0].covariance);
    CHECK(axes.across == Approx(0.5).epsilon(0.03));
    CHECK(axes.along == Approx(std::sqrt(0.5)).epsilon(0.02));
    CHECK((d.session.undo() && d.session.undo()));
    CHECK(d.session.undo_label().empty());
    CHECK(d.components() == two_components().data.components);
}

TEST_CASE("a component's weight, adding, duplicating and removing") {
    Tools d(two_components(), Tool::components);
    d.click(d.at(1.5, 0.5));
    CHECK(d.ui.data.component == 1);
    const ImVec2 centre = d.at(1.5, 0.5), handle{centre.x + 22, centre.y - 22};
    d.drag(handle, {handle.x, handle.y - 70});
    CHECK(d.components()[1].weight == Approx(3 * std::numbers::e).epsilon(0.05));
    CHECK(d.session.undo_label() == "weight of a component");
    d.wait();
    d.double_click(d.at(0, -2));
    REQUIRE(d.components().size() == 3);
    CHECK(d.components()[2].mean.y() == Approx(-2).margin(1.5 * d.pixel()));
    CHECK(d.ui.data.component == 2);
    CHECK(d.session.undo_label() == "component added");
    d.press('D', key::control);
    CHECK(d.components().size() == 4);
    CHECK(d.components()[3].covariance == d.components()[2].covariance);
    d.press(key::remove);
    CHECK(d.components().size() == 3);
    d.right_click(d.at(-1.5, 0));
    CHECK(d.components().size() == 2);
    CHECK(d.session.undo_label() == "component removed");
    for (int i = 0; i < 5; ++i) CHECK(d.session.undo());
    CHECK(d.components() == two_components().data.components);
    CHECK(d.session.undo_label().empty());

    Tools one(with_components(two_lanes(), {component(0, 0, 1, 1, 0)}), Tool::components);
    one.right_click(one.at(0, 0));
    CHECK(one.components().size() == 1);
    CHECK(one.said().find("at least one component") != std::string::npos);
}

TEST_CASE("a toy set of modes is edited as a mixture; one without components is not") {
    Tools d(two_lanes(), Tool::components);  // eight Gaussians
    const Component first = editable_components(d.session.scene().data)[0];
    d.drag(d.at(first.mean.x(), first.mean.y()), d.at(0, 0));
    CHECK(d.session.scene().data.choice.id == "mixture");
    CHECK(d.components().size() == 8);
    CHECK(d.components()[0].mean.norm() < 2 * d.pixel());
    CHECK(d.session.undo());
    CHECK(d.session.scene().data.choice.id == "eight_gaussians");

    Tools points(some_points(50), Tool::none);
    points.ui.playback.t = 0.3;
    points.ui.playback.playing = true;
    points.press('M');
    CHECK(points.ui.tool == Tool::none);  // it says why, and time goes on
    CHECK((points.ui.playback.t == 0.3 && points.ui.playback.playing));
    points.ui.tool = Tool::components;
    points.drag(points.at(0, 0), points.at(1, 1));  // pans
    CHECK(points.session.undo_label().empty());
    CHECK(points.ui.centre_x != 0);
    points.wait();
    points.double_click(points.at(0, 0));
    CHECK(points.session.undo_label().empty());
    CHECK(points.said().find("no mixture") != std::string::npos);
}

TEST_CASE("axes and covariance are one thing") {
    for (const double angle : {-1.2, 0.0, 0.7, 1.5}) {
        const Axes axes = axes_of(covariance_of({0.8, 0.3, angle}));
        CHECK(axes.along == Approx(0.8));
        CHECK(axes.across == Approx(0.3));
        CHECK(axes.angle == Approx(angle).margin(1e-9));
    }
    CHECK(axes_of(covariance_of({1e-9, 0, 0.3})).across == Approx(least_deviation));
    CHECK(covariance_of({0.8, 0.3, 0.7})(0, 1) == covariance_of({0.8, 0.3, 0.7})(1, 0));
}

TEST_CASE("the brush paints: the first stroke replaces the data, the second adds, one undo entry each") {
    Tools d(two_lanes(), Tool::brush);
    CHECK((d.ui.playback.t == 1 && !d.ui.playback.playing));
    d.ui.data.size = 0.3;
    d.ui.data.density = 400;
    d.drag(d.at(-1, 0), d.at(1, 0));
    REQUIRE(d.session.scene().data.points);
    const PointSet first = d.points();
    // A disc and eight pieces of a band 0.6 wide and 2 long.
    const double expected = 400 * (std::numbers::pi * 0.09 + 0.6 * 2);
    CHECK(static_cast<double>(first.x.rows()) == Approx(expected).epsilon(0.05));
    CHECK(first.x.col(1).abs().maxCoeff() <= 0.31f);
    CHECK(first.x.col(0).abs().maxCoeff() <= 1.32f);
    CHECK(d.session.undo_label() == "points painted");
    d.drag(d.at(0, 2), d.at(1, 2));
    CHECK(d.points().x.rows() > first.x.rows());
    CHECK((d.points().x.topRows(first.x.rows()) == first.x).all());
    CHECK(d.session.undo());
    CHECK(d.points().hash == first.hash);
    CHECK(d.session.undo());
    CHECK(d.session.scene() == completed(two_lanes()));

    // Afresh: the next stroke begins with none.
    d.session.redo();
    Context context = d.make_context();
    begin_afresh(context);
    d.click(d.at(0, -2));
    CHECK(d.points().x.rows() < first.x.rows());
    CHECK(d.points().x.col(1).maxCoeff() < -1.6f);
    CHECK_FALSE(d.ui.data.afresh);
}

TEST_CASE("painting ends at 20,000 points, and says so once") {
    Tools d(some_points(static_cast<int>(limits::points.max) - 20), Tool::brush);
    d.ui.data.density = 5000;
    d.drag(d.at(-1, 0), d.at(1, 0));
    CHECK(d.points().x.rows() == limits::points.max);
    CHECK(d.said() == "20000 points are the most that a data set holds\n");
}

TEST_CASE("the eraser takes what it passes over; a last point stays") {
    Tools d(some_points(100), Tool::eraser);
    d.ui.data.size = 0.15;
    d.drag(d.at(-1.2, 0), d.at(1.2, 0));  // the row at y = 0
    CHECK(d.points().x.rows() == 90);
    CHECK((d.points().x.col(1).abs() > 0.1f).all());
    CHECK(d.session.undo_label() == "points erased");
    CHECK(d.session.undo());
    CHECK(d.points().x.rows() == 100);
    CHECK(d.session.undo_label().empty());
    d.ui.data.size = 5;
    d.click(d.at(0, 0));
    CHECK(d.points().x.rows() == 100);
    CHECK(d.said().find("at least one point") != std::string::npos);
    CHECK(d.ui.data.afresh);

    Tools none(two_lanes(), Tool::eraser);
    none.drag(none.at(-1, 0), none.at(1, 0));
    CHECK(none.session.undo_label().empty());
    CHECK(none.said() == "there are no own points to erase: paint some with the brush first\n");
}

TEST_CASE("a rectangle selects points, a drag moves them, Delete deletes them") {
    Tools d(some_points(100), Tool::select);
    d.drag(d.at(-1.1, -1.1), d.at(-0.3, -0.5));  // 4 columns, 3 rows
    CHECK(d.ui.data.selection.size() == 12);
    CHECK(d.session.undo_label().empty());
    const Points before = d.points().x;
    d.drag(d.at(-0.8, -0.8), d.at(1.2, 1.2));
    CHECK(d.session.undo_label() == "points moved");
    CHECK(((d.points().x - before).abs().rowwise().sum() > 0).count() == 12);
    CHECK(static_cast<double>(d.points().x(0, 0)) == Approx(1).margin(1.5 * d.pixel()));
    CHECK(d.ui.data.selection.size() == 12);
    d.press(key::remove);
    CHECK(d.points().x.rows() == 88);
    CHECK(d.session.undo_label() == "points deleted");
    CHECK(d.session.undo());
    CHECK(d.session.undo());
    CHECK((d.points().x == before).all());
    CHECK(d.session.undo_label().empty());
    // The selection belongs to points that are gone: nothing is deleted.
    d.press(key::remove);
    CHECK(d.points().x.rows() == 100);
    d.press('A', key::control);
    CHECK(d.ui.data.selection.size() == 100);
    d.press(key::remove);  // all: the set stays until something is painted
    CHECK(d.points().x.rows() == 100);
    CHECK((d.ui.data.afresh && d.ui.tool == Tool::brush));
}

TEST_CASE("points are pasted beside those that are there; what is no point is said") {
    Driver d(some_points(10));
    ImGui::SetClipboardText("x y\n1 2\n3 4\n");
    d.press('V', key::control);
    CHECK(d.session.scene().data.points->x.rows() == 12);
    CHECK(d.session.undo_label() == "2 points pasted");
    CHECK((d.ui.tool == Tool::select && d.ui.data.selection == std::vector<int>{10, 11}));
    const auto refusal_of = [&](const std::string& text) {
        ImGui::SetClipboardText(text.c_str());
        d.session.take_notices();
        d.press('V', key::control);
        const auto notices = d.session.take_notices();
        return notices.empty() ? "" : notices.front().text;
    };
    CHECK(refusal_of("1 2\nthree 4\n") == "the clipboard: line 2, column 1: 'three' is not a number; numbers have a decimal point");
    CHECK(refusal_of("").find("the clipboard holds no text") == 0);
    std::string many;
    for (int i = 0; i < 19'990; ++i) many += "0 0\n";
    CHECK(refusal_of(many) == "the clipboard holds 19990 points, and there is room for 19988");
    CHECK(d.session.scene().data.points->x.rows() == 12);
}

TEST_CASE("while a tool edits the data the view stands still, the wheel zooms, and Esc gives it back") {
    Tools d(two_lanes(), Tool::brush);
    d.ui.zoom = 0.5;
    const double before = d.pixel();
    d.ui.data.density = 5000;
    d.click(d.at(-6, 0));
    REQUIRE(d.session.scene().data.points);
    CHECK(scene_box(d.session.scene()).x_max > 5);
    CHECK(d.pixel() == before);
    d.wheel(d.at(0, 0), 1);
    CHECK(d.ui.zoom == Approx(0.575));
    d.press(key::escape);
    CHECK(d.ui.tool == Tool::none);
    d.frame();
    d.frame();
    CHECK_FALSE(d.ui.held_box);
    // Shift and drag draw a box under every tool.
    d.press('I');
    const auto points = d.session.scene().data;
    d.drag_with_shift(d.at(-1, -1), d.at(1, 1));
    CHECK(d.session.scene().view.box);
    CHECK(d.session.scene().data == points);
    CHECK(d.ui.tool == Tool::brush);
}

TEST_CASE("a tool shows the plane, and a refused preview says why once") {
    Scene scene = two_lanes();
    scene.view.shape = "height";
    Driver d(scene);
    d.press('I');
    CHECK(d.session.scene().view.shape == "flat");
    // Unlabelled points cannot train a network that is told labels.
    Scene conditional = two_lanes();
    conditional.models[0].field = "network";
    conditional.models[0].network.conditional = true;
    Tools c(conditional, Tool::brush);
    c.drag(c.at(-1, 0), c.at(1, 0));
    CHECK(c.session.undo_label().empty());
    CHECK(c.session.scene() == completed(conditional));
    const std::string said = c.said();
    CHECK(said.find("a conditional network needs data with") != std::string::npos);
    CHECK(std::count(said.begin(), said.end(), '\n') == 1);
}

TEST_CASE("painting by keys: a dab, a stroke and its end, erasing, each one undo entry; Esc leaves") {
    Tools d(two_lanes(), Tool::brush);
    d.ui.data.density = 400;
    CHECK(d.press(key::space));  // still the time bar's
    CHECK(d.session.undo_label().empty());
    d.ui.playback.playing = false;
    REQUIRE(d.press(key::f6));
    d.frame();
    for (int i = 0; i < 3; ++i) CHECK(d.press(key::left, key::shift));
    const double x = cursor(d.ui).x;
    CHECK(x == Approx(-3 * 5 * 8 * d.pixel()));
    for (int i = 0; i < 3; ++i) d.press(key::space);  // a key held down
    CHECK(static_cast<double>(d.points().x.rows()) == Approx(3 * 400 * std::numbers::pi * 0.09).epsilon(0.05));
    CHECK(d.points().x.col(0).maxCoeff() < static_cast<float>(x + 0.31));
    CHECK(d.session.undo());
    CHECK_FALSE(d.session.scene().data.points);
    CHECK_FALSE(d.session.undo());
    d.session.redo();
    const Eigen::Index dabbed = d.points().x.rows();
    d.press(key::enter);
    for (int i = 0; i < 6; ++i) d.press(key::right, key::shift), d.frame();
    CHECK(d.ui.data.held);
    d.press(key::enter);
    CHECK_FALSE(d.ui.data.held);
    CHECK(static_cast<double>(d.points().x.rows() - dabbed) == Approx(400 * (std::numbers::pi * 0.09 + 0.6 * -2 * x)).epsilon(0.05));
    d.press(key::backspace);
    CHECK(d.session.undo_label() == "points erased");
    CHECK((d.points().x.rowwise() - Eigen::Array2f(static_cast<float>(-x), 0).transpose()).square().rowwise().sum().minCoeff() > 0.0899f);
    // A stroke that something else ends is kept; one that Esc ends is not.
    d.press(key::enter);
    d.press(key::down, key::shift);
    d.press('D');
    CHECK_FALSE(d.ui.data.held);
    CHECK(d.session.undo());
    CHECK(d.session.undo_label() == "points painted");
    const std::uint64_t hash = d.points().hash;
    d.press(key::enter);
    d.press(key::down, key::shift);
    CHECK(d.points().hash != hash);
    d.press(key::escape);
    CHECK(d.points().hash == hash);
    CHECK(cursor_shown(d.ui));
    d.press(key::escape);
    CHECK((d.ui.tool == Tool::none && d.ui.panel_focus == 0));
    for (int i = 0; i < 4; ++i) CHECK(d.session.undo());
    CHECK(d.session.scene() == completed(two_lanes()));
}

TEST_CASE("a rectangle by keys selects, Space lifts and puts down, Delete deletes") {
    Tools d(some_points(100), Tool::select);
    d.press(key::f6);
    d.press(key::space);
    CHECK(d.said().find("nothing is selected") != std::string::npos);
    d.ui.data.cursor = {-1.1, -1.1};
    const double step = 8 * d.pixel();
    const auto go = [&](double x, double y) {
        for (int i = 0; i < static_cast<int>(std::lround(x / step)); ++i) d.press(key::right);
        for (int i = 0; i < static_cast<int>(std::lround(y / step)); ++i) d.press(key::up);
        d.frame();
    };
    d.press(key::enter);
    go(0.8, 0.6);  // 4 columns, 3 rows
    d.press(key::enter);
    CHECK(d.ui.data.selection.size() == 12);
    const Points before = d.points().x;
    d.press(key::space);
    const Point from = cursor(d.ui);
    go(2, 0);
    d.press(key::space);
    CHECK(d.session.undo_label() == "points moved");
    CHECK(static_cast<double>(d.points().x(0, 0) - before(0, 0)) == Approx(cursor(d.ui).x - from.x).margin(1e-5));
    CHECK(((d.points().x - before).abs().rowwise().sum() > 0).count() == 12);
    d.press(key::remove);
    CHECK(d.points().x.rows() == 88);
    CHECK((d.session.undo() && d.session.undo()));
    CHECK_FALSE(d.session.undo());
    CHECK((d.points().x == before).all());
}

TEST_CASE("the mouse ends what keys began; the cursor is drawn on every pane") {
    Tools d(two_lanes(), Tool::brush);
    const int without = ImGui::GetBackgroundDrawList()->VtxBuffer.Size;
    d.press(key::f6);
    d.frame();
    CHECK(ImGui::GetBackgroundDrawList()->VtxBuffer.Size > without);
    d.press(key::enter);
    d.press(key::right, key::shift);
    d.frame();
    REQUIRE(d.ui.data.held);
    d.drag(d.at(2, 2), d.at(2.5, 2));
    CHECK_FALSE(d.ui.data.held);
    CHECK((d.session.undo() && d.session.undo()));
    CHECK_FALSE(d.session.undo());
    d.press('Y');  // space–time has no cursor
    d.frame();
    CHECK(d.ui.panel_focus == 0);
}

TEST_CASE("components are chosen without a click") {
    Tools d(two_components(), Tool::components);
    const ImVec2 next = d.find("controls", {"Data", "Next"}), previous = d.find("controls", {"Data", "Previous"});
    REQUIRE((next.x >= 0 && previous.x >= 0));
    d.click(next);
    CHECK(d.ui.data.component == 0);
    d.click(previous);
    CHECK(d.ui.data.component == 1);
    d.click(next);
    CHECK(d.ui.data.component == 0);
}
