#include <algorithm>

#include "app/panels/lecture_player.h"
#include "app/panels/panels.h"
#include "app/runtime/scene_sentence.h"

namespace pf::panels {
namespace {

// The title opens the gallery; a triangle at its end says that there is more to choose from.
void scene_button(Context& context, float width) {
    const ImGuiStyle& style = ImGui::GetStyle();
    const float size = ImGui::GetFontSize(), half = 0.24f * size;
    ImGui::PushStyleVar(ImGuiStyleVar_ButtonTextAlign, {0, 0.5f});
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList* draw = ImGui::GetWindowDrawList();
    if (ImGui::Button("###scene", {width, 0})) toggle_gallery(context);
    tooltip("all scenes (F7); PageDown and PageUp go to the next and the previous one");
    ImGui::PopStyleVar();
    const float end = at.x + width - style.FramePadding.x - 3 * half, middle = at.y + ImGui::GetFrameHeight() / 2;
    draw->PushClipRect(at, {std::max(at.x, end), at.y + ImGui::GetFrameHeight()}, true);
    draw->AddText({at.x + style.FramePadding.x, middle - size / 2}, ImGui::GetColorU32(ImGuiCol_Text), context.session.scene().title.c_str());
    draw->PopClipRect();
    const ImVec2 tip{end + 2 * half, middle};
    draw->AddTriangleFilled({tip.x - half, tip.y - 0.6f * half}, {tip.x + half, tip.y - 0.6f * half}, {tip.x, tip.y + 0.8f * half}, ImGui::GetColorU32(ImGuiCol_TextDisabled));
}

// Between two lines of a menu, so that all are in the window: at 200 % a low one has less room than usual.
float menu_spacing(float height, int lines, int separators) {
    const ImGuiStyle& style = ImGui::GetStyle();
    const float spare = height - 2 * style.WindowPadding.y - static_cast<float>(lines) * ImGui::GetFontSize() - static_cast<float>(separators);
    return std::min(style.ItemSpacing.y, std::floor(spare / static_cast<float>(lines + separators)));
}

// Below the item drawn last, which opens it.
void file_menu(Context& context) {
    constexpr int lines = 18, separators = 4;
    // A long title leaves little room to its right: the menu then ends where the window does.
    const float left = ImGui::GetItemRectMin().x, below = ImGui::GetItemRectMax().y + 2 * context.ui.scale;
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    const float room = display.y - below;
    const bool fits = left + 320 * context.ui.scale <= display.x;
    ImGui::SetNextWindowPos({fits ? left : display.x, below}, ImGuiCond_Always, {fits ? 0.f : 1.f, 0});
    ImGui::SetNextWindowSizeConstraints({0, 0}, {1e6f, room});
    if (!ImGui::BeginPopup("file")) return;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, std::max(2.f, menu_spacing(room, lines, separators))});
    struct Entry {
        const char *label, *keys, *request, *help = nullptr;
    };
    const auto entries = [&](std::initializer_list<Entry> list) {
        for (const Entry& entry : list) {
            if (ImGui::MenuItem(entry.label, entry.keys)) context.ask(entry.request);
            if (entry.help) tooltip(entry.help);
        }
        ImGui::Separator();
    };
    const bool stop = context.session.place().there;
    entries({{"Open…", "Ctrl+O", "open"},
             {stop ? "Save lecture" : "Save", "Ctrl+S", "save", stop ? "with what was changed at its stops" : nullptr},
             {"Save as…", "Ctrl+Shift+S", "save_as", stop ? "this stop as a scene" : nullptr}});
    if (ImGui::MenuItem(stop ? "Words of the stop…" : "Title and sentence…", "F9")) open_words_dialog(context);
    if (ImGui::MenuItem("Lectures…")) show_lectures(context);
    tooltip("stops with captions, for a hall: PageDown goes on");
    const bool open = static_cast<bool>(context.session.place());
    if (ImGui::MenuItem(open ? "Add to the lecture" : "New lecture", nullptr, false, !open || may_add(context.session.place()))) open ? add_stop(context) : new_lecture(context);
    tooltip(open ? "the scene on screen as a stop of its own, after the one shown last" : "that begins with the scene on screen; each further one is added to it");
    if (ImGui::MenuItem("Copy as one line", "Ctrl+C")) copy_scene(context);
    tooltip("the scene as text for a chat or a mail, own points and seeds included, without trained weights; Ctrl+V takes it back");
    if (ImGui::MenuItem("Paste", "Ctrl+V")) paste(context);
    ImGui::Separator();
    entries({{"Export film…", "Ctrl+E", "export"},
             {"Save picture", "F12", "screenshot", "PNG of the window, which opens as the scene"},
             {"Save figure", "Shift+F12", "export-figure", "SVG of the panes at this t: lines and words as vectors"},
             {"Save sheet", "Ctrl+F12", "export-sheet", "SVG of the panes at t = 0, ¼, ½, ¾ and 1 side by side"}});
    entries({{"Numbers of the lane, NPZ", "Ctrl+Shift+E", "export-lane npz", "of the selected lane: trajectories, metrics, and the densities shown, with their units"},
             {"Numbers of the lane, CSV", nullptr, "export-lane csv", "trajectories of the selected lane: a line per particle and t"},
             {"PyTorch script", "Ctrl+P", "export-script", "data, path, network, training and samplers as a script; with the trained weights beside it"}});
    if (ImGui::MenuItem(stop ? "Reset to stop" : "Reset to preset", "Ctrl+R")) reset_scene(context);
    tooltip("every setting of this scene as it was when it was opened; can be undone");
    if (ImGui::MenuItem("Reset all", "Ctrl+Shift+R")) reset_all(context);
    tooltip("the scene of the first start, with camera, playback and panels as they were then; Ctrl+Z brings this scene back. Theme, size and notation stay");
    if (ImGui::MenuItem("Quit", "Ctrl+Q")) context.ask("quit");
    ImGui::PopStyleVar();
    ImGui::EndPopup();
}

