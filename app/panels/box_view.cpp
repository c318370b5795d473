#include <algorithm>
#include <cmath>

#include "app/panels/box_view.h"
#include "app/panels/plot.h"
#include "app/panels/widgets.h"
#include "app/runtime/limits.h"
#include "app/runtime/shown_density.h"

namespace pf::panels {

std::shared_ptr<const BoxFlow> lane_box_flow(const Scene& scene, const Results& results, const LayerResults& layers, int lane) {
    struct Known {
        std::shared_ptr<const DensityMovie> movie;
        std::optional<Box> box;
        std::shared_ptr<const BoxFlow> flow;
    };
    static std::array<Known, 4> known;
    const auto index = static_cast<std::size_t>(lane);
    if (!scene.view.box) return nullptr;
    const auto usable = [](std::shared_ptr<const BoxFlow> flow) { return flow && !flow->t.empty() ? flow : nullptr; };
    if (shown_source(scene, lane) == "histogram") return results.lanes[index] ? usable(layers.box_flows[index]) : nullptr;  // without a result it is an earlier scene's
    const auto movie = shown_movie(scene, results, lane);
    if (!movie) return nullptr;
    Known& entry = known[index];
    if (entry.movie != movie || entry.box != scene.view.box) entry = {movie, scene.view.box, std::make_shared<const BoxFlow>(box_flow(*movie, *scene.view.box))};
    return usable(entry.flow);
}

void draw_box(const Sheet& s, const PaneView& view, int lane) {
    const auto& box = view.scene.view.box;
    if (!box) return;
    const Point low = to_screen(s.camera, s.pane, {box->x_min, box->y_min}), high = to_screen(s.camera, s.pane, {box->x_max, box->y_max});
    const ImVec2 a{static_cast<float>(low.x), static_cast<float>(high.y)}, b{static_cast<float>(high.x), static_cast<float>(low.y)};
    s.draw.AddRect(a, b, rgba(s.p.canvas, 0.8f), 0, 0, 4.5f * s.scale);
    s.draw.AddRect(a, b, rgba(s.p.accent), 0, 0, 2 * s.scale);
    const auto flow = view.layers ? lane_box_flow(view.scene, view.results, *view.layers, lane) : nullptr;
    if (!flow) return;
    const double t = view.ui.playback.t, outflow = at_time(*flow, flow->outflow, t);
    const std::string words[] = {fmt::format("V: ∫p = {:.3f}", at_time(*flow, flow->mass, t)), fmt::format("outflow {:+.3f} per {}t", std::abs(outflow) < 5e-4 ? 0 : outflow, written_in() == Convention::flow ? "" : "−")};
    const float w = std::max(s.width(words[0]), s.width(words[1])) + 14 * s.scale, h = 2 * s.size + 10 * s.scale;
    // Above the box, or in it where the pane ends.
    const float x = std::clamp(a.x, s.pane.x, std::max(s.pane.x, s.pane.x + s.pane.width - w));
    const float y = a.y - h - 3 * s.scale > s.pane.y + title_room * s.scale ? a.y - h - 3 * s.scale : a.y + 3 * s.scale;
    const ImVec2 at = s.chip(x, y, w, h);
    s.text(at.x, at.y, s.p.text, words[0]);
    s.text(at.x, at.y + s.size + 2 * s.scale, s.p.text, words[1]);
}

namespace {

// One curve per pane, of the mass or the outflow over t.
Figure box_figure(Context& context, std::vector<double> BoxFlow::*quantity) {
    const Scene& scene = context.session.scene();
    Figure out;
    out.x = {"t", "1", false, 0, 1, true};
    out.nothing = scene.view.box ? "computing …" : "There is no box.";
    for (int lane = 0; scene.view.box && lane < pane_count(scene); ++lane) {
        const auto flow = lane_box_flow(scene, context.results, context.layers, lane);
        const Lane& l = scene.lanes[static_cast<std::size_t>(lane)];
        if (flow) out.curves.push_back({fmt::format("lane {} · {}", lane + 1, lane_kind(l)), flow->t, (*flow).*quantity, {}, lane, has_noise(l)});
    }
    return out;
}

// Each edge as a number, at most up to the other one.
void edge_rows(Context& context) {
    const Scene& scene = context.session.scene();
    Scene next = scene;
    Box& box = *next.view.box;
    const Box& all = scene_box(scene);
    Gesture gesture = Gesture::none;
    const auto row = [&](const char* name, const char* symbol, double& edge, Domain domain, Slider slider) {
        if (const Gesture g = number_row({name, symbol, "an edge of the box V", edge}, edge, domain, slider); g != Gesture::none) gesture = g;
    };
    // A file may have a box beyond the limits, which none of its edges then leaves unasked.
    const double apart = 1e-3 * std::min(box.x_max - box.x_min, box.y_max - box.y_min);
    const auto low = [](double edge) { return std::min(limits::coordinate.min, edge); };
    const auto high = [](double edge) { return std::max(limits::coordinate.max, edge); };
    const Box was = box;
    row("left", "x₁", box.x_min, {low(was.x_min), was.x_max - apart}, {all.x_min, all.x_max, false});
    row("right", "x₁", box.x_max, {was.x_min + apart, high(was.x_max)}, {all.x_min, all.x_max, false});
    row("lower", "x₂", box.y_min, {low(was.y_min), was.y_max - apart}, {all.y_min, all.y_max, false});
    row("upper", "x₂", box.y_max, {was.y_min + apart, high(was.y_max)}, {all.y_min, all.y_max, false});
    if (gesture != Gesture::none) apply(context, gesture, "box", std::move(next));
}

}  // namespace

Figure mass_figure(Context& context) {
    Figure out = box_figure(context, &BoxFlow::mass);
    out.id = "mass";
    out.title = "Mass in the box V";
    out.y = {"mass in V", "1"};
    return out;
}

Figure outflow_figure(Context& context) {
    Figure out = box_figure(context, &BoxFlow::outflow);
    out.id = "outflow";
    out.title = "Net outflow of the box V";
    out.y = {"net outflow of V", "1/t"};
    return out;
}

void draw_box_panel(Context& context) {
    const Scene& scene = context.session.scene();
    if (!scene.view.box || !section("Box V", true)) return;
    const Id scope("Box");
    const Box& box = *scene.view.box;
    muted(fmt::format("x₁ {} … {},  x₂ {} … {}", tick_label(box.x_min), tick_label(box.x_max), tick_label(box.y_min), tick_label(box.y_max)), context.ui.theme);
    if (more("edges")) edge_rows(context);
    text("mass ∫ p over V");
    tooltip("the share of the distribution inside the box");
    draw_plot(context, "mass");
    wrapped("net outflow, −d/dt of the mass");
    tooltip("what leaves less what enters, per unit of t: the integral of the current j·n along the border, the same for every σ");
    draw_plot(context, "outflow");
    if (ImGui::Button("Remove the box", {-1, 0})) {
        Scene next = scene;
        next.view.box.reset();
        context.session.commit("box removed", std::move(next));
    }
    tooltip("Shift+B");
}

}  // namespace pf::panels
