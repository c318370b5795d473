#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>

#include "app/panels/notation.h"
#include "app/panels/plot.h"

namespace pf::panels {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// The same curve to within a quarter of a pixel, in as few segments as that takes: software OpenGL pays per triangle.
std::vector<ImVec2> simplified(std::span<const ImVec2> points) {
    std::vector<ImVec2> out;
    const auto near = [&](std::size_t first, std::size_t last) {
        const ImVec2 a = points[first], b = points[last];
        const float dx = b.x - a.x, dy = b.y - a.y, length = std::hypot(dx, dy);
        for (std::size_t k = first + 1; k < last; ++k)
            if (!(std::abs((points[k].x - a.x) * dy - (points[k].y - a.y) * dx) <= 0.25f * length)) return false;  // also for NaN
        return !std::isnan(b.y);
    };
    for (std::size_t i = 0; i < points.size();) {
        out.push_back(points[i]);
        std::size_t next = i + 1;
        while (next + 1 < points.size() && next - i < 64 && near(i, next + 1)) ++next;
        i = next;
    }
    return out;
}

struct Text {
    const PlotInk& ink;
    float width(const std::string& s) const { return ink.font->CalcTextSizeA(ink.size, 1e6f, 0, shown(s).c_str()).x; }
    void put(float x, float y, Rgb colour, const std::string& s) const { ink.draw.AddText(ink.font, ink.size, {std::round(x), std::round(y)}, rgba(colour), shown(s).c_str()); }
};

Rgb colour_of(const Palette& p, int ink) { return ink < 0 ? p.muted : p.lanes[static_cast<std::size_t>(ink) % p.lanes.size()]; }

constexpr float title_row = 1.2f;  // of the letters' size

// As many words to a row as `room` holds.
std::vector<std::string> rows_of(const Text& text, const std::string& s, float room) {
    std::vector<std::string> out;
    std::istringstream words(s);
    for (std::string word; words >> word;) {
        if (out.empty() || text.width(out.back() + " " + word) > room) out.push_back(word);
        else out.back() += " " + word;
    }
    return out;
}

float stroke_of(const PlotInk& ink) { return line_width(ink.theme) * ink.size / small_size; }

// Screen positions, kept near the frame: what is far outside is cut off by the clip rectangle, and floats stay exact.
struct Place {
    const PlotFrame& frame;
    const FigureView& view;
    double fraction_y(double v) const { return std::clamp(view.y.fraction(v), -20.0, 21.0); }
    double fraction_x(double v) const { return std::clamp(view.x.fraction(v), -20.0, 21.0); }
    ImVec2 at(double x, double y) const { return frame.at(fraction_x(x), fraction_y(y)); }
    bool has(double y) const { return std::isfinite(y) && (!view.y.logarithmic || y > 0); }
};

void draw_grid(const PlotInk& ink, const PlotFrame& frame, const FigureView& view, bool time) {
    const Palette& p = palette(ink.theme);
    const Text text{ink};
    const auto line = rgba(p.border);
    const auto over_y = ticks(view.y, std::max(2, static_cast<int>((frame.max.y - frame.min.y) / (2.2f * ink.size))));
    const auto names_y = tick_labels(over_y);
    for (std::size_t i = 0; i < over_y.size(); ++i) {
        const ImVec2 at = frame.at(0, view.y.fraction(over_y[i]));
        ink.draw.AddLine({at.x, std::round(at.y)}, {frame.max.x, std::round(at.y)}, line);
        const float wide = text.width(names_y[i]);
        text.put(std::max(frame.outer_min.x, at.x - wide - 0.35f * ink.size), at.y - ink.size / 2, p.muted, names_y[i]);
    }
    const auto over_x = ticks(view.x, std::max(2, static_cast<int>((frame.max.x - frame.min.x) / (4.5f * ink.size))));
    auto named_x = over_x;
    if (time) std::transform(named_x.begin(), named_x.end(), named_x.begin(), shown_time);
    const auto names_x = tick_labels(named_x);
    struct Number {
        float left, right;
        std::string text;
    };
    std::vector<Number> numbers;
    const float name = text.width(view.x.label), y = frame.max.y + 0.3f * ink.size;
    const auto number_up_to = [&](float room) {
        numbers.clear();
        for (std::size_t i = 0; i < over_x.size(); ++i) {
            const float wide = text.width(names_x[i]), left = std::min(frame.at(view.x.fraction(over_x[i]), 0).x - wide / 2, frame.outer_max.x - wide);
            if (left < (numbers.empty() ? frame.outer_min.x - 0.3f * ink.size : numbers.back().right + 0.7f * ink.size) || left + wide > room) continue;
            numbers.push_back({left, left + wide, names_x[i]});
        }
    };
    number_up_to(frame.outer_max.x);
    for (std::size_t row = 0; row < frame.x_title.size(); ++row) {
        const std::string& words = frame.x_title[row];
        const float wide = text.width(words), middle = (frame.min.x + frame.max.x - wide) / 2;
        text.put(std::max(frame.outer_min.x, std::min(middle, frame.outer_max.x - wide)), y + title_row * ink.size * static_cast<float>(row + 1), p.text, words);
    }
    if (frame.x_title.empty() && !view.x.label.empty()) {
        // A short name stands between the last two numbers that are far enough apart, otherwise at the end, where they leave room for it.
        float at_name = frame.max.x - name;
        std::size_t gap = numbers.size();
        for (std::size_t i = 0; i + 1 < numbers.size(); ++i)
            if (numbers[i + 1].left - numbers[i].right >= name + 1.2f * ink.size) gap = i;
        if (gap < numbers.size()) at_name = (numbers[gap].right + numbers[gap + 1].left - name) / 2;
        else number_up_to(at_name - 0.8f * ink.size);
        // One that leaves room for less than two numbers stands above them, in the frame.
        const bool above = numbers.size() < 2;
        if (above) number_up_to(frame.outer_max.x);
        text.put(std::max(above ? frame.min.x + 0.3f * ink.size : -1e6f, at_name), above ? frame.max.y - 1.2f * ink.size : y, p.text, view.x.label);
    }
    for (const double x : over_x) {
        const ImVec2 at = frame.at(view.x.fraction(x), 0);
        ink.draw.AddLine({std::round(at.x), frame.min.y}, {std::round(at.x), at.y + 0.25f * ink.size}, line);
    }
    for (const Number& number : numbers) text.put(number.left, y, p.muted, number.text);
    ink.draw.AddLine({frame.min.x, frame.max.y}, frame.max, line);
}

struct BandPart {
    double x, low, high;
};
// One part per column: the lowest and highest of what lies in it, and a neighbour beyond each end.
std::vector<BandPart> thinned(const Figure::Band& band, const Axis& axis, int columns) {
    std::vector<BandPart> out;
    double last = -1;
    for (std::size_t i = 0; i < band.x.size(); ++i) {
        const double x = axis.fraction(band.x[i]) * columns, column = std::clamp(std::floor(x), -1.0, columns + 1.0);
        if (!std::isfinite(x)) continue;
        if (out.empty() || column != last) out.push_back({x, band.low[i], band.high[i]});
        else if (column < 0) out.back() = {x, band.low[i], band.high[i]};
        else if (column <= columns) out.back().low = std::min(out.back().low, band.low[i]), out.back().high = std::max(out.back().high, band.high[i]);
        last = column;
    }
    return out;
}

void draw_band(const PlotInk& ink, const Place& place, const Figure::Band& band) {
    const Rgb colour = colour_of(palette(ink.theme), band.ink);
    const int columns = std::max(1, static_cast<int>(place.frame.max.x - place.frame.min.x) / 2);
    const float column = (place.frame.max.x - place.frame.min.x) / static_cast<float>(columns);
    std::vector<ImVec2> low, high;
    for (const BandPart& part : thinned(band, place.view.x, columns)) {
        const float x = place.frame.min.x + column * static_cast<float>(std::clamp(part.x, -20.0 * columns, 21.0 * columns));
        const bool gap = !std::isfinite(part.low) || !place.has(part.high);
        const float none = std::numeric_limits<float>::quiet_NaN();
        low.push_back({x, gap ? none : place.has(part.low) ? place.frame.at(0, place.fraction_y(part.low)).y : place.frame.max.y});
        high.push_back({x, gap ? none : place.frame.at(0, place.fraction_y(part.high)).y});
    }
    const ImDrawListFlags flags = ink.draw.Flags;
    ink.draw.Flags &= ~ImDrawListFlags_AntiAliasedFill;  // or neighbours show a seam
    for (std::size_t i = 0; i + 1 < low.size(); ++i) {
        const ImVec2 quad[4] = {high[i], high[i + 1], low[i + 1], low[i]};
        if (!std::isnan(quad[0].y) && !std::isnan(quad[1].y)) ink.draw.AddConvexPolyFilled(quad, 4, rgba(colour, 0.22f));
    }
    ink.draw.Flags = flags;
    for (const auto* edge : {&low, &high}) draw_curve(ink.draw, *edge, rgba(colour, 0.55f), 1, false);
}

void draw_point(const PlotInk& ink, ImVec2 at, int shape, ImU32 colour, float radius) {
    switch (std::max(0, shape) % 4) {
        case 0: return ink.draw.AddCircleFilled(at, radius, colour);
        case 1: return ink.draw.AddRectFilled({at.x - 0.88f * radius, at.y - 0.88f * radius}, {at.x + 0.88f * radius, at.y + 0.88f * radius}, colour);
        case 2: return ink.draw.AddTriangleFilled({at.x, at.y - 1.2f * radius}, {at.x + 1.1f * radius, at.y + 0.8f * radius}, {at.x - 1.1f * radius, at.y + 0.8f * radius}, colour);
        default: return ink.draw.AddQuadFilled({at.x, at.y - 1.2f * radius}, {at.x + 1.2f * radius, at.y}, {at.x, at.y + 1.2f * radius}, {at.x - 1.2f * radius, at.y}, colour);
    }
}

// Where the line is interrupted: a cross at the foot of the plot.
void draw_gap(const PlotInk& ink, float x, float bottom) {
    const float r = 0.22f * ink.size, y = bottom - 2 * r;
    const auto colour = rgba(palette(ink.theme).warning);
    ink.draw.AddLine({x - r, y - r}, {x + r, y + r}, colour, std::max(1.f, r / 2));
    ink.draw.AddLine({x - r, y + r}, {x + r, y - r}, colour, std::max(1.f, r / 2));
}

void draw_one(const PlotInk& ink, const Place& place, const Figure& figure, const Figure::Curve& curve) {
    const Palette& p = palette(ink.theme);
    const PlotFrame& frame = place.frame;
    const float stroke = stroke_of(ink);
    const ImU32 colour = rgba(colour_of(p, curve.ink), curve.faint ? 0.4f : 1);
    // A stroke is two pixels wide or more: its highest and lowest point in every two are what can be seen.
    const int columns = std::max(1, static_cast<int>(frame.max.x - frame.min.x) / 2);
    const float column = (frame.max.x - frame.min.x) / static_cast<float>(columns);
    std::vector<ImVec2> line;
    const auto points = decimate(curve.x, curve.y, place.view.x, columns);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const float x = frame.min.x + column * static_cast<float>(points[i].x);
        const bool hidden = !place.has(points[i].y);
        line.push_back({x, hidden ? std::numeric_limits<float>::quiet_NaN() : frame.at(0, place.fraction_y(points[i].y)).y});
        const bool inside = i > 0 && i + 1 < points.size() && points[i].x >= 0 && points[i].x <= columns;
        if (hidden && inside && place.has(points[i - 1].y) && !curve.faint) draw_gap(ink, x, frame.max.y);
    }
    for (std::size_t i = 0; i < std::min(curve.x.size(), curve.half_width.size()); ++i) {
        const double w = curve.half_width[i];
        if (!std::isfinite(w) || !place.has(curve.y[i])) continue;
        const ImVec2 top = place.at(curve.x[i], curve.y[i] + w);
        const ImVec2 foot = place.has(curve.y[i] - w) ? place.at(curve.x[i], curve.y[i] - w) : ImVec2{top.x, frame.max.y};
        ink.draw.AddLine(top, foot, rgba(colour_of(p, curve.ink), 0.75f), std::max(1.f, 0.7f * stroke));
    }
    draw_curve(ink.draw, line, colour, curve.faint ? std::max(1.f, stroke / 2) : stroke, curve.dashed);
    for (const std::size_t i : marked_values(figure, curve))
        if (place.has(curve.y[i])) draw_point(ink, place.at(curve.x[i], curve.y[i]), curve.ink, colour, 1.9f * stroke);
}

}  // namespace

