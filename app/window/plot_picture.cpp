#include "app/window/plot_picture.h"

#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <cmath>

#include "app/panels/notation.h"
#include "app/panels/plot.h"
#include "app/render/offscreen.h"
#include "app/render/screen.h"
#include "app/runtime/files/atomic_file.h"

namespace pf {

Image plot_picture(const panels::PlotExport& plot, const panels::UiState& ui) {
    const auto side = [&](float logical) { return static_cast<int>(std::lround(logical * ui.scale)); };
    Image out{side(960), side(600), {}};
    const ImVec2 size{static_cast<float>(out.width), static_cast<float>(out.height)};
    const panels::Palette& p = panels::palette(ui.theme);
    ImFont* font = panels::body_font();
    ImDrawList list(ImGui::GetDrawListSharedData());
    list._ResetForNewFrame();
    list.PushTextureID(ImGui::GetIO().Fonts->TexID);
    list.PushClipRect({0, 0}, size);
    panels::draw_plot_picture({list, font, font->FontSize, ui.theme, true}, {0, 0}, size, plot.figure, plot.view);

    render::Framebuffer framebuffer(out.width, out.height);
    framebuffer.bind();
    const auto byte = [](float v) { return static_cast<std::uint8_t>(std::lround(255 * v)); };
    render::clear(out.width, out.height, {byte(p.panel.r), byte(p.panel.g), byte(p.panel.b), 255});
    ImDrawData data;
    panels::compat::one_list(data, list, size);
    ImGui_ImplOpenGL3_RenderDrawData(&data);
    render::read_opaque(out.width, out.height, out.pixels);
    return out;
}

void save_plot(const std::string& path, const panels::PlotExport& plot, const Image& picture) {
    if (plot.format == "png") return write_png(path, picture);
    if (plot.format == "svg") {
        FigureLetters letters{[convention = plot.convention](std::string_view text) { return panels::in_convention(convention, text); }};
        if (plot.convention == panels::Convention::diffusion) letters.time = [](double t) { return 1 - t; };
        return atomic_write(path, figure_svg(plot.figure, plot.view, letters));
    }
    figure_csv(visible(plot.figure, plot.view.hidden)).save(path);
}

void save_plot(FileSaves& saves, const std::string& path, panels::PlotExport plot, const panels::UiState& ui) {
    plot.convention = ui.convention;
    Image picture;
    if (plot.format == "png") {
        picture = plot_picture(plot, ui);
        render::bind_window();
    }
    saves.save("plot", path, [plot = std::move(plot), picture = std::move(picture)](const std::string& to) { save_plot(to, plot, picture); });
}

}  // namespace pf
