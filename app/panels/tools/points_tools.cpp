#include <algorithm>
#include <cmath>

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

void dab(Context& context, std::array<double, 2> from, Point to) {
    DataTools& tools = context.ui.data;
    const Scene& scene = context.session.scene();
    const PointSet* points = own_points(scene);
    Stroke stroke{from, {to.x, to.y}, tools.size, tools.density};
    if (context.ui.tool == Tool::brush) {
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

}  // namespace

const PointSet* own_points(const Scene& scene) { return scene.data.choice.id == "points" ? scene.data.points.get() : nullptr; }

std::vector<int> selected_points(const Context& context) {
    const PointSet* points = own_points(context.session.scene());
    return points && points->hash == context.ui.data.selection_of ? context.ui.data.selection : std::vector<int>{};
}

void brush_mouse(Context& context, const ToolPane& pane) {
    DataTools& tools = context.ui.data;
    if (!tools.held && ImGui::IsMouseClicked(0)) {
        tools.held = DataTools::Held{pane.index, 0, {pane.at.x, pane.at.y}, {pane.at.x, pane.at.y}, context.session.scene().data};
        return dab(context, tools.held->from, pane.at);
    }
    if (!tools.held) return;
    const auto last = tools.held->last;
    if (last[0] != pane.at.x || last[1] != pane.at.y) {
        dab(context, last, pane.at);
        tools.held->last = {pane.at.x, pane.at.y};
    }
    if (ImGui::IsMouseDown(0)) return;
    if (tools.held->moved) context.session.commit(context.ui.tool == Tool::brush ? "points painted" : "points erased", Scene(context.session.scene()));
    tools.held.reset();
}

void select_mouse(Context& context, const ToolPane& pane) {
    DataTools& tools = context.ui.data;
    const PointSet* points = own_points(context.session.scene());
    const double near = pane.pixels(reach * static_cast<double>(context.ui.scale));
    if (!tools.held && ImGui::IsMouseClicked(0)) {
        const std::vector<int> rows = selected_points(context);
        const int under = points ? nearest_point(*points, pane.at, near) : -1;
        const bool moves = std::binary_search(rows.begin(), rows.end(), under);
        tools.held = DataTools::Held{pane.index, moves ? 1 : 0, {pane.at.x, pane.at.y}, {pane.at.x, pane.at.y}, context.session.scene().data};
        return;
    }
    if (!tools.held) return;
    auto& held = *tools.held;
    held.last = {pane.at.x, pane.at.y};
    if (ImGui::IsMouseDown(0)) {
        if (held.handle == 1 && (held.moved || ImGui::IsMouseDragging(0, 2))) move_points(context, pane.at);
        return;
    }
    if (held.handle == 1) {
        if (held.moved) context.session.commit("points moved", Scene(context.session.scene()));
    } else if (points) {
        const Box box = between(held.from, pane.at);
        const bool drawn = box.x_max - box.x_min > pane.pixels(3) || box.y_max - box.y_min > pane.pixels(3);
        const int one = drawn ? -1 : nearest_point(*points, pane.at, near);
        select(context, drawn ? rows_inside(*points, box) : one >= 0 ? std::vector<int>{one} : std::vector<int>{});
    }
    tools.held.reset();
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
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const auto screen = [&](double x, double y) {
        const Point on = to_screen(s.camera, s.pane, {x, y});
        return ImVec2{static_cast<float>(on.x), static_cast<float>(on.y)};
    };
    if (view.ui.tool == Tool::select) {
        if (!tools.held || tools.held->handle != 0) return;
        const auto& held = *tools.held;
        const ImVec2 a = screen(held.from[0], held.from[1]), b = screen(held.last[0], held.last[1]);
        s.draw.AddRectFilled({std::min(a.x, b.x), std::min(a.y, b.y)}, {std::max(a.x, b.x), std::max(a.y, b.y)}, rgba(s.p.accent, 0.15f));
        s.draw.AddRect({std::min(a.x, b.x), std::min(a.y, b.y)}, {std::max(a.x, b.x), std::max(a.y, b.y)}, rgba(s.p.accent), 0, compat::all_corners, 1.5f * s.scale);
        return;
    }
    // The brush, where the mouse is over a pane and not over a panel.
    const Rect& p = s.pane;
    if (ImGui::GetIO().WantCaptureMouse || mouse.x < p.x || mouse.y < p.y || mouse.x >= p.x + p.width || mouse.y >= p.y + p.height) return;
    const auto radius = static_cast<float>(tools.size / s.camera.units_per_pixel);
    s.draw.AddCircle(mouse, radius, rgba(s.p.canvas, 0.8f), 0, 4 * s.scale);
    s.draw.AddCircle(mouse, radius, rgba(view.ui.tool == Tool::eraser ? s.p.warning : s.p.accent), 0, 2 * s.scale);
    s.draw.AddCircleFilled(mouse, 1.5f * s.scale, rgba(s.p.text));
}

}  // namespace pf::panels
