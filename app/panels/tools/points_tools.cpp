#include <algorithm>
#include <cmath>
#include <utility>

#include "app/panels/data_edits.h"
#include "app/panels/tools/tools.h"
#include "app/runtime/files/csv_points.h"
#include "app/runtime/limits.h"

namespace pf::panels {
namespace {

constexpr double reach = 7;  // pixels, before scale

Box between(std::array<double, 2> a, Point b) { return {std::min(a[0], b.x), std::max(a[0], b.x), std::min(a[1], b.y), std::max(a[1], b.y)}; }

// The points nearest to `at`, if within reach.
int nearest_point(const PointSet& points, Point at, double within) {
    int best = -1;
    double least = within * within;
    for (Eigen::Index i = 0; i < points.x.rows(); ++i) {
        const double dx = static_cast<double>(points.x(i, 0)) - at.x, dy = static_cast<double>(points.x(i, 1)) - at.y;
        if (dx * dx + dy * dy < least) least = dx * dx + dy * dy, best = static_cast<int>(i);
    }
    return best;
}

void select(Context& context, std::vector<int> rows) {
    context.ui.data.selection = std::move(rows);
    context.ui.data.selection_of = own_points(context.session.scene()) ? own_points(context.session.scene())->hash : 0;
}

void say_once(Context& context, std::string sentence) {
    auto& held = context.ui.data.held;
    if (held && !std::exchange(held->told, true)) context.session.say({Notice::Level::info, std::move(sentence)});
}

void dab(Context& context, Point from, Point to) {
    DataTools& tools = context.ui.data;
    const Scene& scene = context.session.scene();
    const PointSet* points = own_points(scene);
    const Stroke stroke{{from.x, from.y}, {to.x, to.y}, tools.size, tools.density};
    if (tools.held->handle == paints) {
        Painted next = painted(tools.afresh ? nullptr : points, stroke, scene.seed);
        if (!next.room) say_once(context, fmt::format("{} points are the most that a data set holds", limits::points.max));
        if (next.x.rows() == 0 || (points && !tools.afresh && next.x.rows() == points->x.rows())) return;
        preview_data(context, with_points(scene, std::move(next.x)));
        if (tools.held->moved) tools.afresh = false;
        return;
    }
    if (!points) return say_once(context, "there are no own points to erase: paint some with the brush first");
    const std::vector<int> left = rows_outside(*points, stroke);
    if (static_cast<Eigen::Index>(left.size()) == points->x.rows()) return;
    if (left.empty()) {
        tools.afresh = true;
        return say_once(context, "a data set has at least one point; the next stroke of the brush begins with none");
    }
    preview_data(context, with_points(scene, only(*points, left)));
}

void move_points(Context& context, Point to) {
    const auto& held = *context.ui.data.held;
    Points x = held.before.points->x;
    const auto dx = static_cast<float>(to.x - held.from[0]), dy = static_cast<float>(to.y - held.from[1]);
    const auto low = static_cast<float>(limits::coordinate.min), high = static_cast<float>(limits::coordinate.max);
    for (const int i : context.ui.data.selection) x.row(i) << std::clamp(x(i, 0) + dx, low, high), std::clamp(x(i, 1) + dy, low, high);
    preview_data(context, with_points(context.session.scene(), std::move(x)));
    select(context, context.ui.data.selection);
}

// A rectangle selects what is in it, a click what is nearest.
void select_framed(Context& context, const DataTools::Held& held, double pixel) {
    const PointSet* points = own_points(context.session.scene());
    if (!points) return;
    const Point to{held.last[0], held.last[1]};
    const Box box = between(held.from, to);
    const bool drawn = box.x_max - box.x_min > 3 * pixel || box.y_max - box.y_min > 3 * pixel;
    const int one = drawn ? -1 : nearest_point(*points, to, reach * static_cast<double>(context.ui.scale) * pixel);
    select(context, drawn ? rows_inside(*points, box) : one >= 0 ? std::vector<int>{one} : std::vector<int>{});
}

}  // namespace

const PointSet* own_points(const Scene& scene) { return scene.data.choice.id == "points" ? scene.data.points.get() : nullptr; }

std::vector<int> selected_points(const Context& context) {
    const PointSet* points = own_points(context.session.scene());
    return points && points->hash == context.ui.data.selection_of ? context.ui.data.selection : std::vector<int>{};
}

void begin_gesture(Context& context, int pane, Point at, PointsGesture what) {
    context.ui.data.held = DataTools::Held{pane, what, {at.x, at.y}, {at.x, at.y}, context.session.scene().data};
    if (what == paints || what == erases) dab(context, at, at);
}

void lead_gesture(Context& context, Point to) {
    auto& held = *context.ui.data.held;
    const Point from{held.last[0], held.last[1]};
    if (from.x == to.x && from.y == to.y) return;
    if (held.handle == paints || held.handle == erases) dab(context, from, to);
    if (held.handle == moves) move_points(context, to);
    held.last = {to.x, to.y};
}

void end_gesture(Context& context, double pixel) {
    const DataTools::Held held = *std::exchange(context.ui.data.held, std::nullopt);
    if (held.handle == frames) return select_framed(context, held, pixel);
    if (held.moved) context.session.commit(held.handle == paints ? "points painted" : held.handle == erases ? "points erased" : "points moved", Scene(context.session.scene()));
}

void brush_mouse(Context& context, const ToolPane& pane) {
    const auto& held = context.ui.data.held;
    if (!held && ImGui::IsMouseClicked(0)) return begin_gesture(context, pane.index, pane.at, context.ui.tool == Tool::brush ? paints : erases);
    if (!held) return;
    lead_gesture(context, pane.at);
    if (!ImGui::IsMouseDown(0)) end_gesture(context, pane.pixels(1));
}

void select_mouse(Context& context, const ToolPane& pane) {
    const auto& held = context.ui.data.held;
    if (!held && ImGui::IsMouseClicked(0)) {
        const PointSet* points = own_points(context.session.scene());
        const std::vector<int> rows = selected_points(context);
        const int under = points ? nearest_point(*points, pane.at, pane.pixels(reach * static_cast<double>(context.ui.scale))) : -1;
        return begin_gesture(context, pane.index, pane.at, std::binary_search(rows.begin(), rows.end(), under) ? moves : frames);
    }
    if (!held) return;
    if (held->handle == frames || held->moved || ImGui::IsMouseDragging(0, 2)) lead_gesture(context, pane.at);
    if (!ImGui::IsMouseDown(0)) end_gesture(context, pane.pixels(1));
}

void select_all_points(Context& context) {
    const PointSet* points = own_points(context.session.scene());
    if (!points) return context.session.say({Notice::Level::info, "there are no own points to select: paint or paste some first"});
    std::vector<int> rows(static_cast<std::size_t>(points->x.rows()));
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<int>(i);
    if (context.ui.tool != Tool::select) choose_tool(context, Tool::select);
    select(context, std::move(rows));
}

void paste_points(Context& context) {
    const char* text = ImGui::GetClipboardText();
    const Scene& scene = context.session.scene();
    try {
        if (!text || *text == '\0') throw BadInput("the clipboard holds no text; expected lines of x and y");
        const FilePoints pasted = points_of_text(text, "the clipboard", static_cast<std::size_t>(limits::points.max), scene.seed);
        const PointSet* points = context.ui.data.afresh ? nullptr : own_points(scene);
        const Eigen::Index had = points ? points->x.rows() : 0, n = pasted.x.rows();
        if (static_cast<std::int64_t>(pasted.rows) + had > limits::points.max)
            throw BadInput(fmt::format("the clipboard holds {} points, and there is room for {}", pasted.rows, limits::points.max - had));
        Points x(had + n, 2);
        if (points) x.topRows(had) = points->x;
        x.bottomRows(n) = pasted.x;
        std::vector<int> rows(static_cast<std::size_t>(n));
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<int>(had) + static_cast<int>(i);
        Scene next = with_points(scene, std::move(x));
        say_faded(context.session, next);
        context.session.commit(fmt::format("{} points pasted", n), std::move(next));
        context.ui.data.afresh = false;
        if (context.ui.tool != Tool::select) choose_tool(context, Tool::select);
        select(context, std::move(rows));
        if (is_warning(pasted)) context.session.say({Notice::Level::warning, describe(pasted, "the clipboard")});
    } catch (const BadInput& error) {
        context.session.say({Notice::Level::error, error.what()});
    }
}

void points_from_data(Context& context) {
    const Scene& scene = context.session.scene();
    Random random(scene.seed, "points from the data");
    Scene next = with_points(scene, make_dataset(scene.data)->sample(random, 1000));
    say_faded(context.session, next);
    context.session.commit("points drawn from the data", std::move(next));
}

void begin_afresh(Context& context) {
    context.ui.data.afresh = true;
    if (context.ui.tool != Tool::brush) choose_tool(context, Tool::brush);
}

void draw_points(const Sheet& s, const PaneView& view) {
    const DataTools& tools = view.ui.data;
    const PointSet* points = own_points(view.scene);
    if (points) {
        const bool current = points->hash == tools.selection_of && view.ui.tool == Tool::select;
        const auto n = static_cast<int>(points->x.rows());
        // Small enough to tell from each other, large enough to see.
        const float r = (n > 5000 ? 1.f : 1.5f) * s.scale, alpha = tools.afresh ? 0.25f : tools.held || view.ui.tool == Tool::select ? 0.9f : 0.45f;
        std::vector<bool> chosen(static_cast<std::size_t>(n), false);
        if (current)
            for (const int i : tools.selection) chosen[static_cast<std::size_t>(i)] = true;
        s.draw.PrimReserve(6 * n, 4 * n);
        for (int i = 0; i < n; ++i) {
            const Point on = to_screen(s.camera, s.pane, {static_cast<double>(points->x(i, 0)), static_cast<double>(points->x(i, 1))});
            const auto row = static_cast<std::size_t>(i);
            const Rgb colour = chosen[row] ? s.p.accent : s.p.text;
            const float half = chosen[row] ? 1.6f * r : r, x = static_cast<float>(on.x), y = static_cast<float>(on.y);
            s.draw.PrimRect({x - half, y - half}, {x + half, y + half}, rgba(colour, alpha));
        }
    }
    const auto screen = [&](double x, double y) {
        const Point on = to_screen(s.camera, s.pane, {x, y});
        return ImVec2{static_cast<float>(on.x), static_cast<float>(on.y)};
    };
    if (view.ui.tool == Tool::select && tools.held && tools.held->handle == frames) {
        const auto& held = *tools.held;
        const ImVec2 a = screen(held.from[0], held.from[1]), b = screen(held.last[0], held.last[1]);
        s.draw.AddRectFilled({std::min(a.x, b.x), std::min(a.y, b.y)}, {std::max(a.x, b.x), std::max(a.y, b.y)}, rgba(s.p.accent, 0.15f));
        s.draw.AddRect({std::min(a.x, b.x), std::min(a.y, b.y)}, {std::max(a.x, b.x), std::max(a.y, b.y)}, rgba(s.p.accent), 0, compat::all_corners, 1.5f * s.scale);
    }
    const auto draw_brush = [&](ImVec2 at, bool keys) {
        const auto radius = static_cast<float>(tools.size / s.camera.units_per_pixel);
        const Rgb colour = view.ui.tool == Tool::eraser ? s.p.warning : s.p.accent;
        if (view.ui.tool != Tool::select) {
            s.draw.AddCircle(at, radius, rgba(s.p.canvas, 0.8f), 0, 4 * s.scale);
            s.draw.AddCircle(at, radius, rgba(colour), 0, 2 * s.scale);
        }
        if (!keys) return s.draw.AddCircleFilled(at, 1.5f * s.scale, rgba(s.p.text));
        // A cross, which is found at once and tells the cursor from the mouse.
        for (const auto& [thick, ink] : {std::pair{5.f, rgba(s.p.canvas, 0.8f)}, std::pair{2.f, rgba(colour)}}) {
            s.draw.AddLine({at.x - 11 * s.scale, at.y}, {at.x + 11 * s.scale, at.y}, ink, thick * s.scale);
            s.draw.AddLine({at.x, at.y - 11 * s.scale}, {at.x, at.y + 11 * s.scale}, ink, thick * s.scale);
        }
    };
    if (cursor_shown(view.ui)) {
        const Point at = cursor(view.ui);
        draw_brush(screen(at.x, at.y), true);
    }
    // The brush, where the mouse is over a pane and not over a panel.
    const Rect& p = s.pane;
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (view.ui.tool == Tool::select || ImGui::GetIO().WantCaptureMouse || mouse.x < p.x || mouse.y < p.y || mouse.x >= p.x + p.width || mouse.y >= p.y + p.height) return;
    draw_brush(mouse, false);
}

}  // namespace pf::panels
