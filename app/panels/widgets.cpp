#include "app/panels/widgets.h"

#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "app/panels/panels.h"
#include "app/panels/spoken.h"
#include "app/runtime/limits.h"

namespace pf::panels {
namespace {

// What the widgets tell of themselves, until it is taken.
struct Touched {
    std::string section, control;
};
Touched touched;

std::string printed(std::string_view id) {
    std::string out(id);
    if (is_time_symbol(id)) return out;  // a letter with its subscript
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
}

// Draws every option; remembers what happened.
class Rows final : public Parameters {
public:
    Rows(const ParameterValues& defaults, const ParameterCurves& curves, Choice& choice, std::string* changed, const Shades& shades)
        : defaults_(defaults), curves_(curves), choice_(choice), changed_(changed), shades_(shades) {}

    void real(std::string_view id, std::string_view symbol, double& value, Domain domain, Slider slider, std::string_view meaning) override {
        double v = value;
        const auto shade = shades_.find(id);
        const NumberLabel row = label(id, symbol, meaning);
        const Gesture gesture = shade == shades_.end() ? number_row(row, v, domain, slider) : number_row(row, v, domain, slider, shade->second);
        note(id, gesture, v);
    }
    void integer(std::string_view id, std::string_view symbol, int& value, Domain domain, Slider slider, std::string_view meaning) override {
        int v = value;
        const Gesture gesture = number_row(label(id, symbol, meaning), v, domain, slider);
        note(id, gesture, v);
    }
    void boolean(std::string_view id, std::string_view symbol, bool& value, std::string_view meaning) override {
        bool v = value;
        const Gesture gesture = switch_row(label(id, symbol, meaning), v);
        note(id, gesture, v ? 1 : 0);
    }
    void curve(std::string_view id, std::string_view symbol, CurvePoints& points, const CurveRule& rule, std::string_view meaning) override {
        CurvePoints drawn = points;
        const CurvePoints& fresh = curves_.find(id)->second;
        const Gesture gesture = curve_row({printed(id), symbol, meaning, id == "alpha" ? "data" : id == "beta" || id == "curve" ? "noise" : "", fresh}, drawn, rule);
        if (gesture == Gesture::none) return;
        gesture_ = gesture;
        choice_.curves[std::string(id)] = drawn;
        if (changed_) *changed_ = printed(id);
    }
    Gesture gesture() const { return gesture_; }

private:
    NumberLabel label(std::string_view id, std::string_view symbol, std::string_view meaning) {
        name_ = printed(id);
        const auto it = defaults_.find(id);
        return {name_, symbol, meaning, it == defaults_.end() ? 0 : it->second};
    }
    void note(std::string_view id, Gesture gesture, double value) {
        if (gesture == Gesture::none) return;
        gesture_ = gesture;
        const auto it = defaults_.find(id);
        if (it != defaults_.end() && it->second == value && gesture == Gesture::commit)
            choice_.values.erase(std::string(id));
        else
            choice_.values[std::string(id)] = value;
        if (changed_) *changed_ = printed(id);
    }
    const ParameterValues& defaults_;
    const ParameterCurves& curves_;
    Choice& choice_;
    std::string* changed_;
    const Shades& shades_;
    std::string name_;
    Gesture gesture_ = Gesture::none;
};

// Underlines the character of the last item, an input, that a sentence names as "column 7".
void mark_column(const std::string& sentence, const std::string& written, ImGuiID id) {
    const auto word = sentence.find("column ");
    const auto column = word == std::string::npos ? 0 : std::strtoul(sentence.c_str() + word + 7, nullptr, 10);
    if (column == 0) return;
    const std::size_t at = std::min<std::size_t>(column - 1, written.size());
    const auto width = [&](std::size_t from, std::size_t count) { return ImGui::CalcTextSize(written.substr(from, count).c_str()).x; };
    const ImGuiInputTextState* state = ImGui::IsItemActive() ? ImGui::GetInputTextState(id) : nullptr;
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    const float size = ImGui::GetFontSize(), pad = ImGui::GetStyle().FramePadding.x, mark = at < written.size() ? std::max(width(at, 1), 0.4f * size) : 0.5f * size;
    const float x = std::clamp(min.x + pad + width(0, at) - (state ? state->ScrollX : 0), min.x + pad / 2, std::max(min.x + pad / 2, max.x - mark));
    const ImU32 ink = ImGui::ColorConvertFloat4ToU32(vec4(palette(applied_theme()).error));
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw->AddRectFilled({x, max.y - 0.2f * size}, {x + mark, max.y - 0.06f * size}, ink);
    draw->AddTriangleFilled({x + mark / 2, max.y}, {x + mark / 2 - 0.3f * size, max.y + 0.35f * size}, {x + mark / 2 + 0.3f * size, max.y + 0.35f * size}, ink);
}

// The triangle of a fold: down when open, to the right when closed.
void draw_fold(ImDrawList& draw, ImVec2 at, float half, bool open, ImU32 colour) {
    if (open)
        draw.AddTriangleFilled({at.x - half, at.y - 0.6f * half}, {at.x + half, at.y - 0.6f * half}, {at.x, at.y + 0.8f * half}, colour);
    else
        draw.AddTriangleFilled({at.x - 0.6f * half, at.y - half}, {at.x + 0.8f * half, at.y}, {at.x - 0.6f * half, at.y + half}, colour);
}

}  // namespace

Window::Window(const char* name, const Rect& rect, ImGuiWindowFlags extra, Level level) {
    ImGui::SetNextWindowPos({rect.x, rect.y});
    ImGui::SetNextWindowSize({std::max(1.f, rect.width), std::max(1.f, rect.height)});
    // Their ground is cleared by whoever owns the framebuffer: blending half the screen costs software OpenGL more than all the rest.
    if (level == Level::ground) extra |= ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoBackground;
    visible_ = ImGui::Begin(name, nullptr, ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                                               ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoSavedSettings | extra);
}

void apply(Context& context, Gesture gesture, std::string_view what, Scene scene) {
    if (gesture == Gesture::preview) context.session.preview(std::move(scene));
    if (gesture == Gesture::commit) context.session.commit(what, std::move(scene));
}

bool row_label(std::string_view name, std::string_view symbol, std::string_view meaning) {
    const std::string words = shown(name), letters = shown(symbol);
    const bool with_symbol = !symbol.empty() && printed(symbol) != name;
    const auto needed = [&](const ImFont* font) {
        const auto wide = [&](const std::string& s) { return font->CalcTextSizeA(font->FontSize, 1e6f, 0, s.c_str()).x; };
        return wide(words) + (with_symbol ? font->FontSize * 0.5f + wide(letters) : 0);
    };
    // What is a little too long for its share of the row is smaller, what is longer takes the row, and its control the next.
    const float all = ImGui::GetContentRegionAvail().x, share = std::floor(all * 0.44f), height = ImGui::GetFrameHeight();
    const bool alone = needed(small_font()) > share - 4;
    const float width = alone ? all : share;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float x = ImGui::GetCursorPosX();
    ImGui::Dummy({std::max(1.f, width), std::max(1.f, height)});
    const bool hovered = ImGui::IsItemHovered();
    touch(name);
    tooltip(meaning);

    ImDrawList* draw = ImGui::GetWindowDrawList();
    const WithFont font(needed(ImGui::GetFont()) > width - 4 ? small_font() : ImGui::GetFont());
    const float y = at.y + (height - ImGui::GetFontSize()) / 2;
    draw->PushClipRect(at, {at.x + std::max(1.f, width - 4), at.y + height}, true);
    draw->AddText({at.x, y}, ImGui::GetColorU32(ImGuiCol_Text), words.c_str());
    if (with_symbol) {
        const float used = ImGui::CalcTextSize(words.c_str()).x;
        draw->AddText({at.x + used + ImGui::GetFontSize() * 0.5f, y}, ImGui::GetColorU32(ImGuiCol_TextDisabled), letters.c_str());
    }
    draw->PopClipRect();
    if (!alone) ImGui::SameLine(x + width);
    return hovered && ImGui::IsMouseDoubleClicked(0);
}

namespace {

// To the next line from beside a label; nothing where the label has left it already.
void leave_row() {
    if (ImGui::GetCursorPosX() > ImGui::GetCursorStartPos().x + 1) ImGui::NewLine();
}

}  // namespace

ListLook list_look(const std::string& words) {
    const auto fits = [&](const ImFont* font) {
        return font->CalcTextSizeA(font->FontSize, 1e6f, 0, words.c_str()).x + 2 * ImGui::GetStyle().FramePadding.x + ImGui::GetFrameHeight() <= ImGui::GetContentRegionAvail().x;
    };
    for (const bool again : {false, true}) {
        if (again) leave_row();
        for (ImFont* font : {ImGui::GetFont(), small_font()})
            if (fits(font)) return {font, ImGuiComboFlags_HeightLarge};
    }
    return {small_font(), ImGuiComboFlags_HeightLarge | ImGuiComboFlags_NoArrowButton};
}

std::string formula_error(const std::function<std::string()>& check) {
    try {
        return check();
    } catch (const BadInput& error) {
        return error.what();
    }
}

std::optional<std::string> text_row(std::string_view name, std::string_view symbol, std::string_view meaning, const std::string& current,
                                    const std::function<std::string(const std::string&)>& refused,
                                    bool wide) {
    // What differs from the scene, being typed or refused, and what the scene said then: when that changes, it is dropped.
    struct Draft {
        std::string over, text;
    };
    static std::map<ImGuiID, Draft> typed;
    row_label(name, symbol, meaning);
    if (wide) leave_row();
    const std::string label = fmt::format("##{}", name);
    const ImGuiID id = ImGui::GetID(label.c_str());
    if (const auto stale = typed.find(id); stale != typed.end() && stale->second.over != current) typed.erase(stale);
    const auto kept = typed.find(id);
    std::array<char, limits::formula + 1> buffer{};
    const std::string written = kept == typed.end() ? current : kept->second.text, error = kept == typed.end() ? "" : refused(kept->second.text);
    std::copy_n(written.data(), std::min(written.size(), buffer.size() - 1), buffer.data());
    ImGui::SetNextItemWidth(-1);
    {
        std::optional<WithColour> ink;
        if (!error.empty()) ink.emplace(ImGuiCol_Text, vec4(palette(applied_theme()).error));
        ImGui::InputText(label.c_str(), buffer.data(), buffer.size());
        touch(name);
    }
    const bool entered = ImGui::IsItemDeactivatedAfterEdit();
    // What is refused is typed on, and is not a row of shortcuts.
    if (ImGui::IsItemDeactivated() && compat::enter_pressed() && !refused(buffer.data()).empty()) ImGui::SetKeyboardFocusHere(-1);
    if (!error.empty()) mark_column(error, written, id);
    const std::string now(buffer.data());
    if (now == current) typed.erase(id);
    else typed[id] = {current, now};
    if (!error.empty()) wrapped(error);
    if (!entered || now == current || !refused(now).empty()) return {};
    typed.erase(id);
    return now;
}

Gesture switch_row(const NumberLabel& label, bool& value) {
    const Id scope(std::string(label.name).c_str());
    if (row_label(label.name, label.symbol, label.meaning)) {
        value = label.reset != 0;
        return Gesture::commit;
    }
    const bool clicked = ImGui::Checkbox("##switch", &value);
    touch(label.name);
    tooltip(label.meaning);
    return clicked ? Gesture::commit : Gesture::none;
}

Gesture option_rows(Configurable& object, Configurable& defaults, Choice& choice, std::string* changed) { return option_rows(object, defaults, choice, changed, {}); }

Gesture option_rows(Configurable& object, Configurable& defaults, Choice& choice, std::string* changed, const Shades& shades) {
    const ParameterValues fresh = read(defaults);
    const ParameterCurves drawn = read_curves(defaults);
    Rows rows(fresh, drawn, choice, changed, shades);
    object.visit(rows);
    return rows.gesture();
}

std::optional<std::string> pick_list(const std::vector<Item>& items, const std::string& current_label) {
    std::optional<std::string> chosen;
    for (const Item& item : items) {
        const Id scope(item.id.c_str());
        if (compat::selectable(shown(item.label).c_str(), item.label == current_label, item.why_not.empty())) chosen = item.id;
        if (item.label == current_label) ImGui::SetItemDefaultFocus();
        tooltip(item.why_not.empty() ? item.meaning : spoken(item.why_not));
    }
    return chosen;
}

void touch(std::string_view row) {
    const bool focused = (ImGui::GetIO().ConfigFlags & ImGuiConfigFlags_NavEnableKeyboard) != 0 && ImGui::IsItemFocused();
    if (ImGui::IsItemActive() || compat::hovered_even_if_disabled() || focused) touch_now(row);
}
void touch_now(std::string_view row) { touched.control = fmt::format("{}/{}", touched.section, row); }
void touch_section(std::string_view section) { touched.section = section; }
std::string take_touched() { return std::exchange(touched.control, {}); }

// As a share of the letters' size, which grows with the scale.
bool short_window() { return ImGui::GetIO().DisplaySize.y < 54 * body_font()->FontSize; }

bool list_open() { return ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel); }

