#include "app/panels/farewell.h"

#include <algorithm>
#include <vector>

#include "app/panels/keys.h"
#include "app/panels/panels.h"
#include "app/panels/sheet.h"

namespace pf::panels {
namespace {

struct Answer {
    const char *label, *request, *meaning;
    int key, mods = 0;  // GLFW's; Enter gives the first answer, and what loses something takes Shift: hands may be at work when the question comes
};

// The safest first: nothing is lost by it.
std::vector<Answer> answers(const Farewell& farewell) {
    std::vector<Answer> out;
    if (farewell.state == Farewell::State::film) {
        out = {{"When it is done (Enter)", "quit film", "the window stays open until the film is written", 'W'}, {"Stop the film (Shift+X)", "quit stop", "nothing of it is left", 'X', key::shift}};
    } else if (farewell.state == Farewell::State::lecture) {
        out = {{"Save the lecture (Enter)", "quit lecture", "as a new file in the current folder, as File → Save lecture does", 'S'}, {"Discard (Shift+D)", "quit leave", "the changes are lost for good", 'D', key::shift}};
    } else {
        out = {{"Save (Enter)", "quit save", "to its file, or one that you choose; then the window closes", 'S'}};
        if (farewell.keepable) out.push_back({"Keep (K)", "quit keep", "without a name: it is offered at the next start", 'K'});
        out.push_back({"Discard (Shift+D)", "quit discard", "it is lost for good", 'D', key::shift});
    }
    out.push_back({"Stay (Esc)", "", "the window stays open", key::escape});
    return out;
}

std::string sentence_of(const UiState& ui) {
    if (ui.farewell.state != Farewell::State::film) return ui.farewell.sentence;
    const std::string left = ui.film.running && ui.film.running->frames > 0 ? fmt::format(" (frame {} of {})", ui.film.running->frame, ui.film.running->frames) : "";
    return fmt::format("A film is being made{}.", left);
}

void give(Context& context, const Answer& answer) {
    context.ui.farewell.state = Farewell::State::none;
    if (*answer.request) context.ask(answer.request);
}

}  // namespace

bool answer_farewell(Context& context, int code, int mods) {
    const auto all = answers(context.ui.farewell);
    const bool pressed = mods == 0 && (code == key::enter || code == key::keypad_enter);
    if (pressed && ImGui::IsAnyItemFocused()) return true;  // the button that the arrows stand on
    const auto chosen = pressed ? all.begin() : std::find_if(all.begin(), all.end(), [&](const Answer& a) { return a.key == code && a.mods == mods; });
    if (chosen != all.end()) give(context, *chosen);
    return true;
}

void draw_farewell(Context& context, const Layout& layout) {
    UiState& ui = context.ui;
    const char* id = "##farewell";
    const float full_width = layout.time_bar.width, full_height = layout.time_bar.y + layout.time_bar.height, pad = 14 * ui.scale;
    if (full_width < 40 || full_height < 40) return;
    if (ui.farewell.asks() && !ImGui::IsPopupOpen(id)) ImGui::OpenPopup(id);
    if (!ImGui::IsPopupOpen(id)) return;
    ImGui::SetNextWindowPos({full_width / 2, full_height / 2}, ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::SetNextWindowSize({std::min(520 * ui.scale, full_width * 0.96f), 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {pad, pad});
    const bool open = ImGui::BeginPopupModal(id, nullptr, ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize);
    ImGui::PopStyleVar();
    if (!open) return;
    if (!ui.farewell.asks()) return ImGui::CloseCurrentPopup(), ImGui::EndPopup();
    {
        const WithFont font(title_font());
        text("Quit?");
    }
    ImGui::PushTextWrapPos(0);
    text(sentence_of(ui));
    ImGui::PopTextWrapPos();
    ImGui::Spacing();
    const auto all = answers(ui.farewell);
    const float right = ImGui::GetWindowWidth() - pad;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const float width = ImGui::CalcTextSize(all[i].label).x + 2 * ImGui::GetStyle().FramePadding.x;
        if (i > 0) ImGui::SameLine();
        if (i > 0 && ImGui::GetCursorPosX() + width > right) ImGui::NewLine();
        if (ImGui::Button(all[i].label)) give(context, all[i]);
        tooltip(all[i].meaning);
    }
    ImGui::EndPopup();
}

}  // namespace pf::panels
