#include "app/runtime/media/study_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/math/solver/solvers.h"

namespace pf {
namespace {

constexpr double width = 980, height = 520, left = 78, right = 620, top = 56, bottom = 456;
// The lanes' colours of the light theme, told apart by dash and mark as well.
constexpr std::array colours{"#0b5fb0", "#a85200", "#00704f", "#93307a"};
constexpr std::array dashes{"none", "7 4", "2 3", "9 3 2 3"};

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&') out += "&amp;";
        else if (c == '<') out += "&lt;";
        else if (c == '>') out += "&gt;";
        else out += c;
    }
    return out;
}

struct Point {
    double x, y, half_width;
};
struct Line {
    std::size_t lane;
    std::vector<Point> points;
};

// From values to pixels, logarithmic or not, with ticks at round numbers.
class Scale {
public:
    Scale(double low, double high, bool logarithmic, double from, double to) : logarithmic_(logarithmic), from_(from), to_(to) {
        const double pad = logarithmic ? std::pow(high / low, 0.06) : 0.05 * (high - low);
        low_ = logarithmic ? low / std::max(pad, 1.05) : low - std::max(pad, 1e-9), high_ = logarithmic ? high * std::max(pad, 1.05) : high + std::max(pad, 1e-9);
    }
    double operator()(double value) const {
        const double s = logarithmic_ ? std::log(value / low_) / std::log(high_ / low_) : (value - low_) / (high_ - low_);
        return from_ + (to_ - from_) * std::clamp(s, 0.0, 1.0);
    }
    std::vector<double> ticks() const {
        std::vector<double> out;
        if (!logarithmic_) {
            const double rough = (high_ - low_) / 6, power = std::pow(10, std::floor(std::log10(rough))), step = power * (rough > 5 * power ? 10 : rough > 2 * power ? 5 : rough > power ? 2 : 1);
            for (double i = std::ceil(low_ / step); i * step <= high_; ++i) out.push_back(i * step);
            return out;
        }
        // Decades; over fewer than two also 2 and 5 between them.
        const bool narrow = std::log10(high_ / low_) < 2.2;
        for (double power = std::pow(10, std::floor(std::log10(low_))); power <= high_; power *= 10)
            for (const double factor : {1.0, 2.0, 5.0})
                if ((factor == 1 || narrow) && factor * power >= low_ && factor * power <= high_) out.push_back(factor * power);
        return out;
    }

private:
    bool logarithmic_;
    double from_, to_, low_ = 0, high_ = 0;
};

std::string text_at(double x, double y, std::string_view anchor, std::string_view text, std::string_view more = "") {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" {}>{}</text>\n", x, y, anchor, more, escaped(text));
}

std::string mark(std::size_t lane, double x, double y) {
    const auto colour = colours[lane % colours.size()];
    switch (lane % 4) {
        case 0: return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.6\" fill=\"{}\"/>\n", x, y, colour);
        case 1: return fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"6.6\" height=\"6.6\" fill=\"{}\"/>\n", x - 3.3, y - 3.3, colour);
        case 2: return fmt::format("<path d=\"M{:.1f} {:.1f}l4.2 7.2h-8.4z\" fill=\"{}\"/>\n", x, y - 4.6, colour);
        default: return fmt::format("<path d=\"M{:.1f} {:.1f}l4.4 4.4l-4.4 4.4l-4.4 -4.4z\" fill=\"{}\"/>\n", x, y - 4.4, colour);
    }
}

std::string described(const Lane& lane, const std::string& varied, bool several_models) {
    const auto& solver = find_solver(lane.solver.id, "solver");
    std::string sigma = lane.sigma.id == "zero" ? "ODE" : "σ " + lane.sigma.id;
    if (const auto max = lane.sigma.values.find("max"); max != lane.sigma.values.end() && lane.sigma.id != "zero" && varied != "sigma.max") sigma += fmt::format(" {:.3g}", max->second);
    return fmt::format("{}{} · {}", several_models ? lane.model + " · " : "", solver.label, sigma);
}

std::string axis_label(const Measure& measure) {
    const bool distance = std::any_of(metrics().begin(), metrics().end(), [&](const Metric& metric) { return metric.id == measure.id; });
    return fmt::format("{}{}{}", measure.label, distance ? " to the data" : "", measure.unit == "1" ? "" : measure.unit == "nats" || measure.unit == "modes" ? fmt::format(" ({})", measure.unit) : fmt::format(" (in units of {})", measure.unit));
}

}  // namespace

