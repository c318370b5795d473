#include <algorithm>
#include <utility>

#include "app/panels/panels.h"

namespace pf::panels {

void draw_help(Context& context, const Layout& layout) {
    if (!context.ui.help_open || layout.canvas.width < 1 || layout.canvas.height < 1) return;
    const float scale = context.ui.scale, full_width = layout.time_bar.width, full_height = layout.time_bar.y + layout.time_bar.height;
    const float width = std::min(1200 * scale, full_width * 0.96f), height = std::min(672 * scale, full_height * 0.96f);
    const WithColour ground(ImGuiCol_WindowBg, vec4(palette(context.ui.theme).panel));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 6 * scale);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, std::max(1.f, scale));
    ImGui::SetNextWindowFocus();
    {
        const Window window("help", {(full_width - width) / 2, std::max(0.f, (full_height - height) / 2), width, height}, 0, Window::Level::above);
        if (window) {
            {
                const WithFont font(title_font());
                text("Shortcuts");
            }
            ImGui::SameLine();
            ImGui::SetCursorPosX(std::max(0.f, ImGui::GetWindowContentRegionMax().x - ImGui::GetFontSize() * 4));
            if (ImGui::Button("Close")) context.ui.help_open = false;
            muted("Wheel zooms (a plot in a panel: Ctrl+wheel), drag pans, Shift+drag draws a box, pointing picks a particle and a click pins it. Double click on a slider's name resets it, Ctrl+click types a value.", context.ui.theme);
            if (const int lines = std::exchange(context.ui.help_scroll, 0)) ImGui::SetScrollY(ImGui::GetScrollY() + static_cast<float>(3 * lines) * ImGui::GetTextLineHeightWithSpacing());
            const auto& list = shortcuts();
            // As many side by side as fit.
            const std::size_t columns = width >= 1080 * scale ? 3 : width >= 700 * scale ? 2 : 1, rows = (list.size() + columns - 1) / columns;
            const WithFont font(small_font());
            if (ImGui::BeginTable("##keys", static_cast<int>(2 * columns))) {
                for (std::size_t c = 0; c < columns; ++c) {
                    float keys = 1;
                    for (std::size_t i = c * rows; i < std::min(list.size(), (c + 1) * rows); ++i) keys = std::max(keys, ImGui::CalcTextSize(std::string(list[i].keys).c_str()).x);
                    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, keys);
                    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthStretch, 1);
                }
                for (std::size_t i = 0; i < rows; ++i) {
                    ImGui::TableNextRow();
                    for (std::size_t j = i; j < list.size(); j += rows) {
                        ImGui::TableNextColumn();
                        ImGui::TextColored(vec4(palette(context.ui.theme).accent), "%s", std::string(list[j].keys).c_str());
                        ImGui::TableNextColumn();
                        ImGui::PushTextWrapPos(0);
                        text(list[j].meaning);
                        ImGui::PopTextWrapPos();
                    }
                }
                ImGui::EndTable();
            }
        }
    }
    ImGui::PopStyleVar(2);
}

}  // namespace pf::panels
