#pragma once
#include "app/panels/context.h"
#include "app/runtime/probe.h"
#include "app/runtime/scene_document.h"

namespace pf {

// What was pinned when a scene was saved, in pictures that are made without a window. One thread.
class PinnedView {
public:
    PinnedView(const Viewpoint& seen, const Scene& scene, FieldSet fields);
    // Into `ui`: the pin, and what goes through a point of it at ui.playback.t; asked anew where that differs from the last time.
    void show(panels::UiState& ui);

private:
    Viewpoint seen_;
    int panes_;
    Probe probe_;
    std::shared_ptr<const ProbeResult> last_;
};

}  // namespace pf
