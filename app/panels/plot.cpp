#include "app/panels/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/panels/notation.h"
#include "app/panels/widgets.h"

namespace pf::panels {
namespace {

constexpr int over_x = 1, over_y = 2;
constexpr float still = 4;  // pixels that a click may wander

struct Legend {
    struct Entry {
        std::string name;
        ImVec2 at;
        float width;
    };
    std::vector<Entry> entries;
    float height = 0;
};

// Entries side by side, in as many rows as they need; positions from the legend's corner.
Legend legend_of(const Figure& figure, float width, float size) {
    Legend out;
    const float key = 2.2f * size, line = 1.45f * size;
    float x = 0, y = 0;
    for (const auto& name : legend_entries(figure)) {
        const float wide = std::min(width, key + ImGui::CalcTextSize(shown(name).c_str()).x);
        if (x > 0 && x + wide > width) x = 0, y += line;
        out.entries.push_back({name, {x, y}, wide});
        x += wide + 1.1f * size;
    }
    out.height = out.entries.empty() ? 0 : y + line;
    return out;
}

void draw_legend(const PlotInk& ink, const Figure& figure, const Legend& legend, std::set<std::string>& hidden) {
    const ImVec2 origin = ImGui::GetCursorScreenPos();
    const Palette& p = palette(ink.theme);
    for (const auto& entry : legend.entries) {
        const ImVec2 at{origin.x + entry.at.x, origin.y + entry.at.y};
        ImGui::SetCursorScreenPos(at);
        if (ImGui::InvisibleButton(("legend:" + entry.name).c_str(), {std::max(1.f, entry.width), std::max(1.f, 1.35f * ink.size)}))
            if (!hidden.erase(entry.name)) hidden.insert(entry.name);
        const bool off = hidden.contains(entry.name), hovered = ImGui::IsItemHovered();
        tooltip(off ? "click to show" : "click to hide");
        const float key = 1.7f * ink.size, right = at.x + entry.width;
        if (!off) draw_legend_key(ink, at, key, figure, entry.name);
        ink.draw.PushClipRect(at, {right, at.y + 1.35f * ink.size}, true);
        ink.draw.AddText(ink.font, ink.size, {at.x + 2.2f * ink.size, at.y}, rgba(off ? p.muted : p.text), shown(entry.name).c_str());
        ink.draw.PopClipRect();
        const float foot = at.y + 1.2f * ink.size, middle = at.y + 0.55f * ink.size;
        if (hovered) ink.draw.AddLine({at.x + 2.2f * ink.size, foot}, {right, foot}, rgba(p.muted));
        if (off) ink.draw.AddLine({at.x, middle}, {right, middle}, rgba(p.muted));
    }
    ImGui::SetCursorScreenPos(origin);
    ImGui::Dummy({1, std::max(1.f, legend.height)});
}

bool over_numbers(const PlotFrame& frame, ImVec2 mouse) { return mouse.x < frame.min.x || mouse.y > frame.max.y; }

// Which axes a gesture at this place is about: on the numbers of one, that one.
int axes_at(const PlotFrame& frame, ImVec2 mouse) {
    const ImGuiIO& io = ImGui::GetIO();
    if (mouse.x < frame.min.x && mouse.y <= frame.max.y) return over_y;
    if (mouse.y > frame.max.y && mouse.x >= frame.min.x) return over_x;
    return io.KeyShift == io.KeyCtrl ? over_x | over_y : io.KeyShift ? over_x : over_y;
}

void keep(PlotView& settings, const Axis& x, const Axis& y, int axes) {
    if (axes & over_x) settings.x = Range{x.min, x.max};
    if (axes & over_y) settings.y = Range{y.min, y.max};
}

double fraction_x(const PlotFrame& frame, float x) { return static_cast<double>((x - frame.min.x) / (frame.max.x - frame.min.x)); }
double fraction_y(const PlotFrame& frame, float y) { return static_cast<double>((frame.max.y - y) / (frame.max.y - frame.min.y)); }

float now_at(const PlotFrame& frame, const FigureView& view, double t) { return frame.at(view.x.fraction(t), 0).x; }

// Drag, wheel, cut and double click. Returns the rectangle being cut out, if one is.
std::optional<std::array<ImVec2, 2>> gestures(Context& context, const Figure& figure, const PlotFrame& frame, const FigureView& view, PlotView& settings) {
    const ImGuiIO& io = ImGui::GetIO();
    const bool hovered = ImGui::IsItemHovered(), large = context.ui.inspector.large == figure.id;
    Inspector::Drag& drag = context.ui.inspector.drag;
    Playback& playback = context.ui.playback;
    const bool near_now = figure.x.time && !figure.now && std::abs(io.MousePos.x - now_at(frame, view, playback.t)) < 0.5f * ImGui::GetFontSize() && io.MousePos.y <= frame.max.y;

    if (ImGui::IsItemActivated()) drag = {figure.id, view.x, view.y, axes_at(frame, io.MousePos), near_now && ImGui::IsMouseDown(0)};
    const bool mine = drag.plot == figure.id;
    if (hovered && ImGui::IsMouseDoubleClicked(0)) {
        settings.x.reset();
        settings.y.reset();
        drag = {};
        return {};
    }
    // In a panel the wheel scrolls the panel; with Ctrl, and on a large plot, it zooms.
    if (hovered && (large || io.KeyCtrl)) {
        compat::own_wheel();
        if (io.MouseWheel != 0) {
            const double factor = std::pow(1.2, static_cast<double>(io.MouseWheel));
            keep(settings, zoomed(view.x, fraction_x(frame, io.MousePos.x), factor), zoomed(view.y, fraction_y(frame, io.MousePos.y), factor), large || over_numbers(frame, io.MousePos) ? axes_at(frame, io.MousePos) : over_x | over_y);
        }
    }
    if (!mine || !ImGui::IsItemActive()) {
        // A cut ends when the button comes up.
        const bool cut_out = mine && ImGui::IsItemDeactivated() && ImGui::IsMouseReleased(1);
        const ImVec2 a = io.MouseClickedPos[1], b = io.MousePos;
        if (cut_out && std::max(std::abs(a.x - b.x), std::abs(a.y - b.y)) > still) {
            int axes = 0;
            if (std::abs(a.x - b.x) > 2 * still) axes |= over_x;
            if (std::abs(a.y - b.y) > 2 * still) axes |= over_y;
            const auto inside = [](double f) { return std::clamp(f, 0.0, 1.0); };
            keep(settings, cut(view.x, inside(fraction_x(frame, a.x)), inside(fraction_x(frame, b.x))), cut(view.y, inside(fraction_y(frame, a.y)), inside(fraction_y(frame, b.y))), axes);
        } else if (cut_out) {
            ImGui::OpenPopup("##menu");
        }
        if (mine && ImGui::IsItemDeactivated()) drag = {};
        return {};
    }
    if (ImGui::IsMouseDown(1)) return std::array{io.MouseClickedPos[1], io.MousePos};
    if (drag.now) {
        playback.t = std::clamp(view.x.value(fraction_x(frame, io.MousePos.x)), 0.0, 1.0);
        playback.playing = false;
        playback.hold = 0;
    } else if (io.MouseDragMaxDistanceSqr[0] > still * still) {
        // From where it began, so that what was under the mouse stays there.
        const ImVec2 began = io.MouseClickedPos[0];
        keep(settings, panned(drag.x, static_cast<double>((io.MousePos.x - began.x) / (frame.max.x - frame.min.x))),
             panned(drag.y, static_cast<double>((began.y - io.MousePos.y) / (frame.max.y - frame.min.y))), drag.axes);
    }
    return {};
}

std::string number(double value, int digits = 4) { return std::isfinite(value) ? with_minus(fmt::format("{:.{}g}", value, digits)) : "not finite"; }

// The sample whose x is nearest on the screen; nothing on an empty curve.
std::optional<std::size_t> nearest(const std::vector<double>& x, const Axis& axis, double fraction) {
    std::optional<std::size_t> best;
    double least = 1e300;
    for (std::size_t i = 0; i < x.size(); ++i)
        if (const double d = std::abs(axis.fraction(x[i]) - fraction); d < least) least = d, best = i;
    return best;
}

// What a curve is at this place: between its samples where it is a function drawn by many, or a straight line, at the nearest where it was measured at some.
struct Reading {
    double x, y, half_width;
};
std::optional<Reading> reading(const Figure::Curve& curve, const Axis& axis, double fraction) {
    constexpr std::size_t many = 33;
    const auto i = nearest(curve.x, axis, fraction);
    if (!i || *i >= curve.y.size()) return {};
    if ((curve.x.size() >= many || curve.x.size() == 2) && curve.half_width.empty()) {
        const double x = axis.value(fraction);
        const auto above = std::lower_bound(curve.x.begin(), curve.x.end(), x) - curve.x.begin();
        if (above > 0 && above < static_cast<std::ptrdiff_t>(std::min(curve.x.size(), curve.y.size()))) {
            const auto b = static_cast<std::size_t>(above), a = b - 1;
            const double share = (x - curve.x[a]) / (curve.x[b] - curve.x[a]), y = curve.y[a] + share * (curve.y[b] - curve.y[a]);
            if (std::isfinite(y)) return Reading{x, y, std::numeric_limits<double>::quiet_NaN()};
        }
    }
    return Reading{curve.x[*i], curve.y[*i], *i < curve.half_width.size() ? curve.half_width[*i] : std::numeric_limits<double>::quiet_NaN()};
}

void draw_crosshair(const PlotInk& ink, const PlotFrame& frame, const Figure& figure, const FigureView& view) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (mouse.x < frame.min.x || mouse.x > frame.max.x || mouse.y < frame.min.y || mouse.y > frame.max.y) return;
    const Palette& p = palette(ink.theme);
    const auto line = rgba(p.muted, 0.7f);
    ink.draw.AddLine({mouse.x, frame.min.y}, {mouse.x, frame.max.y}, line);
    ink.draw.AddLine({frame.min.x, mouse.y}, {frame.max.x, mouse.y}, line);
    const double fx = fraction_x(frame, mouse.x);
    const std::string unit = figure.y.unit_in_words().empty() ? "" : " " + figure.y.unit_in_words();

