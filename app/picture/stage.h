#pragma once
#include <memory>
#include <vector>

#include "app/panels/context.h"
#include "app/picture/sheet_page.h"
#include "app/runtime/film_training.h"
#include "app/runtime/media/film_plan.h"

namespace pf {

// What is drawn of a scene, and how.
struct StageLook {
    panels::Theme theme = panels::Theme::dark;
    panels::Convention convention = panels::Convention::flow;
    bool caption = true, labels = true, legend = true, equation = false, time = true;
    bool transparent = false;  // pixels keep their opacity, straight alpha, where only the ground is
    std::vector<int> panes{};  // lanes, increasing; empty: as many as the scene shows
    FilmCamera camera{};

    StageLook(panels::Theme name = panels::Theme::dark) : theme(name) {}
};
// As the settings say; panes among those of `lanes`.
StageLook stage_look(const FilmSettings& settings, int lanes);

// Of a frame: the panes, what is written on and around them, or both.
enum class StagePart { whole, panes, words };

// Draws frames of a scene without a window: the same panes, layers, axes and legends as on screen, with the title and sentence above, each lane's equation under its pane,
// and the time, or the steps of training, below. One per thread and process (Dear ImGui has one context). Throws MissingCapability without OpenGL 3.3.
class Stage {
public:
    Stage(int width, int height, const StageLook& look = {});
    ~Stage();

    // What was pinned is shown from now on, with these fields.
    void pin(const Viewpoint& seen, const Scene& scene, FieldSet fields);

    // RGBA, top row first, straight alpha; opaque unless the look is transparent or only words are drawn. With a mark, steps of training stand in place of the time line.
    void draw(const Scene& scene, const Results& results, const FilmMoment& at, std::vector<std::uint8_t>& pixels, const LayerResults& layers = {}, const TrainingMark* mark = nullptr, StagePart part = StagePart::whole);

    // How far its panes show the plane.
    Reach reach(const Scene& scene);

    // A page, drawn as sheet_svg() writes it, in its own size, which is the stage's from then on.
    void draw(const SheetPage& page, const Scene& scene, const Results& results, std::vector<std::uint8_t>& pixels, const LayerResults& layers = {});

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace pf
