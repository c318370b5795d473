#include "app/picture/stage.h"

#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <algorithm>
#include <cmath>

#include "app/panels/edits.h"
#include "app/panels/equations.h"
#include "app/panels/notation.h"
#include "app/panels/theme.h"
#include "app/picture/compose.h"
#include "app/picture/pinned_view.h"
#include "app/render/offscreen.h"
#include "app/render/screen.h"

namespace pf {
namespace {

using panels::Rect;

// Title and sentence above, time below; sizes in logical pixels of a frame 720 pixels high.
constexpr float caption_height = 64, time_height = 40, margin = 16, pane_gap = 2;

std::vector<int> shown_lanes(const StageLook& look, const Scene& scene) {
    std::vector<int> out;
    if (look.panes.empty())
        for (int i = 0; i < panels::pane_count(scene); ++i) out.push_back(i);
    for (const int lane : look.panes)
        if (lane < static_cast<int>(scene.lanes.size())) out.push_back(lane);
    return out;
}

// Panes of the lanes shown, side by side as on screen (three in one row or column); those of other lanes are empty.
panels::Layout film_layout(const std::vector<int>& lanes, const Rect& canvas, float gap) {
    panels::Layout out;
    out.canvas = canvas;
    if (lanes.empty()) return out;
    out.panes.resize(static_cast<std::size_t>(lanes.back()) + 1);
    const int count = static_cast<int>(lanes.size()), columns = count == 4 ? 2 : canvas.width >= canvas.height ? count : 1, rows = (count + columns - 1) / columns;
    const float width = std::max(0.f, (canvas.width - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns));
    const float height = std::max(0.f, (canvas.height - gap * static_cast<float>(rows - 1)) / static_cast<float>(rows));
    for (int i = 0; i < count; ++i)
        out.panes[static_cast<std::size_t>(lanes[static_cast<std::size_t>(i)])] = {canvas.x + static_cast<float>(i % columns) * (width + gap), canvas.y + static_cast<float>(i / columns) * (height + gap), width, height};
    return out;
}

// The first equation of a lane, what it follows, in the middle of a strip.
ImVec2 draw_lane_equation(ImDrawList& list, const Scene& scene, const panels::UiState& ui, int lane, double t, const Rect& strip, float height) {
    const auto equations = panels::lane_equations(scene, lane, ui.convention);
    if (equations.empty()) return {};
    const auto terms = panels::lane_terms(scene, lane, t, ui.convention, "");
    return panels::draw_equation(list, {strip.x + margin * ui.scale, strip.y + height}, std::max(1.f, strip.width - 2 * margin * ui.scale), equations.front().source, terms, ui);
}

// As high as the highest equation of any pane, whatever its numbers: at the ends and in the middle.
float equation_height(const Scene& scene, const panels::UiState& ui, const std::vector<int>& lanes, float width) {
    float height = 0;
    for (const int lane : lanes)
        for (const double t : {0.0, 0.5, 1.0}) {
            ImDrawList measured(ImGui::GetDrawListSharedData());
            measured._ResetForNewFrame();
            measured.PushTextureID(ImGui::GetIO().Fonts->TexID);
            height = std::max(height, draw_lane_equation(measured, scene, ui, lane, t, {0, 0, width, 0}, 0).y);
        }
    return std::ceil(height + 12 * ui.scale);
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

// A line from one end to the other, filled up to `share`.
void draw_line(const panels::UiState& ui, const Rect& rect, const char* from, const char* to, const std::string& label, const char* widest, double share) {
    const auto& palette = panels::palette(ui.theme);
    ImDrawList* list = ImGui::GetForegroundDrawList();
    ImFont* body = panels::body_font();
    const float scale = ui.scale, middle = rect.y + rect.height / 2, text_y = middle - body->FontSize / 2;
    const auto width = [&](const char* text) { return body->CalcTextSizeA(body->FontSize, 1e6f, 0, text).x; };
    const float left = rect.x + margin * scale + width(from) + 12 * scale, right = rect.x + rect.width - margin * scale - width(to) - width(widest) - 36 * scale;
    list->AddText(body, body->FontSize, {rect.x + margin * scale, text_y}, panels::rgba(palette.muted), from);
    list->AddText(body, body->FontSize, {right + 12 * scale, text_y}, panels::rgba(palette.muted), to);
    list->AddText(body, body->FontSize, {rect.x + rect.width - margin * scale - width(label.c_str()), text_y}, panels::rgba(palette.text), label.c_str());
    const float at = left + static_cast<float>(share) * (right - left);
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

void draw_arrow_keys(const SheetPage& page, const SheetPage::Column& column, const Scene& scene, const panels::UiState& ui, const Results& results, ImDrawList& list) {
    const auto& palette = panels::palette(ui.theme);
    for (const auto& key : column.arrows) {
        const auto arrow = key_arrow(column, key, scene, ui, results);
        if (!arrow) continue;
        const auto& [x0, y, x1, end] = arrow->line;
        const float head = 0.32f * (x1 - x0), weight = page.size / 9;
        const ImU32 ink = panels::rgba(key.field == ArrowField::velocity ? palette.velocity : palette.score);
        list.AddLine({x0, y}, {x1, y}, ink, weight);
        for (const float side : {-0.55f, 0.55f}) list.AddLine({x1, y}, {x1 - head, y + side * head}, ink, weight);
        list.AddText(panels::small_font(), page.size, {key.x + key.room + 0.5f * page.size, std::round(key.middle - page.size / 2)}, panels::rgba(palette.text), arrow->words.c_str());
    }
}

// The scales of colours of a column, of density and particles, with their ends, or the particles' patches.
void draw_scales(const SheetPage& page, const SheetPage::Column& column, const Scene& scene, const panels::UiState& ui, const panels::HeatMapLegend& legend, ImDrawList& list) {
    const auto& palette = panels::palette(ui.theme);
    ImFont* font = panels::small_font();
    const auto packed = [](render::Colour c) { return IM_COL32(c.r, c.g, c.b, 255); };
    const auto edge = [&](const Rect& r) { list.AddRect({r.x, r.y}, {r.x + r.width, r.y + r.height}, panels::rgba(palette.muted)); };
    const auto put = [&](float x, float y, const std::string& words, bool muted = false) { list.AddText(font, page.size, {x, y}, panels::rgba(muted ? palette.muted : palette.text), words.c_str()); };
    const auto draw_scale = [&](const Rect& r, std::size_t count, const auto& colour, const std::vector<std::string>& ends) {
        const float part = r.width / static_cast<float>(count), top = r.y + r.height + 0.2f * page.size;
        for (std::size_t i = 0; i < count; ++i) list.AddRectFilled({r.x + part * static_cast<float>(i), r.y}, {r.x + part * static_cast<float>(i + 1), r.y + r.height}, colour(i));
        edge(r);
        put(r.x, top, ends[0]);
        put(r.x + r.width - font->CalcTextSizeA(page.size, 1e6f, 0, ends[1].c_str()).x, top, ends[1]);
        if (ends.size() > 2) put(r.x + r.width + 0.8f * page.size, r.y + (r.height - page.size) / 2, ends[2], true);
    };
    if (const auto ends = scale_ends(scene, legend.lanes.front()); !ends.empty() && column.scale.width >= 1) draw_scale(column.scale, 256, [&](std::size_t i) { return (*legend.colours)[i]; }, ends);
    const HueScale hues = hue_scale(scene, ui.theme, legend.lanes);
    if (hues.colours.empty() || column.hues.width < 1) return;
    if (!hues.patches) return draw_scale(column.hues, hues.colours.size(), [&](std::size_t i) { return packed(hues.colours[i]); }, hues.names);
    for (const auto& [r, i] : patches(page, column, hues.colours.size())) {
        list.AddRectFilled({r.x, r.y}, {r.x + r.width, r.y + r.height}, packed(hues.colours[i]));
        edge(r);
        put(r.x + r.width + 0.3f * page.size, r.y + (r.height - page.size) / 2, hues.names[i]);
    }
}

void draw_time(const panels::UiState& ui, const panels::Clock& clock, double t, const Rect& rect) {
    draw_line(ui, rect, clock.start.c_str(), clock.end.c_str(), panels::clock_label(clock, t, 2), panels::clock_label(clock, 1, 2).c_str(), t);
}

void draw_training(const panels::UiState& ui, double t, const TrainingMark& mark, const Rect& rect) {
    const auto label = [&](long step) { return fmt::format("step {} of {} · {}", step, mark.steps, panels::time_label(t, 2)); };
    const std::string loss = std::isfinite(mark.loss) ? fmt::format("loss {:.3g}", mark.loss) : "";
    draw_line(ui, rect, "training", loss.c_str(), label(mark.step), (label(mark.steps) + "loss 0.0000").c_str(), mark.steps > 0 ? static_cast<double>(mark.step) / static_cast<double>(mark.steps) : 0);
}

// What lies over two grounds: how opaque, and in which colour. Blending is linear in the ground, so black and white tell both.
void tell_from_ground(const std::vector<std::uint8_t>& on_black, std::vector<std::uint8_t>& on_white) {
    for (std::size_t i = 0; i < on_white.size(); i += 4) {
        int passed = 0;
        for (std::size_t c = i; c < i + 3; ++c) passed += std::max(0, on_white[c] - on_black[c]);
        const int alpha = 255 - std::clamp((passed + 1) / 3, 0, 255);
        for (std::size_t c = i; c < i + 3; ++c) on_white[c] = alpha == 0 ? 0 : static_cast<std::uint8_t>(std::min(255, (on_black[c] * 255 + alpha / 2) / alpha));
        on_white[i + 3] = static_cast<std::uint8_t>(alpha);
    }
}

}  // namespace

struct Stage::Impl {
    Impl(int width, int height, const StageLook& chosen) : look(chosen) {
        ImGui::CreateContext();
        resize(width, height);
        ImGuiIO& io = ImGui::GetIO();
        io.IniFilename = nullptr;
        io.DeltaTime = 1.f / 60;
        ui.theme = look.theme;
        ui.convention = look.convention;
        ui.scale = std::clamp(static_cast<float>(std::min(height, width * 9 / 16)) / 720, 0.5f, 8.f);
        ui.playback.playing = false;
        ui.titled = look.labels;
        ui.centre_x = look.camera.x, ui.centre_y = look.camera.y, ui.zoom = look.camera.zoom;
        ui.turn = look.camera.turn, ui.tilt = look.camera.tilt;
        panels::apply_theme(ui);
        ImGui_ImplOpenGL3_Init("#version 330 core");
    }
    ~Impl() {
        ImGui_ImplOpenGL3_Shutdown();
        ImGui::DestroyContext();
    }

    void resize(int width, int height) {
        framebuffer.emplace(width, height);
        ImGui::GetIO().DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    }

    // Title and sentence above, equations and legend under the panes, time below.
    panels::Layout layout(const Scene& scene, const std::vector<int>& lanes) {
        const auto width = static_cast<float>(framebuffer->width()), height = static_cast<float>(framebuffer->height());
        const float top = look.caption ? std::floor(caption_height * ui.scale) : 0, bottom = look.time ? std::floor(time_height * ui.scale) : 0;
        Rect canvas{0, top, width, std::max(1.f, height - top - bottom)};
        const Rect legend = look.legend ? panels::take_legend(canvas, ui.scale, scene.view) : Rect{};
        panels::Layout out = film_layout(lanes, canvas, std::round(pane_gap * ui.scale));
        out.legend = legend;
        out.top = {0, 0, width, top};
        out.time_bar = {0, height - bottom, width, bottom};
        if (!look.equation || lanes.empty()) return out;
        const Rect& first = out.panes[static_cast<std::size_t>(lanes.front())];
        if (!(scene == measured_scene) || measured_width != first.width) {
            measured_scene = scene;
            measured_width = first.width;
            strip = equation_height(scene, ui, lanes, first.width);
        }
        for (Rect& pane : out.panes)
            if (pane.height >= 1) pane.height = std::max(1.f, pane.height - strip);
        return out;
    }

    // One frame, over the theme's ground or another.
    void draw(const Scene& scene, const Results& results, const LayerResults& layers, const panels::Layout& layout, StagePart part, std::optional<render::Colour> ground) {
        framebuffer->bind();
        render::clear(framebuffer->width(), framebuffer->height(), ground.value_or(canvas_style(ui.theme).background));
        composer.set_ground(ground);
        if (part != StagePart::words) composer.draw(renderer, scene, ui, results, layers, layout, 1, framebuffer->height());
        if (part != StagePart::panes) ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    }

    render::OffscreenContext context;
    std::optional<render::Framebuffer> framebuffer;
    render::Renderer renderer;
    Composer composer;
    panels::UiState ui;
    StageLook look;
    std::optional<PinnedView> pinned;
    Scene measured_scene;  // of which `strip` is the height under its panes
    float measured_width = 0, strip = 0;
    std::vector<std::uint8_t> on_black;
};

StageLook stage_look(const FilmSettings& settings, int lanes) {
    StageLook look(settings.theme == "light" ? panels::Theme::light : settings.theme == "projector" ? panels::Theme::projector : panels::Theme::dark);
    look.convention = settings.convention == "diffusion" ? panels::Convention::diffusion : panels::Convention::flow;
    look.caption = settings.caption, look.labels = settings.labels, look.legend = settings.legend, look.equation = settings.equation, look.time = settings.time;
    look.transparent = settings.transparent;
    if (settings.panes != "all") look.panes = film_panes(settings, lanes);
    look.camera = film_camera(settings);
    return look;
}

Stage::Stage(int width, int height, const StageLook& look) : impl_(std::make_unique<Impl>(width, height, look)) {}
Stage::~Stage() = default;

void Stage::pin(const Viewpoint& seen, const Scene& scene, FieldSet fields) { impl_->pinned.emplace(seen, scene, std::move(fields)); }

void Stage::draw(const Scene& scene, const Results& results, const FilmMoment& at, std::vector<std::uint8_t>& pixels, const LayerResults& layers, const TrainingMark* mark, StagePart part) {
    Impl& stage = *impl_;
    const StageLook& look = stage.look;
    panels::UiState& ui = stage.ui;
    const int width = stage.framebuffer->width(), height = stage.framebuffer->height();
    const std::vector<int> lanes = shown_lanes(look, scene);
    ui.playback.t = at.t, ui.playback.reversed = at.backward, ui.playback.turned = at.turned;
    if (stage.pinned) stage.pinned->show(ui);
    stage.composer.prepare(scene, ui, results, layers);
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    panels::write_in(ui.convention);
    const panels::Layout layout = stage.layout(scene, lanes);
    if (look.caption) draw_caption(scene, ui, layout.top);
    if (look.time) mark ? draw_training(ui, at.t, *mark, layout.time_bar) : draw_time(ui, panels::clock_of(scene), at.t, layout.time_bar);
    const panels::HeatMapLegend legend = legend_of(scene, ui.theme, stage.composer.legend());
    const panels::PaneView view{scene, ui, results, legend, &layers, false};
    for (const int lane : lanes) {
        const Rect& pane = layout.panes[static_cast<std::size_t>(lane)];
        if (look.labels) panels::draw_pane_overlay(view, pane, lane);
        if (look.equation) draw_lane_equation(*ImGui::GetForegroundDrawList(), scene, ui, lane, at.t, pane, pane.height + 6 * ui.scale);
    }
    if (look.legend) panels::draw_legend(*ImGui::GetBackgroundDrawList(), view, layout, lanes);
    ImGui::Render();

    if (!look.transparent && part != StagePart::words) {
        stage.draw(scene, results, layers, layout, part, {});
        return render::read_opaque(width, height, pixels);
    }
    stage.draw(scene, results, layers, layout, part, render::Colour{0, 0, 0, 255});
    render::read_opaque(width, height, stage.on_black);
    stage.draw(scene, results, layers, layout, part, render::Colour{255, 255, 255, 255});
    render::read_opaque(width, height, pixels);
    tell_from_ground(stage.on_black, pixels);
}

Reach Stage::reach(const Scene& scene) {
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();  // equations are measured in it
    panels::write_in(impl_->ui.convention);
    const panels::Layout layout = impl_->layout(scene, shown_lanes(impl_->look, scene));
    ImGui::EndFrame();
    return panels::shown_reach(impl_->ui, panels::scene_box(scene), layout);
}

void Stage::draw(const SheetPage& page, const Scene& scene, const Results& results, std::vector<std::uint8_t>& pixels, const LayerResults& layers) {
    const int width = static_cast<int>(page.width), height = static_cast<int>(page.height);
    impl_->resize(width, height);
    panels::UiState& ui = impl_->ui;
    ui.scale = page.ui_scale;
    ui.titled = false;
    panels::apply_theme(ui);
    ImGui_ImplOpenGL3_DestroyDeviceObjects();  // made anew with the next frame, the letters at their size
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    ImDrawList& words = *ImGui::GetForegroundDrawList();
    draw_words(page, ui, words);
    impl_->framebuffer->bind();
    render::clear(width, height, canvas_style(ui.theme).background);
    for (const SheetPage::Column& column : page.columns) {
        ui.playback.t = column.t;
        if (impl_->pinned) impl_->pinned->show(ui);
        panels::Layout layout;
        layout.panes = column.panes;
        impl_->composer.prepare(scene, ui, results, layers);
        impl_->composer.draw(impl_->renderer, scene, ui, results, layers, layout, 1, height);
        draw_scales(page, column, scene, ui, legend_of(scene, ui.theme, impl_->composer.legend()), words);
        draw_arrow_keys(page, column, scene, ui, results, words);
    }
    ImGui::Render();
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    render::read_opaque(width, height, pixels);
}

}  // namespace pf