std::string study_plot(const Scene& scene, const Study& study, const Measure& measure) {
    const bool over_evaluations = study.vary.path == "steps";
    std::vector<Line> lines;
    NoiseFloor floor;
    double x_low = std::numeric_limits<double>::infinity(), x_high = -x_low, y_low = x_low, y_high = -x_low;
    for (const StudyRow& row : study.rows) {
        const auto& estimates = row.evaluation.metrics;
        const auto found = std::find_if(estimates.begin(), estimates.end(), [&](const MetricEstimate& e) { return e.id == measure.id; });
        if (found == estimates.end() || !std::isfinite(found->value.mean)) continue;
        const auto lane = static_cast<std::size_t>(row.lane);
        if (lines.empty() || lines.back().lane != lane) lines.push_back({lane, {}});
        const Point p{over_evaluations ? row.evaluation.evaluations : row.value, found->value.mean, found->value.half_width};
        lines.back().points.push_back(p);
        floor = found->floor;
        x_low = std::min(x_low, p.x), x_high = std::max(x_high, p.x);
        y_low = std::min(y_low, p.y), y_high = std::max(y_high, p.y);
    }
    if (lines.empty()) throw BadInput("--plot: no lane ran, there is nothing to draw");
    const bool logarithmic = y_low > 0 && measure.id != "nll", known_floor = std::isfinite(floor.mean) && (floor.mean > 0 || !logarithmic);
    const double spread = std::isfinite(floor.standard_deviation) ? floor.standard_deviation : 0;
    if (known_floor) y_low = std::min(y_low, !logarithmic || floor.mean > spread ? floor.mean - spread : floor.mean), y_high = std::max(y_high, floor.mean + spread);
    if (!(y_low < y_high)) y_high = y_low > 0 ? 2 * y_low : y_low + 1;
    const Scale x(x_low, x_high, x_low > 0 && x_high > 5 * x_low, left, right), y(y_low, y_high, logarithmic, bottom, top);

    std::string out = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" font-family=\"DejaVu Sans, Verdana, sans-serif\" "
                                  "font-size=\"13\" fill=\"#171a21\">\n<rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n", width, height);
    out += text_at(left, 30, "start", scene.title, "font-size=\"16\" font-weight=\"bold\"");
    const double band = y(std::max(floor.mean - spread, logarithmic ? y_low / 2 : floor.mean - spread)), band_top = y(floor.mean + spread);
    if (known_floor) out += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#e2e6ed\"/>\n", left, band_top, right - left, std::max(3.0, band - band_top));
    for (const double tick : x.ticks()) {
        out += fmt::format("<path d=\"M{0:.1f} {1}V{2}\" stroke=\"#c3cad5\" stroke-width=\"0.6\"/>\n", x(tick), top, bottom);
        out += text_at(x(tick), bottom + 20, "middle", fmt::format("{:g}", tick));
    }
    for (const double tick : y.ticks()) {
        out += fmt::format("<path d=\"M{1} {0:.1f}H{2}\" stroke=\"#c3cad5\" stroke-width=\"0.6\"/>\n", y(tick), left, right);
        out += text_at(left - 8, y(tick) + 4.5, "end", fmt::format("{:g}", tick));
    }
    out += fmt::format("<path d=\"M{} {}V{}H{}\" fill=\"none\" stroke=\"#4f5766\"/>\n", left, top, bottom, right);
    out += text_at((left + right) / 2, bottom + 46, "middle", over_evaluations ? "evaluations of the field per particle" : study.vary.path);
    out += text_at(0, 0, "middle", axis_label(measure),
                   fmt::format("transform=\"translate(22 {}) rotate(-90)\"", (top + bottom) / 2));

    double legend = top + 14;
    const auto entry = [&](const std::string& key, const std::string& label) {
        out += key;
        out += text_at(right + 64, legend + 4.5, "start", label);
        legend += 24;
    };
    for (const Line& line : lines) {
        const auto colour = colours[line.lane % colours.size()], dash = dashes[line.lane % dashes.size()];
        // Bars of several lanes at one place stand side by side.
        const double aside = 2.5 * (static_cast<double>(line.lane) - 1.5);
        std::string path;
        for (const Point& p : line.points) {
            path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x(p.x), y(p.y));
            if (std::isfinite(p.half_width))
                out += fmt::format("<path d=\"M{0:.1f} {1:.1f}V{2:.1f}\" stroke=\"{3}\" stroke-width=\"1.2\" opacity=\"0.7\"/>\n", x(p.x) + aside, y(p.y + p.half_width),
                                   p.y > p.half_width ? y(p.y - p.half_width) : bottom, colour);
        }
        const std::string stroke = fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{}\"", colour, dash);
        out += fmt::format("<path d=\"{}\" {}/>\n", path, stroke);
        for (const Point& p : line.points) out += mark(line.lane, x(p.x), y(p.y));
        entry(fmt::format("<path d=\"M{:.1f} {:.1f}h40\" {}/>\n", right + 16, legend, stroke) + mark(line.lane, right + 36, legend),
              described(scene.lanes[line.lane], study.vary.path, scene.models.size() > 1));
    }
    if (known_floor)
        entry(fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"40\" height=\"10\" fill=\"#e2e6ed\"/>\n", right + 16, legend - 5),
              measure.id == "nll" ? "under the data's own density" : measure.id == "kl" ? "the exact flow" : "noise floor ± 1 sd");
    return out + "</svg>\n";
}

}  // namespace pf
