#pragma once
#include <memory>
#include <string>

#include "app/panels/context.h"

namespace pf {

// Draws what the audience of a lecture sees, in the window's OpenGL context or one without a window: title, caption and what to watch above, the panes with axes
// and legends, the time below. On one thread; has a context of Dear ImGui of its own and leaves the one it found.
class Presentation {
public:
    Presentation();  // in the OpenGL context that is current, as draw() must be too
    ~Presentation();
    Presentation(const Presentation&) = delete;
    Presentation& operator=(const Presentation&) = delete;

    struct Words {
        std::string watch;  // empty: nothing
        std::string place;  // "3 / 8"
    };
    // Into the framebuffer that is bound, width × height pixels; theme, convention, camera, time and marks are those of `ui`, sizes follow the height.
    void draw(const panels::UiState& ui, const Scene& scene, const Results& results, const LayerResults& layers, const Words& words, int width, int height);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// How far the panes of such a picture show.
Reach presentation_reach(const panels::UiState& ui, const Scene& scene, int width, int height);

// The words of the stop on screen; none without a lecture.
Presentation::Words words_of(const panels::UiState& ui);

}  // namespace pf
