#include "app/panels/export_dialog.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "app/panels/export_actions.h"
#include "app/panels/panels.h"
#include "app/runtime/media/film.h"
#include "app/runtime/media/film_estimate.h"
#include "app/runtime/media/film_plan.h"

namespace pf::panels {
namespace {

namespace fs = std::filesystem;

constexpr const char* no_ffmpeg = "ffmpeg was not found: apt install ffmpeg; numbered PNG pictures need none";

std::vector<Item> items_of(std::span<const FilmWord> words) {
    std::vector<Item> out;
    for (const FilmWord& word : words) out.push_back({std::string(word.id), std::string(word.label), std::string(word.meaning), ""});
    return out;
}

// The sentence of what a check refuses, without the flag of the command line before it.
std::string sentence_of(const std::function<void()>& check) {
    const std::string error = formula_error([&] {
        check();
        return std::string();
    });
    const auto colon = error.find(": ");
    return error.starts_with("--") && colon != std::string::npos ? error.substr(colon + 2) : error;
}

void kind_row(ExportDialog& dialog) {
    std::vector<Item> items;
    for (const FilmKind& kind : film_kinds()) items.push_back({std::string(kind.ending), std::string(kind.label), std::string(kind.meaning), kind.ffmpeg && !dialog.ffmpeg ? no_ffmpeg : ""});
    const auto chosen = segmented("kind", items, dialog.settings.kind);
    if (!chosen) return;
    dialog.settings.kind = *chosen;
    dialog.path = with_ending(dialog.path, *chosen);
    dialog.replaces.clear();
    // What the new kind cannot be goes back to what it is by default.
    const FilmSettings usual;
    if (!why_not(dialog.settings, "transparent").empty()) dialog.settings.transparent = usual.transparent;
    if (!why_not(dialog.settings, "chroma").empty()) dialog.settings.chroma = usual.chroma;
    if (*chosen == "gif" && 50 % dialog.settings.fps != 0 && dialog.settings.fps != 20) dialog.settings.fps = dialog.settings.fps > 25 ? 50 : 25;
    if (*chosen == "gif" && dialog.settings.fps < 10) dialog.settings.fps = 10;
}

void size_row(FilmSettings& settings) {
    const auto entered = text_row("size", "", "pixels, WIDTHxHEIGHT", settings.size, [&](const std::string& text) {
        FilmSettings other = settings;
        other.size = text;
        return sentence_of([&] { film_size(other); });
    });
    if (entered) settings.size = *entered;
    static const std::vector<Item> common{{"1280x720", "720p", "1280×720", ""}, {"1920x1080", "1080p", "1920×1080", ""}, {"3840x2160", "4K", "3840×2160", ""}, {"1080x1080", "square", "1080×1080", ""}};
    if (const auto chosen = segmented("sizes", common, settings.size)) settings.size = *chosen;
}

void rate_row(FilmSettings& settings, const FilmOption& option) {
    row_label(option.label, "", option.meaning);
    static const std::vector<Item> rates{{"10", "10", "", ""}, {"20", "20", "", ""}, {"25", "25", "", ""}, {"50", "50", "", ""}};
    if (const auto chosen = segmented("rates", rates, std::to_string(settings.fps))) settings.fps = std::stoi(*chosen);
}

// Lanes on and off; all that the scene shows is "all".
void panes_row(FilmSettings& settings, const Scene& scene, const FilmOption& option) {
    const int lanes = static_cast<int>(scene.lanes.size());
    std::vector<int> all, chosen;
    for (int i = 0; i < pane_count(scene); ++i) all.push_back(i);
    if (!sentence_of([&] { chosen = film_panes(settings, lanes); }).empty()) settings.panes = "all";
    if (settings.panes == "all") chosen = all;
    row_label(option.label, "", option.meaning);
    std::string text;
    std::vector<int> next;
    for (int i = 0; i < lanes; ++i) {
        if (i > 0) ImGui::SameLine();
        bool on = std::find(chosen.begin(), chosen.end(), i) != chosen.end();
        ImGui::Checkbox(fmt::format("{}##lane", i + 1).c_str(), &on);
        tooltip(lane_title(scene, i));
        if (!on) continue;
        text += (text.empty() ? "" : ",") + std::to_string(i + 1);
        next.push_back(i);
    }
    if (!next.empty()) settings.panes = next == all ? "all" : text;
}

void option_row(Context& context, const FilmOption& option) {
    ExportDialog& dialog = context.ui.film;
    FilmSettings& s = dialog.settings;
    static const FilmSettings usual;
    const Scene& scene = context.session.scene();
    if (option.id == "camera") return;  // that of the screen
    if (option.id == "size") return size_row(s);
    if (option.id == "panes") return panes_row(s, scene, option);
    if (option.id == "fps" && s.kind == "gif") return rate_row(s, option);
    const bool learned = std::any_of(scene.models.begin(), scene.models.end(), [](const Model& m) { return m.field == "network"; });
    if (option.part == "Training" && option.id != "training" && !s.training) return;
    const std::string reason = option.id == "training" && !learned ? "this scene has no network" : why_not(s, option.id);
    const Disabled greyed(!reason.empty());
    const std::string_view meaning = reason.empty() ? option.meaning : std::string_view(reason);
    if (const auto* r = std::get_if<FilmOption::Real>(&option.value)) number_row({option.label, "", meaning, usual.*r->value}, s.*r->value, r->domain, r->slider);
    else if (const auto* i = std::get_if<FilmOption::Whole>(&option.value)) number_row({option.label, "", meaning, static_cast<double>(usual.*i->value)}, s.*i->value, i->domain, i->slider);
    else if (const auto* f = std::get_if<FilmOption::Flag>(&option.value)) switch_row({option.label, "", meaning, usual.*f->value ? 1.0 : 0.0}, s.*f->value);
    else if (const auto* w = std::get_if<FilmOption::Word>(&option.value)) {
        row_label(option.label, "", meaning);
        const auto* current = std::find_if(w->words.begin(), w->words.end(), [&](const FilmWord& word) { return word.id == s.*w->value; }).base();
        if (const auto chosen = pick(fmt::format("##{}", option.id).c_str(), std::string(current->label), [&] { return items_of(w->words); })) s.*w->value = *chosen;
    }
    if (option.id == "training" && s.training) s.motion = usual.motion;
}

void options(Context& context, std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts) {
        heading(std::string(part).c_str(), context.ui.theme);
        for (const FilmOption& option : film_options())
            if (option.part == part) option_row(context, option);
        ImGui::Spacing();
    }
}

void path_row(ExportDialog& dialog, float buttons) {
    std::array<char, 1024> buffer{};
    std::copy_n(dialog.path.data(), std::min(dialog.path.size(), buffer.size() - 1), buffer.data());
    ImGui::SetNextItemWidth(std::max(1.f, ImGui::GetContentRegionAvail().x - buttons));
    ImGui::InputTextWithHint("##path", "where to", buffer.data(), buffer.size());
    if (dialog.path == buffer.data()) return;
    dialog.path = buffer.data();
    dialog.replaces.clear();
    dialog.sentence.clear();
}

// Why the film cannot be made as things stand; empty if it can.
std::string trouble(const Context& context) {
    const ExportDialog& dialog = context.ui.film;
    const FilmSettings& s = dialog.settings;
    if (film_kind(s.kind).ffmpeg && !dialog.ffmpeg) return no_ffmpeg;
    const std::string wrong = sentence_of([&] {
        check_settings(s);
        const PixelSize size = film_size(s);
        check_film(fs::path(with_ending("film", s.kind)).string(), size.width, size.height, s.fps, {.full_chroma = s.chroma == "444", .alpha = s.transparent});
    });
    if (!wrong.empty()) return wrong;
    const auto& models = context.session.scene().models;
    for (std::size_t i = 0; i < models.size() && !s.training; ++i)
        if (const auto& state = context.results.training[i]; models[i].field == "network" && (!state || !state->weights)) return fmt::format("'{}' is not trained yet: train it first (T), or let the film follow its training", models[i].name);
    return {};
}

std::string summary(const Context& context) {
    const FilmSettings& s = context.ui.film.settings;
    const PixelSize size = film_size(s);
    const FilmEstimate guess = estimate_film(s, context.session.scene());
    return fmt::format("{} frames in {:.4g} s, {}×{}, about {}, about {} to make", guess.frames, static_cast<double>(guess.frames) / s.fps, size.width, size.height, bytes_text(guess.bytes), duration_text(guess.seconds));
}

void confirm(Context& context) {
    ExportDialog& dialog = context.ui.film;
    if (dialog.running || dialog.path.empty() || !trouble(context).empty()) return;
    dialog.path = with_ending(dialog.path, dialog.settings.kind);
    const std::string first = dialog.settings.kind == "png" ? dialog.path.substr(0, dialog.path.rfind('.')) + "_0001.png" : dialog.path;
    std::error_code error;
    if (fs::exists(first, error) && dialog.replaces != first) dialog.replaces = first;
    else context.ask("export start");
}

void draw_running(Context& context, const ExportProgress& p) {
    ExportDialog& dialog = context.ui.film;
    muted(p.path, context.ui.theme);
    ImGui::Spacing();
    const bool back = p.frames > 0 && p.frame == p.frames;
    std::string words = p.frames == 0 ? p.doing : back && p.doing == "rendering" ? "reading it back" : fmt::format("{} · frame {} of {}", p.doing, p.frame, p.frames);
    if (p.seconds_left >= 0 && !back) words += fmt::format(" · {} left", duration_text(p.seconds_left));
    progress(static_cast<float>(p.share), words);
    if (const std::string size = size_so_far(p); !size.empty()) muted(size, context.ui.theme);
    ImGui::Spacing();
    muted("The window stays usable; closing this leaves the export running.", context.ui.theme);
    // At the foot, whatever stands above.
    ImGui::SetCursorPosY(std::max(ImGui::GetCursorPosY(), ImGui::GetWindowHeight() - ImGui::GetFrameHeight() - ImGui::GetStyle().WindowPadding.y));
    if (ImGui::Button("Cancel the export")) context.ask("export cancel");
    ImGui::SameLine();
    if (ImGui::Button("Close")) dialog.open = false;
}

void draw_settings(Context& context) {
    ExportDialog& dialog = context.ui.film;
    const ImGuiStyle& style = ImGui::GetStyle();
    const std::string wrong = trouble(context);
    const std::string message = !dialog.replaces.empty() ? fmt::format("{} exists. Replace it?", fs::path(dialog.replaces).filename().string()) : !dialog.sentence.empty() ? dialog.sentence : wrong;
    const std::string told = wrong.empty() ? summary(context) : "";
    const float wrap = ImGui::GetContentRegionAvail().x;
    const auto high = [&](const std::string& s) { return s.empty() ? 0 : ImGui::CalcTextSize(broken(s, ImGui::GetFont(), wrap).c_str()).y + style.ItemSpacing.y; };
    const float foot = ImGui::GetFrameHeight() + style.ItemSpacing.y + high(message) + high(told);
    kind_row(dialog);
    if (!dialog.ffmpeg) muted(no_ffmpeg, context.ui.theme);
    const float height = std::max(2 * ImGui::GetFontSize(), ImGui::GetContentRegionAvail().y - foot), wide = ImGui::GetContentRegionAvail().x;
    const bool beside = wide > 30 * ImGui::GetFontSize();
    if (ImGui::BeginChild("left", {beside ? std::floor(wide * 0.49f) : 0, height}, false, ImGuiWindowFlags_NavFlattened)) {
        options(context, {"Size", "Time", "Training"});
        if (!beside) options(context, {"Picture"});
    }
    ImGui::EndChild();
    if (beside) {
        ImGui::SameLine();
        if (ImGui::BeginChild("right", {0, height}, false, ImGuiWindowFlags_NavFlattened)) {
            options(context, {"Picture"});
            muted("The view is that of the screen: what is zoomed or turned here is so in the film.", context.ui.theme);
        }
        ImGui::EndChild();
    }
    if (!message.empty()) {
        const WithColour ink(ImGuiCol_Text, vec4(dialog.replaces.empty() ? palette(context.ui.theme).error : palette(context.ui.theme).warning));
        ImGui::PushTextWrapPos(0);
        text(message);
        ImGui::PopTextWrapPos();
    }
    if (!told.empty()) {
        ImGui::PushTextWrapPos(0);
        text(told);
        ImGui::PopTextWrapPos();
    }
    const char* verb = dialog.replaces.empty() ? "Export" : "Replace";
    const auto button = [&](const char* s) { return ImGui::CalcTextSize(s).x + 2 * style.FramePadding.x + style.ItemSpacing.x; };
    path_row(dialog, button(verb) + button("Close"));
    ImGui::SameLine();
    {
        const Disabled greyed(!wrong.empty() || dialog.path.empty());
        if (ImGui::Button(fmt::format("{}###export", verb).c_str())) confirm(context);
    }
    ImGui::SameLine();
    if (ImGui::Button("Close")) dialog.open = false;
}

}  // namespace

