#include <algorithm>

#include "app/panels/lecture_player.h"
#include "app/panels/panels.h"
#include "app/panels/widgets.h"
#include "app/runtime/limits.h"

namespace pf::panels {
namespace {

std::vector<char> buffer_of(const std::string& text, std::size_t most) {
    std::vector<char> out(most + 1, 0);
    std::copy_n(text.data(), std::min(text.size(), most), out.data());
    return out;
}

void confirm(Context& context) {
    WordsDialog& dialog = context.ui.words;
    Scene next = context.session.scene();
    next.title = dialog.title.data();
    next.sentence = dialog.sentence.data();
    // One line: what is pasted may hold more.
    for (std::string* words : {&next.title, &next.sentence}) std::replace(words->begin(), words->end(), '\n', ' ');
    dialog.open = false;
    if (!next.title.empty()) context.session.commit("title and sentence", std::move(next));
}

}  // namespace

void open_words_dialog(Context& context) {
    WordsDialog& dialog = context.ui.words;
    context.session.cancel_preview();
    dialog.title = buffer_of(context.session.scene().title, limits::title);
    dialog.sentence = buffer_of(context.session.scene().sentence, limits::sentence);
    dialog.open = dialog.fresh = true;
}

void draw_words_dialog(Context& context, const Layout& layout) {
    WordsDialog& dialog = context.ui.words;
    if (!begin_dialog("##words", "Title and sentence", dialog.open, context.ui, layout)) return;
    const ImGuiStyle& style = ImGui::GetStyle();
    const bool stop = shown_stop(context.ui, context.session.scene()) != nullptr;
    bool entered = false;
    {
        const Disabled disabled(stop);
        ImGui::SetNextItemWidth(-1);
        if (dialog.fresh && !stop) ImGui::SetKeyboardFocusHere();
        entered |= ImGui::InputTextWithHint("##title", "title", dialog.title.data(), dialog.title.size(), ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
        if (stop) tooltip("the title of a stop stays: it is by what the lecture knows it");
    }
    if (dialog.fresh && stop) ImGui::SetKeyboardFocusHere();
    const float foot = ImGui::GetFrameHeight() + style.ItemSpacing.y;
    ImGui::InputTextMultiline("##sentence", dialog.sentence.data(), dialog.sentence.size(), {-1, std::max(2 * ImGui::GetFontSize(), ImGui::GetContentRegionAvail().y - foot)});
    tooltip(stop ? "the caption: one sentence, what is being seen" : "one sentence: what is being seen");
    const bool named = dialog.title[0] != 0;
    {
        const Disabled disabled(!named);
        if (ImGui::Button("Change")) entered = true;
        if (!named) tooltip("a scene has a title");
    }
    ImGui::SameLine();
    if (ImGui::Button("Cancel")) dialog.open = false;
    dialog.fresh = false;
    ImGui::EndPopup();
    if (entered && named) confirm(context);
}

}  // namespace pf::panels
