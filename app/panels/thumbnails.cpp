#include "app/panels/thumbnails.h"

#include <algorithm>
#include <list>

namespace pf::panels {
namespace {

constexpr Eigen::Index dots = 120;

Points scaled_draws(const DataSpec& data) {
    Random random(1, "thumbnail");
    Points x = make_dataset(data)->sample(random, dots);
    // About the middle of its range, one scale for both axes; the outermost hundredth may touch the frame.
    Eigen::Array2f middle, half;
    for (int axis = 0; axis < 2; ++axis) {
        Column sorted = x.col(axis);
        std::sort(sorted.begin(), sorted.end());
        const float low = sorted(dots / 100), high = sorted(dots - 1 - dots / 100);
        middle(axis) = (low + high) / 2;
        half(axis) = (high - low) / 2;
    }
    const float reach = 1.06f * std::max({half(0), half(1), 1e-3f});
    for (int axis = 0; axis < 2; ++axis) x.col(axis) = ((x.col(axis) - middle(axis)) / reach).max(-1.f).min(1.f);
    return x;
}

// A name cut at the width, with an ellipsis.
std::string fitted(const std::string& name, float width) {
    const auto fits = [&](const std::string& text) { return ImGui::CalcTextSize(text.c_str()).x <= width; };
    if (fits(name)) return name;
    std::string kept = name;
    do {
        while (!kept.empty() && (static_cast<unsigned char>(kept.back()) & 0xC0) == 0x80) kept.pop_back();
        if (!kept.empty()) kept.pop_back();
        while (!kept.empty() && kept.back() == ' ') kept.pop_back();
    } while (!kept.empty() && !fits(kept + "…"));
    return kept + "…";
}

// So that what opens below and brings a scrollbar moves no tile under the mouse.
float scrollbar_to_come() { return ImGui::GetScrollMaxY() > 0 ? 0 : ImGui::GetStyle().ScrollbarSize; }

}  // namespace

const Points& thumbnail(const DataSpec& data) {
    static std::list<std::pair<DataSpec, Points>> kept;  // the last asked for in front
    const auto it = std::find_if(kept.begin(), kept.end(), [&](const auto& entry) { return entry.first == data; });
    if (it != kept.end()) {
        kept.splice(kept.begin(), kept, it);
        return it->second;
    }
    if (kept.size() >= most_thumbnails) kept.pop_back();
    kept.emplace_front(data, scaled_draws(data));
    return kept.front().second;
}

std::optional<std::string> tile_grid(const char* id, const std::vector<Tile>& tiles, std::string_view current, Theme theme) {
    const Id scope(id);
    std::optional<std::string> chosen;
    const Palette& p = palette(theme);
    const WithFont font(small_font());
    const float size = ImGui::GetFontSize(), gap = std::max(2.f, std::floor(0.3f * size)), room = ImGui::GetContentRegionAvail().x - scrollbar_to_come();
    const float wished = (short_window() ? 2.6f : 3.4f) * size;
    const int columns = std::max(1, static_cast<int>((room + gap) / (wished + gap)));
    const float width = std::max(1.f, std::floor((room - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns)));
    const float picture = std::floor(std::min(wished, width)), height = picture;
    const auto shows = std::find_if(tiles.begin(), tiles.end(), [&](const Tile& tile) { return tile.id == current; });
    if (shows != tiles.end()) text(shows->label);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const Tile& tile = tiles[i];
        if (i % static_cast<std::size_t>(columns) != 0) ImGui::SameLine(0, gap);
        const bool marked = tile.id == current, possible = tile.why_not.empty();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        {
            const Disabled greyed(!possible);
            if (ImGui::InvisibleButton(tile.id.c_str(), {width, height}) && !marked) chosen = tile.id;
            touch(id);
        }
        const bool hovered = ImGui::IsItemHovered(), focused = ImGui::IsItemFocused() && (ImGui::GetIO().ConfigFlags & ImGuiConfigFlags_NavEnableKeyboard) != 0;
        if (!ImGui::IsItemVisible()) continue;
        const ImVec2 end{at.x + width, at.y + height};
        const float rounding = ImGui::GetStyle().FrameRounding, alpha = possible ? 1 : 0.4f;
        draw.AddRectFilled(at, end, ImGui::GetColorU32(hovered && possible ? ImGuiCol_FrameBgHovered : ImGuiCol_FrameBg), rounding);
        if (marked || focused) draw.AddRect(at, end, rgba(marked ? p.accent : p.text), rounding, compat::all_corners, std::max(1.5f, size / 8));
        const ImVec2 centre{at.x + width / 2, at.y + picture / 2};
        const float half = picture / 2 - 0.25f * size, dot = std::max(0.6f, size / 16);
        const ImU32 ink = rgba(marked ? p.accent : p.text, (marked ? 0.95f : 0.7f) * alpha);
        if (tile.dots) {
            const auto n = static_cast<int>(tile.dots->rows());
            draw.PrimReserve(6 * n, 4 * n);
            for (int k = 0; k < n; ++k) {
                const float x = centre.x + half * (*tile.dots)(k, 0), y = centre.y - half * (*tile.dots)(k, 1);
                draw.PrimRect({x - dot, y - dot}, {x + dot, y + dot}, ink);
            }
        } else {
            const std::string sign = fitted(tile.sign, width - 2);
            const ImVec2 wide = ImGui::CalcTextSize(sign.c_str());
            draw.AddText({centre.x - wide.x / 2, centre.y - wide.y / 2}, ink, sign.c_str());
        }
        tooltip(possible ? tile.label + "\n" + tile.meaning : tile.label + "\n" + tile.why_not);
    }
    return chosen;
}

}  // namespace pf::panels