std::vector<PlotPoint> decimate(std::span<const double> x, std::span<const double> y, const Axis& axis, int columns) {
    std::vector<PlotPoint> out;
    const std::size_t n = std::min(x.size(), y.size());
    if (!(axis.max > axis.min) || columns < 1) return out;
    const auto column_of = [&](std::size_t i) { return axis.fraction(x[i]) * columns; };
    std::size_t i = 0;
    // The last one before the frame, if the line comes from there.
    while (i < n && !(column_of(i) >= 0)) ++i;
    if (i > 0 && i < n && std::isfinite(column_of(i - 1))) out.push_back({column_of(i - 1), y[i - 1]});
    while (i < n) {
        const double column = column_of(i);
        if (!(column <= columns)) {
            out.push_back({column, y[i]});
            break;
        }
        if (!std::isfinite(y[i])) {
            if (out.empty() || !std::isnan(out.back().y)) out.push_back({column, nan});
            ++i;
            continue;
        }
        std::size_t end = i, least = i, greatest = i;
        while (end < n && std::isfinite(y[end]) && std::floor(column_of(end)) == std::floor(column)) {
            if (y[end] < y[least]) least = end;
            if (y[end] > y[greatest]) greatest = end;
            ++end;
        }
        const std::size_t keep[4] = {i, std::min(least, greatest), std::max(least, greatest), end - 1};
        for (int k = 0; k < 4; ++k)
            if (k == 0 || keep[k] != keep[k - 1]) out.push_back({column_of(keep[k]), y[keep[k]]});
        i = end;
    }
    return out;
}