    ImGui::BeginTooltip();
    {
        const WithFont font(small_font());
        text(fmt::format("{} = {:.4g}", figure.x.label, view.x.value(fx)));
        for (const auto& mark : figure.marks)
            if (std::abs(view.x.fraction(mark.x) - fx) * static_cast<double>(frame.max.x - frame.min.x) < 5) ImGui::TextColored(vec4(p.warning), "%s", shown(mark.label).c_str());
        for (const auto& curve : visible(figure, view.hidden).curves) {
            const auto here = curve.faint ? std::nullopt : reading(curve, view.x, fx);
            if (!here) continue;
            const std::string measured_at = here->x == view.x.value(fx) ? "" : "   at " + number(here->x);
            ImGui::TextColored(vec4(curve.ink < 0 ? p.muted : p.lanes[static_cast<std::size_t>(curve.ink) % p.lanes.size()]), "%s",
                               fmt::format("{}   {}{}{}{}", shown(curve.name), number(here->y), std::isfinite(here->half_width) ? " ± " + number(here->half_width, 2) : "", unit, measured_at).c_str());
            const double fy = view.y.fraction(here->y);
            const ImVec2 dot = frame.at(view.x.fraction(here->x), fy);
            if (std::isfinite(fy) && fy >= 0 && fy <= 1 && dot.x >= frame.min.x && dot.x <= frame.max.x) {
                ink.draw.AddCircleFilled(dot, 0.34f * ink.size, rgba(p.panel));
                ink.draw.AddCircle(dot, 0.34f * ink.size, rgba(p.text), 0, std::max(1.f, 0.12f * ink.size));
            }
        }
        for (const auto& band : visible(figure, view.hidden).bands)
            if (const auto i = nearest(band.x, view.x, fx)) ImGui::TextColored(vec4(p.muted), "%s", fmt::format("{}   {} … {}{}", shown(band.name), number(band.low[*i]), number(band.high[*i]), unit).c_str());
    }
    ImGui::EndTooltip();
}

void draw_now(const PlotInk& ink, const PlotFrame& frame, const FigureView& view, double t) {
    const double f = view.x.fraction(t);
    if (!(f >= 0 && f <= 1)) return;
    const Palette& p = palette(ink.theme);
    const float x = std::round(frame.at(f, 0).x), r = 0.3f * ink.size;
    ink.draw.AddLine({x, frame.min.y}, {x, frame.max.y}, rgba(p.accent), std::max(1.f, 0.1f * ink.size));
    ink.draw.AddTriangleFilled({x - r, frame.min.y - r}, {x + r, frame.min.y - r}, {x, frame.min.y + 0.6f * r}, rgba(p.accent));
}

void draw_menu(Context& context, const Figure& figure, const FigureView& view, PlotView& settings) {
    if (!ImGui::BeginPopup("##menu")) return;
    {
        const WithFont font(body_font());
        if (ImGui::MenuItem("Fit", "double click")) settings.x.reset(), settings.y.reset();
        if (ImGui::MenuItem("Logarithmic y", nullptr, view.y.logarithmic)) settings.log_y = !view.y.logarithmic, settings.y.reset();
        if (ImGui::MenuItem("Logarithmic x", nullptr, view.x.logarithmic, !figure.x.time)) settings.log_x = !view.x.logarithmic, settings.x.reset();
        ImGui::Separator();
        for (const auto& [format, label] : {std::pair{"png", "Save as PNG"}, {"svg", "Save as SVG"}, {"csv", "Save as CSV"}})
            if (ImGui::MenuItem(label)) {
                context.ui.inspector.exported = PlotExport{figure, view, format};
                context.ask("export-plot");
            }
    }
    ImGui::EndPopup();
}

// The name of y on the left, the buttons on the right.
void draw_header(Context& context, const Figure& figure, const FigureView& view, bool large) {
    const float side = std::round(1.5f * ImGui::GetFontSize()), space = std::round(0.25f * ImGui::GetFontSize());
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = std::max(1.f, ImGui::GetContentRegionAvail().x);
    const Palette& p = palette(context.ui.theme);
    const std::string name = large ? fmt::format("{}: {}", figure.title, view.y.label) : view.y.label;
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.PushClipRect(at, {at.x + std::max(1.f, width - 2 * side - 2 * space), at.y + side}, true);
    draw.AddText({at.x, at.y + (side - ImGui::GetFontSize()) / 2}, rgba(large ? p.text : p.muted), shown(name).c_str());
    draw.PopClipRect();
    ImGui::SetCursorScreenPos({at.x + std::max(0.f, width - 2 * side - space), at.y});
    if (small_icon_button("more", Icon::dots, side, "fit, logarithmic axes, save as PNG, SVG or CSV (right click)")) ImGui::OpenPopup("##menu");
    ImGui::SameLine(0, space);
    if (small_icon_button("size", large ? Icon::close : Icon::enlarge, side, large ? "close (Esc)" : "large, over the canvas")) context.ui.inspector.large = large ? "" : figure.id;
    ImGui::SetCursorScreenPos({at.x, at.y + side + space});
}

}  // namespace

