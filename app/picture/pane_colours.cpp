#include "app/picture/pane_colours.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "app/panels/number_in.h"
#include "app/runtime/layers.h"

namespace pf {

using render::Colour;

namespace {

std::uint32_t packed(Colour c) { return c.r | static_cast<std::uint32_t>(c.g) << 8 | static_cast<std::uint32_t>(c.b) << 16 | 0xff000000u; }

std::array<std::uint32_t, 256> packed(const std::array<Colour, 256>& table) {
    std::array<std::uint32_t, 256> out{};
    std::transform(table.begin(), table.end(), out.begin(), [](Colour c) { return packed(c); });
    return out;
}

// IEC 61966-2-1 in 8 bits, rounded, without its power: the byte is looked up near by, and then where it begins.
std::uint8_t in_srgb(double linear) {
    struct Table {
        std::array<double, 257> begins{};  // the least value that is this byte
        std::array<std::uint8_t, 1024> near{};
        Table() {
            for (std::size_t byte = 1; byte < 256; ++byte) {
                const double encoded = (static_cast<double>(byte) - 0.5) / 255;
                begins[byte] = encoded <= 0.04045 ? encoded / 12.92 : std::pow((encoded + 0.055) / 1.055, 2.4);
            }
            begins[256] = std::numeric_limits<double>::infinity();
            for (std::size_t i = 0, byte = 0; i < near.size(); ++i) {
                while (begins[byte + 1] <= static_cast<double>(i) / static_cast<double>(near.size())) ++byte;
                near[i] = static_cast<std::uint8_t>(byte);
            }
        }
    };
    static const Table table;
    std::size_t byte = table.near[static_cast<std::size_t>(std::clamp(linear, 0.0, 1 - 1e-9) * static_cast<double>(table.near.size()))];
    while (linear >= table.begins[byte + 1]) ++byte;
    return static_cast<std::uint8_t>(byte);
}

}  // namespace

render::Colour colour(panels::Rgb c, double opacity) {
    const auto byte = [](double v) { return static_cast<std::uint8_t>(std::lround(255 * std::clamp(v, 0.0, 1.0))); };
    return {byte(static_cast<double>(c.r)), byte(static_cast<double>(c.g)), byte(static_cast<double>(c.b)), byte(opacity)};
}

Colour start_colour(float x, float y, bool dark) {
    const double radius = std::sqrt(double(x) * double(x) + double(y) * double(y)), chroma = 0.15 * (1 - std::exp(-radius)), lightness = dark ? 0.80 : 0.55;
    const bool somewhere = radius > 0 && std::isfinite(radius);
    const double a = somewhere ? chroma / radius * double(x) : 0, b = somewhere ? chroma / radius * double(y) : 0;
    const auto cube = [](double v) { return v * v * v; };
    const double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b), m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b), s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
    return {in_srgb(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s), in_srgb(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            in_srgb(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s), 255};
}

std::span<const Colour> StartColours::of(const Points& start, bool dark) {
    const Eigen::Index common = std::min(start.rows(), start_.rows());
    const bool known = dark == dark_ && (start.topRows(common) == start_.topRows(common)).all();
    if (!known || start.rows() > start_.rows()) {
        colours_.resize(static_cast<std::size_t>(known ? common : 0));
        colours_.reserve(static_cast<std::size_t>(start.rows()));
        for (auto k = static_cast<Eigen::Index>(colours_.size()); k < start.rows(); ++k) colours_.push_back(start_colour(start(k, 0), start(k, 1), dark));
        start_ = start, dark_ = dark;
    }
    return std::span(colours_).first(static_cast<std::size_t>(start.rows()));
}

render::CanvasStyle error_style(render::CanvasStyle style) {
    style.map = render::ColourMap::magma;
    return style;
}

render::CanvasStyle canvas_style(panels::Theme theme) {
    const auto& p = panels::palette(theme);
    return {colour(p.canvas), p.dark, p.dark ? render::ColourMap::viridis : render::ColourMap::cividis};
}

render::CanvasStyle value_style(const Scene& scene, render::CanvasStyle style) {
    if (scene.view.shape == "flat" && shows(scene.view, "density") && !shows(scene.view, "error") && !shows(scene.view, "difference")) style.map = render::ColourMap::magma;
    return style;
}

panels::HeatMapLegend legend_of(const Scene& scene, panels::Theme theme, const std::array<panels::DensityLegend, 4>& lanes) {
    struct Tables {
        std::array<std::array<std::uint32_t, 256>, 6> of;
    };
    static const std::array<Tables, 2> all = [] {
        std::array<Tables, 2> out;
        for (const bool dark : {false, true}) {
            const auto name = dark ? panels::Theme::dark : panels::Theme::light;
            const auto style = canvas_style(name);
            out[dark].of = {packed(render::heat_table(style)), packed(render::difference_table(style)), packed(render::heat_table(error_style(style))), packed(render::particle_table(style, false)),
                            packed(render::particle_table(style, true)), packed(render::particle_table(error_style(style), false))};
        }
        return out;
    }();
    const auto& tables = all[panels::palette(theme).dark].of;
    const bool plane = scene.view.shape == "flat";
    const std::size_t heat = plane && shows(scene.view, "error") ? 2 : plane && shows(scene.view, "difference") ? 1 : 0;
    const bool other = value_style(scene, canvas_style(theme)).map == render::ColourMap::magma;
    panels::HeatMapLegend out{&tables[heat], lanes, &tables[scene.view.colour == "divergence" ? 4 : other ? 5 : 3]};
    const bool dark = panels::palette(theme).dark;
    out.start_colours = {packed(start_colour(3, 0, dark)), packed(start_colour(0, 3, dark)), packed(start_colour(-3, 0, dark)), packed(start_colour(0, -3, dark))};
    return out;
}

HueScale hue_scale(const Scene& scene, panels::Theme theme, const std::array<panels::DensityLegend, 4>& lanes) {
    constexpr int stops = 33;
    const auto& palette = panels::palette(theme);
    const std::string& by = scene.view.colour;
    HueScale out;
    if (!shows(scene.view, "particles") || by == "single") return out;
    if (by == "start") {
        for (int i = 0; i < stops; ++i) {
            const auto angle = static_cast<float>(std::numbers::pi * (2.0 * i / (stops - 1) - 1));
            out.colours.push_back(start_colour(3 * std::cos(angle), 3 * std::sin(angle), palette.dark));
        }
        out.names = {"−π", "π", "angle at the start"};
        return out;
    }
    for (const panels::DensityLegend& lane : lanes) {
        if (by == "label" && !lane.labels.empty()) {
            out.patches = true;
            for (const panels::LabelMark& mark : lane.labels) {
                out.colours.push_back(colour(palette.labels[static_cast<std::size_t>(mark.place) % palette.labels.size()]));
                out.names.push_back(std::to_string(mark.label));
            }
            return out;
        }
        if (!(lane.particles_high > lane.particles_low)) continue;
        const auto table = render::particle_table(value_style(scene, canvas_style(theme)), by == "divergence");
        for (int i = 0; i < stops; ++i) out.colours.push_back(table[static_cast<std::size_t>(std::min(255, 8 * i))]);
        out.names = {tick_label(panels::number_in(fmt::format("{:.3g}", lane.particles_low))), tick_label(panels::number_in(fmt::format("{:.3g}", lane.particles_high))), by == "log_p" ? "log p" : by == "speed" ? "|u|" : "∇·u"};
        return out;
    }
    return out;
}

}  // namespace pf
