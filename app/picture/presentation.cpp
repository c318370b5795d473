#include "app/picture/presentation.h"

#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <algorithm>
#include <cmath>

#include "app/panels/camera.h"
#include "app/panels/notation.h"
#include "app/panels/theme.h"
#include "app/panels/widgets.h"
#include "app/picture/compose.h"
#include "app/render/screen.h"

namespace pf {
namespace {

using panels::Rect;

// In eighths, so that a window being resized does not need new letters for every size.
panels::UiState presenting(panels::UiState ui, int width, int height) {
    ui.presenting = true;
    ui.scale = std::clamp(std::floor(static_cast<float>(std::min(height, width * 9 / 16)) / 80) / 8, 0.5f, 8.f);
    return ui;
}

// Logical pixels of a frame 640 high, larger letters than at a desk: title, two lines of caption, one of what to watch; time.
constexpr float words_height = 120, time_height = 40, margin = 18;

panels::Layout presentation_layout(const panels::UiState& ui, const View& view, float width, float height) {
    panels::Layout out = panels::layout(ui, view, width, height);
    const float top = std::floor(words_height * ui.scale), bottom = std::floor(time_height * ui.scale);
    // The same panes in other bounds.
    Rect canvas{0, top, width, std::max(1.f, height - top - bottom)};
    const Rect from = out.canvas;
    out.legend = panels::take_legend(canvas, ui.scale, view);
    const float sx = canvas.width / std::max(1.f, from.width), sy = canvas.height / std::max(1.f, from.height);
    for (Rect& pane : out.panes) pane = {canvas.x + (pane.x - from.x) * sx, canvas.y + (pane.y - from.y) * sy, pane.width * sx, pane.height * sy};
    out.canvas = canvas;
    out.top = {0, 0, width, top};
    out.time_bar = {0, height - bottom, width, bottom};
    return out;
}

// As many words as fit into so many lines of this width, with an ellipsis where some are left out.
std::string fitted(ImFont* font, const std::string& whole, float width, int lines) {
    std::string words = whole;
    const auto high = [&](const std::string& s) { return font->CalcTextSizeA(font->FontSize, 1e6f, 0, panels::broken(s, font, width).c_str()).y; };
    const float room = (static_cast<float>(lines) + 0.5f) * font->FontSize;
    while (high(words == whole ? words : words + " …") > room && words.find_last_of(' ') != std::string::npos) words = words.substr(0, words.find_last_of(' '));
    return words == whole ? words : words + " …";
}

void draw_words(const panels::UiState& ui, const Scene& scene, const Presentation::Words& words, const Rect& rect) {
    const auto& palette = panels::palette(ui.theme);
    ImDrawList* list = ImGui::GetForegroundDrawList();
    ImFont *title = panels::title_font(), *body = panels::body_font();
    const float scale = ui.scale, x = rect.x + margin * scale, room = std::max(1.f, rect.width - 2 * margin * scale);
    list->AddText(title, title->FontSize, {x, rect.y + 10 * scale}, panels::rgba(palette.text), scene.title.c_str());
    const float wide = body->CalcTextSizeA(body->FontSize, 1e6f, 0, words.place.c_str()).x;
    list->AddText(body, body->FontSize, {x + room - wide, rect.y + 12 * scale}, panels::rgba(palette.muted), words.place.c_str());
    const std::string caption = fitted(body, panels::shown(scene.sentence), room, 2);
    list->AddText(body, body->FontSize, {x, rect.y + 38 * scale}, panels::rgba(palette.text), panels::broken(caption, body, room).c_str());
    if (words.watch.empty()) return;
    const std::string watch = fitted(body, "Watch: " + panels::shown(words.watch), room, 1);
    list->AddText(body, body->FontSize, {x, rect.y + 86 * scale}, panels::rgba(palette.accent), watch.c_str());
}

void draw_time(const panels::UiState& ui, const panels::Clock& clock, const Rect& rect) {
    const auto& palette = panels::palette(ui.theme);
    ImDrawList* list = ImGui::GetForegroundDrawList();
    ImFont* body = panels::body_font();
    const auto width = [&](const char* s) { return body->CalcTextSizeA(body->FontSize, 1e6f, 0, s).x; };
    const auto put = [&](float x, panels::Rgb ink, const char* s) { list->AddText(body, body->FontSize, {x, rect.y + (rect.height - body->FontSize) / 2}, panels::rgba(ink), s); };
    const float scale = ui.scale, middle = rect.y + rect.height / 2, left = rect.x + margin * scale, right = rect.x + rect.width - margin * scale;
    const float from = left + width(clock.start.c_str()) + 12 * scale, to = right - width(panels::clock_label(clock, 1, 2).c_str()) - width(clock.end.c_str()) - 36 * scale, at = from + static_cast<float>(ui.playback.t) * (to - from);
    const std::string label = panels::clock_label(clock, ui.playback.t, 2);
    put(left, palette.muted, clock.start.c_str());
    put(to + 12 * scale, palette.muted, clock.end.c_str());
    put(right - width(label.c_str()), palette.text, label.c_str());
    list->AddLine({from, middle}, {to, middle}, panels::rgba(palette.border), 3 * scale);
    list->AddLine({from, middle}, {at, middle}, panels::rgba(palette.accent), 3 * scale);
    list->AddCircleFilled({at, middle}, 6 * scale, panels::rgba(palette.accent), 24);
}

// Dear ImGui's current context for as long as this lives.
class Current {
public:
    explicit Current(ImGuiContext* context) : before_(ImGui::GetCurrentContext()) { ImGui::SetCurrentContext(context); }
    ~Current() { ImGui::SetCurrentContext(before_); }
    Current(const Current&) = delete;
    Current& operator=(const Current&) = delete;

private:
    ImGuiContext* before_;
};

}  // namespace

struct Presentation::Impl {
    Impl() : context(ImGui::CreateContext()) {
        const Current own(context);
        ImGui::GetIO().IniFilename = nullptr;
        ImGui::GetIO().DeltaTime = 1.f / 60;
        ImGui_ImplOpenGL3_Init("#version 330 core");
    }
    ~Impl() {
        {
            const Current own(context);
            ImGui_ImplOpenGL3_Shutdown();
        }
        if (ImGui::GetCurrentContext() == context) ImGui::SetCurrentContext(nullptr);
        ImGui::DestroyContext(context);
    }
    // Before a frame: sizes and colours of the theme.
    void dress(const panels::UiState& ui) {
        if (dressed && theme == ui.theme && scale == ui.scale) return;
        panels::apply_theme(ui);
        if (dressed && scale != ui.scale) {
            ImGui_ImplOpenGL3_DestroyFontsTexture();
            ImGui_ImplOpenGL3_CreateFontsTexture();
        }
        dressed = true, theme = ui.theme, scale = ui.scale;
    }
    ImGuiContext* context;
    render::Renderer renderer;
    Composer composer;
    bool dressed = false;
    panels::Theme theme = panels::Theme::dark;
    float scale = 0;
};

Presentation::Presentation() : impl_(std::make_unique<Impl>()) {}
Presentation::~Presentation() = default;

void Presentation::draw(const panels::UiState& given, const Scene& scene, const Results& results, const LayerResults& layers, const Words& words, int width, int height) {
    const panels::UiState ui = presenting(given, width, height);
    const Current own(impl_->context);
    ImGui::GetIO().DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    impl_->dress(ui);
    const panels::Layout layout = presentation_layout(ui, scene.view, static_cast<float>(width), static_cast<float>(height));
    impl_->composer.prepare(scene, ui, results, layers);
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    panels::write_in(ui.convention);
    draw_words(ui, scene, words, layout.top);
    draw_time(ui, panels::clock_of(scene), layout.time_bar);
    const panels::HeatMapLegend legend = legend_of(scene, ui.theme, impl_->composer.legend());
    const panels::PaneView view{scene, ui, results, legend, &layers, false};
    std::vector<int> lanes;
    for (std::size_t i = 0; i < layout.panes.size() && i < scene.lanes.size(); ++i) panels::draw_pane_overlay(view, layout.panes[i], lanes.emplace_back(static_cast<int>(i)));
    panels::draw_legend(*ImGui::GetBackgroundDrawList(), view, layout, lanes);
    ImGui::Render();
    render::clear(width, height, canvas_style(ui.theme).background);
    impl_->composer.draw(impl_->renderer, scene, ui, results, layers, layout, 1, height);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

Reach presentation_reach(const panels::UiState& given, const Scene& scene, int width, int height) {
    panels::UiState ui = presenting(given, width, height);
    ui.audience.reset();
    return panels::shown_reach(ui, panels::scene_box(scene), presentation_layout(ui, scene.view, static_cast<float>(width), static_cast<float>(height)));
}

Presentation::Words words_of(const panels::UiState& ui) {
    if (!ui.lecture || !ui.lecture->place.there) return {};
    const LecturePlace& place = ui.lecture->place;
    return {place.shown().watch, fmt::format("{} / {}", place.stop + 1, place.last() + 1)};
}

}  // namespace pf