FigureView view_of(const Figure& figure, const PlotView& settings) {
    return fitted(figure, settings.hidden, settings.log_x.value_or(figure.x.logarithmic), settings.log_y.value_or(figure.y.logarithmic), settings.x, settings.y);
}

void draw_plot(Context& context, const Figure& figure, float height, bool large) {
    const Id scope(("plot:" + figure.id).c_str());
    PlotView& settings = context.ui.inspector.plots[figure.id];
    const FigureView view = view_of(figure, settings);
    const WithFont font(large ? body_font() : small_font());
    const float size = ImGui::GetFontSize();
    const PlotInk ink{*ImGui::GetWindowDrawList(), ImGui::GetFont(), size, context.ui.theme, large};
    draw_header(context, figure, view, large);
    draw_menu(context, figure, view, settings);

    const float width = std::max(1.f, ImGui::GetContentRegionAvail().x);
    const Legend legend = legend_of(figure, width, size);
    if (large) height = ImGui::GetContentRegionAvail().y - legend.height - ImGui::GetStyle().ItemSpacing.y;
    height = std::max(1.f, height);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("##area", {width, height}, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
    const PlotFrame frame = plot_frame(ink, at, {at.x + width, at.y + height}, view.x.label);
    if (frame.usable()) {
        const bool hovered = ImGui::IsItemHovered();
        const auto cut_out = gestures(context, figure, frame, view, settings);
        draw_figure(ink, frame, figure, view);
        if (figure.x.time || figure.now) draw_now(ink, frame, view, figure.now.value_or(context.ui.playback.t));
        if (cut_out) {
            const Palette& p = palette(ink.theme);
            ink.draw.AddRectFilled((*cut_out)[0], (*cut_out)[1], rgba(p.accent, 0.15f));
            ink.draw.AddRect((*cut_out)[0], (*cut_out)[1], rgba(p.accent));
        } else if (hovered && !list_open() && !tooltips_wait()) {
            draw_crosshair(ink, frame, figure, view);
        }
    }
    draw_legend(ink, figure, legend, settings.hidden);
}

void draw_plot(Context& context, std::string_view id) {
    for (const PlotEntry& entry : plots()) {
        if (entry.id != id) continue;
        const Figure figure = entry.figure(context);
        if (figure.curves.empty()) return muted(figure.nothing, context.ui.theme);
        draw_plot(context, figure, entry.lines * small_size * context.ui.scale);
        for (const auto& note : figure.notes) muted(note, context.ui.theme);
    }
}

void draw_large_plot(Context& context, const Layout& layout) {
    std::string& id = context.ui.inspector.large;
    const auto found = std::find_if(plots().begin(), plots().end(), [&](const PlotEntry& entry) { return entry.id == id; });
    if (found == plots().end()) return;
    const Rect& canvas = layout.canvas;
    const float margin = std::round(std::min({12 * context.ui.scale, canvas.width / 20, canvas.height / 20}));
    if (canvas.width < 40 || canvas.height < 40) return;
    const WithColour ground(ImGuiCol_WindowBg, vec4(palette(context.ui.theme).panel));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 6 * context.ui.scale);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, std::max(1.f, context.ui.scale));
    {
        const Window window("large plot", {canvas.x + margin, canvas.y + margin, canvas.width - 2 * margin, canvas.height - 2 * margin}, ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoScrollbar,
                            Window::Level::above);
        if (window) draw_plot(context, found->figure(context), 0, true);
    }
    ImGui::PopStyleVar(2);
}

std::span<const PlotEntry> plots() {
    static constexpr PlotEntry table[] = {{"loss", loss_figure},
                                          {"loss_over_t", loss_over_time_figure},
                                          {"training_quality", training_quality_figure},
                                          {"quality_over_t", quality_over_time_figure},
                                          {"field_error", field_error_figure},
                                          {"quality", quality_figure},
                                          {"schedule", schedule_figure, 8},
                                          {"log_snr", log_snr_figure, 8},
                                          {"mass", mass_figure, 8},
                                          {"outflow", outflow_figure, 8}};
    return table;
}

}  // namespace pf::panels
