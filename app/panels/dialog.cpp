#include <algorithm>

#include "app/panels/panels.h"
#include "app/panels/widgets.h"

namespace pf::panels {

Rect dialog_rect(const UiState& ui, const Layout& layout) {
    const float full_width = layout.time_bar.width, full_height = layout.time_bar.y + layout.time_bar.height;
    if ((!ui.files.open && !ui.film.open && !ui.words.open) || full_width < 40 || full_height < 40) return {};
    const ImVec2 size = ui.files.open ? ImVec2{640, 480} : ui.film.open ? ImVec2{760, ui.film.running ? 230.f : 640.f} : ImVec2{560, ui.words.stop ? 480.f : 230.f};
    const float width = std::min(size.x * ui.scale, full_width * 0.96f), height = std::min(size.y * ui.scale, full_height * 0.96f);
    return {(full_width - width) / 2, (full_height - height) / 2, width, height};
}

bool begin_dialog(const char* id, const std::string& title, bool open, const UiState& ui, const Layout& layout) {
    if (layout.time_bar.width < 40 || layout.time_bar.y + layout.time_bar.height < 40) return false;
    if (open && !ImGui::IsPopupOpen(id)) ImGui::OpenPopup(id);
    const Rect place = dialog_rect(ui, layout);
    if (place.width > 0) ImGui::SetNextWindowPos({place.x, place.y}), ImGui::SetNextWindowSize({place.width, place.height});
    if (!ImGui::BeginPopupModal(id, nullptr, ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings)) return false;
    if (!open) ImGui::CloseCurrentPopup();
    const WithFont font(title_font());
    text(title);
    return true;
}

}  // namespace pf::panels
