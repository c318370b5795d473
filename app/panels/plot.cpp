#include "app/panels/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/widgets.h"

namespace pf::panels {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

struct Frame {
    ImVec2 min, max;
    ImVec2 at(double fx, double fy) const {
        return {min.x + static_cast<float>(fx) * (max.x - min.x), max.y - static_cast<float>(fy) * (max.y - min.y)};
    }
};

void draw_grid(ImDrawList& draw, const Frame& frame, const Axis& x, const Axis& y, const Palette& p) {
    const float size = ImGui::GetFontSize();
    const auto ink = rgba(p.muted), line = rgba(p.border);
    for (const double v : ticks(y, std::max(2, static_cast<int>((frame.max.y - frame.min.y) / (1.9f * size))))) {
        const ImVec2 at = frame.at(0, y.fraction(v));
        draw.AddLine(at, {frame.max.x, at.y}, line);
        const std::string label = tick_label(v);
        draw.AddText({at.x - ImGui::CalcTextSize(label.c_str()).x - 4, at.y - size / 2}, ink, label.c_str());
    }
    float used = frame.min.x - size;
    for (const double v : ticks(x, std::max(2, static_cast<int>((frame.max.x - frame.min.x) / (5 * size))))) {
        const ImVec2 at = frame.at(x.fraction(v), 0);
        draw.AddLine(at, {at.x, at.y + 3}, ink);
        const std::string label = tick_label(x.label == "t" ? shown_time(v) : v);
        const float half = ImGui::CalcTextSize(label.c_str()).x / 2;
        const float left = std::clamp(at.x - half, frame.min.x, std::max(frame.min.x, frame.max.x - 2 * half));
        if (left < used) continue;
        draw.AddText({left, at.y + 4}, ink, label.c_str());
        used = left + 2 * half + size;
    }
    draw.AddLine({frame.min.x, frame.max.y}, frame.max, ink);
}

void draw_one(ImDrawList& draw, const Frame& frame, const Curve& curve, const Axis& x, const Axis& y, float width) {
    // A stroke is two pixels wide or more: its highest and lowest point in every two are what can be seen.
    const int columns = std::max(1, static_cast<int>(frame.max.x - frame.min.x) / 2);
    const float column = (frame.max.x - frame.min.x) / static_cast<float>(columns);
    std::vector<ImVec2> line;
    for (const PlotPoint& point : decimate(curve, x.min, x.max, columns)) {
        const bool hidden = std::isnan(point.y) || (y.logarithmic && point.y <= 0);
        const float fy = hidden ? nan : static_cast<float>(std::clamp(y.fraction(point.y), 0.0, 1.0));
        line.push_back({frame.min.x + column * point.x, hidden ? nan : frame.max.y - fy * (frame.max.y - frame.min.y)});
    }
    draw_curve(draw, line, rgba(curve.colour), width, curve.dashed);
}

void show_value(ImDrawList& draw, const Frame& frame, std::span<const Curve> curves, const Axis& x, const Axis& y, const Palette& p) {
    const double f = (ImGui::GetIO().MousePos.x - frame.min.x) / std::max(1.f, frame.max.x - frame.min.x);
    const double at = x.min + std::clamp(f, 0.0, 1.0) * (x.max - x.min);
    std::string lines;
    for (const Curve& curve : curves) {
        if (curve.x.empty()) continue;
        const auto it = std::min_element(curve.x.begin(), curve.x.end(), [&](float a, float b) { return std::abs(a - at) < std::abs(b - at); });
        const std::size_t i = static_cast<std::size_t>(it - curve.x.begin());
        if (std::isnan(curve.y[i])) continue;
        lines += fmt::format("{}{}{} {:.6g}   {:.4g}", lines.empty() ? "" : "\n", curve.label.empty() ? "" : curve.label + "   ", x.label == "t" ? std::string(time_letter()) : x.label, x.label == "t" ? shown_time(curve.x[i]) : static_cast<double>(curve.x[i]), curve.y[i]);
        draw.AddCircleFilled(frame.at(x.fraction(curve.x[i]), std::clamp(y.fraction(curve.y[i]), 0.0, 1.0)), 4, rgba(p.text));
    }
    if (!lines.empty()) tooltip(lines);
}

void draw_legend(ImDrawList& draw, const Frame& frame, std::span<const Curve> curves, const Palette& p) {
    const float size = ImGui::GetFontSize();
    float y = frame.min.y + 2;
    for (const Curve& curve : curves) {
        if (curve.label.empty()) continue;
        const std::string label = shown(curve.label);
        const float width = ImGui::CalcTextSize(label.c_str()).x, left = frame.max.x - width - 2.2f * size;
        draw.AddRectFilled({left - 4, y}, {frame.max.x, y + size}, rgba(p.panel, 0.8f), 3);
        const ImVec2 stroke[2] = {{left, y + size / 2}, {left + 1.6f * size, y + size / 2}};
        draw_curve(draw, stroke, rgba(curve.colour), 2, curve.dashed);
        draw.AddText({left + 2 * size, y}, rgba(p.text), label.c_str());
        y += size + 2;
    }
}

}  // namespace

