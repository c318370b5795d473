// Presses everything there is in the panels, and chooses every entry of every list: each leaves a valid scene and can be undone.
#include "app/runtime/scene_file.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"

using namespace pf;
using namespace pf::panels;

namespace {

struct Presser {
    Driver d;
    int pressed = 0, lists = 0, chosen = 0;
    std::string wrong;  // the first thing that was

    // So tall that nothing has to be scrolled to, every part of it open.
    explicit Presser(Scene scene) : d(std::move(scene), {1280, 2600}) {
        d.frame();
    }

    static bool open() { return GImGui->OpenPopupStack.Size > 0; }
    void close() {
        for (int i = 0; i < 4 && open(); ++i) {
            d.tap(ImGuiKey_Escape);
            d.frame();
        }
    }
    void check(const Scene& before, const std::string& where) {
        ++pressed;
        try {
            validate(d.session.scene(), where);
        } catch (const BadInput& error) {
            if (wrong.empty()) wrong = error.what();
        }
        for (int i = 0; i < 20 && !(d.session.scene() == before); ++i)
            if (!d.session.undo()) break;
        if (!(d.session.scene() == before) && wrong.empty()) wrong = where + ": undo does not bring the scene back";
    }
    // Every entry of the list that opens there.
    void choose_all(ImVec2 at, const std::string& where, const Scene& before) {
        ++lists;
        for (int entry = 0; entry < 60; ++entry) {
            if (!open()) d.click(at), d.frame();
            if (!open()) return;
            const ImGuiWindow* list = GImGui->OpenPopupStack.back().Window;
            if (!list) return close();
            const float y = list->Pos.y + ImGui::GetStyle().WindowPadding.y + (static_cast<float>(entry) + 0.5f) * ImGui::GetTextLineHeightWithSpacing();
            if (y > list->Pos.y + list->Size.y) return close();
            d.click({list->Pos.x + list->Size.x / 3, y});
            ++chosen;
            close();
            check(before, fmt::format("{} entry {}", where, entry));
        }
        close();
    }
    void press_all(const Rect& panel, const char* name) {
        const Scene before = d.session.scene();
        for (float y = panel.y + 6; y < panel.y + panel.height; y += 14)
            for (const float share : {0.12f, 0.5f, 0.82f}) {
                const ImVec2 at{panel.x + share * panel.width, y};
                const std::string where = fmt::format("{} ({:.0f}, {:.0f})", name, at.x, at.y);
                INFO(where);
                d.click(at);
                d.frame();
                if (open()) choose_all(at, where, before);
                else check(before, where);
                d.ui.files.open = d.ui.gallery.open = d.ui.film.open = d.ui.help_open = false;
            }
    }
};

}  // namespace

TEST_CASE("everything in the panels can be pressed, and every entry of every list chosen") {
    const char* const id = GENERATE("eight_gaussians", "moons", "guidance", "own_letters");
    INFO(id);
    Presser p(load_scene(id));
    p.press_all(p.d.last_layout.controls, "controls");
    p.press_all(p.d.last_layout.numbers, "numbers");
    CHECK(p.wrong == "");
    CHECK(p.pressed > 1000);
    CHECK(p.lists > 30);
    CHECK(p.chosen > 200);
}
