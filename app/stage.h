#pragma once
#include <memory>
#include <vector>

#include "app/panels/context.h"
#include "app/sheet_page.h"

namespace pf {

// Draws frames of a scene without a window: the same panes, layers, axes and legends as on screen, with the title and sentence above
// and the time below. One per thread and process (Dear ImGui has one context). Throws MissingCapability without OpenGL 3.3.
class Stage {
public:
    // `bare`: the panes alone, without words, axes and time.
    Stage(int width, int height, panels::Theme theme, panels::Convention convention = panels::Convention::flow, bool bare = false);
    ~Stage();

    // RGBA, top row first.
    void draw(const Scene& scene, const Results& results, double t, std::vector<std::uint8_t>& pixels, const LayerResults& layers = {});

    // A page of the stage's size, drawn as sheet_svg() writes it; made with this stage's ui().
    void draw(const SheetPage& page, const Scene& scene, const Results& results, std::vector<std::uint8_t>& pixels, const LayerResults& layers = {});
    const panels::UiState& ui() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pf