double Axis::fraction(double value) const {
    if (logarithmic) return (std::log(value) - std::log(min)) / (std::log(max) - std::log(min));
    return (value - min) / (max - min);
}

namespace {

// Over few decades: the densest set of round mantissas that gives at most max(count, 4) lines.
std::vector<double> mantissa_ticks(const Axis& axis, int count) {
    const std::vector<double> sets[] = {{1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8}, {1, 1.5, 2, 3, 4, 6}, {1, 2, 5}, {1, 3}, {1}};
    const int first = static_cast<int>(std::floor(std::log10(axis.min)));
    std::vector<double> out;
    for (const auto& mantissas : sets) {
        out.clear();
        for (double power = std::pow(10.0, first); power <= axis.max; power *= 10)
            for (const double m : mantissas)
                if (m * power >= axis.min && m * power <= axis.max) out.push_back(m * power);
        if (out.size() <= static_cast<std::size_t>(std::max(count, 4))) break;
    }
    return out;
}

}  // namespace

std::vector<double> ticks(const Axis& axis, int count) {
    std::vector<double> out;
    if (!(axis.max > axis.min) || !std::isfinite(axis.max - axis.min) || (axis.logarithmic && !(axis.min > 0))) return out;
    if (axis.logarithmic && axis.max / axis.min < 1000) {
        out = mantissa_ticks(axis, count);
        if (out.size() >= 3) return out;
        out.clear();
        count = std::max(count, 8);  // steps of at most 0.32 of the range
    } else if (axis.logarithmic) {
        const int first = static_cast<int>(std::ceil(std::log10(axis.min) - 1e-9)), last = static_cast<int>(std::floor(std::log10(axis.max) + 1e-9));
        const int stride = std::max(1, (last - first + 1 + count - 1) / std::max(1, count));
        for (int k = first; k <= last; k += stride) out.push_back(std::pow(10.0, k));
        return out;
    }
    const double raw = (axis.max - axis.min) / std::max(1, count), power = std::pow(10.0, std::floor(std::log10(raw)));
    const double step = power * (raw <= power ? 1 : raw <= 2 * power ? 2 : raw <= 5 * power ? 5 : 10);
    for (auto k = static_cast<long>(std::ceil(axis.min / step - 1e-9)); static_cast<double>(k) * step <= axis.max + 1e-9 * step; ++k)
        out.push_back(static_cast<double>(k) * step);
    return out;
}

std::string tick_label(double value) {
    const double size = std::abs(value);
    if (size >= 1e6) return fmt::format("{:.3g}M", value / 1e6);
    if (size >= 1e4) return fmt::format("{:.3g}k", value / 1e3);
    std::string out = fmt::format("{:.4g}", size < 1e-12 ? 0 : value);
    if (out.starts_with('-')) out.replace(0, 1, "−");
    return out;
}