std::optional<std::string> segmented(const char* id, const std::vector<Item>& items, std::string_view current) {
    const Id scope(id);
    std::optional<std::string> chosen;
    const ImVec4 text_colour = ImGui::GetStyleColorVec4(ImGuiCol_Text);
    const float space = ImGui::GetStyle().ItemInnerSpacing.x / 2, room = ImGui::GetContentRegionAvail().x;
    const auto width_of = [&](std::size_t columns) { return std::max(1.f, std::floor((room - space * static_cast<float>(columns - 1)) / static_cast<float>(columns))); };
    float widest = 0;
    for (const Item& item : items) widest = std::max(widest, ImGui::CalcTextSize(shown(item.label).c_str()).x);
    // One row, or two of half as many where the words are too long, or a row for each.
    std::size_t columns = std::max<std::size_t>(1, items.size());
    if (widest > width_of(columns)) columns = (columns + 1) / 2;
    if (widest > width_of(columns)) columns = 1;
    const float width = width_of(columns);
    // Words that need the room beside them stay in the middle all the same.
    const ImVec2 padding = ImGui::GetStyle().FramePadding;
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {columns == 1 ? padding.x : std::clamp((width - widest) / 2, 0.f, padding.x), padding.y});
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i % columns > 0) ImGui::SameLine(0, space);
        const bool pressed = items[i].id == current;
        const Disabled greyed(!items[i].why_not.empty());
        const WithColour ground(ImGuiCol_Button, ImGui::GetStyleColorVec4(pressed ? ImGuiCol_CheckMark : ImGuiCol_Button));
        const WithColour over(ImGuiCol_ButtonHovered, ImGui::GetStyleColorVec4(pressed ? ImGuiCol_CheckMark : ImGuiCol_ButtonHovered));
        const WithColour ink(ImGuiCol_Text, ImGui::GetStyleColorVec4(pressed ? ImGuiCol_WindowBg : ImGuiCol_Text));
        const Id own(items[i].id.c_str());
        const std::string words = shown(items[i].label);
        if ((columns == 1 ? wide_button(words, width) : ImGui::Button(words.c_str(), {width, 0})) && !pressed) chosen = items[i].id;
        touch(id);
        const WithColour plain(ImGuiCol_Text, text_colour);
        tooltip(items[i].why_not.empty() ? items[i].meaning : spoken(items[i].why_not));
    }
    ImGui::PopStyleVar();
    return chosen;
}

