#pragma once
#include <imgui_internal.h>

#include <functional>
#include <string>
#include <vector>

#include "app/panels/compat.h"
#include "app/panels/keys.h"
#include "app/panels/panels.h"
#include "app/runtime/session.h"

namespace pf::panels {

inline Scene two_lanes() {
    Scene scene;
    scene.lanes[0].steps = 20;
    scene.lanes[0].particles = 200;
    return with_stochastic(with_panes(std::move(scene), 2), 1, true);
}

// The whole interface without window or GL: one call is one frame. Finds widgets by moving the mouse until Dear ImGui says that the one
// with the expected id is hovered.
class Driver {
public:
    explicit Driver(Scene scene = two_lanes(), ImVec2 size = {1600, 900}) : session(std::move(scene), false) {
        context_ = ImGui::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DisplaySize = size;
        io.DeltaTime = 1 / 60.f;
        io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
#if IMGUI_VERSION_NUM < 18700
        for (int k = 0; k < ImGuiKey_COUNT; ++k) io.KeyMap[k] = 100 + k;  // as a backend does
#endif
        ui.playback.playing = false;
        apply_theme(ui);
        rest();
    }
    ~Driver() { ImGui::DestroyContext(context_); }
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;

    void frame() {
        compat::mouse_position(mouse_.x, mouse_.y);
        compat::mouse_button(button_, down_);
        compat::enter_presses();
        ImGui::NewFrame();
        results = fixed_results ? *fixed_results : session.results();
        Context context = make_context();
        follow_lecture(context);
        const auto& size = ImGui::GetIO().DisplaySize;
        last_layout = layout(ui, session.scene().view, size.x, size.y);
        draw_interface(context, last_layout);
        ImGui::Render();
    }
    Context make_context() {
        return Context{.session = session, .ui = ui, .results = results, .status = {16, 60}, .notices = notices, .ask = [this](std::string_view s) { asked.emplace_back(s); }, .heat_map = legend, .thumbnail = thumbnail, .now = now, .clock = "14:05"};
    }
    bool press(int key, int mods = 0) {
        results = fixed_results ? *fixed_results : session.results();
        Context context = make_context();
        return handle_key(context, key, mods);
    }
    // A key that Dear ImGui takes itself: down for one frame.
    void tap(ImGuiKey key) {
        for (const bool down : {true, false}) {
            set_key(key, down);
            frame();
        }
    }
    static void set_key(ImGuiKey key, bool down) {
#if IMGUI_VERSION_NUM >= 18700
        ImGui::GetIO().AddKeyEvent(key, down);
#else
        ImGui::GetIO().KeysDown[100 + key] = down;
#endif
    }
    void type(const char* text) {
        ImGui::GetIO().AddInputCharactersUTF8(text);
        frame();
    }
    void rest() { move({-1e6f, -1e6f}); }
    void move(ImVec2 to) {
        mouse_ = to;
        frame();
        frame();
    }
    // The pointer there for one frame.
    void look(ImVec2 at) {
        mouse_ = at;
        frame();
    }
    void drag(ImVec2 from, ImVec2 to, int button = 0) {
        move(from);
        button_ = button;
        down_ = true;
        frame();
        for (int i = 1; i <= 8; ++i) {
            mouse_ = {from.x + (to.x - from.x) * static_cast<float>(i) / 8, from.y + (to.y - from.y) * static_cast<float>(i) / 8};
            frame();
        }
        down_ = false;
        frame();
        button_ = 0;
        frame();
    }
    void drag_with_shift(ImVec2 from, ImVec2 to) {
        compat::shift_key(true);
        frame();
        drag(from, to);
        compat::shift_key(false);
        frame();
    }
    void click(ImVec2 at) {
        wait();
        move(at);
        down_ = true;
        frame();
        down_ = false;
        frame();
        frame();
    }
    // Down and up again at once, with any button.
    void press_button(ImVec2 at, int button) {
        look(at);
        for (const bool down : {true, false}) {
            if (button == 0) down_ = down;
            else compat::mouse_button(button, down);
            frame();
        }
    }
    void double_click(ImVec2 at) {
        click(at);
        for (const bool down : {true, false}) {
            down_ = down;
            frame();
        }
        frame();
    }
    void right_click(ImVec2 at) {
        move(at);
        for (const bool down : {true, false}) {
            compat::mouse_button(1, down);
            frame();
        }
        frame();
    }
    void wheel(ImVec2 at, float amount) {
        move(at);
        compat::mouse_wheel(amount);
        frame();
        frame();
    }
    // Long enough that the next click is not the second of a double click.
    void wait() {
        ImGui::GetIO().DeltaTime = 1;
        frame();
        ImGui::GetIO().DeltaTime = 1 / 60.f;
    }
    // The centre of the item with this path of ids below the window, found on the vertical lines at the given shares of its width.
    ImVec2 find(const char* window, const std::vector<std::string>& path, std::vector<float> columns = {0.75f, 0.3f, 0.1f, 0.9f}) {
        ImGuiWindow* w = ImGui::FindWindowByName(window);
        if (!w) return {-1, -1};
        ImGuiID id = w->ID;
        for (const auto& part : path) id = ImHashStr(part.c_str(), 0, id);
        for (const float column : columns)
            for (float y = w->Pos.y + 3; y < w->Pos.y + w->Size.y; y += 7) {
                mouse_ = {w->Pos.x + column * w->Size.x, y};
                frame();
                if (GImGui->HoveredId == id) return mouse_;
            }
        return {-1, -1};
    }

