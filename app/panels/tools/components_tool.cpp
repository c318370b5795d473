#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "app/panels/data_edits.h"
#include "app/panels/tools/tools.h"
#include "app/runtime/limits.h"

namespace pf::panels {
namespace {

constexpr double drawn_deviations = 2;  // the ellipse, whose ends are the handles of the axes
constexpr double reach = 9;             // pixels, before scale
constexpr double weight_step = 70;      // pixels, before scale, for a factor of e

enum Handle { centre, along, along_back, across, across_back, weight, ground };

Point axis_end(const Component& c, const Axes& axes, int handle) {
    const bool first = handle == along || handle == along_back;
    const double angle = axes.angle + (first ? 0 : std::numbers::pi / 2), sign = handle == along || handle == across ? 1 : -1;
    const double length = sign * drawn_deviations * (first ? axes.along : axes.across);
    return {c.mean.x() + length * std::cos(angle), c.mean.y() + length * std::sin(angle)};
}

// Beside the centre, at a distance on screen that does not depend on the component.
Point weight_handle(const Component& c, double pixel) { return {c.mean.x() + 22 * pixel, c.mean.y() + 22 * pixel}; }

struct Hit {
    int component = -1, handle = ground;
};
Hit hit(const std::vector<Component>& components, int selected, Point at, double pixel) {
    const auto near = [&](Point p) { return std::hypot(p.x - at.x, p.y - at.y) < reach * pixel; };
    if (selected >= 0 && selected < static_cast<int>(components.size())) {
        const Component& c = components[static_cast<std::size_t>(selected)];
        const Axes axes = axes_of(c.covariance);
        if (near({c.mean.x(), c.mean.y()})) return {selected, centre};
        for (const int handle : {along, along_back, across, across_back})
            if (near(axis_end(c, axes, handle))) return {selected, handle};
        if (near(weight_handle(c, pixel))) return {selected, weight};
    }
    Hit best;
    double least = reach * pixel;
    for (std::size_t i = 0; i < components.size(); ++i) {
        const double distance = std::hypot(components[i].mean.x() - at.x, components[i].mean.y() - at.y);
        if (distance < least) least = distance, best = {static_cast<int>(i), centre};
    }
    if (best.component >= 0) return best;
    // Inside an ellipse: the one whose centre is nearest in its own units.
    double inside = 1;
    for (std::size_t i = 0; i < components.size(); ++i) {
        const Eigen::Vector2d d = Eigen::Vector2d{at.x, at.y} - components[i].mean;
        const double distance = d.dot(components[i].covariance.inverse() * d) / (drawn_deviations * drawn_deviations);
        if (distance < inside) inside = distance, best = {static_cast<int>(i), centre};
    }
    return best;
}

Component moved(const Component& start, int handle, const DataTools::Held& held, Point at, double pixel) {
    Component c = start;
    const auto kept = [](double v) { return std::clamp(v, limits::coordinate.min, limits::coordinate.max); };
    if (handle == centre) {
        c.mean = {kept(start.mean.x() + at.x - held.from[0]), kept(start.mean.y() + at.y - held.from[1])};
    } else if (handle == weight) {
        c.weight = std::clamp(start.weight * std::exp((at.y - held.from[1]) / (weight_step * pixel)), 1e-3, 1e3);
    } else {
        Axes axes = axes_of(start.covariance);
        const bool first = handle == along || handle == along_back;
        const double sign = handle == along || handle == across ? 1 : -1;
        const double dx = sign * (at.x - start.mean.x()), dy = sign * (at.y - start.mean.y());
        axes.angle = std::atan2(dy, dx) - (first ? 0 : std::numbers::pi / 2);
        (first ? axes.along : axes.across) = std::hypot(dx, dy) / drawn_deviations;
        c.covariance = covariance_of(axes);
    }
    return c;
}

const char* what(int handle) { return handle == centre ? "mean of a component" : handle == weight ? "weight of a component" : "axes of a component"; }

void remove_component(Context& context, int index) {
    auto components = editable_components(context.session.scene().data);
    if (index < 0 || index >= static_cast<int>(components.size())) return;
    if (components.size() == 1) return context.session.say({Notice::Level::info, "a mixture has at least one component"});
    components.erase(components.begin() + index);
    context.ui.data.component = -1;
    context.session.commit("component removed", with_components(context.session.scene(), std::move(components)));
}

}  // namespace

void components_mouse(Context& context, const ToolPane& pane) {
    const ImGuiIO& io = ImGui::GetIO();
    DataTools& tools = context.ui.data;
    const double pixel = static_cast<double>(context.ui.scale) * pane.camera.units_per_pixel;
    const Scene& scene = context.session.scene();
    const std::vector<Component> components = editable_components(scene.data);
    if (!tools.held && ImGui::IsMouseClicked(0)) {
        const Hit found = hit(components, tools.component, pane.at, pixel);
        if (found.component < 0 && ImGui::IsMouseDoubleClicked(0)) return add_component(context, pane.at);
        tools.component = found.component;
        tools.held = DataTools::Held{pane.index, found.handle, {pane.at.x, pane.at.y}, {pane.at.x, pane.at.y}, scene.data};
        return;
    }
    if (ImGui::IsMouseClicked(1) && !tools.held) return remove_component(context, hit(components, tools.component, pane.at, pixel).component);
    if (!tools.held) return;
    auto& held = *tools.held;
    const auto start = editable_components(held.before);
    if (!ImGui::IsMouseDown(0)) {
        if (held.moved) context.session.commit(what(held.handle), Scene(scene));
        tools.held.reset();
    } else if (held.handle == ground) {
        pan(context.ui, scene_box(scene), pane.rect, io.MouseDelta.x, io.MouseDelta.y);
    } else if (tools.component >= 0 && tools.component < static_cast<int>(start.size()) && (held.moved || ImGui::IsMouseDragging(0, 2))) {
        auto next = start;
        next[static_cast<std::size_t>(tools.component)] = moved(next[static_cast<std::size_t>(tools.component)], held.handle, held, pane.at, pixel);
        preview_data(context, with_components(scene, std::move(next)));
    }
}

void add_component(Context& context, Point at) {
    const Scene& scene = context.session.scene();
    auto components = editable_components(scene.data);
    if (components.empty() || components.size() >= most_edited)
        return context.session.say({Notice::Level::info, components.empty() ? "these data are no mixture: choose 'mixture' among the data first" : "100 components are the most that can be edited by hand"});
    DataTools& tools = context.ui.data;
    const bool selected = tools.component >= 0 && tools.component < static_cast<int>(components.size());
    // Like the selected one, or round and as wide as the narrow ones are.
    Component made = selected ? components[static_cast<std::size_t>(tools.component)] : Component{};
    if (!selected) {
        double mean_weight = 0, deviation = 0;
        for (const Component& c : components) mean_weight += c.weight / static_cast<double>(components.size()), deviation += axes_of(c.covariance).across / static_cast<double>(components.size());
        made.weight = mean_weight;
        made.covariance = covariance_of({deviation, deviation, 0});
    }
    made.mean = {std::clamp(at.x, limits::coordinate.min, limits::coordinate.max), std::clamp(at.y, limits::coordinate.min, limits::coordinate.max)};
    components.push_back(made);
    tools.component = static_cast<int>(components.size()) - 1;
    context.session.commit("component added", with_components(scene, std::move(components)));
}

void duplicate_component(Context& context) {
    const auto components = editable_components(context.session.scene().data);
    const int i = context.ui.data.component;
    if (context.ui.tool != Tool::components || i < 0 || i >= static_cast<int>(components.size())) return;
    const Component& c = components[static_cast<std::size_t>(i)];
    const double aside = std::max(0.2, axes_of(c.covariance).along);
    add_component(context, {c.mean.x() + aside, c.mean.y() - aside});
}

void delete_chosen(Context& context) {
    if (context.ui.tool == Tool::components) return remove_component(context, context.ui.data.component);
    const PointSet* points = own_points(context.session.scene());
    const std::vector<int> rows = selected_points(context);
    if (!points || rows.empty()) return;
    if (static_cast<Eigen::Index>(rows.size()) == points->x.rows()) return begin_afresh(context);
    std::vector<int> left;
    for (int i = 0, k = 0; i < static_cast<int>(points->x.rows()); ++i) {
        if (k < static_cast<int>(rows.size()) && rows[static_cast<std::size_t>(k)] == i) ++k;
        else left.push_back(i);
    }
    context.session.commit("points deleted", with_points(context.session.scene(), only(*points, left)));
}

void draw_components(const Sheet& s, const PaneView& view) {
    const auto components = editable_components(view.scene.data);
    const double pixel = static_cast<double>(s.scale) * s.camera.units_per_pixel;
    const auto screen = [&](Point p) {
        const Point on = to_screen(s.camera, s.pane, p);
        return ImVec2{static_cast<float>(on.x), static_cast<float>(on.y)};
    };
    double total = 0;
    for (const Component& c : components) total += c.weight;
    const auto knob = [&](ImVec2 at, Rgb colour, bool square) {
        const float r = 5 * s.scale;
        if (square) {
            s.draw.AddRectFilled({at.x - r - s.scale, at.y - r - s.scale}, {at.x + r + s.scale, at.y + r + s.scale}, rgba(s.p.canvas), 2 * s.scale);
            s.draw.AddRectFilled({at.x - r, at.y - r}, {at.x + r, at.y + r}, rgba(colour), 2 * s.scale);
        } else {
            s.draw.AddCircleFilled(at, r + 1.5f * s.scale, rgba(s.p.canvas));
            s.draw.AddCircleFilled(at, r, rgba(colour));
        }
    };
    for (std::size_t i = 0; i < components.size(); ++i) {
        const Component& c = components[i];
        const bool selected = static_cast<int>(i) == view.ui.data.component;
        const Axes axes = axes_of(c.covariance);
        const Rgb colour = selected ? s.p.accent : s.p.text;
        ImVec2 ring[64];
        for (int k = 0; k < 64; ++k) {
            const double a = 2 * std::numbers::pi * k / 64, u = drawn_deviations * axes.along * std::cos(a), v = drawn_deviations * axes.across * std::sin(a);
            ring[k] = screen({c.mean.x() + u * std::cos(axes.angle) - v * std::sin(axes.angle), c.mean.y() + u * std::sin(axes.angle) + v * std::cos(axes.angle)});
        }
        s.draw.AddPolyline(ring, 64, rgba(s.p.canvas, 0.7f), ImDrawFlags_Closed, (selected ? 4.5f : 3.f) * s.scale);
        s.draw.AddPolyline(ring, 64, rgba(colour, selected ? 1.f : 0.8f), ImDrawFlags_Closed, (selected ? 2.2f : 1.2f) * s.scale);
        const ImVec2 middle = screen({c.mean.x(), c.mean.y()});
        if (!selected) {
            s.draw.AddCircleFilled(middle, 4 * s.scale, rgba(s.p.canvas));
            s.draw.AddCircleFilled(middle, 2.8f * s.scale, rgba(colour));
            continue;
        }
        for (const int handle : {along, across}) {
            const ImVec2 a = screen(axis_end(c, axes, handle)), b = screen(axis_end(c, axes, handle + 1));
            s.draw.AddLine(a, b, rgba(s.p.canvas, 0.6f), 3 * s.scale);
            s.draw.AddLine(a, b, rgba(colour, 0.8f), 1.2f * s.scale);
            knob(a, colour, true);
            knob(b, colour, true);
        }
        knob(middle, colour, false);
        const ImVec2 w = screen(weight_handle(c, pixel));
        const float r = 5 * s.scale;
        for (const float sign : {-1.f, 1.f})
            s.draw.AddTriangleFilled({w.x - r, w.y + 1.5f * sign * s.scale}, {w.x + r, w.y + 1.5f * sign * s.scale}, {w.x, w.y + sign * (r + 2.5f * s.scale)}, rgba(colour));
        s.haloed(w.x + 9 * s.scale, w.y - s.size / 2, fmt::format("{:.3g} %", 100 * c.weight / total));
    }
}

}  // namespace pf::panels
