#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "app/panels/compat.h"
#include "app/panels/notation.h"
#include "app/panels/theme.h"
#include "core/math/table.h"

namespace pf::panels {

// Begin/End and friends as scopes. A window fills its rectangle, fixed, without title bar; one of the ground stays below all others.
class Window {
public:
    enum class Level { ground, above };
    Window(const char* name, const Rect& rect, ImGuiWindowFlags extra = 0, Level level = Level::ground);
    ~Window() { ImGui::End(); }
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;
    explicit operator bool() const { return visible_; }

private:
    bool visible_;
};
struct Id {
    explicit Id(const char* id) { ImGui::PushID(id); }
    explicit Id(int id) { ImGui::PushID(id); }
    ~Id() { ImGui::PopID(); }
    Id(const Id&) = delete;
    Id& operator=(const Id&) = delete;
};
struct Disabled {
    explicit Disabled(bool yes) { ImGui::BeginDisabled(yes); }
    ~Disabled() { ImGui::EndDisabled(); }
    Disabled(const Disabled&) = delete;
    Disabled& operator=(const Disabled&) = delete;
};
struct WithFont {
    explicit WithFont(ImFont* font) { ImGui::PushFont(font); }
    ~WithFont() { ImGui::PopFont(); }
    WithFont(const WithFont&) = delete;
    WithFont& operator=(const WithFont&) = delete;
};
struct WithColour {
    WithColour(ImGuiCol slot, const ImVec4& colour) { ImGui::PushStyleColor(slot, colour); }
    ~WithColour() { ImGui::PopStyleColor(); }
    WithColour(const WithColour&) = delete;
    WithColour& operator=(const WithColour&) = delete;
};

// What a control did this frame: nothing, moved while held, or finished (one undo entry).
enum class Gesture { none, preview, commit };

// Sends the edited scene to the session: preview while held, commit under `what` at the end.
void apply(Context& context, Gesture gesture, std::string_view what, Scene scene);

// What is touched lights up in the equations. Rows, lists and buttons of this file tell it of themselves, after the section they stand in and their
// name or option id: "Sampling/max". touch() is for items made otherwise: it looks at the last one.
void touch(std::string_view row);
void touch_now(std::string_view row);  // whatever the mouse does: an open list
void touch_section(std::string_view section);  // where section() draws no heading
std::string take_touched();            // since it was last taken

// How a number is presented. A symbol that names a time (notation.h) makes the row one of time, shown in the convention of the frame.
struct NumberLabel {
    std::string_view name, symbol, meaning;
    double reset = 0;  // what a double click on the label sets
};
// Label on the left, slider on the right. Ctrl+click types; a typed value outside `domain` becomes the nearest inside, with a sentence below for a while.
// A part of a slider that is shaded, from its lower end up to a value, and what that means.
struct Shade {
    double to = 0;
    std::string meaning;
};
Gesture number_row(const NumberLabel& label, double& value, Domain domain, Slider slider);
Gesture number_row(const NumberLabel& label, double& value, Domain domain, Slider slider, const Shade& shade);
Gesture number_row(const NumberLabel& label, int& value, Domain domain, Slider slider);
Gesture switch_row(const NumberLabel& label, bool& value);
// A curve to draw: points are dragged, a double click adds one, a right click or Delete removes it. What is drawn keeps to the rule.
struct CurveLabel {
    std::string name;
    std::string_view symbol, meaning;
    std::string_view words = {};  // before the symbol, where the name of the option is that of a letter
    CurvePoints reset = {};       // what a double click on the label sets
};
// Between its points it runs as a MonotoneCurve does, or as `shape` says, over t in [0, 1], where the points stand for another curve.
Gesture curve_row(const CurveLabel& label, CurvePoints& points, const CurveRule& rule, const std::function<double(double)>& shape = {});
// A line of text with its label, which stands above a `wide` one; what was entered, once. What `refused` has a sentence for is marked, at the column that the sentence names, with the
// sentence below, and not entered.
std::optional<std::string> text_row(std::string_view name, std::string_view symbol, std::string_view meaning, const std::string& current,
                                    const std::function<std::string(const std::string&)>& refused, bool wide = false);
// Runs a check that may throw BadInput; its sentence, or what it returns.
std::string formula_error(const std::function<std::string()>& check);
// Only the label part of a row, for combos and buttons that follow on the same line. True on a double click.
bool row_label(std::string_view name, std::string_view symbol, std::string_view meaning);

// One line per option that `object` declares in visit(); changed ones are written to choice.values, a reset removes them.
// `object` must hold the choice's values, `defaults` a fresh one. `changed` gets the option's id; `shades` are by option.
using Shades = std::map<std::string, Shade, std::less<>>;
Gesture option_rows(Configurable& object, Configurable& defaults, Choice& choice, std::string* changed = nullptr);
Gesture option_rows(Configurable& object, Configurable& defaults, Choice& choice, std::string* changed, const Shades& shades);
template <class T>
Gesture option_rows(Table<T> table, Choice& choice, std::string* changed = nullptr, const Shades& shades = {}) {
    const auto& entry = find(table, choice.id, "option");
    const auto object = build(table, choice, "option"), defaults = entry.make();
    return option_rows(*object, *defaults, choice, changed, shades);
}

// One line of a pick list; `why_not` empty: it can be chosen, otherwise greyed with that sentence as tooltip.
struct Item {
    std::string id, label, meaning, why_not;
};
// The id chosen this frame. `items` is called only while the list is open.
template <class Items>
std::optional<std::string> pick(const char* id, const std::string& current_label, Items&& items);
// Of a closed list: smaller where its words would be cut, from a line of its own where they would be cut beside its name, and in the last resort without its arrow.
struct ListLook {
    ImFont* font;
    ImGuiComboFlags flags;
};
ListLook list_look(const std::string& words);
std::optional<std::string> pick_list(const std::vector<Item>& items, const std::string& current_label);

// Some list is open: it owns arrow keys, Space and Esc.
bool list_open();

// Equal buttons in one line, one of them pressed.
std::optional<std::string> segmented(const char* id, const std::vector<Item>& items, std::string_view current);
// A button so wide (−1: the whole row); words too long for it take two lines.
bool wide_button(std::string_view label, float width = -1);

// A button whose glyph we draw, since the font lacks the signs of playback.
enum class Icon { play, pause, to_start, to_end, step_back, step_forward, reverse, forward, enlarge, close, dots, left_panel, right_panel };
bool icon_button(const char* id, Icon icon, const char* tooltip, bool pressed = false);
bool small_icon_button(const char* id, Icon icon, float side, const char* tooltip);  // without a ground of its own

// Headline of a part of a panel, and the fold that holds the controls not needed at first.
void heading(const char* text, Theme theme);
bool section(const char* text, bool open_at_first);
bool more(const char* id);
// A bar filled to `share`, with the words written across it.
void progress(float share, const std::string& words);

void tooltip(std::string_view text);       // for the last item, wrapped; appears when the mouse rests on it
void watch_mouse(bool presenting, std::string_view scene);  // once a frame, for the line above
bool tooltips_wait();                      // presenting has begun or gone on to another scene, and the mouse has not moved since
bool mouse_rests_in(ImVec2 min, ImVec2 max);  // for what is no item: as over one that has a tooltip
// Too low for everything at once (720 pixels at 100 %): what is said elsewhere too gives way.
bool short_window();
void text(std::string_view s);
void wrapped(std::string_view s);             // as wide as the window
void muted(std::string_view s, Theme theme);  // wrapped, small
// With ends of lines at spaces, so that no line is wider than `room`: Dear ImGui ends them inside of numbers and names too, after a point or a comma.
std::string broken(std::string_view s, ImFont* font, float room);

template <class Items>
std::optional<std::string> pick(const char* id, const std::string& current_label, Items&& items) {
    const std::string words = shown(current_label);
    const ListLook look = list_look(words);
    const WithFont font(look.font);
    ImGui::SetNextItemWidth(-1);
    const std::string_view row = std::string_view(id).substr(std::string_view(id).find_first_not_of('#'));
    if (!ImGui::BeginCombo(id, words.c_str(), look.flags)) {
        touch(row);
        return {};
    }
    touch_now(row);
    const auto chosen = pick_list(items(), current_label);
    ImGui::EndCombo();
    return chosen;
}

}  // namespace pf::panels
