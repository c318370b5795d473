// Plots as files: PNG in pixels, SVG and CSV as written by the window.
#include "app/window/plot_picture.h"

#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "app/panels/theme.h"
#include "app/render/offscreen.h"
#include "tests/catch.h"

using namespace pf;

namespace {

panels::PlotExport some_plot(const char* format) {
    Figure figure;
    figure.title = "Loss";
    figure.x = {"step", "1"};
    figure.y = {"loss", "1"};
    figure.curves = {{"flow", {0, 50, 100}, {1, 0.5, 0.25}, {}, 0, false, false, true}, {"other", {0, 100}, {0, 1}, {}, 1}};
    return {figure, fitted_as_given(figure), format};
}

// A context of Dear ImGui with the program's fonts, drawing offscreen.
struct Screen {
    explicit Screen(panels::Theme theme) {
        ImGui::CreateContext();
        ImGui::GetIO().IniFilename = nullptr;
        ImGui::GetIO().DisplaySize = {640, 360};
        ui.theme = theme;
        panels::apply_theme(ui);
        ImGui_ImplOpenGL3_Init("#version 330 core");
        ImGui_ImplOpenGL3_NewFrame();
        ImGui::NewFrame();
        ImGui::Render();
    }
    ~Screen() {
        ImGui_ImplOpenGL3_Shutdown();
        ImGui::DestroyContext();
    }
    render::OffscreenContext gl;
    panels::UiState ui;
};

std::set<std::uint32_t> colours(const Image& image) {
    std::set<std::uint32_t> out;
    for (std::size_t i = 0; i + 3 < image.pixels.size(); i += 4) out.insert(static_cast<std::uint32_t>(image.pixels[i] << 16 | image.pixels[i + 1] << 8 | image.pixels[i + 2]));
    return out;
}

std::uint32_t colour(panels::Rgb c) {
    const auto byte = [](float v) { return static_cast<std::uint32_t>(v * 255 + 0.5f); };
    return byte(c.r) << 16 | byte(c.g) << 8 | byte(c.b);
}

}  // namespace

TEST_CASE("a plot as PNG has its curves in the colours of the theme, without those that are hidden") {
    const auto path = (std::filesystem::temp_directory_path() / "probflow_plot_test.png").string();
    for (const panels::Theme theme : {panels::Theme::dark, panels::Theme::projector}) {
        Screen screen(theme);
        const panels::Palette& p = panels::palette(theme);
        panels::PlotExport plot = some_plot("png");
        save_plot(path, plot, plot_picture(plot, screen.ui));
        const Image image = read_png(path).image;
        CHECK((image.width == 960 && image.height == 600));
        CHECK(colours(image).contains(colour(p.panel)));
        CHECK(colours(image).contains(colour(p.lanes[0])));
        CHECK(colours(image).contains(colour(p.lanes[1])));
        plot.view.hidden = {"other"};
        CHECK_FALSE(colours(plot_picture(plot, screen.ui)).contains(colour(p.lanes[1])));
    }
    std::filesystem::remove(path);
}

TEST_CASE("a plot as CSV and SVG leaves out what is hidden") {
    const auto folder = std::filesystem::temp_directory_path();
    for (const char* format : {"csv", "svg"}) {
        const auto path = (folder / (std::string("probflow_plot_test.") + format)).string();
        panels::PlotExport plot = some_plot(format);
        plot.view.hidden = {"other"};
        save_plot(path, plot, {});
        std::ifstream file(path);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        CHECK(text.find("flow") != std::string::npos);
        CHECK(text.find("other") == std::string::npos);
        std::filesystem::remove(path);
    }
    CHECK_THROWS(save_plot("/nowhere/plot.csv", some_plot("csv"), {}));
}
