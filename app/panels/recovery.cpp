#include <algorithm>

#include "app/panels/panels.h"
#include "app/panels/sheet.h"

namespace pf::panels {
namespace {

std::string sentence_of(const std::vector<Leftover>& leftovers) {
    const std::string more = leftovers.size() > 1 ? fmt::format(", and {} more", leftovers.size() - 1) : "";
    return fmt::format("An earlier run ended without saving “{}” of {}{}.", leftovers.front().title, leftovers.front().written, more);
}

struct Size {
    float width, words, height;
};
Size size_of(const UiState& ui, const Layout& layout) {
    ImFont* font = body_font();
    const float pad = 10 * ui.scale, width = std::min(560 * ui.scale, layout.canvas.width - 2 * pad);
    const float words = font->CalcTextSizeA(font->FontSize, 1e6f, 0, broken(sentence_of(ui.leftovers), font, width - 2 * pad).c_str()).y;
    return {width, words, words + font->FontSize + 2 * ImGui::GetStyle().FramePadding.y + 2 * pad + ImGui::GetStyle().ItemSpacing.y};
}

}  // namespace

Rect recovery_rect(const UiState& ui, const Layout& layout) {
    if (ui.leftovers.empty() || ui.presenting || layout.canvas.width < 60 || layout.canvas.height < 60) return {};
    const Size size = size_of(ui, layout);
    const float top = std::min(title_room * ui.scale, std::max(0.f, layout.canvas.height - size.height));
    return {layout.canvas.x + (layout.canvas.width - size.width) / 2, layout.canvas.y + top, size.width, std::min(size.height, layout.canvas.height)};
}

// The program goes on behind it: whoever has no use for it is not held up.
void draw_recovery(Context& context, const Layout& layout) {
    const Rect rect = recovery_rect(context.ui, layout);
    if (rect.height < 1) return;
    const float scale = context.ui.scale, pad = 10 * scale;
    const WithColour ground(ImGuiCol_WindowBg, vec4(palette(context.ui.theme).panel)), edge(ImGuiCol_Border, vec4(palette(context.ui.theme).warning));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 6 * scale);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, std::max(1.f, scale));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {pad, pad});
    {
        const Window window("recovery", rect, ImGuiWindowFlags_NoFocusOnAppearing, Window::Level::above);
        if (window) {
            ImGui::PushTextWrapPos(0);
            text(sentence_of(context.ui.leftovers));
            ImGui::PopTextWrapPos();
            if (ImGui::Button("Recover (F8)###recover")) context.ask("recover");
            tooltip("opens it; what is on screen can be had back by undo");
            ImGui::SameLine();
            if (ImGui::Button("Discard (Shift+F8)###discard")) context.ask("discard");
            tooltip("it is not offered again");
        }
    }
    ImGui::PopStyleVar(3);
}

}  // namespace pf::panels
