#include <algorithm>
#include <cmath>

#include "app/panels/panels.h"

namespace pf::panels {
namespace {

std::string minutes(double seconds) {
    const auto whole = static_cast<long>(std::max(0.0, seconds));
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

// Large: how long it has lasted; beside it the plan, and the time of day.
void draw_clock(const Context& context, const LecturePlayer& player, const Stop* stop) {
    const Palette& p = palette(context.ui.theme);
    const double passed = context.now - player.began, planned = 60 * planned_minutes(*player.lecture);
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
    const int count = static_cast<int>(player.lecture->stops.size());
    muted(fmt::format("stop {} of {} · {}", player.stop + 1, count, player.lecture->title), context.ui.theme);
    if (!stop) muted("another scene is on screen; PageUp returns to the stop", context.ui.theme);
    if (context.ui.audience) muted(context.ui.blanked ? "the audience sees black; any key returns" : "the audience has its own window", context.ui.theme);
    if (stop && !stop->watch.empty()) {
        const WithColour ink(ImGuiCol_Text, vec4(p.accent));
        wrapped("Watch: " + stop->watch);
    }
    if (stop && !stop->notes.empty()) wrapped(stop->notes);
    if (player.stop + 1 < count) {
        const Stop& next = player.lecture->stops[static_cast<std::size_t>(player.stop) + 1];
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

// Two beside each other where they fit.
void draw_buttons(Context& context, const LecturePlayer& player, const Stop* stop) {
    const auto beside = [](const char* label) {
        ImGui::SameLine();
        if (ImGui::GetContentRegionAvail().x < ImGui::CalcTextSize(label).x + 2 * ImGui::GetStyle().FramePadding.x) ImGui::NewLine();
    };
    const bool edited = stop && context.session.scene() != stop->scene && !player.transition;
    const int last = static_cast<int>(player.lecture->stops.size()) - 1;
    if (button("Back##stop", "the stop before (PageUp)", player.stop > 0 || !stop)) return step_lecture(context, -1);
    beside("Next stop");
    if (button("Next stop", "PageDown", player.stop < last)) return step_lecture(context, 1);
    beside("Reset");
    if (button("Reset##stop", "the stop as the lecture has it (Ctrl+R); can be undone", edited)) return reset_stop(context);
    if (button(context.ui.audience ? "Close audience window" : "Audience window", "the picture and its words for the audience, while controls and notes stay here (Shift+F5)")) context.ask("audience");
    beside("Restart clock");
    if (button("Restart clock", "from 0:00")) context.ui.lecture->began = context.ui.lecture->stop_began = context.now;
    if (button("Save lecture", "with what was changed at its stops, as a file in the current folder")) context.ask("save-lecture");
    beside("Close lecture");
    if (button("Close lecture", "the scene stays")) close_lecture(context);
}

}  // namespace

void draw_lecture_panel(Context& context) {
    if (!context.ui.lecture || !section("Lecture", true)) return;
    const LecturePlayer& player = *context.ui.lecture;
    const Stop* stop = shown_stop(context.ui, context.session.scene());
    draw_clock(context, player, stop);
    draw_words(context, player, stop);
    draw_buttons(context, player, stop);
}

SpokenLines spoken_lines(const UiState& ui, float width) {
    if (!ui.lecture || !ui.lecture->speaks) return {};
    const auto& stops = ui.lecture->lecture->stops;
    const Stop& stop = stops[static_cast<std::size_t>(std::clamp(ui.lecture->stop, 0, static_cast<int>(stops.size()) - 1))];
    ImFont* font = body_font();
    const auto lines = [&](const std::string& words, float room) { return words.empty() ? 0 : font->CalcTextSizeA(font->FontSize, 1e6f, 0, shown(words).c_str()).x > room ? 2 : 1; };
    const float room = width - 2.2f * font->FontSize;
    return {std::max(1, lines("Watch: " + stop.watch, room - 4 * font->FontSize)), lines(stop.scene.sentence, room)};
}

void draw_watch(Context& context, const Stop& stop, const Rect& rect) {
    const Palette& p = palette(context.ui.theme);
    ImFont* font = body_font();
    const float pad = ImGui::GetStyle().WindowPadding.x;
    const std::string place = fmt::format("{} / {}", context.ui.lecture->stop + 1, context.ui.lecture->lecture->stops.size());
    const auto width = [&](const std::string& words) { return font->CalcTextSizeA(font->FontSize, 1e6f, 0, words.c_str()).x; };
    const float room = rect.width - 3 * pad - width(place);
    const std::string whole = "Watch: " + shown(stop.watch);
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