std::string with_ending(const std::string& path, const std::string& kind) {
    const auto dot = path.rfind('.'), slash = path.rfind('/');
    const bool ended = dot != std::string::npos && (slash == std::string::npos || dot > slash + 1) && std::any_of(film_kinds().begin(), film_kinds().end(), [&](const FilmKind& k) { return path.substr(dot + 1) == k.ending; });
    return path.empty() ? path : (ended ? path.substr(0, dot) : path) + "." + kind;
}

// What is in the file says more than any guess, once there is enough of it: encoders look some frames ahead, and write a quarter of a megabyte at a time.
std::string size_so_far(const ExportProgress& p) {
    constexpr int ahead = 30;
    constexpr std::uint64_t at_a_time = 262'144;
    if (p.bytes == 0) return {};
    const double bytes = static_cast<double>(p.bytes);
    const std::string so_far = bytes_text(bytes) + " so far";
    if (p.frame * 2 < p.frames || p.frame < 4 * ahead || p.bytes < 8 * at_a_time) return so_far;
    return fmt::format("{}, about {} in the end", so_far, bytes_text((bytes + at_a_time / 2.0) * p.frames / (p.frame - ahead)));
}

void confirm_export(Context& context) { confirm(context); }

void draw_export_dialog(Context& context, const Layout& layout) {
    ExportDialog& dialog = context.ui.film;
    if (!begin_dialog("##film", "Export a film", dialog.open, context.ui, layout)) return;
    touch_section("Film");
    if (dialog.running) draw_running(context, *dialog.running);
    else draw_settings(context);
    ImGui::EndPopup();
}

}  // namespace pf::panels
