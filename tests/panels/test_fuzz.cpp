// A careless person with a real session: random events, Dear ImGui's assertions on.
#include <deque>

#include "app/runtime/scene_file.h"
#include "core/math/random.h"
#include "tests/catch.h"
#include "tests/panels/driver.h"

using namespace pf;
using namespace pf::panels;

namespace {

// So that a worker answers at once: few particles and steps, short training.
Scene small(Scene scene) {
    for (Lane& lane : scene.lanes) lane.particles = std::min(lane.particles, 60), lane.steps = std::min(lane.steps, 12);
    for (Model& model : scene.models) model.training.steps = std::min(model.training.steps, 50);
    return scene;
}

class Careless {
public:
    explicit Careless(std::uint64_t seed) : random_(seed, "interface fuzz"), driver_(small(load_scene("eight_gaussians")), {1280, 720}) {}

    void run(int events) {
        for (int i = 0; i < events; ++i) {
            const std::string event = next();
            log_.push_back(event);
            if (log_.size() > 40) log_.pop_front();
            std::string last;
            for (const auto& line : log_) last += line + "; ";
            INFO("event " << i << ", the last ones: " << last);
            driver_.frame();
            check();
        }
        driver_.session.cancel_preview();
        int undone = 0;
        while (driver_.session.undo()) ++undone;
        INFO("undone: " << undone);
        CHECK_NOTHROW(validate(driver_.session.scene(), "after undoing all"));
    }

private:
    int below(int n) { return random_.below(n); }
    ImVec2 inside(ImVec2 at, ImVec2 size) { return {at.x + static_cast<float>(random_.uniform()) * size.x, at.y + static_cast<float>(random_.uniform()) * size.y}; }
    // Anywhere, more often in a list that is open, or in the panels, where there is more to press.
    ImVec2 somewhere() {
        const ImVec2 size = ImGui::GetIO().DisplaySize;
        const auto& popups = GImGui->OpenPopupStack;
        if (popups.Size > 0 && popups.back().Window && below(3) > 0) return inside(popups.back().Window->Pos, popups.back().Window->Size);
        const Layout& shown = driver_.last_layout;
        const Rect* const panels[] = {&shown.controls, &shown.controls, &shown.numbers, &shown.time_bar, &shown.top};
        if (below(2)) {
            const Rect& panel = *panels[below(5)];
            return inside({panel.x, panel.y}, {panel.width, panel.height});
        }
        return {static_cast<float>(random_.uniform(-20, size.x + 20)), static_cast<float>(random_.uniform(-20, size.y + 20))};
    }