namespace {

struct Dashes {
    float width, stroke, space;
};
// Whole pixels are drawn from the font's texture with two triangles a segment instead of six.
Dashes dashes(float wanted_width, float stretch) {
    const float width = std::max(1.f, std::round(wanted_width));
    return {width, stretch * (5 + 2 * width), stretch * (3 + width)};
}

}  // namespace

float two_dashes(float width) { return 2 * dashes(width, 1).stroke + dashes(width, 1).space; }

void draw_curve(ImDrawList& draw, std::span<const ImVec2> given, ImU32 colour, float wanted_width, bool dashed, float stretch) {
    const auto [width, stroke, space] = dashes(wanted_width, stretch);
    const std::vector<ImVec2> points = simplified(given);
    float travelled = 0;
    for (std::size_t i = 1; i < points.size(); ++i) {
        const ImVec2 a = points[i - 1], b = points[i];
        if (std::isnan(a.y) || std::isnan(b.y)) continue;
        if (!dashed) {
            draw.AddLine(a, b, colour, width);
            continue;
        }
        const float length = std::hypot(b.x - a.x, b.y - a.y);
        for (float done = 0; done < length;) {
            const float phase = std::fmod(travelled + done, stroke + space);
            const float part = std::min(length - done, (phase < stroke ? stroke : stroke + space) - phase + 0.01f);
            if (phase < stroke) {
                const float f0 = done / length, f1 = (done + part) / length;
                draw.AddLine({a.x + (b.x - a.x) * f0, a.y + (b.y - a.y) * f0}, {a.x + (b.x - a.x) * f1, a.y + (b.y - a.y) * f1}, colour, width);
            }
            done += part;
        }
        travelled = std::fmod(travelled + length, stroke + space);
    }
}

