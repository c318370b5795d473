#include <algorithm>
#include <cmath>

#include "app/panels/panels.h"
#include "app/panels/sheet.h"
#include "app/runtime/layers.h"
#include "core/math/format.h"

namespace pf::panels {
namespace {

constexpr float side_width = 320, top_height = 74, caption_height = 66, bar_height = 96, gap = 2;  // logical pixels
constexpr float side_share = 0.275f;       // of the width, each: with both open the canvas keeps 45 %
constexpr float top_share = 0.17f, caption_share = 0.29f, bar_share = 0.2f;
constexpr float least_width = 640, least_height = 360;  // likewise, of a window
constexpr float numbers_from = 900;        // logical pixels: in a narrower window the right panel starts closed

std::vector<Rect> split(const Rect& r, int panes, float space) {
    const bool wide = r.width >= r.height;
    const int columns = panes >= 4 ? 2 : panes == 2 && wide ? 2 : 1;
    const int rows = panes >= 4 ? 2 : panes == 2 && !wide ? 2 : 1;
    const float w = std::max(0.f, (r.width - space * static_cast<float>(columns - 1)) / static_cast<float>(columns));
    const float h = std::max(0.f, (r.height - space * static_cast<float>(rows - 1)) / static_cast<float>(rows));
    std::vector<Rect> out;
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column)
            out.push_back({r.x + static_cast<float>(column) * (w + space), r.y + static_cast<float>(row) * (h + space), w, h});
    return out;
}

// About how wide the legend of each layer is, in logical pixels.
float legend_width(const View& view) {
    static constexpr std::pair<const char*, float> widths[] = {{"density", 440}, {"difference", 480}, {"error", 370}, {"lic", 160}, {"contours", 450}, {"grid", 480}, {"particles", 230}, {"trails", 170},
                                                               {"trajectories", 420}, {"streamlines", 330}, {"velocity", 190}, {"score", 200}, {"denoiser", 220}};
    const auto drawn = [&](std::string_view layer) { return shows(view, layer) && (layer != "trails" || shows(view, "particles")) && (view.shape == "flat" || layer == "density" || (view.shape == "space_time" && layer == "particles")); };
    float out = view.shape == "space_time" ? 420 : view.shape == "flat" && view.colour != "start" && view.colour != "single" ? 300 : 0;
    for (const auto& [layer, width] : widths)
        if (drawn(layer)) out += width;
    // A product says in every lane whether it is sampled; a likelihood what it is of.
    if (drawn("density")) out += view.density == "product" ? 380.f : view.density == "likelihood" ? 120.f : 0.f;
    return out;
}

}  // namespace

Rect take_legend(Rect& canvas, float scale, const View& view) {
    const float row = legend_row * scale, wanted = std::ceil(legend_width(view) * scale / std::max(1.f, canvas.width)), most = std::floor(legend_share * canvas.height / row);
    const float height = std::floor(std::min(row * std::clamp(wanted, 1.f, std::clamp(most, 1.f, 3.f)), canvas.height / 6));
    canvas.height -= height;
    return {canvas.x, canvas.y + canvas.height, canvas.width, height};
}

float largest_scale(float width, float height) { return std::clamp(std::min(width / least_width, height / least_height), 0.75f, 3.f); }

std::string scale_refused(float wanted, float width, float height) {
    return fmt::format("Text and controls stay at {:.0f} %, the most that a window of {:.0f}×{:.0f} holds. {:.0f} % takes {:.0f}×{:.0f}, and comes when the window is that large.", 100 * largest_scale(width, height), width,
                       height, 100 * wanted, std::ceil(wanted * least_width), std::ceil(wanted * least_height));
}

bool UiState::*numbers_switch(const UiState& ui, float width) { return width / std::clamp(ui.scale, 0.75f, 3.f) >= numbers_from ? &UiState::numbers_open : &UiState::numbers_open_narrow; }

Layout layout(const UiState& ui, const View& view, float width, float height) {
    width = std::max(0.f, width);
    height = std::max(0.f, height);
    const float scale = std::clamp(ui.scale, 0.75f, 3.f);
    const float side = std::floor(std::min(side_width * scale, side_share * width));
    const bool controls = ui.controls_open && !ui.presenting;
    const bool numbers = ui.*numbers_switch(ui, width) && !ui.presenting;

    const SpokenLines spoken = ui.presenting ? spoken_lines(ui, width) : SpokenLines{};
    const float wanted = ui.presenting ? caption_height + watch_height(spoken) : top_height;
    const float top = std::floor(std::min(wanted * scale, (spoken.watch > 1 || spoken.caption > 1 ? caption_share : top_share) * height));
    const float bar = std::floor(std::min(bar_height * scale, bar_share * height));
    const float middle = std::max(0.f, height - top - bar);
    const float left = controls ? side : 0, right = numbers ? side : 0;

    Layout out;
    out.top = {0, 0, width, top};
    if (spoken.watch > 0) {
        const float watch = std::min(watch_height(spoken) * scale, 0.42f * top);
        out.watch = {0, top - watch, width, watch};
    }
    out.controls = {0, top, left, middle};
    out.numbers = {width - right, top, right, middle};
    out.time_bar = {0, height - bar, width, bar};
    out.canvas = {left, top, std::max(0.f, width - left - right), middle};
    out.legend = take_legend(out.canvas, scale, view);
    out.panes = split(out.canvas, view.panes, std::round(gap * scale));
    return out;
}

}  // namespace pf::panels
