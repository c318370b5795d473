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

// In lines of the field's width: Dear ImGui breaks none of its own.
std::string in_lines(const std::string& sentence, float width) { return broken(sentence, ImGui::GetFont(), width); }

// One line again, with spaces that are only spaces.
std::string in_one(std::string text) {
    constexpr std::string_view unbreakable = "\u00a0";
    for (std::size_t at = 0; (at = text.find(unbreakable, at)) != std::string::npos;) text.replace(at, unbreakable.size(), " ");
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

void confirm(Context& context, float width) {
    WordsDialog& dialog = context.ui.words;
    Scene next = context.session.scene();
    next.title = in_one(dialog.title.data());
    if (dialog.sentence.data() != in_lines(next.sentence, width)) next.sentence = in_one(dialog.sentence.data());
    dialog.open = false;
    context.session.commit("title and sentence", std::move(next));
}

}  // namespace

void open_words_dialog(Context& context) {
    WordsDialog& dialog = context.ui.words;
    context.session.cancel_preview();
    dialog.title = buffer_of(context.session.scene().title, limits::title);
    dialog.open = dialog.fresh = true;
}

void draw_words_dialog(Context& context, const Layout& layout) {
    WordsDialog& dialog = context.ui.words;
    if (!begin_dialog("##words", "Title and sentence", dialog.open, context.ui, layout)) return;
    const ImGuiStyle& style = ImGui::GetStyle();
    const float width = ImGui::GetContentRegionAvail().x - 2 * style.FramePadding.x - style.ScrollbarSize;
    if (dialog.fresh) dialog.sentence = buffer_of(in_lines(context.session.scene().sentence, width), limits::sentence + 64);
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
    if (entered && named) confirm(context, width);
}

}  // namespace pf::panels