    Session session;
    UiState ui;
    Results results;
    const Results* fixed_results = nullptr;
    std::vector<Notice> notices;
    HeatMapLegend legend;
    std::vector<std::string> asked;
    std::function<std::uintptr_t(std::string_view)> thumbnail;
    Layout last_layout;
    double now = 100;  // seconds

private:
    ImGuiContext* context_ = nullptr;
    ImVec2 mouse_{-1e6f, -1e6f};
    bool down_ = false;
    int button_ = 0;
};

// A lane whose particle i stands at (i, 0) at t = 0 and (i, 1) at t = 1, in straight lines.
inline Results some_results(const Scene& scene) {
    Results results;
    auto lane = std::make_shared<LaneResult>();
    lane->path.t = {0, 0.25, 0.5, 0.75, 1};
    for (const double t : lane->path.t) {
        Points x(5, 2);
        for (int i = 0; i < 5; ++i) x.row(i) << static_cast<float>(i), static_cast<float>(t);
        lane->path.x.push_back(x);
    }
    lane->start = lane->path.x.front();
    lane->coarse = true;
    auto metrics = std::make_shared<LaneMetrics>();
    metrics->values = {{"sliced_w2", 0.05, {0.05, 0.01, 20}, 2000}, {"energy_distance", 0.5, {0.05, 0.01, 20}, 2000}, {"sliced_w2", 0.1, {}, 10}};
    metrics->coverage = Coverage{7, 8, 0.01};
    metrics->lost = 2;
    auto density = std::make_shared<DensityMovie>();
    density->t = {0, 1};
    density->maximum = {1, 3};
    density->integral = {1, 0.99};
    auto training = std::make_shared<TrainingState>();
    training->status = TrainingStatus::running;
    training->step = 500;
    training->steps = 5000;
    training->device = "CPU";
    training->loss_step = {1, 10, 100, 500};
    training->loss = {2, 1, std::numeric_limits<float>::quiet_NaN(), 0.5f};
    for (std::size_t i = 0; i < scene.lanes.size(); ++i) results.lanes[i] = lane, results.metrics[i] = metrics, results.densities[i] = density;
    for (std::size_t i = 0; i < scene.models.size(); ++i) results.training[i] = training;
    return results;
}

}  // namespace pf::panels
