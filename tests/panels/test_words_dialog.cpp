// The dialog for a scene's title and sentence.
#include <algorithm>

#include "app/runtime/scene_sentence.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"

using namespace pf;
using namespace pf::panels;

namespace {

constexpr int f9 = 298;

// The dialog, drawn and with the keyboard in its first field.
void open_words(Driver& d) {
    CHECK(d.press(f9));
    for (int i = 0; i < 3; ++i) d.frame();
    REQUIRE(d.ui.words.open);
}

}  // namespace

TEST_CASE("a title and a sentence are written by F9: one undo entry, and they are said as they are, whatever was changed before") {
    Driver d;
    const Scene before = d.session.scene();
    CHECK(d.press('S'));  // so that the sentence is no longer true
    const Scene changed = d.session.scene();
    open_words(d);
    CHECK_FALSE(d.press('S'));  // it is typed
    d.type("Mine");
    d.tap(ImGuiKey_Enter);
    d.frame();
    CHECK_FALSE(d.ui.words.open);
    CHECK(d.session.scene().title == "Mine");
    CHECK(d.session.scene().sentence == before.sentence);
    CHECK(d.session.undo_label() == "title and sentence");

    open_words(d);
    const ImGuiWindow* dialog = ImGui::FindWindowByName("##words");
    REQUIRE(dialog);
    d.click({dialog->Pos.x + dialog->Size.x / 2, dialog->Pos.y + dialog->Size.y / 2});
    d.type("What I see.");
    d.click(d.find("##words", {"Change"}));
    CHECK(d.session.scene().sentence.find("What I see.") != std::string::npos);
    CHECK(true_sentence(d.session.scene(), written_for(d.session)) == d.session.scene().sentence);
    d.session.undo();
    d.session.undo();
    CHECK(d.session.scene() == changed);

    // Escape changes nothing, nor does an empty title.
    open_words(d);
    d.type("Other");
    CHECK(d.press(key::escape));
    for (int i = 0; i < 3; ++i) d.frame();
    CHECK(d.session.scene() == changed);
    open_words(d);
    d.tap(ImGuiKey_Backspace);
    d.tap(ImGuiKey_Enter);
    CHECK(d.session.scene() == changed);
}

TEST_CASE("a sentence wraps while it is typed, and leaves the dialog in one line, by Ctrl+Enter too") {
    Driver d;
    const std::string longest(90, 'w');  // a word wider than the field stays whole
    std::string words = "What is seen here";
    for (int i = 0; i < 30; ++i) words += fmt::format(" and number {}", i);
    words += " " + longest + " end";
    open_words(d);
    const ImGuiWindow* dialog = ImGui::FindWindowByName("##words");
    REQUIRE(dialog);
    d.click({dialog->Pos.x + dialog->Size.x / 2, dialog->Pos.y + dialog->Size.y / 2});
    compat::control_key(true);
    d.tap(ImGuiKey_A);
    compat::control_key(false);
    for (const char& letter : words) d.type(std::string(1, letter).c_str());
    const std::string field = d.ui.words.sentence.data();
    CHECK(std::count(field.begin(), field.end(), '\n') > 3);
    std::string one = field;
    std::replace(one.begin(), one.end(), '\n', ' ');
    CHECK(one == words);
    d.click(d.find("##words", {"Change"}));
    CHECK(d.session.scene().sentence == words);
    CHECK(d.session.undo_label() == "title and sentence");
}
