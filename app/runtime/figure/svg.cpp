#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <sstream>

#include "app/runtime/figure/figure.h"
#include "app/runtime/letters.h"

namespace pf {
namespace {

constexpr double width = 980, height = 520, left = 78, top = 56, bottom = 456;
// The lanes' colours of the light theme, told apart by their marks as well; what has noise is dashed.
constexpr std::array colours{"#0b5fb0", "#a85200", "#00704f", "#93307a"};
constexpr auto muted = "#4f5766";

std::string colour(int ink) { return ink < 0 ? muted : colours[static_cast<std::size_t>(ink) % colours.size()]; }
std::string dash(const Figure::Curve& curve) { return curve.dashed ? "7 4" : "none"; }

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&') out += "&amp;";
        else if (c == '<') out += "&lt;";
        else if (c == '>') out += "&gt;";
        else if (c == '"') out += "&quot;";
        else out += c;
    }
    return out;
}

std::string text_at(double x, double y, std::string_view anchor, std::string_view text, std::string_view more = "") {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" {}>{}</text>\n", x, y, anchor, more, escaped(text));
}

std::string mark(int ink, double x, double y) {
    const auto fill = colour(ink);
    switch (std::max(0, ink) % 4) {
        case 0: return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.6\" fill=\"{}\"/>\n", x, y, fill);
        case 1: return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"6.6\" height=\"6.6\" fill=\"{}\"/>\n", x - 3.3, y - 3.3, fill);
        case 2: return fmt::format("<path d=\"M{:.1f} {:.1f}l4.2 7.2h-8.4z\" fill=\"{}\"/>\n", x, y - 4.6, fill);
        default: return fmt::format("<path d=\"M{:.1f} {:.1f}l4.4 4.4l-4.4 4.4l-4.4 -4.4z\" fill=\"{}\"/>\n", x, y - 4.4, fill);
    }
}

// From values to pixels. What is far outside is drawn just outside; the clip path hides it.
struct Pixels {
    const FigureView& view;
    double right;
    double x(double value) const { return left + (right - left) * std::clamp(view.x.fraction(value), -2.0, 3.0); }
    double y(double value) const {
        const double f = view.y.logarithmic && !(value > 0) ? -2 : view.y.fraction(value);
        return bottom + (top - bottom) * std::clamp(f, -2.0, 3.0);
    }
    bool inside(double vx, double vy) const {
        const double fx = view.x.fraction(vx), fy = view.y.fraction(vy);
        return fx >= 0 && fx <= 1 && fy >= 0 && fy <= 1;
    }
};

std::string grid(const FigureView& view, const Pixels& at, const std::function<double(double)>& time) {
    std::string out;
    const auto over_x = ticks(view.x, 7), over_y = ticks(view.y, 8);
    auto named_x = over_x;
    if (time) std::transform(named_x.begin(), named_x.end(), named_x.begin(), time);
    const auto names_x = tick_labels(named_x), names_y = tick_labels(over_y);
    for (std::size_t i = 0; i < over_x.size(); ++i) {
        out += fmt::format("<path d=\"M{0:.1f} {1}V{2}\" stroke=\"#c3cad5\" stroke-width=\"0.6\"/>\n", at.x(over_x[i]), top, bottom);
        out += text_at(at.x(over_x[i]), bottom + 20, "middle", names_x[i]);
    }
    for (std::size_t i = 0; i < over_y.size(); ++i) {
        out += fmt::format("<path d=\"M{1} {0:.1f}H{2}\" stroke=\"#c3cad5\" stroke-width=\"0.6\"/>\n", at.y(over_y[i]), left, at.right);
        out += text_at(left - 8, at.y(over_y[i]) + 4.5, "end", names_y[i]);
    }
    return out;
}

std::string path_of(const std::vector<double>& xs, const std::vector<double>& ys, const Pixels& at, bool logarithmic) {
    std::string out;
    bool gap = true;
    for (std::size_t i = 0; i < std::min(xs.size(), ys.size()); ++i) {
        if (!std::isfinite(ys[i]) || !std::isfinite(at.view.x.fraction(xs[i])) || (logarithmic && !(ys[i] > 0))) {
            gap = true;
            continue;
        }
        out += fmt::format("{}{:.2f} {:.2f}", gap ? "M" : "L", at.x(xs[i]), at.y(ys[i]));
        gap = false;
    }
    return out;
}

std::string band_of(const Figure::Band& band, const Pixels& at) {
    std::string out;
    for (std::size_t i = 0; i < band.x.size(); ++i) out += fmt::format("{}{:.2f} {:.2f}", i == 0 ? "M" : "L", at.x(band.x[i]), at.y(band.high[i]));
    for (std::size_t i = band.x.size(); i-- > 0;) out += fmt::format("L{:.2f} {:.2f}", at.x(band.x[i]), at.y(band.low[i]));
    return fmt::format("<path class=\"band\" d=\"{}z\" fill=\"#e2e6ed\"/>\n", out);
}

std::string curve_of(const Figure& figure, const Figure::Curve& curve, const Pixels& at, bool logarithmic) {
    std::string out;
    for (std::size_t i = 0; i < std::min(curve.x.size(), curve.half_width.size()); ++i) {
        const double w = curve.half_width[i];
        if (!std::isfinite(w) || !std::isfinite(curve.y[i])) continue;
        out += fmt::format("<path d=\"M{0:.1f} {1:.1f}V{2:.1f}\" stroke=\"{3}\" stroke-width=\"1.2\" opacity=\"0.7\"/>\n", at.x(curve.x[i]), at.y(curve.y[i] + w), at.y(curve.y[i] - w), colour(curve.ink));
    }
    out += fmt::format("<path class=\"curve\" d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-dasharray=\"{}\" opacity=\"{}\"/>\n", path_of(curve.x, curve.y, at, logarithmic), colour(curve.ink),
                       curve.faint ? 1 : 2, dash(curve), curve.faint ? 0.45 : 1);
    for (const std::size_t i : marked_values(figure, curve))
        if (std::isfinite(curve.y[i]) && at.inside(curve.x[i], curve.y[i])) out += mark(curve.ink, at.x(curve.x[i]), at.y(curve.y[i]));
    return out;
}

