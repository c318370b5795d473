#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>

#include "app/panels/camera.h"
#include "app/panels/keys.h"
#include "app/panels/panels.h"
#include "app/panels/pinned_point.h"
#include "app/runtime/lecture.h"
#include "app/runtime/scene_file.h"

namespace pf::panels {
namespace {

constexpr float least_card = 270, card_gap = 16, card_padding = 10, margin = 24;  // logical pixels, before scale

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

// What a card shows: a built-in scene, or, after all of those, a lecture, with the picture of a scene that it has and no lecture before it shows.
struct Card {
    std::string id, group, title, sentence, picture;
};
const std::vector<Card>& cards() {
    static const std::vector<Card> all = [] {
        std::vector<Card> out;
        for (const BuiltinScene& b : builtin_scenes()) out.push_back({b.id, b.group, b.scene.title, b.scene.sentence, b.id});
        std::vector<std::string> shown;
        for (const BuiltinLecture& b : builtin_lectures()) {
            const auto& stops = b.lecture.stops;
            const auto other = std::find_if(stops.begin(), stops.end(), [&](const Stop& stop) { return !stop.from.empty() && std::find(shown.begin(), shown.end(), stop.from) == shown.end(); });
            shown.push_back((other == stops.end() ? stops.front() : *other).from);
            out.push_back({b.id, "Lectures", b.lecture.title, fmt::format("{} ({} stops, {:g} minutes)", b.lecture.sentence, stops.size(), planned_minutes(b.lecture)), shown.back()});
        }
        return out;
    }();
    return all;
}
const Card& card_at(int index) { return cards()[static_cast<std::size_t>(index)]; }
int scene_count() { return static_cast<int>(builtin_scenes().size()); }

bool on_screen(const Context& context, int index) {
    if (index < scene_count()) return card_at(index).title == context.session.scene().title;
    const auto& lecture = context.session.place().lecture;
    return lecture && lecture->title == card_at(index).title;
}

// Cards as they stand: rows of at most `columns`, each group on rows of its own.
std::vector<std::vector<int>> rows_of(const std::vector<int>& shown, int columns) {
    std::vector<std::vector<int>> rows;
    for (const int i : shown) {
        const bool fresh = rows.empty() || static_cast<int>(rows.back().size()) >= columns || card_at(rows.back().back()).group != card_at(i).group;
        if (fresh) rows.emplace_back();
        rows.back().push_back(i);
    }
    return rows;
}

void choose(Context& context, int index) {
    context.ui.gallery.choice = index;
    context.ui.gallery.moved = true;
}

// What was typed changed: the first match is marked; all of them again, and the marked one stays.
void search_for(Context& context, std::string search) {
    context.ui.gallery.search = std::move(search);
    const auto shown = gallery_matches(context.ui.gallery.search);
    if (!shown.empty()) choose(context, context.ui.gallery.search.empty() ? context.ui.gallery.choice : shown.front());
}

void move_along(Context& context, int steps) {
    const auto shown = gallery_matches(context.ui.gallery.search);
    const auto here = std::find(shown.begin(), shown.end(), context.ui.gallery.choice);
    if (shown.empty()) return;
    if (here == shown.end()) return choose(context, shown.front());
    const auto at = std::clamp<std::ptrdiff_t>(here - shown.begin() + steps, 0, static_cast<std::ptrdiff_t>(shown.size()) - 1);
    choose(context, shown[static_cast<std::size_t>(at)]);
}

void move_by_rows(Context& context, int steps) {
    const auto rows = rows_of(gallery_matches(context.ui.gallery.search), context.ui.gallery.columns);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto here = std::find(rows[r].begin(), rows[r].end(), context.ui.gallery.choice);
        if (here == rows[r].end()) continue;
        const auto& target = rows[static_cast<std::size_t>(std::clamp<int>(static_cast<int>(r) + steps, 0, static_cast<int>(rows.size()) - 1))];
        return choose(context, target[std::min(static_cast<std::size_t>(here - rows[r].begin()), target.size() - 1)]);
    }
    move_along(context, 0);
}

void open_choice(Context& context, int index) {
    context.ui.gallery.open = false;
    if (index < scene_count()) return open_builtin(context, index);
    open_lecture(context.session, opened(builtin_lectures()[static_cast<std::size_t>(index - scene_count())].lecture));
    choose(context, index);
}

// Letters that were typed since the last frame, whatever the keyboard's layout.
void take_typed(Context& context) {
    std::string typed;
    for (const ImWchar c : ImGui::GetIO().InputQueueCharacters) {
        if (c < 0x20 || c == 0x7f || c >= 0x800) continue;
        if (c < 0x80) {
            typed += static_cast<char>(c);
        } else {
            typed += static_cast<char>(0xc0 | (c >> 6));
            typed += static_cast<char>(0x80 | (c & 0x3f));
        }
    }
    if (!typed.empty() && context.ui.gallery.search.size() + typed.size() <= 40) search_for(context, context.ui.gallery.search + typed);
}

struct Fonts {
    ImFont *title = body_font(), *sentence = small_font();
};

float wrapped_height(ImFont* font, const std::string& s, float width) { return font->CalcTextSizeA(font->FontSize, 1e6f, 0, broken(s, font, width).c_str()).y; }

float card_height(int index, float width, float scale) {
    const Fonts fonts;
    const float inner = width - 2 * card_padding * scale;
    const Card& card = card_at(index);
    return width * 9 / 16 + (card_padding * 2 + 4) * scale + wrapped_height(fonts.title, card.title, inner) + wrapped_height(fonts.sentence, card.sentence, inner);
}

void draw_card(Context& context, int index, ImVec2 at, ImVec2 size) {
    const Card& card = card_at(index);
    const Palette& p = palette(context.ui.theme);
    const float scale = context.ui.scale, pad = card_padding * scale, rounding = 6 * scale, picture = std::floor(size.x * 9 / 16);
    const ImVec2 end{at.x + size.x, at.y + size.y};
    ImGui::SetCursorScreenPos(at);
    const Id own(card.id.c_str());
    if (ImGui::InvisibleButton("card", size)) open_choice(context, index);
    const bool hovered = ImGui::IsItemHovered(), chosen = context.ui.gallery.choice == index;
    if (!ImGui::IsItemVisible()) return;

    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled(at, end, ImGui::GetColorU32(hovered ? ImGuiCol_ButtonHovered : ImGuiCol_Button), rounding);
    const ImVec2 picture_end{end.x, at.y + picture};
    const std::uintptr_t texture = context.thumbnail ? context.thumbnail(card.picture) : 0;
    if (texture != 0)
        draw->AddImageRounded(compat::texture(texture), at, picture_end, {0, 0}, {1, 1}, IM_COL32_WHITE, rounding, ImDrawFlags_RoundCornersTop);
    else
        draw->AddRectFilled(at, picture_end, rgba(p.canvas), rounding, ImDrawFlags_RoundCornersTop);

    const Fonts fonts;
    const float inner = std::max(1.f, size.x - 2 * pad), x = at.x + pad;
    float y = picture_end.y + pad * 0.8f;
    draw->AddText(fonts.title, fonts.title->FontSize, {x, y}, rgba(p.text), broken(card.title, fonts.title, inner).c_str());
    y += wrapped_height(fonts.title, card.title, inner) + 4 * scale;
    draw->AddText(fonts.sentence, fonts.sentence->FontSize, {x, y}, rgba(p.muted), broken(card.sentence, fonts.sentence, inner).c_str());

    // Not by colour alone: the chosen card has a frame, the one on screen a label.
    if (on_screen(context, index)) {
        const char* words = "on screen";
        const ImVec2 wide = fonts.sentence->CalcTextSizeA(fonts.sentence->FontSize, 1e6f, 0, words);
        const ImVec2 low{end.x - pad - wide.x - 12 * scale, at.y + pad}, high{end.x - pad, at.y + pad + wide.y + 6 * scale};
        draw->AddRectFilled(low, high, rgba(p.accent), (high.y - low.y) / 2);
        draw->AddText(fonts.sentence, fonts.sentence->FontSize, {low.x + 6 * scale, low.y + 3 * scale}, rgba(p.canvas), words);
    }
    if (chosen) draw->AddRect(at, end, rgba(p.accent), rounding, ImDrawFlags_RoundCornersAll, std::max(2.f, 2.5f * scale));
}

void draw_cards(Context& context, const std::vector<int>& shown) {
    const float scale = context.ui.scale, gap = card_gap * scale, room = std::max(1.f, ImGui::GetContentRegionAvail().x - gap / 2);
    Gallery& gallery = context.ui.gallery;
    gallery.columns = std::max(1, static_cast<int>(std::floor((room + gap) / (least_card * scale + gap))));
    const float width = std::max(1.f, std::floor((room - gap * static_cast<float>(gallery.columns - 1)) / static_cast<float>(gallery.columns)));
    const float left = ImGui::GetCursorPosX(), high = ImGui::GetWindowHeight();
    const std::string* group = nullptr;
    for (const auto& row : rows_of(shown, gallery.columns)) {
        float top = ImGui::GetCursorPosY();
        const float row_top = top;
        if (const std::string& name = card_at(row.front()).group; !group || *group != name) {
            if (group) ImGui::SetCursorPosY(top + gap / 2);
            const WithColour ink(ImGuiCol_Text, vec4(palette(context.ui.theme).muted));
            text(name);
            group = &name;
            top = ImGui::GetCursorPosY();
        }
        float height = 1;
        for (const int i : row) height = std::max(height, card_height(i, width, scale));
        for (std::size_t c = 0; c < row.size(); ++c) {
            ImGui::SetCursorPos({left + static_cast<float>(c) * (width + gap), top});
            draw_card(context, row[c], ImGui::GetCursorScreenPos(), {width, height});
            if (row[c] != gallery.choice || !gallery.moved) continue;
            gallery.moved = false;
            if (row_top < ImGui::GetScrollY()) ImGui::SetScrollY(row_top);
            else if (top + height + gap > ImGui::GetScrollY() + high) ImGui::SetScrollY(std::min(row_top, top + height + gap - high));
        }
        ImGui::SetCursorPos({left, top + height + gap});
        ImGui::Dummy({1, 1});
    }
}

void draw_head(Context& context, std::size_t found) {
    const Palette& p = palette(context.ui.theme);
    const std::string& search = context.ui.gallery.search;
    {
        const WithFont font(title_font());
        text("Scenes");
    }
    ImGui::SameLine(0, 2 * ImGui::GetFontSize());
    {
        const WithFont font(small_font());
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() + (title_font()->FontSize - ImGui::GetFontSize()) * 0.7f);
        const WithColour ink(ImGuiCol_Text, vec4(search.empty() ? p.muted : p.text));
        const float room = std::max(1.f, ImGui::GetContentRegionAvail().x - 6 * ImGui::GetFontSize());
        std::string words = search.empty() ? "type to search, such as “lectures”  ·  arrows choose, Enter opens, Esc closes" : fmt::format("“{}”: {} of {}  ·  Esc shows all", search, found, cards().size());
        if (ImGui::CalcTextSize(words.c_str()).x > room && search.empty()) words = "type to search";
        if (ImGui::CalcTextSize(words.c_str()).x <= room) text(words);
        else ImGui::Dummy({1, 1});
    }
    ImGui::SameLine();
    const float wide = ImGui::CalcTextSize("Close").x + 2 * ImGui::GetStyle().FramePadding.x;
    ImGui::SetCursorPos({std::max(0.f, ImGui::GetWindowContentRegionMax().x - wide), ImGui::GetWindowContentRegionMin().y});
    if (ImGui::Button("Close")) context.ui.gallery.open = false;
}

}  // namespace