    // Does it, and says what it was.
    std::string next() {
        const int what = below(100);
        if (GImGui->OpenPopupStack.Size > 0 && below(2)) return mouse();
        if (what < 30) return key();
        if (what < 45) return imgui_key();
        if (what < 75) return mouse();
        if (what < 80) return wheel();
        if (what < 85) return typing();
        if (what < 90) return look();
        if (what < 93) return size();
        if (what < 96) return time();
        return scene();
    }
    std::string key() {
        static constexpr int codes[] = {32, 46, 45, 61, 256, 262, 263, 264, 265, 266, 267, 268, 269, 290, 291, 292, 293, 294, 295, 296, 297, 298, 299, 300, 301, 333, 334};
        const int code = below(2) ? codes[below(static_cast<int>(std::size(codes)))] : 48 + below(43), mods = below(3) ? 0 : below(8);
        driver_.press(code, mods);
        return fmt::format("key {} {}", code, mods);
    }
    std::string imgui_key() {
        static constexpr ImGuiKey keys[] = {ImGuiKey_Tab, ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_UpArrow, ImGuiKey_DownArrow, ImGuiKey_Space, ImGuiKey_Enter, ImGuiKey_Escape,
                                            ImGuiKey_Delete, ImGuiKey_Backspace, ImGuiKey_Home, ImGuiKey_End};
        const int i = below(static_cast<int>(std::size(keys)));
        driver_.tap(keys[i]);
        return fmt::format("tap {}", i);
    }
    std::string mouse() {
        const ImVec2 at = somewhere(), to = somewhere();
        const int what = below(8);
        const std::string words = fmt::format("{} ({:.0f}, {:.0f}) ({:.0f}, {:.0f})", what, at.x, at.y, to.x, to.y);
        if (what < 2) driver_.look(at);
        else if (what < 5) driver_.press_button(at, 0);
        else if (what == 5) driver_.press_button(at, 1);
        else driver_.drag(at, to);
        return "mouse " + words;
    }
    std::string wheel() {
        const ImVec2 at = somewhere();
        const auto amount = static_cast<float>(random_.uniform(-5, 5));
        driver_.wheel(at, amount);
        return fmt::format("wheel ({:.0f}, {:.0f}) {:.1f}", at.x, at.y, amount);
    }
    std::string typing() {
        static constexpr const char* texts[] = {"1", "-", "1e999", "nan", "σ", "x^2+", "exp(-(x^2+y^2))", "/", "..", "a", "0.5", "\t", "…"};
        const int i = below(static_cast<int>(std::size(texts)));
        driver_.type(texts[i]);
        return fmt::format("type {}", texts[i]);
    }
    std::string look() {
        driver_.ui.theme = static_cast<Theme>(below(3));
        driver_.ui.convention = static_cast<Convention>(below(2));
        static constexpr float scales[] = {0.75f, 1, 1.25f, 2, 3};
        driver_.ui.scale = scales[below(5)];
        return fmt::format("theme {} scale {}", static_cast<int>(driver_.ui.theme), driver_.ui.scale);
    }
    std::string size() {
        static const ImVec2 sizes[] = {{1280, 720}, {640, 400}, {1600, 900}, {0, 0}, {1, 1}, {2560, 300}, {90, 1400}};
        const ImVec2 to = below(2) ? sizes[below(7)] : ImVec2{static_cast<float>(below(2000)), static_cast<float>(below(1200))};
        ImGui::GetIO().DisplaySize = to;
        return fmt::format("size {} {}", to.x, to.y);
    }
    std::string time() {
        static constexpr double seconds[] = {0, 0.016, 0.1, 3600, -5};
        const double dt = seconds[below(5)];
        advance(driver_.ui.playback, dt);
        return fmt::format("clock {}", dt);
    }
    std::string scene() {
        const auto& all = builtin_scenes();
        const int i = below(static_cast<int>(all.size()) + 4);
        if (i >= static_cast<int>(all.size())) {
            i % 2 ? driver_.session.undo() : driver_.session.redo();
            return "undo or redo";
        }
        driver_.session.load(small(all[static_cast<std::size_t>(i)].scene), "open");
        return "open " + all[static_cast<std::size_t>(i)].id;
    }

    void check() {
        UiState& ui = driver_.ui;
        if (scale_ != ui.scale || theme_ != ui.theme) {
            apply_theme(ui);
            scale_ = ui.scale;
            theme_ = ui.theme;
        }
        const Scene& scene = driver_.session.scene();
        CHECK_NOTHROW(validate(scene, "while fuzzing"));
        CHECK((ui.playback.t >= 0 && ui.playback.t <= 1));
        CHECK((ui.scale >= 0.75f && ui.scale <= 3));
        CHECK((ui.zoom >= 0.05 && ui.zoom <= 200));
        for (const auto& notice : driver_.session.take_notices()) CHECK_FALSE(notice.text.empty());
        // What a person opens is not small.
        if (!(small(scene) == scene) && driver_.session.scene().lanes[0].particles > 60) driver_.session.commit("small", small(scene));
    }

    Random random_;
    Driver driver_;
    std::deque<std::string> log_;
    float scale_ = 1;
    Theme theme_ = Theme::dark;
};

void fuzz(std::uint64_t seed, int events) {
    INFO("seed " << seed);
    Careless(seed).run(events);
}

}  // namespace

TEST_CASE("five thousand random events break nothing") {
    for (std::uint64_t seed = 101; seed <= 105; ++seed) fuzz(seed, 1000);
}

TEST_CASE("a hundred thousand random events break nothing", "[long]") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) fuzz(seed, 5000);
}