Axis fitted(std::span<const Curve> curves, bool logarithmic, std::string label) {
    double least = std::numeric_limits<double>::infinity(), greatest = -least;
    for (const Curve& curve : curves)
        for (const float v : curve.y)
            if (std::isfinite(v) && (!logarithmic || v > 0)) {
                least = std::min(least, static_cast<double>(v));
                greatest = std::max(greatest, static_cast<double>(v));
            }
    if (!(least <= greatest)) return {logarithmic ? 0.1 : 0, 1, logarithmic, std::move(label)};
    if (logarithmic) return {least / 1.3, greatest * 1.3, true, std::move(label)};
    const double margin = std::max(0.06 * (greatest - least), 1e-6 * std::max(1.0, std::abs(greatest)));
    return {least - margin, greatest + margin, false, std::move(label)};
}

std::vector<PlotPoint> decimate(const Curve& curve, double x_min, double x_max, int columns) {
    std::vector<PlotPoint> out;
    const std::size_t n = std::min(curve.x.size(), curve.y.size());
    if (!(x_max > x_min) || columns < 1) return out;
    const auto column_of = [&](std::size_t i) { return (curve.x[i] - x_min) / (x_max - x_min) * columns; };
    for (std::size_t i = 0; i < n;) {
        const double column = column_of(i);
        if (!std::isfinite(column) || column < 0 || column > columns) {
            ++i;
            continue;
        }
        if (!std::isfinite(curve.y[i])) {
            out.push_back({static_cast<float>(column), nan});
            ++i;
            continue;
        }
        std::size_t end = i, least = i, greatest = i;
        while (end < n && std::isfinite(curve.y[end]) && std::floor(column_of(end)) == std::floor(column)) {
            if (curve.y[end] < curve.y[least]) least = end;
            if (curve.y[end] > curve.y[greatest]) greatest = end;
            ++end;
        }
        if (end == i) ++end;
        std::size_t keep[4] = {i, std::min(least, greatest), std::max(least, greatest), end - 1};
        for (int k = 0; k < 4; ++k)
            if (k == 0 || keep[k] != keep[k - 1]) out.push_back({static_cast<float>(column_of(keep[k])), curve.y[keep[k]]});
        i = end;
    }
    return out;
}

namespace {

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

}  // namespace

void draw_curve(ImDrawList& draw, std::span<const ImVec2> given, ImU32 colour, float wanted_width, bool dashed) {
    // Whole pixels are drawn from the font's texture with two triangles a segment instead of six.
    const float width = std::max(1.f, std::round(wanted_width));
    const std::vector<ImVec2> points = simplified(given);
    const float stroke = 5 + 2 * width, space = 3 + width;
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

void plot(const char* id, std::span<const Curve> curves, const Axis& x, const Axis& y, float height, Theme theme) {
    const Palette& p = palette(theme);
    const WithFont font(small_font());
    const float size = ImGui::GetFontSize();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = std::max(1.f, ImGui::GetContentRegionAvail().x);
    height = std::max(1.f, height);
    ImGui::InvisibleButton(id, {width, height});
    const bool hovered = ImGui::IsItemHovered();
    const Frame frame{{at.x + 3.2f * size, at.y + 0.6f * size}, {at.x + width - 2, at.y + height - 1.5f * size}};
    if (frame.max.x <= frame.min.x + 4 || frame.max.y <= frame.min.y + 4) return;

    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw_grid(draw, frame, x, y, p);
    for (const Curve& curve : curves) draw_one(draw, frame, curve, x, y, theme == Theme::projector ? 3.f : 1.5f * size / small_size);
    draw_legend(draw, frame, curves, p);
    if (hovered) show_value(draw, frame, curves, x, y, p);
}

}  // namespace pf::panels
