#include <algorithm>
#include <cmath>

#include "app/panels/panels.h"
#include "app/runtime/limits.h"

namespace pf::panels {
namespace {

std::string minutes(double seconds) {
    const auto whole = static_cast<long>(std::max(0.0, seconds));
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

// Large: how long it has lasted; beside it the plan, and the time of day.
void draw_clock(const Context& context, const LecturePlayer& player, const Stop* stop) {
    const Palette& p = palette(context.ui.theme);
    const double passed = context.now - player.began, planned = 60 * planned_minutes(*player.place.lecture);
    {
        const WithFont font(title_font());
        const WithColour ink(ImGuiCol_Text, vec4(passed > planned ? p.warning : p.text));
        text(minutes(passed));
    }
    ImGui::SameLine();
    muted(fmt::format("of {}{}", minutes(planned), passed > planned ? ", over" : ""), context.ui.theme);
    if (!context.clock.empty()) {
        const WithFont font(title_font());
        ImGui::SameLine(std::max(0.f, ImGui::GetWindowContentRegionMax().x - ImGui::CalcTextSize(context.clock.c_str()).x));
        text(context.clock);
    }
    if (stop) muted(fmt::format("this stop {} of {}", minutes(context.now - player.stop_began), minutes(60 * stop->minutes)), context.ui.theme);
}

void draw_words(const Context& context, const LecturePlayer& player, const Stop* stop) {
    const Palette& p = palette(context.ui.theme);
    const LecturePlace& place = player.place;
    muted(fmt::format("stop {} of {} · {}", place.stop + 1, place.last() + 1, place.lecture->title), context.ui.theme);
    if (!stop) muted("another scene is on screen; PageUp returns to the stop", context.ui.theme);
    if (context.ui.audience) muted(context.ui.blanked ? "the audience sees black; any key returns" : "the audience has its own window", context.ui.theme);
    if (stop && !stop->watch.empty()) {
        const WithColour ink(ImGuiCol_Text, vec4(p.accent));
        wrapped("Watch: " + stop->watch);
    }
    if (stop && !stop->notes.empty()) wrapped(stop->notes);
    if (place.stop < place.last()) {
        const Stop& next = place.lecture->stops[static_cast<std::size_t>(place.stop) + 1];
        muted(fmt::format("Next: {}. {}", next.scene.title, next.scene.sentence), context.ui.theme);
    } else {
        muted("This is the last stop.", context.ui.theme);
    }
}

bool button(const char* label, const char* help, bool enabled = true) {
    const Disabled greyed(!enabled);
    const float wide = ImGui::CalcTextSize(label, nullptr, true).x + 2 * ImGui::GetStyle().FramePadding.x;
    const bool pressed = ImGui::Button(label, {std::min(wide, std::max(1.f, ImGui::GetContentRegionAvail().x)), 0});
    tooltip(help);
    return pressed;
}

std::string why_no_lecture_title(const std::string& title) {
    if (title.empty()) return "a lecture has a title";
    return title.size() > limits::title ? fmt::format("at most {} bytes", limits::title) : "";
}

// The next item on the same line, where it fits.
void beside(const char* label) {
    ImGui::SameLine();
    if (ImGui::GetContentRegionAvail().x < ImGui::CalcTextSize(label, nullptr, true).x + 2 * ImGui::GetStyle().FramePadding.x) ImGui::NewLine();
}

void draw_buttons(Context& context, const LecturePlayer& player, const Stop* stop) {
    const LecturePlace& place = player.place;
    const bool edited = stop && context.session.committed() != place.preset();
    if (button("Back##stop", "the stop before (PageUp)", place.stop > 0 || !stop)) return step_lecture(context, -1);
    beside("Next stop");
    if (button("Next stop", "PageDown", place.stop < place.last())) return step_lecture(context, 1);
    beside("Reset##stop");
    if (button("Reset##stop", "the stop as it was opened, or added (Ctrl+R); can be undone", edited)) return reset_stop(context);
    if (button(context.ui.audience ? "Close audience window" : "Audience window", "the picture and its words for the audience, while controls and notes stay here (Shift+F5)")) context.ask("audience");
    beside("Restart clock");
    if (button("Restart clock", "from 0:00")) context.ui.lecture->began = context.ui.lecture->stop_began = context.now;
    if (button("Save lecture", (place.file->path.empty() ? "with what was changed at its stops, as a file in the current folder" : "in " + place.file->path).c_str())) context.ask("save-lecture");
    beside("Close lecture");
    if (button("Close lecture", "the scene stays; can be undone")) close_lecture(context);
}

// All stops, at most eight lines of them at once: the one on screen is in sight.
void stop_list(Context& context, const LecturePlace& place) {
    const Palette& p = palette(context.ui.theme);
    const float line = ImGui::GetTextLineHeightWithSpacing(), most = 8.3f;
    static int seen = -1;  // scrolled to when another stop is on screen
    if (!ImGui::BeginChild("stops", {0, std::min(static_cast<float>(place.last() + 1) + 0.2f, most) * line}, false, ImGuiWindowFlags_NavFlattened)) return ImGui::EndChild();
    for (int i = 0; i <= place.last(); ++i) {
        const Id id(i);
        const Stop& stop = place.lecture->stops[static_cast<std::size_t>(i)];
        const bool here = i == place.stop;
        const std::string title = fmt::format("{}  {}", i + 1, here && place.there ? context.session.committed().title : stop.scene.title);
        const WithColour ink(ImGuiCol_Text, vec4(here && place.there ? p.accent : p.text));
        if (ImGui::Selectable(title.c_str(), here && place.there)) go_to_stop(context, i);
        tooltip(fmt::format("{}\n{:g} minutes{}", stop.scene.sentence, stop.minutes, stop.transition > 0 ? fmt::format(", {:g} s on the way to it", stop.transition) : std::string()));
        if (here && seen != i) ImGui::SetScrollHereY(), seen = i;
    }
    ImGui::EndChild();
}

// What makes a lecture: its title, and stops that come, go and change places.
void draw_stops(Context& context, const LecturePlayer& player) {
    if (!section("Stops", true)) return;
    const LecturePlace place = player.place;
    stop_list(context, place);
    if (context.session.place() != place) return;  // another one was chosen
    if (button("Add", "the scene on screen as a stop of its own after this one, which stays as it was when you came to it", may_add(place))) return add_stop(context);
    beside("Words…");
    if (button("Words…", "title, caption, what to watch, notes and minutes of the stop (F9)", place.there)) return open_words_dialog(context);
    beside("Up##stop");
    if (button("Up##stop", "before the stop above it", place.there && place.stop > 0)) return move_stop(context, -1);
    beside("Down##stop");
    if (button("Down##stop", "after the stop below it", place.there && place.stop < place.last())) return move_stop(context, 1);
    beside("Remove##stop");
    if (button("Remove##stop", "the stop leaves the lecture, its scene stays on screen; can be undone", may_remove(place))) return remove_stop(context);
    if (const auto title = text_row("Title", "", "of the lecture: its file is named after it", place.lecture->title, why_no_lecture_title)) context.session.commit("title of the lecture", context.session.committed(), titled(place, *title));
}

}  // namespace

void draw_lecture_panel(Context& context) {
    if (!context.ui.lecture || !section("Lecture", true)) return;
    const LecturePlayer& player = *context.ui.lecture;
    const Stop* stop = shown_stop(context.session);
    draw_clock(context, player, stop);
    draw_words(context, player, stop);
    draw_buttons(context, player, stop);
    if (context.ui.lecture) draw_stops(context, *context.ui.lecture);
}

SpokenLines spoken_lines(const UiState& ui, float width) {
    if (!ui.lecture || !ui.lecture->place.there) return {};
    const Stop& stop = ui.lecture->place.shown();
    ImFont* font = body_font();
    const auto lines = [&](const std::string& words, float room) { return words.empty() ? 0 : font->CalcTextSizeA(font->FontSize, 1e6f, 0, shown(words).c_str()).x > room ? 2 : 1; };
    const float room = width - 2.2f * font->FontSize;
    return {std::max(1, lines("Watch: " + stop.watch, room - 4 * font->FontSize)), lines(stop.scene.sentence, room)};
}

void draw_watch(Context& context, const Stop& stop, const Rect& rect) {
    const Palette& p = palette(context.ui.theme);
    ImFont* font = body_font();
    const float pad = ImGui::GetStyle().WindowPadding.x;
    const std::string place = fmt::format("{} / {}", context.ui.lecture->place.stop + 1, context.ui.lecture->place.last() + 1);
    const auto width = [&](const std::string& words) { return font->CalcTextSizeA(font->FontSize, 1e6f, 0, words.c_str()).x; };
    const float room = rect.width - 3 * pad - width(place);
    const std::string whole = stop.watch.empty() ? "" : "Watch: " + shown(stop.watch);
    std::string words = whole;
    const auto high = [&](const std::string& s) { return font->CalcTextSizeA(font->FontSize, 1e6f, 0, broken(s, font, room).c_str()).y; };
    while (high(words == whole ? words : words + " …") > std::max(rect.height, 1.2f * font->FontSize) && words.find_last_of(' ') != std::string::npos) words = words.substr(0, words.find_last_of(' '));
    if (words != whole) words += " …";
    const float y = rect.y + std::max(0.f, (rect.height - high(words)) / 2 - 3 * context.ui.scale);
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    draw.AddText(font, font->FontSize, {rect.x + pad, y}, rgba(p.accent), broken(words, font, room).c_str());
    draw.AddText(font, font->FontSize, {rect.x + rect.width - pad - width(place), y}, rgba(p.muted), place.c_str());
}

}  // namespace pf::panels