PlotFrame plot_frame(const PlotInk& ink, ImVec2 min, ImVec2 max, const std::string& x_label) {
    const float size = ink.size, left = min.x + 3.4f * size, right = max.x - 0.4f * size;
    const Text text{ink};
    std::vector<std::string> rows;
    if (text.width(x_label) > 6 * size) rows = rows_of(text, x_label, right - left);
    return {{left, min.y + 0.6f * size}, {right, max.y - (1.6f + title_row * static_cast<float>(rows.size())) * size}, min, max, rows};
}

void draw_figure(const PlotInk& ink, const PlotFrame& frame, const Figure& figure, const FigureView& view) {
    if (!frame.usable()) return;
    const Palette& p = palette(ink.theme);
    const Figure seen = visible(figure, view.hidden);
    const Place place{frame, view};
    draw_grid(ink, frame, view, figure.x.time);
    ink.draw.PushClipRect({frame.min.x, frame.min.y - 0.5f * ink.size}, {frame.max.x + 0.4f * ink.size, frame.max.y + 1}, true);
    for (const auto& band : seen.bands) draw_band(ink, place, band);
    float free = frame.min.x;  // names of marks do not overlap
    for (const auto& mark : seen.marks) {
        const double f = view.x.fraction(mark.x);
        if (!(f >= 0 && f <= 1)) continue;
        const float x = std::round(frame.at(f, 0).x);
        const ImVec2 ends[2] = {{x, frame.min.y}, {x, frame.max.y}};
        draw_curve(ink.draw, ends, rgba(p.warning, 0.8f), 1, true);
        if (!ink.names || x < free) continue;
        Text{ink}.put(x + 0.3f * ink.size, frame.min.y, p.warning, mark.label);
        free = x + 0.3f * ink.size + Text{ink}.width(mark.label) + ink.size;
    }
    for (const bool faint : {true, false})
        for (const auto& curve : seen.curves)
            if (curve.faint == faint) draw_one(ink, place, seen, curve);
    ink.draw.PopClipRect();
}

