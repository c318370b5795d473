#include <algorithm>

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

// In lines of the field's width, with a line's end where a space was: Dear ImGui breaks none of its own. As long as it was.
std::string in_lines(std::string text, float width) {
    float line = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find_first_of(" \n", at + 1), text.size());
        const float word = ImGui::CalcTextSize(text.data() + at, text.data() + end).x;  // with the space before it
        if (text[at] == '\n') line = 0;
        if (line + word > width && text[at] == ' ' && line > 0) text[at] = '\n', line = 0;
        line += word;
        at = end;
    }
    return text;
}

// One line again; an empty line still parts paragraphs.
std::string in_one(std::string text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\n') continue;
        if (at + 1 < text.size() && text[at + 1] == '\n') ++at;
        else text[at] = ' ';
    }
    return text;
}

// What was typed into a field of lines, or the text that stood there, where nothing was.
std::string taken(const std::vector<char>& field, const std::string& before, float width) { return field.data() == in_lines(before, width) ? before : in_one(field.data()); }

// A field of one sentence in lines, which stay as wide as it is while one types. True on Ctrl+Enter.
bool sentence_field(const char* id, std::vector<char>& field, ImVec2 size, float width) {
    const auto rewrap = [](ImGuiInputTextCallbackData* data) {
        std::string one(data->Buf, static_cast<std::size_t>(data->BufTextLen));
        std::replace(one.begin(), one.end(), '\n', ' ');
        const std::string lines = in_lines(one, *static_cast<float*>(data->UserData));
        if (lines.compare(0, lines.size(), data->Buf, static_cast<std::size_t>(data->BufTextLen)) == 0) return 0;
        std::copy(lines.begin(), lines.end(), data->Buf);
        data->BufDirty = true;
        return 0;
    };
    return ImGui::InputTextMultiline(id, field.data(), field.size(), size, ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CallbackEdit, rewrap, &width);
}

std::string why_not(const Context& context) {
    const WordsDialog& dialog = context.ui.words;
    const std::string title = in_one(dialog.title.data());
    if (title.empty()) return "a scene has a title";
    const LecturePlace& place = context.session.place();
    if (place.there && unused_title(*place.lecture, title, place.stop) != title) return "another stop of the lecture has this title";
    const auto too_long = [](const std::vector<char>& field, std::size_t most) { return !field.empty() && in_one(field.data()).size() > most; };
    if (too_long(dialog.sentence, limits::sentence)) return fmt::format("the sentence has more than {} bytes", limits::sentence);
    if (too_long(dialog.notes, limits::notes)) return fmt::format("the notes have more than {} bytes", limits::notes);
    return "";
}

void confirm(Context& context, float width) {
    WordsDialog& dialog = context.ui.words;
    Scene next = context.session.committed();
    next.title = in_one(dialog.title.data());
    next.sentence = taken(dialog.sentence, next.sentence, width);
    dialog.open = false;
    const LecturePlace place = context.session.place();
    if (!dialog.stop || !place.there) return context.session.commit("title and sentence", std::move(next));
    Stop stop = *dialog.stop;
    stop.watch = taken(dialog.watch, stop.watch, width);
    stop.notes = taken(dialog.notes, stop.notes, width);
    const Scene scene = next;
    context.session.commit("words of the stop", std::move(next), described(taken_up(place, scene), std::move(stop)));
}

void label(const char* words, const Context& context) { muted(words, context.ui.theme); }

// How time stands when one comes to the stop.
void beginning_row(Context& context, Stop& stop) {
    const Playback& now = context.ui.playback;
    const auto said = [](double t, bool playing, bool reversed, double speed) {
        return fmt::format("{}, {}", time_label(t, 2), playing ? fmt::format("playing{} ×{:g}", reversed ? " back" : "", speed) : std::string("still"));
    };
    row_label("Begins", "", "where time stands when one comes to the stop, and whether it runs");
    const std::string words = said(stop.t, stop.playing, stop.reversed, stop.speed), as_now = said(now.t, now.playing, now.reversed, now.speed);
    {
        const Disabled same(words == as_now);
        const bool taken = ImGui::Button("As now");
        tooltip("as on screen: " + as_now);
        if (taken) stop.t = now.t, stop.playing = now.playing, stop.reversed = now.reversed, stop.speed = now.speed;
    }
    ImGui::SameLine();
    text(words);
}

