#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/panels/context.h"
#include "app/runtime/arrows.h"

namespace pf {

// A page as papers show it: the panes of a scene at given times, with axes, titles and the scale of each column's colours. One time: the panes side by
// side. Several: a row for each pane, a column for each time. A value: written as SVG (sheet_svg.h) or drawn (Stage).
struct SheetPage {
    enum class Anchor { start, middle, end };
    struct Word {
        float x, middle;  // middle: of the line of text, pixels from above
        Anchor anchor;
        bool muted = false;
        std::string text;
    };
    struct Line {
        float x0, y0, x1, y1;
    };
    struct ArrowKey {  // one of the arrows, to scale, and what it is: "velocity u = 2 per t"
        ArrowField field;
        float x, middle, room;  // where it begins; how long it may be
        std::string name, unit;
    };
    struct Column {
        double t = 0;
        std::vector<panels::Rect> panes;  // of pane i; the first are those of the scene
        panels::Rect scale, hues;         // where the scale of colours stands, and that of the particles (compose.h); no width: it is another column's, or none
        std::vector<ArrowKey> arrows;
    };
    float width = 0, height = 0, size = 12;  // pixels; of the text
    float ui_scale = 1;                      // what the panes are drawn at
    std::vector<Column> columns;
    std::vector<Word> words;
    std::vector<Line> lines;
};

// `ui`: camera, theme, and what is pinned; `results`: of which the legend says what there is to say; words are in the convention that is written in (notation.h). `width` in pixels, the height follows; less where a page that wide would be
// higher than `highest`. Throws BadInput for a scene that shows no plane (view.shape), or no times.
SheetPage sheet_page(const Scene& scene, const panels::UiState& ui, const Results& results, std::span<const double> times, float width, float highest = 16384);

// How far its panes show the plane.
Reach page_reach(const SheetPage& page, const Scene& scene, const panels::UiState& ui);

// What the ends of a column's scale are called, given what its panes show, and for densities what stands beside it: {"0", "0.32", "∫ p dx = 1.000"}; nothing where they show no colours.
std::vector<std::string> scale_ends(const Scene& scene, const panels::DensityLegend& legend);

// The arrow of a key as long as those of its column's panes, and its words; nothing where they have none at this time.
struct KeyArrow {
    SheetPage::Line line;
    std::string words;
};
std::optional<KeyArrow> key_arrow(const SheetPage::Column& column, const SheetPage::ArrowKey& key, const Scene& scene, const panels::UiState& ui, const Results& results);

// Where the patches of a column's labels stand, with the index of each: as many as there is room for in a line.
std::vector<std::pair<panels::Rect, std::size_t>> patches(const SheetPage& page, const SheetPage::Column& column, std::size_t count);

// "0,0.25,1": times from 0 to 1. Throws BadInput "<option>: …".
std::vector<double> times_from(const std::string& text, const std::string& option);

}  // namespace pf