struct Status {
    std::string text;
    Rgb colour;
};

bool running(const TrainingState& state) { return state.status == TrainingStatus::running; }

// Whether there is something to learn, which is what to press first: the panel's button may have to be scrolled to.
bool trains(const Context& context) {
    const auto& models = context.session.scene().models;
    return context.session.networks_available() && std::any_of(models.begin(), models.end(), [](const Model& m) { return m.field == "network"; });
}

Status status(const Context& context) {
    const Palette& p = palette(context.ui.theme);
    const auto& models = context.session.scene().models;
    const bool learned = std::any_of(models.begin(), models.end(), [](const Model& m) { return m.field == "network"; });
    std::string training, device = learned ? "not trained" : "exact";
    for (const auto& state : context.results.training) {
        if (!state) continue;
        if (state->step > 0) device = state->device.empty() ? "trained" : state->device;
        if (running(*state)) training = fmt::format("training {:.0f} steps/s · ", state->steps_per_second);
        if (state->status == TrainingStatus::failed) return {"training failed", p.error};
    }
    return {fmt::format("{}{} · {:.0f} fps", training, device, context.status.fps), training.empty() ? p.muted : p.accent};
}

// In both notations at once, so kept as it is.
constexpr const char* convention_help =
    "`notation (N)\nof this program: noise at t = 0, data at t = 1; X = α_t z + β_t ε; σ_t the noise of an SDE\n"
    "of the diffusion literature: noise at τ = 1, data at τ = 0; α_τ, and σ_τ for β_t; g_τ the noise of an SDE`";

bool quiet_button(const char* label, const std::string& help, bool enabled = true) {
    const Disabled greyed(!enabled);
    const WithColour ground(ImGuiCol_Button, ImGui::GetStyleColorVec4(ImGuiCol_WindowBg));
    const bool clicked = ImGui::Button(label);
    tooltip(help);
    return clicked;
}

// Of a whole panel.
bool panel_button(const char* id, Icon icon, const char* help) {
    const WithColour ground(ImGuiCol_Button, ImGui::GetStyleColorVec4(ImGuiCol_WindowBg));
    return icon_button(id, icon, help);
}

const char* convention_name(Convention convention) { return convention == Convention::flow ? "t, α, β" : "τ, α, σ"; }
const char* theme_name(Theme theme) { return theme == Theme::dark ? "Dark" : theme == Theme::light ? "Light" : "Projector"; }

