#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "app/panels/legend_lines.h"
#include "app/panels/plot.h"
#include "app/panels/widgets.h"

namespace pf::panels {
namespace {

void draw_colour_bar(const Sheet& s, const std::array<std::uint32_t, 256>* colours, ImVec2 at, float width, float height) {
    constexpr int parts = 64;
    for (int i = 0; i < parts; ++i) {
        const float f = (static_cast<float>(i) + 0.5f) / parts, x0 = at.x + width * static_cast<float>(i) / parts, x1 = at.x + width * static_cast<float>(i + 1) / parts;
        s.draw.AddRectFilled({x0, at.y}, {x1, at.y + height}, colours ? (*colours)[static_cast<std::size_t>(f * 255)] : rgba(s.p.accent, f));
    }
    s.draw.AddRect(at, {at.x + width, at.y + height}, rgba(s.p.muted));
}

// The colours of the particles of an entry: some of them where they differ, else one of each lane.
std::vector<ImU32> particle_inks(const Sheet& s, const PaneView& view, const std::vector<int>& lanes) {
    if (view.scene.view.colour == "start" && view.heat_map.colours) return {view.heat_map.start_colours.begin(), view.heat_map.start_colours.end()};
    std::vector<ImU32> out;
    const bool flat = view.scene.view.shape == "flat";
    for (const int lane : lanes) {
        const auto i = static_cast<std::size_t>(lane);
        const DensityLegend& shown = view.heat_map.lanes[i];
        if (flat && !shown.labels.empty()) out.push_back(rgba(s.p.labels[static_cast<std::size_t>(shown.labels.front().place) % s.p.labels.size()]));
        else if (flat && shown.particles_high > shown.particles_low && view.heat_map.particle_colours) out.push_back((*view.heat_map.particle_colours)[160]);
        else out.push_back(rgba(s.p.lanes[i]));
    }
    return out;
}

// A line and the lanes it holds for, each with its value.
struct Entry {
    LegendLine line;
    std::vector<int> lanes;
    std::vector<std::string> values;
};

// A density and what is said of it are worded together, everything else for itself.
LegendLine::Kind worded_with(LegendLine::Kind kind) { return kind == LegendLine::Kind::plain || kind == LegendLine::Kind::frame ? LegendLine::Kind::density : kind; }

constexpr Detail most_detail = 2;
using Wording = std::array<std::vector<LegendLine>, most_detail + 1>;  // of a lane, in few words and in more
using Details = std::map<LegendLine::Kind, Detail>;                    // by worded_with(); none: in few words

Wording wording(const Sheet& s, const PaneView& view, int lane, float key) {
    Wording out;
    for (Detail d = 0; d <= most_detail; ++d) out[static_cast<std::size_t>(d)] = legend_lines(s, view, lane, d, key);
    return out;
}

std::vector<LegendLine> lines_of(const Wording& wording, const Details& details) {
    std::vector<LegendLine> out;
    std::vector<LegendLine::Kind> done;
    for (const LegendLine& first : wording.back()) {
        const auto kind = worded_with(first.kind);
        if (std::find(done.begin(), done.end(), kind) != done.end()) continue;
        done.push_back(kind);
        const auto found = details.find(kind);
        for (const LegendLine& line : wording[static_cast<std::size_t>(found == details.end() ? 0 : found->second)])
            if (worded_with(line.kind) == kind) out.push_back(line);
    }
    return out;
}

// What all lanes have in common stands once; the rest beside the like of other lanes.
std::vector<Entry> merged(const std::vector<int>& lanes, const std::vector<Wording>& wordings, const Details& details) {
    std::vector<Entry> out;
    for (std::size_t k = 0; k < lanes.size(); ++k)
        for (const LegendLine& line : lines_of(wordings[k], details)) {
            const int lane = lanes[k];
            const auto same = [&](const Entry& e) { return e.line.kind == line.kind && e.line.text == line.text && std::abs(e.line.arrow - line.arrow) < 1; };
            auto found = std::find_if(out.begin(), out.end(), [&](const Entry& e) { return same(e) && e.lanes.back() != lane; });
            if (found == out.end()) {
                const auto like = std::find_if(out.rbegin(), out.rend(), [&](const Entry& e) { return e.line.kind == line.kind; });
                found = out.insert(like == out.rend() || line.kind == LegendLine::Kind::plain ? out.end() : like.base(), Entry{line, {}, {}});
            }
            found->lanes.push_back(lane);
            found->values.push_back(line.value);
        }
    for (Entry& e : out) {
        if (std::all_of(e.values.begin(), e.values.end(), [&](const std::string& v) { return v == e.values.front(); })) e.values.resize(1);
        else if (e.line.ends && e.values.size() > 2) e.values = {*std::min_element(e.values.begin(), e.values.end()) + " … " + *std::max_element(e.values.begin(), e.values.end())};
    }
    return out;
}

float key_width(const Sheet& s, const PaneView& view, const Entry& e) {
    using Kind = LegendLine::Kind;
    switch (e.line.kind) {
        case Kind::plain:
        case Kind::uncoloured: return 0;
        case Kind::particles: return (2 + 9 * static_cast<float>(particle_inks(s, view, e.lanes).size())) * s.scale;
        case Kind::circle: return 14 * s.scale;
        case Kind::trajectories: return 1.4f * legend_key * s.scale;
        default: return legend_key * s.scale;
    }
}

void draw_key(const Sheet& s, const PaneView& view, const Entry& entry, ImVec2 at, float width) {
    const LegendLine& line = entry.line;
    using Kind = LegendLine::Kind;
    const float middle = at.y + s.size / 2, unit = s.scale;
    const auto arrow = [&](ImU32 ink, float from, float to, float head, float weight) {
        s.draw.AddLine({from, middle}, {to, middle}, ink, weight * unit);
        for (const float side : {-0.55f, 0.55f}) s.draw.AddLine({to, middle}, {to - head, middle + side * head}, ink, weight * unit);
    };
    switch (line.kind) {
        case Kind::plain:
        case Kind::uncoloured: return;
        case Kind::density: return draw_colour_bar(s, view.heat_map.colours, {at.x, middle - 4 * unit}, width, 8 * unit);
        case Kind::scale: return draw_colour_bar(s, view.heat_map.particle_colours, {at.x, middle - 4 * unit}, width, 8 * unit);
        case Kind::particles:
            for (float x = at.x + 5.5f * unit; const ImU32 ink : particle_inks(s, view, entry.lanes)) s.draw.AddCircleFilled({x, middle}, 3.5f * unit, ink), x += 9 * unit;
            return;
        case Kind::trails:  // fading, as far as they go back
            for (int i = 0; i < 8; ++i) s.draw.AddCircleFilled({at.x + 3 * unit + (width - 7 * unit) * static_cast<float>(i) / 7, middle}, (i == 7 ? 3.5f : 2.4f) * unit, rgba(s.p.text, 0.1f + 0.9f * static_cast<float>(i * i) / 49));
            return;
        case Kind::labels:
            for (int i = 0; i < 4; ++i) s.draw.AddCircleFilled({at.x + width * (static_cast<float>(i) + 0.5f) / 4, middle}, 3.5f * unit, rgba(s.p.labels[static_cast<std::size_t>(i)]));
            return;
        case Kind::trajectories: {  // a ring at the source, a square at the data
            const ImVec2 ends[2] = {{at.x + 6 * unit, middle}, {at.x + width - 6 * unit, middle}};
            draw_curve(s.draw, ends, rgba(s.p.text, 0.85f), unit, line.dashed);
            s.draw.AddCircle({at.x + 3 * unit, middle}, 2.6f * unit, rgba(s.p.text), 0, unit);
            return s.draw.AddRectFilled({at.x + width - 6 * unit, middle - 3 * unit}, {at.x + width, middle + 3 * unit}, rgba(s.p.text));
        }
        case Kind::frame: return s.draw.AddRect({at.x + width / 4, middle - 5 * unit}, {at.x + 3 * width / 4, middle + 5 * unit}, rgba(s.p.muted), 0, 0, s.stroke * unit);
        case Kind::contour: return s.draw.AddLine({at.x, middle}, {at.x + width, middle}, rgba(s.p.text), 2 * unit);
        case Kind::streamlines: return arrow(rgba(s.p.text, 0.85f), at.x, at.x + width, 6 * unit, 1.2f);
        case Kind::texture:
            for (int i = 0; i < 4; ++i) {
                const float y = middle + (static_cast<float>(i) - 1.5f) * 3 * unit, shift = i % 2 == 0 ? 0 : 0.3f * width;
                s.draw.AddLine({at.x + shift, y}, {at.x + shift + 0.7f * width, y}, rgba(s.p.muted, 0.8f), 1.4f * unit);
            }
            return;
        case Kind::grid:
            for (int i = 0; i < 3; ++i) s.draw.AddLine({at.x + width * static_cast<float>(i + 1) / 4, middle - 5 * unit}, {at.x + width * static_cast<float>(i + 1) / 4, middle + 5 * unit}, rgba(s.p.text, 0.6f), unit);
            for (const float y : {-3.f, 3.f}) s.draw.AddLine({at.x, middle + y * unit}, {at.x + width, middle + y * unit}, rgba(s.p.text, 0.6f), unit);
            return;
        case Kind::circle: return s.draw.AddCircle({at.x + width / 2, middle}, 5 * unit, rgba(s.p.accent), 0, 2 * unit);
        case Kind::denoiser: return arrow(rgba(s.p.accent), at.x + 4 * unit, at.x + width - 4 * unit, 6 * unit, 1.5f);
        case Kind::drift: return arrow(rgba(s.p.drift), at.x + 4 * unit, at.x + width - 4 * unit, 6 * unit, 2);
        case Kind::noise: return arrow(rgba(s.p.noise), at.x + 4 * unit, at.x + width - 4 * unit, 6 * unit, 2);
        case Kind::velocity:
        case Kind::score: {
            const float end = at.x + (width + line.arrow) / 2;
            return arrow(rgba(line.kind == Kind::velocity ? s.p.velocity : s.p.score), end - line.arrow, end, 0.32f * line.arrow, 1.5f);
        }
    }
}

// Lane numbers where it does not hold for all, the key, the words, the values; draws, or only measures. Returns its width.
float write(const Sheet& s, const PaneView& view, const Entry& e, ImVec2 at, bool all, bool draws) {
    const float start = at.x;
    const auto put = [&](Rgb ink, const std::string& words) {
        if (draws) s.text(at.x, at.y, ink, words);
        at.x += s.width(words);
    };
    if (!all)
        for (const int lane : e.lanes) put(s.p.lanes[static_cast<std::size_t>(lane)], std::to_string(lane + 1) + " ");
    if (const float key = key_width(s, view, e); key > 0) {
        if (draws) draw_key(s, view, e, at, key);
        at.x += key + 7 * s.scale;
    }
    put(s.p.text, e.line.text);
    for (std::size_t i = 0; i < e.values.size() && !e.values[i].empty(); ++i) {
        put(s.p.text, i ? " · " : " ");
        put(e.values.size() > 1 ? s.p.lanes[static_cast<std::size_t>(e.lanes[i])] : s.p.text, e.values[i]);
    }
    // Numbers that go with t keep the room that they would take if they differed.
    if (!draws && e.line.ends && e.lanes.size() > 1 && e.values.size() == 1 && e.values[0].find("…") == std::string::npos) at.x += s.width(" · " + e.values[0]);
    return at.x - start;
}

// What stays longest where there is little room.
int rank(const LegendLine& line) {
    using Kind = LegendLine::Kind;
    switch (line.kind) {
        case Kind::density: return 6;
        case Kind::plain: return line.value.empty() ? 1 : 5;
        case Kind::scale:
        case Kind::uncoloured:
        case Kind::labels: return 4;
        case Kind::particles: return 2;
        case Kind::trails: return 0;
        default: return 3;
    }
}

struct Arranged {
    std::vector<Entry> entries;
    struct Place {
        float x;
        int row;
    };
    std::vector<Place> places;
    bool whole = true;  // or, where nobody can point at the "…" for the rest, only shorter in words
    float top = 0;
};

constexpr const char* more_of_it = "…";

Sheet legend_sheet(ImDrawList& draw, const PaneView& view, const Layout& layout, const std::vector<int>& lanes) {
    ImFont* font = small_font();
    return {draw, layout.legend, pane_camera(view.ui, scene_box(view.scene), layout.panes[static_cast<std::size_t>(lanes.front())]), palette(view.ui.theme), view.ui.scale, font, font->FontSize};
}

// Into the rows of the strip, the last of which keeps `reserve` free; false where they do not fit.
bool place(const Sheet& s, const PaneView& view, std::size_t lanes, int rows, float reserve, Arranged& out) {
    const float left = s.pane.x + s.margin(), right = s.pane.x + s.pane.width - s.margin();
    out.places.clear();
    Arranged::Place at{left, 0};
    const float space = 18 * s.scale;
    const auto width_of = [&](const Entry& e) { return write(s, view, e, {left, 0}, e.lanes.size() == lanes, false); };
    const auto end = [&] { return right - (at.row == rows - 1 ? reserve : 0); };
    for (std::size_t i = 0; i < out.entries.size(); ++i) {
        const Entry& e = out.entries[i];
        const float width = width_of(e);
        if (at.x > left && at.x + width > end()) at = {left, at.row + 1};
        // A density and its number stand in one row where there is another.
        const bool numbered = e.line.kind == LegendLine::Kind::density && i + 1 < out.entries.size() && !out.entries[i + 1].line.value.empty();
        if (numbered && at.x > left && at.row + 1 < rows)
            if (const float both = width + space + width_of(out.entries[i + 1]); at.x + both > end() && left + both <= right - reserve) at = {left, at.row + 1};
        if (at.row == rows || at.x + width > end()) return false;
        out.places.push_back(at);
        at.x += width + space;
    }
    return true;
}

Arranged arranged(const Sheet& s, const PaneView& view, const std::vector<int>& lanes) {
    const float row = legend_row * s.scale, key = legend_key * s.scale, rest = s.width(more_of_it) + 8 * s.scale;
    const int rows = std::max(1, static_cast<int>(s.pane.height / row + 0.01f));
    std::vector<Wording> wordings;
    for (const int lane : lanes) wordings.push_back(wording(s, view, lane, key));
    Arranged out;
    out.top = s.pane.y + (s.pane.height - static_cast<float>(rows) * row) / 2;
    const auto fits = [&](const Details& details, bool whole) {
        out.entries = merged(lanes, wordings, details);
        out.whole = whole || !view.pointed;
        return place(s, view, lanes.size(), rows, out.whole ? 0 : rest, out);
    };
    Details details;
    for (const Wording& words : wordings)
        for (const LegendLine& line : words.back()) details[worded_with(line.kind)] = most_detail;
    if (fits(details, true)) return out;
    // In few words, then as many more as there is room for, first for what stays longest.
    std::vector<LegendLine::Kind> kinds;
    for (auto& [kind, detail] : details) kinds.push_back(kind), detail = 0;
    std::stable_sort(kinds.begin(), kinds.end(), [](auto a, auto b) { return rank({a, {}}) > rank({b, {}}); });
    if (fits(details, false)) {
        for (Detail more = 1; more <= most_detail; ++more)
            for (const auto kind : kinds) {
                const Detail before = std::exchange(details[kind], more);
                if (before != more - 1 || !fits(details, false)) details[kind] = before;
            }
        fits(details, false);
        return out;
    }
    out.whole = false;
    while (out.entries.size() > 1 && !place(s, view, lanes.size(), rows, rest, out)) {
        const auto least = std::min_element(out.entries.rbegin(), out.entries.rend(), [](const Entry& a, const Entry& b) { return rank(a.line) < rank(b.line); });
        out.entries.erase(std::next(least).base());
    }
    if (out.places.size() < out.entries.size()) out.places.assign(1, {s.pane.x + s.margin(), 0});
    return out;
}

}  // namespace

void draw_legend(ImDrawList& draw, const PaneView& view, const Layout& layout, const std::vector<int>& lanes) {
    const Rect& r = layout.legend;
    if (lanes.empty() || r.height < small_font()->FontSize) return;
    write_in(view.ui.convention);
    const Sheet s = legend_sheet(draw, view, layout, lanes);
    const Arranged all = arranged(s, view, lanes);
    const float row = legend_row * s.scale;
    for (std::size_t i = 0; i < all.entries.size(); ++i)
        write(s, view, all.entries[i], {all.places[i].x, all.top + static_cast<float>(all.places[i].row) * row + (row - s.size) / 2}, all.entries[i].lanes.size() == lanes.size(), true);
    if (!all.whole) s.text(r.x + r.width - s.margin() - s.width(more_of_it), r.y + r.height - row / 2 - s.size / 2, s.p.text, more_of_it);
}

void show_whole_legend(const PaneView& view, const Layout& layout, const std::vector<int>& lanes) {
    const Rect& r = layout.legend;
    const float row = legend_row * view.ui.scale;
    if (lanes.empty() || r.height < small_font()->FontSize || ImGui::GetIO().WantCaptureMouse || !mouse_rests_in({r.x + r.width - 2 * row, r.y + r.height - row}, {r.x + r.width, r.y + r.height})) return;
    if (arranged(legend_sheet(*ImGui::GetBackgroundDrawList(), view, layout, lanes), view, lanes).whole) return;
    ImGui::BeginTooltip();
    const Sheet s = legend_sheet(*ImGui::GetWindowDrawList(), view, layout, lanes);
    std::vector<Wording> wordings;
    Details details;
    for (const int lane : lanes) {
        wordings.push_back(wording(s, view, lane, legend_key * s.scale));
        for (const LegendLine& line : wordings.back().back()) details[worded_with(line.kind)] = most_detail;
    }
    for (const Entry& e : merged(lanes, wordings, details)) {
        const bool all = e.lanes.size() == lanes.size();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImGui::Dummy({write(s, view, e, at, all, false), s.size});
        write(s, view, e, at, all, true);
    }
    ImGui::EndTooltip();
}

}  // namespace pf::panels
