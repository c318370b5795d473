#include "app/runtime/figure/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace pf {
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

std::string superscript(int value) {
    constexpr const char* digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string out;
    for (const char c : std::to_string(value)) out += c == '-' ? "⁻" : digits[c - '0'];
    return out;
}

std::string label_with(double value, int digits) {
    const double size = std::abs(value);
    std::string out;
    if (size >= 1e9 || (size < 1e-3 && size >= 1e-300)) {
        const int power = static_cast<int>(std::floor(std::log10(size) + 1e-9));
        const std::string mantissa = fmt::format("{:.{}g}", value / std::pow(10.0, power), digits);
        out = mantissa == "1" ? "10" + superscript(power) : fmt::format("{}·10{}", mantissa, superscript(power));
    } else if (size >= 1e6) {
        out = fmt::format("{:.{}g}M", value / 1e6, digits);
    } else if (size >= 1e4) {
        out = fmt::format("{:.{}g}k", value / 1e3, digits);
    } else {
        out = fmt::format("{:.{}g}", size < 1e-300 ? 0 : value, std::max(digits, 4));
    }
    if (out.starts_with('-')) out.replace(0, 1, "−");
    return out;
}

// Logarithmic axes are straight in log value.
double straight(const Axis& axis, double value) { return axis.logarithmic ? std::log(value) : value; }

// Back from there, kept where doubles still tell neighbours apart.
Axis with_range(const Axis& axis, double low, double high) {
    const double middle = (low + high) / 2, least = axis.logarithmic ? 1e-9 : std::max(1e-300, 1e-12 * std::abs(middle)), most = axis.logarithmic ? 600 : 1e15;
    const double half = std::clamp(std::abs(high - low), least, most) / 2;
    Axis out = axis;
    if (axis.logarithmic) {
        const double centre = std::clamp(middle, -300.0, 300.0);
        out.min = std::exp(centre - half), out.max = std::exp(centre + half);
    } else {
        const double centre = std::clamp(middle, -1e15, 1e15);
        out.min = centre - half, out.max = centre + half;
    }
    return out;
}

}  // namespace

double Axis::fraction(double value) const {
    if (!logarithmic) return (value - min) / (max - min);
    if (!(value > 0)) return std::numeric_limits<double>::quiet_NaN();
    return (std::log(value) - std::log(min)) / (std::log(max) - std::log(min));
}

double Axis::value(double fraction) const {
    if (logarithmic) return std::exp(std::log(min) + fraction * (std::log(max) - std::log(min)));
    return min + fraction * (max - min);
}

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
    // Where few lines are wanted their step may leave but one: one of at most half the range does not.
    for (const int wanted : {std::max(1, count), std::max(1, count) + 1, 5}) {
        const double raw = (axis.max - axis.min) / wanted, power = std::pow(10.0, std::floor(std::log10(raw)));
        const double step = power * (raw <= power ? 1 : raw <= 2 * power ? 2 : raw <= 5 * power ? 5 : 10);
        out.clear();
        for (double k = std::ceil(axis.min / step - 1e-9); k * step <= axis.max + 1e-9 * step && out.size() < 100; ++k) out.push_back(k * step);
        if (out.size() >= 2) break;
    }
    return out;
}

std::string tick_label(double value) { return label_with(std::abs(value) < 1e-12 ? 0 : value, std::abs(value) >= 1e4 || std::abs(value) < 1e-3 ? 3 : 4); }

std::vector<std::string> tick_labels(const std::vector<double>& ticks) {
    double largest = 0;
    for (const double v : ticks) largest = std::max(largest, std::abs(v));
    std::vector<std::string> out;
    for (int digits = 3; digits <= 15; ++digits) {
        out.clear();
        for (const double v : ticks) out.push_back(label_with(std::abs(v) < 1e-9 * largest ? 0 : v, digits));
        if (std::set(out.begin(), out.end()).size() == out.size()) break;
    }
    return out;
}

Axis padded(double least, double greatest, bool logarithmic, std::string label) {
    if (!(least <= greatest)) return {logarithmic ? 0.1 : 0, 1, logarithmic, std::move(label)};
    if (logarithmic) return {least / 1.3, greatest * 1.3, true, std::move(label)};
    const double margin = std::max(0.06 * (greatest - least), 1e-6 * std::max(1.0, std::abs(greatest)));
    return {least - margin, greatest + margin, false, std::move(label)};
}

Axis zoomed(const Axis& axis, double fraction, double factor) {
    const double low = straight(axis, axis.min), high = straight(axis, axis.max), fixed = low + fraction * (high - low);
    return with_range(axis, fixed + (low - fixed) / factor, fixed + (high - fixed) / factor);
}

Axis panned(const Axis& axis, double by) {
    const double low = straight(axis, axis.min), high = straight(axis, axis.max), shift = -by * (high - low);
    return with_range(axis, low + shift, high + shift);
}

Axis cut(const Axis& axis, double from, double to) {
    const double low = straight(axis, axis.min), high = straight(axis, axis.max);
    if (from > to) std::swap(from, to);
    return with_range(axis, low + from * (high - low), low + to * (high - low));
}

}  // namespace pf
