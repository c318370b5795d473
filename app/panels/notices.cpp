#include <algorithm>

#include "app/panels/panels.h"

namespace pf::panels {

// Toasts from the foot of the canvas upwards, newest lowest; they take no mouse.
void draw_notices(Context& context, const Layout& layout) {
    const Palette& p = palette(context.ui.theme);
    const float scale = context.ui.scale, padding = 10 * scale, width = std::min(460 * scale, layout.canvas.width - 4 * padding);
    if (width < 20 || layout.canvas.height < 1) return;
    ImDrawList& draw = *ImGui::GetForegroundDrawList();
    ImFont* font = body_font();
    const float size = font->FontSize, left = layout.canvas.x + (layout.canvas.width - width) / 2;
    float bottom = layout.canvas.y + layout.canvas.height - 3 * padding;
    for (auto notice = context.notices.rbegin(); notice != context.notices.rend(); ++notice) {
        const Rgb edge = notice->level == Notice::Level::error ? p.error : notice->level == Notice::Level::warning ? p.warning : p.accent;
        const float inner = std::max(1.f, width - 3 * padding), height = font->CalcTextSizeA(size, 1e6f, inner, notice->text.c_str()).y + 2 * padding;
        if (bottom - height < layout.canvas.y) return;
        draw.AddRectFilled({left, bottom - height}, {left + width, bottom}, rgba(p.panel, 0.97f), 6 * scale);
        draw.AddRect({left, bottom - height}, {left + width, bottom}, rgba(p.border), 6 * scale);
        draw.AddRectFilled({left, bottom - height}, {left + 4 * scale, bottom}, rgba(edge), 6 * scale);
        draw.AddText(font, size, {left + 2 * padding, bottom - height + padding}, rgba(p.text), notice->text.c_str(), nullptr, inner);
        bottom -= height + padding / 2;
    }
}

}  // namespace pf::panels
