#include "app/stage.h"

#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <algorithm>
#include <cmath>

#include "app/compose.h"
#include "app/panels/edits.h"
#include "app/panels/notation.h"
#include "app/panels/theme.h"
#include "app/render/offscreen.h"
#include "app/render/screen.h"

namespace pf {
namespace {

using panels::Rect;

// Title and sentence above, time below; sizes in logical pixels of a 720-pixel-high frame.
constexpr float caption_height = 64, time_height = 40, margin = 16;

panels::Layout film_layout(const panels::UiState& ui, const View& view, float width, float height, bool bare) {
    panels::UiState presented = ui;
    presented.presenting = true;
    const float top = bare ? 0 : std::floor(caption_height * ui.scale), bottom = bare ? 0 : std::floor(time_height * ui.scale);
    panels::Layout out = panels::layout(presented, view, width, std::max(1.f, height));
    // The same panes, moved between caption and time: layout() has its own bar, so split a canvas of the right shape.
    const Rect canvas{0, top, width, std::max(1.f, height - top - bottom)};
    const float sx = canvas.width / std::max(1.f, out.canvas.width), sy = canvas.height / std::max(1.f, out.canvas.height);
    for (Rect& pane : out.panes)
        pane = {canvas.x + (pane.x - out.canvas.x) * sx, canvas.y + (pane.y - out.canvas.y) * sy, pane.width * sx, pane.height * sy};
    out.canvas = canvas;
    out.top = {0, 0, width, top};
    out.time_bar = {0, canvas.y + canvas.height, width, bottom};
    return out;
}

void draw_caption(const Scene& scene, const panels::UiState& ui, const Rect& rect) {
    const auto& palette = panels::palette(ui.theme);
    ImDrawList* list = ImGui::GetForegroundDrawList();
    const float scale = ui.scale, x = rect.x + margin * scale;
    ImFont *title = panels::title_font(), *body = panels::body_font();
    list->AddText(title, title->FontSize, {x, rect.y + 9 * scale}, panels::rgba(palette.text), scene.title.c_str());
    // One line: a sentence too long for the frame is cut at a word, with an ellipsis.
    const std::string whole = panels::shown(scene.sentence);
    std::string sentence = whole;
    const float room = rect.width - 2 * margin * scale;
    while (!sentence.empty() && body->CalcTextSizeA(body->FontSize, 1e6f, 0, (sentence + " …").c_str()).x > room) {
        const auto space = sentence.find_last_of(' ');
        sentence = space == std::string::npos ? "" : sentence.substr(0, space);
    }
    if (sentence != whole) sentence += " …";
    list->AddText(body, body->FontSize, {x, rect.y + 36 * scale}, panels::rgba(palette.muted), sentence.c_str());
}

void draw_time(const panels::UiState& ui, double t, const Rect& rect) {
    const auto& palette = panels::palette(ui.theme);
    ImDrawList* list = ImGui::GetForegroundDrawList();
    ImFont* body = panels::body_font();
    const float scale = ui.scale, middle = rect.y + rect.height / 2, text_y = middle - body->FontSize / 2;
    const std::string label = panels::time_label(t, 2);
    const auto width = [&](const char* text) { return body->CalcTextSizeA(body->FontSize, 1e6f, 0, text).x; };
    const float left = rect.x + margin * scale + width("noise") + 12 * scale, right = rect.x + rect.width - margin * scale - width("data") - width("t = 0.00") - 36 * scale;
    list->AddText(body, body->FontSize, {rect.x + margin * scale, text_y}, panels::rgba(palette.muted), "noise");
    list->AddText(body, body->FontSize, {right + 12 * scale, text_y}, panels::rgba(palette.muted), "data");
    list->AddText(body, body->FontSize, {rect.x + rect.width - margin * scale - width(label.c_str()), text_y}, panels::rgba(palette.text), label.c_str());
    const float at = left + static_cast<float>(t) * (right - left);
    list->AddLine({left, middle}, {right, middle}, panels::rgba(palette.border), 3 * scale);
    list->AddLine({left, middle}, {at, middle}, panels::rgba(palette.accent), 3 * scale);
    list->AddCircleFilled({at, middle}, 6 * scale, panels::rgba(palette.accent), 24);
}

void draw_words(const SheetPage& page, const panels::UiState& ui, ImDrawList& list) {
    const auto& palette = panels::palette(ui.theme);
    ImFont* font = panels::small_font();
    for (const auto& word : page.words) {
        const float wide = font->CalcTextSizeA(page.size, 1e6f, 0, word.text.c_str()).x;
        const float x = word.anchor == SheetPage::Anchor::start ? word.x : word.anchor == SheetPage::Anchor::end ? word.x - wide : word.x - wide / 2;
        list.AddText(font, page.size, {std::round(x), std::round(word.middle - page.size / 2)}, panels::rgba(word.muted ? palette.muted : palette.text), word.text.c_str());
    }
    for (const auto& line : page.lines) list.AddLine({line.x0, line.y0}, {line.x1, line.y1}, panels::rgba(palette.muted), std::max(1.f, page.size / 14));
}

// The scale of colours of a column with its ends.
void draw_scale(const SheetPage& page, const SheetPage::Column& column, const Scene& scene, const panels::UiState& ui, const panels::HeatMapLegend& legend, ImDrawList& list) {
    const auto ends = scale_ends(scene, legend.lanes.front());
    const Rect& r = column.scale;
    if (ends.empty() || r.width < 1) return;
    for (int i = 0; i < 256; ++i)
        list.AddRectFilled({r.x + r.width * static_cast<float>(i) / 256, r.y}, {r.x + r.width * static_cast<float>(i + 1) / 256, r.y + r.height}, (*legend.colours)[static_cast<std::size_t>(i)]);
    const auto& palette = panels::palette(ui.theme);
    list.AddRect({r.x, r.y}, {r.x + r.width, r.y + r.height}, panels::rgba(palette.muted));
    ImFont* font = panels::small_font();
    const float top = r.y + r.height + 0.2f * page.size, wide = font->CalcTextSizeA(page.size, 1e6f, 0, ends[1].c_str()).x;
    list.AddText(font, page.size, {r.x, top}, panels::rgba(palette.text), ends[0].c_str());
    list.AddText(font, page.size, {r.x + r.width - wide, top}, panels::rgba(palette.text), ends[1].c_str());
}

}  // namespace

struct Stage::Impl {
    Impl(int width, int height, panels::Theme theme, panels::Convention convention, bool without_words) : framebuffer(width, height), bare(without_words) {
        ImGui::CreateContext();
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
        io.DeltaTime = 1.f / 60;
        ui.theme = theme;
        ui.convention = convention;
        ui.scale = std::clamp(static_cast<float>(std::min(height, width * 9 / 16)) / 720, 0.5f, 8.f);
        ui.playback.playing = false;
        panels::apply_theme(ui);
        ImGui_ImplOpenGL3_Init("#version 330 core");
    }
    ~Impl() {
        ImGui_ImplOpenGL3_Shutdown();
        ImGui::DestroyContext();
    }
    render::OffscreenContext context;
    render::Framebuffer framebuffer;
    render::Renderer renderer;
    Composer composer;
    panels::UiState ui;
    bool bare;
};

Stage::Stage(int width, int height, panels::Theme theme, panels::Convention convention, bool bare) : impl_(std::make_unique<Impl>(width, height, theme, convention, bare)) {}
Stage::~Stage() = default;

void Stage::draw(const Scene& scene, const Results& results, double t, std::vector<std::uint8_t>& pixels, const LayerResults& layers) {
    const int width = impl_->framebuffer.width(), height = impl_->framebuffer.height();
    panels::UiState& ui = impl_->ui;
    ui.playback.t = t;
    const panels::Layout layout = film_layout(ui, scene.view, static_cast<float>(width), static_cast<float>(height), impl_->bare);

    impl_->composer.prepare(scene, ui, results, layers);
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    panels::write_in(ui.convention);
    if (!impl_->bare) {
        draw_caption(scene, ui, layout.top);
        draw_time(ui, t, layout.time_bar);
    }
    const panels::HeatMapLegend legend = legend_of(scene, ui.theme, impl_->composer.legend());
    const panels::PaneView view{scene, ui, results, legend, &layers};
    for (std::size_t i = 0; !impl_->bare && i < layout.panes.size() && i < scene.lanes.size(); ++i) panels::draw_pane_overlay(view, layout.panes[i], static_cast<int>(i));
    ImGui::Render();

    impl_->framebuffer.bind();
    render::clear(width, height, canvas_style(ui.theme).background);
    impl_->composer.draw(impl_->renderer, scene, ui, results, layers, layout, 1, height);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    render::read_opaque(width, height, pixels);
}

const panels::UiState& Stage::ui() const { return impl_->ui; }

void Stage::draw(const SheetPage& page, const Scene& scene, const Results& results, std::vector<std::uint8_t>& pixels, const LayerResults& layers) {
    const int width = impl_->framebuffer.width(), height = impl_->framebuffer.height();
    panels::UiState& ui = impl_->ui;
    ui.scale = page.ui_scale;
    panels::apply_theme(ui);
    ImGui_ImplOpenGL3_DestroyDeviceObjects();  // made anew with the next frame, the letters at their size
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    ImDrawList& words = *ImGui::GetForegroundDrawList();
    draw_words(page, ui, words);
    impl_->framebuffer.bind();
    render::clear(width, height, canvas_style(ui.theme).background);
    for (const SheetPage::Column& column : page.columns) {
        ui.playback.t = column.t;
        panels::Layout layout;
        layout.panes = column.panes;
        impl_->composer.prepare(scene, ui, results, layers);
        impl_->composer.draw(impl_->renderer, scene, ui, results, layers, layout, 1, height);
        draw_scale(page, column, scene, ui, legend_of(scene, ui.theme, impl_->composer.legend()), words);
    }
    ImGui::Render();
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    render::read_opaque(width, height, pixels);
}

}  // namespace pf