// True on Ctrl+Enter.
bool stop_rows(Context& context, float width) {
    WordsDialog& dialog = context.ui.words;
    Stop& stop = *dialog.stop;
    const float line = ImGui::GetFontSize();
    label("What to watch", context);
    if (dialog.fresh) dialog.watch = buffer_of(in_lines(stop.watch, width), limits::watch);
    bool entered = sentence_field("##watch", dialog.watch, {-1, 2.5f * line}, width);
    tooltip("one sentence, which the audience reads below the caption");
    label("Notes for you alone", context);
    if (dialog.fresh) dialog.notes = buffer_of(in_lines(stop.notes, width), limits::notes + 256);
    entered |= ImGui::InputTextMultiline("##notes", dialog.notes.data(), dialog.notes.size(), {-1, 4.5f * line}, ImGuiInputTextFlags_EnterReturnsTrue);
    tooltip("they stand beside the clock; an empty line begins another paragraph");
    ImGui::Spacing();
    number_row({"Minutes", "", "planned for the stop", 1}, stop.minutes, limits::minutes, {0, 10});
    number_row({"Transition, s", "", "on the way from the stop before: σₜ, schedules and t move; 0: a cut", 0}, stop.transition, limits::transition, {0, 5});
    beginning_row(context, stop);
    const auto& models = context.session.scene().models;
    if (std::any_of(models.begin(), models.end(), [](const Model& m) { return m.field == "network"; }))
        switch_row({"Trains", "", "its networks by itself when one comes to it, unless they are trained", 0}, stop.train);
    return entered;
}

}  // namespace

void open_words_dialog(Context& context) {
    WordsDialog& dialog = context.ui.words;
    context.session.cancel_preview();
    dialog.title = buffer_of(context.session.scene().title, limits::title);
    dialog.stop.reset();
    if (context.session.place().there) dialog.stop = context.session.place().shown();
    dialog.open = dialog.fresh = true;
    dialog.origin = context.session.origin();
}

void draw_words_dialog(Context& context, const Layout& layout) {
    WordsDialog& dialog = context.ui.words;
    const LecturePlace& place = context.session.place();
    dialog.open &= dialog.origin == context.session.origin() && dialog.stop.has_value() == place.there;  // as when a file is dropped
    const std::string title = dialog.open && dialog.stop ? fmt::format("Stop {} of {}", place.stop + 1, place.last() + 1) : "Title and sentence";
    if (!begin_dialog("##words", title, dialog.open, context.ui, layout)) return;
    const ImGuiStyle& style = ImGui::GetStyle();
    const float foot = ImGui::GetFrameHeight() + style.ItemSpacing.y;
    bool entered = false;
    float width = 0;
    if (ImGui::BeginChild("fields", {0, std::max(2 * ImGui::GetFontSize(), ImGui::GetContentRegionAvail().y - foot)}, false, ImGuiWindowFlags_NavFlattened)) {
        width = ImGui::GetContentRegionAvail().x - 2 * style.FramePadding.x - style.ScrollbarSize;
        if (dialog.fresh) dialog.sentence = buffer_of(in_lines(context.session.scene().sentence, width), limits::sentence + 64);
        ImGui::SetNextItemWidth(-1);
        if (dialog.fresh) ImGui::SetKeyboardFocusHere();
        entered |= ImGui::InputTextWithHint("##title", "title", dialog.title.data(), dialog.title.size(), ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
        const float rest = dialog.stop ? 3.5f * ImGui::GetFontSize() : std::max(2 * ImGui::GetFontSize(), ImGui::GetContentRegionAvail().y - style.ItemSpacing.y);
        entered |= sentence_field("##sentence", dialog.sentence, {-1, rest}, width);
        tooltip(dialog.stop ? "the caption: one sentence, what is being seen" : "one sentence: what is being seen");
        if (dialog.stop) entered |= stop_rows(context, width);
    }
    ImGui::EndChild();
    const std::string reason = why_not(context);
    {
        const Disabled disabled(!reason.empty());
        if (ImGui::Button("Change")) entered = true;
        tooltip(reason.empty() ? "Ctrl+Enter; one step to undo" : reason);
    }
    ImGui::SameLine();
    if (ImGui::Button("Cancel")) dialog.open = false;
    dialog.fresh = false;
    ImGui::EndPopup();
    if (entered && reason.empty()) confirm(context, width);
}

}  // namespace pf::panels