// A line of the legend, of a curve, a band or the marks.
struct Entry {
    std::string label;
    const Figure::Curve* curve = nullptr;
    bool band = false;
};
std::vector<Entry> legend_of(const Figure& figure) {
    std::vector<Entry> out;
    std::set<std::string> named;
    for (const auto& curve : figure.curves)
        if (!curve.faint && named.insert(curve.entry()).second) out.push_back({curve.entry(), &curve});
    for (const auto& band : figure.bands)
        if (named.insert(band.name).second) out.push_back({band.name, nullptr, true});
    if (!figure.marks.empty() && !figure.mark_name.empty()) out.push_back({figure.mark_name});
    return out;
}

// Where the curves end, so that the legend has its place beside them, in whatever letters.
double right_of_curves(const std::vector<Entry>& legend) {
    constexpr double letter = 7.8, key = 64, margin = 16;  // a letter's width in the mean
    double widest = 0;
    for (const Entry& entry : legend) widest = std::max(widest, letter * static_cast<double>(letter_count(entry.label)));
    return legend.empty() ? width - 2 * margin : std::clamp(width - key - widest - margin, width / 2, width - 120);
}

// Notes in rows of at most so many letters.
std::vector<std::string> rows_of(const std::vector<std::string>& notes, std::size_t letters) {
    std::vector<std::string> out;
    for (const auto& note : notes) {
        bool first = true;
        std::istringstream words(note);
        for (std::string word; words >> word; first = false) {
            if (first || letter_count(out.back()) + 1 + letter_count(word) > letters) out.push_back(word);
            else out.back() += " " + word;
        }
    }
    return out;
}

}  // namespace

std::string figure_svg(const Figure& figure, const FigureView& view, const FigureLetters& letters) {
    const auto words = [&](const std::string& text) { return letters.words ? letters.words(text) : text; };
    const Figure shown = visible(figure, view.hidden);
    const auto legend = legend_of(shown);
    const double right = right_of_curves(legend);
    constexpr double row = 18, foot = height + 4;
    const auto notes = rows_of(shown.notes, 120);
    const double whole = height + row * static_cast<double>(notes.size());
    const Pixels at{view, right};
    std::string out = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" font-family=\"DejaVu Sans, Verdana, sans-serif\" "
                                  "font-size=\"13\" fill=\"#171a21\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n", width, whole);
    out += fmt::format("<clipPath id=\"frame\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>\n", left, top - 4, right - left + 4, bottom - top + 4);
    out += text_at(left, 30, "start", words(figure.title), "font-size=\"16\" font-weight=\"bold\"");
    std::string bands, curves;
    for (const auto& band : shown.bands) bands += band_of(band, at);
    for (const auto& curve : shown.curves) curves += curve_of(shown, curve, at, view.y.logarithmic);
    out += fmt::format("<g clip-path=\"url(#frame)\">\n{}</g>\n{}", bands, grid(view, at, figure.x.time ? letters.time : nullptr));
    for (const auto& line : shown.marks)
        if (const double f = view.x.fraction(line.x); f >= 0 && f <= 1) {
            out += fmt::format("<path d=\"M{0:.1f} {1}V{2}\" stroke=\"#8a5a00\" stroke-width=\"1\" stroke-dasharray=\"2 3\"/>\n", at.x(line.x), top, bottom);
            out += text_at(at.x(line.x) + 4, top + 10, "start", words(line.label), "font-size=\"10\" fill=\"#8a5a00\"");
        }
    out += fmt::format("<path d=\"M{} {}V{}H{}\" fill=\"none\" stroke=\"{}\"/>\n<g clip-path=\"url(#frame)\">\n{}</g>\n", left, top, bottom, right, muted, curves);
    out += text_at((left + right) / 2, bottom + 46, "middle", words(view.x.label));
    out += text_at(0, 0, "middle", words(view.y.label), fmt::format("transform=\"translate(22 {}) rotate(-90)\"", (top + bottom) / 2));

    double y = top + 14;
    for (const Entry& entry : legend) {
        if (entry.curve) {
            out += fmt::format("<path d=\"M{:.1f} {:.1f}h40\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{}\"/>\n", right + 16, y, colour(entry.curve->ink), dash(*entry.curve));
            if (!marked_values(shown, *entry.curve).empty()) out += mark(entry.curve->ink, right + 36, y);
        } else if (entry.band) {
            out += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"40\" height=\"10\" fill=\"#e2e6ed\"/>\n", right + 16, y - 5);
        } else {
            out += fmt::format("<path d=\"M{:.1f} {:.1f}v16\" stroke=\"#8a5a00\" stroke-width=\"1\" stroke-dasharray=\"2 3\"/>\n", right + 36, y - 8);
        }
        out += text_at(right + 64, y + 4.5, "start", words(entry.label));
        y += 24;
    }
    for (std::size_t i = 0; i < notes.size(); ++i) out += text_at(left, foot + row * static_cast<double>(i), "start", words(notes[i]), fmt::format("font-size=\"12\" fill=\"{}\"", muted));
    return out + "</svg>\n";
}

}  // namespace pf
