#include <algorithm>
#include <string>
#include <utility>

#include "app/panels/panels.h"
#include "app/panels/sheet.h"
#include "app/panels/spoken.h"

namespace pf::panels {

// Toasts from the head of the canvas downwards, below the panes' titles, newest first: time stands at the foot. They take no mouse.
void draw_notices(Context& context, const Layout& layout) {
    const Palette& p = palette(context.ui.theme);
    const float scale = context.ui.scale, padding = 10 * scale, width = std::min(460 * scale, layout.canvas.width - 4 * padding);
    if (width < 20 || layout.canvas.height < 1 || layout.panes.empty()) return;
    ImDrawList& draw = *ImGui::GetForegroundDrawList();
    ImFont* font = body_font();
    const float size = font->FontSize, left = layout.canvas.x + (layout.canvas.width - width) / 2;
    const float limit = layout.panes.front().y + 0.65f * layout.panes.front().height;
    bool newest = true;
    const Rect offer = recovery_rect(context.ui, layout);
    float top = offer.height > 0 ? offer.y + offer.height + padding / 2 : layout.canvas.y + title_room * scale;
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
