#pragma once
#include <string>

#include "app/panels/context.h"
#include "app/runtime/media/png.h"
#include "app/window/file_saves.h"

namespace pf {

// A plot as a picture of its own, in the theme on screen, with the letters of the current fonts; 960 × 600 logical pixels at ui.scale. Draws with
// ImGui's OpenGL 3 backend into a framebuffer of its own, between frames; the window's is bound afterwards.
Image plot_picture(const panels::PlotExport& plot, const panels::UiState& ui);

// The bytes of a plot as PNG, SVG or CSV. `picture` is for PNG only. Any thread. Throws std::runtime_error where the file cannot be written.
void save_plot(const std::string& path, const panels::PlotExport& plot, const Image& picture);

// The same in the background. UI thread, between frames.
void save_plot(FileSaves& saves, const std::string& path, panels::PlotExport plot, const panels::UiState& ui);

}  // namespace pf
