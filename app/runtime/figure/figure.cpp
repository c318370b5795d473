#include "app/runtime/figure/figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace pf {
namespace {

// The least and greatest of what is shown.
struct Extent {
    bool logarithmic;
    double least = std::numeric_limits<double>::infinity(), greatest = -std::numeric_limits<double>::infinity();
    void add(double v) {
        if (!std::isfinite(v) || (logarithmic && !(v > 0))) return;
        least = std::min(least, v);
        greatest = std::max(greatest, v);
    }
};

std::string column(const std::string& name, const std::string& unit) { return fmt::format("{} [{}]", name, unit.empty() ? "1" : unit); }

struct Column {
    std::string name;
    const std::vector<double>*x, *y;
};

std::vector<Column> columns_of(const Figure& figure) {
    std::vector<Column> out;
    for (const auto& curve : figure.curves) {
        out.push_back({column(curve.name, figure.y.unit), &curve.x, &curve.y});
        if (!curve.half_width.empty()) out.push_back({column(curve.name + " half_width_95", figure.y.unit), &curve.x, &curve.half_width});
    }
    return out;
}

std::string cell(double y) { return std::isfinite(y) ? fmt::to_string(y) : std::isnan(y) ? "nan" : y > 0 ? "inf" : "-inf"; }

// An edge of a band at x; empty beyond its ends.
std::string edge_at(const std::vector<double>& at, const std::vector<double>& edge, double x) {
    const auto above = std::lower_bound(at.begin(), at.end(), x);
    if (above == at.end() || (above == at.begin() && *above != x)) return {};
    const auto i = static_cast<std::size_t>(above - at.begin());
    return cell(at[i] == x ? edge[i] : edge[i - 1] + (x - at[i - 1]) / (at[i] - at[i - 1]) * (edge[i] - edge[i - 1]));
}

}  // namespace

std::string Figure::Scale::unit_in_words() const { return unit == "1" ? "" : unit == "x" || unit == "√x" ? "units of " + unit : unit; }

std::string Figure::Scale::title() const { return unit_in_words().empty() ? label : fmt::format("{} ({})", label, unit_in_words()); }

FigureView fitted(const Figure& figure, std::set<std::string> hidden, bool log_x, bool log_y, std::optional<Range> x, std::optional<Range> y) {
    FigureView out{{}, {}, std::move(hidden)};
    const auto shown = [&](const std::string& entry) { return !out.hidden.contains(entry); };
    if (!x && figure.x.max > figure.x.min && !(log_x && figure.x.min <= 0)) x = Range{figure.x.min, figure.x.max};
    if (x && log_x && !(x->min > 0)) x.reset();
    if (x) {
        out.x = {x->min, x->max, log_x, figure.x.title()};
    } else {
        Extent extent{log_x};
        for (const auto& curve : figure.curves)
            if (shown(curve.entry()))
                for (const double v : curve.x) extent.add(v);
        // Curves begin and end at the frame; only marks need room beside them.
        const bool room = std::any_of(figure.curves.begin(), figure.curves.end(), [](const auto& c) { return c.points; });
        out.x = padded(extent.least, extent.greatest, log_x, figure.x.title());
        if (!room && extent.greatest > extent.least) out.x.min = extent.least, out.x.max = extent.greatest;
    }
    if (!y && figure.y.max > figure.y.min && !(log_y && figure.y.min <= 0)) y = Range{figure.y.min, figure.y.max};
    if (y && log_y && !(y->min > 0)) y.reset();
    if (y) {
        out.y = {y->min, y->max, log_y, figure.y.title()};
        return out;
    }
    Extent extent{log_y};
    const auto inside = [&](double v) { return v >= out.x.min && v <= out.x.max; };
    for (const auto& curve : figure.curves) {
        if (!shown(curve.entry())) continue;
        for (std::size_t i = 0; i < std::min(curve.x.size(), curve.y.size()); ++i) {
            if (!inside(curve.x[i])) continue;
            extent.add(curve.y[i]);
            if (i >= curve.half_width.size() || !std::isfinite(curve.half_width[i])) continue;
            extent.add(curve.y[i] + curve.half_width[i]);
            if (curve.y[i] > 2 * curve.half_width[i] || !log_y) extent.add(curve.y[i] - curve.half_width[i]);
        }
    }
    for (const auto& band : figure.bands)
        if (shown(band.name))
            for (std::size_t i = 0; i < band.x.size(); ++i)
                if (inside(band.x[i])) extent.add(band.low[i]), extent.add(band.high[i]);
    out.y = padded(extent.least, extent.greatest, log_y, figure.y.title());
    return out;
}