std::string still_trained(const Results& results) {
    for (const auto& state : results.training)
        if (state && state->step > 0 && state->status != TrainingStatus::running)
            return fmt::format("'{}' is as it was trained before, {} step{}. Restart begins anew.", state->model, state->step, state->step == 1 ? "" : "s");
    return {};
}

void open_builtin(Context& context, int index) {
    const Scene& scene = builtin_scenes()[static_cast<std::size_t>(index)].scene;
    UiState& ui = context.ui;
    context.session.load(scene, "open " + scene.title);
    // A scene that says "train it" would open as if it had been.
    if (std::string words = still_trained(context.session.results()); !words.empty() && !ui.presenting) context.session.say({Notice::Level::info, std::move(words)});
    reset_camera(ui);
    ui.hovered_particle = -1;
    unpin(ui);
    ui.selected_lane = ui.selected_model = 0;
    ui.playback.t = ui.playback.hold = 0;
    ui.playback.reversed = false;
    ui.playback.playing = !ui.reduced_motion;
    ui.gallery.choice = index;
    ui.gallery.moved = true;
}

std::vector<int> gallery_matches(const std::string& search) {
    constexpr std::pair<std::string_view, std::string_view> greek[] = {{"alpha", "α"}, {"beta", "β"}, {"epsilon", "ε"}, {"sigma", "σ"}, {"tau", "τ"}};
    std::vector<std::string> words;
    for (std::size_t at = 0; at < search.size();) {
        const auto end = std::min(search.find(' ', at), search.size());
        if (end > at) words.push_back(lower(search.substr(at, end - at)));
        at = end + 1;
    }
    // Where words begin; first what has them in its name, then what has some only in its sentence.
    std::vector<int> out;
    const auto add = [&](bool sentences) {
        for (int i = 0; i < static_cast<int>(cards().size()); ++i) {
            const Card& card = card_at(i);
            const std::string all = lower(' ' + card.title + ' ' + card.group + ' ' + card.id + (sentences ? ' ' + card.sentence : ""));
            const auto begins = [&](const std::string& word) {
                for (auto at = all.find(word); at != std::string::npos; at = all.find(word, at + 1))
                    if (at == 0 || !std::isalnum(static_cast<unsigned char>(all[at - 1]))) return true;
                return false;
            };
            const auto has = [&](const std::string& word) {
                const auto letter = std::find_if(std::begin(greek), std::end(greek), [&](const auto& g) { return g.first == word; });
                return begins(word) || (letter != std::end(greek) && all.find(letter->second) != std::string::npos);
            };
            if (std::all_of(words.begin(), words.end(), has) && std::find(out.begin(), out.end(), i) == out.end()) out.push_back(i);
        }
    };
    add(false), add(true);
    return out;
}