bool wide_button(std::string_view label, float width) {
    const float room = (width < 0 ? ImGui::GetContentRegionAvail().x : width) - 2 * ImGui::GetStyle().FramePadding.x;
    const std::string words = broken(label, ImGui::GetFont(), room);
    return ImGui::Button((words == label ? words : fmt::format("{}###{}", words, label)).c_str(), {width, 0});
}

void heading(const char* s, Theme theme) {
    const WithFont font(small_font());
    const WithColour ink(ImGuiCol_Text, vec4(palette(theme).muted));
    ImGui::TextUnformatted(broken(shown(s), ImGui::GetFont(), ImGui::GetContentRegionAvail().x).c_str());
}

namespace {

// What the last item has just opened low in a panel comes into sight.
void show_opened(bool open) {
    constexpr float low = 0.6f, to = 0.4f;  // of the panel's height
    if (open && ImGui::IsItemToggledOpen() && ImGui::GetItemRectMin().y - ImGui::GetWindowPos().y > low * ImGui::GetWindowHeight()) ImGui::SetScrollHereY(to);
}

}  // namespace

bool section(const char* s, bool open_at_first) {
    touch_section(s);
    const WithColour band(ImGuiCol_Header, {}), over(ImGuiCol_HeaderHovered, {}), held(ImGuiCol_HeaderActive, {});
    const ImGuiStyle& style = ImGui::GetStyle();
    const ImVec2 at = ImGui::GetCursorScreenPos(), window = ImGui::GetWindowPos();
    const float size = ImGui::GetFontSize(), half = 0.24f * size, right_end = at.x + ImGui::GetContentRegionAvail().x;
    // A name that is too long for one line takes two.
    const std::string name = broken(shown(s), ImGui::GetFont(), right_end - at.x);
    const float words = size * static_cast<float>(1 + std::count(name.begin(), name.end(), '\n')), height = words + 2 * style.FramePadding.y, middle = at.y + height / 2;
    const ImVec2 min{window.x + style.WindowPadding.x / 4, at.y}, max{right_end + style.WindowPadding.x / 2, at.y + height};
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const ImU32 ink = ImGui::GetColorU32(ImGuiCol_Text), ground = ImGui::GetColorU32(ImGui::IsMouseHoveringRect(min, max) ? ImGuiCol_ButtonHovered : ImGuiCol_Button);
    bool open = false;
    // The name stands where the rows below it begin, the triangle in the margin before it; so both are drawn here.
    draw->PushClipRect({window.x, draw->GetClipRectMin().y}, draw->GetClipRectMax(), false);
    draw->AddRectFilled(min, max, ground, style.FrameRounding);
    draw->AddText({at.x, middle - words / 2}, ink, name.c_str());
    {
        const WithColour hidden(ImGuiCol_Text, {});
        ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 0.f);
        ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {style.FramePadding.x, (height - size) / 2});
        // The name makes the window no wider.
        ImGuiWindow& inside = *GImGui->CurrentWindow;
        const float right = inside.DC.CursorMaxPos.x;
        open = ImGui::CollapsingHeader(s, open_at_first ? ImGuiTreeNodeFlags_DefaultOpen : 0);
        show_opened(open);
        inside.DC.CursorMaxPos.x = std::max(right, std::min(inside.DC.CursorMaxPos.x, inside.WorkRect.Max.x));
        ImGui::PopStyleVar(2);
    }
    if (style.FrameBorderSize > 0) draw->AddRect(min, max, ImGui::GetColorU32(ImGuiCol_Border), style.FrameRounding, 0, style.FrameBorderSize);
    draw_fold(*draw, {(min.x + at.x) / 2, middle}, half, open, ink);
    draw->PopClipRect();
    return open;
}