FigureView fitted_as_given(const Figure& figure) { return fitted(figure, {}, figure.x.logarithmic, figure.y.logarithmic); }

Figure visible(Figure figure, const std::set<std::string>& hidden) {
    std::erase_if(figure.curves, [&](const auto& curve) { return hidden.contains(curve.entry()); });
    std::erase_if(figure.bands, [&](const auto& band) { return hidden.contains(band.name); });
    if (hidden.contains(figure.mark_name)) figure.marks.clear();
    return figure;
}

std::vector<std::size_t> marked_values(const Figure& figure, const Figure::Curve& curve) {
    constexpr std::size_t many = 8;
    const std::size_t n = std::min(curve.x.size(), curve.y.size());
    std::vector<std::size_t> out;
    const bool alike = std::any_of(figure.curves.begin(), figure.curves.end(), [&](const auto& c) { return !c.faint && c.ink >= 0 && c.ink != curve.ink && c.dashed == curve.dashed; });
    if (curve.points || (alike && !curve.faint && curve.ink >= 0 && n <= many)) {
        for (std::size_t i = 0; i < n; ++i) out.push_back(i);
    } else if (alike && !curve.faint && curve.ink >= 0) {
        // Those of other curves stand beside them.
        const double aside = (curve.ink % 4 + 0.5) / 4;
        for (std::size_t k = 0; k < many; ++k) out.push_back(static_cast<std::size_t>((static_cast<double>(k) + aside) / many * static_cast<double>(n - 1)));
    }
    return out;
}

Csv figure_csv(const Figure& figure) {
    const auto columns = columns_of(figure);
    // A line per x; the second of two equal x of one curve takes a line of its own.
    std::map<std::pair<double, int>, std::vector<std::string>> lines;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        int again = 0;
        for (std::size_t i = 0; i < std::min(columns[c].x->size(), columns[c].y->size()); ++i) {
            const double x = (*columns[c].x)[i], y = (*columns[c].y)[i];
            again = i > 0 && x == (*columns[c].x)[i - 1] ? again + 1 : 0;
            auto& line = lines[{x, again}];
            line.resize(columns.size());
            line[c] = cell(y);
        }
    }
    std::vector<std::string> names{column(figure.x.label, figure.x.unit)};
    for (const auto& c : columns) names.push_back(c.name);
    for (const auto& band : figure.bands)
        for (const char* edge : {" low", " high"}) names.push_back(column(band.name + edge, figure.y.unit));
    for (auto& name : names) std::replace(name.begin(), name.end(), ',', ';');  // readers that split at commas do not know quotes
    Csv out(names);
    for (auto& [at, line] : lines) {
        std::vector<std::string> cells{fmt::to_string(at.first)};
        cells.insert(cells.end(), line.begin(), line.end());
        for (const auto& band : figure.bands)
            for (const auto* edge : {&band.low, &band.high}) cells.push_back(edge_at(band.x, *edge, at.first));
        out.row(cells);
    }
    return out;
}

std::vector<double> smoothed(const std::vector<double>& x, const std::vector<double>& values) {
    const std::size_t n = std::min(x.size(), values.size());
    std::vector<double> out;
    out.reserve(n);
    for (std::size_t i = 0, first = 0, end = 0; i < n; ++i) {
        const double reach = std::min(x[i] / 8, x[n - 1] / 40);
        while (x[first] < x[i] - reach) ++first;
        while (end < n && x[end] <= x[i] + reach) ++end;
        double sum = 0, count = 0;
        for (std::size_t k = first; k < end; ++k)
            if (std::isfinite(values[k])) sum += values[k], ++count;
        out.push_back(std::isfinite(values[i]) ? sum / count : std::numeric_limits<double>::quiet_NaN());
    }
    return out;
}

}  // namespace pf
