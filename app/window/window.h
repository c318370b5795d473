#pragma once
#include <functional>
#include <string>
#include <vector>

#include "app/panels/context.h"
#include "app/runtime/scene_document.h"

namespace pf {

// A hand that moves the controls instead of a person: called once per frame with the seconds since the first one; false closes the window.
using Script = std::function<bool(panels::Context& context, double seconds)>;

struct WindowOptions {
    int width = 1600, height = 900;              // unless the settings remember another size
    Script script;                               // empty: a person
    std::function<void(double frame_ms)> on_frame;  // interval from swap to swap
    std::string screenshot;                      // written when the script ends, if not empty
    // After the script the window is left alone and paused for so long; `on_idle` is told the share of one core that the program took.
    double idle_seconds = 0;
    std::function<void(double share)> on_idle;
    std::shared_ptr<const Lecture> lecture;      // begins with the scene; null: none
    std::string file;                            // lecture or scene came from it, and is saved there; empty: none
    std::string settings;                        // where they are kept (settings.h); empty: nothing is read or written
    std::string autosave;                        // the folder where the scene is kept against a crash (runtime/autosave.h); empty: nowhere
};

// Opens the window on a scene and runs until it is closed. Returns the exit code. Throws MissingCapability without a display or
// OpenGL 3.3.
int run_window(const Document& document, const WindowOptions& options = {});

}  // namespace pf