bool more(const char* id) {
    const Id scope(id);
    const WithFont font(small_font());
    const WithColour ink(ImGuiCol_Text, ImGui::GetStyleColorVec4(ImGuiCol_TextDisabled));
    const float x = ImGui::GetCursorScreenPos().x, half = 0.22f * ImGui::GetFontSize();
    bool open = false;
    {
        const WithColour hidden(ImGuiCol_Text, {});
        open = ImGui::TreeNodeEx("more", ImGuiTreeNodeFlags_NoTreePushOnOpen | ImGuiTreeNodeFlags_SpanAvailWidth);
        show_opened(open);
    }
    const ImVec2 at{x + half, (ImGui::GetItemRectMin().y + ImGui::GetItemRectMax().y) / 2};
    ImDrawList* draw = ImGui::GetWindowDrawList();
    draw_fold(*draw, at, half, open, ImGui::GetColorU32(ImGuiCol_Text));
    draw->AddText({x + 4 * half, at.y - ImGui::GetFontSize() / 2}, ImGui::GetColorU32(ImGuiCol_Text), open ? "less" : "more");
    return open;
}

void progress(float share, const std::string& words) {
    const ImVec2 at = ImGui::GetCursorScreenPos(), size{std::max(1.f, ImGui::GetContentRegionAvail().x), std::max(1.f, ImGui::GetFrameHeight())};
    ImGui::Dummy(size);
    ImDrawList* draw = ImGui::GetWindowDrawList();
    const float rounding = ImGui::GetStyle().FrameRounding;
    draw->AddRectFilled(at, {at.x + size.x, at.y + size.y}, ImGui::GetColorU32(ImGuiCol_FrameBg), rounding);
    // The words cross the edge of the filled part, so that part stays pale.
    if (share > 0) draw->AddRectFilled(at, {at.x + size.x * std::clamp(share, 0.f, 1.f), at.y + size.y}, ImGui::GetColorU32(ImGuiCol_CheckMark, fill_alpha), rounding);
    const ImVec2 wide = ImGui::CalcTextSize(words.c_str());
    draw->AddText({at.x + std::max(0.f, (size.x - wide.x) / 2), at.y + (size.y - wide.y) / 2}, ImGui::GetColorU32(ImGuiCol_Text), words.c_str());
}

}  // namespace pf::panels