void toggle_gallery(Context& context) {
    Gallery& gallery = context.ui.gallery;
    gallery.open = !gallery.open;
    if (!gallery.open) return;
    context.session.cancel_preview();
    context.ui.panel_focus = 0;
    gallery.search.clear();
    int here = 0;
    for (int i = 0; i < static_cast<int>(cards().size()); ++i)
        if (on_screen(context, i)) here = i;
    choose(context, here);
}

void show_lectures(Context& context) {
    if (!context.ui.gallery.open) toggle_gallery(context);
    search_for(context, "lectures");
}

bool handle_gallery_key(Context& context, int key_code, int mods) {
    Gallery& gallery = context.ui.gallery;
    if ((mods & (key::control | key::alt)) != 0) return false;
    switch (key_code) {
        case key::left: move_along(context, -1); return true;
        case key::right: move_along(context, 1); return true;
        case key::up: move_by_rows(context, -1); return true;
        case key::down: move_by_rows(context, 1); return true;
        case key::page_up: move_by_rows(context, -2); return true;
        case key::page_down: move_by_rows(context, 2); return true;
        case key::home: move_along(context, -static_cast<int>(cards().size())); return true;
        case key::end: move_along(context, static_cast<int>(cards().size())); return true;
        case key::enter:
        case key::keypad_enter:
            if (!gallery_matches(gallery.search).empty()) open_choice(context, gallery.choice);
            return true;
        case key::escape:
            if (gallery.search.empty()) gallery.open = false;
            else search_for(context, {});
            gallery.moved = true;
            return true;
        case key::backspace: {
            std::string shorter = gallery.search;
            while (!shorter.empty() && (static_cast<unsigned char>(shorter.back()) & 0xc0) == 0x80) shorter.pop_back();
            if (!shorter.empty()) shorter.pop_back();
            search_for(context, std::move(shorter));
            return true;
        }
        default: return key_code >= key::space && key_code < 256;  // they are typed
    }
}

