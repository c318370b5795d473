#pragma once
#include <memory>

#include "app/picture/presentation.h"
#include "app/window/desktop_window.h"

namespace pf {

// A second window, for the audience: the picture and its words, no controls. Full screen on another monitor if there is one. Its keys act as those of the
// first window do, so that a clicker works whichever has the focus; F11 fills the screen with it or not. Main thread only.
//
// Its OpenGL context shares objects with the first window's: there the picture is drawn into a texture, here it is copied from it.
class AudienceWindow {
public:
    explicit AudienceWindow(DesktopWindow& main);  // throws MissingCapability
    ~AudienceWindow();
    AudienceWindow(const AudienceWindow&) = delete;
    AudienceWindow& operator=(const AudienceWindow&) = delete;

    bool closing() const;  // the user closed it
    Reach reach(const panels::UiState& ui, const Scene& scene) const;  // how far its panes show
    // Draws and shows one frame; the first window's context is current before and after. Nothing while there is nothing to draw on.
    void draw(const panels::UiState& ui, const Scene& scene, const Results& results, const LayerResults& layers);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pf
