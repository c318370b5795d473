#include <algorithm>
#include <string>
#include <utility>

#include "app/panels/panels.h"
#include "app/panels/sheet.h"
#include "app/panels/spoken.h"

namespace pf::panels {

// Toasts from the head of the canvas downwards, below the panes' titles and what a tool does, newest first: time stands at the foot. Beside a dialog, where there is room. They take no mouse.
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
    bool newest = true;
    const Rect offer = recovery_rect(context.ui, layout);
    float top = offer.height > 0 ? offer.y + offer.height + padding / 2 : layout.canvas.y + title_room * scale;
    if (edits_data(context.ui.tool)) top += small_font()->FontSize + 12 * scale;  // what the tool does stands there
    for (auto notice = context.notices.rbegin(); notice != context.notices.rend(); ++notice) {
        const Rgb edge = notice->level == Notice::Level::error ? p.error : notice->level == Notice::Level::warning ? p.warning : p.accent;
        const float inner = std::max(1.f, width - 3 * padding);
        const std::string words = broken(notice->text.starts_with("scene: ") ? shown(spoken(notice->text)) : with_minus(notice->text), font, inner);
        const float height = font->CalcTextSizeA(size, 1e6f, 0, words.c_str()).y + 2 * padding;
        if (!std::exchange(newest, false) && top + height > limit) return;
        const float bottom = top + height;
        draw.AddRectFilled({left, top}, {left + width, bottom}, rgba(p.panel, 0.97f), 6 * scale);
        draw.AddRect({left, top}, {left + width, bottom}, rgba(p.border), 6 * scale);
        draw.AddRectFilled({left, top}, {left + 4 * scale, bottom}, rgba(edge), 6 * scale);
        draw.AddText(font, size, {left + 2 * padding, top + padding}, rgba(p.text), words.c_str());
        top = bottom + padding / 2;
    }
}

}  // namespace pf::panels
