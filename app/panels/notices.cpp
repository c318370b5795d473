#include <algorithm>
#include <iterator>
#include <string>

#include "app/panels/panels.h"
#include "app/panels/sheet.h"
#include "app/panels/spoken.h"

namespace pf::panels {

// Toasts from the head of the canvas downwards, below the panes' titles and what a tool does, newest first, three at most and how many more: time stands at the foot. Beside a dialog, where there is room. They take no mouse.
void draw_notices(Context& context, const Layout& layout) {
    const Palette& p = palette(context.ui.theme);
    const float scale = context.ui.scale, padding = 10 * scale;
    const Rect dialog = dialog_rect(context.ui, layout);
    const float beside = dialog.width > 0 ? layout.time_bar.width - (dialog.x + dialog.width) - 2 * padding : layout.canvas.width - 4 * padding, width = std::min(460 * scale, beside);
    if (width < (dialog.width > 0 ? 160 * scale : 20) || layout.canvas.height < 1 || layout.panes.empty()) return;
    ImDrawList& draw = *ImGui::GetForegroundDrawList();
    ImFont* font = body_font();
    const float size = font->FontSize, left = dialog.width > 0 ? dialog.x + dialog.width + padding : layout.canvas.x + (layout.canvas.width - width) / 2;
    const float limit = layout.panes.front().y + 0.65f * layout.panes.front().height;
    const Rect offer = recovery_rect(context.ui, layout);
    float top = offer.height > 0 ? offer.y + offer.height + padding / 2 : layout.canvas.y + title_room * scale;
    if (edits_data(context.ui.tool)) top += small_font()->FontSize + 12 * scale;  // what the tool does stands there
    const auto place = [&](float bottom, Notice::Level level) {
        draw.AddRectFilled({left, top}, {left + width, bottom}, rgba(p.panel, 0.97f), 6 * scale);
        draw.AddRect({left, top}, {left + width, bottom}, rgba(p.border), 6 * scale);
        draw.AddRectFilled({left, top}, {left + 4 * scale, bottom}, rgba(level == Notice::Level::error ? p.error : level == Notice::Level::warning ? p.warning : p.accent), 6 * scale);
    };
    constexpr std::size_t most = 3;
    const float count_height = small_font()->FontSize + padding;
    std::size_t shown_of_all = 0;
    for (auto notice = context.notices.rbegin(); notice != context.notices.rend(); ++notice, ++shown_of_all) {
        const float inner = std::max(1.f, width - 3 * padding);
        const std::string words = broken(notice->text.starts_with("scene: ") ? shown(spoken(notice->text)) : with_minus(notice->text), font, inner);
        const float bottom = top + font->CalcTextSizeA(size, 1e6f, 0, words.c_str()).y + 2 * padding;
        const bool last = std::next(notice) == context.notices.rend();
        if (shown_of_all == most || (shown_of_all > 0 && bottom + (last ? 0 : padding / 2 + count_height) > limit)) break;
        place(bottom, notice->level);
        draw.AddText(font, size, {left + 2 * padding, top + padding}, rgba(p.text), words.c_str());
        top = bottom + padding / 2;
    }
    const auto earlier = context.notices.size() - shown_of_all;
    if (earlier == 0) return;
    // The gravest of those that are not shown gives the colour.
    const auto gravest = std::max_element(context.notices.begin(), context.notices.begin() + static_cast<std::ptrdiff_t>(earlier), [](const Notice& a, const Notice& b) { return a.level < b.level; });
    place(top + count_height, gravest->level);
    draw.AddText(small_font(), small_font()->FontSize, {left + 2 * padding, top + padding / 2}, rgba(p.muted), fmt::format("{} earlier", earlier).c_str());
}

}  // namespace pf::panels