void draw_gallery(Context& context, const Layout& layout) {
    if (!context.ui.gallery.open || layout.time_bar.width < 1) return;
    take_typed(context);
    // From below the top bar, whose title opened it, to the foot.
    const float top = layout.top.height, bottom = layout.time_bar.y + layout.time_bar.height, scale = context.ui.scale;
    if (bottom - top < 1) return;
    const WithColour ground(ImGuiCol_WindowBg, vec4(palette(context.ui.theme).canvas));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {std::min(margin * scale, layout.time_bar.width / 8), 12 * scale});
    ImGui::SetNextWindowFocus();
    {
        const Window window("gallery", {0, top, layout.time_bar.width, bottom - top}, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse, Window::Level::above);
        ImGui::PopStyleVar();
        if (window) {
            const auto shown = gallery_matches(context.ui.gallery.search);
            draw_head(context, shown.size());
            ImGui::SetCursorPosY(ImGui::GetCursorPosY() + 6 * scale);
            const ImVec2 room = ImGui::GetContentRegionAvail();
            if (room.x >= 1 && room.y >= 1) {
                ImGui::BeginChild("cards", room);
                if (shown.empty()) muted("no scene or lecture holds these words", context.ui.theme);
                draw_cards(context, shown);
                ImGui::EndChild();
            }
        }
    }
}

}  // namespace pf::panels
