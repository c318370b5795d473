#include "app/picture/sheet_svg.h"

#include <algorithm>
#include <cmath>

#include "app/panels/edits.h"
#include "app/panels/notation.h"
#include "app/panels/palette.h"
#include "app/picture/compose.h"

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

// A page's text is `size` high from the top of a line to its end, of which DejaVu Sans has 1.164 to the em.
constexpr float em = 1 / 1.164f;

std::string word_svg(float x, float middle, Anchor anchor, const std::string& colour, float size, std::string_view text) {
    static constexpr const char* anchors[] = {"start", "middle", "end"};
    return fmt::format("<text x=\"{:.2f}\" y=\"{:.2f}\" text-anchor=\"{}\" fill=\"{}\">{}</text>\n", x, middle + 0.35f * em * size, anchors[static_cast<int>(anchor)], colour, escaped(text));
}

std::string hex(render::Colour c) { return fmt::format("#{:02x}{:02x}{:02x}", c.r, c.g, c.b); }

std::string filled(const panels::Rect& r, const std::string& fill, const std::string& edge) {
    return fmt::format("<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"0.5\"/>\n", r.x, r.y, r.width, r.height, fill, edge);
}

// A scale of colours as a gradient, in a frame.
std::string scale_svg(const std::vector<render::Colour>& colours, const panels::Rect& r, const std::string& id, const std::string& edge) {
    std::string out = fmt::format("<linearGradient id=\"{}\">", id);
    for (std::size_t i = 0; i < colours.size(); ++i) out += fmt::format("<stop offset=\"{:.4f}\" stop-color=\"{}\"/>", static_cast<double>(i) / static_cast<double>(colours.size() - 1), hex(colours[i]));
    return out + "</linearGradient>\n" + filled(r, fmt::format("url(#{})", id), edge);
}

// 32 stops stay within a shade of 256.
std::vector<render::Colour> stops_of(const panels::HeatMapLegend& legend) {
    std::vector<render::Colour> out;
    for (int i = 0; i <= 32; ++i) {
        const std::uint32_t c = (*legend.colours)[static_cast<std::size_t>(std::min(255, 8 * i))];
        out.push_back({static_cast<std::uint8_t>(c & 255), static_cast<std::uint8_t>(c >> 8 & 255), static_cast<std::uint8_t>(c >> 16 & 255), 255});
    }
    return out;
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
            panes += pane_svg(frame, style, column.panes[static_cast<std::size_t>(pane)], fmt::format("pane{}-{}", k + 1, pane + 1), has_noise(scene.lanes[static_cast<std::size_t>(pane)]));
            if (frame.particles) drawn = std::max(drawn, frame.particles->rows());
        }, scene, ui, results, layers, layout, 1, static_cast<int>(page.height));
        const auto name_ends = [&](const panels::Rect& r, const std::vector<std::string>& ends) {
            const float below = r.y + r.height + 0.7f * page.size;
            words += word_svg(r.x, below, Anchor::start, ink, page.size, ends[0]) + word_svg(r.x + r.width, below, Anchor::end, ink, page.size, ends[1]);
            if (ends.size() > 2) words += word_svg(r.x + r.width + 0.8f * page.size, r.y + r.height / 2, Anchor::start, muted, page.size, ends[2]);
        };
        if (const auto ends = scale_ends(scene, composer.legend().front()); !ends.empty() && column.scale.width >= 1) {
            words += scale_svg(stops_of(legend_of(scene, ui.theme, composer.legend())), column.scale, fmt::format("scale{}", k + 1), muted);
            name_ends(column.scale, ends);
        }
        for (const auto& key : column.arrows)
            if (const auto arrow = key_arrow(column, key, scene, ui, results)) {
                const auto& [x0, y, x1, end] = arrow->line;
                const float head = 0.32f * (x1 - x0), side = 0.55f * head;
                words += fmt::format("<path d=\"M{:.2f} {:.2f}L{:.2f} {:.2f}M{:.2f} {:.2f}L{:.2f} {:.2f}L{:.2f} {:.2f}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{:.2f}\"/>\n", x0, y, x1, y, x1 - head, y - side, x1, y, x1 - head, y + side,
                                     hex(key.field == ArrowField::velocity ? p.velocity : p.score), page.size / 9) + word_svg(key.x + key.room + 0.5f * page.size, key.middle, Anchor::start, ink, page.size, arrow->words);
            }
        const HueScale hues = hue_scale(scene, ui.theme, composer.legend());
        if (hues.colours.empty() || column.hues.width < 1) continue;
        if (!hues.patches) {
            words += scale_svg(hues.colours, column.hues, fmt::format("hues{}", k + 1), muted);
            name_ends(column.hues, hues.names);
            continue;
        }
        for (const auto& [patch, i] : patches(page, column, hues.colours.size()))
            words += filled(patch, hex(hues.colours[i]), muted) + word_svg(patch.x + patch.width + 0.3f * page.size, patch.y + patch.height / 2, Anchor::start, ink, page.size, hues.names[i]);
    }
    std::string lines;
    for (const auto& line : page.lines) lines += fmt::format("M{:.2f} {:.2f}L{:.2f} {:.2f}", line.x0, line.y0, line.x1, line.y1);
    for (const auto& word : page.words) words += word_svg(word.x, word.middle, word.anchor, word.muted ? muted : ink, page.size, word.text);
    if (drawn > most_drawn_particles)
        words += word_svg(page.width - 0.5f * page.size, 0.8f * page.size, Anchor::end, muted, page.size, fmt::format("the first {} of {} particles", most_drawn_particles, drawn));
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" font-family=\"DejaVu Sans, Verdana, sans-serif\" font-size=\"{2:.2f}\">\n"
                       "<title>{3}</title>\n<desc>{4}</desc>\n<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"{5}\"/>\n",
                       page.width, page.height, em * page.size, escaped(scene.title), escaped(scene.sentence), hex(p.canvas)) +
           panes + fmt::format("<path class=\"axes\" d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{:.2f}\"/>\n", lines, muted, std::max(0.5f, page.size / 14)) + words + "</svg>\n";
}

}  // namespace pf
