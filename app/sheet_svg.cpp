#include "app/sheet_svg.h"

#include <algorithm>
#include <cmath>

#include "app/compose.h"
#include "app/panels/edits.h"
#include "app/panels/notation.h"
#include "app/panels/palette.h"

namespace pf {
namespace {

using Anchor = SheetPage::Anchor;

std::string hex(panels::Rgb c) {
    const auto byte = [](float v) { return std::lround(255 * v); };
    return fmt::format("#{:02x}{:02x}{:02x}", byte(c.r), byte(c.g), byte(c.b));
}

std::string escaped(std::string_view shown) {
    const std::string text = panels::plain(shown);
    std::string out;
    for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
    return out;
}

std::string word_svg(float x, float middle, Anchor anchor, const std::string& colour, float size, std::string_view text) {
    static constexpr const char* anchors[] = {"start", "middle", "end"};
    return fmt::format("<text x=\"{:.2f}\" y=\"{:.2f}\" text-anchor=\"{}\" fill=\"{}\">{}</text>\n", x, middle + 0.35f * size, anchors[static_cast<int>(anchor)], colour, escaped(text));
}

// The scale of colours as a gradient: 32 stops stay within a shade of 256.
std::string gradient(const panels::HeatMapLegend& legend, const std::string& id) {
    std::string out = fmt::format("<linearGradient id=\"{}\">", id);
    for (int i = 0; i <= 32; ++i) {
        const std::uint32_t c = (*legend.colours)[static_cast<std::size_t>(std::min(255, 8 * i))];
        out += fmt::format("<stop offset=\"{:.4f}\" stop-color=\"#{:02x}{:02x}{:02x}\"/>", i / 32.0, c & 255, c >> 8 & 255, c >> 16 & 255);
    }
    return out + "</linearGradient>\n";
}

}  // namespace

std::string sheet_svg(const SheetPage& page, const Scene& scene, const panels::UiState& given, const Results& results, const LayerResults& layers) {
    panels::UiState ui = given;
    ui.scale = page.ui_scale;
    ui.titled = false;
    ui.playback.playing = false;
    const panels::Palette& p = panels::palette(ui.theme);
    const std::string ink = hex(p.text), muted = hex(p.muted);
    std::string panes, words;
    Composer composer;
    Eigen::Index drawn = 0;
    for (std::size_t k = 0; k < page.columns.size(); ++k) {
        const SheetPage::Column& column = page.columns[k];
        ui.playback.t = column.t;
        panels::Layout layout;
        layout.panes = column.panes;
        composer.prepare(scene, ui, results, layers);
        composer.draw([&](int pane, const render::PaneFrame& frame, const render::CanvasStyle& style) {
            panes += pane_svg(frame, style, column.panes[static_cast<std::size_t>(pane)], fmt::format("pane{}-{}", k + 1, pane + 1));
            if (frame.particles) drawn = std::max(drawn, frame.particles->rows());
        }, scene, ui, results, layers, layout, 1, static_cast<int>(page.height));
        const panels::HeatMapLegend legend = legend_of(scene, ui.theme, composer.legend());
        const auto ends = scale_ends(scene, composer.legend().front());
        if (ends.empty() || column.scale.width < 1) continue;
        const std::string id = fmt::format("scale{}", k + 1);
        const panels::Rect& r = column.scale;
        words += gradient(legend, id) + fmt::format("<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"url(#{})\" stroke=\"{}\" stroke-width=\"0.5\"/>\n", r.x, r.y, r.width, r.height, id, muted);
        const float below = r.y + r.height + 0.7f * page.size;
        words += word_svg(r.x, below, Anchor::start, ink, page.size, ends[0]) + word_svg(r.x + r.width, below, Anchor::end, ink, page.size, ends[1]);
    }
    std::string lines;
    for (const auto& line : page.lines) lines += fmt::format("M{:.2f} {:.2f}L{:.2f} {:.2f}", line.x0, line.y0, line.x1, line.y1);
    for (const auto& word : page.words) words += word_svg(word.x, word.middle, word.anchor, word.muted ? muted : ink, page.size, word.text);
    if (drawn > most_drawn_particles)
        words += word_svg(page.width - 0.5f * page.size, 0.8f * page.size, Anchor::end, muted, page.size, fmt::format("the first {} of {} particles", most_drawn_particles, drawn));
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" font-family=\"DejaVu Sans, Verdana, sans-serif\" font-size=\"{2:.2f}\">\n"
                       "<title>{3}</title>\n<desc>{4}</desc>\n<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"{5}\"/>\n",
                       page.width, page.height, page.size, escaped(scene.title), escaped(scene.sentence), hex(p.canvas)) +
           panes + fmt::format("<path class=\"axes\" d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{:.2f}\"/>\n", lines, muted, std::max(0.5f, page.size / 14)) + words + "</svg>\n";
}

}  // namespace pf