// What a narrow bar has no room for.
void rest_button(Context& context, const Status& now) {
    if (panel_button("rest", Icon::dots, "notation, theme, presenting")) ImGui::OpenPopup("rest");
    if (!ImGui::BeginPopup("rest")) return;
    ImGui::TextColored(vec4(now.colour), "%s", now.text.c_str());
    ImGui::Separator();
    UiState& ui = context.ui;
    if (ImGui::MenuItem(fmt::format("Notation: {}###notation", convention_name(ui.convention)).c_str(), "N")) switch_convention(context);
    tooltip(convention_help);
    if (ImGui::MenuItem(fmt::format("Theme: {}###theme", theme_name(ui.theme)).c_str(), "F4")) next_theme(context);
    if (ImGui::MenuItem("Present", "F5")) ui.presenting = true;
    tooltip("only canvas and time; Esc returns");
    ImGui::EndPopup();
}

// Starts at `from` or further right; returns where.
float right_side(Context& context, const Rect& rect, float from) {
    const float space = ImGui::GetStyle().ItemSpacing.x / 2, padding = ImGui::GetStyle().FramePadding.x * 2;
    const auto wide = [&](const char* s) { return ImGui::CalcTextSize(s).x + padding + space; };
    const Status now = status(context);
    const bool train = trains(context);
    const float widest = wide("Train on"), few = wide("↶") + wide("↷") + wide("?") + ImGui::GetFrameHeight() + (train ? widest + 3 * space : 0);
    const float more = wide(convention_name(context.ui.convention)) + wide(theme_name(context.ui.theme)) + wide("Present");
    const float needed = ImGui::CalcTextSize(now.text.c_str()).x + space * 4;
    const float end = rect.width - ImGui::GetStyle().WindowPadding.x;
    // In a narrow window notation, theme and presentation are behind a button: which scene it is matters more.
    const bool show_more = end - few - more > from, show_status = end - few - more - needed > from;
    const float buttons = few + (show_more ? more : ImGui::GetFrameHeight() + space);
    const float start = end - buttons - (show_status ? needed : 0);
    ImGui::SetCursorPosX(start);

    if (show_status) {
        ImGui::AlignTextToFramePadding();
        ImGui::TextColored(vec4(now.colour), "%s", now.text.c_str());
        tooltip(context.session.network_status());
        ImGui::SameLine(0, space * 4);
    }
    if (train) {
        const bool fresh = std::none_of(context.results.training.begin(), context.results.training.end(), [](const auto& state) { return state && state->step > 0; });
        const WithColour ground(ImGuiCol_Button, ImGui::GetStyleColorVec4(fresh ? ImGuiCol_CheckMark : ImGuiCol_Button)), ink(ImGuiCol_Text, ImGui::GetStyleColorVec4(fresh ? ImGuiCol_WindowBg : ImGuiCol_Text));
        if (ImGui::Button(fmt::format("{}###train", training_label(context)).c_str(), {widest - space, 0})) toggle_training(context);
        const WithColour plain(ImGuiCol_Text, vec4(palette(context.ui.theme).text));
        tooltip("train or pause the networks of the scene (T)");
        ImGui::SameLine(0, space * 4);
    }
    const std::string undo = context.session.undo_label(), redo = context.session.redo_label();
    if (quiet_button("↶", undo.empty() ? "nothing to undo" : "undo " + undo + " (Ctrl+Z)", !undo.empty())) context.session.undo();
    ImGui::SameLine(0, space);
    if (quiet_button("↷", redo.empty() ? "nothing to redo" : "redo " + redo + " (Ctrl+Y)", !redo.empty())) context.session.redo();
    if (show_more) ImGui::SameLine(0, space);
    if (show_more && quiet_button(fmt::format("{}###notation", convention_name(context.ui.convention)).c_str(), convention_help))
        switch_convention(context);
    if (show_more) ImGui::SameLine(0, space);
    if (show_more && quiet_button(fmt::format("{}###theme", theme_name(context.ui.theme)).c_str(), "theme: dark, light, projector (F4)"))
        next_theme(context);
    if (show_more) ImGui::SameLine(0, space);
    if (show_more && quiet_button("Present", "only canvas and time (F5); Esc returns")) context.ui.presenting = true;
    if (!show_more) {
        ImGui::SameLine(0, space);
        rest_button(context, now);
    }
    ImGui::SameLine(0, space);
    if (quiet_button("?", "help and every shortcut (F1)")) context.ui.help_open = !context.ui.help_open;
    ImGui::SameLine(0, space);
    if (panel_button("numbers", Icon::right_panel, "numbers on the right (F3)")) toggle_numbers(context);
    return start;
}

