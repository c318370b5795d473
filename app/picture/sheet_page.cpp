#include "app/picture/sheet_page.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "app/panels/camera.h"
#include "app/panels/edits.h"
#include "app/panels/notation.h"
#include "app/panels/panels.h"
#include "app/picture/sheet_legend.h"
#include "app/runtime/layers.h"
#include "core/math/errors.h"

namespace pf {
namespace {

using panels::Rect;
using Anchor = SheetPage::Anchor;

constexpr float gap = 14, left = 52, right = 14, head = 26, title = 27, foot = 48, scale_height = 34, line_height = 17;  // of a page at scale 1
constexpr float cell_alone = 330, cell_of_many = 240;
constexpr std::size_t most_times = 24;

// Ticks of one pane; numbers below the last row and left of the first column only.
void add_axes(SheetPage& page, const Scene& scene, const panels::UiState& ui, const Rect& r, bool numbers_below, bool numbers_left) {
    const panels::PaneCamera camera = panels::pane_camera(ui, panels::scene_box(scene), r);
    const panels::Point low = panels::to_world(camera, r, {static_cast<double>(r.x), static_cast<double>(r.y + r.height)});
    const panels::Point high = panels::to_world(camera, r, {static_cast<double>(r.x + r.width), static_cast<double>(r.y)});
    const float tick = 0.35f * page.size, bottom = r.y + r.height;
    const int count = std::max(2, static_cast<int>(r.width / (4 * page.size)));
    page.lines.insert(page.lines.end(), {{r.x, r.y, r.x + r.width, r.y}, {r.x, bottom, r.x + r.width, bottom}, {r.x, r.y, r.x, bottom}, {r.x + r.width, r.y, r.x + r.width, bottom}});
    for (const double v : ticks({low.x, high.x, false, ""}, count)) {
        const auto x = static_cast<float>(panels::to_screen(camera, r, {v, 0}).x);
        page.lines.push_back({x, bottom, x, bottom + tick});
        if (numbers_below) page.words.push_back({x, bottom + tick + 0.7f * page.size, Anchor::middle, false, tick_label(v)});
    }
    for (const double v : ticks({low.y, high.y, false, ""}, count)) {
        const auto y = static_cast<float>(panels::to_screen(camera, r, {0, v}).y);
        page.lines.push_back({r.x, y, r.x - tick, y});
        if (numbers_left) page.words.push_back({r.x - tick - 0.3f * page.size, y, Anchor::end, false, tick_label(v)});
    }
    if (numbers_below) page.words.push_back({r.x + r.width / 2, bottom + tick + 1.9f * page.size, Anchor::middle, false, "x₁"});
    if (numbers_left) page.words.push_back({r.x - 2.2f * page.size, r.y + 0.5f * page.size, Anchor::end, false, "x₂"});
}

// The page's sentences in lines that end within it: text is small, of 0.5 sizes a letter in the mean.
std::vector<std::string> legend_lines(const std::vector<std::string>& sentences, float room) {
    std::vector<std::string> out;
    for (const std::string& sentence : sentences)
        for (std::string& line : wrapped(sentence, static_cast<std::size_t>(room / (0.5f * panels::small_size)))) out.push_back(std::move(line));
    return out;
}

}  // namespace

SheetPage sheet_page(const Scene& scene, const panels::UiState& given, const Results& results, std::span<const double> times, float width, float highest) {
    if (scene.view.shape != "flat") throw BadInput(fmt::format("view.shape: a figure or sheet shows the plane, and this scene shows '{}'; set it to 'flat'", scene.view.shape));
    if (times.empty()) throw BadInput("a sheet needs at least one time");
    panels::UiState ui = given;
    ui.titled = false;
    const int panes = panels::pane_count(scene), across = times.size() > 1 ? static_cast<int>(times.size()) : panes == 4 ? 2 : panes;
    const int down = times.size() > 1 ? panes : (panes + across - 1) / across;
    const bool coloured = shows(scene.view, "density") || shows(scene.view, "difference") || shows(scene.view, "error");
    const bool hued = has_hues(scene);
    const float cell = times.size() > 1 ? cell_of_many : cell_alone;
    std::vector<std::pair<ArrowField, std::array<const char*, 2>>> arrows;
    if (shows(scene.view, "velocity")) arrows.push_back({ArrowField::velocity, {"velocity u", "per t"}});
    if (shows(scene.view, "score")) arrows.push_back({ArrowField::score, {"score s", "per unit"}});
    const auto n = [](int k) { return static_cast<float>(k); };
    const float natural = left + n(across) * cell + n(across - 1) * gap + right;
    const auto legend = legend_lines(sheet_legend(scene, given, results, times), natural - left - right);
    const float natural_height = head + n(down) * (cell + title) + foot + (coloured ? scale_height : 0) + (hued ? scale_height : 0) + n(static_cast<int>(legend.size() + arrows.size())) * line_height;
    const float s = std::min(width / natural, highest / natural_height);

    SheetPage out;
    out.width = std::floor(natural * s);
    out.height = std::floor(natural_height * s);
    out.size = panels::small_size * s;
    out.ui_scale = s;
    const auto cell_at = [&](int column, int row) { return Rect{(left + n(column) * (cell + gap)) * s, (head + title + n(row) * (cell + title)) * s, cell * s, cell * s}; };
    for (std::size_t k = 0; k < times.size(); ++k) {
        SheetPage::Column column;
        column.t = times[k];
        for (int pane = 0; pane < panes; ++pane) {
            const int x = times.size() > 1 ? static_cast<int>(k) : pane % across, y = times.size() > 1 ? pane : pane / across;
            const Rect r = cell_at(x, y);
            column.panes.push_back(r);
            add_axes(out, scene, ui, r, y == down - 1, x == 0);
            if (times.size() == 1 || k == 0) out.words.push_back({r.x, r.y - 0.5f * title * s, Anchor::start, true, panels::shown(panels::lane_title(scene, pane))});
        }
        const Rect first = column.panes.front();
        const float middle = times.size() > 1 ? first.x + first.width / 2 : first.x;
        out.words.push_back({middle, 0.6f * head * s, times.size() > 1 ? Anchor::middle : Anchor::start, false, panels::clock_label(panels::clock_of(scene), times[k], 2)});
        const float below = n(static_cast<int>(legend.size() + arrows.size())) * line_height - 2, wide = (times.size() > 1 ? 0.5f : 0.62f) * cell * s, high = 0.6f * out.size;
        if (coloured) column.scale = {first.x, out.height - ((hued ? 2 : 1) * scale_height + below) * s, wide, high};
        if (hued && (k == 0 || (scene.view.colour != "start" && scene.view.colour != "label"))) column.hues = {first.x, out.height - (scale_height + below) * s, wide, high};
        for (std::size_t i = 0; i < arrows.size(); ++i)
            column.arrows.push_back({arrows[i].first, first.x, out.height - (n(static_cast<int>(legend.size() + arrows.size() - i)) - 0.4f) * line_height * s, 2.4f * out.size, panels::shown(arrows[i].second[0]), panels::shown(arrows[i].second[1])});
        out.columns.push_back(std::move(column));
    }
    for (std::size_t i = 0; i < legend.size(); ++i)
        out.words.push_back({left * s, out.height - (n(static_cast<int>(legend.size() - i)) - 0.4f) * line_height * s, Anchor::start, true, legend[i]});
    return out;
}

Reach page_reach(const SheetPage& page, const Scene& scene, const panels::UiState& given) {
    panels::UiState ui = given;
    ui.scale = page.ui_scale, ui.titled = false;
    panels::Layout layout;
    for (const SheetPage::Column& column : page.columns) layout.panes.insert(layout.panes.end(), column.panes.begin(), column.panes.end());
    return panels::shown_reach(ui, panels::scene_box(scene), layout);
}

std::vector<std::string> scale_ends(const Scene& scene, const panels::DensityLegend& legend) {
    if (!(legend.maximum > 0) || (!shows(scene.view, "density") && !shows(scene.view, "difference") && !shows(scene.view, "error"))) return {};
    const bool both = shows(scene.view, "difference") && !shows(scene.view, "error");
    std::vector<std::string> out{both ? fmt::format("−{:.3g}", legend.maximum) : "0", fmt::format("{:.3g}", legend.maximum)};
    out.push_back(shows(scene.view, "error") ? "error of u" : both ? "p − pₜ" : fmt::format("p,  ∫ p dx = {:.3f}", legend.integral));
    return out;
}

std::optional<KeyArrow> key_arrow(const SheetPage::Column& column, const SheetPage::ArrowKey& key, const Scene& scene, const panels::UiState& ui, const Results& results) {
    const double unit = panels::pane_camera(ui, panels::scene_box(scene), column.panes.front()).units_per_pixel;
    for (std::size_t lane = 0; lane < column.panes.size(); ++lane)
        if (const auto round = round_arrow(arrows_at(results.fields, lane, key.field, column.t, least_arrow_cell * static_cast<double>(ui.scale) * unit), key.room * unit))
            return KeyArrow{{key.x, key.middle, key.x + static_cast<float>(round->length / unit), key.middle}, fmt::format("{} = {:g} {}", key.name, round->magnitude, key.unit)};
    return {};
}

std::vector<std::pair<Rect, std::size_t>> patches(const SheetPage& page, const SheetPage::Column& column, std::size_t count) {
    std::vector<std::pair<Rect, std::size_t>> out;
    const float side = column.hues.height, step = side + 2.2f * page.size;
    for (std::size_t i = 0; i < count && column.hues.x + static_cast<float>(i + 1) * step <= page.width; ++i) out.push_back({{column.hues.x + static_cast<float>(i) * step, column.hues.y, side, side}, i});
    return out;
}

std::vector<double> times_from(const std::string& text, const std::string& option) {
    std::vector<double> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        double t = -1;
        const auto [end, error] = std::from_chars(text.data() + at, text.data() + comma, t);
        if (error != std::errc() || end != text.data() + comma || !(t >= 0 && t <= 1) || out.size() == most_times)
            throw BadInput(fmt::format("{}: expected up to {} times from 0 to 1 with commas, such as 0,0.25,0.5,0.75,1, got '{}'", option, most_times, text));
        out.push_back(t);
        at = comma + 1;
    }
    return out;
}

}  // namespace pf