std::vector<std::string> legend_entries(const Figure& figure) {
    std::vector<std::string> out;
    const auto add = [&](const std::string& entry) {
        if (!entry.empty() && std::find(out.begin(), out.end(), entry) == out.end()) out.push_back(entry);
    };
    for (const auto& curve : figure.curves) add(curve.entry());
    for (const auto& band : figure.bands) add(band.name);
    if (!figure.marks.empty()) add(figure.mark_name);
    return out;
}

void draw_legend_key(const PlotInk& ink, ImVec2 at, float width, const Figure& figure, const std::string& entry) {
    const Palette& p = palette(ink.theme);
    const float middle = at.y + ink.size / 2;
    if (entry == figure.mark_name) {
        const ImVec2 stroke[2] = {{at.x + width / 2, at.y}, {at.x + width / 2, at.y + 1.1f * ink.size}};
        return draw_curve(ink.draw, stroke, rgba(p.warning), 1, true);
    }
    for (const auto& band : figure.bands)
        if (band.name == entry) ink.draw.AddRectFilled({at.x, at.y + 0.2f * ink.size}, {at.x + width, at.y + 0.8f * ink.size}, rgba(colour_of(p, band.ink), 0.35f));
    for (const auto& curve : figure.curves) {
        if (curve.entry() != entry || curve.faint) continue;
        const ImVec2 stroke[2] = {{at.x, middle}, {at.x + width, middle}};
        draw_curve(ink.draw, stroke, rgba(colour_of(p, curve.ink)), stroke_of(ink), curve.dashed);
        if (!marked_values(figure, curve).empty()) draw_point(ink, {at.x + width / 2, middle}, curve.ink, rgba(colour_of(p, curve.ink)), 1.9f * stroke_of(ink));
        return;
    }
}

void draw_plot_picture(const PlotInk& ink, ImVec2 min, ImVec2 max, const Figure& figure, const FigureView& view) {
    const Palette& p = palette(ink.theme);
    const Text text{ink};
    const float pad = ink.size, key = 1.8f * ink.size;
    text.put(min.x + pad, min.y + pad, p.text, figure.title);
    text.put(min.x + pad, min.y + 2.6f * ink.size, p.muted, view.y.label);
    // Notes and legend, from below: as many rows as they need.
    const float line = 1.5f * ink.size;
    std::vector<std::string> notes;
    for (const auto& note : figure.notes)
        for (auto& words : rows_of(text, note, max.x - min.x - 2 * pad)) notes.push_back(std::move(words));
    const float foot = max.y - pad - line * static_cast<float>(notes.size());
    for (std::size_t i = 0; i < notes.size(); ++i) text.put(min.x + pad, foot + line * static_cast<float>(i), p.muted, notes[i]);
    const Figure seen = visible(figure, view.hidden);
    struct Entry {
        float x;
        int row;
        std::string name;
    };
    std::vector<Entry> entries;
    float x = min.x + pad;
    int row = 0;
    for (const auto& entry : legend_entries(seen)) {
        const float width = key + 0.5f * ink.size + text.width(entry) + 1.4f * ink.size;
        if (x > min.x + pad && x + width > max.x - pad) x = min.x + pad, ++row;
        entries.push_back({x, row, entry});
        x += width;
    }
    const float top = foot - line * static_cast<float>(entries.empty() ? 0 : row + 1);
    draw_figure(ink, plot_frame(ink, {min.x + pad / 2, min.y + 4 * ink.size}, {max.x - pad / 2, top - 0.4f * ink.size}, view.x.label), figure, view);
    for (const Entry& entry : entries) {
        const ImVec2 at{entry.x, top + line * static_cast<float>(entry.row)};
        draw_legend_key(ink, at, key, figure, entry.name);
        text.put(at.x + key + 0.5f * ink.size, at.y, p.text, entry.name);
    }
}

}  // namespace pf::panels