// The sentence under menu and buttons, over the whole width: as large as it fits; cut at a word, with the whole in the tooltip, where it does not.
void sentence(Context& context, const Rect& rect, float top) {
    const std::string told = true_sentence(context.session.scene(), written_for(context.session));
    const bool changed = told.starts_with(outdated_mark);
    const std::string whole = shown(told);
    std::string s = whole;
    const float pad = ImGui::GetStyle().WindowPadding.x, width = rect.width - 2 * pad, room = rect.height - top - 4 * context.ui.scale;
    if (s.empty() || width < 60) return;
    ImFont* font = body_font();
    float height = 0;
    for (ImFont* candidate : {body_font(), small_font()}) {
        font = candidate;
        height = font->CalcTextSizeA(font->FontSize, 1e6f, 0, broken(s, font, width).c_str()).y;
        if (height <= room) break;
    }
    while (height > std::max(room, font->FontSize) && s.find_last_of(' ') != std::string::npos) {
        s = s.substr(0, s.find_last_of(' '));
        height = font->CalcTextSizeA(font->FontSize, 1e6f, 0, broken(s + " …", font, width).c_str()).y;
    }
    if (s != whole) s += " …";
    const float shown = std::min(height, std::max(1.f, std::floor(room / font->FontSize)) * font->FontSize);
    ImGui::SetCursorPos({pad, top + std::max(0.f, (room - shown) / 2)});
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy({width, std::max(1.f, shown)});
    if (s != whole) tooltip(whole);
    const ImVec4 clip{at.x, at.y, at.x + width, at.y + shown};
    ImGui::GetWindowDrawList()->AddText(font, font->FontSize, at, rgba(changed ? palette(context.ui.theme).muted : palette(context.ui.theme).text), broken(s, font, width).c_str(), nullptr, 0, &clip);
}

// In front of an audience: which scene it is, and what is being seen.
void caption(Context& context, const Layout& layout) {
    const WithFont font(title_font());
    Rect rect = layout.top;
    if (const Stop* stop = shown_stop(context.session); stop && layout.watch.height > 0) {
        rect.height = layout.watch.y - rect.y;
        draw_watch(context, *stop, layout.watch);
    }
    const float gap = std::min(7 * context.ui.scale, rect.height / 10);
    ImGui::SetCursorPos({ImGui::GetStyle().WindowPadding.x, gap});
    text(context.session.scene().title);
    sentence(context, rect, gap + ImGui::GetFontSize() + gap / 2);
}

}  // namespace

void draw_top_bar(Context& context, const Layout& layout) {
    const Rect& rect = layout.top;
    if (rect.width < 1 || rect.height < 1) return;
    const Window window("top", rect, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    if (!window) return;
    const float scale = context.ui.scale;
    if (context.ui.presenting) return caption(context, layout);
    const float height = ImGui::GetFrameHeight(), gap = std::min(7 * scale, std::max(0.f, (rect.height - height) / 10));
    ImGui::SetCursorPosY(gap);
    if (panel_button("controls", Icon::left_panel, "controls on the left (F2)")) context.ui.controls_open = !context.ui.controls_open;
    ImGui::SameLine();
    const float from = ImGui::GetCursorPosX(), space = ImGui::GetStyle().ItemSpacing.x;
    const float wanted = ImGui::CalcTextSize(context.session.scene().title.c_str()).x + height + 3 * ImGui::GetStyle().FramePadding.x;
    const float file = ImGui::CalcTextSize("File").x + 2 * ImGui::GetStyle().FramePadding.x + space;
    const float to = right_side(context, rect, from + std::min(wanted, 0.4f * rect.width) + file + space);
    ImGui::SetCursorPos({from, gap});
    scene_button(context, std::max(1.f, std::min(wanted, to - from - file - space)));
    ImGui::SameLine();
    if (quiet_button("File", "open, save, export")) ImGui::OpenPopup("file");
    file_menu(context);
    sentence(context, rect, gap + height + gap / 2);
}

}  // namespace pf::panels
