#include <algorithm>
#include <cmath>

#include "app/picture/sheet_svg.h"
#include "app/render/trails.h"
#include "app/runtime/files/base64.h"
#include "app/runtime/media/png.h"

namespace pf {
namespace {

using panels::Rect;
using render::Colour;
using render::PaneFrame;
using render::Segment;

std::string hex(Colour c) { return fmt::format("#{:02x}{:02x}{:02x}", c.r, c.g, c.b); }
std::string opacity(const char* name, Colour c) { return c.a == 255 ? "" : fmt::format(" {}=\"{:.2f}\"", name, c.a / 255.0); }

// From the world to the page.
struct Place {
    const PaneFrame& frame;
    const Rect& rect;
    double x(double world) const { return static_cast<double>(rect.x + rect.width / 2) + (world - frame.camera.x) / frame.camera.units_per_pixel; }
    double y(double world) const { return static_cast<double>(rect.y + rect.height / 2) - (world - frame.camera.y) / frame.camera.units_per_pixel; }
    bool near(double px, double py, double margin) const {
        return px >= static_cast<double>(rect.x) - margin && px <= static_cast<double>(rect.x + rect.width) + margin && py >= static_cast<double>(rect.y) - margin && py <= static_cast<double>(rect.y + rect.height) + margin;
    }
};

std::string embedded_image(const Image& image, const Box& box, const Place& at, float alpha) {
    const auto bytes = encode_png(image);
    return fmt::format("<image x=\"{:.3f}\" y=\"{:.3f}\" width=\"{:.3f}\" height=\"{:.3f}\" opacity=\"{:.2f}\" preserveAspectRatio=\"none\" href=\"data:image/png;base64,{}\"/>\n", at.x(box.x_min), at.y(box.y_max),
                       at.x(box.x_max) - at.x(box.x_min), at.y(box.y_min) - at.y(box.y_max), alpha, to_base64({bytes.data(), bytes.size()}));
}

// A pixel per cell, the highest row first.
std::string density(const PaneFrame& frame, const render::CanvasStyle& style, const Place& at) {
    if (!frame.density || frame.density->size() == 0 || !(frame.density_max > 0)) return {};
    const auto table = frame.difference ? render::difference_table(style) : render::heat_table(style);
    const auto width = static_cast<int>(frame.density->cols()), height = static_cast<int>(frame.density->rows());
    Image image{width, height, {}};
    for (int row = height - 1; row >= 0; --row)
        for (int column = 0; column < width; ++column) {
            const float value = (*frame.density)(row, column) / frame.density_max, finite = std::isnan(value) ? 0 : value;
            const float share = std::clamp(frame.difference ? 0.5f + 0.5f * finite : finite, 0.f, 1.f);
            const Colour c = table[static_cast<std::size_t>(std::lround(255 * share))];
            image.pixels.insert(image.pixels.end(), {c.r, c.g, c.b, 255});
        }
    return embedded_image(image, frame.density_box, at, frame.density_opacity);
}

// Grey about the mean, as black and white of some opacity over what is there.
std::string texture(const PaneFrame& frame, const Place& at) {
    if (!frame.texture || frame.texture->empty()) return {};
    Image image{frame.texture_width, frame.texture_height, {}};
    for (int row = frame.texture_height - 1; row >= 0; --row)
        for (int column = 0; column < frame.texture_width; ++column) {
            const int grain = (*frame.texture)[static_cast<std::size_t>(row * frame.texture_width + column)] - 128;
            const auto tone = static_cast<std::uint8_t>(grain > 0 ? 255 : 0);
            image.pixels.insert(image.pixels.end(), {tone, tone, tone, static_cast<std::uint8_t>(std::min(255, std::abs(grain)))});
        }
    return embedded_image(image, frame.texture_box, at, frame.texture_opacity);
}

Colour colour_of(const PaneFrame& frame, Eigen::Index particle) {
    if (frame.particle_colours.empty()) return {200, 200, 200, 255};
    return frame.particle_colours[frame.particle_colours.size() == 1 ? 0 : static_cast<std::size_t>(particle)];
}

std::string trails(const PaneFrame& frame, const Place& at, bool dashed) {
    if (!frame.particles || frame.trail.empty() || frame.trail_opacity <= 0) return {};
    const float width = 2 * frame.trail_size * frame.particle_radius;
    const render::Trails lines(frame);
    const double drawn = std::min(1.0, static_cast<double>(most_drawn_trails) / static_cast<double>(frame.particles->rows())), share = lines.share(drawn * lines.length());
    std::string out = fmt::format("<g class=\"trails\" fill=\"none\" stroke-width=\"{:.2f}\" stroke-opacity=\"{:.3f}\"{}>\n", width, 0.3 * share * static_cast<double>(frame.trail_opacity), dashed ? fmt::format(" stroke-dasharray=\"{:.2f} {:.2f}\"", 4 * width, 2 * width) : "");
    for (Eigen::Index i = 0; i < std::min(frame.particles->rows(), most_drawn_trails); ++i) {
        std::string path;
        bool inside = false;
        const auto point = [&](const Points& x) {
            const double px = at.x(static_cast<double>(x(i, 0))), py = at.y(static_cast<double>(x(i, 1)));
            if (!std::isfinite(px) || !std::isfinite(py)) return;
            inside |= at.near(px, py, 0);
            path += fmt::format("{}{:.2f} {:.2f}", path.empty() ? "M" : "L", px, py);
        };
        for (const Points* slice : frame.trail) point(*slice);
        point(*frame.particles);
        if (inside) out += fmt::format("<path d=\"{}\" stroke=\"{}\"/>\n", path, hex(colour_of(frame, i)));
    }
    return out + "</g>\n";
}

std::string particles(const PaneFrame& frame, const Place& at) {
    if (!frame.particles) return {};
    std::string out = "<g class=\"particles\">\n";
    for (Eigen::Index i = 0; i < std::min(frame.particles->rows(), most_drawn_particles); ++i) {
        const double px = at.x(static_cast<double>((*frame.particles)(i, 0))), py = at.y(static_cast<double>((*frame.particles)(i, 1)));
        if (!std::isfinite(px) || !std::isfinite(py) || !at.near(px, py, static_cast<double>(frame.particle_radius))) continue;
        const Colour c = colour_of(frame, i);
        out += fmt::format("<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"{:.2f}\" fill=\"{}\"{}/>\n", px, py, frame.particle_radius, hex(c), opacity("fill-opacity", c));
    }
    return out + "</g>\n";
}

// Segments that go on where the one before ended, in the same ink, are one path. Translucent ones end square, as the renderer's do.
std::string segments(const PaneFrame& frame, const Place& at) {
    std::string out = "<g class=\"lines\" fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n", path;
    const Segment* before = nullptr;
    const auto finish = [&] {
        if (!path.empty()) out += fmt::format("<path d=\"{}\" stroke=\"{}\"{} stroke-width=\"{:.2f}\"/>\n", path, hex(before->colour), before->colour.a < 255 ? opacity("stroke-opacity", before->colour) + " stroke-linecap=\"butt\"" : "", 2 * before->half_width);
        path.clear();
    };
    for (const Segment& s : frame.segments) {
        const double x0 = at.x(static_cast<double>(s.x0)), y0 = at.y(static_cast<double>(s.y0)), x1 = at.x(static_cast<double>(s.x1)), y1 = at.y(static_cast<double>(s.y1));
        const double reach = static_cast<double>(at.rect.width);
        if (!std::isfinite(x0 + y0 + x1 + y1) || s.colour.a == 0 || (!at.near(x0, y0, reach) && !at.near(x1, y1, reach))) continue;
        const bool same = before && !path.empty() && s.colour == before->colour && s.half_width == before->half_width;
        if (!same) finish();
        if (!same || s.x0 != before->x1 || s.y0 != before->y1) path += fmt::format("M{:.2f} {:.2f}", x0, y0);
        path += fmt::format("L{:.2f} {:.2f}", x1, y1);
        before = &s;
    }
    finish();
    return out + "</g>\n";
}

}  // namespace

std::string pane_svg(const PaneFrame& frame, const render::CanvasStyle& style, const Rect& rect, const std::string& id, bool dashed_trails) {
    const Place at{frame, rect};
    const std::string shape = fmt::format("<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\"", rect.x, rect.y, rect.width, rect.height);
    std::string sheet = trails(frame, at, dashed_trails) + particles(frame, at);
    if (frame.particle_cover < 1 && !sheet.empty()) sheet = fmt::format("<g opacity=\"{:.2f}\">\n{}</g>\n", frame.particle_cover, sheet);
    return fmt::format("<clipPath id=\"{0}\">{1}/></clipPath>\n<g clip-path=\"url(#{0})\">\n{1} fill=\"{2}\"/>\n", id, shape, hex(style.background)) + density(frame, style, at) + texture(frame, at) +
           sheet + segments(frame, at) + "</g>\n";
}

}  // namespace pf
